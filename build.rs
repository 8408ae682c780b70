//! Tells the linker where the kernel lives.
//!
//! The layout itself is in `src/linker.ld`. Only the kernel's own link gets it: the programs under `user/` are built
//! for the same target and have a layout of their own.

fn main() {
    // Below the workspace's folder, in which cargo has the compiler run: a checkout that is moved together with its build/
    // is still linked by its own.
    println!("cargo::rustc-link-arg-bins=-Tsrc/linker.ld");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/linker.ld");
}
