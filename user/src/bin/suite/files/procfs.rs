//! `/proc`: what programs read there.

use super::scratch::{Path, Scratch};
use super::shorthand::{close, gives, make, make_open, open, pipe, rewind, try_open};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{start, wait};
use core::ffi::CStr;
use core::str::FromStr;
use linux_raw_sys::general::{O_CREAT, O_DIRECTORY, O_RDONLY, O_RDWR};
use tusk_user::directory::entries;
use tusk_user::file::Descriptor;
use tusk_user::{Errno, linux, on_tusk};

/// More than any of the files read here has, but for `/proc/stat`, of which the beginning will do.
const ROOM: usize = 8192;

/// A file of `/proc`, read to its end or as far as there is room.
struct Text {
    bytes: [u8; ROOM],
    length: usize,
}

impl Text {
    /// Reads the file.
    #[track_caller]
    fn read(path: &CStr) -> Text {
        let mut text = Text { bytes: [0; ROOM], length: 0 };
        let file = open(path, O_RDONLY);
        loop {
            let count = must!(linux::read(file, &mut text.bytes[text.length..]));
            text.length += count;
            if count == 0 {
                break;
            }
        }
        close(file);
        check!(text.length > 0, "{path:?} is empty");
        text
    }

    /// As text; none of these files has anything else.
    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }

    /// The words behind `name` and a colon, at the beginning of a line.
    fn field(&self, name: &str) -> Option<&str> {
        self.as_str().lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    }
}

/// A word as a number.
#[track_caller]
fn number<T: FromStr>(word: Option<&str>) -> T {
    match word.and_then(|word| word.parse().ok()) {
        Some(number) => number,
        None => crate::check::fail(core::panic::Location::caller(), format_args!("{word:?} is no number")),
    }
}

/// A path below the directory of a process.
fn path_of(process: i32, name: &str) -> Path {
    Path::new(format_args!("/proc/{process}/{name}"))
}

/// `exe` is the program's own file.
pub fn self_exe_is_the_program() {
    let mut path = [0u8; 256];
    let length = must!(sys!(__NR_readlink, c"/proc/self/exe", &mut path, 255));
    check!(path[..length].ends_with(b"suite") && path[0] == b'/', "the program is {:?}", path[..length].escape_ascii());
    let (file, mut magic) = (open(c"/proc/self/exe", O_RDONLY), [0; 4]);
    check_eq!((linux::read(file, &mut magic), magic), (Ok(4), *b"\x7fELF"), "how the program's file begins");
}

/// `self` is a link to the process' own number, whoever looks.
pub fn self_is_ones_own_number() {
    let read = || {
        let mut text = [0u8; 16];
        let length = must!(sys!(__NR_readlink, c"/proc/self", &mut text, 16));
        number::<i32>(core::str::from_utf8(&text[..length]).ok())
    };
    check_eq!(read(), linux::getpid(), "what /proc/self points to");
    crate::child::run_well(|| check_eq!(read(), linux::getpid(), "what it points to in a child"));
}

/// The arguments, each with its NUL.
pub fn cmdline_has_the_arguments() {
    let text = Text::read(c"/proc/self/cmdline");
    let bytes = &text.bytes[..text.length];
    check_eq!(bytes.last(), Some(&0), "the last byte");
    let mut arguments = bytes[..bytes.len() - 1].split(|&byte| byte == 0);
    check!(arguments.next().is_some_and(|name| name.ends_with(b"suite")), "the first argument is something else");
    check_eq!(arguments.count(), 1, "the number of other arguments");
}

/// The program's name, as the process list has it.
pub fn comm_is_the_programs_name() {
    check_eq!(Text::read(c"/proc/self/comm").as_str(), "suite\n", "comm");
    let own = path_of(linux::getpid(), "comm");
    check_eq!(Text::read(own.as_c_str()).as_str(), "suite\n", "comm by the process' number");
}

/// One line: number, name, state, parent, and many numbers more.
pub fn stat_is_one_line_of_numbers() {
    let text = Text::read(c"/proc/self/stat");
    let line = text.as_str().trim_end();
    let (first, rest) = line.split_once(" (suite) ").unwrap_or_default();
    check_eq!(number::<i32>(Some(first)), linux::getpid(), "the process' number");
    let mut words = rest.split(' ');
    check_eq!(words.next(), Some("R"), "the state");
    check_eq!(number::<i32>(words.next()), linux::getppid(), "the parent");
    check_eq!(number::<usize>(words.next()), must!(sys!(__NR_getpgrp)), "the group");
    check!(words.clone().count() >= 39, "there are {} words more", words.clone().count());
    check!(words.all(|word| word.parse::<i64>().is_ok() || word.parse::<u64>().is_ok()), "a word is no number");
}

