//! The files of procfs about the machine.

use crate::arch::cpu_identification::Identification;
use crate::arch::pit;
use crate::errno::Result;
use crate::fs::file_system::FileSystem;
use crate::fs::mount;
use crate::fs::text::{self, Text};
use crate::mm::frame::{self, Pool};
use crate::task::accounting::{self, Tick};
use crate::task::clock::{self, SECOND_NS};
use crate::task::scheduler;
use crate::task::task_struct::Status;
use alloc::vec::Vec;
use core::fmt::Write;

/// Kilobytes in a page.
const PAGE_KB: u32 = 4;

macro_rules! system_files {
    ($($variant:ident, $name:literal => $function:path;)*) => {
        /// A file about the machine.
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub enum SystemFile {
            $($variant,)*
        }

        impl SystemFile {
            /// All names, in the order in which a directory lists them.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The file of that name.
            pub fn named(name: &[u8]) -> Option<Self> {
                $(if name == $name.as_bytes() {
                    return Some(Self::$variant);
                })*
                None
            }

            /// What is in it now.
            ///
            /// # Errors
            /// ENOMEM.
            pub fn text(self) -> Result<Vec<u8>> {
                match self {
                    $(Self::$variant => $function(),)*
                }
            }
        }
    };
}

system_files! {
    CpuInformation, "cpuinfo" => cpu_information;
    FileSystems, "filesystems" => file_systems;
    LoadAverage, "loadavg" => load_average;
    MemoryInformation, "meminfo" => memory_information;
    Mounts, "mounts" => mounts;
    Statistics, "stat" => statistics;
    Uptime, "uptime" => uptime;
    Version, "version" => version;
}

fn cpu_information() -> Result<Vec<u8>> {
    let about = Identification::read();
    let khz = clock::cycles_per_ms();
    text::format(format_args!(
        "processor\t: 0\nvendor_id\t: {}\ncpu family\t: {}\nmodel\t\t: {}\nmodel name\t: {}\nstepping\t: {}\n\
         cpu MHz\t\t: {}.{:03}\nfpu\t\t: {}\nwp\t\t: yes\nflags\t\t:{}\nbogomips\t: {}.{:02}\n\n",
        about.vendor(),
        about.family,
        about.model,
        about.name(),
        about.stepping,
        khz / 1000,
        khz % 1000,
        if about.has_fpu() { "yes" } else { "no" },
        about.flags(),
        khz / 500,
        khz % 500 / 5,
    ))
}

fn file_systems() -> Result<Vec<u8>> {
    text::format(format_args!("nodev\tramfs\nnodev\tdevfs\nnodev\tproc\nnodev\tpipe\n"))
}

fn load_average() -> Result<Vec<u8>> {
    let runs = |status| matches!(status, Status::Running | Status::Ready);
    let ready = scheduler::all_tasks().filter(|task| runs(task.status())).count();
    let last = scheduler::all_tasks().filter_map(|task| task.pid()).last().map_or(0, |pid| pid.number());
    let [one, five, fifteen] = accounting::load_averages();
    let fixed = |load: u32| (load >> 11, ((load & 0x7ff) * 100) >> 11);
    let [one, five, fifteen] = [fixed(one), fixed(five), fixed(fifteen)];
    text::format(format_args!(
        "{}.{:02} {}.{:02} {}.{:02} {ready}/{} {last}\n",
        one.0,
        one.1,
        five.0,
        five.1,
        fifteen.0,
        fifteen.1,
        scheduler::count_tasks()
    ))
}

fn memory_information() -> Result<Vec<u8>> {
    let (kernel_free, kernel_total) = frame::free_and_total(Pool::Kernel);
    let (user_free, user_total) = frame::free_and_total(Pool::User);
    let (total, free) = ((kernel_total + user_total) * PAGE_KB, (kernel_free + user_free) * PAGE_KB);
    let (blocks, blocks_free) = crate::fs::ramfs::RAMFS.blocks();
    let in_files = (blocks - blocks_free) * u64::from(PAGE_KB);
    let mut all = Text(Vec::new());
    let mut line = |name: &str, kb: u64| _ = writeln!(all, "{name:<15} {kb:>8} kB");
    line("MemTotal:", total.into());
    line("MemFree:", free.into());
    line("MemAvailable:", free.into());
    line("Buffers:", 0);
    line("Cached:", in_files);
    line("SwapCached:", 0);
    line("Active:", 0);
    line("Inactive:", 0);
    line("SwapTotal:", 0);
    line("SwapFree:", 0);
    line("Shmem:", in_files);
    line("Slab:", 0);
    line("SReclaimable:", 0);
    line("KernelTotal:", (kernel_total * PAGE_KB).into());
    line("KernelFree:", (kernel_free * PAGE_KB).into());
    line("UserTotal:", (user_total * PAGE_KB).into());
    line("UserFree:", (user_free * PAGE_KB).into());
    Ok(all.0)
}

fn mounts() -> Result<Vec<u8>> {
    let root = crate::fs::root::root()?;
    let mut all = Vec::new();
    for mount in mount::all()? {
        let point = match &mount.point {
            Some(point) => point.directory_path(&root)?,
            None => text::copy(b"/")?,
        };
        text::append(&mut all, mount.source.as_bytes())?;
        text::append(&mut all, b" ")?;
        text::append(&mut all, &point)?;
        text::append(&mut all, &text::format(format_args!(" {} rw 0 0\n", mount.root.file_system().name()))?)?;
    }
    Ok(all)
}

fn statistics() -> Result<Vec<u8>> {
    let idle = accounting::ticks(Tick::Idle);
    let all = clock::ticks();
    let (user, system) = (accounting::ticks(Tick::User), accounting::ticks(Tick::System));
    let runs = |status| matches!(status, Status::Running | Status::Ready);
    let running = scheduler::all_tasks().filter(|task| runs(task.status())).count();
    let blocked = scheduler::count_tasks() - running;
    let boot = (clock::unix_ns() - clock::uptime_ns()) / SECOND_NS;
    text::format(format_args!(
        "cpu  {user} 0 {system} {idle} 0 0 0 0 0 0\ncpu0 {user} 0 {system} {idle} 0 0 0 0 0 0\nintr {all}\nctxt {}\n\
         btime {boot}\nprocesses {}\nprocs_running {running}\nprocs_blocked {blocked}\n",
        accounting::switches(),
        accounting::tasks_made(),
    ))
}

fn uptime() -> Result<Vec<u8>> {
    let (up, idle) = (clock::uptime_ns(), accounting::ticks(Tick::Idle) * u64::from(pit::TICK_NS));
    let hundredths = |ns: u64| (ns / SECOND_NS, ns % SECOND_NS / 10_000_000);
    let (up, idle) = (hundredths(up), hundredths(idle));
    text::format(format_args!("{}.{:02} {}.{:02}\n", up.0, up.1, idle.0, idle.1))
}

fn version() -> Result<Vec<u8>> {
    text::format(format_args!("Tusk version {} (i386, Rust)\n", env!("CARGO_PKG_VERSION")))
}
