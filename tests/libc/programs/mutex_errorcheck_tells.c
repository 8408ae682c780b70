/* An error-checking mutex refuses what a normal one would hang or break on. */
#include "check.h"

static pthread_mutex_t mutex;

static void *unlock(void *argument)
{
    (void)argument;
    return (void *)(intptr_t)pthread_mutex_unlock(&mutex);
}

int main(void)
{
    pthread_mutexattr_t checking;

    OK(pthread_mutexattr_init(&checking));
    OK(pthread_mutexattr_settype(&checking, PTHREAD_MUTEX_ERRORCHECK));
    OK(pthread_mutex_init(&mutex, &checking));
    printf("unlocking a free one: %s\n", name_of(pthread_mutex_unlock(&mutex)));
    OK(pthread_mutex_lock(&mutex));
    printf("locking it twice: %s\n", name_of(pthread_mutex_lock(&mutex)));
    printf("trying it: %s\n", name_of(pthread_mutex_trylock(&mutex)));
    printf("unlocking another's: %s\n", name_of((intptr_t)join(start(unlock, NULL))));
    printf("unlocking: %s\n", name_of(pthread_mutex_unlock(&mutex)));
    return 0;
}
