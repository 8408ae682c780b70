/* Clears the screen: clear. A terminal on the serial line is told so by ESC [H ESC [2J.

   Status: 0; the call does not fail. */

#include "stdio.h"
#include "syscall.h"

int main(void)
{
    printf("before\n");
    clear();
    printf("after\n");
    return 0;
}
