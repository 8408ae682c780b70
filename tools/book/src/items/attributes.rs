//! What stands above an item: its documentation, and the other names that a search finds it under.

use syn::{Attribute, LitStr, Token, parenthesized};

/// The values of `#[doc(alias = "…")]` and `#[doc(alias("…", "…"))]`.
pub fn aliases_of(attribute: &Attribute) -> Vec<String> {
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
pub fn summary_of(attributes: &[Attribute]) -> String {
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
