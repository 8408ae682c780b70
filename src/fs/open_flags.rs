//! The flags of `open`, taken apart.
//!
//! `man 2 open`: the two low bits are the access, some flags matter only while opening, the rest stay with the
//! open file description and can be changed by fcntl.

use bitflags::bitflags;

bitflags! {
    /// Linux's flags for i386. Unknown ones are ignored, as there.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct OpenFlags: u32 {
        const WRITE_ONLY = 0o1;
        const READ_WRITE = 0o2;
        const CREATE = 0o100;
        const EXCLUSIVE = 0o200;
        const NO_CONTROLLING_TERMINAL = 0o400;
        const TRUNCATE = 0o1000;
        const APPEND = 0o2000;
        const NONBLOCK = 0o4000;
        const ASYNC = 0o20000;
        const DIRECT = 0o40000;
        const LARGE_FILE = 0o100000;
        const DIRECTORY = 0o200000;
        const NO_FOLLOW = 0o400000;
        const NO_ATIME = 0o1000000;
        const CLOSE_ON_EXEC = 0o2000000;
        const PATH = 0o10000000;
    }
}

impl OpenFlags {
    /// What fcntl(F_SETFL) may change.
    pub const CHANGEABLE: Self =
        Self::APPEND.union(Self::NONBLOCK).union(Self::ASYNC).union(Self::DIRECT).union(Self::NO_ATIME);
    /// What matters only while opening and is not told by F_GETFL.
    pub const OPENING: Self = Self::CREATE
        .union(Self::EXCLUSIVE)
        .union(Self::NO_CONTROLLING_TERMINAL)
        .union(Self::TRUNCATE)
        .union(Self::CLOSE_ON_EXEC);

    /// What counts beside [`OpenFlags::PATH`].
    const WITH_PATH: Self = Self::PATH.union(Self::DIRECTORY).union(Self::NO_FOLLOW).union(Self::CLOSE_ON_EXEC);

    /// The flags without those that others make meaningless.
    pub fn that_count(self) -> Self {
        if self.contains(Self::PATH) { self & Self::WITH_PATH } else { self }
    }

    /// What may be done with the file. Both bits at once, Linux's "check but open for nothing", allow nothing.
    pub fn access(self) -> Access {
        match self & (Self::WRITE_ONLY | Self::READ_WRITE) {
            _ if self.contains(Self::PATH) => Access::empty(),
            Self::WRITE_ONLY => Access::WRITE,
            Self::READ_WRITE => Access::READ | Access::WRITE,
            both if both.bits() == 3 => Access::empty(),
            _ => Access::READ,
        }
    }
}

bitflags! {
    /// What may be done with an open file.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct Access: u8 {
        const READ = 1 << 0;
        const WRITE = 1 << 1;
    }
}
