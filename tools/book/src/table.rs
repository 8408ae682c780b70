//! Reads the tables of system calls, `calls! { number, name(argument: Kind, …) => function; … }`, from their sources.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Ident, Item, Lit, Token, parenthesized};

/// One line of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    /// As the table has it: a number, or the name of a constant.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Its arguments with their kinds: `fd: Descriptor`.
    pub arguments: Vec<String>,
    /// The path of its function, from the folder of the table: `file::read`.
    pub function: String,
}

/// A table, and the numbers that its file gives names to.
#[derive(Debug, Default)]
pub struct Table {
    /// Its lines, in its order.
    pub calls: Vec<Call>,
    /// Constants of the file whose value is a plain number.
    pub constants: BTreeMap<String, u32>,
}

/// Reads the table in the text of a file.
pub fn read(text: &str) -> Result<Table> {
    let file = syn::parse_file(text)?;
    let mut table = Table::default();
    for item in &file.items {
        match item {
            Item::Const(item) => {
                if let Some(value) = number_of(&item.expr) {
                    table.constants.insert(item.ident.to_string(), value);
                }
            }
            Item::Static(item) => {
                let tokens = calls_in(&item.expr).with_context(|| format!("static {} is no table", item.ident))?;
                let lines = Parser::parse2(|input: ParseStream| lines(input), tokens);
                table.calls = lines.map_err(|error| anyhow!("line {}: {error}", error.span().start().line))?;
            }
            _ => {}
        }
    }
    Ok(table)
}

/// What stands in the `calls!` that a table is made with.
fn calls_in(value: &Expr) -> Option<TokenStream> {
    let Expr::Call(call) = value else { return None };
    let Some(Expr::Macro(invocation)) = call.args.first() else { return None };
    Some(invocation.mac.tokens.clone())
}

fn number_of(value: &Expr) -> Option<u32> {
    let Expr::Lit(literal) = value else { return None };
    let Lit::Int(number) = &literal.lit else { return None };
    number.base10_parse().ok()
}

fn lines(input: ParseStream) -> syn::Result<Vec<Call>> {
    let mut calls = Vec::new();
    while !input.is_empty() {
        calls.push(input.parse()?);
    }
    Ok(calls)
}

impl Parse for Call {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let number = until(input, |input| input.peek(Token![,]))?;
        input.parse::<Token![,]>()?;
        let name: Ident = input.parse()?;
        let inside;
        parenthesized!(inside in input);
        let mut arguments = Vec::new();
        while !inside.is_empty() {
            arguments.push(until(&inside, |input| input.peek(Token![,]))?.replace(" :", ":"));
            if !inside.is_empty() {
                inside.parse::<Token![,]>()?;
            }
        }
        input.parse::<Token![=>]>()?;
        let function = until(input, |input| input.peek(Token![;]))?.replace(' ', "");
        input.parse::<Token![;]>()?;
        // The constants of Linux's numbers are named after the calls.
        let number = number.replace(' ', "").rsplit("::").next().unwrap_or_default().to_owned();
        Ok(Self { number, name: name.to_string(), arguments, function })
    }
}

/// The text of all tokens until one that ends it.
fn until(input: ParseStream, is_end: fn(ParseStream) -> bool) -> syn::Result<String> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !is_end(input) {
        tokens.extend([input.parse::<proc_macro2::TokenTree>()?]);
    }
    Ok(tokens.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_as_they_stand() {
        let table = read(
            "const MALLOC: u32 = 2;\nstatic T: Table<9> = Table::new(calls! {\n\
             MALLOC, malloc(size: Size) => memory::malloc;\nnr::__NR_read,\n read(fd: Descriptor, buf: Address) => file::read;\n});",
        );
        let table = table.unwrap();
        assert_eq!(table.constants["MALLOC"], 2);
        let [malloc, read] = &table.calls[..] else { panic!("two calls") };
        assert_eq!((malloc.number.as_str(), malloc.function.as_str()), ("MALLOC", "memory::malloc"));
        assert_eq!((read.number.as_str(), read.name.as_str()), ("__NR_read", "read"));
        assert_eq!(read.arguments, ["fd: Descriptor", "buf: Address"]);
    }

    #[test]
    fn broken_line_is_told_by_its_number() {
        let error = read("static T: X = Table::new(calls! {\n 1, a() => b::c;\n 2, a(;\n});").unwrap_err();
        assert!(!error.to_string().is_empty());
    }
}
