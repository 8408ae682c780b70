# Copying from and to programs' memory, with a way out when a page is not there.
#
# Between user_copy_begin and user_copy_end the kernel touches addresses that a program named. A
# page fault there that nothing can mend resumes at user_copy_fault (src/mm/user.rs), which
# reports it instead of crashing. Both functions are cdecl, return 0 or, after a fault, 1, and
# keep esi and edi on the stack, which the way out relies on.

    .section .text
    .balign 16
    .global user_copy_begin
user_copy_begin:

# fn user_copy(to: u32, from: u32, length: u32) -> u32
    .global user_copy
    .type user_copy, @function
user_copy:
    push esi
    push edi
    mov edi, [esp + 12]
    mov esi, [esp + 16]
    mov ecx, [esp + 20]
    mov edx, ecx
    shr ecx, 2
    rep movsd
    mov ecx, edx
    and ecx, 3
    rep movsb
    xor eax, eax
    pop edi
    pop esi
    ret
    .size user_copy, . - user_copy

# fn user_zero(to: u32, length: u32) -> u32
    .global user_zero
    .type user_zero, @function
user_zero:
    push esi
    push edi
    mov edi, [esp + 12]
    mov ecx, [esp + 16]
    mov edx, ecx
    xor eax, eax
    shr ecx, 2
    rep stosd
    mov ecx, edx
    and ecx, 3
    rep stosb
    pop edi
    pop esi
    ret
    .size user_zero, . - user_zero

    .global user_copy_end
user_copy_end:

    .global user_copy_fault
user_copy_fault:
    mov eax, 1
    pop edi
    pop esi
    ret
