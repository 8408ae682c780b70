/* Prints a file, or without an argument what comes in at descriptor 0.

   As the book's, but that it reads descriptor 0 to the end and not 512 bytes of it, and that the path may be relative
   because Tusk's open takes such.

   Status, the book's: 66 after a file, 0 after descriptor 0, -1 (255 to who waits) for a file that cannot be opened,
   -2 (254) for more than one argument. 1 when the output cannot be written. */

#include "stdio.h"
#include "syscall.h"

/* Copies all of `from` to descriptor 1. At the end a file gives -1, and a pipe or a terminal 0. */
static void copy(int32_t from)
{
    char buffer[1024];
    int32_t length;

    while ((length = read(from, buffer, sizeof buffer)) > 0) {
        if (write(1, buffer, length) != (uint32_t)length)
            exit(1);
    }
}

int main(int argc, char **argv)
{
    int32_t file;

    if (argc > 2) {
        printf("cat: one file, or none for what comes in at descriptor 0\n");
        return -2;
    }
    if (argc < 2) {
        copy(0);
        return 0;
    }
    file = open(argv[1], O_RDONLY);
    if (file == -1) {
        printf("cat: cannot open %s\n", argv[1]);
        return -1;
    }
    copy(file);
    close(file);
    return 66;
}
