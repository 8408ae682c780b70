//! Tells the linker where programs live.
//!
//! Every program is a static ELF file at the address where i386 Linux programs have always begun. The linker's own
//! layout does the rest: constants, text and data come to lie in segments of their own, each on pages of its own, so
//! that the kernel can keep the first two read-only.

fn main() {
    // The book's first user address too (USER_VADDR_START).
    println!("cargo::rustc-link-arg-bins=--image-base=0x08048000");
    // No page is both data of the file's end and text: what ring 3 may write, it may not have executed from the file.
    println!("cargo::rustc-link-arg-bins=-zseparate-code");
    println!("cargo::rustc-link-arg-bins=-zmax-page-size=4096");
    // Nothing here needs a run-time linker, and no header should make a loader look for one.
    println!("cargo::rustc-link-arg-bins=--no-dynamic-linker");
    println!("cargo::rerun-if-changed=build.rs");
}
