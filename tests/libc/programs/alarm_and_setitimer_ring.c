/* alarm and the three interval timers. */
#include "check.h"
#include <sys/time.h>

static volatile sig_atomic_t rung;

static void ring(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
    rung++;
}

/* Waits for so many rings, asleep or computing. */
static void wait_for_rings(int count, bool computing)
{
    sigset_t alarms = only(SIGALRM), old;
    volatile unsigned number = 0;

    NO_ERROR(sigprocmask(SIG_BLOCK, &alarms, &old));
    while (rung < count) {
        if (computing)
            number = number * 3 + 1;
        else
            CHECK(sigsuspend(&old) == -1 && errno == EINTR);
    }
    NO_ERROR(sigprocmask(SIG_SETMASK, &old, NULL));
}

static void try(int which, const char *name, int signal)
{
    struct itimerval often = {{0, 20000}, {0, 20000}}, never = {0}, left;

    handle(signal, ring, 0);
    rung = 0;
    NO_ERROR(setitimer(which, &often, NULL));
    wait_for_rings(3, signal != SIGALRM);
    NO_ERROR(setitimer(which, &never, &left));
    printf("%s rang, every %d us, %s\n", name, (int)left.it_interval.tv_usec,
           left.it_value.tv_sec == 0 && left.it_value.tv_usec <= 40000 ? "with less than that left" : "with too much left");
}

int main(void)
{
    struct timespec then;
    unsigned left;

    handle(SIGALRM, ring, 0);
    printf("no alarm was set: %u\n", alarm(1000));
    left = alarm(0);
    printf("one was: %s\n", left > 900 && left <= 1000 ? "most of its time was left" : "its time is wrong");
    then = in(CLOCK_MONOTONIC, 1000);
    alarm(1);
    wait_for_rings(1, false);
    printf("alarm rang %s\n", is_past(CLOCK_MONOTONIC, then) ? "in time" : "too early");
    try(ITIMER_REAL, "ITIMER_REAL", SIGALRM);
    try(ITIMER_VIRTUAL, "ITIMER_VIRTUAL", SIGVTALRM);
    try(ITIMER_PROF, "ITIMER_PROF", SIGPROF);
    return 0;
}
