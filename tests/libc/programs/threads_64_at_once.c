/* 64 threads alive at the same time, each with the stack that the library gives by itself. */
#include "check.h"

#define THREADS 64

static pthread_barrier_t all_here;
static volatile char *places[THREADS];

static void *stay(void *argument)
{
    int own = (intptr_t)argument;
    volatile char stack[8192];

    for (size_t i = 0; i < sizeof stack; i++)
        stack[i] = own;
    places[own] = stack;
    pthread_barrier_wait(&all_here);
    /* Everybody looks at everybody's stack while all of them are there. */
    for (int i = 0; i < THREADS; i++)
        if (places[i][100] != i || places[i][sizeof stack - 1] != i)
            return NULL;
    pthread_barrier_wait(&all_here);
    return (void *)1;
}

int main(void)
{
    pthread_t threads[THREADS];
    int good = 0;

    OK(pthread_barrier_init(&all_here, NULL, THREADS));
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(stay, (void *)(intptr_t)i);
    for (int i = 0; i < THREADS; i++)
        good += join(threads[i]) != NULL;
    printf("%d of %d threads were there together\n", good, THREADS);
    return 0;
}
