/* SIGSTOP stops every thread of a process, and SIGCONT sets them all going again. */
#include "check.h"

#define THREADS 4

static atomic_uint *counts;

static void *count(void *argument)
{
    atomic_uint *own = argument;

    for (;;) {
        atomic_fetch_add(own, 1);
        sched_yield();
    }
    return NULL;
}

/* Waits until every thread has counted on. */
static void wait_for_all(void)
{
    unsigned before[THREADS];

    for (int i = 0; i < THREADS; i++)
        before[i] = atomic_load(&counts[i]);
    for (int i = 0; i < THREADS; i++)
        while (atomic_load(&counts[i]) == before[i])
            sleep_ms(1);
}

int main(void)
{
    unsigned before[THREADS];
    int status, moved = 0;
    pid_t child;

    counts = shared_memory(THREADS * sizeof *counts);
    child = fork();
    NO_ERROR(child);
    if (child == 0) {
        for (int i = 1; i < THREADS; i++)
            start(count, &counts[i]);
        count(&counts[0]);
    }
    wait_for_all();
    printf("all threads count\n");
    NO_ERROR(kill(child, SIGSTOP));
    CHECK(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
    for (int i = 0; i < THREADS; i++)
        before[i] = atomic_load(&counts[i]);
    sleep_ms(100);
    for (int i = 0; i < THREADS; i++)
        moved += atomic_load(&counts[i]) != before[i];
    printf("stopped by signal %d, %d threads go on\n", WSTOPSIG(status), moved);
    NO_ERROR(kill(child, SIGCONT));
    CHECK(waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status));
    wait_for_all();
    printf("continued, all threads count\n");
    NO_ERROR(kill(child, SIGKILL));
    print_end_of(child, "it");
    return 0;
}
