/* A thread forks while four others allocate: each child can allocate too, has one thread, and the values of then. */
#include "check.h"

static atomic_int is_over;

static void *allocate(void *argument)
{
    unsigned number = (intptr_t)argument;
    char *blocks[16] = {NULL};

    for (int round = 1; !atomic_load(&is_over); round++) {
        int i = (number = number * 1103515245 + 12345) >> 16 & 15;
        size_t size = number >> 20 & 2047;

        free(blocks[i]);
        blocks[i] = malloc(size + 1);
        CHECK(blocks[i] != NULL);
        memset(blocks[i], i, size + 1);
        /* On one processor the one that forks would wait for all our slices of time, again and again. */
        if (round % 100 == 0)
            sched_yield();
    }
    for (int i = 0; i < 16; i++)
        free(blocks[i]);
    return NULL;
}

static void in_child(int number)
{
    char *block;

    for (int i = 0; i < 100; i++) {
        block = malloc(100 + i);
        CHECK(block != NULL);
        memset(block, i, 100 + i);
        free(block);
    }
    /* Ids are the new process's, whatever thread it came of. */
    if (getpid() != syscall(SYS_gettid))
        _exit(99);
    _exit(number);
}

static void *fork_often(void *argument)
{
    (void)argument;
    for (int i = 1; i <= 8; i++) {
        pid_t child = fork();
        int status;

        NO_ERROR(child);
        if (child == 0)
            in_child(i);
        CHECK(waitpid(child, &status, 0) == child);
        printf("child %d: %d\n", i, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        threads[i] = start(allocate, (void *)(intptr_t)(i + 1));
    join(start(fork_often, NULL));
    atomic_store(&is_over, 1);
    for (int i = 0; i < 4; i++)
        join(threads[i]);
    return 0;
}
