# From GRUB to kmain: multiboot2 header, first page tables, higher half, first stack.
#
# GRUB enters _start in 32-bit protected mode with paging off, eax = the multiboot2 magic and
# ebx = the physical address of the boot information. Sections .boot* are linked at their
# physical addresses; everything else is linked 3 GiB higher, so it is reached only once paging
# is on. References: Multiboot2 specification, section 3; SDM volume 3A, section 4.3.

    .set KERNEL_BASE,   0xc0000000
    .set PRESENT_WRITE, 0x3
    .set CR0_PG,        0x80000000

    .section .boot.header, "a"
    .balign 8
multiboot_header:
    .long 0xe85250d6                        # magic of a multiboot2 header
    .long 0                                 # architecture: i386, protected mode
    .long multiboot_header_end - multiboot_header
    .long -(0xe85250d6 + 0 + (multiboot_header_end - multiboot_header))

    .balign 8
request_tag:                                # what we cannot start without: the memory map (6)
    .word 1, 0
    .long request_tag_end - request_tag
    .long 6
request_tag_end:
    .balign 8
    .word 6, 0                              # modules begin on page boundaries
    .long 8
    .balign 8
    .word 0, 0                              # end of tags
    .long 8
multiboot_header_end:

    .section .boot.text, "ax"
    .global _start
    .type _start, @function
_start:
    cli
    cld
    mov edi, eax                            # the magic and the information pointer live in
    mov esi, ebx                            # edi and esi until they become kmain's arguments

    # Map the first BOOT_TABLES * 4 MiB twice: at 0, for the few instructions until the jump,
    # and at KERNEL_BASE. The .bss is zero already: GRUB clears what p_memsz exceeds p_filesz.
    mov ebx, offset boot_page_tables - KERNEL_BASE
    mov edx, ebx
    mov eax, PRESENT_WRITE
    mov ecx, {boot_tables} * 1024
1:  mov [edx], eax
    add eax, 0x1000
    add edx, 4
    loop 1b

    mov edx, offset kernel_page_directory - KERNEL_BASE
    lea eax, [ebx + PRESENT_WRITE]
    mov ecx, 0
2:  mov [edx + ecx * 4], eax
    mov [edx + ecx * 4 + 768 * 4], eax
    add eax, 0x1000
    inc ecx
    cmp ecx, {boot_tables}
    jb 2b

    # One more table, empty, for what kmain maps before memory management runs.
    mov [edx + ecx * 4 + 768 * 4], eax

    # The last entry points back at the directory: page tables appear at 0xffc00000.
    lea eax, [edx + PRESENT_WRITE]
    mov [edx + 1023 * 4], eax

    mov cr3, edx
    mov eax, cr0
    or eax, CR0_PG
    mov cr0, eax
    mov eax, offset higher_half
    jmp eax
    .size _start, . - _start

    .section .text
    .type higher_half, @function
higher_half:
    # The stack of the first thread is the rest of its PCB page, as for every thread.
    mov esp, offset first_pcb_page + 4096
    xor ebp, ebp                            # ends the backtrace's chain of frames
    push esi
    push edi
    call kmain
    ud2                                     # kmain does not return
    .size higher_half, . - higher_half

    .section .bss
    .balign 4096
    .global kernel_page_directory
    .global boot_page_tables
    .global first_pcb_page
kernel_page_directory:
    .skip 4096
boot_page_tables:
    .skip ({boot_tables} + 1) * 4096
first_pcb_page:
    .skip 4096
