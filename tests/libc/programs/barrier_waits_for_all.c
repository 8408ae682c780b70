/* Six threads and twenty rounds: nobody is ahead of another by more than the barrier lets, and one in each is told so. */
#include "check.h"

#define THREADS 6
#define ROUNDS 20

static pthread_barrier_t barrier;
static atomic_int arrived[ROUNDS], serial[ROUNDS];

static void *run(void *argument)
{
    int early = 0;

    (void)argument;
    for (int round = 0; round < ROUNDS; round++) {
        int result;

        atomic_fetch_add(&arrived[round], 1);
        result = pthread_barrier_wait(&barrier);
        if (result == PTHREAD_BARRIER_SERIAL_THREAD)
            atomic_fetch_add(&serial[round], 1);
        else
            OK(result);
        early += atomic_load(&arrived[round]) != THREADS;
    }
    return (void *)(intptr_t)early;
}

int main(void)
{
    pthread_t threads[THREADS];
    int early = 0, told = 0;

    OK(pthread_barrier_init(&barrier, NULL, THREADS));
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(run, NULL);
    for (int i = 0; i < THREADS; i++)
        early += (intptr_t)join(threads[i]);
    for (int round = 0; round < ROUNDS; round++)
        told += atomic_load(&serial[round]) == 1;
    OK(pthread_barrier_destroy(&barrier));
    printf("%d were early, in %d of %d rounds one was the serial thread\n", early, told, ROUNDS);
    return 0;
}
