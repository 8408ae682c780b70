//! A new program in an old process.
//!
//! The new address space is built beside the old one, which is dropped only when nothing can fail
//! any more; a failed exec leaves the caller as it was (X9). The bytes beyond a segment's file part
//! are zeros (X8), and every number in the file was checked by elf.rs before anything is mapped.
//! Book: chapter 15, `sys_execv`, `load`, `segment_load`; `man 2 execve`.

use super::elf::{Access, Image, PROGRAM_HEADER_LENGTH};
use super::entropy;
use super::floating_point;
use super::stack_image::{Contents, Strings};
use super::task_ref::running_thread;
use super::task_struct::{Brk, Name};
use crate::arch::interrupt;
use crate::arch::paging::{PAGE_SIZE, Page};
use crate::arch::trap::Start;
use crate::errno::{Errno, Result};
use crate::mm::arena::BlockDescriptors;
use crate::mm::page_directory::{PageDirectory, create_page_dir, page_dir_activate};
use crate::mm::user;
use crate::mm::user_addresses::{STACK_BOTTOM, USER_END, USER_START, UserAddresses, create_user_vaddr_bitmap};
use crate::mm::user_pages::{self, get_a_page};
use alloc::vec::Vec;
use linux_raw_sys::auxvec as at;

/// What a program is started with.
pub struct Arguments {
    /// The path as it was given, for the name and AT_EXECFN.
    pub path: Vec<u8>,
    /// argv and envp, each string with its NUL.
    pub arguments: Vec<u8>,
    pub environment: Vec<u8>,
}

impl Arguments {
    /// Arguments that the kernel itself makes: `path`, the words of argv, no environment.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn new<'a>(path: &str, words: impl Iterator<Item = &'a str>) -> Result<Self> {
        let mut made = Self { path: Vec::new(), arguments: Vec::new(), environment: Vec::new() };
        append(&mut made.path, path)?;
        for word in words {
            append(&mut made.arguments, word)?;
            append(&mut made.arguments, "\0")?;
        }
        Ok(made)
    }
}

fn append(bytes: &mut Vec<u8>, text: &str) -> Result<()> {
    bytes.try_reserve(text.len()).map_err(|_| Errno::NOMEM)?;
    bytes.extend_from_slice(text.as_bytes());
    Ok(())
}

/// The bytes that argv and envp may take, pointers not counted: Linux's 32 pages.
pub const ARGUMENTS_LIMIT: usize = 32 * PAGE_SIZE as usize;

/// Makes `file` the running task's program and returns where it begins.
///
/// # Errors
/// ENOEXEC for a file that we cannot run, ENOMEM, E2BIG for arguments beyond [`ARGUMENTS_LIMIT`].
/// The task is then what it was.
pub fn load(file: &[u8], arguments: &Arguments) -> Result<Start> {
    let image = Image::parse(file, USER_START..STACK_BOTTOM)?;
    if arguments.arguments.len() + arguments.environment.len() > ARGUMENTS_LIMIT {
        return Err(Errno::TOO_BIG);
    }
    let old = enter(Some((create_page_dir()?, create_user_vaddr_bitmap()?)));
    match fill(&image, file, arguments) {
        Ok(esp) => {
            drop(old);
            begin_anew(&image, arguments);
            Ok(Start { eip: image.entry(), esp })
        }
        Err(error) => {
            drop(enter(old));
            Err(error)
        }
    }
}

/// An address space: both or neither.
type Space = Option<(PageDirectory, UserAddresses)>;

/// Gives the running task another address space, and returns the one it had.
fn enter(space: Space) -> Space {
    let _off = interrupt::disabled();
    let task = running_thread();
    let (directory, addresses) = space.unzip();
    let old_directory = task.pgdir.replace(directory);
    let old_addresses = task.userprog_vaddr.replace(addresses);
    page_dir_activate(task.pgdir.borrow().as_ref());
    old_directory.zip(old_addresses)
}

