/* Thread-specific data: each thread's own, NULL at first; destructors run for what is not NULL, and again for what they
   set anew, but not for ever. */
#include "check.h"

static pthread_key_t plain, again, for_ever;
static atomic_int destroyed, destroyed_again, destroyed_for_ever;

static void destroy(void *value)
{
    CHECK(pthread_getspecific(plain) == NULL);
    atomic_fetch_add(&destroyed, (intptr_t)value);
}

static void destroy_and_set_once(void *value)
{
    atomic_fetch_add(&destroyed_again, 1);
    if ((intptr_t)value == 1)
        OK(pthread_setspecific(again, (void *)2));
}

static void destroy_and_set(void *value)
{
    atomic_fetch_add(&destroyed_for_ever, 1);
    OK(pthread_setspecific(for_ever, value));
}

static void *set(void *argument)
{
    CHECK(pthread_getspecific(plain) == NULL);
    OK(pthread_setspecific(plain, argument));
    OK(pthread_setspecific(again, (void *)1));
    sched_yield();
    CHECK(pthread_getspecific(plain) == argument);
    if ((intptr_t)argument % 2 == 0)
        pthread_exit(NULL);
    return NULL;
}

static void *set_for_ever(void *argument)
{
    OK(pthread_setspecific(for_ever, argument));
    return NULL;
}

int main(void)
{
    pthread_t threads[10];

    OK(pthread_key_create(&plain, destroy));
    OK(pthread_key_create(&again, destroy_and_set_once));
    OK(pthread_key_create(&for_ever, destroy_and_set));
    OK(pthread_setspecific(plain, (void *)1000));
    for (int i = 0; i < 10; i++)
        threads[i] = start(set, (void *)(intptr_t)(i + 1));
    for (int i = 0; i < 10; i++)
        join(threads[i]);
    printf("values destroyed: %d, and %d times the other\n", atomic_load(&destroyed), atomic_load(&destroyed_again));
    join(start(set_for_ever, (void *)1));
    printf("set again for ever: %d times\n", atomic_load(&destroyed_for_ever));
    printf("main's own: %d\n", (int)(intptr_t)pthread_getspecific(plain));
    OK(pthread_key_delete(plain));
    return 0;
}
