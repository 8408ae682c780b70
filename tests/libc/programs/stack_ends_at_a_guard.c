/* A thread's stack has the size that was asked for, and behind it a page that faults: the process is killed, no other
   memory is written to. */
#include "check.h"

static size_t wanted = 96 << 10;

/* `enough` never comes. */
static volatile bool enough;
static __attribute__((noinline)) int too_deep(volatile char *above)
{
    volatile char frame[512];

    frame[0] = above == NULL ? 0 : above[0] + 1;
    return enough ? 0 : too_deep(frame) + frame[0];
}

static void *overflow(void *argument)
{
    (void)argument;
    return (void *)(intptr_t)too_deep(NULL);
}

static void *measure(void *argument)
{
    pthread_attr_t attributes;
    size_t size, guard;
    char *lowest, here;

    (void)argument;
    OK(pthread_getattr_np(pthread_self(), &attributes));
    OK(pthread_attr_getstack(&attributes, (void **)&lowest, &size));
    OK(pthread_attr_getguardsize(&attributes, &guard));
    printf("%s, with %s guard; we are %s it\n", size >= wanted ? "at least what was asked for" : "too small",
           guard >= 4096 ? "a" : "no", &here >= lowest && &here < lowest + size ? "on" : "not on");
    return NULL;
}

int main(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    pid_t child;

    OK(pthread_attr_init(&attributes));
    OK(pthread_attr_setstacksize(&attributes, wanted));
    OK(pthread_create(&thread, &attributes, measure, NULL));
    join(thread);
    child = fork();
    NO_ERROR(child);
    if (child == 0) {
        OK(pthread_create(&thread, &attributes, overflow, NULL));
        join(thread);
        _exit(0);
    }
    print_end_of(child, "too deep: it");
    return 0;
}
