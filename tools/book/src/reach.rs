//! Which functions a system call's function leads to: what two calls share.
//!
//! Calls by path are followed through the modules of `abi`, which only take apart what a program passed; what they call of
//! the layers below is where the work is done. Methods are not followed: the source alone does not say whose they are.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use syn::visit::{self, Visit};
use syn::{ExprCall, ImplItem, Item, UseTree};

use crate::items::module_of;
use crate::project::Project;

/// The functions of `abi`, and what each calls.
pub struct Reach {
    called: BTreeMap<String, BTreeSet<String>>,
}

impl Reach {
    /// Reads the sources.
    pub fn read(project: &Project) -> Result<Self> {
        let mut reach = Self { called: BTreeMap::new() };
        for (file, text) in project.texts("src/abi", ".rs")? {
            reach.add_file(&file, &text)?;
        }
        Ok(reach)
    }

    fn add_file(&mut self, file: &str, text: &str) -> Result<()> {
        let module = module_of(file);
        let parsed = syn::parse_file(text)?;
        let mut names = BTreeMap::new();
        for item in &parsed.items {
            if let Item::Use(item) = item {
                collect_uses(&item.tree, &[], &module, &mut names);
            }
        }
        for item in &parsed.items {
            match item {
                Item::Fn(item) => {
                    self.add(&module, &names, &item.sig.ident.to_string(), |calls| calls.visit_block(&item.block))
                }
                Item::Impl(block) => {
                    for item in &block.items {
                        if let ImplItem::Fn(item) = item {
                            self.add(&module, &names, &item.sig.ident.to_string(), |calls| {
                                calls.visit_block(&item.block)
                            });
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, module: &str, names: &BTreeMap<String, String>, function: &str, visit: impl FnOnce(&mut Calls)) {
        let mut calls = Calls { module, names, called: BTreeSet::new() };
        visit(&mut calls);
        self.called.entry(format!("{module}::{function}")).or_default().extend(calls.called);
    }

    /// What a function leads to, itself included: functions of `abi`, and those of the layers below where it leaves `abi`.
    pub fn from(&self, function: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut next = vec![function.to_owned()];
        while let Some(function) = next.pop() {
            if reached.insert(function.clone()) {
                next.extend(self.called.get(&function).into_iter().flatten().cloned());
            }
        }
        reached
    }
}

/// Collects the functions that are called by a path.
struct Calls<'a> {
    module: &'a str,
    names: &'a BTreeMap<String, String>,
    called: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Calls<'_> {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let syn::Expr::Path(path) = &*call.func {
            let parts: Vec<_> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let first = self.names.get(&parts[0]).cloned();
            let first = first.unwrap_or_else(|| format!("{}::{}", self.module, parts[0]));
            let path = [&[first], &parts[1..]].concat().join("::");
            // A function, not a variant or a tuple.
            if path
                .rsplit("::")
                .next()
                .is_some_and(|name| name.starts_with(|letter: char| letter.is_lowercase() || letter == '_'))
            {
                self.called.insert(path);
            }
        }
        visit::visit_expr_call(self, call);
    }
}

/// The names that a `use` brings, with their paths from the crate.
fn collect_uses(tree: &UseTree, before: &[String], module: &str, names: &mut BTreeMap<String, String>) {
    match tree {
        UseTree::Path(path) => {
            let mut parts = before.to_vec();
            match path.ident.to_string().as_str() {
                "crate" => {}
                "super" => parts.extend(module.rsplit_once("::").map(|(above, _)| above.to_owned())),
                "self" => parts.push(module.to_owned()),
                part => parts.push(part.to_owned()),
            }
            collect_uses(&path.tree, &parts, module, names);
        }
        UseTree::Name(name) if name.ident == "self" => {
            names.insert(before.last().cloned().unwrap_or_default(), before.join("::"));
        }
        UseTree::Name(name) => {
            names.insert(name.ident.to_string(), [before, &[name.ident.to_string()]].concat().join("::"));
        }
        UseTree::Rename(renamed) => {
            names.insert(renamed.rename.to_string(), [before, &[renamed.ident.to_string()]].concat().join("::"));
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect_uses(tree, before, module, names)),
        UseTree::Glob(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_followed_through_abi_and_no_further() {
        let mut reach = Reach { called: BTreeMap::new() };
        let book = "use super::file::{self, install};\nuse crate::task::wait::sys_wait as wait_for;\n\
                    fn open() { Some(file::open(1)); install(); helper() }\nfn helper() { wait_for(Which::Any); }";
        reach.add_file("src/abi/book_file.rs", book).unwrap();
        reach.add_file("src/abi/file.rs", "use crate::fs::open::open_file;\nfn open() { open_file(); }").unwrap();
        let reached = reach.from("abi::book_file::open");
        let expected = [
            "abi::book_file::helper",
            "abi::book_file::open",
            "abi::file::install",
            "abi::file::open",
            "fs::open::open_file",
            "task::wait::sys_wait",
        ];
        assert_eq!(reached.into_iter().collect::<Vec<_>>(), expected);
    }
}
