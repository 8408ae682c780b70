/* pthread_atfork: what prepares runs last first, before the fork; the others first first, after it. */
#include "check.h"

static char order[32];
static int length;

static void note(char mark) { order[length++] = mark; }
static void prepare_one(void) { note('1'); }
static void prepare_two(void) { note('2'); }
static void parent_one(void) { note('3'); }
static void parent_two(void) { note('4'); }
static void child_one(void) { note('5'); }
static void child_two(void) { note('6'); }

int main(void)
{
    pid_t child;

    OK(pthread_atfork(prepare_one, parent_one, child_one));
    OK(pthread_atfork(prepare_two, parent_two, child_two));
    child = fork();
    NO_ERROR(child);
    if (child == 0) {
        printf("in the child: %s\n", order);
        fflush(stdout);
        _exit(0);
    }
    print_end_of(child, "the child");
    printf("in the parent: %s\n", order);
    return 0;
}
