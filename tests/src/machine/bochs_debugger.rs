//! `make bochs DEBUG=1`: Bochs' debugger, stopped where fork begins, with the kernel's names.

use anyhow::{Result, ensure};

use crate::boot::{Boot, Next, Record, quoted};
use crate::process::Process;
use crate::scene::{Check, Scene};

/// How often the debugger is told to go on, so that the machine surely comes to its end.
const OFTEN: usize = 40;

const INTERRUPT: &str = "\x03";

/// What the shell around a session says of a process that outlives it.
const LEFT_BEHIND: &str = "left behind: ";

const SESSION: &[(&str, Check)] = &[
    ("magic_breakpoint_stops_where_fork_begins_and_symbols_are_known", |record| record.status().map(drop)),
    ("program_goes_on_to_its_end_and_its_status_is_the_commands", |record| {
        ensure!(record.out.contains("3 processes, every one with its own copy"), "forktree did not print its end");
        record.expect_status(5)
    }),
    ("nothing_is_left_behind", nothing_is_left_behind),
];

const PERSON: &[(&str, Check)] = &[
    ("break_goes_to_that_function_interrupt_stops_the_machine_and_quit_leaves", |record| record.expect_status(0)),
    ("nothing_is_left_behind", nothing_is_left_behind),
];

const SLIP: &[(&str, Check)] = &[("function_that_is_not_there_is_named_with_those_that_are_like_it", |record| {
    ensure!(record.log.contains("has no function 'vaddrbitmap'"), "not a word about it");
    ensure!(record.log.contains("copy_pcb_vaddrbitmap_stack0"), "not a word about what is there");
    record.expect_status(1)
})];

/// A debugger with its commands from a pipe, one with a person at a terminal, and a slip of the keyboard.
pub fn scenes() -> Vec<Scene> {
    let session =
        "make -s bochs DEBUG=1 MEM=32 ISO=build/tests/iso/bochs_debugger.iso RUN=\"sh -c 'forktree 1; exit 5'\"";
    let iso = "build/tests/iso/bochs_person.iso";
    // In a folder of its own: each machine that is debugged has files by the same names.
    let debugger = format!(
        "tools/debug-bochs.sh --iso {iso} --mem 32 --plain --folder build/tests/bochs --break copy_pcb_vaddrbitmap_stack0"
    );
    let person = format!(
        "tools/mkiso.sh --out {iso} --run {} && script -qefc {} /dev/null",
        quoted("sh -c 'echo rea''dy; sleep 600'"),
        quoted(&debugger)
    );
    let slip = "tools/debug-bochs.sh --iso build/tusk.iso --folder build/tests/bochs_slip --break vaddrbitmap";
    vec![
        Scene::new(Boot { play: Some(follow_a_fork), ..watched("bochs_debugger", session) }, SESSION),
        Scene::new(Boot { play: Some(stop_and_leave), ..watched("bochs_person", &person) }, PERSON),
        Scene::new(watched("bochs_slip", slip), SLIP),
    ]
}

/// The command, and a word of each process that it leaves behind: all that it starts has its name in the
/// environment, and the shell's pid, as another run of the tests may be at work meanwhile.
fn watched(name: &str, command: &str) -> Boot {
    let command = format!(
        "export TUSK_TEST={name}.$$; ({command}); status=$?; export -n TUSK_TEST; sleep 1; \
         for each in $(grep -lzx TUSK_TEST={name}.$$ /proc/[0-9]*/environ 2>/dev/null); do \
         echo \"{LEFT_BEHIND}$(tr '\\0' ' ' <\"${{each%/environ}}/cmdline\")\"; done; exit $status"
    );
    Boot::by(name, command)
}

/// To fork's entry, to one of its steps by name, and on until the program has ended.
fn follow_a_fork(debugger: &mut Process) -> Result<Next> {
    let mut ask = |command: &str, answers: &[&str]| {
        debugger.type_text(&format!("{command}\n"))?;
        answers.iter().try_for_each(|answer| debugger.wait_for(answer))
    };
    ask("c", &["Magic breakpoint", "(sys_clone+"])?;
    ask("bt", &["(sys_clone+", "(on_system_call+", "(trap_dispatch+"])?;
    ask("u \"sys_clone\"", &["sys_clone+0): push ebp"])?;
    ask("lb \"copy_pcb_vaddrbitmap_stack0\"", &["<bochs:"])?;
    ask("c", &["Breakpoint 1", "(copy_pcb_vaddrbitmap_stack0+0"])?;
    ask("d 1", &["<bochs:"])?;
    debugger.type_text(&"c\n".repeat(OFTEN))?;
    Ok(Next::ReadToEnd)
}

/// Begins behind the boot, at the function that was named; stops a program that runs, and leaves.
fn stop_and_leave(debugger: &mut Process) -> Result<Next> {
    debugger.wait_for("(copy_pcb_vaddrbitmap_stack0+0")?;
    debugger.type_text("d 1\rc\r")?;
    debugger.wait_for("ready")?;
    debugger.press(INTERRUPT, "<bochs:3>")?;
    debugger.type_text("q\r")?;
    Ok(Next::ReadToEnd)
}

fn nothing_is_left_behind(record: &Record) -> Result<()> {
    record.status()?;
    let left = record.out.lines().find(|line| line.contains(LEFT_BEHIND));
    ensure!(left.is_none(), "{left:?}");
    Ok(())
}
