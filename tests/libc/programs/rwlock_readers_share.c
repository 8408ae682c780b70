/* Many readers at once or one writer alone. */
#include "check.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t all_inside;
static volatile int one, two;

static void *read_together(void *argument)
{
    (void)argument;
    OK(pthread_rwlock_rdlock(&lock));
    /* None can leave before all have come in. */
    pthread_barrier_wait(&all_inside);
    OK(pthread_rwlock_unlock(&lock));
    return NULL;
}

static void *read_often(void *argument)
{
    int torn = 0;

    (void)argument;
    for (int i = 0; i < 500; i++) {
        OK(pthread_rwlock_rdlock(&lock));
        torn += one != two;
        OK(pthread_rwlock_unlock(&lock));
    }
    return (void *)(intptr_t)torn;
}

static void *write_often(void *argument)
{
    (void)argument;
    for (int i = 0; i < 250; i++) {
        OK(pthread_rwlock_wrlock(&lock));
        one++;
        if (i % 50 == 0)
            sched_yield();
        two++;
        OK(pthread_rwlock_unlock(&lock));
    }
    return NULL;
}

static void *try(void *argument)
{
    struct timespec limit = in(CLOCK_REALTIME, 20);

    (void)argument;
    printf("trying to read: %s\n", name_of(pthread_rwlock_tryrdlock(&lock)));
    printf("trying to write: %s\n", name_of(pthread_rwlock_trywrlock(&lock)));
    printf("writing, with a limit: %s\n", name_of(pthread_rwlock_timedwrlock(&lock, &limit)));
    return NULL;
}

int main(void)
{
    pthread_t threads[8];
    int torn = 0;

    OK(pthread_barrier_init(&all_inside, NULL, 5));
    for (int i = 0; i < 5; i++)
        threads[i] = start(read_together, NULL);
    for (int i = 0; i < 5; i++)
        join(threads[i]);
    printf("five readers at once\n");

    for (int i = 0; i < 8; i++)
        threads[i] = start(i % 2 ? write_often : read_often, NULL);
    for (int i = 0; i < 8; i++)
        torn += (intptr_t)join(threads[i]);
    printf("%d and %d, %d times torn\n", one, two, torn);

    OK(pthread_rwlock_wrlock(&lock));
    join(start(try, NULL));
    OK(pthread_rwlock_unlock(&lock));
    return 0;
}
