//! `ls`: what is in a directory.

use crate::call::{Call, Stop, Tool};
use crate::listing;
use crate::long_listing;
use crate::options::Options;
use crate::order::sorted;
use crate::path::{from_bytes, join};
use crate::put;
use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::print::STANDARD_OUTPUT;
use tusk_user::stat::{Kind, Stat, link_stat, stat};
use tusk_user::{Errno, terminal};

/// The tool.
pub const LS: Tool = Tool {
    name: "ls",
    help: "usage: ls [-aAdFhilR1rSt] [FILE…]
Lists files, and what is in directories.
  -a  hidden names too, . and .. among them      -A  hidden names too, without . and ..
  -d  directories like files                     -R  directories within directories too
  -l  a line each: permissions, number of names, owner, group, size, time of the last change (UTC), name
  -h  sizes with units                           -i  the inode number first
  -F  a mark behind the name: / * @ | =          -1  one name a line
  -S  largest first      -t  newest first        -r  the other way round
The exit status is 1 when something in a directory cannot be looked at, 2 when a FILE cannot.",
    main: ls,
};

/// The status when an operand cannot be listed.
const OPERAND_STATUS: i32 = 2;
/// The columns of a terminal that does not know its own.
const COLUMNS: usize = 80;

/// A thing to list.
pub struct Item {
    /// How it is called here.
    pub name: CString,
    /// What it is. Only a name that is gone again, or that we may not look at, has none.
    pub stat: Option<Stat>,
    /// What a symbolic link says.
    pub link: Option<Vec<u8>>,
}

fn ls(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("aAdFhilR1rSt")?;
    let operands = if options.operands.is_empty() { &[c"."][..] } else { &options.operands };
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    call.trouble = OPERAND_STATUS;
    for &path in operands {
        // A link on the command line means what it leads to, unless it is the link that is asked about.
        let follow = !(options.has('l') || options.has('d') || options.has('F'));
        let found = if follow { stat(path).or_else(|_| link_stat(path)) } else { link_stat(path) };
        match found {
            Ok(stat) if stat.kind() == Kind::Directory && !options.has('d') => directories.push(item(path, path, stat)),
            Ok(stat) => files.push(item(path, path, stat)),
            Err(error) => call.complain(path, error),
        }
    }

    let mut first = files.is_empty();
    let files = in_order(files, options);
    print(call, &files, options);
    let directories = in_order(directories, options);
    let titled = operands.len() > 1 || options.has('R');
    for directory in &directories {
        list(call, &directory.name, options, titled, &mut first);
    }
    Ok(())
}

/// Lists a directory, and with -R those in it.
fn list(call: &mut Call, path: &CStr, options: &Options, titled: bool, first: &mut bool) {
    let names = match listing::names(path) {
        Ok(names) => names,
        Err(error) => return call.complain(path, error),
    };
    if !core::mem::take(first) {
        call.out.byte(b'\n');
    }
    if titled {
        call.out.bytes(path.to_bytes());
        call.out.text(":\n");
    }

    let hidden = options.last_of("aA").is_some();
    let mut items = Vec::new();
    if options.last_of("aA") == Some('a') {
        items.extend([c".", c".."].map(|name| look(call, path, name.into())));
    }
    for entry in names {
        if hidden || !entry.name.to_bytes().starts_with(b".") {
            items.push(look(call, path, entry.name));
        }
    }
    let items = in_order(items, options);
    if options.has('l') {
        let blocks: u64 = items.iter().filter_map(|item| item.stat.as_ref()).map(Stat::blocks).sum();
        // Blocks of 512 bytes become KiB.
        long_listing::total(call, blocks.div_ceil(2), options);
    }
    print(call, &items, options);

    if options.has('R') {
        for item in &items {
            let inner = item.stat.is_some_and(|stat| stat.kind() == Kind::Directory);
            if inner && item.name.as_c_str() != c"." && item.name.as_c_str() != c".." {
                list(call, &join(path, item.name.to_bytes()), options, true, first);
            }
        }
    }
}

