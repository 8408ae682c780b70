//! The whole machine from outside: what a person who types `make run` relies on.
//!
//! Each file holds the scenes around one noun: a boot, and what must come back from it.

mod bochs_debugger;
mod busybox_terminal;
mod crash;
mod debug;
mod debug_step;
mod debug_walk;
mod fuzz;
mod image;
mod input;
mod left_behind;
mod log;
mod multiboot1;
mod program;
mod report;
mod report_fork;
mod report_page;
mod storm;
mod strace;
mod terminal;
mod tiny_elf;
mod trace;
mod trace_line;
mod web;

use crate::job::Job;
use crate::scene::Scene;

/// All the jobs.
pub fn jobs() -> Vec<Job> {
    let scenes = [
        log::scenes(),
        program::scenes(),
        terminal::scenes(),
        input::scenes(),
        debug::scenes(),
        debug_walk::scenes(),
        crash::scenes(),
        storm::scenes(),
        strace::scenes(),
        fuzz::scenes(),
        trace::scenes(),
        bochs_debugger::scenes(),
    ];
    let mut jobs: Vec<_> = scenes.into_iter().flatten().map(Scene::job).collect();
    jobs.extend(image::jobs());
    jobs.push(strace::comparison());
    jobs.extend(report::jobs());
    jobs.extend(busybox_terminal::jobs());
    jobs.push(web::job());
    jobs
}
