//! What the shell does with signals itself, and what its children find.
//!
//! A shell at a terminal is not ended or stopped by a key. SIGINT is caught rather than ignored, because it has to end
//! a `wait`, and a line that is read without the editor; the others are ignored. `execve` undoes what is caught, but
//! not what is ignored, so children undo all of it.

use tusk_user::signal::{self, Action, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SignalSet};

/// The status of a line that ^C ended.
pub const INTERRUPTED_STATUS: i32 = crate::failure::KILLED + SIGINT as i32;

/// The signals an interactive shell ignores.
const IGNORED: [u32; 5] = [SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU];

/// A call that waits comes back with EINTR: that is all there is to do.
extern "C" fn note(_signal: i32) {}

/// Makes the shell outlive the keys.
pub fn keep() {
    set_all(Action::Call(note, 0), Action::Ignore);
}

/// In a child: makes the keys count again.
pub fn restore() {
    set_all(Action::Default, Action::Default);
}

/// What is held back while a child is made, until this is dropped: by the parent at once, by the child when its signals
/// are its own. A signal that came to the child before would be taken for one of ours, and be lost (`sleep 9 & kill $!`).
pub struct Held {
    before: SignalSet,
}

/// Holds back the signals that [`keep`] and [`restore`] set.
pub fn hold() -> Option<Held> {
    let all = IGNORED.iter().fold(SignalSet::EMPTY.with(SIGINT), |set, &signal| set.with(signal));
    // Without it there is the race, and nothing worse.
    signal::set_mask(all).ok().map(|before| Held { before })
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = signal::set_mask(self.before);
    }
}

/// In a child that runs in the background of a shell without job control: the keys are not meant for it.
pub fn ignore_keys() {
    set(SIGINT, Action::Ignore);
    set(SIGQUIT, Action::Ignore);
}

fn set_all(interrupt: Action, others: Action) {
    set(SIGINT, interrupt);
    IGNORED.iter().for_each(|&signal| set(signal, others));
}

/// Sets one action; a kernel without it leaves the shell as it would be without the call.
fn set(signal: u32, action: Action) {
    let _ = signal::set_action(signal, action);
}