/// A line each, with a name before it.
pub fn status_has_its_lines() {
    let text = Text::read(c"/proc/self/status");
    check_eq!(text.field("Name"), Some("suite"), "the name");
    check!(text.field("State").is_some_and(|state| state.starts_with('R')), "the state is {:?}", text.field("State"));
    check_eq!(number::<i32>(text.field("Pid")), linux::getpid(), "the process' number");
    check_eq!(number::<i32>(text.field("PPid")), linux::getppid(), "the parent");
    let mut users = text.field("Uid").unwrap_or_default().split_whitespace();
    check_eq!(number::<usize>(users.next()), must!(sys!(__NR_getuid32)), "the user");
    check_eq!(users.count(), 3, "the other users");
}

/// Where what is: the text may be executed, the stack written.
pub fn maps_show_text_and_stack() {
    let text = Text::read(c"/proc/self/maps");
    let on_stack = 0u8;
    let wanted = [(maps_show_text_and_stack as *const () as usize, "r-x"), ((&raw const on_stack).addr(), "rw-")];
    let mut last = 0;
    let mut found = [false; 2];
    for line in text.as_str().lines() {
        let mut words = line.split_whitespace();
        let (start, end) = words.next().and_then(|range| range.split_once('-')).unwrap_or_default();
        let [start, end] = [start, end].map(|word| usize::from_str_radix(word, 16).unwrap_or(0));
        check!(last <= start && start < end, "{line:?} is no range, or not in order");
        last = end;
        let permissions = words.next().unwrap_or_default();
        for (index, &(address, expected)) in wanted.iter().enumerate() {
            if (start..end).contains(&address) {
                check!(permissions.starts_with(expected), "{line:?} is not {expected}");
                found[index] = true;
            }
        }
    }
    check_eq!(found, [true; 2], "whether text and stack are there");
}

/// A link for each descriptor, to what it stands for.
pub fn fd_has_a_link_for_each_descriptor() {
    let scratch = Scratch::new();
    let file = make_open(c"file", b"text");
    let [reader, _writer] = pipe(0);
    let read = |descriptor: i32| {
        let (path, mut text) = (Path::new(format_args!("/proc/self/fd/{descriptor}")), [0u8; 128]);
        let length = must!(sys!(__NR_readlink, path.as_c_str(), &mut text, 127));
        check!(length < 127, "the text of {:?} is too long", path.as_c_str());
        text
    };
    let expected = Path::new(format_args!("{}/file", must!(scratch.path().to_str())));
    let text = read(file);
    check_eq!(CStr::from_bytes_until_nul(&text), Ok(expected.as_c_str()), "the link of a file");
    check!(read(reader).starts_with(b"pipe:["), "the link of a pipe is {:?}", read(reader).escape_ascii());
    let none = Path::new(format_args!("/proc/self/fd/{}", 99));
    check_eq!(try_open(none.as_c_str(), O_RDONLY), Err(Errno::ENOENT), "open of what is not open");
}

/// Such a link can be opened: that is the file again, from its beginning.
pub fn fd_links_open_the_file_again() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"text");
    let path = Path::new(format_args!("/proc/self/fd/{file}"));
    gives(open(path.as_c_str(), O_RDONLY), b"text");
    check_eq!(super::shorthand::offset(file), 4, "the offset of the first opening");
    rewind(file);
    gives(file, b"text");
}

/// The numbers in `fd` are the descriptors that are open, the one that reads them among them.
pub fn fd_lists_what_is_open() {
    let [reader, writer] = pipe(0);
    let directory = Descriptor::from_number(open(c"/proc/self/fd", O_RDONLY | O_DIRECTORY));
    let mut found = [false; 64];
    let mut buffer = [0; 2048];
    for entry in must!(entries(&directory, &mut buffer)) {
        if let Some(place) = entry.name.to_str().ok().and_then(|name| found.get_mut(name.parse::<usize>().ok()?)) {
            *place = true;
        }
    }
    for (descriptor, &is_listed) in found.iter().enumerate() {
        let is_open = sys!(__NR_fcntl64, descriptor, linux_raw_sys::general::F_GETFD, 0).is_ok();
        check_eq!(is_listed, is_open, "whether {descriptor} is listed");
    }
    check!(found[reader as usize] && found[writer as usize], "the pipe is not listed");
}

