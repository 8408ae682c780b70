//! Threads: what they return, their names, and many at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

pub fn run() {
    let handles: Vec<_> = (1..=8u64).map(|number| thread::spawn(move || (1..=number).product::<u64>())).collect();
    let products: Vec<_> = handles.into_iter().map(|handle| handle.join().unwrap()).collect();
    println!("{products:?}");

    let named = thread::Builder::new().name("worker".into()).stack_size(64 << 10);
    let name = named.spawn(|| thread::current().name().map(str::to_owned)).unwrap().join().unwrap();
    println!("{name:?}");

    // All of them are there at the same time.
    let (barrier, count) = (Arc::new(Barrier::new(32)), Arc::new(AtomicUsize::new(0)));
    let handles: Vec<_> = (0..32)
        .map(|_| {
            let (barrier, count) = (Arc::clone(&barrier), Arc::clone(&count));
            thread::spawn(move || {
                count.fetch_add(1, Ordering::SeqCst);
                let is_leader = barrier.wait().is_leader();
                (count.load(Ordering::SeqCst), is_leader)
            })
        })
        .collect();
    let seen: Vec<_> = handles.into_iter().map(|handle| handle.join().unwrap()).collect();
    let leaders = seen.iter().filter(|(_, is_leader)| *is_leader).count();
    println!("all saw 32: {}, leaders: {leaders}", seen.iter().all(|(count, _)| *count == 32));
    println!("processors: {}", thread::available_parallelism().is_ok());

    // One after the other: what each takes comes back.
    let sum: usize = (0..500).map(|number| thread::spawn(move || number).join().unwrap()).sum();
    println!("{sum}");
}
