/* A pipe from a process to its child: the parent writes, the child reads and prints.

   Status: 8, and the child's is 9, as in the book; 1 when there is no pipe or no child. */

#include "stdio.h"
#include "string.h"
#include "syscall.h"

static int32_t be_child(int32_t from)
{
    char text[64] = "";
    int32_t length = read(from, text, sizeof text - 1);

    printf("child: %d bytes came: %s\n", length, text);
    printf("child: then %d\n", read(from, text, sizeof text));
    close(from);
    return 9;
}

int main(void)
{
    const char *text = "a word from your parent";
    int32_t ends[2], status;
    pid_t child;

    if (pipe(ends) == -1) {
        printf("prog_pipe: no pipe\n");
        return 1;
    }
    child = fork();
    if (child == -1) {
        printf("prog_pipe: no child\n");
        return 1;
    }
    if (child == 0) {
        /* As long as anyone could still write, the pipe would have no end. */
        close(ends[1]);
        return be_child(ends[0]);
    }
    close(ends[0]);
    write(ends[1], text, strlen(text));
    close(ends[1]);
    if (wait(&status) == child)
        printf("parent: my child ended with %d\n", status);
    return 8;
}
