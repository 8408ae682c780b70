/* The first instructions of a program: from the kernel's stack picture to main, and from main to exit.

   The book's kernel leaves argc in ecx and argv in ebx. Tusk starts all programs alike, with Linux's picture (System V
   ABI, i386 supplement, "Process Initialization"):

       esp -> argc | argv[0] ... argv[argc-1] | 0 | envp[0] ... | 0 | auxiliary vector | the strings themselves */

    .text
    .globl _start
    .type _start, @function
_start:
    /* Here a backtrace ends. */
    xor %ebp, %ebp
    mov (%esp), %eax
    lea 4(%esp), %ecx
    /* The compiler's code expects the arguments of a function at a multiple of 16. */
    and $-16, %esp
    sub $8, %esp
    push %ecx
    push %eax
    call main
    mov %eax, (%esp)
    call exit
    ud2
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits
