/* A thread that is not the first calls execve while 20 others sleep: the new program is the same process, alone in it. */
#include "check.h"

static char **arguments;
static sem_t begun;

static void *sleep_for_ever(void *argument)
{
    (void)argument;
    CHECK(sem_post(&begun) == 0);
    for (;;)
        pause();
    return NULL;
}

static void *execute(void *argument)
{
    (void)argument;
    for (int i = 0; i < 20; i++)
        wait_for(&begun);
    execv(arguments[0], arguments);
    CHECK(!"execv returned");
    return NULL;
}

static int as_new_program(char **argv)
{
    pid_t before = atoi(argv[2]);

    printf("the new program is %s process, in its %s thread\n", getpid() == before ? "the same" : "another",
           syscall(SYS_gettid) == getpid() ? "first" : "another");
    printf("a signal to the process comes back: %s\n", ERROR_OF(kill(before, 0)));
    return 12;
}

int main(int argc, char **argv)
{
    char number[16];
    char *words[] = {argv[0], argv[1], number, NULL};
    pid_t child;

    if (argc > 2)
        return as_new_program(argv);
    child = fork();
    NO_ERROR(child);
    if (child == 0) {
        snprintf(number, sizeof number, "%d", getpid());
        arguments = words;
        CHECK(sem_init(&begun, 0, 0) == 0);
        for (int i = 0; i < 20; i++)
            start(sleep_for_ever, NULL);
        start(execute, NULL);
        sleep_for_ever(NULL);
    }
    print_end_of(child, "it");
    return 0;
}
