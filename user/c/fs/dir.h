/* Directories, as programs read them (the book's fs/dir.h). */

#ifndef TUSK_DIR_H
#define TUSK_DIR_H

#include "fs.h"
#include "stdint.h"

/* Bytes in a name, its NUL included. */
#define MAX_FILE_NAME_LEN 16

/* An open directory. What is in it is the kernel's business. */
struct dir;

struct dir_entry {
    /* A longer name, which only Linux's side of Tusk can make, is cut; the NUL is always there. */
    char filename[MAX_FILE_NAME_LEN];
    uint32_t i_no;
    enum file_types f_type;
};

_Static_assert(sizeof(struct dir_entry) == 24, "the kernel writes 24 bytes");

#endif
