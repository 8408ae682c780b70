/* A POSIX timer that runs a function in a thread each time it rings. */
#include "check.h"

static sem_t rung;
static atomic_int wrong;
static pthread_t main_thread;

static void ring(union sigval value)
{
    if (value.sival_int != 55 || pthread_equal(pthread_self(), main_thread))
        atomic_fetch_add(&wrong, 1);
    CHECK(sem_post(&rung) == 0);
}

int main(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = ring};
    struct itimerspec often = {{0, 20000000}, {0, 20000000}}, once = {{0, 0}, {0, 20000000}};
    timer_t timer, other;

    main_thread = pthread_self();
    CHECK(sem_init(&rung, 0, 0) == 0);
    event.sigev_value.sival_int = 55;
    NO_ERROR(timer_create(CLOCK_MONOTONIC, &event, &timer));
    NO_ERROR(timer_settime(timer, 0, &often, NULL));
    for (int i = 0; i < 5; i++)
        wait_for(&rung);
    NO_ERROR(timer_delete(timer));
    printf("it rang five times\n");

    NO_ERROR(timer_create(CLOCK_REALTIME, &event, &other));
    NO_ERROR(timer_settime(other, 0, &once, NULL));
    wait_for(&rung);
    NO_ERROR(timer_delete(other));
    printf("and another once, %d with the wrong value or thread\n", atomic_load(&wrong));
    return 0;
}
