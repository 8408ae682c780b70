//! `ls`.

use super::{complain_about, options};
use crate::failure::MISUSED;
use crate::shell::Shell;
use crate::{columns, glob};
use alloc::ffi::CString;
use alloc::vec::Vec;
use tusk_user::print::STANDARD_OUTPUT;
use tusk_user::stat::{self, Kind, Stat};
use tusk_user::{Errno, println, terminal};

/// What the options ask for, and who reads it.
struct Style {
    hidden: bool,
    in_columns: bool,
}

/// `ls [-a] [PATH…]`
pub fn ls(_shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    let (letters, paths) = match options(arguments, b"a1") {
        Ok(split) => split,
        Err(status) => return status,
    };
    let has = |letter| letters.contains(&letter);
    let style = Style { hidden: has(b'a'), in_columns: !has(b'1') && terminal::is_terminal(STANDARD_OUTPUT) };
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
                status = MISUSED;
            }
        }
    }
    let some_files = !files.is_empty();
    print(files, &style);
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
        return MISUSED;
    }
    let mut names = Vec::new();
    glob::for_each_name(path, |name| {
        if style.hidden || !name.starts_with(b".") {
            names.push(name.to_vec());
        }
    });
    print(names, style);
    0
}

/// Prints names in order.
fn print(mut names: Vec<Vec<u8>>, style: &Style) {
    names.sort_unstable();
    if style.in_columns {
        columns::print(&names, columns::window_width());
    } else {
        names.iter().for_each(|name| super::session::print_line(name));
    }
}
