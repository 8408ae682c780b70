//! A panic ends its thread and no other: it unwinds, drops what it had, and can be read where the thread is joined.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

static DROPPED: AtomicUsize = AtomicUsize::new(0);

struct Noted;

impl Drop for Noted {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::SeqCst);
    }
}

fn deep(depth: u32) -> u32 {
    let _noted = Noted;
    if depth == 0 { panic!("at the bottom") } else { deep(depth - 1) + 1 }
}

pub fn run() {
    // What the hook says has the thread's id in it.
    std::panic::set_hook(Box::new(|_| ()));
    let error = thread::spawn(|| deep(20)).join().unwrap_err();
    println!("{:?}, {} dropped", error.downcast_ref::<&str>(), DROPPED.load(Ordering::SeqCst));

    let handles: Vec<_> = (0..6)
        .map(|number| thread::spawn(move || if number % 2 == 0 { panic!("number {number}") } else { number }))
        .collect();
    for handle in handles {
        match handle.join() {
            Ok(number) => println!("returned {number}"),
            Err(error) => println!("panicked: {:?}", error.downcast_ref::<String>()),
        }
    }
    println!("caught: {}", catch_unwind(AssertUnwindSafe(|| deep(3))).is_err());
    println!("caught in a thread: {}", thread::spawn(|| catch_unwind(|| deep(1)).is_err()).join().unwrap());
}
