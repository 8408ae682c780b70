/* clone() itself: memory, files, folder and handlers are shared with the child or not, and ids go where they are to. */
#include "check.h"
#include <fcntl.h>
#include <linux/futex.h>

static char stack[64 << 10] __attribute__((aligned(16)));
static volatile int number;
static int file;
static atomic_int child_word;
static volatile pid_t parent_word;

static void ignore(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
}

static int change_all(void *argument)
{
    (void)argument;
    number = 2;
    close(file);
    handle(SIGUSR1, ignore, 0);
    return chdir("/dev") == 0 ? 6 : 7;
}

static int tell_ids(void *argument)
{
    (void)argument;
    /* With CLONE_CHILD_SETTID our memory had it before we ran. */
    return child_word == syscall(SYS_gettid) ? 8 : 9;
}

static int tell_parent(void *argument)
{
    return getppid() == *(pid_t *)argument ? 10 : 11;
}

static void try(const char *name, int flags)
{
    struct sigaction action;
    char folder[100];
    pid_t child;

    number = 1;
    file = open("/dev/null", O_RDONLY);
    NO_ERROR(file);
    NO_ERROR(chdir("/"));
    CHECK(signal(SIGUSR1, SIG_DFL) != SIG_ERR);
    child = clone(change_all, stack + sizeof stack, flags | SIGCHLD, NULL);
    NO_ERROR(child);
    print_end_of(child, name);
    NO_ERROR(sigaction(SIGUSR1, NULL, &action));
    CHECK(getcwd(folder, sizeof folder) != NULL);
    printf("    number %d, file %s, folder %s, handler %s\n", number, fcntl(file, F_GETFD) == -1 ? "closed" : "open",
           folder, action.sa_handler == SIG_DFL ? "default" : "set");
    close(file);
}

int main(void)
{
    pid_t child;

    try("nothing shared", 0);
    try("memory", CLONE_VM);
    try("files", CLONE_FILES);
    try("folder", CLONE_FS);
    try("memory and handlers", CLONE_VM | CLONE_SIGHAND);
    try("as vfork", CLONE_VM | CLONE_VFORK);
    try("all of it", CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND);

    child = clone(tell_ids, stack + sizeof stack, CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, NULL,
                  &parent_word, NULL, &child_word);
    NO_ERROR(child);
    printf("the parent's word is %s\n", parent_word == child ? "its id" : "something else");
    print_end_of(child, "the child's word");

    child = clone(tell_ids, stack + sizeof stack, CLONE_VM | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD, NULL,
                  NULL, NULL, &child_word);
    NO_ERROR(child);
    for (int seen; (seen = atomic_load(&child_word)) != 0;)
        syscall(SYS_futex, &child_word, FUTEX_WAIT, seen, NULL);
    printf("the child's word was cleared\n");
    print_end_of(child, "then it");

    child = clone(tell_parent, stack + sizeof stack, CLONE_VM | SIGCHLD, &(pid_t){getpid()});
    NO_ERROR(child);
    print_end_of(child, "a child of ours");

    printf("handlers without memory: %s\n", ERROR_OF(clone(tell_ids, stack + sizeof stack, CLONE_SIGHAND | SIGCHLD, NULL)));
    printf("a thread without handlers: %s\n",
           ERROR_OF(clone(tell_ids, stack + sizeof stack, CLONE_VM | CLONE_THREAD, NULL)));
    return 0;
}
