//! Tusk's commands for gdb, in a scripted session: `tusk fork` through one fork of `forktree 1`, and every other
//! command once, with what it must show at that moment.

use anyhow::{Context, Result, ensure};

use super::debug::{debugged, section};
use super::debug_step::{count, expect, expect_count, expect_row, step};
use crate::boot::{Next, Record};
use crate::process::Process;
use crate::scene::{Check, Scene};

/// What a person would type. The machine stands at its first instruction.
const SESSION: &str = r"
echo --- early\n
tusk ps
tusk frames
echo --- main\n
tusk goto forktree::main
info symbol $pc
tusk pcb 77
tusk pcb xyz
tusk bitmap
tusk bitmap free
tusk nonsense
tusk pagedir 2
tusk goto sys_frok
echo --- help\n
tusk help
complete tusk p
complete tusk pcb 
echo --- walk\n
tusk fork all forktree build/tests/debug-walk.json
echo --- ready\n
tusk ready
echo --- ps\n
tusk ps
echo --- pcb parent\n
tusk pcb 3
echo --- pcb child\n
tusk pcb 4
echo --- stack child\n
tusk stack 4
echo --- stack init\n
tusk stack 1
echo --- bitmap child\n
tusk bitmap 4
echo --- bitmap kernel\n
tusk bitmap kernel
echo --- bitmap user\n
tusk bitmap user
echo --- pagedir parent\n
tusk pagedir 3
echo --- pagedir child\n
tusk pagedir 4
echo --- frames\n
tusk frames
echo --- fds\n
tusk fds 4
echo --- vfs\n
tusk vfs
echo --- idt\n
tusk idt
echo --- gdt\n
tusk gdt
echo --- break\n
break copy_process
delete
echo --- syscall\n
tusk syscall on
tusk goto copy_body_stack3
tusk syscall off
quit
";

