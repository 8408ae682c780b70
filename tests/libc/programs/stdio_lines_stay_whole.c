/* Eight threads print to one file at the same time: every line is there, whole. */
#include "check.h"

static FILE *file;

static void *print(void *argument)
{
    for (int i = 0; i < 100; i++)
        CHECK(fprintf(file, "thread %d says %d and %s\n", (int)(intptr_t)argument, i, "some more words") > 0);
    return NULL;
}

int main(void)
{
    pthread_t threads[8];
    int next[8] = {0}, good = 0, own, number, end;
    char line[100];

    file = tmpfile();
    CHECK(file != NULL);
    for (int i = 0; i < 8; i++)
        threads[i] = start(print, (void *)(intptr_t)i);
    for (int i = 0; i < 8; i++)
        join(threads[i]);
    rewind(file);
    while (fgets(line, sizeof line, file) != NULL) {
        end = 0;
        if (sscanf(line, "thread %d says %d and some more words%n", &own, &number, &end) == 2 && line[end] == '\n' &&
            own >= 0 && own < 8 && number == next[own])
            next[own]++, good++;
    }
    printf("%d lines are whole and in order\n", good);
    return 0;
}
