/* __thread variables: each thread begins with the first values, at places of its own, aligned as they say. */
#include "check.h"

static __thread int number = 42;
static __thread char text[16] = "untouched";
static __thread int zero[100];
static __thread long long big __attribute__((aligned(64))) = 0x123456789abcdef;
static pthread_barrier_t all_here;

static void *touch(void *argument)
{
    int own = (intptr_t)argument, wrong = 0;

    wrong += number != 42 || strcmp(text, "untouched") != 0 || big != 0x123456789abcdef;
    wrong += (uintptr_t)&big % 64 != 0;
    for (int i = 0; i < 100; i++)
        wrong += zero[i] != 0;
    number = own;
    snprintf(text, sizeof text, "thread %d", own);
    for (int i = 0; i < 100; i++)
        zero[i] = own;
    big += own;
    errno = own + 1000;
    for (int i = 0; i < 20; i++) {
        char expected[16];

        pthread_barrier_wait(&all_here);
        sched_yield();
        snprintf(expected, sizeof expected, "thread %d", own);
        wrong += number != own || strcmp(text, expected) != 0 || big != 0x123456789abcdef + own;
        wrong += zero[i] != own || errno != own + 1000;
    }
    return (void *)(intptr_t)wrong;
}

int main(void)
{
    pthread_t threads[16];
    int wrong = 0, status;
    pid_t child;

    OK(pthread_barrier_init(&all_here, NULL, 16));
    for (int i = 0; i < 16; i++)
        threads[i] = start(touch, (void *)(intptr_t)(i + 1));
    for (int i = 0; i < 16; i++)
        wrong += (intptr_t)join(threads[i]);
    printf("%d values were wrong; here: %d %s %llx\n", wrong, number, text, (unsigned long long)big);

    number = 7;
    child = fork();
    NO_ERROR(child);
    if (child == 0) {
        number++;
        _exit(number);
    }
    CHECK(waitpid(child, &status, 0) == child);
    printf("after fork: %d in the child, %d in the parent\n", WEXITSTATUS(status), number);
    return 0;
}
