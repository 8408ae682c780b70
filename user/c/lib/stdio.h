/* Formatted output.

   %s %c %d and %x are the book's: no width, hexadecimal digits in capitals. %u (unsigned), %p (0x and hexadecimal) and
   %% are there in addition. What else follows a % is put out as it stands. A null pointer for %s shows as (null). */

#ifndef TUSK_STDIO_H
#define TUSK_STDIO_H

#include "stdint.h"

typedef __builtin_va_list va_list;

/* Prints to descriptor 1, of any length: in pieces, where the book has a buffer of 1,024 bytes and overruns it.
   Returns how many bytes were printed, -1 when they could not be written. */
uint32_t printf(const char *format, ...);

/* The same to any descriptor. Not in the book. */
uint32_t dprintf(int32_t fd, const char *format, ...);

/* Put the text and its NUL (which the book's forget) into `buffer`, which must have the room for both.
   Return the text's length. */
uint32_t sprintf(char *buffer, const char *format, ...);
uint32_t vsprintf(char *buffer, const char *format, va_list arguments);

#endif
