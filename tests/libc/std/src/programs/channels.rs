//! Channels: of any length, of a fixed one and of none; what is said when the other end is gone.

use std::sync::mpsc::{RecvTimeoutError, TryRecvError, TrySendError, channel, sync_channel};
use std::thread;
use std::time::Duration;

pub fn run() {
    let (sender, receiver) = channel();
    for thread in 0..4 {
        let sender = sender.clone();
        thread::spawn(move || (0..250).for_each(|number| sender.send(thread * 250 + number).unwrap()));
    }
    drop(sender);
    let mut all: Vec<i32> = receiver.iter().collect();
    let in_order = (0..4).all(|thread| {
        let own: Vec<_> = all.iter().filter(|number| **number / 250 == thread).collect();
        own.is_sorted()
    });
    all.sort_unstable();
    println!("{} numbers, each thread's in order: {in_order}, all: {}", all.len(), all == Vec::from_iter(0..1000));

    for room in [0, 3] {
        let (sender, receiver) = sync_channel(room);
        let sending = thread::spawn(move || (0..100).for_each(|number| sender.send(number).unwrap()));
        let sum: i32 = receiver.iter().sum();
        sending.join().unwrap();
        println!("room for {room}: {sum}");
    }

    let (sender, receiver) = sync_channel(1);
    println!("{:?}", receiver.try_recv() == Err(TryRecvError::Empty));
    println!("{:?}", receiver.recv_timeout(Duration::from_millis(20)) == Err(RecvTimeoutError::Timeout));
    println!("{:?} {:?}", sender.try_send(1), sender.try_send(2) == Err(TrySendError::Full(2)));
    drop(receiver);
    println!("{:?}", sender.send(3).is_err());
}
