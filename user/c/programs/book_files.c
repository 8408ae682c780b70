/* Every call for files and directories: open close read write lseek stat unlink mkdir rmdir opendir readdir rewinddir
   closedir chdir getcwd.

   Works in /book_files, which it makes and removes.

   Assumes, of what docs/book-calls.md says: open with O_CREAT makes a file that is not there, and fails for one that
   is; write appends, wherever the position is, and leaves it at the end; read gives -1 at the end of a file; lseek
   goes to 0..size-1 only; descriptors are read and written as they were opened; unlink fails for an open file and for
   a directory; rmdir for a directory that is not empty; new names have fewer than 16 bytes; paths may be relative;
   every directory lists . and ..; the order is not said.

   Status: 0, or 1 when anything was not as documented. */

#include "check.h"

#define HOME "/book_files"

/* The most that one call of this program writes. */
#define LARGE 3000

/* Prints what lies at the position of an open file, which is at most 63 bytes. */
static void show_text(const char *what, int32_t file, uint32_t count, const char *expected)
{
    char text[64] = "";

    if (read(file, text, count) == -1)
        strcpy(text, "(end)");
    show_string(what, text, expected);
}

static void working_directory(void)
{
    char path[MAX_PATH_LEN];

    show("mkdir", mkdir(HOME), 0);
    show("mkdir again", mkdir(HOME), -1);
    show("mkdir below nothing", mkdir("/nothing/here"), -1);
    show("chdir", chdir(HOME), 0);
    show_string("getcwd", getcwd(path, sizeof path), HOME);
    show_string("getcwd into 11 bytes", getcwd(path, 11), NULL);
    show_string("getcwd into 12 bytes", getcwd(path, 12), HOME);
    show("chdir to nothing", chdir("nothing"), -1);
    show_string("getcwd", getcwd(path, sizeof path), HOME);
}

static void opening(void)
{
    int32_t file;

    show("open what is not there", open("note", O_RDONLY), -1);
    show("open below nothing", open("nothing/note", O_CREAT | O_RDWR), -1);
    show("open with unknown flags", open("note", 8 | O_CREAT), -1);
    show("open with both ways", open("note", O_CREAT | O_RDWR | O_WRONLY), -1);
    file = open("note", O_CREAT | O_RDWR);
    check("open with O_CREAT gives a descriptor above 2", file > 2);
    show("open with O_CREAT what is there", open("note", O_CREAT | O_RDWR), -1);
    show("open a directory", open(HOME, O_RDONLY), -1);
    show("close", close(file), 0);
    show("close again", close(file), -1);
    show("read what is closed", read(file, &file, sizeof file), -1);
    show("write what is closed", write(file, &file, sizeof file), -1);
    show("lseek what is closed", lseek(file, 0, SEEK_SET), -1);
}

static void reading_and_writing(void)
{
    int32_t file = open("note", O_RDWR);

    show("lseek in an empty file", lseek(file, 0, SEEK_SET), -1);
    show_text("read an empty file", file, 7, "(end)");
    show("write", write(file, "hello, ", 7), 7);
    show("write", write(file, "elephant", 8), 8);
    show("write nothing", write(file, "", 0), 0);
    show_text("read at the end", file, 8, "(end)");
    show("lseek to the start", lseek(file, 0, SEEK_SET), 0);
    show("write, which appends", write(file, "s", 1), 1);
    show_text("read, which is at the end", file, 8, "(end)");
    show("lseek to the start", lseek(file, 0, SEEK_SET), 0);
    show_text("read", file, 5, "hello");
    show("lseek on by 2", lseek(file, 2, SEEK_CUR), 7);
    show_text("read", file, 8, "elephant");
    show_text("read more than there is", file, 8, "s");
    show("lseek back by 9", lseek(file, -9, SEEK_CUR), 7);
    show("lseek to 1 before the end", lseek(file, -1, SEEK_END), 15);
    show("lseek to the end", lseek(file, 0, SEEK_END), -1);
    show("lseek beyond the end", lseek(file, 16, SEEK_SET), -1);
    show("lseek to before the start", lseek(file, -1, SEEK_SET), -1);
    show("lseek from nowhere", lseek(file, 0, 0), -1);
    show_text("read, where it was before", file, 8, "s");
    close(file);
}

static void one_way_only(void)
{
    int32_t file = open("note", O_RDONLY);

    show("write what is open for reading", write(file, "x", 1), -1);
    show_text("read it", file, 5, "hello");
    close(file);
    file = open("note", O_WRONLY);
    show("read what is open for writing", read(file, &file, 1), -1);
    show("write it", write(file, "!", 1), 1);
    close(file);
}

