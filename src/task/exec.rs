//! A new program in an old process.
//!
//! The new address space is built beside the old one, which is dropped only when nothing can fail
//! any more; a failed exec leaves the caller as it was (X9). The file's pages are mapped on demand
//! (segments.rs), and every number in it was checked by elf.rs before anything is.
//! Book: chapter 15, `sys_execv`, `load`, `segment_load`; `man 2 execve`.

use super::address_space::{AddressSpace, Brk};
use super::descriptor::DescriptorTable;
use super::elf::{Image, PROGRAM_HEADER_LENGTH};
use super::entropy;
use super::exit;
use super::floating_point;
use super::kinship;
use super::segments;
use super::signal::Signal;
use super::stack_image::{Contents, Strings};
use super::task_ref::running_thread;
use super::task_struct::Name;
use super::thread_area;
use super::thread_end;
use crate::arch::interrupt;
use crate::arch::paging::{Flags, PAGE_SIZE, Page};
use crate::arch::trap::Start;
use crate::errno::{Errno, Result};
use crate::mm::executable::Executable;
use crate::mm::file_page::PageSource;
use crate::mm::page_directory::{create_page_dir, page_dir_activate};
use crate::mm::region::Traits;
use crate::mm::user;
use crate::mm::user_addresses::{Region, STACK_BOTTOM, USER_END, USER_START, UserAddresses, create_user_vaddr_bitmap};
use crate::mm::user_pages::{get_a_page, ordinary_region};
use crate::trace::{step, tracepoint};
use alloc::sync::Arc;
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
/// ENOEXEC for a file that we cannot run, ETXTBSY when somebody has it open for writing, ENOMEM, E2BIG for arguments
/// beyond [`ARGUMENTS_LIMIT`]; what reading the file gives. The task is then what it was.
pub fn load(file: &Arc<dyn PageSource>, arguments: &Arguments) -> Result<Start> {
    let _step = step!(exec::load());
    tracepoint!(exec::opened(&arguments.path));
    let image = Image::read(file.length(), &|offset, bytes| file.read_at(offset, bytes), USER_START..STACK_BOTTOM)?;
    if arguments.arguments.len() + arguments.environment.len() > ARGUMENTS_LIMIT {
        return Err(Errno::TOO_BIG);
    }
    let command_line = shared_copy(&arguments.arguments)?;
    let executable = Executable::new(file)?;
    let old = enter(Some(AddressSpace::new(create_page_dir()?, create_user_vaddr_bitmap()?)?));
    match fill(&image, executable, arguments).and_then(|esp| leave_old_life(old.clone()).map(|()| esp)) {
        Ok(esp) => {
            drop(old);
            tracepoint!(exec::old_image_dropped());
            begin_anew(&image, arguments, command_line);
            tracepoint!(exec::program(running_thread().name().as_str().as_bytes()));
            tracepoint!(exec::start(image.entry(), esp));
            Ok(Start { eip: image.entry(), esp })
        }
        Err(error) => {
            drop(enter(old));
            Err(error)
        }
    }
}

/// Ends the other threads, whose place the running one takes, and tells those who share the memory `old` that it leaves;
/// what it still shares with other processes becomes its own.
///
/// # Errors
/// ENOMEM; RESTART when the running thread is to end itself. Nothing has changed then.
fn leave_old_life(old: Option<Arc<AddressSpace>>) -> Result<()> {
    let task = running_thread();
    let are_files_shared = || task.fd_table.borrow().as_ref().is_some_and(|table| Arc::strong_count(table) > 1);
    let own_files =
        if are_files_shared() { Some(task.with_descriptors(|table| table.copy())?.shared()?) } else { None };
    task.signals.have_own_table()?;
    let process = task.process();
    if let Some(leader) = process.become_only_thread()? {
        exit::reap_replaced(leader);
    }
    // Threads may have opened and closed files to their end; the copy is for those that other processes still share.
    if own_files.is_some() && are_files_shared() {
        drop(task.fd_table.replace(own_files));
    }
    if old.is_some() {
        let new = enter(old);
        thread_end::tell_others();
        drop(enter(new));
    }
    Ok(())
}

/// A copy that processes can share.
fn shared_copy(bytes: &[u8]) -> Result<Arc<Vec<u8>>> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len()).map_err(|_| Errno::NOMEM)?;
    copy.extend_from_slice(bytes);
    Arc::try_new(copy).map_err(|_| Errno::NOMEM)
}

/// Gives the running task another address space, and returns the one it had.
fn enter(space: Option<Arc<AddressSpace>>) -> Option<Arc<AddressSpace>> {
    let _off = interrupt::disabled();
    let task = running_thread();
    let old = task.memory.replace(space);
    page_dir_activate(task.memory.borrow().as_ref().map(|memory| memory.directory()));
    old
}

/// Fills the address space just entered, and returns the stack pointer.
fn fill(image: &Image, executable: Arc<Executable>, arguments: &Arguments) -> Result<u32> {
    running_thread().with_addresses(|addresses| {
        segments::map(image, executable.file(), addresses)?;
        addresses.set_executable(executable);
        build_stack(image, addresses, arguments)
    })
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

    let (first, count) = ((USER_END - size as u32) / PAGE_SIZE, size as u32 / PAGE_SIZE);
    addresses.insert(Region { traits: Traits::GROWS, ..ordinary_region(first, count) })?;
    let mut bytes = &buffer[size - (USER_END - esp) as usize..];
    let mut address = esp;
    while !bytes.is_empty() {
        // Page by page, each there before it is written to: a fault would find the addresses lent to us.
        let page = Page::containing(address);
        let (piece, rest) = bytes.split_at(bytes.len().min((page.add(1).address() - address) as usize));
        get_a_page(page, Flags::USER_DATA)?;
        user::copy_to_user(address, piece)?;
        (bytes, address) = (rest, page.add(1).address());
        interrupt::window();
    }
    Ok(esp)
}

/// What of the old program does not survive.
fn begin_anew(image: &Image, arguments: &Arguments, command_line: Arc<Vec<u8>>) {
    close_what_exec_closes();
    let task = running_thread();
    task.name.set(Name::new(core::str::from_utf8(&arguments.path).unwrap_or("?")));
    task.process().set_command_line(Some(command_line));
    let end = image.end().next_multiple_of(PAGE_SIZE);
    if let Some(memory) = task.memory() {
        memory.set_brk(Brk { start: end, end });
    }
    floating_point::forget_running();
    task.signals.reset_for_exec();
    task.process().posix_timers.clear();
    task.membership().is_process.set(true);
    task.membership().has_executed.set(true);
    task.process().kinship.exit_signal.set(Some(Signal::CHLD));
    thread_area::clear();
    kinship::release_vfork_maker();
}

/// Closes the descriptors that say so.
fn close_what_exec_closes() {
    loop {
        // The table is not borrowed while a file is closed.
        let closed = running_thread().with_descriptors(DescriptorTable::take_close_on_exec);
        if closed.is_none() {
            return;
        }
    }
}
