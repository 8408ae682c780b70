/* A lock with a time limit: given up when the limit is past, never before, and had when the mutex becomes free in time. */
#include "check.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *give_up(void *argument)
{
    struct timespec limit = in(CLOCK_REALTIME, 50), long_past = {1, 0};
    int error = pthread_mutex_timedlock(&mutex, &limit);

    (void)argument;
    printf("held: %s, %s the limit\n", name_of(error), is_past(CLOCK_REALTIME, limit) ? "at" : "before");
    printf("a limit in the past: %s\n", name_of(pthread_mutex_timedlock(&mutex, &long_past)));
    limit.tv_nsec = 1000000000;
    printf("no time at all: %s\n", name_of(pthread_mutex_timedlock(&mutex, &limit)));
    return NULL;
}

static void *get(void *argument)
{
    struct timespec limit = in(CLOCK_REALTIME, 600000);
    sem_t *begun = argument;

    CHECK(sem_post(begun) == 0);
    OK(pthread_mutex_timedlock(&mutex, &limit));
    OK(pthread_mutex_unlock(&mutex));
    return (void *)1;
}

int main(void)
{
    struct timespec long_past = {1, 0};
    pthread_t waiting;
    sem_t begun;

    OK(pthread_mutex_lock(&mutex));
    join(start(give_up, NULL));

    CHECK(sem_init(&begun, 0, 0) == 0);
    waiting = start(get, &begun);
    wait_for(&begun);
    sleep_ms(20);
    OK(pthread_mutex_unlock(&mutex));
    printf("set free in time: %s\n", join(waiting) ? "locked" : "not locked");
    printf("free, and the limit past: %s\n", name_of(pthread_mutex_timedlock(&mutex, &long_past)));
    return 0;
}
