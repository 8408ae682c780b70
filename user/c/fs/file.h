/* The descriptors that every program begins with (the book's fs/file.h). */

#ifndef TUSK_FILE_H
#define TUSK_FILE_H

enum std_fd {
    stdin_no,
    stdout_no,
    stderr_no,
};

#endif
