/* 10,000 threads one after the other, each joined: whatever a thread takes comes back. */
#include "check.h"

static void *give_back(void *argument)
{
    return argument;
}

int main(void)
{
    long long sum = 0;

    for (int i = 1; i <= 10000; i++)
        sum += (intptr_t)join(start(give_back, (void *)(intptr_t)i));
    printf("%lld\n", sum);
    return 0;
}
