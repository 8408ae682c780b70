/* Memory goes round between threads: each allocates, fills, checks what it gets from its neighbour, and frees that. */
#include "check.h"

#define THREADS 6
#define ROUNDS 500

static struct { sem_t full, empty; unsigned char *block; size_t size; } places[THREADS];

static void *pass_on(void *argument)
{
    int own = (intptr_t)argument, next = (own + 1) % THREADS, wrong = 0;

    for (int round = 0; round < ROUNDS; round++) {
        /* Now and then so much that the library takes it from the kernel alone. */
        size_t size = round % 100 == 99 ? 200000 : 16 + round * 7 % 3000;
        unsigned char *block = malloc(size);

        CHECK(block != NULL);
        memset(block, own, size);
        wait_for(&places[next].empty);
        places[next].block = block;
        places[next].size = size;
        CHECK(sem_post(&places[next].full) == 0);

        wait_for(&places[own].full);
        block = places[own].block;
        for (size_t i = 0; i < places[own].size; i += 13)
            wrong += block[i] != (own + THREADS - 1) % THREADS;
        CHECK(sem_post(&places[own].empty) == 0);
        free(block);
    }
    return (void *)(intptr_t)wrong;
}

int main(void)
{
    pthread_t threads[THREADS];
    int wrong = 0;

    for (int i = 0; i < THREADS; i++)
        CHECK(sem_init(&places[i].full, 0, 0) == 0 && sem_init(&places[i].empty, 0, 1) == 0);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(pass_on, (void *)(intptr_t)i);
    for (int i = 0; i < THREADS; i++)
        wrong += (intptr_t)join(threads[i]);
    printf("%d blocks went round, %d bytes were wrong\n", THREADS * ROUNDS, wrong);
    return 0;
}
