/* A thread's fault, and SIGKILL and SIGTERM from outside, end the whole process: its parent sees which. */
#include "check.h"

static sem_t *begun;

static void *sleep_for_ever(void *argument)
{
    (void)argument;
    CHECK(sem_post(begun) == 0);
    for (;;)
        pause();
    return NULL;
}

static void *fault(void *argument)
{
    int *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)argument;
    CHECK(page != MAP_FAILED);
    for (int i = 0; i < 10; i++)
        wait_for(begun);
    *page = 1;
    return NULL;
}

static void *abort_all(void *argument)
{
    (void)argument;
    abort();
    return NULL;
}

static pid_t child_with(void *(*body)(void *))
{
    pid_t child = fork();

    NO_ERROR(child);
    if (child == 0) {
        for (int i = 0; i < 10; i++)
            start(sleep_for_ever, NULL);
        if (body != NULL)
            start(body, NULL);
        for (;;)
            pause();
    }
    return child;
}

int main(void)
{
    static const int KILLERS[] = {SIGKILL, SIGTERM};

    begun = shared_memory(sizeof *begun);
    CHECK(sem_init(begun, 1, 0) == 0);
    print_end_of(child_with(fault), "a fault: it");
    print_end_of(child_with(abort_all), "abort: it");
    while (sem_trywait(begun) == 0)
        continue;
    for (int i = 0; i < 2; i++) {
        pid_t child = child_with(NULL);

        for (int j = 0; j < 10; j++)
            wait_for(begun);
        NO_ERROR(kill(child, KILLERS[i]));
        print_end_of(child, "from outside: it");
    }
    return 0;
}
