/* What programs need to know of tasks (the book's thread/thread.h). */

#ifndef TUSK_THREAD_H
#define TUSK_THREAD_H

#include "stdint.h"

/* Bytes in a task's name, its NUL included. */
#define TASK_NAME_LEN 16

/* Tusk has 1,024 pids, as the book has. */
typedef int16_t pid_t;

#endif
