/* Eight threads compute each its own value; joining gets it, whichever of them ends first. */
#include "check.h"

static int inputs[8];

static void *square(void *argument)
{
    int *input = argument;
    return (void *)(intptr_t)(*input * *input);
}

static void *leave_early(void *argument)
{
    pthread_exit(argument);
    return NULL;
}

static void *equal_to_itself(void *argument)
{
    pthread_t *self = argument;
    return (void *)(intptr_t)(pthread_equal(*self, pthread_self()) != 0);
}

int main(void)
{
    pthread_t threads[8], self = pthread_self();

    for (int i = 0; i < 8; i++) {
        inputs[i] = i + 1;
        threads[i] = start(square, &inputs[i]);
    }
    for (int i = 7; i >= 0; i--)
        printf("%d\n", (int)(intptr_t)join(threads[i]));
    printf("pthread_exit: %d\n", (int)(intptr_t)join(start(leave_early, (void *)77)));
    printf("another thread is %s\n", join(start(equal_to_itself, &self)) ? "the same" : "another");
    return 0;
}
