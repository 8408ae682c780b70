/* Processes: fork wait exit execv getpid.

   Assumes, of what docs/book-calls.md says: wait stores the exit code itself, its low eight bits, and for a child that
   was killed 128 and the signal; it gives -1 without children and takes NULL; a failed execv returns -1 and changes
   nothing; main's result is the exit code.

   It runs itself again, by its argv[0]: start it by its full path.

   Status: 0, or 1 when anything was not as documented. */

#include "check.h"

/* Forks; the child ends with `code`. Returns what wait says of it. */
static int32_t code_of_child(int32_t code)
{
    int32_t status = -1;
    pid_t child = fork();

    if (child == 0)
        exit(code);
    if (wait(&status) != child)
        failures++;
    return status;
}

/* Waits for a child; returns its status. */
static int32_t status_of(pid_t child)
{
    int32_t status = -1;

    if (wait(&status) != child)
        failures++;
    return status;
}

static void identity(void)
{
    uint32_t self = getpid();
    pid_t child;

    check("getpid says the same twice", self == getpid());
    child = fork();
    if (child == 0)
        exit(getpid() != self && getpid() > 0 ? 1 : 2);
    check("the child's pid is not the parent's", child > 0 && (uint32_t)child != self);
    show("and the child says so too", status_of(child), 1);
}

static void exit_codes(void)
{
    show("exit(0)", code_of_child(0), 0);
    show("exit(42)", code_of_child(42), 42);
    show("exit(200)", code_of_child(200), 200);
    show("exit(-1)", code_of_child(-1), 255);
}

static void memory_is_apart(void)
{
    static int32_t word = 1;
    pid_t child = fork();

    if (child == 0) {
        word += 4;
        exit(word);
    }
    show("the child counts", status_of(child), 5);
    show("the parent's word", word, 1);
}

static void waiting(void)
{
    pid_t first, second, one, other;
    int32_t status = 17;

    show("wait without a child", wait(&status), -1);
    show("its status is left alone", status, 17);
    first = fork();
    if (first == 0)
        exit(1);
    second = fork();
    if (second == 0)
        exit(2);
    one = wait(NULL);
    other = wait(NULL);
    check("wait(NULL) gives each of two children once",
          (one == first && other == second) || (one == second && other == first));
    show("wait without a child", wait(NULL), -1);
}

static void killed(void)
{
    pid_t child = fork();

    if (child == 0) {
        strcpy(NULL, "nobody has memory there");
        exit(0);
    }
    show("a child that writes to NULL", status_of(child), 128 + 11);
}

static void becoming_another(char *self)
{
    char *again[] = {self, "one", "two words", "", NULL};
    char *nobody[] = {"nobody", NULL};
    pid_t child;

    show("execv of nothing", execv("/nothing/here", nobody), -1);
    show("execv of a directory", execv("/", nobody), -1);
    child = fork();
    if (child == 0) {
        execv(self, again);
        printf("cannot run %s\n", self);
        exit(99);
    }
    show("execv of myself", status_of(child), 7);
}

/* The program when it is run by itself. */
static int32_t be_another(int argc, char **argv)
{
    int index;

    for (index = 1; index < argc; index++)
        printf("  argument %d: [%s]\n", index, argv[index]);
    return argc == 4 && argv[argc] == NULL ? 7 : 98;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return be_another(argc, argv);
    identity();
    exit_codes();
    memory_is_apart();
    waiting();
    killed();
    becoming_another(argv[0]);
    return verdict();
}
