//! What people write: docs/book/*.toml.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::project::Project;

/// The folder of the data.
const FOLDER: &str = "docs/book";

/// All of it.
pub struct Data {
    /// `contents.toml`.
    pub contents: Contents,
    /// The chapters, in the order of the contents.
    pub chapters: Vec<Chapter>,
    /// `bugs.toml`.
    pub bugs: Bugs,
    /// `c-names.toml`.
    pub names: Names,
}

/// What the page begins with, and in which order it goes on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// The chapters' files, without `.toml`.
    pub chapters: Vec<String>,
    /// Markdown above everything.
    pub introduction: String,
    /// Why there is nothing of ours, for reasons that many names share: by the word that stands for each.
    pub reasons: BTreeMap<String, String>,
}

/// A part of the C kernel.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// Its heading.
    pub title: String,
    /// Markdown below the heading.
    #[serde(default)]
    pub about: String,
    /// Its files.
    pub file: Vec<CFile>,
    /// Its structures.
    #[serde(default, rename = "struct")]
    pub structures: Vec<Structure>,
}

/// A file of the C kernel.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CFile {
    /// From the C kernel's folder.
    pub path: String,
    /// Functions, labels, macros and constants.
    pub names: Vec<Entry>,
}

/// One name, or several that have one counterpart.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The C names.
    pub c: OneOrMore,
    /// Where ours are: what [`crate::places::Places::find`] takes.
    #[serde(default)]
    pub ours: OneOrMore,
    /// Why there is none: a sentence, or a word of [`Contents::reasons`].
    #[serde(default)]
    pub none: String,
    /// What differs.
    #[serde(default)]
    pub note: String,
}

/// A structure of the C kernel.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Structure {
    /// Its name.
    pub c: String,
    /// Where C defines it.
    pub file: String,
    /// Its size in bytes.
    pub size: u64,
    /// Our structure.
    #[serde(default)]
    pub ours: String,
    /// Why there is none: a sentence, or a word of [`Contents::reasons`].
    #[serde(default)]
    pub none: String,
    /// Size and every offset are the same, which the source asserts.
    #[serde(default)]
    pub kept: bool,
    /// What differs.
    #[serde(default)]
    pub note: String,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of a structure of the C kernel.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its offset in bytes.
    pub at: u64,
    /// Its name.
    pub c: String,
    /// Its type.
    #[serde(rename = "type")]
    pub of: String,
    /// Our field: its name, or the path of an item elsewhere.
    #[serde(default)]
    pub ours: String,
    /// What the source asserts of where ours is, in Rust.
    #[serde(default)]
    pub asserted: String,
    /// What differs.
    #[serde(default)]
    pub note: String,
}

/// The bugs of the C kernel.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bugs {
    /// Markdown below the heading.
    pub about: String,
    /// What the first letters stand for.
    pub groups: Vec<Group>,
    /// Each bug.
    pub bug: Vec<Bug>,
}

/// Bugs of one kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The letter that its numbers begin with.
    pub letter: String,
    /// Its heading.
    pub title: String,
}

/// One bug.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bug {
    /// Letter and number.
    pub id: String,
    /// What the C kernel does.
    pub c: String,
    /// What Tusk does.
    pub tusk: String,
    /// The tests that show it: what [`crate::shown::Tests::find`] takes. None only where there is nothing to test yet.
    #[serde(default)]
    pub shown: Vec<String>,
}

/// The C kernel's names: what the rest must cover.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Functions, labels, macros and constants by file.
    pub names: BTreeMap<String, Vec<String>>,
    /// Structures by file.
    pub structures: BTreeMap<String, Vec<String>>,
    /// For each letter how many bugs there are.
    pub bugs: BTreeMap<String, usize>,
}

/// A string, or a list of strings.
#[derive(Deserialize, Default)]
#[serde(untagged)]
pub enum OneOrMore {
    /// Not given.
    #[default]
    None,
    /// One.
    One(String),
    /// More.
    More(Vec<String>),
}

impl OneOrMore {
    /// As a list.
    pub fn list(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::One(text) => std::slice::from_ref(text),
            Self::More(list) => list,
        }
    }
}

impl Data {
    /// Reads the files.
    pub fn read(project: &Project) -> Result<Self> {
        let contents: Contents = file(project, "contents")?;
        let chapters = contents.chapters.iter().map(|name| file(project, name)).collect::<Result<_>>()?;
        Ok(Self { contents, chapters, bugs: file(project, "bugs")?, names: file(project, "c-names")? })
    }
}

fn file<T: DeserializeOwned>(project: &Project, name: &str) -> Result<T> {
    let path = format!("{FOLDER}/{name}.toml");
    toml::from_str(&project.read(&path)?).with_context(|| format!("cannot understand {path}"))
}
