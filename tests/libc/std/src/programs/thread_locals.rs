//! Thread locals: each thread's own, begun when first used, dropped with their thread.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

static DROPPED: AtomicUsize = AtomicUsize::new(0);

struct Words(RefCell<Vec<String>>);

impl Drop for Words {
    fn drop(&mut self) {
        DROPPED.fetch_add(self.0.borrow().len(), Ordering::SeqCst);
    }
}

thread_local! {
    static NUMBER: Cell<u32> = const { Cell::new(5) };
    static WORDS: Words = Words(RefCell::new(vec!["first".to_owned()]));
}

pub fn run() {
    NUMBER.set(100);
    let handles: Vec<_> = (1..=6)
        .map(|own| {
            thread::spawn(move || {
                NUMBER.set(NUMBER.get() + own);
                thread::yield_now();
                WORDS.with(|words| (0..own).for_each(|at| words.0.borrow_mut().push(format!("{own} {at}"))));
                NUMBER.get()
            })
        })
        .collect();
    let numbers: Vec<_> = handles.into_iter().map(|handle| handle.join().unwrap()).collect();
    println!("{numbers:?}, here {}", NUMBER.get());
    println!("{} dropped", DROPPED.load(Ordering::SeqCst));
}
