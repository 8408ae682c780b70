/* sigwait and its kin: a thread that takes the process's signals, time limits, and what interrupts the waiting. */
#include "check.h"
#include <sys/time.h>

static sem_t taken;

static void ignore(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
}

/* Takes signals until SIGTERM comes. */
static void *take(void *argument)
{
    sigset_t set;
    int signal = 0, counts[3] = {0};

    (void)argument;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGTERM);
    while (signal != SIGTERM) {
        OK(sigwait(&set, &signal));
        counts[signal == SIGUSR1 ? 0 : signal == SIGUSR2 ? 1 : 2]++;
        CHECK(sem_post(&taken) == 0);
    }
    printf("a thread took %d of SIGUSR1, %d of SIGUSR2, %d of SIGTERM\n", counts[0], counts[1], counts[2]);
    return NULL;
}

int main(void)
{
    static const int SENT[] = {SIGUSR1, SIGUSR2, SIGUSR1, SIGUSR1, SIGTERM};
    struct timespec limit = {0, 30000000}, none = {0, 0}, then;
    struct itimerval often = {{0, 20000}, {0, 20000}}, never = {0};
    sigset_t set, usr1 = only(SIGUSR1);
    siginfo_t info;
    pthread_t thread;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGTERM);
    OK(pthread_sigmask(SIG_BLOCK, &set, NULL));

    thread = start(take, NULL);
    for (size_t i = 0; i < sizeof SENT / sizeof SENT[0]; i++) {
        NO_ERROR(kill(getpid(), SENT[i]));
        wait_for(&taken);
    }
    join(thread);

    then = in(CLOCK_MONOTONIC, 30);
    printf("nothing came: %s", ERROR_OF(sigtimedwait(&usr1, &info, &limit)));
    printf(", %s the limit\n", is_past(CLOCK_MONOTONIC, then) ? "at" : "before");
    printf("nothing there: %s\n", ERROR_OF(sigtimedwait(&usr1, &info, &none)));
    NO_ERROR(kill(getpid(), SIGUSR1));
    NO_ERROR(kill(getpid(), SIGUSR1));
    printf("two were sent: %d", sigtimedwait(&usr1, &info, &none) == SIGUSR1);
    printf(", %s", info.si_code == SI_USER && info.si_pid == getpid() ? "by kill" : "by something else");
    printf(", and then %s\n", ERROR_OF(sigtimedwait(&usr1, &info, &none)));
    limit.tv_nsec = -1;
    printf("no time at all: %s\n", ERROR_OF(sigtimedwait(&usr1, &info, &limit)));

    /* Again and again: the first may come before we wait. The call itself, as a library may begin anew. */
    handle(SIGALRM, ignore, SA_RESTART);
    NO_ERROR(setitimer(ITIMER_REAL, &often, NULL));
    printf("interrupted: %s\n", ERROR_OF(syscall(SYS_rt_sigtimedwait, &usr1, &info, NULL, 8)));
    NO_ERROR(setitimer(ITIMER_REAL, &never, NULL));
    return 0;
}
