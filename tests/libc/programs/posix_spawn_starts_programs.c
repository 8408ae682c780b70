/* posix_spawn: arguments, environment, files, groups and signals of the new program; an error where there is none. */
#include "check.h"
#include <fcntl.h>
#include <spawn.h>

static int as_child(char **argv)
{
    sigset_t set;
    struct sigaction action;

    NO_ERROR(sigprocmask(SIG_BLOCK, NULL, &set));
    NO_ERROR(sigaction(SIGUSR1, NULL, &action));
    printf("child: [%s] WORD=%s, SIGUSR2 %s, SIGUSR1 %s, %s\n", argv[3], getenv("WORD"),
           sigismember(&set, SIGUSR2) ? "blocked" : "not blocked", action.sa_handler == SIG_DFL ? "default" : "ignored",
           getpgrp() == getpid() ? "a group of its own" : "its parent's group");
    return 23;
}

int main(int argc, char **argv)
{
    char *arguments[] = {argv[0], argv[1], "child", "two words", NULL};
    char *environment[] = {"WORD=word", NULL};
    char text[256] = "", *missing[] = {"/does/not/exist", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t set = only(SIGUSR2);
    int ends[2];
    pid_t child;

    if (argc > 2)
        return as_child(argv);
    CHECK(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
    OK(posix_spawn(&child, argv[0], NULL, NULL, arguments, environment));
    print_end_of(child, "plain");

    NO_ERROR(pipe2(ends, O_CLOEXEC));
    OK(posix_spawn_file_actions_init(&actions));
    OK(posix_spawn_file_actions_adddup2(&actions, ends[1], 1));
    OK(posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0));
    OK(posix_spawnattr_init(&attributes));
    OK(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    OK(posix_spawnattr_setpgroup(&attributes, 0));
    OK(posix_spawnattr_setsigmask(&attributes, &set));
    set = only(SIGUSR1);
    OK(posix_spawnattr_setsigdefault(&attributes, &set));
    OK(posix_spawn(&child, argv[0], &actions, &attributes, arguments, environment));
    NO_ERROR(close(ends[1]));
    for (size_t filled = 0; filled < sizeof text - 1;) {
        ssize_t more = read(ends[0], text + filled, sizeof text - 1 - filled);

        NO_ERROR(more);
        if (more == 0)
            break;
        filled += more;
    }
    printf("through a pipe: %s", text);
    print_end_of(child, "with everything");

    printf("no such program: %s\n", name_of(posix_spawn(&child, missing[0], NULL, NULL, missing, environment)));
    printf("and no child: %s\n", ERROR_OF(waitpid(-1, NULL, 0)));
    return 0;
}
