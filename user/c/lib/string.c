/* Memory and strings: the simplest loops that are right.

   tools/build-c.sh keeps the compiler from seeing in them the functions they are, which it would then call. */

#include "string.h"

void *memset(void *destination, uint8_t value, uint32_t size)
{
    uint8_t *to = destination;

    while (size-- > 0)
        *to++ = value;
    return destination;
}

void *memcpy(void *destination, const void *source, uint32_t size)
{
    uint8_t *to = destination;
    const uint8_t *from = source;

    while (size-- > 0)
        *to++ = *from++;
    return destination;
}

void *memmove(void *destination, const void *source, uint32_t size)
{
    uint8_t *to = destination;
    const uint8_t *from = source;

    if ((uintptr_t)to <= (uintptr_t)from)
        return memcpy(destination, source, size);
    /* From the end, so that no byte is overwritten before it is copied. */
    while (size-- > 0)
        to[size] = from[size];
    return destination;
}

int memcmp(const void *first, const void *second, uint32_t size)
{
    const uint8_t *one = first, *other = second;

    for (; size > 0; size--, one++, other++) {
        if (*one != *other)
            return *one < *other ? -1 : 1;
    }
    return 0;
}

int8_t strcmp(const char *first, const char *second)
{
    while (*first != '\0' && *first == *second) {
        first++;
        second++;
    }
    return memcmp(first, second, 1);
}

uint32_t strlen(const char *string)
{
    const char *end = string;

    while (*end != '\0')
        end++;
    return end - string;
}

char *strcpy(char *destination, const char *source)
{
    return memcpy(destination, source, strlen(source) + 1);
}

char *strcat(char *destination, const char *source)
{
    strcpy(destination + strlen(destination), source);
    return destination;
}

char *strchr(const char *string, const uint8_t character)
{
    for (;; string++) {
        if (*string == (char)character)
            return (char *)string;
        if (*string == '\0')
            return NULL;
    }
}

char *strrchr(const char *string, const uint8_t character)
{
    const char *last = NULL;

    for (;; string++) {
        if (*string == (char)character)
            last = string;
        if (*string == '\0')
            return (char *)last;
    }
}

uint32_t strchrs(const char *string, uint8_t character)
{
    uint32_t count = 0;

    for (; *string != '\0'; string++) {
        if (*string == (char)character)
            count++;
    }
    return count;
}
