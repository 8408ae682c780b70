//! The snapshots: what gdb saw of the machine's memory at each step of one fork (tools/gdb/record.py writes them).

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::model::step::Step;

/// All that gdb recorded of one fork.
#[derive(Clone, Debug, Deserialize)]
pub struct Snapshot {
    /// Who forks.
    pub parent: Party,
    /// Who comes to be.
    pub child: Party,
    /// `Task`, from the kernel's debug information.
    pub task: Layout,
    /// What lies on the child's ring-0 stack in the end, from low to high address.
    pub stack: Vec<Layout>,
    /// The bitmap of user addresses.
    pub user: UserAddresses,
    /// Before the fork, after each step, and after all.
    pub moments: Vec<Moment>,
}

/// One of the two processes.
#[derive(Clone, Debug, Deserialize)]
pub struct Party {
    /// Its number.
    pub pid: u32,
    /// Its name, as the task has it.
    pub name: String,
    /// Its PCB page.
    pub pcb: u32,
    /// Its page directory: the frame's address.
    pub directory: u32,
    /// The fields of its task as text, by name: of the parent before the fork, of the child after it.
    pub values: BTreeMap<String, String>,
}

/// A structure in a PCB page.
#[derive(Clone, Debug, Deserialize)]
pub struct Layout {
    /// The type's name.
    pub name: String,
    /// Where it lies in the page.
    #[serde(default)]
    pub offset: u32,
    /// Bytes.
    pub size: u32,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where it lies in the structure.
    pub offset: u32,
    /// Bytes.
    pub size: u32,
}

/// What the bitmap of user addresses is about.
#[derive(Clone, Debug, Deserialize)]
pub struct UserAddresses {
    /// The address of the first bit.
    pub start: u32,
    /// One past the address of the last.
    pub end: u32,
    /// Bytes of one bitmap.
    pub bytes: u32,
    /// What lies where.
    pub labels: Vec<Label>,
}

/// A name for a range of user addresses.
#[derive(Clone, Debug, Deserialize)]
pub struct Label {
    /// Its first address.
    pub start: u32,
    /// One past its last.
    pub end: u32,
    /// program, heap, stack, ….
    pub name: String,
}

/// The machine at one moment.
#[derive(Clone, Debug, Deserialize)]
pub struct Moment {
    /// The step that has just ended; `None` before the first.
    pub step: Option<Step>,
    /// The parent's PCB page.
    #[serde(with = "hex")]
    pub parent_pcb: Vec<u8>,
    /// The child's, once it is one.
    #[serde(default, with = "hex")]
    pub child_pcb: Vec<u8>,
    /// Ranges of addresses that the parent has taken, end exclusive.
    pub parent_bitmap: Vec<(u32, u32)>,
    /// The same of the child, once it has a bitmap.
    pub child_bitmap: Option<Vec<(u32, u32)>>,
    /// What the parent has where, of user addresses.
    pub parent_pages: Vec<Mapping>,
    /// The same of the child, once it has a directory.
    pub child_pages: Option<Vec<Mapping>>,
    /// Entries of the parent's directory that are in use: number and value.
    pub parent_entries: Vec<(u32, u32)>,
    /// The same of the child's.
    pub child_entries: Option<Vec<(u32, u32)>>,
    /// What is free, and what exists.
    pub counts: Counts,
}

/// A page of a program.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Mapping {
    /// Its address.
    pub page: u32,
    /// Its frame's address.
    pub frame: u32,
    /// Flags, as `r-` or `rw`, with a `b` for borrowed.
    pub flags: String,
    /// How many have the frame; 1 if nobody shares it.
    pub users: u32,
}

/// What fork takes from the machine.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Counts {
    /// Frames free in the kernel's pool.
    pub kernel_frames: u32,
    /// Frames free in the programs' pool.
    pub user_frames: u32,
    /// Tasks on the list of all.
    pub tasks: u32,
    /// Tasks on the ready list.
    pub ready: u32,
    /// Descriptors that are open.
    pub descriptors: u32,
}

impl Snapshot {
    /// Reads the snapshots.
    ///
    /// # Errors
    /// They cannot be read, or are not of a whole fork.
    pub fn read(file: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read the snapshots {}", file.display()))?;
        let snapshot: Self =
            serde_json::from_str(&text).with_context(|| format!("in the snapshots {}", file.display()))?;
        for step in Step::ALL {
            snapshot.after(step).with_context(|| format!("in the snapshots {}", file.display()))?;
        }
        Ok(snapshot)
    }

    /// The machine before the fork.
    ///
    /// # Errors
    /// It is not there.
    pub fn before(&self) -> Result<&Moment> {
        self.moments.iter().find(|moment| moment.step.is_none()).context("there is no moment before the fork")
    }

    /// The machine after a step.
    ///
    /// # Errors
    /// It is not there.
    pub fn after(&self, step: Step) -> Result<&Moment> {
        let found = self.moments.iter().find(|moment| moment.step == Some(step));
        found.with_context(|| format!("there is no moment after step {}", step.letter()))
    }
}
