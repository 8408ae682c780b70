//! Condition variables: turns between four threads, time limits, waking all.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

pub fn run() {
    let shared = Arc::new((Mutex::new((0, Vec::new())), Condvar::new()));
    let handles: Vec<_> = (0..4)
        .map(|own| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let (mutex, turned) = &*shared;
                for _ in 0..50 {
                    let mut state = turned.wait_while(mutex.lock().unwrap(), |(turn, _)| *turn != own).unwrap();
                    state.1.push(own);
                    state.0 = (own + 1) % 4;
                    turned.notify_all();
                }
            })
        })
        .collect();
    handles.into_iter().for_each(|handle| handle.join().unwrap());
    let order = &shared.0.lock().unwrap().1;
    println!("{} turns, in order: {}", order.len(), order.iter().enumerate().all(|(at, own)| at % 4 == *own));

    let (mutex, never) = (Mutex::new(()), Condvar::new());
    let (limit, begun) = (Duration::from_millis(40), Instant::now());
    let (_guard, result) = never.wait_timeout_while(mutex.lock().unwrap(), limit, |()| true).unwrap();
    println!("timed out: {}, in time: {}", result.timed_out(), begun.elapsed() >= limit);
}