/// Looks at a name in a directory.
fn look(call: &mut Call, directory: &CStr, name: CString) -> Item {
    let path = join(directory, name.to_bytes());
    match link_stat(&path) {
        Ok(stat) => item(&name, &path, stat),
        Err(error) => {
            call.complain(&path, error);
            // It was the directory that was asked for, and that one could be listed.
            if call.status == OPERAND_STATUS {
                call.status = 1;
            }
            Item { name, stat: None, link: None }
        }
    }
}

/// A thing to list whose stat is known.
fn item(name: &CStr, path: &CStr, stat: Stat) -> Item {
    let mut buffer = [0; 1024];
    let text = if stat.kind() == Kind::Link {
        tusk_user::directory::read_link(path, &mut buffer).map(<[u8]>::to_vec)
    } else {
        Err(Errno::EINVAL)
    };
    Item { name: name.into(), stat: Some(stat), link: text.ok() }
}

/// Orders by name, size or time.
fn in_order(items: Vec<Item>, options: &Options) -> Vec<Item> {
    let key = |item: &Item| match (options.last_of("St"), &item.stat) {
        (Some('S'), Some(stat)) => (stat.size(), 0),
        (Some('t'), Some(stat)) => (stat.modified().as_secs(), stat.modified().subsec_nanos()),
        _ => (0, 0),
    };
    let mut items = sorted(items, |one, other| key(other).cmp(&key(one)).then_with(|| one.name.cmp(&other.name)));
    if options.has('r') {
        items.reverse();
    }
    items
}

/// Prints things, in lines or in columns.
fn print(call: &mut Call, items: &[Item], options: &Options) {
    if options.has('l') {
        return long_listing::print(call, items, options);
    }
    let width = terminal::window_size(STANDARD_OUTPUT).map(|size| usize::from(size.columns));
    let texts = items.iter().map(|item| short(item, options)).collect::<Vec<_>>();
    match width {
        Ok(width) if options.last_of("1") != Some('1') => {
            columns(call, &texts, if width == 0 { COLUMNS } else { width })
        }
        _ => {
            for text in &texts {
                call.out.bytes(text.to_bytes());
                call.out.byte(b'\n');
            }
        }
    }
}

/// Name, and what the options want with it.
fn short(item: &Item, options: &Options) -> CString {
    let mut text = Vec::new();
    if options.has('i') {
        let inode = item.stat.map_or(0, |stat| stat.inode());
        text.extend_from_slice(alloc::format!("{inode} ").as_bytes());
    }
    text.extend_from_slice(item.name.to_bytes());
    if options.has('F') {
        text.extend(mark(item));
    }
    from_bytes(text)
}

/// The mark of -F.
pub fn mark(item: &Item) -> Option<u8> {
    let stat = item.stat?;
    match stat.kind() {
        Kind::Directory => Some(b'/'),
        Kind::Link => Some(b'@'),
        Kind::Pipe => Some(b'|'),
        Kind::Socket => Some(b'='),
        Kind::File if stat.permissions() & 0o111 != 0 => Some(b'*'),
        _ => None,
    }
}

/// Prints texts in columns, downwards, as many as fit.
fn columns(call: &mut Call, texts: &[CString], width: usize) {
    const GAP: usize = 2;
    let Some(longest) = texts.iter().map(|text| text.count_bytes()).max() else { return };
    let count = ((width + GAP) / (longest + GAP)).clamp(1, texts.len());
    let rows = texts.len().div_ceil(count);
    for row in 0..rows {
        let mut line = texts.iter().skip(row).step_by(rows).peekable();
        while let Some(text) = line.next() {
            // The last one of a line needs nothing behind it.
            let width = if line.peek().is_some() { longest + GAP } else { 0 };
            call.out.column(text.to_bytes(), width);
        }
        put!(call.out, "\n");
    }
}
