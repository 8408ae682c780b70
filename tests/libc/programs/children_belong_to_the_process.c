/* A child that one thread made can be waited for by another, also one that waits already. */
#include "check.h"

static sem_t go;

static void *make_child(void *argument)
{
    pid_t child = fork();

    NO_ERROR(child);
    if (child == 0)
        _exit((intptr_t)argument);
    return (void *)(intptr_t)child;
}

static void *make_child_and_stay(void *argument)
{
    void *child = make_child(argument);

    wait_for(&go);
    return child;
}

static void *wait_for_child(void *argument)
{
    pid_t child = (intptr_t)argument;
    int status;

    CHECK(waitpid(child, &status, 0) == child);
    return (void *)(intptr_t)WEXITSTATUS(status);
}

int main(void)
{
    pthread_t maker;
    pid_t first;
    int status;

    CHECK(sem_init(&go, 0, 0) == 0);
    printf("another thread's child: %d\n", (int)(intptr_t)join(start(wait_for_child, join(start(make_child, (void *)3)))));

    /* There is a child from the beginning, so that main can wait before the other is made. */
    first = fork();
    NO_ERROR(first);
    while (first == 0)
        pause();
    maker = start(make_child_and_stay, (void *)4);
    CHECK(wait(&status) > 0);
    printf("main waited for it: %d\n", WEXITSTATUS(status));
    CHECK(sem_post(&go) == 0);
    join(maker);
    NO_ERROR(kill(first, SIGTERM));
    print_end_of(first, "the first");
    printf("no child is left: %s\n", ERROR_OF(wait(NULL)));
    return 0;
}
