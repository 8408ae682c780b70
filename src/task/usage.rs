//! How much CPU time a process, its threads together, and its children have used, in ticks.
//!
//! Each tick is whole the one's whom it interrupts, in ring 3 or in the kernel, as in the book and in old
//! Unix. Children count once they have been waited for. `man 2 times`, `man 2 getrusage`.

use core::cell::Cell;

/// Ticks in ring 3 and in the kernel.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticks {
    pub user: u32,
    pub system: u32,
}

impl Ticks {
    /// One, in ring 3 or in the kernel.
    pub fn one(is_from_user: bool) -> Self {
        Self { user: is_from_user.into(), system: (!is_from_user).into() }
    }

    /// The sum of both.
    pub fn plus(self, other: Self) -> Self {
        Self { user: self.user.wrapping_add(other.user), system: self.system.wrapping_add(other.system) }
    }
}

/// What a process has used, and its children.
pub struct Usage {
    own: Cell<Ticks>,
    children: Cell<Ticks>,
}

impl Usage {
    /// Nothing yet.
    pub const fn new() -> Self {
        let none = Ticks { user: 0, system: 0 };
        Self { own: Cell::new(none), children: Cell::new(none) }
    }

    /// Counts a tick of one of its threads.
    pub(super) fn count(&self, tick: Ticks) {
        self.own.set(self.own.get().plus(tick));
    }

    /// Counts what a child has used that has been waited for, its own children included.
    pub(super) fn add_child(&self, child: &Self) {
        self.children.set(self.children.get().plus(child.total()));
    }

    /// Its own.
    pub fn own(&self) -> Ticks {
        self.own.get()
    }

    /// Its children's.
    pub fn children(&self) -> Ticks {
        self.children.get()
    }

    /// Both.
    pub fn total(&self) -> Ticks {
        self.own.get().plus(self.children.get())
    }
}
