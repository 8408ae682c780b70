/* A thread's files, folder, file mask and handlers are its process's. */
#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>

static int ends[2];

static void ignore(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
}

static void *change(void *argument)
{
    (void)argument;
    NO_ERROR(chdir("/dev"));
    umask(027);
    handle(SIGUSR1, ignore, 0);
    NO_ERROR(pipe(ends));
    CHECK(write(ends[1], "words", 5) == 5);
    return NULL;
}

/* Is asleep in here when another thread writes. */
static void *read_one(void *argument)
{
    char byte = 0;

    (void)argument;
    CHECK(read(ends[0], &byte, 1) == 1);
    return (void *)(intptr_t)byte;
}

int main(void)
{
    char folder[100], words[6] = "";
    struct sigaction action;
    pthread_t reader;

    join(start(change, NULL));
    CHECK(getcwd(folder, sizeof folder) != NULL);
    CHECK(read(ends[0], words, 5) == 5);
    NO_ERROR(sigaction(SIGUSR1, NULL, &action));
    printf("folder %s, mask %o, %s, handler %s\n", folder, umask(022), words,
           action.sa_sigaction == ignore ? "set" : "not set");
    reader = start(read_one, NULL);
    sleep_ms(20);
    CHECK(write(ends[1], "!", 1) == 1);
    printf("a thread read %c\n", (char)(intptr_t)join(reader));
    return 0;
}
