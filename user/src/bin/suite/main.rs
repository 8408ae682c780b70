//! `suite`: the tests that go through the system calls, from ring 3.
//!
//! One case is one process: `suite NAME` runs it and ends with status 0 when all was as it should be, 1 when it was not
//! (with a line on standard error that says what and where), and 77 when the case does not apply here. The kernel starts
//! each of them when it is booted with `suite`, and compares the free frames, the kernel's pages and the processes
//! before and after it: so a case leaves nothing behind, children least of all.
//!
//! The same file runs on Linux, and whatever is asked for under a Linux number must pass there too. Only what is the
//! book's, or what needs a small machine, is skipped.
#![no_std]
#![no_main]

mod block;
mod body;
mod book_calls;
mod book_heap;
mod bugs;
mod check;
mod child;
mod clock;
mod control;
mod copies;
mod crowd;
mod exceptions;
mod exec;
mod exit;
mod fork;
mod fpu;
mod inject;
mod memory;
mod pointers;
mod probe;
mod program;
mod registers;
mod run;
mod runtime;
mod sched;
mod segments;
mod stack;
mod stack_pointer;
mod stress;
mod syscalls;
mod time;
mod wait;

use run::{Case, run_all};
use tusk_user::{Environment, entry, println, usage};

entry!(main);

const HELP: &str = "usage: suite [--list | --all | NAME]
Runs the test NAME and ends with status 0 (passed), 1 (failed) or 77 (skipped, it does not apply here).
  --list  prints all names, as no argument does
  --all   runs all tests, each in a process of its own; the status is 1 when any failed";

/// Makes the table of all cases from their paths. Its lines are also what the build lists the names from.
macro_rules! cases {
    ($($module:ident::$name:ident,)*) => {
        const CASES: &[Case] = &[
            $(Case { name: concat!(stringify!($module), "::", stringify!($name)), run: $module::$name },)*
        ];
    };
}

