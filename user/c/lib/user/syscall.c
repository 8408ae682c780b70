/* The book's system calls: each passes its arguments on to the kernel as they are. */

#include "syscall.h"

/* system_call.S: makes the book's call `number`. Calls that take fewer arguments ignore the rest. */
int32_t system_call(enum SYSCALL_NR number, uintptr_t first, uintptr_t second, uintptr_t third);

uint32_t getpid(void)
{
    return system_call(SYS_GETPID, 0, 0, 0);
}

uint32_t write(int32_t fd, const void *buf, uint32_t count)
{
    return system_call(SYS_WRITE, fd, (uintptr_t)buf, count);
}

void *malloc(uint32_t size)
{
    return (void *)system_call(SYS_MALLOC, size, 0, 0);
}

void free(void *ptr)
{
    system_call(SYS_FREE, (uintptr_t)ptr, 0, 0);
}

pid_t fork(void)
{
    return system_call(SYS_FORK, 0, 0, 0);
}

int32_t read(int32_t fd, void *buf, uint32_t count)
{
    return system_call(SYS_READ, fd, (uintptr_t)buf, count);
}

void putchar(char character)
{
    system_call(SYS_PUTCHAR, (uint8_t)character, 0, 0);
}

void clear(void)
{
    system_call(SYS_CLEAR, 0, 0, 0);
}

char *getcwd(char *buf, uint32_t size)
{
    return (char *)system_call(SYS_GETCWD, (uintptr_t)buf, size, 0);
}

int32_t open(const char *pathname, uint8_t flag)
{
    return system_call(SYS_OPEN, (uintptr_t)pathname, flag, 0);
}

int32_t close(int32_t fd)
{
    return system_call(SYS_CLOSE, fd, 0, 0);
}

int32_t lseek(int32_t fd, int32_t offset, uint8_t whence)
{
    return system_call(SYS_LSEEK, fd, offset, whence);
}

int32_t unlink(const char *pathname)
{
    return system_call(SYS_UNLINK, (uintptr_t)pathname, 0, 0);
}

int32_t mkdir(const char *pathname)
{
    return system_call(SYS_MKDIR, (uintptr_t)pathname, 0, 0);
}

struct dir *opendir(const char *name)
{
    return (struct dir *)system_call(SYS_OPENDIR, (uintptr_t)name, 0, 0);
}

int32_t closedir(struct dir *dir)
{
    return system_call(SYS_CLOSEDIR, (uintptr_t)dir, 0, 0);
}

int32_t chdir(const char *path)
{
    return system_call(SYS_CHDIR, (uintptr_t)path, 0, 0);
}

int32_t rmdir(const char *pathname)
{
    return system_call(SYS_RMDIR, (uintptr_t)pathname, 0, 0);
}

struct dir_entry *readdir(struct dir *dir)
{
    return (struct dir_entry *)system_call(SYS_READDIR, (uintptr_t)dir, 0, 0);
}

void rewinddir(struct dir *dir)
{
    system_call(SYS_REWINDDIR, (uintptr_t)dir, 0, 0);
}

int32_t stat(const char *path, struct stat *buf)
{
    return system_call(SYS_STAT, (uintptr_t)path, (uintptr_t)buf, 0);
}

void ps(void)
{
    system_call(SYS_PS, 0, 0, 0);
}

int execv(const char *pathname, char **argv)
{
    return system_call(SYS_EXECV, (uintptr_t)pathname, (uintptr_t)argv, 0);
}

void exit(int32_t status)
{
    system_call(SYS_EXIT, status, 0, 0);
    /* Nothing comes back from there; where it did, there would be nothing to go on with. */
    __builtin_trap();
}

pid_t wait(int32_t *status)
{
    return system_call(SYS_WAIT, (uintptr_t)status, 0, 0);
}

int32_t pipe(int32_t pipefd[2])
{
    return system_call(SYS_PIPE, (uintptr_t)pipefd, 0, 0);
}

void fd_redirect(uint32_t old_local_fd, uint32_t new_local_fd)
{
    system_call(SYS_FD_REDIRECT, old_local_fd, new_local_fd, 0);
}

void help(void)
{
    system_call(SYS_HELP, 0, 0, 0);
}
