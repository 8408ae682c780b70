/* A signal for the process goes to a thread that does not block it; with all blocking, it waits for the first that will
   take it. */
#include "check.h"

static sem_t handled, stop;
static pthread_t willing;
static atomic_int by_willing;

static void note(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
    atomic_fetch_add(&by_willing, pthread_equal(pthread_self(), willing) != 0);
    sem_post(&handled);
}

static void *sleep_until_stopped(void *argument)
{
    sigset_t set = only(SIGUSR1);

    if (argument != NULL)
        OK(pthread_sigmask(SIG_UNBLOCK, &set, NULL));
    wait_for(&stop);
    return NULL;
}

static void *take_what_waits(void *argument)
{
    sigset_t set = only(SIGUSR1), pending;

    (void)argument;
    NO_ERROR(sigpending(&pending));
    printf("all block it: it %s\n", sigismember(&pending, SIGUSR1) ? "waits" : "does not wait");
    willing = pthread_self();
    OK(pthread_sigmask(SIG_UNBLOCK, &set, NULL));
    return NULL;
}

int main(void)
{
    sigset_t set = only(SIGUSR1);
    pthread_t threads[6];
    int value;

    CHECK(sem_init(&handled, 0, 0) == 0 && sem_init(&stop, 0, 0) == 0);
    handle(SIGUSR1, note, 0);
    OK(pthread_sigmask(SIG_BLOCK, &set, NULL));
    for (int i = 0; i < 6; i++) {
        threads[i] = start(sleep_until_stopped, i == 3 ? &stop : NULL);
        if (i == 3)
            willing = threads[i];
    }
    for (int i = 0; i < 5; i++) {
        NO_ERROR(kill(getpid(), SIGUSR1));
        wait_for(&handled);
    }
    printf("%d of 5 by the willing one\n", atomic_load(&by_willing));
    for (int i = 0; i < 6; i++)
        CHECK(sem_post(&stop) == 0);
    for (int i = 0; i < 6; i++)
        join(threads[i]);

    NO_ERROR(kill(getpid(), SIGUSR1));
    join(start(take_what_waits, NULL));
    CHECK(sem_getvalue(&handled, &value) == 0);
    printf("%d more, %d by whoever would\n", value, atomic_load(&by_willing) - 5);
    return 0;
}