/// Whoever lives has a directory, zombies too, and nobody else.
pub fn processes_come_and_go() {
    let child = start(|| 3);
    let path = path_of(child, "stat");
    let state = || Text::read(path.as_c_str()).as_str().split(' ').nth(2).map(|word| word == "Z");
    let end = tusk_user::time::now() + core::time::Duration::from_secs(5);
    while state() != Some(true) {
        check!(tusk_user::time::now() < end, "the child has not become a zombie");
        tusk_user::time::sleep(core::time::Duration::from_millis(5));
    }
    check_eq!(wait(child).exit_code(), Some(3), "the child's exit code");
    check_eq!(try_open(path.as_c_str(), O_RDONLY), Err(Errno::ENOENT), "open of what the child has left");
}

/// The list of processes has this one in it.
pub fn list_of_processes_has_this_one() {
    let directory = Descriptor::from_number(open(c"/proc", O_RDONLY | O_DIRECTORY));
    let (mut mine, mut first, mut buffer) = (0, 0, [0; 1024]);
    loop {
        let mut names = must!(entries(&directory, &mut buffer)).peekable();
        if names.peek().is_none() {
            break;
        }
        for entry in names {
            let pid = entry.name.to_str().ok().and_then(|name| name.parse::<i32>().ok());
            mine += u32::from(pid == Some(linux::getpid()));
            first += u32::from(pid == Some(1));
        }
    }
    check_eq!((mine, first), (1, 1), "how often this process and the first are listed");
}

/// Memory in kibibytes, of which less is free than there is.
pub fn meminfo_counts_the_memory() {
    let text = Text::read(c"/proc/meminfo");
    let kibibytes = |name: &str| number::<u64>(text.field(name).and_then(|words| words.strip_suffix(" kB")));
    let [total, free] = ["MemTotal", "MemFree"].map(kibibytes);
    check!(total > 4096 && 0 < free && free < total, "{free} kB of {total} kB are free");
}

/// The files about the whole machine that tools look for.
pub fn files_about_the_machine_can_be_read() {
    let uptime = Text::read(c"/proc/uptime");
    let seconds: [f64; 2] = {
        let mut words = uptime.as_str().split_whitespace();
        [number(words.next()), number(words.next())]
    };
    check!(seconds[0] >= 0.0 && seconds[1] >= 0.0, "the machine is up for {seconds:?} s");
    let load = Text::read(c"/proc/loadavg");
    check_eq!(load.as_str().split_whitespace().count(), 5, "the words of the load");
    check!(Text::read(c"/proc/stat").as_str().starts_with("cpu "), "/proc/stat does not begin with the processors");
    let mounts = Text::read(c"/proc/mounts");
    // On Linux the case may run below a changed root, which is no mount.
    let is_root = |line: &str| line.split(' ').nth(1) == Some("/");
    check!(!on_tusk() || mounts.as_str().lines().any(is_root), "the root is not mounted");
    check!(mounts.as_str().lines().all(|line| line.split(' ').count() == 6), "a mount has not six words");
    Text::read(c"/proc/version");
    Text::read(c"/proc/cpuinfo");
}

/// What is there was not made by programs, and is not theirs to remove.
pub fn nothing_can_be_made_there() {
    check_eq!(sys!(__NR_mkdir, c"/proc/new", 0o755), Err(Errno::ENOENT), "mkdir in /proc");
    check_eq!(sys!(__NR_symlink, c"x", c"/proc/new"), Err(Errno::ENOENT), "symlink in /proc");
    check_eq!(try_open(c"/proc/new", O_RDWR | O_CREAT), Err(Errno::ENOENT), "open of a new file in /proc");
    check_eq!(try_open(c"/proc/self/fd/99", O_RDWR | O_CREAT), Err(Errno::ENOENT), "open of no descriptor's link");
    check_eq!(sys!(__NR_unlink, c"/proc/meminfo"), Err(Errno::EPERM), "unlink in /proc");
    check_eq!(sys!(__NR_unlink, c"/proc/none"), Err(Errno::ENOENT), "unlink of nothing in /proc");
    check_eq!(sys!(__NR_rmdir, c"/proc/self"), Err(Errno::ENOTDIR), "rmdir of a link in /proc");
    check_eq!(sys!(__NR_access, c"/proc/meminfo", 0), Ok(0), "access of it");
    let _scratch = Scratch::new();
    make(c"file", b"");
    check_eq!(sys!(__NR_rename, c"file", c"/proc/file").err(), Some(Errno::EXDEV), "rename to another file system");
}
