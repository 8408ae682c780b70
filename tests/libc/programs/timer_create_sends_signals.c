/* POSIX timers that send a signal with a value, once or again and again, by either clock, until they are deleted. */
#include "check.h"

static int take(int number, timer_t timer)
{
    sigset_t set = only(SIGRTMIN + number);
    siginfo_t info;

    CHECK(sigwaitinfo(&set, &info) == SIGRTMIN + number);
    CHECK(info.si_code == SI_TIMER);
    (void)timer;
    return info.si_value.sival_int;
}

int main(void)
{
    static const clockid_t CLOCKS[] = {CLOCK_REALTIME, CLOCK_MONOTONIC};
    struct itimerspec often = {{0, 20000000}, {0, 30000000}}, never = {0}, left, absolute = {0};
    timer_t timers[2];
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigaddset(&set, SIGRTMIN + 1);
    NO_ERROR(sigprocmask(SIG_BLOCK, &set, NULL));
    for (int i = 0; i < 2; i++) {
        struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + i};
        struct timespec then;

        event.sigev_value.sival_int = 100 + i;
        NO_ERROR(timer_create(CLOCKS[i], &event, &timers[i]));
        NO_ERROR(timer_gettime(timers[i], &left));
        printf("not set: %d s, %d ns\n", (int)left.it_value.tv_sec, (int)left.it_value.tv_nsec);
        then = in(CLOCKS[i], 30);
        NO_ERROR(timer_settime(timers[i], 0, &often, NULL));
        printf("it rang with %d", take(i, timers[i]));
        printf(", %s\n", is_past(CLOCKS[i], then) ? "in time" : "too early");
        printf("and again with %d, overrun %s\n", take(i, timers[i]), timer_getoverrun(timers[i]) >= 0 ? "known" : "unknown");
        NO_ERROR(timer_settime(timers[i], 0, &never, &left));
        printf("every %d ns\n", (int)left.it_interval.tv_nsec);
    }
    for (int i = 0; i < 2; i++) {
        struct timespec none = {0, 0};
        siginfo_t info;

        /* What rang between the last one taken and the end. */
        while (sigtimedwait(&set, &info, &none) > 0)
            continue;
        absolute.it_value = in(CLOCKS[i], 30);
        NO_ERROR(timer_settime(timers[i], TIMER_ABSTIME, &absolute, NULL));
        printf("at its time with %d", take(i, timers[i]));
        printf(", %s\n", is_past(CLOCKS[i], absolute.it_value) ? "in time" : "too early");
        absolute.it_value = (struct timespec){1, 0};
        NO_ERROR(timer_settime(timers[i], TIMER_ABSTIME, &absolute, NULL));
        printf("a time that is past: at once with %d\n", take(i, timers[i]));
        NO_ERROR(timer_delete(timers[i]));
    }
    printf("no such clock: %s\n", ERROR_OF(timer_create(1000, NULL, &timers[0])));
    return 0;
}
