/* A robust mutex whose owner dies says so to the next one: after a thread, a process that exits, and one that is killed. */
#include "check.h"

struct shared {
    pthread_mutex_t mutex;
    atomic_int is_locked;
};

static struct shared *shared;

static void init(void)
{
    pthread_mutexattr_t robust;

    OK(pthread_mutexattr_init(&robust));
    OK(pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST));
    OK(pthread_mutexattr_setpshared(&robust, PTHREAD_PROCESS_SHARED));
    OK(pthread_mutex_init(&shared->mutex, &robust));
}

static void *lock_and_end(void *argument)
{
    (void)argument;
    OK(pthread_mutex_lock(&shared->mutex));
    return NULL;
}

static void *lock_when_it_can(void *argument)
{
    (void)argument;
    return (void *)(intptr_t)pthread_mutex_lock(&shared->mutex);
}

static void recover(const char *who)
{
    int error = pthread_mutex_lock(&shared->mutex);

    printf("%s: %s\n", who, name_of(error));
    CHECK(error == EOWNERDEAD);
    OK(pthread_mutex_consistent(&shared->mutex));
    OK(pthread_mutex_unlock(&shared->mutex));
    OK(pthread_mutex_lock(&shared->mutex));
    OK(pthread_mutex_unlock(&shared->mutex));
}

/* A child that locks and then ends by itself, or waits to be killed. */
static pid_t child_that_locks(bool is_to_be_killed)
{
    pid_t child;

    atomic_store(&shared->is_locked, 0);
    child = fork();
    NO_ERROR(child);
    if (child == 0) {
        OK(pthread_mutex_lock(&shared->mutex));
        atomic_store(&shared->is_locked, 1);
        while (is_to_be_killed)
            pause();
        _exit(3);
    }
    return child;
}

int main(void)
{
    pthread_t waiting;
    pid_t child;

    shared = shared_memory(sizeof *shared);
    init();
    join(start(lock_and_end, NULL));
    recover("a thread ended");

    print_end_of(child_that_locks(false), "a child");
    recover("a process exited");

    child = child_that_locks(true);
    while (!atomic_load(&shared->is_locked))
        sleep_ms(1);
    /* This one may be asleep on the mutex when its owner dies. */
    waiting = start(lock_when_it_can, NULL);
    sleep_ms(20);
    NO_ERROR(kill(child, SIGKILL));
    print_end_of(child, "a child");
    printf("a process was killed: %s\n", name_of((intptr_t)join(waiting)));
    /* That thread has ended too, as the owner of what it never made consistent. */
    recover("its heir ended");

    join(start(lock_and_end, NULL));
    CHECK(pthread_mutex_lock(&shared->mutex) == EOWNERDEAD);
    OK(pthread_mutex_unlock(&shared->mutex));
    printf("not made consistent: %s\n", name_of(pthread_mutex_lock(&shared->mutex)));
    return 0;
}
