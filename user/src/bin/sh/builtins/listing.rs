//! `ls`.

use super::{complain_about, options};
use crate::failure::FAILED;
use crate::shell::Shell;
use crate::{columns, glob};
use alloc::ffi::CString;
use alloc::vec::Vec;
use core::fmt::Write;
use tusk_user::calendar::Moment;
use tusk_user::directory::{self, PATH_MAX};
use tusk_user::print::{Line, STANDARD_OUTPUT};
use tusk_user::size::Human;
use tusk_user::stat::{self, Kind, Stat};
use tusk_user::{Errno, println, terminal};

/// What the options ask for.
struct Style {
    long: bool,
    units: bool,
    hidden: bool,
}

/// `ls [-l] [-h] [-a] [PATH…]`
pub fn ls(_shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    let (letters, paths) = match options(arguments, b"lha1") {
        Ok(split) => split,
        Err(status) => return status,
    };
    let has = |letter| letters.contains(&letter);
    let style = Style { long: has(b'l'), units: has(b'h'), hidden: has(b'a') };
    let here = [b".".to_vec()];
    let paths = if paths.is_empty() { &here[..] } else { paths };

    // Files first, then what is in the directories, each under its name when there are several.
    let mut status = 0;
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for path in paths {
        match stat_of(path, stat::stat).or_else(|_| stat_of(path, stat::link_stat)) {
            Ok(stat) if stat.kind() == Kind::Directory => directories.push(path),
            Ok(_) => files.push(path.clone()),
            Err(error) => {
                complain_about("ls", path, error);
                status = FAILED;
            }
        }
    }
    let some_files = !files.is_empty();
    print(b"", files, &style);
    for (index, path) in directories.iter().enumerate() {
        if paths.len() > 1 {
            if some_files || index > 0 {
                println!();
            }
            super::session::print_line(&[path.as_slice(), b":"].concat());
        }
        status = status.max(list(path, &style));
    }
    status
}

fn stat_of(path: &[u8], call: fn(&core::ffi::CStr) -> Result<Stat, Errno>) -> Result<Stat, Errno> {
    CString::new(path).map_err(|_| Errno::EINVAL).and_then(|path| call(&path))
}

/// Lists one directory; returns the status.
fn list(path: &[u8], style: &Style) -> i32 {
    let opened = CString::new(path).map_err(|_| Errno::EINVAL).and_then(|path| glob::open_directory(&path));
    if let Err(error) = opened {
        complain_about("ls", path, error);
        return FAILED;
    }
    let mut names = Vec::new();
    glob::for_each_name(path, |name| {
        if style.hidden || !name.starts_with(b".") {
            names.push(name.to_vec());
        }
    });
    print(&[path, b"/"].concat(), names, style);
    0
}

/// Prints names that are in `directory`, which is empty or ends with a slash.
fn print(directory: &[u8], mut names: Vec<Vec<u8>>, style: &Style) {
    names.sort_unstable();
    if style.long {
        names.iter().for_each(|name| print_details(directory, name, style));
    } else if terminal::is_terminal(STANDARD_OUTPUT) {
        columns::print(&names, columns::window_width());
    } else {
        names.iter().for_each(|name| super::session::print_line(name));
    }
}

/// One line of `ls -l`: mode, names, owner and group, size, time, name.
fn print_details(directory: &[u8], name: &[u8], style: &Style) {
    let path = [directory, name].concat();
    let stat = match stat_of(&path, stat::link_stat) {
        Ok(stat) => stat,
        Err(error) => return complain_about("ls", &path, error),
    };
    let (owner, group) = stat.owner();
    let size = match stat.kind() {
        Kind::CharacterDevice | Kind::BlockDevice => {
            let (major, minor) = stat.device();
            alloc::format!("{major}, {minor}")
        }
        _ if style.units => alloc::format!("{}", Human(stat.size())),
        _ => alloc::format!("{}", stat.size()),
    };
    let mut line = Line::new(STANDARD_OUTPUT);
    let Moment { year, month, day, hour, minute, .. } = Moment::new(stat.modified().as_secs() as i64);
    // The line's writer does not fail.
    let _ = write!(line, "{} {:>2} {owner:>4} {group:>4} {size:>9} ", stat.mode_text(), stat.links());
    let _ = write!(line, "{year}-{:02}-{day:02} {hour:02}:{minute:02} ", month + 1);
    name.iter().for_each(|&byte| line.push(byte));
    let mut buffer = [0; PATH_MAX];
    if stat.kind() == Kind::Link
        && let Ok(path) = CString::new(path)
        && let Ok(text) = directory::read_link(&path, &mut buffer)
    {
        b" -> ".iter().chain(text).for_each(|&byte| line.push(byte));
    }
    line.push(b'\n');
}
