/* assert and panic for programs.

   The book's print where they are and spin for ever; ours end the program, with ASSERT_STATUS. With NDEBUG assert does
   nothing at all. Not guarded against being included again: as in C, NDEBUG counts anew each time. */

#undef assert
#undef panic

/* 128 and the number of SIGABRT: what a shell says of a program that aborted. */
#define ASSERT_STATUS 134

/* Prints the four to descriptor 2 and ends the program. The name is the book's. */
void user_spin(const char *file, int line, const char *function, const char *condition) __attribute__((noreturn));

#define panic(CONDITION) user_spin(__FILE__, __LINE__, __func__, CONDITION)

#ifdef NDEBUG
#define assert(CONDITION) ((void)0)
#else
#define assert(CONDITION) ((CONDITION) ? (void)0 : panic(#CONDITION))
#endif
