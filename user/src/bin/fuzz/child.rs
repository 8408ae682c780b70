//! What a child does: random calls with random arguments, and damage to its own memory.

use super::random::Random;
use core::ffi::CStr;
use linux_raw_sys::general;
use tusk_user::linux::{self, Fork};
use tusk_user::syscall::{BOOK, syscall3, syscall6};
use tusk_user::{book, heap};

/// Where the stack may grow to, and where the kernel begins.
pub const STACK_BOTTOM: usize = 0xbf80_0000;
const KERNEL: usize = 0xc000_0000;

/// One past the highest number of Linux's calls that is tried.
const LINUX_CALLS: usize = 452;
/// What would stay when all processes have gone, so that the accounts would not be even: files, directories, mounts.
const LASTING: [u32; 33] = [
    general::__NR_creat,
    general::__NR_link,
    general::__NR_unlink,
    general::__NR_mknod,
    general::__NR_mount,
    general::__NR_umount,
    general::__NR_umount2,
    general::__NR_rename,
    general::__NR_mkdir,
    general::__NR_rmdir,
    general::__NR_symlink,
    general::__NR_truncate,
    general::__NR_ftruncate,
    general::__NR_truncate64,
    general::__NR_ftruncate64,
    general::__NR_mkdirat,
    general::__NR_mknodat,
    general::__NR_unlinkat,
    general::__NR_renameat,
    general::__NR_renameat2,
    general::__NR_linkat,
    general::__NR_symlinkat,
    general::__NR_fallocate,
    general::__NR_writev,
    general::__NR_pwritev,
    general::__NR_pwrite64,
    general::__NR_sendfile,
    general::__NR_sendfile64,
    general::__NR_reboot,
    0x8009,
    0x800c,
    0x800d,
    0x8011,
];
/// What keeps the CPU from all others: a real-time rule, for a child that may run for ever.
const UNFAIR: [u32; 2] = [general::__NR_sched_setscheduler, general::__NR_sched_setparam];
/// What is done to another process, by its number.
const AT_OTHERS: [u32; 8] = [
    general::__NR_kill,
    general::__NR_tkill,
    general::__NR_tgkill,
    general::__NR_rt_sigqueueinfo,
    general::__NR_rt_tgsigqueueinfo,
    general::__NR_prlimit64,
    general::__NR_setpriority,
    general::__NR_setpgid,
];
/// Flags of `open` that make or change files.
const MAKING: usize = (general::O_CREAT | general::O_TRUNC | general::O_WRONLY | general::O_RDWR) as usize;

/// One that does the damage.
pub struct Child {
    pub random: Random,
    pub argv: usize,
    pub forks: u32,
    pub depth: u32,
}

impl Child {
    pub fn run(&mut self) -> i32 {
        for _ in 0..1 + self.random.below(24) {
            match self.random.below(32) {
                0..12 => self.call(),
                12..14 => self.move_break(),
                14..19 => self.heap(),
                19 => self.nap(),
                20..22 => self.fork(),
                22 => self.execute(),
                23 => self.instructions(),
                24..26 => self.segments(),
                26..29 => self.floating_point(),
                29 => self.flags(),
                30 => self.deep_stack(),
                _ => self.scribble(),
            }
        }
        self.random.below(256) as i32
    }

    /// An argument: an edge, an address of ours or next to one, or any number.
    pub(super) fn value(&mut self) -> usize {
        let local = [0u32; 4];
        let brk = heap::program_break();
        let edge = match self.random.below(4) {
            0 => self.random.pick(&[0, 1, 2, 3, usize::MAX, 1 << 31, i32::MAX as usize, 4096, 0x8000, 65, 0x4000_0000]),
            1 => self.random.pick(&[KERNEL, KERNEL + 0x10_0000, 0xffc0_0000, 0xffff_f000, 0xfffe_fc00, STACK_BOTTOM]),
            2 => self.random.pick(&[
                local.as_ptr().addr(),
                self.argv,
                brk,
                brk & !0xfff,
                0x0804_8000,
                c"/bin/true".as_ptr().addr(),
            ]),
            _ => return self.random.next(),
        };
        edge.wrapping_add(self.random.pick(&[
            0,
            0,
            0,
            1,
            4,
            4095,
            4096,
            0usize.wrapping_sub(1),
            0usize.wrapping_sub(4),
        ]))
    }

