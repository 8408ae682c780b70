/* Three producers and three consumers with a queue of four places: every item arrives once. Broadcast wakes all. */
#include "check.h"

#define ITEMS 1000
#define PLACES 4

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static int queue[PLACES], first, filled, waiting, passed;
static bool is_open;
static char arrived[3 * ITEMS];

static void *produce(void *argument)
{
    int base = (intptr_t)argument * ITEMS;

    for (int i = 0; i < ITEMS; i++) {
        OK(pthread_mutex_lock(&mutex));
        while (filled == PLACES)
            OK(pthread_cond_wait(&not_full, &mutex));
        queue[(first + filled++) % PLACES] = base + i;
        OK(pthread_cond_signal(&not_empty));
        OK(pthread_mutex_unlock(&mutex));
    }
    return NULL;
}

static void *consume(void *argument)
{
    (void)argument;
    for (int i = 0; i < ITEMS; i++) {
        OK(pthread_mutex_lock(&mutex));
        while (filled == 0)
            OK(pthread_cond_wait(&not_empty, &mutex));
        arrived[queue[first]]++;
        first = (first + 1) % PLACES;
        filled--;
        OK(pthread_cond_signal(&not_full));
        OK(pthread_mutex_unlock(&mutex));
    }
    return NULL;
}

static void *pass(void *argument)
{
    (void)argument;
    OK(pthread_mutex_lock(&mutex));
    waiting++;
    while (!is_open)
        OK(pthread_cond_wait(&opened, &mutex));
    passed++;
    OK(pthread_mutex_unlock(&mutex));
    return NULL;
}

int main(void)
{
    pthread_t threads[10];
    int once = 0, waits = 0;

    for (int i = 0; i < 3; i++) {
        threads[2 * i] = start(produce, (void *)(intptr_t)i);
        threads[2 * i + 1] = start(consume, NULL);
    }
    for (int i = 0; i < 6; i++)
        join(threads[i]);
    for (int i = 0; i < 3 * ITEMS; i++)
        once += arrived[i] == 1;
    printf("%d of %d items arrived once, %d are left\n", once, 3 * ITEMS, filled);

    for (int i = 0; i < 10; i++)
        threads[i] = start(pass, NULL);
    while (waits < 10) {
        OK(pthread_mutex_lock(&mutex));
        waits = waiting;
        OK(pthread_mutex_unlock(&mutex));
        sched_yield();
    }
    OK(pthread_mutex_lock(&mutex));
    printf("%d wait, %d have passed\n", waiting, passed);
    is_open = true;
    OK(pthread_cond_broadcast(&opened));
    OK(pthread_mutex_unlock(&mutex));
    for (int i = 0; i < 10; i++)
        join(threads[i]);
    printf("%d have passed\n", passed);
    return 0;
}
