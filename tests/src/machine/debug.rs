//! `make debug`: where it stops, who may attach, what is typed, and that nothing is left behind.

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use rustix::process::{Pid, Signal, getpgid, kill_process_group};

use super::left_behind::{iso, nothing_is_left};
use crate::boot::{Boot, Next, Record, quoted};
use crate::process::Process;
use crate::project;
use crate::scene::{Check, Scene};

/// How long a session may take: the machine stops often, and the host may have other work.
const LIMIT: Duration = Duration::from_secs(180);

/// A file is written, and read.
const FILES_RUN: &str = "--run 'sh -c \"echo hello >/tmp/f; cat </tmp/f\"'";

/// After this time a key is pressed again.
const KEY_PATIENCE: Duration = Duration::from_secs(2);

/// How long the machine may take to print what is waited for.
const CONSOLE_PATIENCE: Duration = Duration::from_secs(60);

/// Stops when `ps` has printed, and asks gdb for the same.
const PS: &[(&str, Check)] = &[("tusk_ps_prints_what_ps_has_printed", |record| {
    let console = lines_of_machine(&record.out);
    let printed = processes(&console).context("ps has printed nothing")?;
    let told = processes(section(record, "ps")?).context("tusk ps has printed nothing")?;
    ensure!(printed.len() == 5 && printed[4].2 == "/bin/ps", "not five processes: {printed:#?}");
    ensure!(printed.len() == told.len(), "ps printed {printed:#?}\ntusk ps {told:#?}");
    for (printed, told) in printed.iter().zip(&told) {
        // Between its reading and its end a second may have passed for one of them.
        let seconds = printed.1.abs_diff(told.1);
        ensure!(printed.0 == told.0 && printed.2 == told.2 && seconds <= 1, "ps printed {printed:?}, tusk ps {told:?}");
    }
    Ok(())
})];

const BREAK: &[(&str, Check)] = &[
    ("goes_straight_to_a_function_of_the_book", |record| {
        ensure!(record.out.contains("the kernel's first instruction"), "it did not stop first");
        ensure!(record.out.contains("Breakpoint 1, tusk::task::fork::copy_body_stack3"), "not there:\n{}", record.out);
        Ok(())
    }),
    ("quit_leaves_no_process", nothing_is_left),
];

/// `cat` reads a file: it is one name of many of the file /bin/tools.
const FILES: &[(&str, Check)] = &[("program_under_another_name_has_symbols_and_its_files_have_paths", |record| {
    ensure!(record.out.contains("[/bin/tools: symbols of build/target/i686-kernel/release/tools]"), "{}", record.out);
    ensure!(record.out.contains("Breakpoint 1, tools::cat::cat"), "not in cat:\n{}", record.out);
    let files = section(record, "fds")?;
    let input = files.lines().find(|line| line.starts_with(" 0")).context("nothing to read")?;
    ensure!(input.contains(" /tmp/f ") && input.ends_with("regular, 6 bytes"), "{input}");
    let outputs = files.lines().filter(|line| line.contains(" /dev/console ")).count();
    ensure!(outputs == 2, "{outputs} descriptors of the console in\n{files}");
    Ok(())
})];

const MISTAKE: &[(&str, Check)] = &[("name_that_is_none_is_answered_with_one_like_it", |record| {
    let said = record.out.clone() + &record.log;
    ensure!(said.contains("there is no place 'sys_frok': is sys_fork meant?"), "{said}");
    Ok(())
})];

const TERM: &[(&str, Check)] = &[
    ("ends_debugger_and_machine", |record| {
        let said = record.out.clone() + &record.log;
        ensure!(!said.contains("internal to GDB"), "gdb has crashed:\n{said}");
        record.expect_status(143)
    }),
    ("leaves_no_process", nothing_is_left),
];

const TYPED: &[(&str, Check)] = &[
    ("interrupt_stops_the_machine_and_what_was_typed_has_been_run", |record| {
        ensure!(record.out.contains("SIGINT"), "Ctrl-C did not stop it:\n{}", record.out);
        let console = lines_of_machine(&record.out);
        for answer in ["written in another window", "typed from outside"] {
            ensure!(console.lines().any(|line| line == answer), "the shell did not answer {answer:?}: {console}");
        }
        ensure!(section(record, "ps")?.contains("[idle]"), "no list of processes after it");
        Ok(())
    }),
    ("leaves_no_process", nothing_is_left),
];

