//! The list of the commands, `tests/busybox/commands.txt`; the file says its own format.

use std::collections::HashSet;

use anyhow::{Context, Result, ensure};

use crate::project;

/// What a line begins with that goes on with the command above it.
const INDENT: &str = "    ";

/// The commands with their names, in the list's order.
pub struct Commands(Vec<(String, String)>);

impl Commands {
    /// Reads the project's list.
    pub fn read() -> Result<Self> {
        let file = project::root().join("tests/busybox/commands.txt");
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&text)
    }

    /// Reads a list. A name that stands twice would hide a command.
    fn parse(text: &str) -> Result<Self> {
        let mut commands: Vec<(String, String)> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(more) = line.strip_prefix(INDENT) {
                let (_, command) = commands.last_mut().context("the list begins in the middle of a command")?;
                *command += &format!("\n{more}");
            } else {
                let (name, command) = line.split_once(": ").with_context(|| format!("no name and command: {line}"))?;
                ensure!(
                    name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')),
                    "the name of a test is made of a-z, 0-9 and _: {name}"
                );
                commands.push((name.to_owned(), command.to_owned()));
            }
        }
        let mut names = HashSet::new();
        for (name, _) in &commands {
            ensure!(names.insert(name), "two commands have the name {name}");
        }
        Ok(Self(commands))
    }

    /// The names, in the list's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The command of this name, each line indented.
    pub fn text(&self, name: &str) -> String {
        let command = self.0.iter().find(|(other, _)| other == name).map_or("", |(_, command)| command);
        command.lines().map(|line| format!("    {line}\n")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_commands() {
        let commands = Commands::parse("# words\n\none: echo a: b\ntwo: cat <<END\n    x\n      y\n    END\n").unwrap();
        assert_eq!(commands.names().collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(commands.text("one"), "    echo a: b\n");
        assert_eq!(commands.text("two"), "    cat <<END\n    x\n      y\n    END\n");
    }

    #[test]
    fn mistakes_are_told() {
        for (text, words) in [
            ("a: true\na: false\n", "two commands"),
            ("    more\n", "middle of a command"),
            ("words\n", "no name"),
            ("A b: true\n", "made of"),
        ] {
            let error = Commands::parse(text).err().unwrap().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn the_projects_list_is_long_and_right() {
        assert!(Commands::read().unwrap().names().count() >= 170);
    }
}
