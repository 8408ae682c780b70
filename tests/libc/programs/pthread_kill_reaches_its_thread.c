/* A signal for a thread is handled by that thread; masks are each thread's own, and a new thread begins with its
   creator's. */
#include "check.h"

static __thread volatile sig_atomic_t handled;
static pthread_t threads[4];
static atomic_int others;
static sem_t ready, go;

static void note(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    handled++;
    if (info->si_code != SI_TKILL || info->si_pid != getpid())
        atomic_fetch_add(&others, 1);
}

static void *wait_until_told(void *argument)
{
    (void)argument;
    CHECK(sem_post(&ready) == 0);
    while (!handled)
        sleep_ms(1);
    return (void *)(intptr_t)handled;
}

static void *block_first(void *argument)
{
    sigset_t set = only(SIGUSR1), pending;
    int before;

    (void)argument;
    OK(pthread_sigmask(SIG_BLOCK, &set, NULL));
    CHECK(sem_post(&ready) == 0);
    wait_for(&go);
    NO_ERROR(sigpending(&pending));
    before = handled;
    OK(pthread_sigmask(SIG_UNBLOCK, &set, NULL));
    printf("blocked: %s, handled %d times, then %d\n",
           sigismember(&pending, SIGUSR1) ? "it waits" : "it does not wait", before, handled);
    return NULL;
}

static void *tell_mask(void *argument)
{
    sigset_t set;

    (void)argument;
    OK(pthread_sigmask(SIG_BLOCK, NULL, &set));
    printf("inherited: SIGUSR1 %d, SIGUSR2 %d\n", sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2));
    sigfillset(&set);
    OK(pthread_sigmask(SIG_SETMASK, &set, NULL));
    return NULL;
}

int main(void)
{
    sigset_t set = only(SIGUSR2), pending;
    pthread_t thread;
    int good = 0;

    CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&go, 0, 0) == 0);
    handle(SIGUSR1, note, SA_RESTART);
    for (int i = 0; i < 4; i++)
        threads[i] = start(wait_until_told, NULL);
    for (int i = 0; i < 4; i++)
        wait_for(&ready);
    for (int i = 3; i >= 0; i--) {
        OK(pthread_kill(threads[i], SIGUSR1));
        good += (intptr_t)join(threads[i]) == 1;
    }
    printf("%d threads handled their own, %d came from elsewhere, main handled %d\n", good, atomic_load(&others), handled);

    thread = start(block_first, NULL);
    wait_for(&ready);
    OK(pthread_kill(thread, SIGUSR1));
    NO_ERROR(sigpending(&pending));
    printf("main %s it\n", sigismember(&pending, SIGUSR1) ? "sees" : "does not see");
    CHECK(sem_post(&go) == 0);
    join(thread);

    OK(pthread_sigmask(SIG_BLOCK, &set, NULL));
    join(start(tell_mask, NULL));
    OK(pthread_sigmask(SIG_BLOCK, NULL, &set));
    printf("main: SIGUSR1 %d, SIGUSR2 %d\n", sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2));
    printf("no signal, to oneself: %s\n", name_of(pthread_kill(pthread_self(), 0)));
    printf("no such signal: %s\n", name_of(pthread_kill(pthread_self(), 1000)));
    return 0;
}
