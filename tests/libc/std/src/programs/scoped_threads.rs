//! Threads that borrow: they end before what they borrow does.

use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

pub fn run() {
    let mut numbers: Vec<u32> = (0..1000).collect();
    let (left, right) = numbers.split_at_mut(500);
    let sum = AtomicI32::new(0);
    let longest = thread::scope(|scope| {
        scope.spawn(|| left.iter_mut().for_each(|number| *number *= 2));
        scope.spawn(|| right.iter_mut().for_each(|number| *number += 1));
        for number in 0..10 {
            let sum = &sum;
            scope.spawn(move || sum.fetch_add(number, Ordering::Relaxed));
        }
        scope.spawn(|| ["one", "three", "two"].into_iter().max_by_key(|word| word.len())).join().unwrap()
    });
    println!("{} {} {longest:?}", numbers.iter().sum::<u32>(), sum.into_inner());
}
