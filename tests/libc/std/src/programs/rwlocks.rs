//! Read-write locks: readers together, writers alone.

use std::sync::{Arc, Barrier, RwLock};
use std::thread;

pub fn run() {
    let (lock, inside) = (RwLock::new((0, 0)), Barrier::new(5));
    thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| {
                let _guard = lock.read().unwrap();
                // None leaves before all have come in.
                inside.wait();
            });
        }
    });
    println!("five readers at once");

    let lock = Arc::new(lock);
    let torn: usize = thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let differs = |_: &i32| {
                        let pair = lock.read().unwrap();
                        pair.0 != pair.1
                    };
                    (0..300).filter(differs).count()
                })
            })
            .collect();
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let mut pair = lock.write().unwrap();
                    pair.0 += 1;
                    thread::yield_now();
                    pair.1 += 1;
                }
            });
        }
        readers.into_iter().map(|reader| reader.join().unwrap()).sum()
    });
    println!("{:?}, {torn} times torn", *lock.read().unwrap());
    let _reading = lock.read().unwrap();
    println!("reading too: {}, writing: {}", lock.try_read().is_ok(), lock.try_write().is_ok());
}
