# The C library's memory functions, which compiled Rust calls to copy and clear.
#
# The compiler's own copy byte by byte; these move four bytes at a time. All are cdecl and return
# their first argument.

    .section .text

# void *memcpy(void *to, const void *from, size_t length)
    .balign 16
    .global memcpy
    .type memcpy, @function
memcpy:
    push esi
    push edi
    mov edi, [esp + 12]
    mov esi, [esp + 16]
    mov ecx, [esp + 20]
    mov eax, edi
    mov edx, ecx
    shr ecx, 2
    rep movsd
    mov ecx, edx
    and ecx, 3
    rep movsb
    pop edi
    pop esi
    ret
    .size memcpy, . - memcpy

# void *memmove(void *to, const void *from, size_t length)
#
# Downwards when the target begins within the source: the last byte first. The distance is unsigned,
# so a target below the source counts as far away.
    .balign 16
    .global memmove
    .type memmove, @function
memmove:
    mov eax, [esp + 4]
    mov ecx, [esp + 12]
    mov edx, eax
    sub edx, [esp + 8]
    cmp edx, ecx
    jae memcpy
    push esi
    push edi
    mov esi, [esp + 16]
    lea edi, [eax + ecx - 1]
    lea esi, [esi + ecx - 1]
    std
    rep movsb
    cld
    pop edi
    pop esi
    ret
    .size memmove, . - memmove

# void *memset(void *to, int byte, size_t length)
    .balign 16
    .global memset
    .type memset, @function
memset:
    push edi
    mov edi, [esp + 8]
    movzx eax, byte ptr [esp + 12]
    mov ecx, [esp + 16]
    imul eax, eax, 0x01010101
    mov edx, ecx
    shr ecx, 2
    rep stosd
    mov ecx, edx
    and ecx, 3
    rep stosb
    mov eax, [esp + 8]
    pop edi
    ret
    .size memset, . - memset
