//! The kernel's pure modules, compiled for the host.
//!
//! A module belongs here when it touches no hardware and no global state of the kernel: what it
//! does can be told from its arguments. Its tests stand in its own file, under `#[cfg(test)]`. The
//! module tree is the kernel's, so that `crate::…` paths in those files mean the same here.

// Most of a module has its users in the kernel.
#![allow(dead_code, unused_imports, missing_docs)]

extern crate alloc;

#[path = "../../../src/cmdline/mod.rs"]
mod cmdline;
#[path = "../../../src/errno.rs"]
mod errno;

#[path = "../../../src/abi"]
mod abi {
    mod strace {
        mod errors;
        mod words;
    }
}

/// Has a stand-in for what the modules below lean on.
mod arch {
    #[path = "../../../../src/arch/rtc/calendar.rs"]
    mod calendar;
    #[path = "../../../../src/arch/fpu_image.rs"]
    mod fpu_image;
    pub mod lock;
}

#[path = "../../../src/dev"]
mod dev {
    mod ansi;
    mod rendition;
    mod tty {
        mod discipline;
        mod edit;
        mod flow;
        mod output;
        mod queue;
        mod settings;
    }
}

#[path = "../../../src/fs"]
mod fs {
    mod cpio;
    pub mod metadata;
}

#[path = "../../../src/mm"]
mod mm {
    mod bitmap;
    mod layout;
    mod region;
    mod regions;
}

#[path = "../../../src/task"]
mod task {
    #[path = "../../tests/pure/src/task/clock.rs"]
    pub mod clock;
    mod elf;
    mod list;
    mod policy;
    mod stack_image;
    /// The parts of it that are pure.
    pub mod signal {
        mod action;
        mod information;
        mod layout;
        pub mod number;
        mod pending;
        mod set;
    }
    mod status;
}

#[path = "../../../src/trace"]
mod trace {
    mod backtrace;
    pub mod event;
    pub mod events;
    pub mod group;
    mod line;
    #[path = "../../tests/pure/src/trace/recorder.rs"]
    pub mod recorder;
    mod ring;
    mod symbols;
}

/// The modules of the programs' runtime that are pure.
#[path = "../../../user/src"]
mod user {
    mod calendar;
    mod errno;
    mod size;
    mod words;
}

/// A module with tests that is not in the list above would never be tested.
#[test]
fn no_module_with_tests_is_forgotten() {
    let here = include_str!("lib.rs");
    let project = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let forgotten: Vec<_> = ["src", "user/src"]
        .iter()
        .flat_map(|folder| files_below(&std::path::Path::new(project).join(folder)))
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .filter(|file| std::fs::read_to_string(file).is_ok_and(|text| text.contains("#[cfg(test)]\n")))
        .filter(|file| !is_named(here, file))
        .collect();
    assert!(forgotten.is_empty(), "add to tests/pure/src/lib.rs: {forgotten:?}");
}

/// Says whether a module is declared in `here`, itself or by the `mod.rs` beside it that is.
fn is_named(here: &str, file: &std::path::Path) -> bool {
    let declares = |text: &str, name: &std::ffi::OsStr| text.contains(&format!("mod {};", name.display()));
    let stem = file.file_stem().expect("a file of Rust has a name");
    let folder = file.parent().and_then(|folder| folder.file_name()).expect("it is in src");
    if stem == "mod" {
        return declares(here, folder);
    }
    let beside = std::fs::read_to_string(file.with_file_name("mod.rs")).unwrap_or_default();
    declares(here, stem) || declares(here, folder) && declares(&beside, stem)
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there").flatten();
    let (folders, mut files): (Vec<_>, Vec<_>) = entries.map(|entry| entry.path()).partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| files_below(folder)));
    files
}
