//! Compares the suite's tables of lies (`user/src/bin/suite/allegations`) with the kernel's tables of calls.
//!
//! Both are data, one line a call, so their text is enough: a call that takes an address or a size has a line there, in
//! which that argument is one that is lied about. Only tests use this.
#![cfg(test)]

use std::path::PathBuf;

use crate::project;

/// A call as one of the tables has it: its name, and what each of its arguments is.
type Line = (String, Vec<String>);

/// The lines of the kernel's table in that file: `number, name(argument: Kind, …) => function;`.
fn calls(file: &str) -> Vec<Line> {
    let text = std::fs::read_to_string(project::root().join("src/abi").join(file)).expect("the table is there");
    let table = text.split_once("calls! {").and_then(|(_, rest)| rest.split_once("});")).expect("a table").0;
    let lines = table.split(';').filter_map(|line| line.split_once(" => "));
    lines.map(|(line, _)| line.split_once(',').expect("a number").1.trim()).map(call).collect()
}

/// `name(argument: Kind, …)`.
fn call(text: &str) -> Line {
    let (name, arguments) = text.split_once('(').expect("arguments");
    let arguments = arguments.trim_end_matches(')').split(',').filter_map(|argument| argument.split_once(": "));
    (name.to_owned(), arguments.map(|(_, kind)| kind.trim().to_owned()).collect())
}

/// The lines of the suite's tables that begin with `marker`: `line!(NUMBER, argument, …)`.
fn lies(marker: &str) -> Vec<Line> {
    texts().iter().flat_map(|(_, text)| text.split(marker).skip(1).map(lie)).collect()
}

/// The files of the suite's tables.
fn texts() -> Vec<(PathBuf, String)> {
    let folder = project::root().join("user/src/bin/suite/allegations");
    let files = std::fs::read_dir(folder).expect("the tables are there").flatten().map(|file| file.path());
    files.map(|path| (path.clone(), std::fs::read_to_string(path).expect("a text"))).collect()
}

/// What follows the parenthesis that closes a line.
fn behind(text: &str) -> &str {
    let mut depth = 0;
    let end = text.find(|letter| {
        depth += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth < 0
    });
    &text[end.expect("a line is closed")..]
}

/// The first function's name of each argument, as far as the parenthesis that closes the line.
fn lie(text: &str) -> Line {
    let mut arguments = vec![String::new()];
    let mut depth = 0;
    for letter in text[..text.len() - behind(text).len()].chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => arguments.push(String::new()),
            _ => {}
        }
        arguments.last_mut().expect("one at least").push(letter);
    }
    let mut arguments = arguments.iter().map(|argument| argument.trim_matches([',', ' ', '\n'])).map(String::from);
    (arguments.next().unwrap_or_default(), arguments.filter(|argument| !argument.is_empty()).collect())
}

/// Whether an argument is a plain number, which nobody lies about.
fn is_plain(argument: &str) -> bool {
    argument.starts_with("word(")
}

/// Whether an argument of that kind is neither an address nor a size.
fn is_number(kind: &str) -> bool {
    const NUMBERS: [&str; 24] = [
        "Int",
        "Flags",
        "Descriptor",
        "DirectoryDescriptor",
        "Mode",
        "NodeMode",
        "CreateMode",
        "DeviceNumber",
        "AccessMode",
        "Whence",
        "BookWhence",
        "FcntlCommand",
        "IoctlRequest",
        "Protection",
        "Advice",
        "WaitFor",
        "Policy",
        "Resource",
        "UsageOf",
        "PriorityOf",
        "PrctlOption",
        "Signal",
        "MaskHow",
        "Clock",
    ];
    NUMBERS.contains(&kind)
        || kind.ends_with("Flags")
        || kind.ends_with("Options")
        || kind.ends_with("Mask")
        || matches!(kind, "IntervalTimer" | "FutexOperation" | "RestNumber")
}

/// The calls that take an address or a size and have no line that lies about it.
fn forgotten<'a>(calls: &'a [Line], lies: &'a [Line], name_of: impl Fn(&str) -> String) -> Vec<&'a str> {
    let is_lied_about = |call: &Line, place: usize| {
        let name = name_of(&call.0);
        let of_call = lies.iter().filter(|lie| lie.0 == name);
        of_call.into_iter().any(|lie| lie.1.get(place).is_some_and(|argument| !is_plain(argument)))
    };
    let wants_a_lie = |kind: &str| !is_number(kind);
    let is_forgotten =
        |call: &&Line| call.1.iter().enumerate().any(|(place, kind)| wants_a_lie(kind) && !is_lied_about(call, place));
    calls.iter().filter(is_forgotten).map(|call| call.0.as_str()).collect()
}

/// The one call whose count is not varied, since it would change the name of the machine that runs the test.
const SPARED: &str = "sethostname";

#[test]
fn every_linux_call_is_lied_to() {
    let (calls, lies) = (calls("linux.rs"), lies(" line!("));
    assert!(calls.len() > 200 && lies.len() > 100, "the tables were not found");
    let mut forgotten = forgotten(&calls, &lies, |name| format!("__NR_{name}"));
    forgotten.retain(|&name| name != SPARED);
    assert_eq!(forgotten, [""; 0], "these calls have no line in user/src/bin/suite/allegations");
}

#[test]
fn every_call_of_the_book_is_lied_to() {
    let (calls, lies) = (calls("book.rs"), lies("book_line!("));
    assert!(calls.len() == 28 && lies.len() > 10, "the tables were not found");
    let forgotten = forgotten(&calls, &lies, str::to_uppercase);
    assert_eq!(forgotten, [""; 0], "these calls have no line in user/src/bin/suite/allegations/book.rs");
}

/// A plain number is told from all else by its `word(…)`: so that must stand in the line and not hide behind a name.
#[test]
fn plain_numbers_show_in_their_lines() {
    for (path, text) in texts() {
        let is_table = text.contains("trial::all(&[\n");
        let outside =
            text.split("line!(").enumerate().map(|(index, part)| if index == 0 { part } else { behind(part) });
        assert!(
            !is_table || !outside.collect::<String>().contains("word("),
            "{path:?} has a word(…) outside of a line"
        );
    }
}

#[test]
fn lines_are_taken_apart() {
    let expected =
        ("__NR_read".to_owned(), ["zero", "room(10).partial()", "request(&[0, 1])"].map(String::from).to_vec());
    assert_eq!(lie("\n    __NR_read,\n zero, room(10).partial(),\n request(&[0, 1]),\n),\n line!("), expected);
    assert_eq!(call("getpid()"), ("getpid".to_owned(), vec![]));
    let write = ("write".to_owned(), ["Descriptor", "Address"].map(String::from).to_vec());
    assert_eq!(call("write(fd: Descriptor, buf: Address)"), write);
}

#[test]
fn call_without_its_line_is_found() {
    let calls = [call("read(fd: Descriptor, buf: Address, count: Size)"), call("close(fd: Descriptor)")];
    let forgotten_with = |line: &str| forgotten(&calls, &[lie(line)], str::to_owned).len();
    assert_eq!(forgotten_with("read, zero, room(1), count(1))"), 0);
    assert_eq!(forgotten_with("read, zero, room(1), word(1))"), 1);
    assert_eq!(forgotten_with("write, zero, room(1), count(1))"), 1);
}
