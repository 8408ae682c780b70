/* All the programs as one, since each with a C library of its own would fill the memory that they are to run in.

   usage: many NAME [ARGUMENT...]

   The build gives each program's main the name program_NAME, and lists the names in programs.inc. A program that starts
   itself anew does so as argv[0] argv[1] ARGUMENT... */

#include <stdio.h>
#include <string.h>

#define PROGRAM(name) int program_##name();
#include "programs.inc"
#undef PROGRAM

static const struct {
    const char *name;
    int (*main)();
} PROGRAMS[] = {
#define PROGRAM(name) {#name, program_##name},
#include "programs.inc"
};

int main(int argc, char **argv)
{
    /* A line is written when it is whole, so that a fork has none to copy. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (size_t i = 0; argc > 1 && i < sizeof PROGRAMS / sizeof PROGRAMS[0]; i++)
        if (strcmp(PROGRAMS[i].name, argv[1]) == 0)
            return PROGRAMS[i].main(argc, argv);
    fprintf(stderr, "usage: %s NAME [ARGUMENT...]; there are:\n", argv[0]);
    for (size_t i = 0; i < sizeof PROGRAMS / sizeof PROGRAMS[0]; i++)
        fprintf(stderr, "    %s\n", PROGRAMS[i].name);
    return 2;
}
