/* Cancelling threads at their cancellation points, wherever they wait: the handlers run, the last pushed first. */
#include "check.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t begun, empty;
static int ends[2];
static pthread_t sleeper;

static void said(void *words)
{
    printf("    %s\n", (char *)words);
}

static void unlock(void *argument)
{
    (void)argument;
    OK(pthread_mutex_unlock(&mutex));
    printf("    the mutex was ours\n");
}

static void in_nanosleep(void)
{
    for (;;)
        sleep_ms(1000000);
}

static void in_read(void)
{
    char byte;

    CHECK(read(ends[0], &byte, 1) == -2);
}

static void in_sem_wait(void)
{
    CHECK(sem_wait(&empty) == -2);
}

static void in_cond_wait(void)
{
    OK(pthread_mutex_lock(&mutex));
    pthread_cleanup_push(unlock, NULL);
    for (;;)
        OK(pthread_cond_wait(&never, &mutex));
    pthread_cleanup_pop(0);
}

static void in_join(void)
{
    pthread_join(sleeper, NULL);
}

static void in_sigwait(void)
{
    sigset_t set = only(SIGUSR2);
    int signal;

    sigwait(&set, &signal);
}

static void in_pause(void)
{
    for (;;)
        pause();
}

static void in_a_loop(void)
{
    for (;;)
        pthread_testcancel();
}

static void *wait_there(void *argument)
{
    void (*place)(void) = (void (*)(void))(intptr_t)argument;

    pthread_cleanup_push(said, "first pushed, last run");
    pthread_cleanup_push(said, "last pushed, first run");
    CHECK(sem_post(&begun) == 0);
    place();
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return NULL;
}

static void try(const char *name, void (*place)(void))
{
    pthread_t thread;

    printf("%s\n", name);
    thread = start(wait_there, (void *)(intptr_t)place);
    wait_for(&begun);
    sleep_ms(10);
    OK(pthread_cancel(thread));
    CHECK(join(thread) == PTHREAD_CANCELED);
}

static void *refuse_for_a_while(void *argument)
{
    int old;

    (void)argument;
    OK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old));
    CHECK(old == PTHREAD_CANCEL_ENABLE);
    CHECK(sem_post(&begun) == 0);
    /* The cancellation comes before this is over, and waits. */
    wait_for(&empty);
    pthread_testcancel();
    printf("    not while it is disabled\n");
    OK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL));
    pthread_testcancel();
    printf("    never reached\n");
    return NULL;
}

int main(void)
{
    pthread_t thread;

    CHECK(sem_init(&begun, 0, 0) == 0 && sem_init(&empty, 0, 0) == 0);
    NO_ERROR(pipe(ends));
    try("nanosleep", in_nanosleep);
    try("read", in_read);
    try("sem_wait", in_sem_wait);
    try("pthread_cond_wait", in_cond_wait);
    try("sigwait", in_sigwait);
    try("pause", in_pause);
    try("a loop with pthread_testcancel", in_a_loop);

    sleeper = start(wait_there, (void *)(intptr_t)in_pause);
    wait_for(&begun);
    try("pthread_join", in_join);
    OK(pthread_cancel(sleeper));
    CHECK(join(sleeper) == PTHREAD_CANCELED);

    printf("disabled\n");
    thread = start(refuse_for_a_while, NULL);
    wait_for(&begun);
    OK(pthread_cancel(thread));
    CHECK(sem_post(&empty) == 0);
    CHECK(join(thread) == PTHREAD_CANCELED);
    return 0;
}
