/* Eight threads add to one number 10,000 times each, under a mutex; nothing is lost. */
#include "check.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile int number, inside, crowded;

static void *add(void *argument)
{
    (void)argument;
    for (int i = 0; i < 10000; i++) {
        OK(pthread_mutex_lock(&mutex));
        if (inside++ != 0)
            crowded++;
        number = number + 1;
        if (i % 1000 == 0)
            sched_yield();
        inside--;
        OK(pthread_mutex_unlock(&mutex));
    }
    return NULL;
}

static void *try(void *argument)
{
    (void)argument;
    return (void *)(intptr_t)pthread_mutex_trylock(&mutex);
}

int main(void)
{
    pthread_t threads[8];

    for (int i = 0; i < 8; i++)
        threads[i] = start(add, NULL);
    for (int i = 0; i < 8; i++)
        join(threads[i]);
    printf("%d, %d times two were inside\n", number, crowded);

    OK(pthread_mutex_lock(&mutex));
    printf("trying a held mutex: %s\n", name_of((intptr_t)join(start(try, NULL))));
    OK(pthread_mutex_unlock(&mutex));
    OK(pthread_mutex_trylock(&mutex));
    OK(pthread_mutex_unlock(&mutex));
    OK(pthread_mutex_destroy(&mutex));
    return 0;
}
