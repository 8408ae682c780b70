/* The library, where it needs no call but write and exit: printf, sprintf, the string functions, and last an assertion
   that does not hold. Headers are found by their path from the top as well, as lib/user/assert.h is here.

   Status: 134, that of a failed assertion; 1 when anything before was not as documented. */

#include "check.h"
#include "lib/user/assert.h"

static void formats(void)
{
    char buffer[64];

    printf("%s %c %d %x %u %p %%\n", "string", 'c', -42, 0xbeef, 4000000000u, (void *)0xc0de);
    printf("[%s] [%s] [%d] [%d] [%x] [%x]\n", "", (char *)NULL, 0, INT32_MIN, 0, UINT32_MAX);
    printf("what it does not know stays: %q %5d %");
    printf("\n");
    memset(buffer, '#', sizeof buffer);
    show("sprintf", sprintf(buffer, "%d of %s", 3, "four"), 9);
    show_string("its text ends with a NUL", buffer, "3 of four");
    show("and what is behind is left alone", buffer[10], '#');
}

/* Longer than any buffer of the library's. */
static void long_line(void)
{
    static char line[3001];

    memset(line, '=', sizeof line - 1);
    show("printf of 3002 bytes", printf("%s%c\n", line, '>'), 3002);
    show("printf where nothing can be written", dprintf(77, "lost"), -1);
}

static void strings(void)
{
    char buffer[32] = "abc", overlap[] = "123456";

    show("strlen", strlen(buffer), 3);
    show_string("strcat", strcat(buffer, "/abc"), "abc/abc");
    show_string("strcpy", strcpy(buffer + 8, "x"), "x");
    show("strcmp of equals", strcmp("abc", "abc"), 0);
    show("strcmp of less", strcmp("ab", "abc"), -1);
    show("strcmp of more", strcmp("\xe4", "a"), 1);
    show_string("strchr", strchr(buffer, 'b'), "bc/abc");
    show_string("strrchr", strrchr(buffer, 'b'), "bc");
    show_string("strchr of what is not there", strchr(buffer, 'z'), NULL);
    show("strchrs", strchrs(buffer, 'a'), 2);
    show("memcmp", memcmp("a\0b", "a\0c", 3), -1);
    memmove(overlap + 2, overlap, 4);
    show_string("memmove", overlap, "121234");
    memcpy(overlap, "98", 2);
    show_string("memcpy", overlap, "981234");
}

int main(void)
{
    formats();
    long_line();
    strings();
    assert(sizeof(int32_t) == 4);
    if (verdict() != 0)
        return 1;
    assert(failures > 0);
    return 1;
}
