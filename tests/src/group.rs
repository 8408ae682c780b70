//! Process groups: an emulator is a grandchild of ours, and ends together with the scripts around it.
//!
//! What we start gets a process group of its own. A time limit, an error or Ctrl-C ends that group,
//! politely first, as the scripts have temporary files to remove. Nothing is ever looked up by name.

use std::process::Child;
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How long a group that is asked to end may take before it is killed.
const FAREWELL: Duration = Duration::from_secs(3);

/// The same when the whole run is interrupted, and a person waits.
const SHORT_FAREWELL: Duration = Duration::from_millis(500);

/// How often we look whether it has.
const POLL: Duration = Duration::from_millis(50);

/// The groups alive now, for [`end_all`].
static ALIVE: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// The group of a child that was started as its leader. Dropping it does not end it.
pub struct Group(Pid);

impl Group {
    /// Takes note of the child's group.
    pub fn of(leader: &Child) -> Self {
        let group = Pid::from_child(leader);
        ALIVE.lock().unwrap().push(group);
        Self(group)
    }

    /// Ends the group, and reaps its leader.
    pub fn end(&self, leader: &mut Child) {
        let mut has_ended = || !matches!(leader.try_wait(), Ok(None));
        if !has_ended() {
            let _ = kill_process_group(self.0, Signal::TERM);
            let asked = Instant::now();
            while asked.elapsed() < FAREWELL && !has_ended() {
                sleep(POLL);
            }
        }
        // The group outlives its leader while any member does. That it has no member is no error.
        let _ = kill_process_group(self.0, Signal::KILL);
        let _ = leader.wait();
        ALIVE.lock().unwrap().retain(|group| *group != self.0);
    }
}

/// Ends every group that is alive: the last act of a run.
pub fn end_all() {
    let groups = ALIVE.lock().unwrap();
    if groups.is_empty() {
        return;
    }
    for (signal, wait) in [(Signal::TERM, SHORT_FAREWELL), (Signal::KILL, Duration::ZERO)] {
        for group in groups.iter() {
            let _ = kill_process_group(*group, signal);
        }
        sleep(wait);
    }
}
