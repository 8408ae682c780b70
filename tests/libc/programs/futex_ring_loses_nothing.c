/* 64 threads in a ring hand one token on by futex, 10,000 turns each: none is lost, and none comes out of turn. */
#include "check.h"
#include <linux/futex.h>

#define THREADS 64
#define TURNS 10000

/* How often each has been handed the token. */
static struct { atomic_int given; char padding[60]; } places[THREADS];
static int token;

static void *take_turns(void *argument)
{
    int own = (intptr_t)argument, next = (own + 1) % THREADS, wrong = 0;

    for (int turn = 0; turn < TURNS; turn++) {
        while (atomic_load(&places[own].given) == turn)
            syscall(SYS_futex, &places[own].given, FUTEX_WAIT_PRIVATE, turn, NULL);
        wrong += token != turn * THREADS + own;
        token++;
        atomic_fetch_add(&places[next].given, 1);
        syscall(SYS_futex, &places[next].given, FUTEX_WAKE_PRIVATE, 1);
    }
    return (void *)(intptr_t)wrong;
}

int main(void)
{
    pthread_t threads[THREADS];
    int wrong = 0;

    for (int i = 0; i < THREADS; i++)
        threads[i] = start(take_turns, (void *)(intptr_t)i);
    atomic_fetch_add(&places[0].given, 1);
    syscall(SYS_futex, &places[0].given, FUTEX_WAKE_PRIVATE, 1);
    for (int i = 0; i < THREADS; i++)
        wrong += (intptr_t)join(threads[i]);
    printf("%d turns, %d out of turn\n", token, wrong);
    return 0;
}