const PORT: &[(&str, Check)] = &[
    ("debugger_of_ones_own_attaches_at_a_free_port", |record| {
        record.expect_status(0)?;
        let wanted =
            ["Breakpoint 1, tusk::task::fork::sys_fork", "1       0 Rs", "the machine has ended", "again: 0x100030"];
        let said = record.out.clone() + &record.log;
        for words in wanted {
            ensure!(said.contains(words), "{words:?} is not in\n{said}");
        }
        Ok(())
    }),
    ("leaves_no_process", nothing_is_left),
];

const INTERRUPTED: &[(&str, Check)] =
    &[("interrupt_ends_the_machine", |record| record.expect_status(130)), ("leaves_no_process", nothing_is_left)];

const SECOND: &[(&str, Check)] = &[
    ("has_a_folder_and_a_terminal_of_its_own", |record| {
        record.expect_status(0)?;
        record.expect_line("tools/terminal.sh --folder build/tests/debug_second-2 in another window")?;
        ensure!(record.out.contains("Breakpoint 1, "), "{}", record.out);
        ensure!(!project::build("tests/debug_second/console").exists(), "it has written where the first one is");
        Ok(())
    }),
    ("leaves_no_process", nothing_is_left),
];

/// Sessions with a debugger.
pub fn scenes() -> Vec<Scene> {
    let fork = "--run 'forktree 1'";
    let attach = "gdb -q -batch -x tools/tusk.gdb";
    let port = format!(
        "{{ {} <&0 2>&1 & }}; waiting=$!
         for i in {{1..1500}}; do port=$(sed -n 's/.*waits at 127.0.0.1:\\([0-9]*\\) .*/\\1/p' $out); [ -z $port ] || break; sleep 0.1; done
         {attach} -ex \"target remote 127.0.0.1:$port\" -ex 'printf \"again: %#x\\n\", $pc' -ex disconnect build/tusk.elf
         {attach} -ex \"target remote 127.0.0.1:$port\" -ex 'tusk goto sys_fork' -ex 'tusk ps' -ex kill build/tusk.elf
         wait $waiting; status=$?; cat $out; exit $status",
        command("debug_port", "TUSK_WAIT=1") + " >$out"
    );
    // It signals the whole group, as a terminal that closes does.
    let term = format!("exec timeout --preserve-status 6 env {}", command("debug_term", "TUSK_BREAK=bench::main"));
    let interrupted = format!(
        "exec timeout --foreground --preserve-status -s INT 5 env {}",
        command("debug_interrupted", "TUSK_WAIT=1")
    );
    // The first one is no more than its lock.
    let second = format!(
        "exec 7>build/tests/debug_second/.lock && flock -n 7 && {} <<<quit 7>&-",
        command("debug_second", "TUSK_BREAK=sys_fork")
    );
    let ready = |name: &str, options: &str, script: &str| Boot {
        play: Some(wait),
        limit: LIMIT,
        ..Boot::by(name, format!("{} && out=build/tests/{name}.out && : >$out && {script}", made(name, options)))
    };
    let with_place = |name, place: &str, play| debugged(name, fork, &format!("TUSK_BREAK={place}"), play);
    vec![
        Scene::new(
            debugged(
                "debug_ps",
                "--run 'sh -c \"sleep 60 & sleep 1; /bin/ps\"'",
                "TUSK_BREAK=exit_process",
                ask_for_processes,
            ),
            PS,
        ),
        Scene::new(with_place("debug_break", "copy_body_stack3", quit), BREAK),
        Scene::new(debugged("debug_files", FILES_RUN, "TUSK_BREAK=tools::cat::cat", ask_for_files), FILES),
        Scene::new(with_place("debug_mistake", "sys_frok", quit), MISTAKE),
        Scene::new(debugged("debug_typed", "--cmdline ''", "TUSK_BREAK=become_idle", type_a_line), TYPED),
        Scene::new(ready("debug_term", "--cmdline ''", &term), TERM),
        Scene::new(ready("debug_interrupted", fork, &interrupted), INTERRUPTED),
        Scene::new(ready("debug_port", fork, &port), PORT),
        Scene::new(ready("debug_second", fork, &format!("mkdir -p build/tests/debug_second && {second}")), SECOND),
    ]
}

/// Makes the ISO of a session.
fn made(name: &str, options: &str) -> String {
    format!("tools/mkiso.sh --out {} {options}", quoted(&iso(name)))
}

/// Starts a session, with more in its environment.
fn command(name: &str, environment: &str) -> String {
    format!("{environment} tools/debug.sh --iso {} --mem 32 --folder build/tests/{name}", quoted(&iso(name)))
}

/// A session in which `play` types at gdb.
pub fn debugged(name: &str, options: &str, environment: &str, play: fn(&mut Process) -> Result<Next>) -> Boot {
    let command = format!("{} && {}", made(name, options), command(name, environment).trim_start());
    Boot { play: Some(play), limit: LIMIT, ..Boot::by(name, command) }
}

