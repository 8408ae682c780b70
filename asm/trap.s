# Into the kernel and out of it: one entry for each vector, one common way, one exit.
#
# Every entry builds the same picture on the ring-0 stack, the book's intr_stack (76 bytes), so
# that a task can be resumed from it whatever brought it here:
#
#     top of the PCB page ->  ss esp        only when the interrupt came from ring 3
#                             eflags cs eip
#                             error code    pushed by the CPU, or a 0 of ours
#                             ds es fs gs
#                             eax ecx edx ebx esp_dummy ebp esi edi
#                     esp ->  vector
#
# The book does not reload DS and ES (bug K6): a program with a null selector in them would make
# the kernel's first memory access fault. It also sends EOI to both controllers here, even for
# exceptions; we leave that to the IRQ handler, which knows whether one is due.

# The 32-bit forms, byte by byte: in Intel syntax LLVM takes `push ds` for the 16-bit one.
    .macro push_segments
    .byte 0x1e                              # pushl %ds
    .byte 0x06                              # pushl %es
    .byte 0x0f, 0xa0                        # pushl %fs
    .byte 0x0f, 0xa8                        # pushl %gs
    .endm

    .macro pop_segments
    .byte 0x0f, 0xa9                        # popl %gs
    .byte 0x0f, 0xa1                        # popl %fs
    .byte 0x07                              # popl %es
    .byte 0x1f                              # popl %ds
    .endm

    .altmacro
    .macro trap_entry vector, has_error_code
    .balign 16
trap_entry_\vector:
    .if \has_error_code
    .else
    push 0
    .endif
    push_segments
    pushad
    push \vector
    jmp trap_common
    .endm

    .section .text
    .set vector, 0
    .rept 48
    # The exceptions with an error code: #DF #TS #NP #SS #GP #PF #AC #CP #VC #SX (SDM 3A, 6.3.1).
    .if (vector == 8) || (vector == 10) || (vector == 11) || (vector == 12) || (vector == 13) || (vector == 14) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
    trap_entry %vector, 1
    .else
    trap_entry %vector, 0
    .endif
    .set vector, vector + 1
    .endr
    trap_entry 128, 0

    .balign 16
    .type trap_common, @function
trap_common:
    mov eax, {kernel_data}
    mov ds, eax
    mov es, eax
    cld                                     # a program may have left DF set; rep movs needs it clear
    # End the frame-pointer chain at the trap unless it came from the kernel itself: a backtrace
    # must not follow a program's ebp.
    test byte ptr [esp + {offset_cs}], 3
    jz 1f
    xor ebp, ebp
1:  mov eax, esp
    push eax
    call trap_dispatch
    add esp, 4

    # The book's intr_exit; fork's child and a new process begin here.
    .global intr_exit
    .type intr_exit, @function
intr_exit:
    cmp byte ptr [{return_work}], 0         # a signal, say; src/arch/trap.rs
    jne 2f
1:  add esp, 4                              # vector
    popad
    .global pop_segments_begin
pop_segments_begin:                         # a selector may have become invalid: see mend_segment
    pop_segments
    .global pop_segments_end
pop_segments_end:
    add esp, 4                              # error code
    .global return_to_program
return_to_program:                          # the same for ss: see mend_stack_segment
    iretd
2:  mov eax, esp
    push eax
    call trap_return_work
    add esp, 4
    jmp 1b
    .size intr_exit, . - intr_exit

# Where a fault at iretd goes on: all registers are the program's already, and what iretd was to pop
# still lies on the stack. Fault again, as if the program had done so with a sound stack segment.
    .global return_has_failed
return_has_failed:
    mov dword ptr ss:[esp + 16], {user_data}
    push 0                                  # error code
    jmp trap_entry_13                       # general protection

    .section .rodata
    .balign 4
    .global trap_entry_table
trap_entry_table:
    .set vector, 0
    .macro table_entry number
    .long trap_entry_\number
    .endm
    .rept 48
    table_entry %vector
    .set vector, vector + 1
    .endr
    .long trap_entry_128
    .noaltmacro