static void a_large_file(void)
{
    char *block = malloc(LARGE);
    int32_t file = open("large", O_CREAT | O_RDWR), index, right = 0;

    for (index = 0; index < LARGE; index++)
        block[index] = 'a' + index % 23;
    for (index = 0; index < 5; index++)
        show("write 3000 bytes", write(file, block, LARGE), LARGE);
    memset(block, 0, LARGE);
    lseek(file, 2 * LARGE, SEEK_SET);
    show("read 3000 bytes", read(file, block, LARGE), LARGE);
    for (index = 0; index < LARGE; index++)
        right += block[index] == 'a' + index % 23;
    show("of them right", right, LARGE);
    show("lseek to the last byte", lseek(file, -1, SEEK_END), 5 * LARGE - 1);
    close(file);
    free(block);
    show("unlink", unlink("large"), 0);
}

static void attributes(void)
{
    struct stat note, home;

    show("stat", stat("note", &note), 0);
    show("size", note.st_size, 17);
    show("type", note.st_filetype, FT_REGULAR);
    show("stat a directory", stat(HOME, &home), 0);
    show("type", home.st_filetype, FT_DIRECTORY);
    check("numbers differ", note.st_ino != home.st_ino);
    show("stat the root", stat("/", &home), 0);
    show("type", home.st_filetype, FT_DIRECTORY);
    show("stat what is not there", stat("nothing", &note), -1);
}

static void names(void)
{
    int32_t file = open("fifteen-letters", O_CREAT | O_RDWR);

    check("a name of 15 bytes", file > 2);
    close(file);
    show("unlink", unlink("fifteen-letters"), 0);
    show("open with a new name of 16 bytes", open("sixteen--letters", O_CREAT | O_RDWR), -1);
    show("mkdir with a new name of 16 bytes", mkdir("sixteen--letters"), -1);
}

/* What a walk through /book_files found. */
struct found {
    int32_t entries, dots, note, inner, wrong;
};

static struct found walk(struct dir *directory)
{
    struct found found = {0};
    struct dir_entry *entry;
    struct stat about;

    while ((entry = readdir(directory)) != NULL) {
        found.entries++;
        if (strcmp(entry->filename, ".") == 0 || strcmp(entry->filename, "..") == 0)
            found.dots++;
        if (strcmp(entry->filename, "note") == 0 && entry->f_type == FT_REGULAR)
            found.note++;
        if (strcmp(entry->filename, "inner") == 0 && entry->f_type == FT_DIRECTORY)
            found.inner++;
        if (stat(entry->filename, &about) == -1 || about.st_ino != entry->i_no || about.st_filetype != entry->f_type)
            found.wrong++;
    }
    return found;
}

static void show_walk(struct found found)
{
    show("entries", found.entries, 4);
    show(". and ..", found.dots, 2);
    show("note, a file", found.note, 1);
    show("inner, a directory", found.inner, 1);
    show("of another number or type than stat says", found.wrong, 0);
}

static void directories(void)
{
    struct dir *directory;

    show("mkdir", mkdir("inner"), 0);
    close(open("inner/leaf", O_CREAT | O_RDWR));
    directory = opendir(HOME);
    check("opendir", directory != NULL);
    show_walk(walk(directory));
    check("readdir at the end gives NULL again", readdir(directory) == NULL);
    rewinddir(directory);
    printf("rewinddir\n");
    show_walk(walk(directory));
    show("closedir", closedir(directory), 0);
    check("opendir of nothing gives NULL", opendir("nothing") == NULL);
    check("opendir of a file gives NULL", opendir("note") == NULL);
    check("readdir of NULL gives NULL", readdir(NULL) == NULL);
    show("closedir of NULL", closedir(NULL), -1);
}

static void removing(void)
{
    char path[MAX_PATH_LEN];
    int32_t file;

    show("rmdir what is not empty", rmdir("inner"), -1);
    show("unlink a directory", unlink("inner"), -1);
    show("unlink", unlink("inner/leaf"), 0);
    show("rmdir", rmdir("inner"), 0);
    show("rmdir again", rmdir("inner"), -1);
    show("rmdir a file", rmdir("note"), -1);
    file = open("note", O_RDONLY);
    show("unlink what is open", unlink("note"), -1);
    close(file);
    show("unlink", unlink("note"), 0);
    show("unlink again", unlink("note"), -1);
    show("chdir up", chdir(".."), 0);
    show_string("getcwd", getcwd(path, sizeof path), "/");
    show("rmdir", rmdir(HOME), 0);
    show("chdir to what was removed", chdir(HOME), -1);
}

int main(void)
{
    working_directory();
    opening();
    reading_and_writing();
    one_way_only();
    a_large_file();
    attributes();
    names();
    directories();
    removing();
    return verdict();
}
