/* SIGSEGV on a stack of its own: the handler sees where the fault was, and leaves by siglongjmp; also when the thread's
   own stack has run out. */
#include "check.h"
#include <setjmp.h>

static __thread sigjmp_buf before;
static __thread char *own_stack;
static __thread volatile uintptr_t fault_at;
static __thread volatile int on_own_stack;

static void leave(int signal, siginfo_t *info, void *context)
{
    char here;

    (void)signal, (void)context;
    fault_at = (uintptr_t)info->si_addr;
    on_own_stack = &here >= own_stack && &here < own_stack + (64 << 10);
    siglongjmp(before, 1);
}

/* Too deep for any stack: `enough` never comes. What is read after the call keeps the compiler from making a loop. */
static volatile bool enough;
static __attribute__((noinline)) int too_deep(volatile char *above)
{
    volatile char frame[1024];

    frame[0] = above == NULL ? 0 : above[0] + 1;
    return enough ? 0 : too_deep(frame) + frame[0];
}

static void set_stack(void)
{
    stack_t stack = {.ss_size = 64 << 10};

    own_stack = stack.ss_sp = malloc(stack.ss_size);
    CHECK(own_stack != NULL);
    NO_ERROR(sigaltstack(&stack, NULL));
}

static void fault_at_a_page(const char *who)
{
    char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    CHECK(page != MAP_FAILED);
    if (sigsetjmp(before, 1) == 0)
        page[123] = 1;
    printf("%s: a fault at the %s byte, on %s stack\n", who, fault_at == (uintptr_t)page + 123 ? "right" : "wrong",
           on_own_stack ? "the handler's" : "the usual");
}

static void *run(void *argument)
{
    stack_t old;
    volatile int depth = 0;

    (void)argument;
    NO_ERROR(sigaltstack(NULL, &old));
    printf("a new thread has %s\n", old.ss_flags == SS_DISABLE ? "no such stack" : "one already");
    set_stack();
    fault_at_a_page("a thread");
    if (sigsetjmp(before, 1) == 0)
        depth = too_deep(NULL);
    printf("its stack ran out, on %s stack\n", on_own_stack ? "the handler's" : "the usual");
    return (void *)(intptr_t)depth;
}

int main(void)
{
    pthread_attr_t small;
    pthread_t thread;

    handle(SIGSEGV, leave, SA_ONSTACK);
    set_stack();
    fault_at_a_page("main");
    OK(pthread_attr_init(&small));
    OK(pthread_attr_setstacksize(&small, 128 << 10));
    OK(pthread_create(&thread, &small, run, NULL));
    join(thread);
    fault_at_a_page("main again");
    return 0;
}
