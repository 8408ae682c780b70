/* Ids are each thread's to the kernel, and the C library sets them in all of them: with signals of its own. */
#include "check.h"

static sem_t go;

static void *tell_id(void *argument)
{
    wait_for(&go);
    return (void *)(intptr_t)(getuid() == *(uid_t *)argument && geteuid() == getuid());
}

int main(void)
{
    uid_t user = getuid();
    pthread_t threads[5];
    int good = 0;

    CHECK(sem_init(&go, 0, 0) == 0);
    for (int i = 0; i < 5; i++)
        threads[i] = start(tell_id, &user);
    for (int i = 0; i < 10; i++)
        NO_ERROR(setuid(user));
    for (int i = 0; i < 5; i++)
        CHECK(sem_post(&go) == 0);
    for (int i = 0; i < 5; i++)
        good += (intptr_t)join(threads[i]);
    printf("%d threads have the id\n", good);
    return 0;
}
