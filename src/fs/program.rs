//! Programs as files: who may be run, and scripts, which another program runs.
//!
//! A file that begins with `#!` names its interpreter in its first line, and one argument for it at most; the
//! script's own path and arguments follow those. `man 2 execve`, "Interpreter scripts".

use super::metadata::NodeKind;
use super::open::open_file;
use super::open_flags::OpenFlags;
use super::text;
use crate::errno::{Errno, Result};
use crate::mm::file_page::PageSource;
use crate::task::exec::Arguments;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Bytes of a script's first line that count.
const FIRST_LINE: usize = 256;
/// How many scripts may be interpreted by scripts.
const SCRIPTS_MAX: u32 = 5;

/// The program that is to run for `arguments`: the file at their path, or the interpreter that the script there
/// asks for, whose arguments then stand in `arguments`.
///
/// # Errors
/// As a path walk's; EACCES for what is no regular file or may not be run by anybody; ELOOP; ENOMEM.
pub fn find(arguments: &mut Arguments) -> Result<Arc<dyn PageSource>> {
    let mut file = open(&arguments.path)?;
    let mut script = text::copy(&arguments.path)?;
    for _ in 0..=SCRIPTS_MAX {
        let mut line = Vec::new();
        line.try_reserve_exact(FIRST_LINE).map_err(|_| Errno::NOMEM)?;
        line.resize(FIRST_LINE, 0);
        let length = file.read_at(0, &mut line)?;
        let Some(rest) = line[..length].strip_prefix(b"#!") else { return Ok(file) };
        let (interpreter, argument) = parse(rest, length == FIRST_LINE)?;
        let interpreter = text::copy(interpreter)?;
        replace(&mut arguments.arguments, &interpreter, argument, &script)?;
        file = open(&interpreter)?;
        script = interpreter;
    }
    Err(Errno::LOOP)
}

/// The interpreter and its argument, if there is one, in what follows `#!`.
fn parse(rest: &[u8], may_be_cut: bool) -> Result<(&[u8], Option<&[u8]>)> {
    let end = rest.iter().position(|&byte| byte == b'\n');
    let line = rest[..end.unwrap_or(rest.len())].trim_ascii();
    let mut words = line.splitn(2, |&byte| byte == b' ' || byte == b'\t');
    let interpreter = words.next().filter(|word| !word.is_empty()).ok_or(Errno::NOEXEC)?;
    let argument = words.next().map(<[u8]>::trim_ascii).filter(|word| !word.is_empty());
    // A path that may go on beyond what was read is none.
    if end.is_none() && may_be_cut && argument.is_none() { Err(Errno::NOEXEC) } else { Ok((interpreter, argument)) }
}

/// Puts the interpreter, its argument and the script's path in the place of argv[0].
fn replace(words: &mut Vec<u8>, interpreter: &[u8], argument: Option<&[u8]>, script: &[u8]) -> Result<()> {
    let mut new = Vec::new();
    for word in [Some(interpreter), argument, Some(script)].into_iter().flatten() {
        text::append(&mut new, word)?;
        text::append(&mut new, b"\0")?;
    }
    let first = words.iter().position(|&byte| byte == 0).map_or(0, |end| end + 1);
    text::append(&mut new, &words[first..])?;
    *words = new;
    Ok(())
}

/// Opens what is to be run.
///
/// # Errors
/// As [`find`].
pub fn open(path: &[u8]) -> Result<Arc<dyn PageSource>> {
    const ANY_EXECUTE: u16 = 0o111;
    let file = open_file(None, path, OpenFlags::PATH, 0)?;
    let about = file.inode().metadata();
    if about.kind != NodeKind::Regular || about.permissions & ANY_EXECUTE == 0 {
        return Err(Errno::ACCES);
    }
    file.page_source()
}