cases! {
    runtime::command_lines_are_split_like_a_shells,
    runtime::statuses_are_told_apart,
    runtime::memory_functions_work,
    fork::child_gets_zero_and_parent_gets_its_pid,
    fork::child_knows_its_own_pid_and_its_parents,
    fork::four_children_end_with_codes_10_to_13,
    fork::grandchild_belongs_to_its_own_parent,
    fork::twenty_generations_deep,
    fork::child_keeps_every_register,
    fork::two_processes_may_fork_at_once,
    fork::families_grow_in_all_directions,
    fork::child_starts_without_children,
    copies::child_write_on_the_stack_is_invisible_to_parent,
    copies::child_write_in_data_is_invisible_to_parent,
    copies::child_write_in_bss_is_invisible_to_parent,
    copies::child_write_on_the_heap_is_invisible_to_parent,
    copies::parent_write_on_the_stack_is_invisible_to_child,
    copies::parent_write_in_data_is_invisible_to_child,
    copies::parent_write_in_bss_is_invisible_to_child,
    copies::parent_write_on_the_heap_is_invisible_to_child,
    copies::siblings_do_not_see_each_others_writes,
    copies::generations_do_not_see_each_others_writes,
    body::every_byte_of_a_large_body_is_copied,
    body::first_and_last_bytes_of_pages_are_copied,
    body::untouched_pages_are_zero_in_the_child,
    body::deep_stack_is_copied,
    body::read_only_pages_stay_read_only,
    body::child_inherits_the_break_and_moves_its_own,
    body::pages_given_back_are_gone,
    body::both_may_grow_at_the_same_addresses,
    wait::any_child_will_do,
    wait::given_child_is_waited_for_though_another_ended_first,
    wait::parent_sleeps_until_the_child_ends,
    wait::wnohang_returns_zero_while_the_child_lives,
    wait::wnohang_collects_who_has_ended,
    wait::without_children_it_is_echild,
    wait::strangers_are_echild,
    wait::zero_means_my_own_group,
    wait::group_that_nobody_is_in_is_echild,
    wait::least_integer_is_esrch,
    wait::unknown_options_are_einval,
    wait::all_of_linux_options_are_taken,
    wait::every_other_option_is_einval,
    wait::clone_children_are_not_ordinary_children,
    wait::exit_codes_are_encoded_as_on_linux,
    wait::deaths_by_signal_are_encoded_as_on_linux,
    wait::bad_status_pointer_is_efault,
    wait::wait4_fills_in_the_usage,
    wait::grandchildren_are_not_reported,
    exit::exit_group_ends_the_process_too,
    exit::orphan_becomes_a_child_of_init,
    exit::all_orphans_become_children_of_init,
    exit::orphans_may_leave_orphans,
    exit::parents_and_children_may_end_in_any_order,
    exit::memory_of_the_dead_is_free,
    exit::zombie_keeps_its_pid,
    syscalls::unknown_numbers_are_enosys_and_nothing_else,
    syscalls::book_numbers_are_enosys_elsewhere,
    syscalls::every_register_is_kept,
    syscalls::direction_flag_does_not_turn_the_kernel_around,
    syscalls::reboot_without_the_magic_is_einval,
    syscalls::uname_names_the_kernel,
    pointers::write_from_bad_addresses_is_efault,
    pointers::write_of_nothing_needs_no_address,
    pointers::write_stops_where_memory_ends,
    pointers::results_to_bad_addresses_are_efault,
    pointers::requests_at_bad_addresses_are_efault,
    pointers::results_to_read_only_memory_are_efault,
    pointers::results_that_run_out_of_memory_are_efault,
    pointers::results_may_lie_anywhere_in_memory,
    pointers::unopened_descriptor_is_ebadf_first,
    pointers::nobody_to_wait_for_is_echild_first,
    memory::break_grows_by_zeroed_pages,
    memory::pages_given_back_come_back_zeroed,
    memory::pages_given_back_are_unmapped,
    memory::break_moves_by_bytes,
    memory::break_below_the_start_is_refused,
    memory::break_beyond_memory_is_refused_and_unchanged,
    memory::break_may_move_a_thousand_times,
    memory::text_and_constants_are_read_only,
    memory::addresses_without_memory_are_sigsegv,
    stack::stack_grows_by_four_mebibytes,
    stack::stack_grows_in_one_leap,
    stack::fresh_stack_is_zeroed,
    stack::stack_overflow_is_sigsegv,
    stack::far_below_the_stack_is_sigsegv,
    stack::stacks_of_parent_and_child_grow_apart,
    exceptions::division_by_zero_is_sigfpe,
    exceptions::division_overflow_is_sigfpe,
    exceptions::breakpoint_is_sigtrap,
    exceptions::overflow_is_sigsegv,
    exceptions::into_without_overflow_goes_on,
    exceptions::bound_is_sigsegv,
    exceptions::undefined_instruction_is_sigill,
    exceptions::single_step_is_sigtrap,
    exceptions::single_step_over_a_system_call_is_sigtrap,
    exceptions::unaligned_access_under_ac_is_sigbus,
    exceptions::x87_error_is_sigfpe,
    exceptions::pending_x87_error_harms_nobody,
    exceptions::null_pointers_are_sigsegv,
    exceptions::privileged_instructions_are_sigsegv,
    exceptions::software_interrupts_are_sigsegv,
    control::far_jumps_lead_nowhere,
    control::far_calls_lead_nowhere,
    control::far_returns_lead_nowhere,
    control::interrupt_returns_lead_nowhere,
    control::iret_sets_no_flag_it_may_not,
    control::virtual_8086_mode_is_no_way_out,
    control::virtual_8086_mode_does_not_look_like_the_kernel,
    control::popf_sets_no_flag_it_may_not,
    control::iret_with_the_nested_task_flag_is_sigsegv,
    control::nested_task_flag_does_not_disturb_the_kernel,
    control::jumps_out_of_the_program_are_sigsegv,
    segments::kernel_segments_cannot_be_loaded,
    segments::null_data_segment_is_sigsegv_when_used,
    segments::code_segment_is_not_writable,
    segments::segment_registers_are_kept,
    stack_pointer::system_calls_work_without_a_stack,
    stack_pointer::ticks_need_no_stack_of_the_program,
    stack_pointer::pushing_to_a_wild_stack_is_sigsegv,
    stack_pointer::faults_without_a_stack_kill_only_the_program,
    stack_pointer::fork_works_without_a_stack,
    fpu::x87_registers_of_processes_do_not_mix,
    fpu::sse_registers_of_processes_do_not_mix,
    fpu::child_inherits_the_x87_registers,
    fpu::child_inherits_the_sse_registers,
    fpu::pending_error_dies_with_its_process,
    fpu::pending_error_does_not_meet_a_newcomer,
    fpu::pending_error_does_not_survive_execve,
    fpu::pending_error_stays_with_its_process,
    fpu::pending_errors_of_two_do_not_mix,
    fpu::child_inherits_a_pending_error,
    time::sleep_lasts_as_long_as_asked,
    time::sleep_of_nothing_returns,
    time::impossible_times_are_einval,
    time::clock_never_goes_back,
    time::clocks_of_both_widths_agree,
    time::unknown_clocks_are_einval,
    time::sleepers_wake_in_the_order_of_their_times,
    time::processes_sleep_at_the_same_time,
    sched::yield_succeeds,
    sched::yield_lets_the_other_run,
    sched::spinning_child_does_not_stop_its_parent,
    sched::spinning_parent_does_not_stop_its_child,
    sched::many_spinning_processes_all_finish,
    sched::sleeper_among_spinners_wakes_in_time,
    sched::writers_take_turns,
    clock::long_paths_cost_no_ticks,
    clock::large_blocks_cost_no_ticks,
    clock::long_writes_cost_no_ticks,
    exec::arguments_and_variables_arrive,
    exec::long_arguments_arrive,
    exec::longest_argument_arrives,
    exec::ten_thousand_arguments_arrive,
    exec::arguments_up_to_the_limit_arrive,
    exec::arguments_beyond_the_limit_are_e2big,
    exec::no_arguments_become_one_empty_one,
    exec::program_begins_as_the_abi_says,
    exec::process_stays_the_same,
    exec::floating_point_unit_is_reset,
    exec::process_may_change_its_program_many_times,
    exec::parent_is_not_touched_by_its_childs_exec,
    exec::missing_file_is_enoent,
    exec::directory_is_eacces,
    exec::path_through_a_file_is_enotdir,
    exec::program_is_no_directory_whatever_follows_it,
    exec::text_file_is_refused,
    exec::longest_path_works_at_any_alignment,
    exec::too_long_path_is_enametoolong,
    exec::too_long_argument_is_e2big,
    exec::bad_pointers_are_efault,
    exec::lists_without_an_end_are_efault,
    book_calls::getpid_is_linux_getpid,
    book_calls::write_returns_the_count_or_minus_one,
    book_calls::read_of_an_unopened_descriptor_is_minus_one,
    book_calls::putchar_prints,
    book_calls::ps_and_help_print,
    book_calls::clear_returns,
    book_calls::fork_exit_and_wait_fit_together,
    book_calls::wait_without_children_is_minus_one,
    book_calls::both_kinds_of_calls_see_the_same_children,
    book_calls::memory_of_a_dead_child_is_free_again,
    book_heap::blocks_of_every_size_can_be_used,
    book_heap::blocks_do_not_overlap,
    book_heap::large_blocks_can_be_used,
    book_heap::blocks_are_zeroed_when_used_again,
    book_heap::freed_blocks_are_used_again,
    book_heap::ten_thousand_rounds_use_nothing_up,
    book_heap::malloc_of_nothing_is_null,
    book_heap::full_memory_is_null_and_not_the_end,
    book_heap::heap_is_copied_by_fork,
    book_heap::page_tables_of_freed_blocks_are_given_back,
    bugs::f1_refused_forks_lose_nothing,
    bugs::f2_copying_2500_pages_on_32_mib_is_enomem,
    bugs::f2_parent_too_large_to_copy_is_an_error,
    bugs::f4_running_out_of_processes_is_an_error,
    bugs::f5_exit_of_a_child_closes_nothing_of_its_parent,
    bugs::f6_child_free_never_touches_the_parent,
    bugs::f6_child_uses_the_free_blocks_it_inherits,
    bugs::f7_descriptors_0_to_2_outlive_any_child,
    bugs::f8_fork_after_a_refused_allocation_works,
    bugs::f9_fork_copies_each_page_once,
    bugs::f10_fork_bomb_ends_in_errors,
    bugs::f11_refused_fork_leaves_a_parent,
    bugs::x1_exit_leaks_no_page,
    bugs::x3_exit_status_keeps_eight_bits,
    bugs::x4_wait_without_a_status_pointer,
    bugs::x5_zombies_of_a_dead_parent_are_collected,
    bugs::x6_process_without_its_parent_may_exit,
    bugs::x7_failed_exec_returns_to_the_child,
    bugs::x8_bss_of_a_program_is_zeroed,
    bugs::x9_exec_leaves_nothing_of_the_old_program,
    bugs::x9_failed_exec_leaves_the_caller_whole,
    bugs::k1_kernel_memory_cannot_be_read_or_written,
    bugs::k2_unknown_system_calls_do_nothing,
    bugs::k3_long_writes_smash_nothing,
    bugs::k4_fault_kills_the_program_and_not_the_machine,
    bugs::k5_unopened_descriptors_are_errors,
    bugs::k6_system_calls_do_not_need_the_programs_segments,
    bugs::m1_refused_growth_is_rolled_back,
    bugs::m2_full_memory_is_an_error,
    bugs::m4_huge_malloc_is_null,
    bugs::m5_bad_pointer_given_to_free_is_an_error,
    bugs::m5_damaged_arena_hurts_only_its_owner,
    bugs::m5_damaged_free_list_hurts_only_its_owner,
    bugs::m5_double_free_is_an_error,
    bugs::m6_allocation_does_not_slow_down,
    bugs::t1_sleep_is_not_77_times_too_short,
    inject::fork_survives_every_failed_allocation,
    stress::five_thousand_rounds_of_fork_and_wait,
    stress::twenty_children_at_once_fifty_times,
    stress::three_processes_fork_at_the_same_time,
    stress::hundred_orphans_are_all_collected,
    stress::fifty_programs_one_after_the_other,
    stress::large_bodies_come_and_go,
    stress::two_hundred_faults_are_survived,
}

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    if let Some(status) = program::by_first_argument(environment) {
        return status;
    }
    match (environment.arguments().len(), environment.argument(1)) {
        (1, _) | (2, Some("--list")) => CASES.iter().for_each(|case| println!("{}", case.name)),
        (2, Some("--all")) => return run_all(CASES),
        (2, Some(name)) => match CASES.iter().find(|case| case.name == name) {
            Some(case) => (case.run)(),
            None => return usage::refuse(HELP, format_args!("suite: there is no test {name}")),
        },
        (3.., Some("--program")) => return program::main(environment),
        _ => return usage::refuse(HELP, format_args!("suite: one name, please")),
    }
    0
}
