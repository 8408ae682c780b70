//! What xv6's `usertests` ask of a kernel, case by case under their names.
//!
//! The cases are written anew for Linux' calls; what each asks for is what xv6's asks for (user/usertests.c).

mod addresses;
mod files;
mod memory;
mod processes;

pub use addresses::{badarg, copyin, copyinstr1, copyinstr2, copyinstr3, copyout, execout, kernmem, validatetest};
pub use files::{bigargtest, exectest, fourfiles, pipe1, sharedfd};
pub use memory::{bsstest, mem, sbrkfail, stacktest};
pub use processes::{
    exitwait, forkfork, forkforkfork, forktest, killstatus, preempt, reparent, reparent2, twochildren,
};
