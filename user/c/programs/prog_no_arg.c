/* The smallest program there is: one line, no arguments.

   Status: 0. */

#include "stdio.h"

int main(void)
{
    printf("prog_no_arg: here I am, loaded from the disc\n");
    return 0;
}
