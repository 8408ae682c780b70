/* What happens when an assertion does not hold. */

#include "assert.h"
#include "stdio.h"
#include "syscall.h"

void user_spin(const char *file, int line, const char *function, const char *condition)
{
    /* Not to descriptor 1: that may be a pipe to a program that takes it for data. */
    dprintf(2, "%s:%d: %s: assertion failed: %s\n", file, line, function, condition);
    exit(ASSERT_STATUS);
}
