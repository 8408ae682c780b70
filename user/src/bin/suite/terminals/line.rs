//! A terminal for a case, and requests to it.

use crate::call::{Argument, call};
use crate::check::{SKIPPED, check_eq, must, skip};
use crate::child::{run, start, wait};
use crate::files::scratch::Path;
use linux_raw_sys::general::{
    __NR_ioctl, __NR_poll, O_NOCTTY, O_NONBLOCK, POLLIN, SIGKILL, VMIN, VTIME, WUNTRACED, pollfd,
};
use linux_raw_sys::ioctl::{FIONREAD, TIOCGPTN, TIOCSPTLCK, TIOCSTI};
use tusk_user::signal::kill;
use tusk_user::terminal::{Settings, begin_session, set_group, set_settings, settings, take_terminal};
use tusk_user::{Errno, Status, file, linux, on_tusk};

/// A terminal that is open.
pub struct Line {
    file: file::Descriptor,
    path: Path,
    /// The other side of a pseudo-terminal: without it the terminal hangs up.
    _other_side: Option<file::Descriptor>,
}

impl Line {
    /// Finds a terminal that is nobody's and opens it, without making it this session's; skips the case where there
    /// is none.
    #[track_caller]
    pub fn open() -> Line {
        let (path, other_side) =
            if on_tusk() { (Path::new(format_args!("/dev/tty1")), None) } else { pseudo_terminal() };
        let file = must!(file::open(path.as_c_str(), file::O_RDWR | O_NOCTTY));
        Line { file, path, _other_side: other_side }
    }

    /// The descriptor.
    pub fn number(&self) -> i32 {
        self.file.number()
    }

    /// The name that it was opened by.
    pub fn path(&self) -> &core::ffi::CStr {
        self.path.as_c_str()
    }

    /// Opens it once more, with these flags.
    ///
    /// # Errors
    /// Those of `open(2)`.
    pub fn open_again(&self, flags: u32) -> Result<file::Descriptor, Errno> {
        file::open(self.path(), file::O_RDWR | flags)
    }

    /// Makes a request with a number as its argument.
    ///
    /// # Errors
    /// Those of `ioctl(2)`.
    pub fn request(&self, request: u32, argument: usize) -> Result<usize, Errno> {
        call(__NR_ioctl, [self.number() as usize, request as usize, argument])
    }

    /// Makes a request that tells a number.
    ///
    /// # Errors
    /// Those of `ioctl(2)`.
    pub fn ask(&self, request: u32) -> Result<i32, Errno> {
        let mut answer = -1i32;
        self.request(request, (&mut answer).word()).map(|_| answer)
    }

    /// Types, as if at the keyboard.
    #[track_caller]
    pub fn type_in(&self, bytes: &[u8]) {
        for byte in bytes {
            match self.request(TIOCSTI, (byte).word()) {
                // Newer kernels of Linux may be told to know it no more.
                Err(Errno::EIO | Errno::EPERM) if !on_tusk() => skip(format_args!("TIOCSTI is not allowed here")),
                result => check_eq!(result, Ok(0), "TIOCSTI"),
            }
        }
    }

    /// Changes some of the settings.
    #[track_caller]
    pub fn change(&self, change: impl FnOnce(&mut Settings)) {
        let mut new = must!(settings(self.number()));
        change(&mut new);
        must!(set_settings(self.number(), &new));
    }

    /// Single bytes instead of lines, and how many a read waits for, or how long, in tenths of a second.
    #[track_caller]
    pub fn make_raw(&self, minimum: u8, tenths: u8) {
        self.change(|settings| {
            *settings = settings.raw();
            settings.0.c_cc[VMIN as usize] = minimum;
            settings.0.c_cc[VTIME as usize] = tenths;
        });
    }

    /// Reads once, into `room` bytes, and checks what comes.
    #[track_caller]
    pub fn gives(&self, room: usize, expected: &[u8]) {
        let mut buffer = [0; 64];
        let count = must!(linux::read(self.number(), &mut buffer[..room]));
        check_eq!(buffer[..count], *expected, "what was read");
    }

    /// Reads without waiting.
    ///
    /// # Errors
    /// EAGAIN when there is nothing.
    #[track_caller]
    pub fn try_read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let again = must!(self.open_again(O_NOCTTY | O_NONBLOCK));
        linux::read(again.number(), buffer)
    }

    /// How many bytes could be read.
    #[track_caller]
    pub fn waiting(&self) -> i32 {
        must!(self.ask(FIONREAD))
    }

    /// Whether poll says that it can be read.
    #[track_caller]
    pub fn is_readable(&self) -> bool {
        let mut asked = pollfd { fd: self.number(), events: POLLIN as i16, revents: 0 };
        must!(call(__NR_poll, [(&mut asked).word(), 1, 0])) > 0
    }
}

/// Runs `body` as the leader of a new session that has a terminal.
#[track_caller]
pub fn in_session(body: impl FnOnce(&Line)) {
    as_leader(|line| {
        check_eq!(take_terminal(line.number()), Ok(()), "TIOCSCTTY");
        body(line);
    });
}

/// Runs `body` as the leader of a new session, with a terminal that is nobody's.
#[track_caller]
pub fn as_leader(body: impl FnOnce(&Line)) {
    // Open here too: the other side of a pseudo-terminal must outlive the leader, whom it would hang up on.
    let line = Line::open();
    let status = run(|| {
        must!(begin_session());
        body(&line);
        0
    });
    if status == Status(u32::from(SKIPPED) << 8) {
        skip(format_args!("as the session's leader said"));
    }
    check_eq!(status, Status(0), "the end of the session's leader");
}

/// A child in a group of its own, in the background, that ends with the status `body` returns.
#[track_caller]
pub fn start_in_background(body: impl FnOnce() -> i32) -> i32 {
    let child = start(|| {
        must!(set_group(0, 0));
        body()
    });
    // Whichever of the two is first.
    must!(set_group(child, child));
    child
}

/// Waits until a child is stopped by `signal`.
#[track_caller]
pub fn is_stopped_by(child: i32, signal: u32) {
    let found = linux::waitpid_with(child, WUNTRACED);
    check_eq!(found, Ok((child, Status(signal << 8 | 0x7f))), "the child's stop");
}

/// Ends a child, stopped or not.
#[track_caller]
pub fn end(child: i32) {
    must!(kill(child, SIGKILL));
    check_eq!(wait(child), Status(SIGKILL), "the child's end");
}

fn pseudo_terminal() -> (Path, Option<file::Descriptor>) {
    let Ok(other_side) = file::open(c"/dev/ptmx", file::O_RDWR | O_NOCTTY) else {
        skip(format_args!("there are no pseudo-terminals"))
    };
    let (mut number, unlocked) = (0u32, 0u32);
    let request =
        |request: u32, argument: usize| call(__NR_ioctl, [other_side.number() as usize, request as usize, argument]);
    must!(request(TIOCSPTLCK, (&unlocked).word()));
    must!(request(TIOCGPTN, (&mut number).word()));
    (Path::new(format_args!("/dev/pts/{number}")), Some(other_side))
}
