# From one task's ring-0 stack to another's.
#
# fn switch_to(current: *mut Task, next: *mut Task), cdecl. The stack of the task that leaves
# becomes the book's thread_stack, and its esp goes into self_kstack, the first word of the PCB:
#
#     esp + 24   next
#     esp + 20   current
#     esp + 16   return address              thread_stack.eip
#     esp + 0    ebp ebx edi esi, from low to high
#
# A task that runs for the first time has such a picture laid by thread_create or fork.

    .section .text
    .balign 16
    .global switch_to
    .type switch_to, @function
switch_to:
    push esi
    push edi
    push ebx
    push ebp
    mov eax, [esp + 20]
    mov [eax], esp
    mov eax, [esp + 24]
    mov esp, [eax]
    pop ebp
    pop ebx
    pop edi
    pop esi
    ret
    .size switch_to, . - switch_to

# A thread's first instructions: `ret` of switch_to leads here with the function and its argument
# laid as thread_stack has them. Interrupts were off in the scheduler.
    .global thread_entry
    .type thread_entry, @function
thread_entry:
    pop eax                                 # unused return address
    pop eax                                 # function
    xor ebp, ebp
    sti
    call eax                                # its argument lies on top of the stack
    call thread_finished
    ud2
    .size thread_entry, . - thread_entry
