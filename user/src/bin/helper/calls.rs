//! `helper calls`: calls of every kind that strace shows in a way of its own, for the tests to compare their lines.
//!
//! What is printed must be the same on Linux and on Tusk, but for addresses, pids and times: so it is all about files and
//! processes of its own, in a directory that is empty. Results are not looked at; the lines have them.

use core::ffi::CStr;
use linux_raw_sys::general as nr;
use tusk_user::syscall::syscall6;

/// A call of these words. The memory that it may write to is the caller's for the whole of the call.
fn call(number: u32, words: &[usize]) -> usize {
    let mut all = [0; 6];
    for (place, word) in all.iter_mut().zip(words) {
        *place = *word;
    }
    // SAFETY: every address that is handed over below is one of a buffer that is borrowed for writing or only read by the
    // call, or is none of this program's; and no call below takes memory away.
    unsafe { syscall6(number as usize, all) }
}

/// The address of a string, or of a buffer that is only read.
fn text(string: &CStr) -> usize {
    string.as_ptr().addr()
}

/// The address of a buffer that the call fills.
fn room<T: ?Sized>(buffer: &mut T) -> usize {
    core::ptr::from_mut(buffer).cast::<u8>().expose_provenance()
}

/// The address of what the call reads.
fn given<T: ?Sized>(value: &T) -> usize {
    core::ptr::from_ref(value).cast::<u8>().expose_provenance()
}

const HERE: usize = nr::AT_FDCWD as usize;
const FILE: &CStr = c"traced-file";
/// Where no program has anything.
const NOWHERE: usize = 16;
/// No descriptor.
const CLOSED: usize = 99;

/// Makes the calls.
pub fn make() {
    files();
    bytes();
    descriptors();
    memory();
    signals();
    times();
    processes();
    nonsense();
}

fn files() {
    let mut buffer = [0u8; 300];
    call(nr::__NR_openat, &[HERE, text(FILE), (nr::O_RDWR | nr::O_CREAT | nr::O_EXCL | nr::O_CLOEXEC) as usize, 0o640]);
    call(nr::__NR_openat, &[HERE, text(c"missing"), nr::O_RDONLY as usize]);
    call(nr::__NR_open, &[text(FILE), (nr::O_WRONLY | nr::O_APPEND) as usize]);
    call(nr::__NR_open, &[text(c"."), (nr::O_DIRECTORY | nr::O_NONBLOCK) as usize]);
    call(nr::__NR_stat64, &[text(FILE), room(&mut buffer)]);
    call(nr::__NR_lstat64, &[text(c"/dev/null"), room(&mut buffer)]);
    call(nr::__NR_fstat64, &[CLOSED, room(&mut buffer)]);
    call(nr::__NR_fstatat64, &[HERE, text(FILE), room(&mut buffer), nr::AT_SYMLINK_NOFOLLOW as usize]);
    call(nr::__NR_access, &[text(FILE), (nr::R_OK | nr::W_OK) as usize]);
    call(nr::__NR_access, &[text(c"missing"), nr::F_OK as usize]);
    call(nr::__NR_mkdir, &[text(c"traced-folder"), 0o755]);
    call(nr::__NR_mkdirat, &[CLOSED, text(c"x"), 0]);
    call(nr::__NR_chmod, &[text(FILE), 0o4711]);
    call(nr::__NR_symlink, &[text(c"target"), text(c"traced-link")]);
    call(nr::__NR_readlink, &[text(c"traced-link"), room(&mut buffer), 300]);
    call(nr::__NR_mknod, &[text(c"traced-fifo"), 0o010600, 0]);
    call(nr::__NR_rename, &[text(c"traced-link"), text(c"traced-other")]);
    call(nr::__NR_linkat, &[HERE, text(FILE), HERE, text(c"traced-hard"), 0]);
    for name in [c"traced-fifo", c"traced-other", c"traced-hard"] {
        call(nr::__NR_unlink, &[text(name)]);
    }
    call(nr::__NR_unlinkat, &[HERE, text(c"traced-folder"), nr::AT_REMOVEDIR as usize]);
    call(nr::__NR_umask, &[0o27]);
    call(nr::__NR_umask, &[0o22]);
}

