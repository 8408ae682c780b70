/* Formatted output: one function reads the format, and what it makes goes into a sink. */

#include <stdarg.h>
#include "stdio.h"
#include "global.h"
#include "syscall.h"

/* The most that printf writes with one system call. A print-out of this length or less is one write, so that those of
   several processes do not mix. */
#define PIECE 1024

/* Where characters go: into memory, and from there to a descriptor when that memory has an end. */
struct sink {
    char *start;
    char *next;
    /* NULL when there is always room. */
    char *end;
    /* Where it goes when the end is reached. */
    int32_t fd;
    uint32_t count;
    bool has_failed;
};

static void format_into(struct sink *sink, const char *format, va_list arguments);
static uint32_t print(int32_t fd, const char *format, va_list arguments);

uint32_t printf(const char *format, ...)
{
    va_list arguments;
    uint32_t count;

    va_start(arguments, format);
    count = print(1, format, arguments);
    va_end(arguments);
    return count;
}

uint32_t dprintf(int32_t fd, const char *format, ...)
{
    va_list arguments;
    uint32_t count;

    va_start(arguments, format);
    count = print(fd, format, arguments);
    va_end(arguments);
    return count;
}

uint32_t sprintf(char *buffer, const char *format, ...)
{
    va_list arguments;
    uint32_t count;

    va_start(arguments, format);
    count = vsprintf(buffer, format, arguments);
    va_end(arguments);
    return count;
}

uint32_t vsprintf(char *buffer, const char *format, va_list arguments)
{
    struct sink sink = {.start = buffer, .next = buffer};

    format_into(&sink, format, arguments);
    *sink.next = '\0';
    return sink.count;
}

/* Writes what the sink holds. After a failure the rest of the text is dropped. */
static void drain(struct sink *sink)
{
    const char *from = sink->start;

    while (from < sink->next && !sink->has_failed) {
        int32_t written = write(sink->fd, from, sink->next - from);

        if (written > 0)
            from += written;
        else
            sink->has_failed = true;
    }
    sink->next = sink->start;
}

static uint32_t print(int32_t fd, const char *format, va_list arguments)
{
    char piece[PIECE];
    struct sink sink = {.start = piece, .next = piece, .end = piece + PIECE, .fd = fd};

    format_into(&sink, format, arguments);
    drain(&sink);
    return sink.has_failed ? (uint32_t)-1 : sink.count;
}

static void put(struct sink *sink, char character)
{
    if (sink->next == sink->end)
        drain(sink);
    *sink->next++ = character;
    sink->count++;
}

static void put_string(struct sink *sink, const char *string)
{
    if (string == NULL)
        string = "(null)";
    while (*string != '\0')
        put(sink, *string++);
}

static void put_number(struct sink *sink, uint32_t value, uint32_t base)
{
    /* Base 10 is the smallest: 4294967295 has ten digits. */
    char digits[10];
    uint32_t length = 0;

    do {
        digits[length++] = "0123456789ABCDEF"[value % base];
        value /= base;
    } while (value != 0);
    while (length > 0)
        put(sink, digits[--length]);
}

static void put_signed(struct sink *sink, int32_t value)
{
    if (value < 0)
        put(sink, '-');
    /* As unsigned, because the lowest number has no positive counterpart. */
    put_number(sink, value < 0 ? -(uint32_t)value : (uint32_t)value, 10);
}

static void format_into(struct sink *sink, const char *format, va_list arguments)
{
    for (; *format != '\0'; format++) {
        /* A % at the very end is a character like any other. */
        if (*format != '%' || format[1] == '\0') {
            put(sink, *format);
            continue;
        }
        switch (*++format) {
        case 's':
            put_string(sink, va_arg(arguments, const char *));
            break;
        case 'c':
            put(sink, (char)va_arg(arguments, int));
            break;
        case 'd':
            put_signed(sink, va_arg(arguments, int32_t));
            break;
        case 'u':
            put_number(sink, va_arg(arguments, uint32_t), 10);
            break;
        case 'p':
            put_string(sink, "0x");
            put_number(sink, va_arg(arguments, uint32_t), 16);
            break;
        case 'x':
            put_number(sink, va_arg(arguments, uint32_t), 16);
            break;
        case '%':
            put(sink, '%');
            break;
        default:
            put(sink, '%');
            put(sink, *format);
        }
    }
}
