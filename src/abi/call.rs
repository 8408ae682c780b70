//! System calls as data: what a table's line says, and how a call finds its line.
//!
//! A line names the call, its number, its arguments with their kinds, and the function that does
//! the work; that function takes plain words and knows nothing of registers. Everything else that
//! is said about calls (the book's `help`, `strace=1`) comes from the same lines.

use crate::errno::Result;

/// How an argument is to be understood by who reads it.
///
/// Those in the second half are filled by the call, so they can be read only when it returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A signed number.
    Int,
    /// A number of bytes or the like.
    Size,
    /// Flags without names, best read in base 16.
    Flags,
    /// A descriptor.
    Descriptor,
    /// A descriptor of a directory, or AT_FDCWD.
    DirectoryDescriptor,
    /// An address in the program.
    Address,
    /// The address of a NUL-terminated string.
    String,
    /// Part of what an argument before it has shown: an address or a size, or a number.
    Rest,
    RestNumber,
    /// A 64-bit number: this word and, above it, the next.
    Wide,
    /// The same with the words the other way round.
    WideHighFirst,
    /// As many bytes as the next argument says.
    InBuffer,
    /// Flags of open.
    OpenFlags,
    /// The book's flags of open, and its words for where an offset counts from.
    BookOpenFlags,
    BookWhence,
    /// Flags of what makes a descriptor otherwise.
    DescriptorFlags,
    /// Permission bits that count only when the flags before make a file.
    CreateMode,
    /// Permission bits.
    Mode,
    /// A file's kind and permission bits.
    NodeMode,
    /// A device's number, which counts only when the mode before is a device's.
    DeviceNumber,
    /// Flags and values by the names in a table.
    AccessMode,
    AccessFlags,
    AtFlags,
    StatxFlags,
    StatxMask,
    RenameFlags,
    MountFlags,
    UnmountFlags,
    RandomFlags,
    UnlinkFlags,
    Whence,
    /// A request of fcntl or ioctl, and what goes with it.
    FcntlCommand,
    FcntlArgument,
    IoctlRequest,
    /// `struct iovec`s that are written, as many as the next argument says.
    InPieces,
    /// `struct pollfd`s, as many as the next argument says.
    Polled,
    /// A set of descriptors below the first argument.
    DescriptorSet,
    Protection,
    MapFlags,
    /// An offset in pages.
    PageOffset,
    /// Where the words of old mmap lie.
    MapRecord,
    RemapFlags,
    /// An address that counts only when the flags before fix it.
    RemapAddress,
    Advice,
    SyncFlags,
    LockAllFlags,
    /// argv and envp.
    ArgumentVector,
    Environment,
    WaitOptions,
    WaitFor,
    /// Flags of clone, and its stack, which is the next argument.
    CloneFlags,
    /// `struct clone_args`.
    CloneRecord,
    /// `struct user_desc`.
    Segment,
    /// An operation of futex, and all its other arguments.
    FutexOperation,
    Policy,
    /// A word in memory.
    Cell,
    Resource,
    Limits,
    Limits64,
    UsageOf,
    PriorityOf,
    PrctlOption,
    PrctlArgument,
    Signal,
    SignalHandler,
    SignalAction,
    OldSignalAction,
    SignalSet,
    OldSignalSet,
    SignalMask,
    MaskHow,
    SignalStack,
    SignalInformation,
    Clock,
    TimerFlags,
    IntervalTimer,
    Timespec,
    Timespec64,
    Timeval,
    Itimerval,
    Itimerspec,
    Itimerspec64,
    TimerEvent,

    /// As many bytes as the call returns.
    OutBuffer,
    /// The same, which are no text.
    OutRandom,
    /// A NUL-terminated string.
    OutString,
    /// Two descriptors.
    Descriptors2,
    OutIoctl,
    OutWide,
    OutPieces,
    /// Entries of a directory, of getdents and of getdents64.
    OutEntries,
    OutEntries64,
    OutStat,
    OutStat64,
    OutStatx,
    OutNames,
    WaitStatus,
    OutUsage,
    /// What the flags of clone say of its other three arguments.
    CloneTids,
    OutCell,
    OutLimits,
    OutLimits64,
    OutSignalAction,
    OutOldSignalAction,
    OutSignalSet,
    OutOldSignalSet,
    OutSignalStack,
    OutSignalInformation,
    OutTimespec,
    OutTimespec64,
    /// What is left of a sleep that was cut short.
    Remaining,
    Remaining64,
    OutTimeval,
    OutItimerval,
    OutItimerspec,
    OutItimerspec64,
}

impl Kind {
    /// Says whether the call fills it.
    pub fn is_out(self) -> bool {
        self as u8 >= Self::OutBuffer as u8
    }
}

/// One line of a table.
pub struct Call {
    /// Its number in its table.
    pub number: u32,
    /// Its name, Linux's or the book's.
    pub name: &'static str,
    /// Names and kinds of its arguments, in the order ebx, ecx, edx, esi, edi, ebp.
    pub arguments: &'static [(&'static str, Kind)],
    /// Does the work. Words beyond the call's own arguments are ignored.
    pub function: fn([u32; 6]) -> Result<u32>,
}

/// A table and its index.
pub struct Table<const NUMBERS: usize> {
    calls: &'static [Call],
    /// For each number the line's place plus 1, or 0.
    index: [u8; NUMBERS],
}

impl<const NUMBERS: usize> Table<NUMBERS> {
    /// Indexes `calls`, whose numbers must be below `NUMBERS` and differ.
    pub const fn new(calls: &'static [Call]) -> Self {
        let mut index = [0; NUMBERS];
        let mut place = 0;
        while place < calls.len() {
            let number = calls[place].number as usize;
            assert!(index[number] == 0, "two system calls have one number");
            place += 1;
            assert!(place <= u8::MAX as usize, "more calls than the index can tell apart");
            index[number] = place as u8;
        }
        Self { calls, index }
    }

    /// The line for `number`.
    pub fn find(&self, number: u32) -> Option<&'static Call> {
        let place = *self.index.get(number as usize)?;
        self.calls.get(usize::from(place).checked_sub(1)?)
    }

    /// All lines.
    pub fn calls(&self) -> &'static [Call] {
        self.calls
    }
}

/// Writes a table's lines: `number name(argument: Kind, …) => function;`.
macro_rules! calls {
    ($($number:expr, $name:ident($($argument:ident: $kind:ident),*) => $function:path;)*) => {
        &[$($crate::abi::call::Call {
            number: $number as u32,
            name: stringify!($name),
            arguments: &[$((stringify!($argument), $crate::abi::call::Kind::$kind)),*],
            function: |words| {
                let [$($argument,)* ..] = words;
                $function($($argument),*)
            },
        }),*]
    };
}
pub(super) use calls;
