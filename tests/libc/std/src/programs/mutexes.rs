//! Mutexes: nothing is lost between eight threads, and a panic poisons.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

pub fn run() {
    let number = Arc::new(Mutex::new(0u32));
    // Wider than a register.
    let wide = Arc::new(AtomicU64::new(0));
    let handles: Vec<_> = (0..8)
        .map(|_| {
            let (number, wide) = (Arc::clone(&number), Arc::clone(&wide));
            thread::spawn(move || {
                for _ in 0..5000 {
                    *number.lock().unwrap() += 1;
                    wide.fetch_add(0x1_0000_0001, Ordering::Relaxed);
                }
            })
        })
        .collect();
    handles.into_iter().for_each(|handle| handle.join().unwrap());
    println!("{} {:x}", *number.lock().unwrap(), wide.load(Ordering::SeqCst));

    let guard = number.lock().unwrap();
    let other = Arc::clone(&number);
    println!("held: {}", thread::spawn(move || other.try_lock().is_err()).join().unwrap());
    drop(guard);

    std::panic::set_hook(Box::new(|_| ()));
    let other = Arc::clone(&number);
    let result = thread::spawn(move || {
        let _guard = other.lock().unwrap();
        panic!("with the mutex held");
    })
    .join();
    println!("panicked: {}, poisoned: {}", result.is_err(), number.is_poisoned());
    println!("what it guards: {}", number.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
}
