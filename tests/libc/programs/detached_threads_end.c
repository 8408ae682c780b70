/* Threads that nobody joins: detached from the beginning, by the creator, and by themselves. */
#include "check.h"

static sem_t ended;
static atomic_int count;

static void *work(void *argument)
{
    if (argument != NULL)
        OK(pthread_detach(pthread_self()));
    atomic_fetch_add(&count, 1);
    CHECK(sem_post(&ended) == 0);
    return NULL;
}

int main(void)
{
    pthread_attr_t detached;
    pthread_t thread;

    CHECK(sem_init(&ended, 0, 0) == 0);
    OK(pthread_attr_init(&detached));
    OK(pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED));
    for (int i = 0; i < 20; i++) {
        OK(pthread_create(&thread, &detached, work, NULL));
        OK(pthread_detach(start(work, NULL)));
        start(work, &ended);
    }
    for (int i = 0; i < 60; i++)
        wait_for(&ended);
    printf("%d threads ended\n", atomic_load(&count));
    return 0;
}