/// What gdb has said after `echo --- NAME`, up to the next such line, without its prompts.
pub fn section<'a>(record: &'a Record, name: &str) -> Result<&'a str> {
    let start = format!("--- {name}\n");
    let place = record.out.find(&start).with_context(|| format!("gdb did not come to {name:?}"))?;
    let rest = &record.out[place + start.len()..];
    let rest = &rest[..rest.find("--- ").unwrap_or(rest.len())];
    Ok(rest.trim_start_matches("(gdb) ").trim_end_matches("(gdb) "))
}

/// The processes of a list by `ps`, each as its numbers and state, its seconds, and its command.
fn processes(text: &str) -> Option<Vec<(Vec<&str>, u32, String)>> {
    let (_, list) = text.split_once("TIME COMMAND\n")?;
    let process = |line| {
        let words: Vec<&str> = str::split_whitespace(line).collect();
        let (minutes, seconds) = words.get(3)?.split_once(':')?;
        let seconds = minutes.parse::<u32>().ok()? * 60 + seconds.parse::<u32>().ok()?;
        Some((words[..3].to_vec(), seconds, words[4..].join(" ")))
    };
    Some(list.lines().map_while(process).collect())
}

/// What gdb has shown of the machine's terminal.
fn lines_of_machine(out: &str) -> String {
    out.lines().filter_map(|line| line.strip_prefix("| ")).fold(String::new(), |text, line| text + line + "\n")
}

fn session(gdb: &mut Process, text: &str) -> Result<Next> {
    gdb.type_text(text)?;
    gdb.close_input();
    Ok(Next::ReadToEnd)
}

/// The first to end is the short sleep, the second one ps.
fn ask_for_processes(gdb: &mut Process) -> Result<Next> {
    session(gdb, "continue\necho --- ps\\n\ntusk ps\nquit\n")
}

fn ask_for_files(gdb: &mut Process) -> Result<Next> {
    session(gdb, "echo --- fds\\n\ntusk fds\nquit\n")
}

fn quit(gdb: &mut Process) -> Result<Next> {
    session(gdb, "quit\n")
}

/// Waits for the shell, presses Ctrl-C, types a line by way of gdb, and presses Ctrl-C again when it was answered.
fn type_a_line(gdb: &mut Process) -> Result<Next> {
    gdb.type_text("shell echo gdb is $PPID.\n")?;
    gdb.wait_for("gdb is ")?;
    gdb.wait_for(".\n")?;
    let shown = gdb.shown().0;
    let pid = shown.split("gdb is ").nth(1).and_then(|rest| rest.split('.').next()).context("no pid of gdb")?;
    let group = getpgid(Pid::from_raw(pid.parse()?))?;
    gdb.type_text("continue\n")?;
    wait_for_console("]$ ")?;
    type_in_another_window()?;
    press_interrupt(gdb, group)?;
    gdb.type_text("tusk type echo ty''ped from outside\ncontinue\n")?;
    wait_for_console("\ntyped from outside")?;
    press_interrupt(gdb, group)?;
    session(gdb, "echo --- ps\\n\ntusk ps\nquit\n")
}

/// Presses Ctrl-C as a terminal does, for all of the group, until gdb has stopped the machine: while it is busy with the
/// symbols of a program it does not hear.
fn press_interrupt(gdb: &mut Process, group: Pid) -> Result<()> {
    loop {
        kill_process_group(group, Signal::INT)?;
        if gdb.shows("SIGINT", KEY_PATIENCE)? {
            return Ok(());
        }
    }
}

/// Types a line by way of tools/terminal.sh, and leaves it.
fn type_in_another_window() -> Result<()> {
    let mut terminal = Command::new("tools/terminal.sh")
        .args(["--folder", "build/tests/debug_typed"])
        .current_dir(project::root())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut keys = terminal.stdin.take().context("no standard input")?;
    keys.write_all(b"echo wr''itten in another window\r")?;
    wait_for_console("\nwritten in another window")?;
    keys.write_all(b"\x1d")?;
    ensure!(terminal.wait()?.success(), "tools/terminal.sh has not ended well");
    Ok(())
}

/// Waits until the machine of [`type_a_line`] has printed that.
fn wait_for_console(words: &str) -> Result<()> {
    let begun = Instant::now();
    let console = project::build("tests/debug_typed/console");
    while !std::fs::read_to_string(&console).unwrap_or_default().replace('\r', "").contains(words) {
        ensure!(begun.elapsed() < CONSOLE_PATIENCE, "the machine does not print {words:?}");
        sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn wait(_: &mut Process) -> Result<Next> {
    Ok(Next::ReadToEnd)
}
