//! Sets of groups of events: by name, as `trace=` and /proc/trace take them.

use super::events::{GROUPS, Group};

/// A set of groups: bit n stands for group n.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Groups(u32);

impl Groups {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// All of them.
    pub fn all() -> Self {
        Self((1 << GROUPS.len()) - 1)
    }

    /// One of them.
    pub const fn of(group: Group) -> Self {
        Self(1 << group as u32)
    }

    /// Those that `text` names, separated by commas; `all` for all. `None` when one of them is none, or nothing is named.
    pub fn parse(text: &str) -> Option<Self> {
        let mut groups = Self::NONE;
        for name in text.split(',').map(str::trim_ascii) {
            if name == "all" {
                groups = Self::all();
            } else {
                let number = GROUPS.iter().position(|group| group.name == name)?;
                groups.0 |= 1 << number;
            }
        }
        Some(groups)
    }

    /// As bits.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Of bits, those that stand for groups.
    pub fn of_bits(bits: u32) -> Self {
        Self(bits & Self::all().0)
    }

    /// Says whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        GROUPS.iter().enumerate().filter(move |(number, _)| self.0 & 1 << number != 0).map(|(_, group)| group.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_by_name() {
        assert_eq!(Groups::parse("fork"), Some(Groups::of(Group::Fork)));
        let two = Groups::parse("sched, fork").unwrap();
        assert_eq!(two.names().collect::<Vec<_>>(), ["fork", "sched"]);
        assert_eq!(Groups::parse("all"), Some(Groups::all()));
        assert_eq!(Groups::all().names().count(), 8);
        assert_eq!(Groups::of_bits(u32::MAX), Groups::all());
    }

    #[test]
    fn what_is_no_group_is_refused() {
        for text in ["", ",", "fork,", "fork,forks", "Fork", "fork sched", "off"] {
            assert_eq!(Groups::parse(text), None, "{text:?}");
        }
    }
}
