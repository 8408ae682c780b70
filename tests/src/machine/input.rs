//! Input that comes in ways a terminal's user would not think of: nothing of it may be lost.
//!
//! The programs are the modes of `/tests/helper`. What is typed is echoed among what they print.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::boot::{Boot, Next, Record};
use crate::machines::{BOCHS, Machine, USUAL};
use crate::process::Process;
use crate::scene::{Check, Scene};

/// Lines of a hundred bytes, in all 10,000: far more than a terminal keeps for a reader that does not come.
const LINES: usize = 100;
const LINE_LENGTH: usize = 100;

/// How long a machine may take: what is lost shows in that a program waits for it forever.
const LIMIT: Duration = Duration::from_secs(40);

/// A line of 150 bytes, no two of its words alike; the end of the line is the last byte.
const LONG_LINE_LENGTH: usize = 150;

const SPLIT: &[(&str, Check)] = &[("no_byte_of_the_line_is_lost", |record| {
    record.expect_status(0)?;
    let words = said(record);
    let counts = words.iter().find_map(|line| line.strip_suffix(" bytes")).and_then(|line| line.split_once(" and "));
    let Some((Ok(first), Ok(second))) = counts.map(|(one, two)| (one.parse::<usize>(), two.parse::<usize>())) else {
        anyhow::bail!("the program did not say how much it read: {words:?}");
    };
    ensure!(first <= 100, "{first} bytes were read into 100");
    ensure!(first + second == LONG_LINE_LENGTH, "{first} and {second} bytes of {LONG_LINE_LENGTH} came");
    ensure!(words.contains(&long_line().trim_end()), "the line is not what was typed: {words:?}");
    Ok(())
})];

const PAIR: &[(&str, Check)] = &[("both_get_a_byte_of_one_line", |record| {
    let words = said(record);
    for expected in ["a child read Some('a')", "a child read Some('b')", r#"the rest is Ok("cdef\n")"#] {
        ensure!(words.contains(&expected), "the program did not say {expected:?}: {words:?}");
    }
    record.expect_status(0)
})];

const LATE: &[(&str, Check)] = &[("input_arrives_whole_and_then_its_end", |record| {
    let words = said(record);
    let sum = file().bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let expected = format!("{} bytes, sum {sum:#010x}", LINES * LINE_LENGTH);
    ensure!(words.contains(&expected.as_str()), "the program did not say {expected:?}: {words:?}");
    record.expect_status(0)
})];

/// The scenes, in QEMU and in Bochs; but a Bochs whose UART has a full FIFO drops what comes next, where QEMU waits.
pub fn scenes() -> Vec<Scene> {
    let scene = |name: &str, machine: &'static Machine, mode: &str, play, checks| {
        let boot = Boot::running(name, machine, &format!("/tests/helper {mode}"));
        Scene::new(Boot { play: Some(play), limit: LIMIT, ..boot }, checks)
    };
    vec![
        scene("input_split", &USUAL, "split", type_long_line, SPLIT),
        scene("input_split_bochs", &BOCHS, "split", type_long_line, SPLIT),
        scene("input_pair", &USUAL, "pair", type_short_line, PAIR),
        scene("input_pair_bochs", &BOCHS, "pair", type_short_line, PAIR),
        scene("input_late", &USUAL, "late 1000", send_file, LATE),
    ]
}

/// What the program said itself, without its name.
fn said(record: &Record) -> Vec<&str> {
    // A line may stand behind what was echoed of the input.
    record.out.lines().filter_map(|line| Some(line.split_once("helper: ")?.1.trim_end())).collect()
}

fn long_line() -> String {
    let mut line: String = (0..LONG_LINE_LENGTH / 5).map(|word| format!("w{word:03} ")).collect();
    line.replace_range(LONG_LINE_LENGTH - 1.., "\n");
    line
}

fn file() -> String {
    (0..LINES).map(|number| format!("{number:<width$}\n", width = LINE_LENGTH - 1)).collect()
}

fn type_long_line(machine: &mut Process) -> Result<Next> {
    machine.wait_for("helper: ready")?;
    machine.type_text(&long_line())?;
    Ok(Next::ReadToEnd)
}

fn type_short_line(machine: &mut Process) -> Result<Next> {
    machine.wait_for("helper: ready")?;
    machine.type_text("abcdef\n")?;
    Ok(Next::ReadToEnd)
}

/// As `make run RUN=… <FILE` does it: all at once, and then the end.
fn send_file(machine: &mut Process) -> Result<Next> {
    machine.type_text(&file())?;
    machine.close_input();
    Ok(Next::ReadToEnd)
}
