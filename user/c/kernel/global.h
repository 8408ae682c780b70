/* What every source of the book uses without naming it: NULL, bool, and the size of a page. */

#ifndef TUSK_GLOBAL_H
#define TUSK_GLOBAL_H

#include <stdbool.h>
#include <stddef.h>
#include "stdint.h"

/* Marks a parameter that a function must have and does not need. */
#define UNUSED __attribute__((unused))

/* Bytes in a page. */
#define PG_SIZE 4096

#define DIV_ROUND_UP(X, STEP) (((X) + (STEP) - 1) / (STEP))

#endif
