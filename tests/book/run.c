/* Runs the cases of the book's programs one after the other: what /book/cases lists, as user/c/programs/cases.

   A record of each goes to the terminal, which tests/src/book_programs.rs reads:

       == NAME begins
       what the program prints
       == NAME ended with STATUS

   With a name as its argument it begins behind that one. It is itself a program to the book's API, and its calls are
   those that a shell makes.

   Status: 0, or 1 when there are no cases to be read, or no process to be had. */

#include "stdio.h"
#include "string.h"
#include "syscall.h"

#define WORDS_MAX 16

/* Reads all of a file of at most `size` - 1 bytes; returns how many, or -1. */
static int32_t contents(const char *path, char *text, uint32_t size)
{
    int32_t file = open(path, O_RDONLY), length = 0, more;

    if (file == -1)
        return -1;
    while ((more = read(file, text + length, size - 1 - length)) > 0)
        length += more;
    close(file);
    text[length] = '\0';
    return length;
}

/* Takes the next word off the line: up to a space, or what stands between two ". NULL when there is none. */
static char *next_word(char **line)
{
    char *word, end = ' ';

    while (**line == ' ')
        (*line)++;
    if (**line == '\0')
        return NULL;
    if (**line == '"') {
        end = '"';
        (*line)++;
    }
    word = *line;
    while (**line != '\0' && **line != end)
        (*line)++;
    if (**line != '\0')
        *(*line)++ = '\0';
    return word;
}

/* Runs what is left of the line, whose name and status are known. */
static void run(const char *name, char *command)
{
    char *words[WORDS_MAX + 1] = {NULL};
    int32_t count = 0, status = -1;
    pid_t child;

    while (count < WORDS_MAX && (words[count] = next_word(&command)) != NULL)
        count++;
    printf("== %s begins\n", name);
    child = fork();
    if (child == -1) {
        printf("no process for %s\n", name);
        exit(1);
    }
    if (child == 0) {
        execv(words[0], words);
        printf("cannot run %s\n", words[0]);
        exit(127);
    }
    while (wait(&status) != child)
        continue;
    printf("\n== %s ended with %d\n", name, status);
}

int main(int argc, char **argv)
{
    static char cases[8192];
    char *line = cases, *end, *name;
    bool is_wanted = argc < 2;

    if (contents("/book/cases", cases, sizeof cases) == -1) {
        printf("no /book/cases\n");
        return 1;
    }
    for (; *line != '\0'; line = end) {
        end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        else
            end = line + strlen(line);
        if (*line == '#' || (name = next_word(&line)) == NULL)
            continue;
        next_word(&line);
        if (is_wanted)
            run(name, line);
        else
            is_wanted = strcmp(name, argv[1]) == 0;
    }
    printf("== all done\n");
    return 0;
}
