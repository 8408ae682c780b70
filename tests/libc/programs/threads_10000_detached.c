/* 10,000 detached threads, no more than 32 at a time: whatever a thread takes comes back though nobody waits for it. */
#include "check.h"

static atomic_int count;
static sem_t places;

static void *add(void *argument)
{
    (void)argument;
    atomic_fetch_add(&count, 1);
    CHECK(sem_post(&places) == 0);
    return NULL;
}

int main(void)
{
    pthread_attr_t detached;

    CHECK(sem_init(&places, 0, 32) == 0);
    OK(pthread_attr_init(&detached));
    OK(pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED));
    OK(pthread_attr_setstacksize(&detached, 64 << 10));
    for (int i = 0; i < 10000; i++) {
        pthread_t thread;
        int error;

        wait_for(&places);
        /* One that has counted may still be on its way out with its stack. */
        while ((error = pthread_create(&thread, &detached, add, NULL)) == EAGAIN)
            sched_yield();
        OK(error);
    }
    for (int i = 0; i < 32; i++)
        wait_for(&places);
    printf("%d\n", atomic_load(&count));
    return 0;
}
