/* Real-time signals are queued with their values: the lower number first, and of one number the earlier first. */
#include "check.h"

static int seen;
static struct { int number, value; } order[6];

static void queue(int number, int value)
{
    NO_ERROR(sigqueue(getpid(), SIGRTMIN + number, (union sigval){.sival_int = value}));
}

static void queue_all(void)
{
    queue(2, 1);
    queue(2, 2);
    queue(0, 3);
    queue(1, 4);
    queue(0, 5);
    queue(2, 6);
}

static void note(int signal, siginfo_t *info, void *context)
{
    (void)context;
    order[seen].number = signal - SIGRTMIN;
    order[seen++].value = info->si_value.sival_int;
}

static void print(const char *how, const siginfo_t *info)
{
    printf("%s: +%d with %d, %s, from %s\n", how, info->si_signo - SIGRTMIN, info->si_value.sival_int,
           info->si_code == SI_QUEUE ? "queued" : "not queued", info->si_pid == getpid() ? "ourselves" : "elsewhere");
}

int main(void)
{
    sigset_t set;
    siginfo_t info;

    sigemptyset(&set);
    for (int i = 0; i < 3; i++) {
        struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};

        sigaddset(&set, SIGRTMIN + i);
        sigfillset(&action.sa_mask);
        NO_ERROR(sigaction(SIGRTMIN + i, &action, NULL));
    }
    NO_ERROR(sigprocmask(SIG_BLOCK, &set, NULL));

    queue_all();
    for (int i = 0; i < 6; i++) {
        CHECK(sigwaitinfo(&set, &info) > 0);
        print("waited for", &info);
    }
    queue_all();
    NO_ERROR(sigprocmask(SIG_UNBLOCK, &set, NULL));
    for (int i = 0; i < seen; i++)
        printf("handled: +%d with %d\n", order[i].number, order[i].value);

    printf("to no process: %s\n", ERROR_OF(sigqueue(0x3fffffff, SIGRTMIN, (union sigval){.sival_int = 0})));
    printf("no such signal: %s\n", ERROR_OF(sigqueue(getpid(), 1000, (union sigval){.sival_int = 0})));
    return 0;
}
