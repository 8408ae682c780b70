/* Waiting for a condition until a time, by either clock: given up at that time and with the mutex held. */
#include "check.h"

static pthread_mutex_t mutex;
static pthread_cond_t condition;
static bool is_told;

static void *tell(void *argument)
{
    (void)argument;
    OK(pthread_mutex_lock(&mutex));
    is_told = true;
    OK(pthread_cond_signal(&condition));
    OK(pthread_mutex_unlock(&mutex));
    return NULL;
}

static void try(clockid_t clock, const char *name)
{
    pthread_mutexattr_t checking;
    pthread_condattr_t attribute;
    struct timespec limit, long_past = {0, 1};
    pthread_t teller;
    int error = 0;

    OK(pthread_mutexattr_init(&checking));
    OK(pthread_mutexattr_settype(&checking, PTHREAD_MUTEX_ERRORCHECK));
    OK(pthread_mutex_init(&mutex, &checking));
    OK(pthread_condattr_init(&attribute));
    OK(pthread_condattr_setclock(&attribute, clock));
    OK(pthread_cond_init(&condition, &attribute));
    is_told = false;

    OK(pthread_mutex_lock(&mutex));
    limit = in(clock, 50);
    while (error == 0)
        error = pthread_cond_timedwait(&condition, &mutex, &limit);
    printf("%s: %s, %s the limit\n", name, name_of(error), is_past(clock, limit) ? "at" : "before");
    printf("%s: in the past: %s\n", name, name_of(pthread_cond_timedwait(&condition, &mutex, &long_past)));

    limit = in(clock, 600000);
    teller = start(tell, NULL);
    for (error = 0; !is_told && error == 0;)
        error = pthread_cond_timedwait(&condition, &mutex, &limit);
    printf("%s: told in time: %s\n", name, name_of(error));
    OK(pthread_mutex_unlock(&mutex));
    join(teller);
    OK(pthread_cond_destroy(&condition));
    OK(pthread_mutex_destroy(&mutex));
}

int main(void)
{
    try(CLOCK_REALTIME, "realtime");
    try(CLOCK_MONOTONIC, "monotonic");
    return 0;
}
