/* Prints its arguments, one a line.

   Status: how many there are, the program's own name not counted. */

#include "global.h"
#include "stdio.h"

int main(int argc, char **argv)
{
    int index;

    printf("prog_arg: %d arguments\n", argc - 1);
    for (index = 1; index < argc; index++)
        printf("  %d: [%s]\n", index, argv[index]);
    if (argv[argc] != NULL)
        printf("argv has no end\n");
    return argc - 1;
}
