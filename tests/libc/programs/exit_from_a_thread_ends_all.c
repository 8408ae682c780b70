/* exit() from a thread while 20 others sleep, wait and compute: the process ends, with what atexit has to say. */
#include "check.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t begun;

static void say_goodbye(void)
{
    printf("goodbye\n");
}

static void *sleep_for_ever(void *argument)
{
    (void)argument;
    CHECK(sem_post(&begun) == 0);
    for (;;)
        pause();
    return NULL;
}

static void *wait_for_ever(void *argument)
{
    (void)argument;
    CHECK(sem_post(&begun) == 0);
    OK(pthread_mutex_lock(&mutex));
    return NULL;
}

static void *compute_for_ever(void *argument)
{
    volatile unsigned number = 0;

    (void)argument;
    CHECK(sem_post(&begun) == 0);
    for (;;)
        number++;
    return NULL;
}

static void *leave(void *argument)
{
    (void)argument;
    for (int i = 0; i < 20; i++)
        wait_for(&begun);
    exit(7);
    return NULL;
}

int main(void)
{
    pid_t child = fork();

    NO_ERROR(child);
    if (child == 0) {
        CHECK(atexit(say_goodbye) == 0 && sem_init(&begun, 0, 0) == 0);
        OK(pthread_mutex_lock(&mutex));
        for (int i = 0; i < 20; i++)
            start(i < 9 ? sleep_for_ever : i < 18 ? wait_for_ever : compute_for_ever, NULL);
        start(leave, NULL);
        sleep_for_ever(NULL);
    }
    print_end_of(child, "it");
    return 0;
}
