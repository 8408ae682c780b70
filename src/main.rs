//! Tusk: a 32-bit x86 kernel that shows how a process comes to be.
//!
//! [`kmain`] is the boot order, to be read from top to bottom. The layers, each calling only those
//! before it: [`arch`] (the i386), [`mm`] (memory), [`task`] (processes), [`fs`] and [`dev`] (files
//! and devices), [`abi`] (system calls); [`trace`] watches them all.

#![no_std]
#![no_main]
// Arc::try_new: memory that is out is an error, never a panic.
#![feature(allocator_api)]
// An unsafe function is about its contract; what it does still needs a block and a reason.
#![deny(unsafe_op_in_unsafe_fn)]
#![deny(clippy::undocumented_unsafe_blocks, clippy::missing_safety_doc)]

extern crate alloc;

mod abi;
mod arch;
mod cmdline;
mod dev;
mod errno;
mod fs;
mod ktest;
mod mm;
mod task;
mod trace;

use arch::boot_information::{BOOT, BOOT_TABLES, COMMAND_LINE_LENGTH};
use arch::lock::IrqLock;
use arch::{boot_information, cpu, gdt, idt, interrupt, magic_break, paging, pic, power, tss};
use cmdline::{ForkKind, Inject, LogTarget, Options};
use core::arch::global_asm;
use dev::{console, tty};
use fs::{program, root};
use mm::frame::{self, Pool};
use mm::loaded::Loaded;
use mm::user_addresses;
use task::clock;
use trace::group::Groups;
use trace::stages::reached;

global_asm!(include_str!("../asm/boot.s"), boot_tables = const BOOT_TABLES);

/// The command line, whose words the options refer to.
static COMMAND_LINE: IrqLock<[u8; COMMAND_LINE_LENGTH]> = IrqLock::new([0; COMMAND_LINE_LENGTH]);

/// The kernel's first Rust function (asm/boot.s): `magic` and `information` are GRUB's.
#[doc(alias("init_all", "main"))]
#[unsafe(no_mangle)]
extern "C" fn kmain(magic: u32, information: u32) -> ! {
    cpu::init();
    let first_cycles = cpu::cycles();
    console::init();
    clock::begin(first_cycles);
    trace::recorder::begin(first_cycles);
    trace::log::init();
    reached("screen, serial lines, clock");
    // SAFETY: what GRUB left in eax and ebx, before anything else is mapped.
    let options = match unsafe { boot_information::read(magic, information) } {
        Ok(()) => read_options(),
        Err(why) => give_up(why),
    };
    log_boot_information(&options);
    reached("what the loader tells");

    tss::init(paging::active_directory().address(), trace::panic::on_double_fault);
    gdt::init();
    idt::init();
    pic::init();
    log::info!(target: "cpu", "descriptor tables loaded, 48 vectors and {:#x}", idt::SYSTEM_CALL);
    reached("descriptor tables, interrupts");

    let memory = mm::init().unwrap_or_else(|why| give_up(why));
    log_memory(&memory);
    if let (Some(symbols), Some(names)) = (memory.symbols, memory.names) {
        trace::symbols::install(symbols, names);
    }
    reached("memory");

    task::fault::set_kernel_fault(trace::panic::on_kernel_fault);
    task::exit::set_machine_end(end_machine);
    // SAFETY: once, on the first stack, with memory management running.
    unsafe { task::init() }.unwrap_or_else(|error| panic!("no memory for tasks: {error}"));
    reached("tasks");
    clock::start_ticking();
    log::info!(target: "timer", "PIT at {} Hz", arch::pit::HZ);
    tty::init();
    abi::dispatch::init();
    log::info!(target: "terminal", "tty1: screen and keyboard, ttyS0: COM1 at 115200 baud");
    reached("timer, terminals");

    let Some(archive) = memory.root else {
        give_up("no root archive: GRUB must load one with `module2 /boot/root.cpio root`")
    };
    unpack(archive);
    tty::make_nodes().unwrap_or_else(|error| give_up(format_args!("no nodes for the terminals: {error}")));
    reached("root file system");
    match options.fork {
        ForkKind::Bounce => log::info!(target: "fork", "a page reaches a child by way of the bounce page"),
    }
    inject(options.inject);
    if options.strace {
        abi::strace::turn_on();
    }
    if options.stages {
        trace::stages::turn_on();
    }
    if let Some(groups) = options.trace {
        start_trace(groups);
    }
    if options.magic_break_at_fork {
        magic_break::turn_on_at_fork();
        log::info!(target: "fork", "each begins with a magic breakpoint, for Bochs' debugger");
    }
    start_first_process(&options);
    reached("init's program");
    if let Some(crash) = options.crash {
        trace::panic::crash_on_purpose(crash);
    }
    task::become_idle()
}

/// Fills the root file system from `archive`, whose memory then is free.
fn unpack(archive: Loaded) {
    let entries = root::init(archive.bytes()).unwrap_or_else(|why| give_up(why));
    let free = || [Pool::Kernel, Pool::User].map(|pool| frame::free_and_total(pool).0).iter().sum::<u32>();
    let before = free();
    drop(archive);
    log::info!(target: "root", "{entries} entries; {} pages of the archive given back", free() - before);
}

