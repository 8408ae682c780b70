/* What the programs share: the headers that most of them want, checks that say where they failed, and threads in one
   word.

   A program prints what it saw, which must be the same on every system and however slowly that runs: no times, no
   addresses, no ids. Nothing may hang on who is faster; what takes time is waited for. */

#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Ends the program where what must be true is not. */
#define CHECK(truth) ((truth) ? (void)0 : check_failed(__LINE__, #truth, errno))

/* The same for calls that return their error, as those of pthread_ do. */
#define OK(call) check_returned(__LINE__, #call, (call))

/* And for those that return -1. */
#define NO_ERROR(call) CHECK((call) != -1)

static inline void check_failed(int line, const char *what, int error)
{
    printf("line %d: not so: %s (errno %d: %s)\n", line, what, error, strerror(error));
    fflush(stdout);
    _exit(1);
}

static inline void check_returned(int line, const char *what, int error)
{
    if (error != 0)
        check_failed(line, what, error);
}

/* The name of an error that a program expects. */
static inline const char *name_of(int error)
{
    static const struct { int error; const char *name; } NAMES[] = {
        {0, "no error"}, {EAGAIN, "EAGAIN"}, {EBUSY, "EBUSY"}, {ECHILD, "ECHILD"}, {EDEADLK, "EDEADLK"},
        {EFAULT, "EFAULT"}, {EINTR, "EINTR"}, {EINVAL, "EINVAL"}, {ENOENT, "ENOENT"}, {ENOSYS, "ENOSYS"},
        {ENOTRECOVERABLE, "ENOTRECOVERABLE"}, {EOWNERDEAD, "EOWNERDEAD"}, {EPERM, "EPERM"}, {ESRCH, "ESRCH"},
        {ETIMEDOUT, "ETIMEDOUT"},
    };
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        if (NAMES[i].error == error)
            return NAMES[i].name;
    return "another error";
}

/* The name of the error of a call that returned -1; "no error" when it did not. */
#define ERROR_OF(call) name_of((call) == -1 ? errno : 0)

static inline pthread_t start(void *(*body)(void *), void *argument)
{
    pthread_t thread;
    OK(pthread_create(&thread, NULL, body, argument));
    return thread;
}

static inline void *join(pthread_t thread)
{
    void *value;
    OK(pthread_join(thread, &value));
    return value;
}

static inline void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) == -1)
        CHECK(errno == EINTR);
}

static inline void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
    sigemptyset(&action.sa_mask);
    NO_ERROR(sigaction(signal, &action, NULL));
}

/* A set of this signal alone. */
static inline sigset_t only(int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    return set;
}

/* Now, and so many milliseconds behind it, by this clock. */
static inline struct timespec in(clockid_t clock, long milliseconds)
{
    struct timespec time;
    NO_ERROR(clock_gettime(clock, &time));
    time.tv_sec += milliseconds / 1000;
    time.tv_nsec += milliseconds % 1000 * 1000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    return time;
}

static inline bool is_past(clockid_t clock, struct timespec then)
{
    struct timespec now;
    NO_ERROR(clock_gettime(clock, &now));
    return now.tv_sec > then.tv_sec || (now.tv_sec == then.tv_sec && now.tv_nsec >= then.tv_nsec);
}

static inline void sleep_ms(long milliseconds)
{
    struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&left, &left) == -1)
        CHECK(errno == EINTR);
}

/* Memory that stays one memory across fork. */
static inline void *shared_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    return memory;
}

/* Waits for a child and prints how it ended. */
static inline void print_end_of(pid_t child, const char *name)
{
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    if (WIFEXITED(status))
        printf("%s exited with %d\n", name, WEXITSTATUS(status));
    else
        printf("%s was killed by signal %d\n", name, WTERMSIG(status));
}

#endif
