//! `grep`: the lines that match a pattern.

use crate::call::{Call, Stop, Tool};
use crate::input::{Input, without_end};
use crate::listing;
use crate::matcher::{Assertion, Instruction, Matcher};
use crate::options::Options;
use crate::path::join;
use crate::pattern::{Syntax, compile};
use crate::put;
use alloc::vec;
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::stat::{Kind, link_stat, stat};
use tusk_user::{Errno, usage};

/// The tool.
pub const GREP: Tool = Tool {
    name: "grep",
    help: "usage: grep [-EFchilnqrsvwxH] PATTERN [FILE…] | grep … -e PATTERN… [FILE…]
Prints the lines that match a basic regular expression, an extended one (-E), or in which the text itself is (-F).
  -c  only how many      -l  only the files' names      -q  nothing: the status says it
  -i  capitals or not    -v  those that do not match    -w  whole words only     -x  whole lines only
  -n  with line numbers  -H  with the file's name       -h  without              -s  no word about missing files
  -r  directories too, with all in them; without FILE the current one
Lines are bytes, whatever is in them. The exit status is 0 when a line matched, 1 when none did, 2 after an error.",
    main: grep,
};

/// The status when no line matched.
const NO_MATCH_STATUS: i32 = 1;

/// What is going on.
struct Search {
    options: &'static Options,
    matcher: Matcher,
    with_names: bool,
    matched: bool,
    line: Vec<u8>,
}

fn grep(call: &mut Call) -> Result<(), Stop> {
    call.trouble = usage::USAGE_STATUS;
    let options = call.options("EFGchilnqrRsvwxHe:")?;
    let mut patterns: Vec<&CStr> = options.values('e').collect();
    let mut paths = options.operands.clone();
    if patterns.is_empty() {
        if paths.is_empty() {
            return Err(call.misuse(format_args!("which pattern?")));
        }
        patterns.push(paths.remove(0));
    }
    let recursive = options.last_of("rR").is_some();
    if paths.is_empty() {
        paths.push(if recursive { c"." } else { c"-" });
    }
    let with_names = match options.last_of("hH") {
        Some(letter) => letter == 'H',
        None => recursive || paths.len() > 1,
    };
    let program = program(&patterns, options).map_err(|why| call.misuse(format_args!("{why}")))?;

    let mut search = Search { options, matcher: Matcher::new(program), with_names, matched: false, line: Vec::new() };
    for path in paths {
        if recursive && path != c"-" && stat(path).is_ok_and(|stat| stat.kind() == Kind::Directory) {
            search.tree(call, path);
        } else {
            search.path(call, path);
        }
    }
    // A match that was only asked for by -q outweighs an error.
    if search.matched && (search.options.has('q') || call.status == 0) {
        call.status = 0;
    } else if call.status == 0 {
        call.status = NO_MATCH_STATUS;
    }
    Ok(())
}

/// Compiles all patterns into one: a line of one, or of the next. A pattern's lines are patterns too.
fn program(patterns: &[&CStr], options: &Options) -> Result<Vec<Instruction>, &'static str> {
    let kind = options.last_of("EFG");
    let syntax = if kind == Some('E') { Syntax::Extended } else { Syntax::Basic };
    let mut all: Option<Vec<Instruction>> = None;
    for pattern in patterns.iter().flat_map(|pattern| pattern.to_bytes().split(|&byte| byte == b'\n')) {
        let quoted = if kind == Some('F') { quote(pattern) } else { pattern.to_vec() };
        let one = compile(&quoted, syntax, options.has('i'))?;
        all = Some(match all {
            None => one,
            Some(mut before) => {
                let mut both = vec![Instruction::Split(1, before.len() as isize + 2)];
                both.append(&mut before);
                both.push(Instruction::Jump(one.len() as isize + 1));
                both.extend(one);
                both
            }
        });
    }
    let (first, last) = match options.last_of("xw") {
        Some('x') => (Assertion::LineStart, Assertion::LineEnd),
        Some('w') => (Assertion::NoLetterBefore, Assertion::NoLetterBehind),
        _ => return Ok(all.unwrap_or_default()),
    };
    let mut program = vec![Instruction::Assert(first)];
    program.extend(all.unwrap_or_default());
    program.push(Instruction::Assert(last));
    Ok(program)
}

/// Text as a basic expression that matches just that.
fn quote(text: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(text.len() * 3);
    for &byte in text {
        match byte {
            b'\\' | b'.' | b'*' | b'$' | b'[' => quoted.extend([b'[', byte, b']']),
            b'^' => quoted.extend(b"\\^"),
            byte => quoted.push(byte),
        }
    }
    quoted
}

impl Search {
    /// Searches all files in a directory and below. Links are not followed, and devices and pipes not read.
    fn tree(&mut self, call: &mut Call, path: &CStr) {
        let names = match listing::names(path) {
            Ok(names) => names,
            Err(error) => return self.missing(call, path, error),
        };
        for entry in names {
            let inner = join(path, entry.name.to_bytes());
            match link_stat(&inner).map(|stat| stat.kind()) {
                Ok(Kind::Directory) => self.tree(call, &inner),
                Ok(Kind::File) => self.path(call, &inner),
                Ok(_) => {}
                Err(error) => self.missing(call, &inner, error),
            }
        }
    }

    /// Searches a file.
    fn path(&mut self, call: &mut Call, path: &CStr) {
        if self.matched && self.options.has('q') {
            return;
        }
        let result = Input::open(path).and_then(|mut input| self.input(call, path, &mut input));
        if let Err(error) = result {
            self.missing(call, path, error);
        }
    }

    /// Tells what cannot be read, unless nobody wants to know.
    fn missing(&mut self, call: &mut Call, path: &CStr, error: Errno) {
        if self.options.has('s') {
            call.status = call.trouble;
        } else {
            call.complain(path, error);
        }
    }

    /// Searches what is open.
    fn input(&mut self, call: &mut Call, path: &CStr, input: &mut Input) -> Result<(), Errno> {
        let (mut count, mut number) = (0u64, 0u64);
        let silent = self.options.last_of("qlc").is_some();
        while input.line(&mut self.line)? {
            number += 1;
            if self.matcher.matches(without_end(&self.line)) == self.options.has('v') {
                continue;
            }
            count += 1;
            self.matched = true;
            if self.options.has('q') {
                return Ok(());
            }
            if self.options.has('l') {
                call.out.bytes(shown(path));
                call.out.byte(b'\n');
                return Ok(());
            }
            if !silent {
                self.prefix(call, path);
                if self.options.has('n') {
                    put!(call.out, "{number}:");
                }
                call.out.bytes(without_end(&self.line));
                call.out.byte(b'\n');
            }
        }
        if self.options.has('c') && !self.options.has('l') && !self.options.has('q') {
            self.prefix(call, path);
            put!(call.out, "{count}\n");
        }
        Ok(())
    }

    /// Prints the file's name where that is wanted.
    fn prefix(&self, call: &mut Call, path: &CStr) {
        if self.with_names {
            call.out.bytes(shown(path));
            call.out.byte(b':');
        }
    }
}

/// How a path is called in the output.
fn shown(path: &CStr) -> &[u8] {
    if path == c"-" { b"(standard input)" } else { path.to_bytes() }
}