/// Copies the command line to where it can stay, and reads it.
fn read_options() -> Options<'static> {
    let line = COMMAND_LINE.leak();
    let length = {
        let boot = BOOT.lock();
        let text = boot.command_line.as_bytes();
        line[..text.len()].copy_from_slice(text);
        text.len()
    };
    let options = Options::parse(&mut line[..length]);
    if options.log == LogTarget::TtyS1 {
        console::log_to_com2();
    }
    if options.is_unattended() {
        console::make_com1_raw();
        power::set_unattended();
    }
    if options.console_is_serial() {
        tty::set_console_to_serial();
    }
    if options.quiet {
        trace::log::be_quiet();
    }
    options
}

fn log_boot_information(options: &Options) {
    log::info!(target: "tusk", "version {}, an i386 kernel in Rust", env!("CARGO_PKG_VERSION"));
    let boot = BOOT.lock();
    log::info!(target: "boot", "command line: {}", boot.command_line);
    if boot.command_line_was_cut {
        log::warn!(target: "boot", "the command line was cut off after {COMMAND_LINE_LENGTH} bytes");
    }
    for word in &options.unknown {
        // Not whole if it is long, and without what a terminal might obey.
        let word = word.char_indices().nth(80).map_or(*word, |(end, _)| &word[..end]);
        log::warn!(target: "boot", "unknown option \"{}\"; docs/boot.md lists them", word.escape_debug());
    }
    if options.unknown_dropped > 0 {
        log::warn!(target: "boot", "and {} more unknown options", options.unknown_dropped);
    }
    for range in &boot.usable {
        log::info!(target: "boot", "usable memory {:#010x}..{:#010x}", range.start, range.end);
    }
    if let Some(root) = boot.root {
        let bytes = root.length();
        log::info!(target: "boot", "root archive at {:#x}, {bytes} bytes", root.start);
    }
}

fn log_memory(memory: &mm::Memory) {
    log::info!(
        target: "memory",
        "{} pages usable: {} frames in the kernel's pool, {} in the programs', {} bytes of bitmaps",
        memory.usable_pages, memory.kernel_frames, memory.user_frames, memory.frame_bitmap_bytes
    );
    log::info!(
        target: "memory",
        "{} pages of kernel addresses, {} bytes of bitmap; a program's bitmap has {} bytes",
        memory.kernel_address_pages, memory.address_bitmap_bytes, user_addresses::BITMAP_BYTES
    );
}

fn inject(inject: Option<Inject>) {
    match inject {
        Some(Inject::Fork(number)) => task::fork_injection::always(number),
        Some(Inject::ForkSweep) => task::fork_injection::sweep(),
        Some(Inject::Calls) => abi::injection::turn_on(),
        None => {}
    }
}

/// Records events from now on (`trace=`).
fn start_trace(groups: Groups) {
    let where_to = if trace::recorder::send_to_debug_port() { "to port 0xe9 and " } else { "" };
    trace::recorder::set_groups(groups);
    let count = groups.names().count();
    let verb = if count == 1 { "group of events goes" } else { "groups of events go" };
    log::info!(target: "trace", "{count} {verb} {where_to}into a ring, which /proc/trace shows");
}

/// Makes pid 1: init, or the thread that runs the tests.
fn start_first_process(options: &Options<'static>) {
    let started = match (options.ktest, options.suite) {
        (None, None) => start_init(options),
        (ktest, suite) => ktest::start(ktest, suite),
    };
    if let Err(error) = started {
        give_up(format_args!("the first process cannot be started: {error} (/sbin/init of the root archive)"));
    }
}

/// Starts /sbin/init: with the command that it is to run, or with the shell that it is to start in place of its own,
/// as an argument.
fn start_init(options: &Options<'static>) -> errno::Result<()> {
    const PATH: &str = "/sbin/init";
    trace::counts::note_before_init();
    let file = program::open(PATH.as_bytes())?;
    let shell = options.shell.filter(|_| options.run.is_none());
    let words = ["init"].into_iter().chain(shell.map(|_| "--shell")).chain(options.run.or(shell));
    let arguments = task::exec::Arguments::new(PATH, words)?;
    task::process_execute::process_execute(file, arguments, tty::descriptors()?)?;
    log::info!(target: "init", "{PATH} is pid 1");
    Ok(())
}

/// Init has ended with `status`.
fn end_machine(status: u8) -> ! {
    trace::counts::report_after_init();
    task::stack_use::report();
    tty::report_first_waits();
    trace::stages::report();
    trace::log::power_off(status)
}

/// Says why Tusk cannot start, and stops; a host that waits for the end is told, as of a panic.
fn give_up(why: impl core::fmt::Display) -> ! {
    log::error!(target: "boot", "cannot start: {why}");
    interrupt::disable();
    power::panic_exit()
}
