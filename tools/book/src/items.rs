//! The kernel's Rust items: where each is, and under which names `make doc` finds it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, Ident, ImplItem, Item as Syntax, LitStr, Token, TraitItem, parenthesized};

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

    /// Adds those of one file.
    pub fn add_file(&mut self, file: &str, text: &str) -> Result<()> {
        let parsed = syn::parse_file(text).map_err(|error| {
            let at = error.span().start();
            anyhow!("line {}: {error}", at.line)
        })?;
        self.add_all(file, &module_of(file), &parsed.items);
        Ok(())
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
    pub fn variants(&self, path: &str) -> Vec<(&str, &str)> {
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

    fn add_all(&mut self, file: &str, module: &str, syntax: &[Syntax]) {
        for item in syntax {
            self.add(file, module, item);
        }
    }

    fn add(&mut self, file: &str, module: &str, syntax: &Syntax) {
        match syntax {
            Syntax::Fn(item) => self.insert(file, module, &item.sig.ident, &item.attrs),
            Syntax::Enum(item) => {
                self.insert(file, module, &item.ident, &item.attrs);
                for variant in &item.variants {
                    self.insert(file, &join(module, &item.ident), &variant.ident, &variant.attrs);
                }
            }
            Syntax::Struct(item) => {
                self.insert(file, module, &item.ident, &item.attrs);
                self.add_fields(file, &join(module, &item.ident), &item.fields, &item.attrs);
            }
            Syntax::Trait(item) => {
                self.insert(file, module, &item.ident, &item.attrs);
                for function in &item.items {
                    if let TraitItem::Fn(function) = function {
                        self.insert(file, &join(module, &item.ident), &function.sig.ident, &function.attrs);
                    }
                }
            }
            Syntax::Const(item) if item.ident == "_" => {
                let asserted = assertions(&item.expr.to_token_stream().to_string());
                self.asserted.entry(file.to_owned()).or_default().extend(asserted);
            }
            Syntax::Const(item) => self.insert(file, module, &item.ident, &item.attrs),
            Syntax::Static(item) => self.insert(file, module, &item.ident, &item.attrs),
            Syntax::Type(item) => self.insert(file, module, &item.ident, &item.attrs),
            Syntax::Macro(item) => {
                if let Some(name) = &item.ident {
                    self.insert(file, module, name, &item.attrs);
                }
                if item.mac.path.segments.last().is_some_and(|last| last.ident == "bitflags") {
                    self.add_flags(file, module, &item.mac);
                }
            }
            Syntax::Mod(item) => {
                let is_test =
                    item.attrs.iter().any(|attribute| attribute.to_token_stream().to_string().contains("test"));
                if let (Some((_, items)), false) = (&item.content, is_test) {
                    self.add_all(file, &join(module, &item.ident), items);
                }
            }
            Syntax::Impl(item) => self.add_implementation(file, module, item),
            _ => {}
        }
    }

    /// The structures that `bitflags!` makes.
    fn add_flags(&mut self, file: &str, module: &str, invocation: &syn::Macro) {
        let structures = invocation.parse_body_with(|input: ParseStream| {
            let mut structures = Vec::new();
            while !input.is_empty() {
                let attributes = input.call(Attribute::parse_outer)?;
                input.parse::<syn::Visibility>()?;
                input.parse::<Token![struct]>()?;
                structures.push((input.parse::<Ident>()?, attributes));
                // Its type and its flags.
                input.parse::<Token![:]>()?;
                input.parse::<syn::Type>()?;
                let flags;
                syn::braced!(flags in input);
                flags.parse::<proc_macro2::TokenStream>()?;
            }
            Ok(structures)
        });
        for (name, attributes) in structures.unwrap_or_default() {
            self.insert(file, module, &name, &attributes);
        }
    }

    fn add_implementation(&mut self, file: &str, module: &str, block: &syn::ItemImpl) {
        let syn::Type::Path(of) = &*block.self_ty else { return };
        let Some(last) = of.path.segments.last() else { return };
        let owner = join(module, &last.ident);
        for item in &block.items {
            let (name, attributes) = match item {
                ImplItem::Fn(item) => (&item.sig.ident, &item.attrs),
                ImplItem::Const(item) => (&item.ident, &item.attrs),
                _ => continue,
            };
            // An inherent item goes before one of a trait with its name.
            let is_searchable = block.trait_.is_none();
            if is_searchable || self.find(&join(&owner, name)).is_none() {
                self.insert(file, &owner, name, attributes);
                self.items.entry(join(&owner, name)).and_modify(|item| item.is_searchable = is_searchable);
            }
        }
    }

    fn add_fields(&mut self, file: &str, owner: &str, fields: &Fields, attributes: &[Attribute]) {
        let mut names = Vec::new();
        for (number, field) in fields.iter().enumerate() {
            let name = field.ident.as_ref().map_or_else(|| number.to_string(), Ident::to_string);
            let line =
                field.ident.as_ref().map_or_else(|| field.ty.span().start().line, |name| name.span().start().line);
            let item = Item { type_text: type_text(&field.ty), ..described(file, name.clone(), line, &field.attrs) };
            self.fields.insert(format!("{owner}::{name}"), item);
            names.push(name);
        }
        let is_in_order = attributes.iter().any(|attribute| {
            attribute.path().is_ident("repr") && attribute.to_token_stream().to_string().contains("C")
        });
        self.layouts.insert(owner.to_owned(), Layout { is_in_order, fields: names });
    }

    fn insert(&mut self, file: &str, owner: &str, name: &Ident, attributes: &[Attribute]) {
        let item = described(file, name.to_string(), name.span().start().line, attributes);
        self.items.insert(join(owner, name), item);
    }
}

fn join(owner: &str, name: &Ident) -> String {
    if owner.is_empty() { name.to_string() } else { format!("{owner}::{name}") }
}

fn described(file: &str, name: String, line: usize, attributes: &[Attribute]) -> Item {
    Item {
        name,
        file: file.to_owned(),
        line,
        aliases: attributes.iter().flat_map(aliases_of).collect(),
        is_searchable: true,
        summary: summary_of(attributes),
        type_text: String::new(),
    }
}

/// The module that a file is, by its path below `src/`: nothing for `main.rs`.
pub fn module_of(file: &str) -> String {
    let path = file.strip_prefix("src/").unwrap_or(file);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = if path == "main" { "" } else { path.strip_suffix("/mod").unwrap_or(path) };
    path.replace('/', "::")
}

/// The values of `#[doc(alias = "…")]` and `#[doc(alias("…", "…"))]`.
fn aliases_of(attribute: &Attribute) -> Vec<String> {
    let mut aliases = Vec::new();
    if attribute.path().is_ident("doc") {
        // Other forms of the attribute are errors here, and nothing to us.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("alias") {
                if let Ok(value) = meta.value() {
                    aliases.push(value.parse::<LitStr>()?.value());
                } else {
                    let list;
                    parenthesized!(list in meta.input);
                    let list = list.parse_terminated(<LitStr as syn::parse::Parse>::parse, Token![,])?;
                    aliases.extend(list.iter().map(LitStr::value));
                }
            }
            Ok(())
        });
    }
    aliases
}

