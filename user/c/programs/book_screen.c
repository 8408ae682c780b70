/* The calls that write to the terminal by themselves, wherever descriptor 1 goes: putchar ps help.

   Status: 0; these calls do not fail. */

#include "stdio.h"
#include "syscall.h"

int main(void)
{
    const char *text = "putchar puts these one by one\n";

    while (*text != '\0')
        putchar(*text++);
    printf("ps:\n");
    ps();
    printf("help:\n");
    help();
    printf("that is all\n");
    return 0;
}
