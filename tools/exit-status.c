/* A function for make: $(exit-with FILE) ends make with the status that FILE holds, and removes FILE.

   make itself knows three statuses: 0, 1 and 2. `make run RUN=…` promises the command's own, so the Makefile loads
   this (GNU make's `load`, in its manual under "Loading Dynamic Objects"). A make without `load` exits with 2 instead.

   The two declarations are those of gnumake.h, which not every system installs with make. */

#include <stdio.h>
#include <stdlib.h>

typedef char *(*gmk_func_ptr)(const char *name, unsigned int argc, char **argv);
void gmk_add_function(const char *name, gmk_func_ptr func, unsigned int min_args, unsigned int max_args,
                      unsigned int flags);

/* make asks every object it loads for this word. */
int plugin_is_GPL_compatible;

static char *exit_with(const char *name, unsigned int argc, char **argv)
{
    int status = 0;
    FILE *file = fopen(argv[0], "r");

    (void)name;
    (void)argc;
    if (file != NULL) {
        if (fscanf(file, "%d", &status) != 1)
            status = 2;
        fclose(file);
        remove(argv[0]);
    }
    if (status != 0)
        exit(status);
    return NULL;
}

int exit_status_gmk_setup(void)
{
    gmk_add_function("exit-with", exit_with, 1, 1, 0);
    return 1;
}
