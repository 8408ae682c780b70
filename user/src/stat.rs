//! What a name stands for: kind, permissions, size, times.

use crate::errno::Errno;
use crate::syscall::{check, syscall3};
use core::ffi::CStr;
use core::fmt;
use core::time::Duration;
use linux_raw_sys::general;

/// What kind of thing a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An ordinary file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A device that is read byte by byte.
    CharacterDevice,
    /// A device that is read block by block.
    BlockDevice,
    /// A pipe with a name.
    Pipe,
    /// A socket.
    Socket,
    /// Anything else, or a file system that does not say.
    Unknown,
}

impl Kind {
    /// The kind in the upper bits of a file's mode.
    pub(crate) fn from_mode(mode: u32) -> Self {
        match mode & general::S_IFMT {
            general::S_IFREG => Kind::File,
            general::S_IFDIR => Kind::Directory,
            general::S_IFLNK => Kind::Link,
            general::S_IFCHR => Kind::CharacterDevice,
            general::S_IFBLK => Kind::BlockDevice,
            general::S_IFIFO => Kind::Pipe,
            general::S_IFSOCK => Kind::Socket,
            _ => Kind::Unknown,
        }
    }

    /// The letter that `ls -l` has for it.
    pub fn letter(self) -> char {
        match self {
            Kind::File => '-',
            Kind::Directory => 'd',
            Kind::Link => 'l',
            Kind::CharacterDevice => 'c',
            Kind::BlockDevice => 'b',
            Kind::Pipe => 'p',
            Kind::Socket => 's',
            Kind::Unknown => '?',
        }
    }
}

/// What the kernel knows about a file: `struct stat64` of `stat(2)`.
#[derive(Clone, Copy)]
pub struct Stat(pub general::stat64);

impl Stat {
    /// What it is.
    pub fn kind(&self) -> Kind {
        Kind::from_mode(self.0.st_mode)
    }

    /// Kind and permissions, for who wants the bits.
    pub fn mode(&self) -> u32 {
        self.0.st_mode
    }

    /// Who may do what: the nine bits `rwxrwxrwx` and the three above them.
    pub fn permissions(&self) -> u32 {
        self.0.st_mode & 0o7777
    }

    /// Length in bytes.
    pub fn size(&self) -> u64 {
        self.0.st_size as u64
    }

    /// Room it takes, in units of 512 bytes.
    pub fn blocks(&self) -> u64 {
        self.0.st_blocks
    }

    /// How many names it has.
    pub fn links(&self) -> u32 {
        self.0.st_nlink
    }

    /// Its number within its file system.
    pub fn inode(&self) -> u64 {
        self.0.st_ino
    }

    /// The number of its file system.
    pub fn file_system(&self) -> u64 {
        self.0.st_dev
    }

    /// Which device it is, as (major, minor), when it is one.
    pub fn device(&self) -> (u32, u32) {
        let number = self.0.st_rdev as u32;
        (number >> 8 & 0xfff, number & 0xff | number >> 12 & 0xfff00)
    }

    /// Its owner's and its group's number.
    pub fn owner(&self) -> (u32, u32) {
        (self.0.st_uid, self.0.st_gid)
    }

    /// When its contents last changed, since the beginning of 1970.
    pub fn modified(&self) -> Duration {
        Duration::new(self.0.st_mtime.into(), self.0.st_mtime_nsec)
    }

    /// Kind and permissions as `ls -l` has them: `drwxr-xr-x`.
    pub fn mode_text(&self) -> impl fmt::Display + use<> {
        ModeText(self.0.st_mode)
    }
}

/// Shows a mode as ten characters.
struct ModeText(u32);

impl fmt::Display for ModeText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bit = |mask: u32, letter: char| if self.0 & mask != 0 { letter } else { '-' };
        // Set-user, set-group and sticky bits share the place of the x they go with.
        let last = |execute: u32, special: u32, letter: char| match (self.0 & special != 0, self.0 & execute != 0) {
            (false, _) => bit(execute, 'x'),
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
        };
        write!(out, "{}", Kind::from_mode(self.0).letter())?;
        write!(out, "{}{}{}", bit(0o400, 'r'), bit(0o200, 'w'), last(0o100, 0o4000, 's'))?;
        write!(out, "{}{}{}", bit(0o040, 'r'), bit(0o020, 'w'), last(0o010, 0o2000, 's'))?;
        write!(out, "{}{}{}", bit(0o004, 'r'), bit(0o002, 'w'), last(0o001, 0o1000, 't'))
    }
}

/// What is behind a name; a symbolic link is followed.
///
/// # Errors
/// ENOENT, ENOTDIR, ELOOP …: see `stat(2)`.
pub fn stat(path: &CStr) -> Result<Stat, Errno> {
    stat_with(general::__NR_stat64, path.as_ptr().addr())
}

/// What is behind a name; a symbolic link is the answer itself.
///
/// # Errors
/// As for [`stat`].
pub fn link_stat(path: &CStr) -> Result<Stat, Errno> {
    stat_with(general::__NR_lstat64, path.as_ptr().addr())
}

/// What an open file is.
///
/// # Errors
/// EBADF when it is not open.
pub fn descriptor_stat(descriptor: i32) -> Result<Stat, Errno> {
    stat_with(general::__NR_fstat64, descriptor as usize)
}

/// Makes one of the three stat calls, which differ in how the file is named.
fn stat_with(number: u32, file: usize) -> Result<Stat, Errno> {
    let mut stat = core::mem::MaybeUninit::<general::stat64>::zeroed();
    // SAFETY: the call reads the name and writes the structure.
    check(unsafe { syscall3(number as usize, [file, stat.as_mut_ptr().addr(), 0]) })?;
    // SAFETY: it was zeroed, and all of its fields are numbers.
    Ok(Stat(unsafe { stat.assume_init() }))
}
