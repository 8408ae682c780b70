//! Tells the linker where the kernel lives.
//!
//! The layout itself is in `src/linker.ld`. Only the kernel's own link gets it: the programs under `user/` are built
//! for the same target and have a layout of their own.

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    println!("cargo::rustc-link-arg-bins=-T{root}/src/linker.ld");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/linker.ld");
}
