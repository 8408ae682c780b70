//! A thread ends the process while others sleep and wait.

use std::sync::{Barrier, LazyLock, Mutex};
use std::thread;
use std::time::Duration;

static ALL_HERE: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(12));
static HELD: Mutex<()> = Mutex::new(());

pub fn run() {
    let _guard = HELD.lock();
    for number in 0..10 {
        thread::spawn(move || {
            ALL_HERE.wait();
            if number % 2 == 0 { drop(HELD.lock()) } else { thread::sleep(Duration::from_secs(100_000)) }
        });
    }
    thread::spawn(|| {
        ALL_HERE.wait();
        println!("leaving");
        std::process::exit(7);
    });
    ALL_HERE.wait();
    thread::sleep(Duration::from_secs(100_000));
}
