//! `stat`: all that is known about a file.

use crate::call::{Call, Stop, Tool};
use crate::put;
use crate::users::Names;
use core::ffi::CStr;
use tusk_user::calendar::Moment;
use tusk_user::directory;
use tusk_user::stat::{Kind, Stat, link_stat, stat};

/// The tool.
pub const STAT: Tool = Tool {
    name: "stat",
    help: "usage: stat [-L] [-c FORMAT] FILE…
Tells what is known about files; -L: about what a symbolic link leads to. In a format stand
  %n name   %s size        %a %A permissions    %u %U owner   %X %x last access   %i inode   %b blocks   %h names
  %N link   %F what it is  %f mode in hex       %g %G group   %Y %y last change   %d device  %B block's size
                                                              %Z %z last change of these",
    main,
};

/// What is printed when nobody says.
const FORMAT: &[u8] = b"  File: %N
  Size: %s\tBlocks: %b\tIO Block: %o\t%F
Device: %D\tInode: %i\tLinks: %h
Access: (%a/%A)\tUid: (%u/%U)\tGid: (%g/%G)
Access: %x
Modify: %y
Change: %z";

/// Bytes in one of the blocks that are counted.
const BLOCK_SIZE: u32 = 512;

fn main(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("Lc:")?;
    if options.operands.is_empty() {
        return Err(call.misuse(format_args!("which file?")));
    }
    let format = options.value('c').map_or(FORMAT, CStr::to_bytes);
    for &path in &options.operands {
        match if options.has('L') { stat(path) } else { link_stat(path) } {
            Ok(stat) => print(call, path, &stat, format),
            Err(error) => call.complain(path, error),
        }
    }
    Ok(())
}

/// Prints what a format asks for.
fn print(call: &mut Call, path: &CStr, stat: &Stat, format: &[u8]) {
    let mut bytes = format.iter();
    while let Some(&byte) = bytes.next() {
        if byte != b'%' {
            call.out.byte(byte);
            continue;
        }
        match bytes.next() {
            None | Some(b'%') => call.out.byte(b'%'),
            Some(&sign) => print_one(call, path, stat, sign),
        }
    }
    call.out.byte(b'\n');
}

/// Prints what one sign means.
fn print_one(call: &mut Call, path: &CStr, stat: &Stat, sign: u8) {
    let raw = &stat.0;
    let (user, group) = stat.owner();
    let out = &mut call.out;
    match sign {
        b'n' => out.bytes(path.to_bytes()),
        b'N' => {
            out.bytes(path.to_bytes());
            let mut buffer = [0; 1024];
            if let Ok(text) = directory::read_link(path, &mut buffer)
                && stat.kind() == Kind::Link
            {
                out.text(" -> ");
                out.bytes(text);
            }
        }
        b's' => put!(out, "{}", stat.size()),
        b'b' => put!(out, "{}", stat.blocks()),
        b'B' => put!(out, "{BLOCK_SIZE}"),
        b'o' => put!(out, "{}", raw.st_blksize),
        b'F' => out.text(kind_text(stat)),
        b'f' => put!(out, "{:x}", stat.mode()),
        b'a' => put!(out, "{:o}", stat.permissions()),
        b'A' => put!(out, "{}", stat.mode_text()),
        b'i' => put!(out, "{}", stat.inode()),
        b'h' => put!(out, "{}", stat.links()),
        b'd' => put!(out, "{}", stat.file_system()),
        b'D' => put!(out, "{:x}h", stat.file_system()),
        b't' => put!(out, "{:x}", stat.device().0),
        b'T' => put!(out, "{:x}", stat.device().1),
        b'u' => put!(out, "{user}"),
        b'g' => put!(out, "{group}"),
        b'U' => out.bytes(&Names::users().name_or_number(user)),
        b'G' => out.bytes(&Names::groups().name_or_number(group)),
        b'X' => put!(out, "{}", raw.st_atime),
        b'Y' => put!(out, "{}", raw.st_mtime),
        b'Z' => put!(out, "{}", raw.st_ctime),
        b'x' => put!(out, "{}.{:09} +0000", Moment::new(raw.st_atime.into()), raw.st_atime_nsec),
        b'y' => put!(out, "{}.{:09} +0000", Moment::new(raw.st_mtime.into()), raw.st_mtime_nsec),
        b'z' => put!(out, "{}.{:09} +0000", Moment::new(raw.st_ctime.into()), raw.st_ctime_nsec),
        // What is no sign of ours stays as it is.
        other => out.bytes(&[b'%', other]),
    }
}

/// What a file is, in words.
fn kind_text(stat: &Stat) -> &'static str {
    match stat.kind() {
        Kind::File if stat.size() == 0 => "regular empty file",
        Kind::File => "regular file",
        Kind::Directory => "directory",
        Kind::Link => "symbolic link",
        Kind::CharacterDevice => "character special file",
        Kind::BlockDevice => "block special file",
        Kind::Pipe => "fifo",
        Kind::Socket => "socket",
        Kind::Unknown => "weird file",
    }
}