/// The first sentence of the documentation, without its full stop.
fn summary_of(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| {
        let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
        let syn::Expr::Lit(literal) = &pair.value else { return None };
        let syn::Lit::Str(text) = &literal.lit else { return None };
        Some(text.value().trim().to_owned())
    });
    let paragraph: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ");
    let end = paragraph.find(". ").unwrap_or(paragraph.len());
    paragraph[..end].trim_end_matches('.').to_owned()
}

/// The conditions of the `assert!`s in the text of a constant, without spaces and paths before `offset_of!`.
fn assertions(text: &str) -> Vec<String> {
    let text: String = text.split_whitespace().collect();
    let text = text.replace("core::mem::offset_of!", "offset_of!");
    text.split("assert!(").skip(1).map(condition).collect()
}

/// What stands before the comma or parenthesis that ends the first argument.
fn condition(text: &str) -> String {
    let mut depth = 0;
    let end = text.find(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth < 0 || (depth == 0 && letter == ',')
    });
    text[..end.unwrap_or(text.len())].to_owned()
}

/// A type as people write it.
fn type_text(of: &syn::Type) -> String {
    let text = of.to_token_stream().to_string();
    let tight =
        [(" < ", "<"), (" > ", ">"), (" >", ">"), ("< ", "<"), (" :: ", "::"), ("& ", "&"), (" ,", ","), (" ;", ";")];
    tight.iter().fold(text, |text, (from, to)| text.replace(from, to))
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
