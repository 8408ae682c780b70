//! The kernel's Rust items: where each is, and under which names `make doc` finds it.

mod assertions;
mod attributes;
mod syntax;

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::project::Project;

/// A structure's field, or an item of any other kind that has a name.
pub struct Item {
    /// Its name alone.
    pub name: String,
    /// Where it is.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The values of its `#[doc(alias = …)]`.
    pub aliases: Vec<String>,
    /// rustdoc's search does not list what implements a trait's item.
    pub is_searchable: bool,
    /// The first sentence of its documentation.
    pub summary: String,
    /// Of a field: its type, as it stands in the source.
    pub type_text: String,
}

/// A structure's fields in the order of the source.
pub struct Layout {
    /// Whether the order is the source's (`#[repr(C)]`) and not the compiler's.
    pub is_in_order: bool,
    /// The fields' names; of a tuple, their numbers.
    pub fields: Vec<String>,
}

/// All of them, by path without the crate: `task::fork::sys_fork`, `mm::bitmap::Bitmap::take`,
/// `task::task_struct::Task::pid`.
#[derive(Default)]
pub struct Items {
    items: BTreeMap<String, Item>,
    /// A field may have the name of a method.
    fields: BTreeMap<String, Item>,
    layouts: BTreeMap<String, Layout>,
    /// What each file asserts at compile time, without spaces.
    asserted: BTreeMap<String, Vec<String>>,
}

impl Items {
    /// Those of the kernel's sources.
    pub fn read(project: &Project) -> Result<Self> {
        let mut items = Self::default();
        for (file, text) in project.texts("src", ".rs")? {
            items.add_file(&file, &text).with_context(|| format!("cannot read {file}"))?;
        }
        Ok(items)
    }

    /// The item at that path, or the field.
    pub fn find(&self, path: &str) -> Option<&Item> {
        self.items.get(path).or_else(|| self.fields.get(path))
    }

    /// The field at that path, or the item.
    pub fn field(&self, path: &str) -> Option<&Item> {
        self.fields.get(path).or_else(|| self.items.get(path))
    }

    /// The structure at that path.
    pub fn layout(&self, path: &str) -> Option<&Layout> {
        self.layouts.get(path)
    }

    /// The names of what lies right below a path, in the order of the source, with what is said of each.
    pub fn below(&self, path: &str) -> Vec<(&str, &str)> {
        let prefix = format!("{path}::");
        let below =
            self.items.iter().filter(|(path, _)| path.strip_prefix(&prefix).is_some_and(|rest| !rest.contains("::")));
        let mut below: Vec<_> = below.map(|(_, item)| item).collect();
        below.sort_by_key(|item| item.line);
        below.into_iter().map(|item| (item.name.as_str(), item.summary.as_str())).collect()
    }

    /// Says whether a file has an assertion that reads so, spaces aside.
    pub fn asserts(&self, file: &str, condition: &str) -> bool {
        let wanted: String = condition.split_whitespace().collect();
        self.asserted.get(file).is_some_and(|all| all.contains(&wanted))
    }

    /// The paths that end so: what somebody may have meant.
    pub fn similar(&self, path: &str) -> Vec<&str> {
        let name = path.rsplit("::").next().unwrap_or(path);
        self.items.iter().filter(|(_, item)| item.name == name).map(|(path, _)| path.as_str()).take(3).collect()
    }
}

/// The module that a file is, by its path below `src/`: nothing for `main.rs`.
pub fn module_of(file: &str) -> String {
    let path = file.strip_prefix("src/").unwrap_or(file);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = if path == "main" { "" } else { path.strip_suffix("/mod").unwrap_or(path) };
    path.replace('/', "::")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Items {
        let mut items = Items::default();
        items.add_file("src/task/list.rs", text).unwrap();
        items
    }

    #[test]
    fn modules_are_named_by_their_files() {
        assert_eq!(module_of("src/main.rs"), "");
        assert_eq!(module_of("src/errno.rs"), "errno");
        assert_eq!(module_of("src/task/mod.rs"), "task");
        assert_eq!(module_of("src/task/signal/set.rs"), "task::signal::set");
    }

    #[test]
    fn items_have_lines_aliases_and_a_sentence() {
        let items = items(
            "/// Goes first. And more.\n///\n/// Not this.\n#[doc(alias = \"list_push\")]\n#[must_use]\npub fn push() {}\n",
        );
        let item = items.find("task::list::push").unwrap();
        assert_eq!((item.line, item.file.as_str()), (6, "src/task/list.rs"));
        assert_eq!(item.aliases, ["list_push"]);
        assert_eq!(item.summary, "Goes first");
    }

    #[test]
    fn several_aliases_may_be_one_attribute() {
        let items = items("#[doc(alias(\"a\", \"b\"), alias = \"c\")]\n#[inline]\nfn f() {}");
        assert_eq!(items.find("task::list::f").unwrap().aliases, ["a", "b", "c"]);
    }

    #[test]
    fn flags_are_structures() {
        let items = items("bitflags! {\n/// Bits.\n#[doc(alias = \"PG\")]\npub struct Flags: u32 { const A = 1; }\n}");
        let flags = items.find("task::list::Flags").unwrap();
        assert_eq!((flags.line, flags.aliases.len()), (4, 1));
    }

    #[test]
    fn methods_belong_to_their_type_and_those_of_traits_are_not_searchable() {
        let items =
            items("impl<R: Linked> List<R> { fn pop() {} }\nimpl<R> Drop for List<R> { fn drop(&mut self) {} }");
        assert!(items.find("task::list::List::pop").unwrap().is_searchable);
        assert!(!items.find("task::list::List::drop").unwrap().is_searchable);
        assert_eq!(items.similar("task::pop"), ["task::list::List::pop"]);
    }

    #[test]
    fn fields_have_types_and_an_order() {
        let items = items(
            "#[repr(C)]\nstruct A {\n  /// One.\n  x: Cell<Option<Pid>>,\n}\nstruct B([u32; 7]);\nimpl A { fn x() {} }",
        );
        let layout = items.layout("task::list::A").unwrap();
        assert!(layout.is_in_order && layout.fields == ["x"]);
        let field = items.field("task::list::A::x").unwrap();
        assert_eq!((field.line, field.type_text.as_str()), (4, "Cell<Option<Pid>>"));
        assert_eq!(items.find("task::list::A::x").unwrap().line, 7);
        assert!(!items.layout("task::list::B").unwrap().is_in_order);
        assert_eq!(items.find("task::list::B::0").unwrap().type_text, "[u32; 7]");
    }

    #[test]
    fn assertions_are_found_alone_and_in_blocks() {
        let items = items(
            "const _: () = assert!(size_of::<A>() == 76, \"why\");\n\
             const _: () = { assert!(core::mem::offset_of!(A, b) == 4); assert!(true); };",
        );
        assert!(items.asserts("src/task/list.rs", "size_of::<A>() == 76"));
        assert!(items.asserts("src/task/list.rs", "offset_of!(A, b) == 4"));
        assert!(!items.asserts("src/task/list.rs", "offset_of!(A, b) == 8"));
    }

    #[test]
    fn test_modules_have_no_items() {
        assert!(items("#[cfg(test)] mod tests { fn hidden() {} }").find("task::list::tests::hidden").is_none());
    }
}