/// Fills the address space just entered, and returns the stack pointer.
fn fill(image: &Image, file: &[u8], arguments: &Arguments) -> Result<u32> {
    let task = running_thread();
    let mut addresses = task.userprog_vaddr.borrow_mut();
    let addresses = addresses.as_mut().expect("just entered");
    for segment in image.segments() {
        let pages = segment.pages();
        let mut page = Page::containing(pages.start);
        while page.address() < pages.end {
            // The page may be shared with the segment before.
            if !addresses.is_taken(page) {
                get_a_page(addresses, page)?;
            }
            page = page.add(1);
            interrupt::window();
        }
        copy_in_pieces(segment.memory.start, &file[segment.file.clone()])?;
    }
    protect(image);
    build_stack(image, addresses, arguments)
}

/// Copies to the new program, with windows for interrupts.
fn copy_in_pieces(address: u32, bytes: &[u8]) -> Result<()> {
    for (index, piece) in bytes.chunks(PAGE_SIZE as usize).enumerate() {
        user::copy_to_user(address + index as u32 * PAGE_SIZE, piece)?;
        interrupt::window();
    }
    Ok(())
}

/// Takes write access from the pages that are not to be written to, now that they are filled.
fn protect(image: &Image) {
    for segment in image.segments() {
        let pages = segment.pages();
        let mut page = Page::containing(pages.start);
        while page.address() < pages.end {
            if !image.page_access(page.address()).contains(Access::WRITE) {
                user_pages::make_read_only(page);
            }
            page = page.add(1);
            interrupt::window();
        }
    }
}

/// Lays arguments, environment and the auxiliary vector at the top of the address space.
fn build_stack(image: &Image, addresses: &mut UserAddresses, arguments: &Arguments) -> Result<u32> {
    let auxiliary = [
        (at::AT_PHDR, image.headers_address().unwrap_or(0)),
        (at::AT_PHENT, PROGRAM_HEADER_LENGTH.into()),
        (at::AT_PHNUM, image.header_count()),
        (at::AT_PAGESZ, PAGE_SIZE),
        (at::AT_ENTRY, image.entry()),
        (at::AT_UID, 0),
        (at::AT_EUID, 0),
        (at::AT_GID, 0),
        (at::AT_EGID, 0),
        (at::AT_HWCAP, crate::arch::cpu::features()),
        (at::AT_CLKTCK, crate::arch::pit::HZ),
        (at::AT_SECURE, 0),
    ];
    // A file that does not load its headers: the three go together or not at all.
    let without_headers = if image.headers_address().is_some() { 0 } else { 3 };
    let contents = Contents {
        arguments: Strings::new(&arguments.arguments)?,
        environment: Strings::new(&arguments.environment)?,
        file_name: &arguments.path,
        random: entropy::bytes(),
        auxiliary: &auxiliary[without_headers..],
    };
    // What the strings take, two words for each pointer and entry at most, and slack.
    let strings = arguments.arguments.len() + arguments.environment.len() + arguments.path.len();
    let pointers = contents.arguments.count() + contents.environment.count();
    let size = (strings + pointers * 4 + 512).next_multiple_of(PAGE_SIZE as usize);
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(size).map_err(|_| Errno::NOMEM)?;
    buffer.resize(size, 0);
    let esp = contents.build(&mut buffer, USER_END)?;

    for index in 1..=(size as u32 / PAGE_SIZE) {
        get_a_page(addresses, Page::containing(USER_END - index * PAGE_SIZE))?;
    }
    copy_in_pieces(esp, &buffer[size - (USER_END - esp) as usize..])?;
    Ok(esp)
}

/// What of the old program does not survive.
fn begin_anew(image: &Image, arguments: &Arguments) {
    let task = running_thread();
    task.name.set(Name::new(core::str::from_utf8(&arguments.path).unwrap_or("?")));
    task.u_block_desc.set(BlockDescriptors::new());
    let end = image.end().next_multiple_of(PAGE_SIZE);
    task.brk.set(Brk { start: end, end });
    floating_point::forget_running();
}