fn bytes() {
    let mut buffer = [0u8; 100];
    let odd = b"\x7fELF\0\x019\x01x\xff \"quoted\" \\ \t\r\n\x0b\x0c";
    let file = call(nr::__NR_open, &[text(FILE), nr::O_RDWR as usize]);
    call(nr::__NR_write, &[file, given(odd), odd.len()]);
    call(nr::__NR_write, &[file, given(b"exactly thirty-two bytes of text"), 32]);
    call(nr::__NR_write, &[file, given(b"and one that is longer than is shown"), 36]);
    call(nr::__NR_write, &[file, NOWHERE, 5]);
    call(nr::__NR_write, &[file, 0, 0]);
    call(nr::__NR_lseek, &[file, 0, nr::SEEK_SET as usize]);
    call(nr::__NR_lseek, &[file, usize::MAX, nr::SEEK_CUR as usize]);
    call(nr::__NR_lseek, &[file, 0, 77]);
    call(nr::__NR__llseek, &[file, 0, 2, room(&mut buffer), nr::SEEK_SET as usize]);
    call(nr::__NR_read, &[file, room(&mut buffer), 100]);
    call(nr::__NR_read, &[file, room(&mut buffer), 0]);
    call(nr::__NR_read, &[CLOSED, room(&mut buffer), 10]);
    call(nr::__NR_pread64, &[file, room(&mut buffer), 4, 1, 0]);
    call(nr::__NR_pwrite64, &[file, given(b"P"), 1, 3, 0]);
    let pieces = [[given(b"one"), 3], [given(b"-two-"), 5]];
    call(nr::__NR_writev, &[file, given(&pieces), 2]);
    let (mut one, mut other) = ([0u8; 4], [0u8; 40]);
    let pieces = [[room(&mut one), 4], [room(&mut other), 40]];
    call(nr::__NR_lseek, &[file, 0, nr::SEEK_SET as usize]);
    call(nr::__NR_readv, &[file, given(&pieces), 2]);
    call(nr::__NR_ftruncate, &[file, 10]);
    call(nr::__NR_ftruncate64, &[file, 20, 0]);
    call(nr::__NR_unlink, &[text(FILE)]);
    call(nr::__NR_close, &[file]);
    call(nr::__NR_close, &[CLOSED]);
}

fn descriptors() {
    let mut ends = [0u32; 2];
    call(nr::__NR_pipe, &[room(&mut ends)]);
    call(nr::__NR_pipe2, &[NOWHERE, nr::O_CLOEXEC as usize]);
    let [reader, writer] = ends.map(|end| end as usize);
    call(nr::__NR_fcntl64, &[reader, nr::F_GETFD as usize]);
    call(nr::__NR_fcntl64, &[reader, nr::F_SETFD as usize, nr::FD_CLOEXEC as usize]);
    call(nr::__NR_fcntl64, &[reader, nr::F_GETFD as usize]);
    call(nr::__NR_fcntl64, &[writer, nr::F_GETFL as usize]);
    call(nr::__NR_fcntl64, &[writer, nr::F_SETFL as usize, nr::O_NONBLOCK as usize]);
    call(nr::__NR_fcntl64, &[writer, nr::F_DUPFD as usize, 20]);
    call(nr::__NR_dup2, &[writer, 21]);
    call(nr::__NR_dup3, &[writer, 22, nr::O_CLOEXEC as usize]);
    let polled = |events: u32| [[reader as u32, events], [writer as u32, nr::POLLOUT], [u32::MAX, 0]];
    call(nr::__NR_poll, &[room(&mut polled(nr::POLLIN)), 1, 0]);
    call(nr::__NR_poll, &[room(&mut polled(nr::POLLIN | nr::POLLPRI)), 3, 1000]);
    call(nr::__NR_write, &[writer, given(b"!"), 1]);
    call(nr::__NR_poll, &[room(&mut polled(nr::POLLIN)), 2, usize::MAX]);
    let (mut set, mut time) = ([1u32 << reader, 0], [1u32, 0]);
    call(nr::__NR__newselect, &[reader + 1, room(&mut set), 0, 0, 0]);
    call(nr::__NR_read, &[reader, room(&mut [0u8; 8]), 8]);
    time[0] = 0;
    call(nr::__NR__newselect, &[reader + 1, room(&mut set), 0, 0, room(&mut time)]);
    let mut space = [0u32; 15];
    call(nr::__NR_ioctl, &[reader, linux_raw_sys::ioctl::TCGETS as usize, room(&mut space)]);
    call(nr::__NR_ioctl, &[reader, linux_raw_sys::ioctl::FIONREAD as usize, room(&mut space)]);
    for file in [reader, writer, 20, 21, 22] {
        call(nr::__NR_close, &[file]);
    }
}

