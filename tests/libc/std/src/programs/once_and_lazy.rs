//! What is made once, by whoever comes first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Once, OnceLock};
use std::thread;
use std::time::Duration;

static MADE: AtomicUsize = AtomicUsize::new(0);
static TABLE: LazyLock<Vec<usize>> = LazyLock::new(|| {
    MADE.fetch_add(1, Ordering::SeqCst);
    thread::sleep(Duration::from_millis(20));
    (0..100).collect()
});
static ONCE: Once = Once::new();
static WORD: OnceLock<String> = OnceLock::new();

pub fn run() {
    let sums: Vec<usize> = thread::scope(|scope| {
        let handles: Vec<_> = (0..8)
            .map(|number| {
                scope.spawn(move || {
                    ONCE.call_once(|| {
                        MADE.fetch_add(100, Ordering::SeqCst);
                    });
                    WORD.get_or_init(|| {
                        MADE.fetch_add(10000, Ordering::SeqCst);
                        "word".to_owned()
                    });
                    TABLE[number]
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    println!("{sums:?} {} {:?}", MADE.load(Ordering::SeqCst), WORD.get());
}
