//! By which rule a task gets the CPU.
//!
//! Ordinary tasks take turns, each for as many ticks as its priority says: the book's scheduler. A real-time task runs
//! before them all, and before those of a lower real-time priority, until it blocks or yields (`SCHED_FIFO`), or takes
//! turns with those of its own priority (`SCHED_RR`). `man 7 sched`.

use crate::errno::{Errno, Result};
use linux_raw_sys::general as linux;

/// The highest real-time priority.
pub const MOST_PRIORITY: u32 = 99;

/// A rule, with Linux's number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Rule {
    Other = linux::SCHED_NORMAL as u8,
    Fifo = linux::SCHED_FIFO as u8,
    RoundRobin = linux::SCHED_RR as u8,
    /// As `Other`: there is nothing that it would do differently here.
    Batch = linux::SCHED_BATCH as u8,
    /// As `Other`.
    Idle = linux::SCHED_IDLE as u8,
}

/// The rule for one task.
///
/// # Invariants
/// The priority is 1 to 99 for a real-time rule, else 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    rule: Rule,
    priority: u8,
    /// A child begins as an ordinary task.
    resets_on_fork: bool,
}

impl Policy {
    /// That of ordinary tasks.
    pub const ORDINARY: Self = Self { rule: Rule::Other, priority: 0, resets_on_fork: false };

    /// Linux's `number`, perhaps with `SCHED_RESET_ON_FORK`, with `priority`.
    ///
    /// # Errors
    /// EINVAL for no rule's number, or a priority that is not the rule's.
    pub fn new(number: u32, priority: u32) -> Result<Self> {
        let rule = match number & !linux::SCHED_RESET_ON_FORK {
            linux::SCHED_NORMAL => Rule::Other,
            linux::SCHED_FIFO => Rule::Fifo,
            linux::SCHED_RR => Rule::RoundRobin,
            linux::SCHED_BATCH => Rule::Batch,
            linux::SCHED_IDLE => Rule::Idle,
            _ => return Err(Errno::INVAL),
        };
        let is_fitting = if rule.is_real_time() { (1..=MOST_PRIORITY).contains(&priority) } else { priority == 0 };
        if !is_fitting {
            return Err(Errno::INVAL);
        }
        Ok(Self { rule, priority: priority as u8, resets_on_fork: number & linux::SCHED_RESET_ON_FORK != 0 })
    }

    /// The rule's number, as [`Policy::new`] takes it.
    pub fn number(self) -> u32 {
        let reset = if self.resets_on_fork { linux::SCHED_RESET_ON_FORK } else { 0 };
        self.rule as u32 | reset
    }

    /// The real-time priority; 0 for ordinary tasks. Whoever has a higher one runs first.
    pub fn priority(self) -> u8 {
        self.priority
    }

    /// Says whether the task runs before all ordinary ones.
    pub fn is_real_time(self) -> bool {
        self.rule.is_real_time()
    }

    /// Says whether the task takes turns with others.
    pub fn takes_turns(self) -> bool {
        self.rule != Rule::Fifo
    }

    /// What a child has.
    pub fn inherited(self) -> Self {
        if self.resets_on_fork { Self::ORDINARY } else { self }
    }
}

impl Rule {
    fn is_real_time(self) -> bool {
        matches!(self, Self::Fifo | Self::RoundRobin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_belong_to_rules() {
        assert!(Policy::new(linux::SCHED_FIFO, 0).is_err() && Policy::new(linux::SCHED_FIFO, 100).is_err());
        assert!(Policy::new(linux::SCHED_NORMAL, 1).is_err() && Policy::new(4, 0).is_err());
        let policy = Policy::new(linux::SCHED_RR, 99).unwrap_or(Policy::ORDINARY);
        assert!(policy.is_real_time() && policy.takes_turns() && policy.number() == linux::SCHED_RR);
    }

    #[test]
    fn a_child_begins_as_told() {
        let policy = Policy::new(linux::SCHED_FIFO | linux::SCHED_RESET_ON_FORK, 5).unwrap_or(Policy::ORDINARY);
        assert_eq!(policy.inherited(), Policy::ORDINARY);
        assert_eq!(policy.number(), linux::SCHED_FIFO | linux::SCHED_RESET_ON_FORK);
        let policy = Policy::new(linux::SCHED_FIFO, 5).unwrap_or(Policy::ORDINARY);
        assert_eq!(policy.inherited(), policy);
    }
}