    fn call(&mut self) {
        let number = match self.random.below(8) {
            0..5 => self.random.below(LINUX_CALLS),
            5..7 => BOOK + self.random.below(30),
            _ => self.value(),
        };
        let mut arguments = core::array::from_fn(|_| self.value());
        match number as u32 {
            // Made elsewhere, with bounds: fork and sleep.
            2 | 162 | 0x8004 => return,
            number if LASTING.contains(&number) || UNFAIR.contains(&number) => return,
            // What is typed would have to be waited for.
            3 | 0x8005 => arguments[0] |= self.random.pick(&[8, usize::MAX << 4]),
            // Enough of noise is enough.
            4 | 0x8001 => arguments[2] %= 80,
            0x8015 | 0x801b if self.random.below(8) > 0 => return,
            // Files are opened, not made.
            general::__NR_open => arguments[1] &= !MAKING,
            general::__NR_openat => arguments[2] &= !MAKING,
            // Who is in reach is its own process alone.
            number if AT_OTHERS.contains(&number) => arguments[0] = linux::getpid() as usize,
            _ => {}
        }
        // SAFETY: whatever happens to this process' memory is what it was made for.
        unsafe { syscall6(number, arguments) };
    }

    fn move_break(&mut self) {
        let brk = heap::program_break();
        let end = match self.random.below(3) {
            0 => self.value(),
            1 => {
                let size = 1 << self.random.pick(&[4, 12, 16, 20, 24, 26]);
                brk.wrapping_add(self.random.below(size))
            }
            _ => brk - self.random.below(1 << 16),
        };
        // SAFETY: as in `call`.
        unsafe { linux::brk(end) };
    }

    /// Takes blocks, writes over headers and links, and gives back what may be none of its own.
    fn heap(&mut self) {
        let mut blocks = [0usize; 6];
        for block in &mut blocks {
            let size = self.random.pick(&[0, 1, 16, 17, 500, 1024, 1025, 4080, 4081, 70_000, 1 << 24, usize::MAX]);
            *block = book::malloc(size).addr();
        }
        for block in blocks {
            if self.random.below(4) == 0 && (4096..KERNEL).contains(&block) {
                let word = self.random.pick(&[block & !0xfff, block]) + 4 * self.random.below(4);
                self.poke(word);
            }
            let address = if self.random.below(4) == 0 { self.value() } else { block };
            // SAFETY: as in `call`.
            unsafe { syscall3(BOOK + book::number::FREE, [address, 0, 0]) };
        }
    }

    pub(super) fn poke(&mut self, address: usize) {
        let value = self.random.pick(&[0, 1, u32::MAX, 0x2_0000, 0x8_0000, 0x6172_656e, 0xc000_0000]);
        // SAFETY: as in `call`; a fault is welcome.
        unsafe { core::ptr::with_exposed_provenance_mut::<u32>(address).write_unaligned(value) };
    }

    fn scribble(&mut self) {
        let address = self.value();
        self.poke(address);
    }

    fn nap(&mut self) {
        let request =
            [self.random.pick(&[0, 0, 0, -1, i32::MIN]), self.random.pick(&[0, 1, 20_000_000, 1 << 30, -1, i32::MIN])];
        let address = self.random.pick(&[
            request.as_ptr().addr(),
            request.as_ptr().addr(),
            0,
            KERNEL - 4096 * 2100,
            KERNEL,
            usize::MAX - 2,
        ]);
        // SAFETY: the call only reads.
        unsafe { syscall3(general::__NR_nanosleep as usize, [address, self.random.next(), 0]) };
    }

    pub(super) fn fork(&mut self) {
        if self.forks == 0 || self.depth == 0 {
            return;
        }
        self.forks -= 1;
        match linux::fork() {
            Ok(Fork::Child) => {
                self.depth -= 1;
                self.random = Random::new(self.random.0, 7);
            }
            Ok(Fork::Parent(child)) if self.random.below(2) == 0 => drop(linux::waitpid(child)),
            _ => {}
        }
    }

    /// Becomes another program, or none. The suite is given no case that it has: it would run them.
    fn execute(&mut self) {
        let long = [b'x'; 5000];
        let path: &CStr = self.random.pick(&[
            c"/bin/true",
            c"//bin/./true",
            c"/tests/suite",
            c"/bin",
            c"/bin/true/",
            c"",
            c"/etc/motd",
        ]);
        let odd = [
            c"--help".as_ptr().addr(),
            c"\x80\xff".as_ptr().addr(),
            c"".as_ptr().addr(),
            long.as_ptr().addr(),
            self.value(),
        ];
        let mut argv = [c"no_such_case".as_ptr().addr(); 40];
        let end = 2 + self.random.below(argv.len() - 2);
        argv[2..end].fill_with(|| self.random.pick(&odd));
        argv[end..].fill(0);
        let environment = if self.random.below(2) == 0 { 0 } else { self.value() };
        linux::execve_at(path.as_ptr().addr(), argv.as_ptr().addr(), environment);
    }
}
