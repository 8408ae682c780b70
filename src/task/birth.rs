//! In what a new task differs from its maker: what fork, vfork and clone are told.
//!
//! All three are one path (fork.rs); its steps ask here what to copy and what to share. The book has one way only, in which
//! nothing is shared. `man 2 clone`, docs/clone.md.

use super::signal::Signal;
use crate::trace::tracepoint;
use bitflags::bitflags;
use linux_raw_sys::general as linux;

bitflags! {
    /// What a new task has in common with its maker instead of a copy of its own: the flags of `man 2 clone`.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct Shared: u32 {
        /// The address space.
        const MEMORY = linux::CLONE_VM;
        /// Root, working directory and umask.
        const FS = linux::CLONE_FS;
        /// The descriptors.
        const FILES = linux::CLONE_FILES;
        /// The actions of signals.
        const HANDLERS = linux::CLONE_SIGHAND;
        /// The process: a thread.
        const PROCESS = linux::CLONE_THREAD;
        /// The parent: a sibling.
        const PARENT = linux::CLONE_PARENT;
    }
}

/// In what a new task differs from its maker. `man 2 clone`.
pub struct Birth {
    /// What it has in common with it.
    pub shared: Shared,
    /// What its process's end sends to the parent, if anything.
    pub exit_signal: Option<Signal>,
    /// Where its stack pointer is, if not where the maker's is.
    pub esp: Option<u32>,
    /// Where its pid is stored in the maker's memory, and in its own; 0: nowhere.
    pub parent_store_at: u32,
    pub store_at: u32,
    /// Where a 0 is stored at its end; 0: nowhere.
    pub clear_at: u32,
    /// A segment of its own: entry and descriptor.
    pub segment: Option<(usize, u64)>,
    /// The maker sleeps until it begins a program or ends.
    pub is_vfork: bool,
}

impl Birth {
    /// fork's: nothing in common, the parent is told by SIGCHLD.
    pub const FORK: Self = Self {
        shared: Shared::empty(),
        exit_signal: Some(Signal::CHLD),
        esp: None,
        parent_store_at: 0,
        store_at: 0,
        clear_at: 0,
        segment: None,
        is_vfork: false,
    };
    /// vfork's: it runs in the parent's memory while that sleeps.
    pub const VFORK: Self = Self { shared: Shared::MEMORY, is_vfork: true, ..Self::FORK };

    /// Says whether it has that in common with its maker.
    pub(super) fn shares(&self, what: Shared) -> bool {
        self.shared.contains(what)
    }

    /// A process, a process for which the maker sleeps, or a thread: its number in the trace's table.
    pub(super) fn kind(&self) -> u32 {
        match self.is_vfork {
            true => 1,
            false if self.shares(Shared::PROCESS) => 2,
            false => 0,
        }
    }

    /// Tells the trace what is shared.
    pub(super) fn trace(&self) {
        let shares = |what| u32::from(self.shares(what));
        tracepoint!(clone::shares(
            shares(Shared::MEMORY),
            shares(Shared::FS),
            shares(Shared::FILES),
            shares(Shared::HANDLERS),
            shares(Shared::PROCESS),
            shares(Shared::PARENT),
        ));
        if let Some(esp) = self.esp {
            tracepoint!(clone::stack(esp));
        }
    }
}
