//! The steps of a fork, as the book has them, and what each is called and coloured.

use serde::{Deserialize, Serialize};

/// A step of the book's fork; `Ready` is what comes after the last one, when the child is put on the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// `copy_pcb_vaddrbitmap_stack0`
    A,
    /// `create_page_dir`
    B,
    /// `copy_body_stack3`
    C,
    /// `build_child_stack`
    D,
    /// `update_inode_open_cnts`
    E,
    /// The child on the ready list and the list of all.
    Ready,
}

impl Step {
    /// All, in their order.
    pub const ALL: [Self; 6] = [Self::A, Self::B, Self::C, Self::D, Self::E, Self::Ready];
    /// Those with a function of their own.
    pub const FUNCTIONS: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// The book's function; of the last, the one that all happens in.
    pub fn function(self) -> &'static str {
        match self {
            Self::A => "copy_pcb_vaddrbitmap_stack0",
            Self::B => "create_page_dir",
            Self::C => "copy_body_stack3",
            Self::D => "build_child_stack",
            Self::E => "update_inode_open_cnts",
            Self::Ready => "sys_fork",
        }
    }

    /// One letter, or a word.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
            Self::D => "d",
            Self::E => "e",
            Self::Ready => "lists",
        }
    }

    /// The class of what it has drawn.
    pub fn class(self) -> &'static str {
        match self {
            Self::A => "step-a",
            Self::B => "step-b",
            Self::C => "step-c",
            Self::D => "step-d",
            Self::E => "step-e",
            Self::Ready => "step-lists",
        }
    }

    /// What it does, for somebody who sees it for the first time.
    pub fn says(self) -> &'static str {
        match self {
            Self::A => {
                "Copies the parent's PCB page, which is its task and its ring-0 stack, gives the fields that must differ \
                 their own values, and copies the bitmap of user addresses."
            }
            Self::B => {
                "Makes a page directory for the child: an empty half for programs, the kernel's half as everybody has it."
            }
            Self::C => {
                "Copies the program's memory page by page: from the parent's frame into the bounce page, then, in the \
                 child's address space, into a frame of the child's own."
            }
            Self::D => {
                "Lays the child's ring-0 stack so that it begins at intr_exit, and puts 0 where fork's result is."
            }
            Self::E => "Lets the child's descriptors refer to what the parent's refer to, and counts them.",
            Self::Ready => "Puts the child on the ready list and the list of all tasks: from here on it exists.",
        }
    }
}
