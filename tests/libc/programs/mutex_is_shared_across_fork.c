/* A mutex and a condition variable in shared memory, between processes. */
#include "check.h"

struct shared {
    pthread_mutex_t mutex;
    pthread_cond_t turned;
    int turn, number;
};

static struct shared *shared;

/* Adds ten times when it is this one's turn, then hands on. */
static void take_turns(int own, int count)
{
    for (int i = 0; i < 200; i++) {
        OK(pthread_mutex_lock(&shared->mutex));
        while (shared->turn != own)
            OK(pthread_cond_wait(&shared->turned, &shared->mutex));
        shared->number++;
        shared->turn = (own + 1) % count;
        OK(pthread_cond_broadcast(&shared->turned));
        OK(pthread_mutex_unlock(&shared->mutex));
    }
}

int main(void)
{
    pthread_mutexattr_t mutex_attribute;
    pthread_condattr_t condition_attribute;
    pid_t children[2];

    shared = shared_memory(sizeof *shared);
    OK(pthread_mutexattr_init(&mutex_attribute));
    OK(pthread_mutexattr_setpshared(&mutex_attribute, PTHREAD_PROCESS_SHARED));
    OK(pthread_mutex_init(&shared->mutex, &mutex_attribute));
    OK(pthread_condattr_init(&condition_attribute));
    OK(pthread_condattr_setpshared(&condition_attribute, PTHREAD_PROCESS_SHARED));
    OK(pthread_cond_init(&shared->turned, &condition_attribute));

    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        NO_ERROR(children[i]);
        if (children[i] == 0) {
            take_turns(i + 1, 3);
            _exit(0);
        }
    }
    take_turns(0, 3);
    for (int i = 0; i < 2; i++)
        print_end_of(children[i], "a child");
    printf("%d turns, and it is %d's\n", shared->number, shared->turn);
    return 0;
}
