/* A recursive mutex is free again after as many unlocks as locks, and belongs to its thread meanwhile. */
#include "check.h"

static pthread_mutex_t mutex;
static int number;

static void *try(void *argument)
{
    int error = pthread_mutex_trylock(&mutex);

    (void)argument;
    if (error == 0)
        OK(pthread_mutex_unlock(&mutex));
    return (void *)(intptr_t)error;
}

static void add(int depth)
{
    OK(pthread_mutex_lock(&mutex));
    number++;
    if (depth > 1)
        add(depth - 1);
    OK(pthread_mutex_unlock(&mutex));
}

static void *add_deeply(void *argument)
{
    (void)argument;
    for (int i = 0; i < 100; i++)
        add(10);
    return NULL;
}

int main(void)
{
    pthread_mutexattr_t recursive;
    pthread_t threads[4];

    OK(pthread_mutexattr_init(&recursive));
    OK(pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE));
    OK(pthread_mutex_init(&mutex, &recursive));
    for (int i = 0; i < 3; i++)
        OK(pthread_mutex_lock(&mutex));
    for (int held = 3; held >= 0; held--) {
        printf("held %d times: %s\n", held, name_of((intptr_t)join(start(try, NULL))));
        if (held > 0)
            OK(pthread_mutex_unlock(&mutex));
    }
    printf("once more: %s\n", name_of(pthread_mutex_unlock(&mutex)));

    for (int i = 0; i < 4; i++)
        threads[i] = start(add_deeply, NULL);
    for (int i = 0; i < 4; i++)
        join(threads[i]);
    printf("%d\n", number);
    return 0;
}
