/* main leaves by pthread_exit and the others go on: the process lives as long as its last thread, and then ended well.

   Not in a child: musl's fork leaves a main thread that cannot be joined. */
#include "check.h"

static pthread_t first;

static void *outlive(void *argument)
{
    pid_t child;

    (void)argument;
    join(first);
    printf("main has ended, and can be joined\n");
    printf("a signal to the process: %s\n", ERROR_OF(kill(getpid(), 0)));
    child = fork();
    NO_ERROR(child);
    if (child == 0)
        _exit(5);
    print_end_of(child, "a child of the thread");
    return NULL;
}

int main(void)
{
    first = pthread_self();
    start(outlive, NULL);
    pthread_exit(NULL);
}
