/* A signal ends waiting for a semaphore, with a handler that is not to restart what it interrupts. */
#include "check.h"

static sem_t empty;
static atomic_int handled;

static void count(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
    atomic_fetch_add(&handled, 1);
}

int main(void)
{
    /* Again and again: the first may come before we wait. */
    struct itimerspec often = {{0, 20000000}, {0, 20000000}}, never = {0};
    struct timespec limit = in(CLOCK_REALTIME, 600000);
    timer_t timer;

    CHECK(sem_init(&empty, 0, 0) == 0);
    handle(SIGALRM, count, 0);
    NO_ERROR(timer_create(CLOCK_MONOTONIC, NULL, &timer));
    NO_ERROR(timer_settime(timer, 0, &often, NULL));
    printf("sem_wait: %s\n", ERROR_OF(sem_wait(&empty)));
    printf("sem_timedwait: %s\n", ERROR_OF(sem_timedwait(&empty, &limit)));
    NO_ERROR(timer_settime(timer, 0, &never, NULL));
    printf("the handler ran %s\n", atomic_load(&handled) >= 2 ? "each time" : "too seldom");
    return 0;
}