fn memory() {
    let private = (nr::MAP_PRIVATE | nr::MAP_ANONYMOUS) as usize;
    let both = (nr::PROT_READ | nr::PROT_WRITE) as usize;
    let page = call(nr::__NR_mmap2, &[0, 8192, both, private, usize::MAX, 0]);
    call(nr::__NR_mprotect, &[page, 4096, nr::PROT_READ as usize]);
    call(nr::__NR_mprotect, &[page, 4096, nr::PROT_NONE as usize]);
    call(nr::__NR_madvise, &[page, 4096, nr::MADV_DONTNEED as usize]);
    call(nr::__NR_msync, &[page, 4096, nr::MS_SYNC as usize]);
    let moved = call(nr::__NR_mremap, &[page, 8192, 12288, nr::MREMAP_MAYMOVE as usize]);
    call(nr::__NR_munmap, &[moved, 12288]);
    call(nr::__NR_mmap2, &[0, 4096, nr::PROT_READ as usize, nr::MAP_SHARED as usize, CLOSED, 3]);
    call(nr::__NR_mmap2, &[0, 0, 7, private | nr::MAP_FIXED as usize | nr::MAP_NORESERVE as usize, usize::MAX, 0]);
}

fn signals() {
    let (mut set, mut old) = ([1u32 << 16 | 1 << 1, 0], [0u32; 5]);
    call(nr::__NR_rt_sigprocmask, &[nr::SIG_BLOCK as usize, room(&mut set), room(&mut old), 8]);
    call(nr::__NR_rt_sigprocmask, &[nr::SIG_SETMASK as usize, given(&[0u32; 2]), 0, 8]);
    call(nr::__NR_rt_sigprocmask, &[nr::SIG_BLOCK as usize, NOWHERE, 0, 8]);
    call(nr::__NR_rt_sigprocmask, &[77, 0, 0, 4]);
    let ignoring = [1, nr::SA_RESTART as usize, 0, u32::MAX as usize, usize::MAX];
    call(nr::__NR_rt_sigaction, &[nr::SIGUSR1 as usize, given(&ignoring), room(&mut old), 8]);
    call(nr::__NR_rt_sigaction, &[nr::SIGUSR1 as usize, given(&[0usize; 5]), room(&mut old), 8]);
    call(nr::__NR_rt_sigaction, &[nr::SIGKILL as usize, given(&ignoring), 0, 8]);
    call(nr::__NR_rt_sigaction, &[40, 0, 0, 8]);
    call(nr::__NR_sigaltstack, &[0, room(&mut old)]);
    call(nr::__NR_rt_sigpending, &[room(&mut old), 8]);
    call(nr::__NR_kill, &[i32::MAX as usize, nr::SIGTERM as usize]);
    let own = call(nr::__NR_getpid, &[]);
    call(nr::__NR_kill, &[own, nr::SIGCHLD as usize]);
    call(nr::__NR_tgkill, &[own, own, nr::SIGWINCH as usize]);
    call(nr::__NR_kill, &[own, 99]);
}

