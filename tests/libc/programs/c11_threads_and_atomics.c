/* The threads and atomics of the C standard. */
#include "check.h"
#include <threads.h>

static mtx_t mutex;
static cnd_t turned;
static tss_t key;
static once_flag flag = ONCE_FLAG_INIT;
static int number, turn;
static atomic_int runs, destroyed;
static _Atomic int32_t sum;
static _Atomic uint64_t wide;
static atomic_flag spin = ATOMIC_FLAG_INIT;
static int under_spin;
static thread_local int own = 5;

static void run(void) { atomic_fetch_add(&runs, 1); }

static void destroy(void *value)
{
    atomic_fetch_add(&destroyed, (intptr_t)value);
}

static int work(void *argument)
{
    int self = (intptr_t)argument;

    call_once(&flag, run);
    CHECK(tss_set(key, (void *)1) == thrd_success);
    own += self;
    for (int i = 0; i < 1000; i++) {
        CHECK(mtx_lock(&mutex) == thrd_success);
        number++;
        CHECK(mtx_unlock(&mutex) == thrd_success);
        atomic_fetch_add(&sum, i % 2 ? 3 : -1);
        /* Wider than a register: all of it must change at once. */
        atomic_fetch_add(&wide, 0x100000001);
        while (atomic_flag_test_and_set_explicit(&spin, memory_order_acquire))
            thrd_yield();
        under_spin++;
        atomic_flag_clear_explicit(&spin, memory_order_release);
    }
    CHECK(mtx_lock(&mutex) == thrd_success);
    while (turn != self)
        CHECK(cnd_wait(&turned, &mutex) == thrd_success);
    printf("thread %d, its own %d\n", self, own);
    turn++;
    CHECK(cnd_broadcast(&turned) == thrd_success);
    CHECK(mtx_unlock(&mutex) == thrd_success);
    return self * self;
}

static int leave(void *argument)
{
    (void)argument;
    thrd_exit(9);
}

int main(void)
{
    struct timespec limit, moment = {0, 1000000};
    thrd_t threads[5], other;
    int result, results = 0;

    CHECK(mtx_init(&mutex, mtx_timed) == thrd_success && cnd_init(&turned) == thrd_success);
    CHECK(tss_create(&key, destroy) == thrd_success);
    for (int i = 0; i < 5; i++)
        CHECK(thrd_create(&threads[i], work, (void *)(intptr_t)i) == thrd_success);
    for (int i = 0; i < 5; i++) {
        CHECK(thrd_join(threads[i], &result) == thrd_success);
        results += result;
    }
    printf("%d, results %d, once %d, destroyed %d, here %d\n", number, results, atomic_load(&runs),
           atomic_load(&destroyed), own);
    printf("atomics: %d, %llx, %d\n", (int)atomic_load(&sum), (unsigned long long)atomic_load(&wide), under_spin);

    CHECK(thrd_create(&other, leave, NULL) == thrd_success && thrd_join(other, &result) == thrd_success);
    printf("thrd_exit: %d\n", result);
    CHECK(mtx_lock(&mutex) == thrd_success);
    CHECK(timespec_get(&limit, TIME_UTC) == TIME_UTC);
    printf("cnd_timedwait: %s\n", cnd_timedwait(&turned, &mutex, &limit) == thrd_timedout ? "timed out" : "not so");
    printf("thrd_sleep: %d\n", thrd_sleep(&moment, NULL));
    return 0;
}
