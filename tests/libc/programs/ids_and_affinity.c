/* What threads share and what is their own: process id, thread id, the processors, the name. */
#include "check.h"
#include <sys/prctl.h>

#define THREADS 8

static pthread_barrier_t all_here;
static pid_t threads_ids[THREADS];

static void *tell(void *argument)
{
    int own = (intptr_t)argument;
    char name[16];

    threads_ids[own] = syscall(SYS_gettid);
    snprintf(name, sizeof name, "thread-%d", own);
    OK(pthread_setname_np(pthread_self(), name));
    /* All at once, so that no id is another's, used anew. */
    pthread_barrier_wait(&all_here);
    memset(name, 0, sizeof name);
    NO_ERROR(prctl(PR_GET_NAME, name));
    CHECK(name[7] == '0' + own);
    return (void *)(intptr_t)getpid();
}

int main(void)
{
    pthread_t threads[THREADS];
    int same_process = 0, distinct = 0, processors;
    cpu_set_t set;

    printf("main's id is %s\n", syscall(SYS_gettid) == getpid() ? "the process's" : "its own");
    OK(pthread_barrier_init(&all_here, NULL, THREADS));
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(tell, (void *)(intptr_t)i);
    for (int i = 0; i < THREADS; i++)
        same_process += (intptr_t)join(threads[i]) == getpid();
    for (int i = 0; i < THREADS; i++) {
        int others = 0;

        for (int j = 0; j < THREADS; j++)
            others += threads_ids[j] != threads_ids[i];
        distinct += others == THREADS - 1 && threads_ids[i] != getpid();
    }
    printf("%d are of this process, %d have an id of their own\n", same_process, distinct);

    CPU_ZERO(&set);
    OK(pthread_getaffinity_np(pthread_self(), sizeof set, &set));
    processors = CPU_COUNT(&set);
    printf("%s\n", processors >= 1 ? "there are processors" : "there is no processor");
    OK(pthread_setaffinity_np(pthread_self(), sizeof set, &set));
    CPU_ZERO(&set);
    printf("on none of them: %s\n", name_of(pthread_setaffinity_np(pthread_self(), sizeof set, &set)));
    return 0;
}
