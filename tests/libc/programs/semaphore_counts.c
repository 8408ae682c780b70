/* A semaphore between threads: as many come in as it counts; trying, and waiting for a while. */
#include "check.h"

static sem_t places;
static atomic_int inside, most;

static void *visit(void *argument)
{
    (void)argument;
    for (int i = 0; i < 100; i++) {
        int now, seen;

        wait_for(&places);
        now = atomic_fetch_add(&inside, 1) + 1;
        for (seen = atomic_load(&most); now > seen && !atomic_compare_exchange_weak(&most, &seen, now);)
            continue;
        if (i % 10 == 0)
            sched_yield();
        atomic_fetch_sub(&inside, 1);
        CHECK(sem_post(&places) == 0);
    }
    return NULL;
}

int main(void)
{
    struct timespec limit;
    pthread_t threads[8];
    int value;

    CHECK(sem_init(&places, 0, 3) == 0);
    for (int i = 0; i < 8; i++)
        threads[i] = start(visit, NULL);
    for (int i = 0; i < 8; i++)
        join(threads[i]);
    CHECK(sem_getvalue(&places, &value) == 0);
    printf("%s than three were inside; it counts %d\n", atomic_load(&most) > 3 ? "more" : "no more", value);

    for (int i = 0; i < 3; i++)
        printf("trying: %s\n", ERROR_OF(sem_trywait(&places)));
    printf("trying: %s\n", ERROR_OF(sem_trywait(&places)));
    limit = in(CLOCK_REALTIME, 40);
    printf("waiting for a while: %s", ERROR_OF(sem_timedwait(&places, &limit)));
    printf(", %s the limit\n", is_past(CLOCK_REALTIME, limit) ? "at" : "before");
    return 0;
}
