/* For the programs that try the calls out: prints what was seen, and remembers what was not as it should be. */

#ifndef CHECK_H
#define CHECK_H

#include "stdio.h"
#include "string.h"
#include "syscall.h"

/* How much was not as it should be. */
static int failures;

/* Prints a call's result. */
static UNUSED void show(const char *what, int32_t seen, int32_t expected)
{
    if (seen == expected) {
        printf("%s: %d\n", what, seen);
    } else {
        printf("%s: %d, expected %d\n", what, seen, expected);
        failures++;
    }
}

/* The same for a string, which may be NULL. */
static UNUSED void show_string(const char *what, const char *seen, const char *expected)
{
    if (seen != NULL && expected != NULL ? strcmp(seen, expected) == 0 : seen == expected) {
        printf("%s: %s\n", what, seen);
    } else {
        printf("%s: %s, expected %s\n", what, seen, expected);
        failures++;
    }
}

/* The same for what is either so or not, and should be so. */
static UNUSED void check(const char *what, bool holds)
{
    printf("%s: %s\n", what, holds ? "yes" : "no");
    if (!holds)
        failures++;
}

/* The program's status: 0 when all was as it should be, else 1. */
static UNUSED int verdict(void)
{
    if (failures > 0)
        printf("not as expected: %d\n", failures);
    return failures > 0;
}

#endif