fn times() {
    let mut room_for = [0u32; 8];
    call(nr::__NR_nanosleep, &[given(&[0u32, 1000]), 0]);
    call(nr::__NR_nanosleep, &[given(&[0u32, u32::MAX]), 0]);
    call(nr::__NR_clock_nanosleep, &[nr::CLOCK_MONOTONIC as usize, 0, given(&[0u32, 1000]), room(&mut room_for)]);
    call(nr::__NR_clock_gettime, &[77, room(&mut room_for)]);
    call(nr::__NR_clock_getres, &[nr::CLOCK_REALTIME as usize, NOWHERE]);
    call(nr::__NR_getitimer, &[nr::ITIMER_REAL as usize, room(&mut room_for)]);
    call(nr::__NR_setitimer, &[nr::ITIMER_VIRTUAL as usize, given(&[0u32, 0, 1, 500]), 0]);
    call(nr::__NR_setitimer, &[nr::ITIMER_VIRTUAL as usize, given(&[0u32; 4]), 0]);
    call(nr::__NR_alarm, &[0]);
}

fn processes() {
    let mut room_for = [0u32; 20];
    call(nr::__NR_getrlimit, &[77, room(&mut room_for)]);
    call(nr::__NR_getpriority, &[nr::PRIO_PROCESS as usize, 0]);
    call(nr::__NR_sched_getscheduler, &[0]);
    call(nr::__NR_sched_get_priority_max, &[nr::SCHED_FIFO as usize]);
    call(nr::__NR_sched_getparam, &[0, room(&mut room_for)]);
    call(nr::__NR_prctl, &[linux_raw_sys::prctl::PR_SET_NAME as usize, text(c"traced")]);
    call(nr::__NR_futex, &[room(&mut room_for), nr::FUTEX_WAKE as usize | 128, 1]);
    call(nr::__NR_futex, &[room(&mut room_for), nr::FUTEX_WAIT as usize, 5, given(&[1u32, 0])]);
    call(nr::__NR_execve, &[text(c"./missing"), given(&[text(c"a"), text(c"b\n"), 0]), given(&[text(c"x=1"), 0])]);
    call(nr::__NR_execve, &[text(c"missing"), 0, 0]);
    for status in [0, 3] {
        let mut word = 0u32;
        let child = call(nr::__NR_fork, &[]);
        if child == 0 {
            call(nr::__NR_exit_group, &[status]);
        }
        call(nr::__NR_wait4, &[child, room(&mut word), 0, 0]);
    }
    let mut word = 0u32;
    let child = call(nr::__NR_clone, &[nr::SIGCHLD as usize, 0, 0, 0, 0]);
    if child == 0 {
        call(nr::__NR_kill, &[call(nr::__NR_getpid, &[]), nr::SIGKILL as usize]);
    }
    call(nr::__NR_waitpid, &[child, room(&mut word), 0]);
    call(nr::__NR_wait4, &[usize::MAX, room(&mut word), nr::WNOHANG as usize, 0]);
}

fn nonsense() {
    call(nr::__NR_openat, &[HERE, NOWHERE, 0]);
    call(nr::__NR_openat, &[HERE, 0, 0]);
    call(nr::__NR_open, &[text(c"a name that is much longer than the 32 bytes that are shown"), 0]);
    call(nr::__NR_close, &[usize::MAX]);
    call(nr::__NR_dup, &[i32::MIN as usize]);
    call(nr::__NR_setpgid, &[usize::MAX, 0]);
    call(nr::__NR_sched_yield, &[]);
}
