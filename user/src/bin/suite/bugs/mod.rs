//! The faults of the book's kernel, each with a case that would show it again.
//!
//! A case's name begins with the number the fault has in the project's list of them. M3 and X2 are reads of wrong
//! addresses that ring 3 cannot see, and F3 shows only when an allocation fails just where `inject::` makes it fail.

mod boundary;
mod exec;
mod exit;
mod files;
pub mod fork;
mod heap;
pub mod memory;

pub use boundary::{
    k1_kernel_memory_cannot_be_read_or_written, k2_unknown_system_calls_do_nothing, k3_long_writes_smash_nothing,
    k4_fault_kills_the_program_and_not_the_machine, k5_unopened_descriptors_are_errors,
    k6_system_calls_do_not_need_the_programs_segments, t1_sleep_is_not_77_times_too_short,
};
pub use exec::{
    x7_failed_exec_returns_to_the_child, x8_bss_of_a_program_is_zeroed, x9_exec_leaves_nothing_of_the_old_program,
    x9_failed_exec_leaves_the_caller_whole,
};
pub use exit::{
    x1_exit_leaks_no_page, x3_exit_status_keeps_eight_bits, x4_wait_without_a_status_pointer,
    x5_orphans_of_every_kind_are_collected, x5_zombies_of_a_dead_parent_are_collected,
    x6_process_without_its_parent_may_exit,
};
pub use files::{f5_exit_of_a_child_closes_nothing_of_its_parent, f7_descriptors_0_to_2_outlive_any_child};
pub use fork::{
    f1_refused_forks_lose_nothing, f2_copying_2500_pages_on_32_mib_is_enomem, f2_parent_too_large_to_copy_is_an_error,
    f4_running_out_of_processes_is_an_error, f8_fork_after_a_refused_allocation_works, f9_fork_copies_each_page_once,
    f10_fork_bomb_ends_in_errors, f11_refused_fork_leaves_a_parent,
};
pub use heap::{
    f6_child_free_never_touches_the_parent, f6_child_uses_the_free_blocks_it_inherits, m4_huge_malloc_is_null,
    m5_bad_pointer_given_to_free_is_an_error, m5_damaged_arena_hurts_only_its_owner,
    m5_damaged_free_list_hurts_only_its_owner, m5_double_free_is_an_error,
};
pub use memory::{m1_refused_growth_is_rolled_back, m2_full_memory_is_an_error, m6_allocation_does_not_slow_down};
