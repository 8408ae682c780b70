//! Where things lie in the project.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

/// The project's folder: the one above this crate's.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project")
}

/// A file or folder below `build/`.
pub fn build(path: &str) -> PathBuf {
    root().join("build").join(path)
}

/// A file below `build/` that the build must have made.
pub fn built(path: &str) -> Result<PathBuf> {
    let file = build(path);
    file.metadata().with_context(|| format!("{} is missing: run `make iso` first", file.display()))?;
    Ok(file)
}

/// Where a program of the host's is: the first one in PATH.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// When a file below `build/` was last written.
pub fn written(path: &str) -> Result<SystemTime> {
    Ok(built(path)?.metadata()?.modified()?)
}

/// Keeps the whole log of a boot, and says where.
pub fn keep_log(name: &str, text: &str) -> Result<PathBuf> {
    let folder = build("tests/logs");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{}.log", name.replace(['/', ':', ' '], "-")));
    std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// The ring-3 cases, as the build lists them for the kernel in `/tests/cases`.
pub fn cases() -> Result<Vec<String>> {
    let list = std::fs::read_to_string(built("root/tests/cases")?)?;
    Ok(list.lines().map(str::trim).filter(|line| !line.is_empty()).map(String::from).collect())
}
