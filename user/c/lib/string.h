/* Memory and strings, under the book's names and with its types.

   memset, memcpy and strcpy return their first argument, where the book's memory functions return nothing: a compiler
   may call them by itself and counts on it. A null pointer is a fault, which ends the program. */

#ifndef TUSK_STRING_H
#define TUSK_STRING_H

#include "global.h"
#include "stdint.h"

void *memset(void *destination, uint8_t value, uint32_t size);
void *memcpy(void *destination, const void *source, uint32_t size);

/* memcpy for areas that may overlap. Not in the book; compilers call it. */
void *memmove(void *destination, const void *source, uint32_t size);

/* -1, 0 or 1, as the first is less than, equal to or greater than the second; bytes count as unsigned. */
int memcmp(const void *first, const void *second, uint32_t size);
int8_t strcmp(const char *first, const char *second);

uint32_t strlen(const char *string);
char *strcpy(char *destination, const char *source);

/* Appends `source` to what is at `destination`, which must have the room. */
char *strcat(char *destination, const char *source);

/* The first and the last place of a character, its NUL included; NULL when it has none. */
char *strchr(const char *string, const uint8_t character);
char *strrchr(const char *string, const uint8_t character);

/* How often a character is in the string. */
uint32_t strchrs(const char *string, uint8_t character);

#endif
