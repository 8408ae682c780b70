/* A thread that computes and calls nothing is cancelled in the midst of it. */
#include "check.h"

static sem_t begun;
static volatile unsigned number;

static void said(void *words)
{
    CHECK(write(1, words, strlen(words)) > 0);
}

static void *compute(void *argument)
{
    (void)argument;
    pthread_cleanup_push(said, "cleaned up\n");
    OK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL));
    CHECK(sem_post(&begun) == 0);
    for (;;)
        number = number * 3 + 1;
    pthread_cleanup_pop(0);
    return NULL;
}

int main(void)
{
    CHECK(sem_init(&begun, 0, 0) == 0);
    for (int i = 0; i < 3; i++) {
        pthread_t thread = start(compute, NULL);

        wait_for(&begun);
        OK(pthread_cancel(thread));
        printf("%s\n", join(thread) == PTHREAD_CANCELED ? "cancelled" : "it returned");
    }
    return 0;
}
