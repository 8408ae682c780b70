//! The project's files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The project, by its folder. Paths in and out are relative to it, with `/`.
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// The project in that folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The project that this crate lies in.
    pub fn own() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("tools/book lies in the project");
        Self::new(root)
    }

    /// Where a file lies.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// Says whether there is such a file or folder.
    pub fn has(&self, file: &str) -> bool {
        self.path(file).exists()
    }

    /// A file's text.
    pub fn read(&self, file: &str) -> Result<String> {
        std::fs::read_to_string(self.path(file)).with_context(|| format!("cannot read {file}"))
    }

    /// The texts of all files below a folder whose names end so, by path.
    pub fn texts(&self, folder: &str, ending: &str) -> Result<BTreeMap<String, String>> {
        let mut texts = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(self.path(&folder)).with_context(|| format!("cannot read {folder}"))?;
            for entry in entries {
                let entry = entry?;
                let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if entry.file_type()?.is_dir() {
                    folders.push(path);
                } else if path.ends_with(ending) {
                    texts.insert(path.clone(), self.read(&path)?);
                }
            }
        }
        Ok(texts)
    }
}
