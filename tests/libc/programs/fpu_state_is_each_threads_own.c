/* x87 and SSE: what a thread computes, and how it rounds, is its own; handlers of signals spoil nothing. */
#include "check.h"
#include <fenv.h>
#include <sys/time.h>

static const int ROUNDINGS[4] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
static long double expected[4];
static volatile sig_atomic_t handled;

/* A sum whose last digits depend on the rounding. As wide as the x87's registers: kept in memory it is the same. */
static long double sum(int seed, bool yielding)
{
    long double a = seed, b = 1.1L, c = 2.3L, d = 0.7L, e = 3.9L, f = 5.3L;

    for (int i = 1; i <= 2000; i++) {
        a += b / 3 + c / 7;
        b += d / 11;
        c += e / 13 - b / 17;
        d += f / (19 + i);
        e += a / (23 * i);
        f += 1.0L / i;
        if (yielding && i % 50 == 0)
            sched_yield();
    }
    return a + b + c + d + e + f;
}

static long double sum_with(int which, bool yielding)
{
    long double value;

    CHECK(fesetround(ROUNDINGS[which]) == 0);
    value = sum(which + 1, yielding);
    CHECK(fegetround() == ROUNDINGS[which]);
    return value;
}

/* In all eight registers of SSE. */
static __attribute__((target("sse2,fpmath=sse"), noinline)) int sse_differs(int seed)
{
    float a[8];
    double b[4];
    int wrong = 0;

    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 8; i++)
            a[i] = seed * 10 + i;
        for (int i = 0; i < 4; i++)
            b[i] = seed + i / 4.0;
        __asm__ volatile("movups (%0), %%xmm0\n\tmovups 16(%0), %%xmm1\n\tmovupd (%1), %%xmm2\n\tmovupd 16(%1), %%xmm3\n\t"
                         "movups (%0), %%xmm4\n\tmovups 16(%0), %%xmm5\n\tmovupd (%1), %%xmm6\n\tmovupd 16(%1), %%xmm7\n\t"
                         "mov %2, %%eax\n\tint $0x80\n\t"
                         "subps %%xmm4, %%xmm0\n\tsubps %%xmm5, %%xmm1\n\tsubpd %%xmm6, %%xmm2\n\tsubpd %%xmm7, %%xmm3\n\t"
                         "movups %%xmm4, (%0)\n\tmovups %%xmm5, 16(%0)\n\tmovupd %%xmm6, (%1)\n\tmovupd %%xmm7, 16(%1)\n\t"
                         : : "r"(a), "r"(b), "i"(SYS_sched_yield)
                         : "eax", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
        for (int i = 0; i < 8; i++)
            wrong += a[i] != seed * 10 + i;
        for (int i = 0; i < 4; i++)
            wrong += b[i] != seed + i / 4.0;
    }
    return wrong;
}

static void *compute(void *argument)
{
    int which = (intptr_t)argument, wrong = 0;

    for (int i = 0; i < 3; i++)
        wrong += sum_with(which, true) != expected[which];
    if (__builtin_cpu_supports("sse2"))
        wrong += sse_differs(which + 1);
    return (void *)(intptr_t)wrong;
}

static void *tell_rounding(void *argument)
{
    (void)argument;
    return (void *)(intptr_t)(fegetround() == FE_UPWARD);
}

/* Leaves the registers as no program likes to find them. */
static void disturb(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
    __asm__ volatile("fninit\n\tfldpi\n\tfldl2e\n\tfldz\n\tfld1");
    __asm__ volatile("fstp %%st(0)\n\tfstp %%st(0)\n\tfstp %%st(0)\n\tfstp %%st(0)" : : : "st");
    handled++;
}

int main(void)
{
    struct itimerval often = {{0, 10000}, {0, 10000}}, never = {0};
    pthread_t threads[4];
    int wrong = 0;

    for (int i = 0; i < 4; i++)
        expected[i] = sum_with(i, false);
    printf("rounded down and up it is %s\n", expected[1] != expected[2] ? "not the same" : "the same");
    CHECK(fesetround(FE_TONEAREST) == 0);
    for (int i = 0; i < 4; i++)
        threads[i] = start(compute, (void *)(intptr_t)i);
    for (int i = 0; i < 4; i++)
        wrong += (intptr_t)join(threads[i]);
    printf("threads: %d results were wrong\n", wrong);

    CHECK(fesetround(FE_UPWARD) == 0);
    printf("a new thread rounds %s\n", join(start(tell_rounding, NULL)) ? "as its creator" : "as it likes");

    handle(SIGALRM, disturb, SA_RESTART);
    NO_ERROR(setitimer(ITIMER_REAL, &often, NULL));
    wrong = 0;
    for (int i = 0; handled < 5; i++)
        wrong += sum_with(i % 4, false) != expected[i % 4];
    NO_ERROR(setitimer(ITIMER_REAL, &never, NULL));
    printf("handlers: %d results were wrong\n", wrong);
    return 0;
}
