/* main leaves by pthread_exit and the others go on: the process lives as long as its last thread, and then ended well. */
#include "check.h"

static pthread_t first;

static void *outlive(void *argument)
{
    pid_t child;

    (void)argument;
    join(first);
    printf("main has ended, and can be joined\n");
    NO_ERROR(kill(getpid(), 0));
    child = fork();
    NO_ERROR(child);
    if (child == 0)
        _exit(5);
    print_end_of(child, "a child of the thread");
    return NULL;
}

int main(void)
{
    pid_t child = fork();

    NO_ERROR(child);
    if (child == 0) {
        first = pthread_self();
        start(outlive, NULL);
        pthread_exit(NULL);
    }
    print_end_of(child, "the process");
    return 0;
}