const WALK: &[(&str, Check)] = &[
    ("commands_say_what_is_not_there_yet", |record| {
        let answers = record.log.matches("the kernel does not run yet").count();
        ensure!(answers == 2, "{answers} of 2 commands have said so");
        expect(section(record, "early")?, &[])
    }),
    ("programs_symbols_come_with_exec", |record| {
        expect(section(record, "main")?, &["[/bin/forktree: symbols of", "release/forktree]", "forktree::main"])
    }),
    ("mistakes_are_answered_with_what_to_do", |record| {
        let wanted = [
            "there is no task 77: there are 2, 1, 3",
            "'xyz' is no pid",
            "usage: tusk bitmap PID|kernel|user",
            "'free' is no pid: a number, `running`, or `kernel` or `user`",
            "there is no 'tusk nonsense'",
            "2 idle has no program",
            "is sys_fork meant?",
        ];
        expect(&record.log, &wanted)
    }),
    ("name_of_the_books_is_one_place", |record| {
        let said = section(record, "break")?;
        ensure!(said.contains("src/task/fork.rs") && !said.contains("locations"), "{said}");
        Ok(())
    }),
    ("help_lists_the_commands_and_words_are_completed", |record| {
        let help = section(record, "help")?;
        let commands = "ps pcb bitmap pagedir frames ready fds vfs idt gdt stack fork syscall";
        for command in commands.split(' ') {
            ensure!(help.contains(&format!("\ntusk {command}")), "`tusk help` does not list {command}");
        }
        expect(help, &["tusk pagedir\n", "tusk pcb 3\n", "tusk pcb running\n"])
    }),
    ("walk_prints_the_books_steps_in_order", walk_is_in_order),
    ("step_a_copies_page_and_bitmap", |record| {
        let step = step(record, "step a: copy_pcb_vaddrbitmap_stack0")?;
        expect(step, &["the same, 8 pages taken"])?;
        expect_row(step, "pid", &["3", "4"])?;
        expect_row(step, "status", &["Running", "Ready"])?;
        expect_row(step, "fd_table", &["0xc", "-"])?;
        // The bitmap's 23 pages, and nothing else.
        expect_count(step, "free kernel frames", -23)?;
        expect_count(step, "free kernel pages", -23)?;
        expect_count(step, "free pids", -1)
    }),
    ("step_b_makes_a_directory_with_the_kernels_half", |record| {
        let step = step(record, "step b: create_page_dir")?;
        expect(step, &["child's in frame", "0 of a program"])?;
        let words: Vec<_> = step.split(|c: char| c.is_whitespace() || ";:,".contains(c)).collect();
        let frames: Vec<_> = words.windows(2).filter(|pair| pair[0] == "frame").map(|pair| pair[1]).collect();
        ensure!(frames.len() == 2 && frames[0] == frames[1], "the last entry does not lead to itself: {frames:?}");
        expect_count(step, "free kernel frames", -1)
    }),
    ("step_c_copies_or_shares_each_page", pages_are_handed_on),
    ("step_d_lets_the_child_begin_at_intr_exit_with_0", |record| {
        let step = step(record, "step d: build_child_stack")?;
        expect_row(step, "intr_stack.eax", &["00000002", "00000002 -> 00000000"])?;
        let child = page(section(record, "pcb child")?)?;
        expect_row(step, "thread_stack.eip", &["-> ", "(intr_exit)"])?;
        let kstack = format!("-> {:#x}", child + 0xfa0);
        expect_row(step, "self_kstack", &[&kstack])?;
        expect(section(record, "stack child")?, &["in intr_exit+0", "system call fork"])
    }),
    ("step_e_counts_what_is_open_once_more", |record| {
        let step = step(record, "step e: update_inode_open_cnts")?;
        expect_row(step, "fd_table", &["- -> 0xc"])?;
        expect_count(step, "open descriptors", 3)
    }),
    ("child_is_on_both_lists_at_the_end", |record| {
        let step = step(record, "on both lists: add")?;
        expect(step, &["ready list: pids [] -> [4]", "list of all tasks: pids [2, 1, 3] -> [2, 1, 3, 4]"])?;
        expect_count(step, "tasks", 1)?;
        expect(
            section(record, "walk")?,
            &["sys_fork returns 4 to 3 forktree; 4 forktree begins at intr_exit with eax 0"],
        )?;
        expect(section(record, "ready")?, &["running  3 forktree, in the kernel", "1. 4 forktree"])
    }),
    ("snapshots_are_written_as_json", |_| {
        let text = std::fs::read_to_string(crate::project::build("tests/debug-walk.json"))?;
        expect(&text, &[r#""function": "task::fork::copy_body_stack3""#, r#""field": "self_kstack""#])
    }),
    ("pcb_draws_task_free_stack_and_trap_frame", pages_are_drawn),
    ("stack_of_a_task_that_waits_leads_to_its_program", |record| {
        let stack = section(record, "stack init")?;
        expect(stack, &["scheduler::switch", "wait::wait_for", "trap_common", "its program, by system call waitpid"])
    }),
    ("bitmaps_and_directories_agree", tables_agree),
    ("files_and_mounts_are_listed", |record| {
        expect(section(record, "fds")?, &["descriptors of 4 forktree", "terminal 4:64"])?;
        expect(section(record, "vfs")?, &["/proc", "/dev", "ramfs inode 1, directory", "4:0 4:1 4:2"])
    }),
    ("descriptor_tables_are_listed", |record| {
        let idt = section(record, "idt")?;
        expect(idt, &["task gate", "trap_entry_14", "49 vectors have a gate"])?;
        let call = idt.lines().find(|line| line.trim_start().starts_with("0x80")).context("no gate 0x80")?;
        ensure!(call.contains("interrupt gate  3"), "not for ring 3: {call}");
        expect(section(record, "gdt")?, &["user code", "0x2b", "task state, busy", "0xffffffff"])
    }),
    ("system_calls_are_told_with_words_and_results", |record| {
        expect(
            section(record, "syscall")?,
            &["[4 forktree] nanosleep(request 0x", "[4 forktree]   getpid = 4", "] fork()"],
        )
    }),
];

/// The session.
pub fn scenes() -> Vec<Scene> {
    vec![Scene::new(debugged("debug_walk", "--run 'forktree 1'", "", play), WALK)]
}

fn play(gdb: &mut Process) -> Result<Next> {
    gdb.type_text(SESSION)?;
    gdb.close_input();
    Ok(Next::ReadToEnd)
}

fn walk_is_in_order(record: &Record) -> Result<()> {
    let walk = section(record, "walk")?;
    let headings: Vec<_> = walk.lines().filter_map(|line| line.strip_prefix("=== ")).collect();
    let functions: Vec<_> = headings
        .iter()
        .filter(|heading| !heading.starts_with("in "))
        .map(|heading| heading.trim_end_matches('=').trim())
        .collect();
    let expected = [
        "step a: copy_pcb_vaddrbitmap_stack0",
        "step b: create_page_dir",
        "step c: copy_body_stack3",
        "step d: build_child_stack",
        "step e: update_inode_open_cnts",
        "on both lists: add",
    ];
    ensure!(functions == expected, "{functions:?}");
    // The PCB page and the bounce page before, and the bounce page back on the way.
    let pages: i32 = walk.split("\n=== ").map(|step| count(step, "free kernel pages")).sum();
    ensure!(
        pages == -(1 + 23 + 1),
        "the child has {} kernel pages more than its PCB, bitmap and directory",
        -pages - 25
    );
    Ok(())
}

fn pages_are_handed_on(record: &Record) -> Result<()> {
    let step = step(record, "step c: copy_body_stack3")?;
    let rows = |how: &str| step.lines().filter(|line| line.trim_end().ends_with(how)).count();
    let (copied, shared) = (rows(" copied"), rows(" shared"));
    ensure!(copied >= 2 && shared >= 5, "{copied} copied and {shared} shared in\n{step}");
    // Data and stack are the process's own; each copy has a frame of its own, of the programs' pool.
    let copies = -count(step, "free user frames");
    ensure!(copies == copied as i32, "{copied} pages copied, {copies} frames taken");
    for row in step.lines().filter(|line| line.trim_end().ends_with(" copied")) {
        let words: Vec<_> = row.split_whitespace().collect();
        ensure!(words[1] != words[4], "parent and child have one frame: {row}");
    }
    // The tables in which the pages stand.
    expect_count(step, "free kernel frames", -2)?;
    expect(step, &[&format!("{} pages in 2 page tables", copied + shared)])
}

/// The address of a drawn PCB page.
fn page(drawn: &str) -> Result<u32> {
    let (_, address) = drawn.lines().next().and_then(|line| line.split_once(" at 0x")).context("no address")?;
    Ok(u32::from_str_radix(address.trim(), 16)?)
}

fn pages_are_drawn(record: &Record) -> Result<()> {
    for (name, pid) in [("pcb parent", "3"), ("pcb child", "4")] {
        let drawn = section(record, name)?;
        expect(drawn, &["\"forktree\"", "0x19870916", "still painted", "trap frame (intr_stack)", "system call fork"])?;
        let row = drawn.lines().find(|line| line.split_whitespace().nth(1) == Some("pid")).context("no pid")?;
        ensure!(row.split_whitespace().nth(2) == Some(pid), "{row}");
        ensure!(page(drawn)? % 4096 == 0, "not at a page");
    }
    expect(section(record, "pcb parent")?, &["returns to trap_common", "returns to trap_dispatch"])?;
    expect(section(record, "pcb child")?, &["switch_to pops eip  code: intr_exit+0"])
}

fn tables_agree(record: &Record) -> Result<()> {
    expect(
        section(record, "bitmap child")?,
        &["user addresses of 4 forktree: 8 of 753592 pages taken", "94199 bytes", "r-x  /bin/forktree", "grows down"],
    )?;
    expect(section(record, "bitmap kernel")?, &["kernel addresses:", "frames of the kernel pool:"])?;
    let taken = |name: &str, words: &str| -> Result<u32> {
        let text = section(record, name)?;
        let line = text.lines().find(|line| line.starts_with(words)).with_context(|| format!("no {words:?}"))?;
        let number = line.split_whitespace().find_map(|word| word.parse().ok());
        number.with_context(|| format!("no number in {line:?}"))
    };
    let frames = section(record, "frames")?.lines().find(|line| line.starts_with("user")).context("no user pool")?;
    let columns: Vec<_> = frames.split_whitespace().collect();
    let user = taken("bitmap user", "frames of the user pool")?;
    ensure!(columns[3] == user.to_string(), "{user} bits are set, and {} frames taken", columns[3]);
    // Every page of parent and child that is its own is a frame of the programs' pool with one user.
    for name in ["pagedir parent", "pagedir child"] {
        let rows: Vec<_> = section(record, name)?.lines().filter(|line| line.starts_with("0x")).collect();
        ensure!(rows.len() == 8, "{name}: {} pages, not the 8 of the bitmap", rows.len());
        for row in rows {
            let users: u32 = row.split_whitespace().nth(2).context("no users")?.parse()?;
            ensure!(row.contains("borrowed") == (users > 1), "{name}: {row}");
        }
    }
    Ok(())
}
