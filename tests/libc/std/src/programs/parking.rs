//! Parking: a thread sleeps until another wakes it; a wake that came first is not lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub fn run() {
    let stage = Arc::new(AtomicUsize::new(0));
    let parked = {
        let stage = Arc::clone(&stage);
        thread::spawn(move || {
            for next in 1..=100 {
                while stage.load(Ordering::SeqCst) < next {
                    thread::park();
                }
            }
            "through"
        })
    };
    for _ in 0..100 {
        stage.fetch_add(1, Ordering::SeqCst);
        parked.thread().unpark();
    }
    println!("{}", parked.join().unwrap());

    thread::current().unpark();
    thread::park();
    println!("woken before it slept");
    let (limit, begun) = (Duration::from_millis(30), Instant::now());
    while begun.elapsed() < limit {
        thread::park_timeout(limit - begun.elapsed().min(limit));
    }
    println!("and by the clock");
}
