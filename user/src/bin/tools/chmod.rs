//! `chmod`: changes permissions.

use crate::call::{Call, Stop, Tool};
use crate::path::join;
use crate::{listing, number};
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::directory;
use tusk_user::stat::{Kind, link_stat, stat};

/// The tool.
pub const CHMOD: Tool = Tool {
    name: "chmod",
    help: "usage: chmod [-R] MODE FILE…
Changes permissions. MODE is octal, or says who (u, g, o or all: a) gets (+), loses (-) or has just (=) which (r, w, x,
X: x for directories and programs, s, t), as in u=rwx,go-w. -R goes through directories too.",
    main: chmod,
};

/// The bits of set-user, set-group and sticky.
const SET_USER: u32 = 0o4000;
const SET_GROUP: u32 = 0o2000;
const STICKY: u32 = 0o1000;

/// What is to be done to a mode.
enum Change {
    /// Make it this.
    Set(u32),
    /// Apply these, one after the other.
    Clauses(Vec<Clause>),
}

/// One `who`, sign and permissions.
struct Clause {
    /// The bits of who it is about.
    who: u32,
    sign: u8,
    permissions: u32,
    /// X: execution only where somebody has it, or in directories.
    if_executable: bool,
}

fn chmod(call: &mut Call) -> Result<(), Stop> {
    // -x and -rw are modes and no options.
    let is_mode = |argument: &&&CStr| matches!(argument.to_bytes(), [b'-', rest @ ..] if !rest.is_empty() && rest.iter().all(|byte| b"rwxXst,+-=ugoa".contains(byte)));
    let mode = call.arguments.iter().find(is_mode).copied();
    if let Some(mode) = mode {
        call.arguments.retain(|argument| !core::ptr::eq(*argument, mode));
    }
    let options = call.options("R")?;
    let mut operands = options.operands.clone();
    if operands.len() < 1 + usize::from(mode.is_none()) {
        return Err(call.misuse(format_args!("which mode, and for which file?")));
    }
    let mode = mode.unwrap_or_else(|| operands.remove(0));
    let change = parse(mode.to_bytes()).ok_or_else(|| call.misuse_of(mode, "is no mode"))?;
    for path in operands {
        apply(call, path, &change, options.has('R'));
    }
    Ok(())
}

/// Changes a file, and with `recursive` what is in it.
fn apply(call: &mut Call, path: &CStr, change: &Change, recursive: bool) {
    let result = stat(path).and_then(|stat| {
        let is_directory = stat.kind() == Kind::Directory;
        directory::change_mode(path, changed(stat.permissions(), change, is_directory)).map(|()| is_directory)
    });
    match result {
        Ok(true) if recursive => {}
        Ok(_) => return,
        Err(error) => return call.complain(path, error),
    }
    match listing::names(path) {
        Ok(names) => {
            for entry in names {
                let inner = join(path, entry.name.to_bytes());
                // A link leads elsewhere, maybe out of the tree.
                if !link_stat(&inner).is_ok_and(|stat| stat.kind() == Kind::Link) {
                    apply(call, &inner, change, recursive);
                }
            }
        }
        Err(error) => call.complain(path, error),
    }
}

/// The mode after the change.
fn changed(mode: u32, change: &Change, is_directory: bool) -> u32 {
    let clauses = match change {
        // Octal digits leave a directory's set-user and set-group bits, unless they name them.
        Change::Set(new) if is_directory => return new | mode & (SET_USER | SET_GROUP),
        Change::Set(new) => return *new,
        Change::Clauses(clauses) => clauses,
    };
    clauses.iter().fold(mode, |mode, clause| {
        let executable = clause.if_executable && (is_directory || mode & 0o111 != 0);
        let bits = (clause.permissions | if executable { 0o111 } else { 0 }) & clause.who;
        match clause.sign {
            b'+' => mode | bits,
            b'-' => mode & !bits,
            _ => {
                let kept = if is_directory { SET_USER | SET_GROUP } else { 0 };
                mode & !(clause.who & !kept) | bits
            }
        }
    })
}

/// Reads a mode.
fn parse(text: &[u8]) -> Option<Change> {
    if let Some(mode) = number::octal(text) {
        return (mode <= 0o7777).then_some(Change::Set(mode));
    }
    let mut clauses = Vec::new();
    for clause in text.split(|&byte| byte == b',') {
        parse_clause(clause, &mut clauses)?;
    }
    Some(Change::Clauses(clauses))
}

/// Reads `u=rwx`, `go-w+x`, `+x`.
fn parse_clause(text: &[u8], clauses: &mut Vec<Clause>) -> Option<()> {
    let signs = text.iter().position(|byte| b"+-=".contains(byte))?;
    let mut who = 0;
    for letter in &text[..signs] {
        who |= match letter {
            b'u' => 0o700 | SET_USER,
            b'g' => 0o070 | SET_GROUP,
            b'o' => 0o007 | STICKY,
            b'a' => 0o7777,
            _ => return None,
        };
    }
    if signs == 0 {
        // Nobody named: all, but for what the mask of the process takes away. To read it is to set it.
        let mask = directory::set_mask(0);
        directory::set_mask(mask);
        who = 0o7777 & !mask;
    }
    let mut rest = &text[signs..];
    while let [sign, behind @ ..] = rest {
        let end = behind.iter().position(|byte| b"+-=".contains(byte)).unwrap_or(behind.len());
        let mut clause = Clause { who, sign: *sign, permissions: 0, if_executable: false };
        for letter in &behind[..end] {
            match letter {
                b'r' => clause.permissions |= 0o444,
                b'w' => clause.permissions |= 0o222,
                b'x' => clause.permissions |= 0o111,
                b'X' => clause.if_executable = true,
                b's' => clause.permissions |= SET_USER | SET_GROUP,
                b't' => clause.permissions |= STICKY,
                _ => return None,
            }
        }
        clauses.push(clause);
        rest = &behind[end..];
    }
    Some(())
}
