/* What programs need to know of the file system (the book's fs/fs.h). */

#ifndef TUSK_FS_H
#define TUSK_FS_H

#include "stdint.h"

#define MAX_FILES_PER_PART 4096
#define SECTOR_SIZE 512
#define BITS_PER_SECTOR (SECTOR_SIZE * 8)
#define BLOCK_SIZE SECTOR_SIZE

/* Bytes in a path, its NUL included. */
#define MAX_PATH_LEN 512

enum file_types {
    /* On Tusk also all that is neither file nor directory: devices, pipes. */
    FT_UNKNOWN,
    FT_REGULAR,
    FT_DIRECTORY,
};

/* How open is to open. */
enum oflags {
    O_RDONLY = 0,
    O_WRONLY = 1,
    O_RDWR = 2,
    O_CREAT = 4,
};

/* What lseek counts from. */
enum whence {
    SEEK_SET = 1,
    SEEK_CUR,
    SEEK_END,
};

struct stat {
    uint32_t st_ino;
    /* In bytes. */
    uint32_t st_size;
    enum file_types st_filetype;
};

_Static_assert(sizeof(struct stat) == 12, "the kernel writes 12 bytes");

#endif
