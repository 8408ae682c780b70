//! Finds what the data name: a Rust item of the kernel, a label, a function in another file, or a file.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::items::{Item, Items};
use crate::project::Project;

/// Where something of ours is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// How it is called in the text.
    pub name: String,
    /// Its file, from the project's folder.
    pub file: String,
    /// Its line, unless the file is meant as a whole.
    pub line: Option<usize>,
}

impl Place {
    /// As Markdown in `docs/`: the name, and a link that shows file and line.
    pub fn link(&self) -> String {
        let shown = self.file.strip_prefix("src/").unwrap_or(&self.file);
        match self.line {
            Some(line) => format!("`{}` [{shown}:{line}](../{}#L{line})", self.name, self.file),
            None => format!("[{}](../{})", self.file, self.file),
        }
    }
}

/// Looks places up.
pub struct Places<'a> {
    project: &'a Project,
    items: &'a Items,
    texts: RefCell<BTreeMap<String, Option<String>>>,
}

impl<'a> Places<'a> {
    /// In that project, whose kernel has those items.
    pub fn new(project: &'a Project, items: &'a Items) -> Self {
        Self { project, items, texts: RefCell::default() }
    }

    /// The kernel's items.
    pub fn items(&self) -> &'a Items {
        self.items
    }

    /// The item, if the reference is to one of the kernel's.
    pub fn item(&self, reference: &str) -> Option<&'a Item> {
        self.items.find(reference)
    }

    /// What a reference leads to: `task::fork::sys_fork`, `asm/switch.s:switch_to`, `user/c/lib/stdio.c:printf` or
    /// `grub/grub.cfg`.
    ///
    /// # Errors
    /// A sentence that says what is not there.
    pub fn find(&self, reference: &str) -> Result<Place, String> {
        if !reference.contains('/') {
            return self.find_item(reference);
        }
        let (file, name) = match reference.split_once(':') {
            Some((file, name)) => (file, Some(name)),
            None => (reference, None),
        };
        if !self.project.has(file) {
            return Err(format!("there is no file {file}"));
        }
        let line = match name {
            Some(name) => {
                let text = self.text(file).ok_or_else(|| format!("cannot read {file}"))?;
                Some(defined_in(&text, file, name).ok_or_else(|| format!("{file} does not define {name}"))?)
            }
            None => None,
        };
        Ok(Place { name: name.unwrap_or(file).to_owned(), file: file.to_owned(), line })
    }

    fn find_item(&self, path: &str) -> Result<Place, String> {
        let Some(item) = self.items.find(path) else {
            let similar = self.items.similar(path);
            let hint = if similar.is_empty() { String::new() } else { format!(" (but {})", similar.join(", ")) };
            return Err(format!("there is no item {path} in src/{hint}"));
        };
        Ok(Place { name: short(path), file: item.file.clone(), line: Some(item.line) })
    }

    fn text(&self, file: &str) -> Option<String> {
        self.texts.borrow_mut().entry(file.to_owned()).or_insert_with(|| self.project.read(file).ok()).clone()
    }
}

/// The last two parts of a path, which is how the code calls it.
pub fn short(path: &str) -> String {
    let parts: Vec<_> = path.split("::").collect();
    parts[parts.len().saturating_sub(2)..].join("::")
}

/// The line that defines a name: of a label in assembly, of a function or macro in C, of any item in Rust.
fn defined_in(text: &str, file: &str, name: &str) -> Option<usize> {
    let defines: fn(&str, &str) -> bool = match file.rsplit('.').next() {
        Some("s" | "S") => |line, name| line.split_once(':').is_some_and(|(label, _)| label.trim() == name),
        Some("rs") => defines_in_rust,
        _ => defines_in_c,
    };
    text.lines().position(|line| defines(line, name)).map(|index| index + 1)
}

fn defines_in_rust(line: &str, name: &str) -> bool {
    let keywords = ["fn ", "struct ", "enum ", "const ", "static ", "macro_rules! "];
    keywords.iter().any(|keyword| {
        line.split_once(keyword).is_some_and(|(_, rest)| {
            rest.strip_prefix(name)
                .is_some_and(|rest| !rest.starts_with(|letter: char| letter == '_' || letter.is_alphanumeric()))
        })
    })
}

fn defines_in_c(line: &str, name: &str) -> bool {
    if line.starts_with([' ', '\t', '/', '*']) || (line.trim_end().ends_with(';') && !line.contains('{')) {
        return false;
    }
    let Some(at) =
        line.find(&format!("{name}(")).or_else(|| line.strip_prefix("#define ").and_then(|rest| rest.find(name)))
    else {
        return false;
    };
    line.starts_with("#define") || !line[..at].ends_with(|letter: char| letter == '_' || letter.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_functions_and_items_are_found_where_they_are_defined() {
        assert_eq!(defined_in("    call switch_to\nswitch_to:\n    ret\n", "a.s", "switch_to"), Some(2));
        assert_eq!(
            defined_in("int print(int);\nstatic int sprint(void)\nint print(int a) {\n", "a.c", "print"),
            Some(3)
        );
        assert_eq!(defined_in("#define assert(x) ((x) ? 0 : 1)\n", "a.h", "assert"), Some(1));
        assert_eq!(defined_in("fn printer() {}\n    pub fn print<T>() {}\n", "a.rs", "print"), Some(2));
        assert_eq!(defined_in("call()", "a.rs", "call"), None);
    }

    #[test]
    fn what_is_not_there_is_said_with_what_may_be_meant() {
        let project = Project::new("/nowhere");
        let mut items = Items::default();
        items.add_file("src/task/fork.rs", "fn sys_fork() {}").unwrap();
        let places = Places::new(&project, &items);
        assert_eq!(
            places.find("task::fork::sys_fork").unwrap().link(),
            "`fork::sys_fork` [task/fork.rs:1](../src/task/fork.rs#L1)"
        );
        let error = places.find("task::forks::sys_fork").unwrap_err();
        assert!(error.contains("(but task::fork::sys_fork)"), "{error}");
        assert!(places.find("asm/none.s:x").unwrap_err().contains("no file asm/none.s"));
    }
}
