/* The futex call itself: waiting, waking, moving waiters, bits, time limits, and what it refuses. */
#include "check.h"
#include <linux/futex.h>

#ifndef SYS_futex_time64
#define SYS_futex_time64 422
#endif

/* As the call that is older than wide times takes it, whatever the library's own is. */
struct narrow { int32_t seconds, nanoseconds; };

static atomic_int here, there, passed;
static int private_flag = FUTEX_PRIVATE_FLAG;

static long futex(void *word, int operation, int value, uintptr_t more, void *other, int third)
{
    return syscall(SYS_futex, word, operation | private_flag, value, more, other, third);
}

static void *wait_here(void *argument)
{
    int bits = (intptr_t)argument;
    long result;

    do
        result = bits == 0 ? futex(&here, FUTEX_WAIT, 0, 0, NULL, 0) : futex(&here, FUTEX_WAIT_BITSET, 0, 0, NULL, bits);
    while (result == -1 && errno == EINTR);
    CHECK(result == 0);
    atomic_fetch_add(&passed, 1);
    return NULL;
}

/* Calls until it has answered so many in all: those who are to wait may not wait yet. */
#define UNTIL(count, call)                     \
    do {                                       \
        for (long all = 0; all < (count);) {   \
            long some = (call);                \
            NO_ERROR(some);                    \
            all += some;                       \
            sched_yield();                     \
        }                                      \
    } while (0)

static void wake(void)
{
    pthread_t threads[6];

    for (int i = 0; i < 6; i++)
        threads[i] = start(wait_here, NULL);
    UNTIL(2, futex(&here, FUTEX_WAKE, 1, 0, NULL, 0));
    while (atomic_load(&passed) < 2)
        sched_yield();
    printf("two were woken: %d have passed\n", atomic_load(&passed));
    UNTIL(4, futex(&here, FUTEX_WAKE, 100, 0, NULL, 0));
    for (int i = 0; i < 6; i++)
        join(threads[i]);
    printf("the rest: %d, and nobody is left: %ld\n", atomic_load(&passed), futex(&here, FUTEX_WAKE, 100, 0, NULL, 0));
}

static void move(void)
{
    pthread_t threads[5];

    atomic_store(&passed, 0);
    for (int i = 0; i < 5; i++)
        threads[i] = start(wait_here, NULL);
    printf("moving with the wrong value: %s\n", ERROR_OF(futex(&here, FUTEX_CMP_REQUEUE, 0, 10, &there, 1)));
    UNTIL(5, futex(&here, FUTEX_CMP_REQUEUE, 0, 10, &there, 0));
    printf("moved: %d have passed\n", atomic_load(&passed));
    printf("woken there: %ld\n", futex(&there, FUTEX_WAKE, 2, 0, NULL, 0));
    printf("moved back: %ld\n", futex(&there, FUTEX_REQUEUE, 0, 1, &here, 0));
    /* How many are where is not certain: Linux may have one begin anew, here, that had been moved. */
    UNTIL(3, futex(&there, FUTEX_WAKE, 10, 0, NULL, 0) + futex(&here, FUTEX_WAKE, 10, 0, NULL, 0));
    for (int i = 0; i < 5; i++)
        join(threads[i]);
    printf("%d have passed\n", atomic_load(&passed));
}

static void choose_by_bits(void)
{
    pthread_t threads[3];

    atomic_store(&passed, 0);
    for (int i = 0; i < 3; i++)
        threads[i] = start(wait_here, (void *)(intptr_t)(1 << i));
    UNTIL(1, futex(&here, FUTEX_WAKE_BITSET, 10, 0, NULL, 2));
    join(threads[1]);
    printf("bit 1: %d has passed\n", atomic_load(&passed));
    UNTIL(2, futex(&here, FUTEX_WAKE, 10, 0, NULL, 0));
    join(threads[0]);
    join(threads[2]);
    printf("any: %d have passed, no bits: %s\n", atomic_load(&passed), ERROR_OF(futex(&here, FUTEX_WAKE_BITSET, 10, 0, NULL, 0)));
}

