/* Pipes and descriptors: pipe fd_redirect.

   Assumes, of what docs/book-calls.md says: the two ends are different; a reader waits for a writer, and gets 0 when
   there is none left; a writer waits for room (bugs P1 and P2 of the book's); fd_redirect(old, new) makes old mean
   what new means, and for a new of 0, 1 or 2 the terminal.

   With the full path of cat as its argument it also runs that, at the end of a pipe: half of what a shell does for
   `a | cat`.

   Status: 0, or 1 when anything was not as documented. */

#include "check.h"

/* More than a pipe holds. */
#define MUCH 200000

static void two_ends(void)
{
    char text[16] = "";
    int32_t ends[2];

    show("pipe", pipe(ends), 0);
    check("two descriptors above 2", ends[0] > 2 && ends[1] > 2 && ends[0] != ends[1]);
    show("write", write(ends[1], "abcdef", 6), 6);
    show("write to the end for reading", write(ends[0], "x", 1), -1);
    show("read from the end for writing", read(ends[1], text, 1), -1);
    show("lseek", lseek(ends[0], 0, SEEK_SET), -1);
    show("read", read(ends[0], text, 4), 4);
    show_string("what came", text, "abcd");
    show("read more than there is", read(ends[0], text, sizeof text), 2);
    close(ends[1]);
    show("read when nobody can write", read(ends[0], text, sizeof text), 0);
    close(ends[0]);
}

static void reader_waits(void)
{
    int32_t ends[2], status = -1;
    volatile uint32_t idle;
    char byte = 0;

    pipe(ends);
    if (fork() == 0) {
        close(ends[0]);
        /* Long enough for the parent to be there first. */
        for (idle = 0; idle < 20000000; idle++)
            continue;
        write(ends[1], "w", 1);
        exit(3);
    }
    close(ends[1]);
    show("read what is written later", read(ends[0], &byte, 1), 1);
    show("the byte", byte, 'w');
    wait(&status);
    show("the child's status", status, 3);
    close(ends[0]);
}

static void writer_waits(void)
{
    static char block[MUCH];
    int32_t ends[2], status = -1, length, total = 0, right = 0, index;

    pipe(ends);
    if (fork() == 0) {
        close(ends[0]);
        for (index = 0; index < MUCH; index++)
            block[index] = index % 127;
        exit(write(ends[1], block, MUCH) == MUCH ? 4 : 5);
    }
    close(ends[1]);
    while ((length = read(ends[0], block, 999)) > 0) {
        for (index = 0; index < length; index++)
            right += block[index] == (total + index) % 127;
        total += length;
    }
    wait(&status);
    show("bytes that came through", total, MUCH);
    show("of them right", right, MUCH);
    show("the child's status", status, 4);
    close(ends[0]);
}

static void output_into_a_pipe(void)
{
    char text[64] = "";
    int32_t ends[2], length;

    pipe(ends);
    fd_redirect(1, ends[1]);
    printf("this went through the pipe");
    fd_redirect(1, 1);
    close(ends[1]);
    length = read(ends[0], text, sizeof text - 1);
    show("read what was printed", length, 26);
    show_string("what came", text, "this went through the pipe");
    show("read when nobody can write", read(ends[0], text, sizeof text), 0);
    close(ends[0]);
}

static void input_from_a_pipe(void)
{
    char text[16] = "";
    int32_t ends[2], status = -1;

    pipe(ends);
    if (fork() == 0) {
        fd_redirect(0, ends[0]);
        close(ends[0]);
        close(ends[1]);
        exit(read(0, text, sizeof text) == 5 && read(0, text + 5, 1) == 0 && strcmp(text, "input") == 0 ? 6 : 7);
    }
    write(ends[1], "input", 5);
    close(ends[1]);
    close(ends[0]);
    wait(&status);
    show("the child that read descriptor 0", status, 6);
}

static void through_another_program(char *cat)
{
    char *argv[] = {cat, NULL};
    int32_t ends[2], status = -1;

    pipe(ends);
    if (fork() == 0) {
        fd_redirect(0, ends[0]);
        close(ends[0]);
        close(ends[1]);
        execv(cat, argv);
        exit(99);
    }
    close(ends[0]);
    write(ends[1], "this went through cat\n", 22);
    close(ends[1]);
    wait(&status);
    show("cat's status", status, 0);
}

int main(int argc, char **argv)
{
    two_ends();
    reader_waits();
    writer_waits();
    output_into_a_pipe();
    input_from_a_pipe();
    if (argc > 1)
        through_another_program(argv[1]);
    return verdict();
}
