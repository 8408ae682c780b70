/* Two processes and two semaphores in shared memory: ping and pong, in turn. */
#include "check.h"

struct shared {
    sem_t ping, pong;
    char order[400];
    int length;
};

int main(void)
{
    struct shared *shared = shared_memory(sizeof *shared);
    int wrong = 0;
    pid_t child;

    CHECK(sem_init(&shared->ping, 1, 0) == 0 && sem_init(&shared->pong, 1, 0) == 0);
    child = fork();
    NO_ERROR(child);
    if (child == 0) {
        for (int i = 0; i < 200; i++) {
            wait_for(&shared->ping);
            shared->order[shared->length++] = 'b';
            CHECK(sem_post(&shared->pong) == 0);
        }
        _exit(0);
    }
    for (int i = 0; i < 200; i++) {
        shared->order[shared->length++] = 'a';
        CHECK(sem_post(&shared->ping) == 0);
        wait_for(&shared->pong);
    }
    print_end_of(child, "the child");
    for (int i = 0; i < 400; i++)
        wrong += shared->order[i] != "ab"[i % 2];
    printf("%d turns, %d out of order\n", shared->length, wrong);
    return 0;
}
