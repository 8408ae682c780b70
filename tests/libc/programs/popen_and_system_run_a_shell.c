/* popen and system: the system's own shell, its output, its input and its status. */
#include "check.h"

int main(void)
{
    char line[80];
    FILE *file = popen("echo one; echo two words; exit 3", "r");

    CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL)
        printf("read: %s", line);
    printf("status %d\n", WEXITSTATUS(pclose(file)));

    fflush(stdout);
    file = popen("cat", "w");
    CHECK(file != NULL);
    fprintf(file, "written: into it\n");
    printf("status %d\n", WEXITSTATUS(pclose(file)));

    fflush(stdout);
    printf("system: %d\n", WEXITSTATUS(system("echo said; exit 4")));
    printf("a shell is %s\n", system(NULL) ? "there" : "not there");
    printf("killed: %d\n", WTERMSIG(system("kill -TERM $$")));
    return 0;
}
