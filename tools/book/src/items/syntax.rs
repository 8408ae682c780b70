//! Reads the items out of a file's syntax.

use anyhow::{Result, anyhow};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, Ident, ImplItem, Item as Syntax, Token, TraitItem};

use super::assertions::assertions;
use super::attributes::{aliases_of, summary_of};
use super::{Item, Items, Layout, module_of};

impl Items {
    /// Adds those of one file.
    pub fn add_file(&mut self, file: &str, text: &str) -> Result<()> {
        let parsed = syn::parse_file(text).map_err(|error| {
            let at = error.span().start();
            anyhow!("line {}: {error}", at.line)
        })?;
        self.add_all(file, &module_of(file), &parsed.items);
        Ok(())
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

/// A type as people write it.
fn type_text(of: &syn::Type) -> String {
    let text = of.to_token_stream().to_string();
    let tight =
        [(" < ", "<"), (" > ", ">"), (" >", ">"), ("< ", "<"), (" :: ", "::"), ("& ", "&"), (" ,", ","), (" ;", ";")];
    tight.iter().fold(text, |text, (from, to)| text.replace(from, to))
}
