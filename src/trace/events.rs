//! The events, one line each. docs/trace.md says what each means; a test compares the two.

use super::event::{EventLine, GroupLine, Kind, events};
use Kind::{Call, CallWord, Choice, Decimal, Hex, Signed};

/// The two halves of memory, in the order of [`Pool`](crate::mm::frame::Pool).
const POOL: Kind = Choice(&["kernel", "user"]);

events! {
    fork Fork {
        step sys_fork() -> ();
        step copy_process() -> ();
        step copy_pcb_vaddrbitmap_stack0() -> ();
        step create_page_dir() -> ();
        step copy_body_stack3() -> ();
        step build_child_stack() -> ();
        step update_inode_open_cnts() -> ();
        point pcb_page(page: Hex);
        point bounce_page(page: Hex, frame: Hex);
        point page(page: Hex, parent_frame: Hex, through: Hex, child_frame: Hex, how: Choice(&["bounce", "shared"]));
        point ready(parent: Decimal, pid: Decimal);
    }
    clone Clone {
        step sys_clone(flags: Hex, kind: Choice(&["process", "vfork", "thread"])) -> ();
        point shares(memory: Decimal, fs: Decimal, files: Decimal, handlers: Decimal, process: Decimal, parent: Decimal);
        point stack(esp: Hex);
    }
    exec Exec {
        step load() -> ();
        text opened(path);
        text program(name);
        point segment(address: Hex, size: Decimal, from_file: Decimal, access: Hex);
        point old_image_dropped();
        point start(eip: Hex, esp: Hex);
    }
    exit Exit {
        point ended(status: Decimal);
        point released();
        point hanging();
        step wait() -> ();
        point collected(pid: Decimal, status: Decimal);
        point reaped(pid: Decimal);
    }
    fault Fault {
        step page(address: Hex, error: Hex, eip: Hex) -> ();
        point stack_grows(address: Hex);
        point brought(page: Hex, how: Choice(&["zeros", "file", "copy", "writable", "there"]));
        point kernel_resumes(eip: Hex);
        point signal(signal: Decimal, address: Hex);
    }
    sched Sched {
        point switch(from: Decimal, to: Decimal);
        point block(status: Choice(&["running", "ready", "blocked", "waiting", "stopped", "hanging", "died"]));
        point wake(pid: Decimal);
        point preempt(by: Decimal);
        point slice_over();
    }
    syscall Syscall {
        step call(
            number: Call, word1: CallWord(1), word2: CallWord(2), word3: CallWord(3), word4: CallWord(4),
            word5: CallWord(5), word6: CallWord(6)
        ) -> (number: Call, result: Signed);
        point restart(number: Call);
    }
    alloc Alloc {
        point frame(frame: Hex, pool: POOL);
        point frame_shared(frame: Hex, users: Decimal);
        point frame_back(frame: Hex, pool: POOL);
        point kernel_pages(page: Hex, count: Decimal);
        point kernel_pages_back(page: Hex, count: Decimal);
        point arena(address: Hex, block: Decimal);
        point arena_back(address: Hex, block: Decimal);
        point user_page(page: Hex);
    }
}
