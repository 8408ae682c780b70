/* clock_nanosleep: for a while and until a time, by both clocks; what is left when a signal interrupts it. */
#include "check.h"
#include <sys/time.h>

static void ignore(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
}

static void try(clockid_t clock, const char *name)
{
    struct timespec moment = {0, 30000000}, then = in(clock, 30), long_past = {1, 0}, never = {0, 1000000000};

    OK(clock_nanosleep(clock, 0, &moment, NULL));
    printf("%s: for a while: %s\n", name, is_past(clock, then) ? "over" : "too short");
    then = in(clock, 30);
    OK(clock_nanosleep(clock, TIMER_ABSTIME, &then, NULL));
    printf("%s: until then: %s\n", name, is_past(clock, then) ? "over" : "too short");
    printf("%s: a time that is past: %s\n", name, name_of(clock_nanosleep(clock, TIMER_ABSTIME, &long_past, NULL)));
    printf("%s: no time at all: %s\n", name, name_of(clock_nanosleep(clock, 0, &never, NULL)));
}

int main(void)
{
    struct itimerval often = {{0, 20000}, {0, 20000}}, none = {0};
    struct timespec hour = {3600, 0}, left = {0, 0};

    try(CLOCK_REALTIME, "realtime");
    try(CLOCK_MONOTONIC, "monotonic");
    handle(SIGALRM, ignore, SA_RESTART);
    NO_ERROR(setitimer(ITIMER_REAL, &often, NULL));
    printf("interrupted: %s", name_of(clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, &left)));
    NO_ERROR(setitimer(ITIMER_REAL, &none, NULL));
    printf(", %s left\n", left.tv_sec > 3000 && left.tv_sec < 3600 ? "most of it is" : "not what should be is");
    printf("no such clock: %s\n", name_of(clock_nanosleep(1000, 0, &hour, NULL)));
    return 0;
}
