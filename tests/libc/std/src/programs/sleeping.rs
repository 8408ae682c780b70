//! Sleep lasts as long as it should at least, in several threads at once; the clocks go forward.

use std::thread;
use std::time::{Duration, Instant, SystemTime};

pub fn run() {
    let handles: Vec<_> = (1..=5)
        .map(|number| {
            thread::spawn(move || {
                let (time, begun) = (Duration::from_millis(20 * number), Instant::now());
                thread::sleep(time);
                begun.elapsed() >= time
            })
        })
        .collect();
    println!("{:?}", handles.into_iter().map(|handle| handle.join().unwrap()).collect::<Vec<_>>());
    let (first, second) = (SystemTime::now(), Instant::now());
    thread::sleep(Duration::from_millis(10));
    println!("{} {}", SystemTime::now() > first, Instant::now() > second);
}
