/* The kernel's heap for programs: malloc and free.

   Assumes, of what docs/book-calls.md says: memory comes zeroed, from blocks of 16 to 1,024 bytes or in whole pages;
   what cannot be had is NULL, and so is 0 bytes of it; an address that malloc did not give is ignored by free; parent
   and child have heaps of their own after fork (bug F6 of the book's).

   Status: 0, or 1 when anything was not as documented. */

#include "check.h"

/* How many blocks of each size are asked for: more than any page holds. */
#define BLOCKS 300

static bool holds(const char *block, uint32_t size, char value)
{
    uint32_t index;

    for (index = 0; index < size; index++) {
        if (block[index] != value)
            return false;
    }
    return true;
}

/* Takes BLOCKS blocks, fills each with a value of its own, and looks at all of them before they are freed. */
static void blocks_of(uint32_t size)
{
    static char *blocks[BLOCKS];
    int32_t index, given = 0, zeroed = 0, kept = 0;

    for (index = 0; index < BLOCKS; index++) {
        blocks[index] = malloc(size);
        if (blocks[index] == NULL)
            continue;
        given++;
        zeroed += holds(blocks[index], size, 0);
        memset(blocks[index], index % 251 + 1, size);
    }
    for (index = 0; index < BLOCKS; index++) {
        kept += blocks[index] != NULL && holds(blocks[index], size, index % 251 + 1);
        free(blocks[index]);
    }
    printf("%d blocks of %d bytes: %d zeroed, %d untouched by the others\n", given, size, zeroed, kept);
    failures += given != BLOCKS || zeroed != BLOCKS || kept != BLOCKS;
}

static void many_times(void)
{
    int32_t round, given = 0;

    /* Together about 15 MB in small pieces and 40 MB in large ones: what is not given back is missed. */
    for (round = 0; round < 10000; round++) {
        void *small = malloc(1000 + round % 1000), *large = round % 10 == 0 ? malloc(40000) : NULL;

        given += small != NULL && (large != NULL || round % 10 != 0);
        free(large);
        free(small);
    }
    show("10000 times malloc and free", given, 10000);
}

static void impossible(void)
{
    static char ours[64];
    char *block = malloc(100);

    check("malloc of 0 bytes gives NULL", malloc(0) == NULL);
    check("malloc of 3 GiB gives NULL", malloc(0xc0000000) == NULL);
    check("malloc of 4 GiB less 1 gives NULL", malloc(0xffffffff) == NULL);
    free(NULL);
    free(ours + 16);
    free(block + 16);
    memset(block, 'k', 100);
    check("after free of what it is not for", holds(block, 100, 'k') && malloc(100) != NULL);
    free(block);
    free(block);
    check("after free twice, two blocks are two", malloc(100) != malloc(100));
}

static void after_fork(void)
{
    char *blocks[8];
    int32_t index, kept = 0, status = -1;

    for (index = 0; index < 8; index++) {
        blocks[index] = malloc(64);
        memset(blocks[index], 'p', 64);
    }
    if (fork() == 0) {
        for (index = 0; index < 8; index++) {
            kept += holds(blocks[index], 64, 'p');
            free(blocks[index]);
        }
        for (index = 0; index < 8; index++)
            memset(malloc(64), 'c', 64);
        exit(kept);
    }
    wait(&status);
    show("blocks that the child has too", status, 8);
    for (index = 0; index < 8; index++) {
        kept += holds(blocks[index], 64, 'p');
        free(blocks[index]);
    }
    for (index = 0; index < 8; index++)
        memset(malloc(64), 'q', 64);
    show("blocks of the parent that the child left alone", kept, 8);
}

int main(void)
{
    uint32_t size;

    for (size = 16; size <= 1024; size *= 2)
        blocks_of(size);
    blocks_of(1);
    blocks_of(1025);
    blocks_of(5000);
    many_times();
    impossible();
    after_fork();
    return verdict();
}
