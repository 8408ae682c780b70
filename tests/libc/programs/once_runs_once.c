/* pthread_once: one of ten threads runs the function, and the others wait until it has run. */
#include "check.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int runs, finished;

static void run(void)
{
    atomic_fetch_add(&runs, 1);
    sleep_ms(20);
    atomic_store(&finished, 1);
}

static void *use(void *argument)
{
    (void)argument;
    OK(pthread_once(&once, run));
    return (void *)(intptr_t)atomic_load(&finished);
}

int main(void)
{
    pthread_t threads[10];
    int good = 0;

    for (int i = 0; i < 10; i++)
        threads[i] = start(use, NULL);
    for (int i = 0; i < 10; i++)
        good += (intptr_t)join(threads[i]);
    printf("it ran %d time, and %d threads went on after that\n", atomic_load(&runs), good);
    return 0;
}
