/* The way into the kernel: int 0x80. All 28 calls of syscall.c go through here. */

#define FIRST 0x8000 /* what the book's call 0 is on Tusk */

    .text
    .globl system_call
    .type system_call, @function

/* int32_t system_call(uint32_t number, ...three words)

   The kernel takes the number in eax and arguments in ebx, ecx and edx, returns in eax, and leaves all other registers
   as they were. ebx is our caller's to keep.

       esp -> ebx | return address | number | first | second | third */
system_call:
    push %ebx
    mov 8(%esp), %eax
    mov 12(%esp), %ebx
    mov 16(%esp), %ecx
    mov 20(%esp), %edx
    add $FIRST, %eax
    int $0x80
    pop %ebx
    ret
    .size system_call, . - system_call

    .section .note.GNU-stack, "", @progbits