static void wake_by_operation(void)
{
    pthread_t thread;

    atomic_store(&there, 5);
    printf("an operation: %ld", futex(&here, FUTEX_WAKE_OP, 1, 1, &there, FUTEX_OP(FUTEX_OP_ADD, 3, FUTEX_OP_CMP_EQ, 5)));
    printf(", there is %d\n", atomic_load(&there));
    atomic_store(&there, 0);
    thread = start(wait_here, NULL);
    /* `there` is where nobody waits; it is 0 each time, so the second wake is made. */
    UNTIL(1, futex(&there, FUTEX_WAKE_OP, 1, 1, &here, FUTEX_OP(FUTEX_OP_SET, 0, FUTEX_OP_CMP_EQ, 0)));
    join(thread);
    printf("woken by its second half\n");
}

static void limits(void)
{
    struct narrow moment = {0, 30000000}, invalid = {0, 1000000000}, limit;
    struct { long long seconds; long nanoseconds, padding; } wide = {0, 30000000, 0};
    struct timespec then = in(CLOCK_MONOTONIC, 30);

    printf("another value: %s\n", ERROR_OF(futex(&here, FUTEX_WAIT, 1, 0, NULL, 0)));
    printf("for a while: %s", ERROR_OF(futex(&here, FUTEX_WAIT, 0, (uintptr_t)&moment, NULL, 0)));
    printf(", %s the limit\n", is_past(CLOCK_MONOTONIC, then) ? "at" : "before");
    then = in(CLOCK_MONOTONIC, 30);
    printf("with wide times: %s", ERROR_OF(syscall(SYS_futex_time64, &here, FUTEX_WAIT | private_flag, 0, &wide, NULL, 0)));
    printf(", %s the limit\n", is_past(CLOCK_MONOTONIC, then) ? "at" : "before");
    then = in(CLOCK_MONOTONIC, 30);
    limit = (struct narrow){then.tv_sec, then.tv_nsec};
    printf("until then: %s", ERROR_OF(futex(&here, FUTEX_WAIT_BITSET, 0, (uintptr_t)&limit, NULL, -1)));
    printf(", %s the limit\n", is_past(CLOCK_MONOTONIC, then) ? "at" : "before");
    then = in(CLOCK_REALTIME, 30);
    limit = (struct narrow){then.tv_sec, then.tv_nsec};
    printf("by the other clock: %s",
           ERROR_OF(futex(&here, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, (uintptr_t)&limit, NULL, -1)));
    printf(", %s the limit\n", is_past(CLOCK_REALTIME, then) ? "at" : "before");
    printf("no time at all: %s\n", ERROR_OF(futex(&here, FUTEX_WAIT, 0, (uintptr_t)&invalid, NULL, 0)));
    printf("no memory: %s, %s\n", ERROR_OF(futex((void *)8, FUTEX_WAIT, 0, 0, NULL, 0)),
           ERROR_OF(futex(&here, FUTEX_WAIT, 0, 8, NULL, 0)));
    printf("not aligned: %s, %s\n", ERROR_OF(futex((char *)&here + 2, FUTEX_WAIT, 0, 0, NULL, 0)),
           ERROR_OF(futex((char *)&here + 2, FUTEX_WAKE, 1, 0, NULL, 0)));
    printf("no such operation: %s\n", ERROR_OF(futex(&here, 99, 0, 0, NULL, 0)));
}

static void across_fork(void)
{
    atomic_int *word = shared_memory(sizeof *word);
    pid_t child = fork();

    NO_ERROR(child);
    if (child == 0) {
        CHECK(futex(word, FUTEX_WAIT, 0, 0, NULL, 0) == 0);
        _exit(0);
    }
    UNTIL(1, futex(word, FUTEX_WAKE, 1, 0, NULL, 0));
    print_end_of(child, "in shared memory, the child");
}

int main(void)
{
    wake();
    move();
    choose_by_bits();
    wake_by_operation();
    limits();
    private_flag = 0;
    atomic_store(&passed, 0);
    printf("not private:\n");
    wake();
    across_fork();
    return 0;
}
