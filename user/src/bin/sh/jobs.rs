//! Jobs: the pipelines that were started, and what became of them.

use crate::failure::{KILLED, Lossy};
use crate::shell::Shell;
use alloc::vec::Vec;
use core::fmt;
use linux_raw_sys::general::{WNOHANG, WUNTRACED};
use tusk_user::signal::{self, SIGCONT, SIGHUP};
use tusk_user::terminal::Settings;
use tusk_user::{Errno, Status, linux, println};

/// What a process, or a job, does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// This signal stopped it.
    Stopped(u32),
    /// It ended so.
    Done(Status),
}

impl State {
    /// The state that a wait call reported.
    fn from_status(status: Status) -> Self {
        signal::stop_signal(status).map_or(State::Done(status), State::Stopped)
    }

    /// What `$?` is for it.
    pub fn shell_code(self) -> i32 {
        match self {
            State::Running => 0,
            State::Stopped(signal) => KILLED + signal as i32,
            State::Done(status) => status.shell_code(),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |out: &mut fmt::Formatter<'_>, number| match signal::description(number) {
            Some(words) => out.pad(words),
            None => write!(out, "Signal {number}"),
        };
        match *self {
            State::Running => out.pad("Running"),
            State::Stopped(number) => named(out, number),
            State::Done(status) => match (status.signal(), status.exit_code()) {
                (Some(number), _) => named(out, number),
                (None, None | Some(0)) => out.pad("Done"),
                (None, Some(code)) => write!(out, "Exit {code}"),
            },
        }
    }
}

/// A pipeline.
pub struct Job {
    /// The number it is called by, `%1`; 0 before it has one.
    number: usize,
    /// Its process group: the pid of its first process.
    pub group: i32,
    processes: Vec<(i32, State)>,
    /// As it was written.
    pub text: Vec<u8>,
    /// What the terminal was set to when it was stopped.
    pub settings: Option<Settings>,
    /// The state the user knows of.
    reported: State,
}

impl Job {
    /// A job without a process yet.
    pub fn new(text: &[u8]) -> Self {
        let reported = State::Running;
        Job { number: 0, group: 0, processes: Vec::new(), text: text.to_vec(), settings: None, reported }
    }

    /// Adds a process; the first gives the group its number.
    pub fn add(&mut self, pid: i32) {
        if self.processes.is_empty() {
            self.group = pid;
        }
        self.processes.push((pid, State::Running));
    }

    /// The pid of the last process, which is `$!` and whose status counts.
    pub fn last_pid(&self) -> Option<i32> {
        self.processes.last().map(|process| process.0)
    }

    /// What the whole job does: it runs while one process does.
    pub fn state(&self) -> State {
        let running = self.processes.iter().find(|process| process.1 == State::Running);
        let stopped = self.processes.iter().find(|process| matches!(process.1, State::Stopped(_)));
        running.or(stopped).or(self.processes.last()).map_or(State::Done(Status(0)), |process| process.1)
    }

    /// Notes what a wait call said; false when it is no process of this job.
    pub fn update(&mut self, pid: i32, status: Status) -> bool {
        let process = self.processes.iter_mut().find(|process| process.0 == pid);
        process.map(|process| process.1 = State::from_status(status)).is_some()
    }

    /// Notes that nothing is left to wait for: somebody else collected the processes.
    pub fn lose(&mut self) {
        for process in &mut self.processes {
            if process.1 == State::Running {
                process.1 = State::Done(Status(0));
            }
        }
    }

    /// Lets its stopped processes go on.
    ///
    /// # Errors
    /// ESRCH when they are gone.
    pub fn resume(&mut self) -> Result<(), Errno> {
        for process in &mut self.processes {
            if matches!(process.1, State::Stopped(_)) {
                process.1 = State::Running;
            }
        }
        self.reported = State::Running;
        self.signal(SIGCONT)
    }

    /// Sends a signal to all of it: to the group, where it has one of its own.
    ///
    /// # Errors
    /// ESRCH when they are gone.
    pub fn signal(&self, number: u32) -> Result<(), Errno> {
        if self.processes.is_empty() {
            // It has no group: number 0 would be the shell's.
            return Ok(());
        }
        match signal::kill(-self.group, number) {
            Err(Errno::ESRCH) => self.processes.iter().try_for_each(|process| signal::kill(process.0, number)),
            result => result,
        }
    }

    /// Prints its line as `jobs` does: `[1]+ Stopped  sleep 100`.
    pub fn print(&self, mark: char) {
        println!("[{}]{mark} {:<12} {}", self.number, self.state(), Lossy(&self.text));
    }
}

/// The jobs in the background, stopped or not; what came here last is last, and the current one.
#[derive(Default)]
pub struct Jobs(Vec<Job>);

impl Jobs {
    /// Adds a job, and gives it a number if it has none.
    pub fn add(&mut self, mut job: Job) -> &Job {
        if job.number == 0 {
            job.number = 1 + self.0.iter().map(|job| job.number).max().unwrap_or(0);
        }
        job.reported = job.state();
        let place = self.0.len();
        self.0.push(job);
        &self.0[place]
    }

    /// Prints `[1] 1234`, for the one that was added last.
    pub fn print_started(&self) {
        if let Some(job) = self.0.last() {
            println!("[{}] {}", job.number, job.last_pid().unwrap_or(0));
        }
    }

    /// Takes out the job that is meant: `%1`, `%%` or `%+` (the current one), a pid, or none (the current one).
    pub fn take(&mut self, name: Option<&[u8]>) -> Option<Job> {
        self.position(name).map(|position| self.0.remove(position))
    }

    /// The job that is meant, see [`Jobs::take`].
    pub fn find(&self, name: Option<&[u8]>) -> Option<&Job> {
        self.position(name).map(|position| &self.0[position])
    }

    fn position(&self, name: Option<&[u8]>) -> Option<usize> {
        let number = |digits: &[u8]| core::str::from_utf8(digits).ok()?.parse::<i32>().ok();
        match name {
            None | Some(b"%" | b"%%" | b"%+") => self.current(),
            Some([b'%', digits @ ..]) => {
                let number = usize::try_from(number(digits)?).ok()?;
                self.0.iter().position(|job| job.number == number)
            }
            Some(digits) => {
                let pid = number(digits)?;
                self.0.iter().position(|job| job.processes.iter().any(|process| process.0 == pid))
            }
        }
    }

    /// The last one that is stopped, else the last one.
    fn current(&self) -> Option<usize> {
        let stopped = self.0.iter().rposition(|job| matches!(job.state(), State::Stopped(_)));
        stopped.or(self.0.len().checked_sub(1))
    }

    /// Whether there is one that is stopped.
    pub fn any_stopped(&self) -> bool {
        self.0.iter().any(|job| matches!(job.state(), State::Stopped(_)))
    }

    /// The pid of one that still runs.
    pub fn any_running(&self) -> Option<i32> {
        self.0.iter().find(|job| job.state() == State::Running).and_then(Job::last_pid)
    }

    /// Notes what a wait call said about a process; those that are not ours do not matter.
    pub fn update(&mut self, pid: i32, status: Status) {
        self.0.iter_mut().any(|job| job.update(pid, status));
    }

    /// Notes that there are no children left.
    fn lose(&mut self) {
        self.0.iter_mut().for_each(Job::lose);
    }

    /// Prints all of them.
    pub fn print(&self) {
        let current = self.current();
        for (index, job) in self.0.iter().enumerate() {
            job.print(if current == Some(index) { '+' } else { ' ' });
        }
    }

    /// Forgets those that ended.
    pub fn forget_done(&mut self) {
        self.0.retain(|job| !matches!(job.state(), State::Done(_)));
    }

    /// Forgets all: in a child, which is the parent of none of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// When the shell ends: a stopped job has nobody left to continue it.
    pub fn abandon(&self) {
        for job in self.0.iter().filter(|job| matches!(job.state(), State::Stopped(_))) {
            // Those that are gone already need no signal.
            let _ = job.signal(SIGHUP);
            let _ = job.signal(SIGCONT);
        }
    }
}

impl Shell {
    /// Learns what became of the jobs in the background, without waiting.
    pub fn collect(&mut self) {
        loop {
            match linux::waitpid_with(linux::ANY_CHILD, WNOHANG | self.wait_options()) {
                Ok((0, _)) => return,
                Ok((pid, status)) => self.jobs.update(pid, status),
                Err(Errno::EINTR) => {}
                Err(_) => return self.jobs.lose(),
            }
        }
    }

    /// Who could continue a stopped job wants to hear of it; without job control, to stop is to take longer.
    pub fn wait_options(&self) -> u32 {
        if self.control.is_some() { WUNTRACED } else { 0 }
    }

    /// Waits until something happens to a child.
    ///
    /// # Errors
    /// EINTR for ^C; ECHILD when there is no child.
    pub fn wait_for_any(&mut self) -> Result<(), Errno> {
        let result = linux::waitpid_with(linux::ANY_CHILD, self.wait_options());
        match result {
            Ok((pid, status)) => self.jobs.update(pid, status),
            Err(Errno::ECHILD) => self.jobs.lose(),
            Err(_) => {}
        }
        result.map(drop)
    }

    /// Before a prompt: tells about the jobs that ended or were stopped since, and forgets those that ended.
    pub fn report_jobs(&mut self) {
        if self.jobs.0.is_empty() {
            return;
        }
        self.collect();
        let current = self.jobs.current();
        for (index, job) in self.jobs.0.iter_mut().enumerate() {
            let state = job.state();
            if state != job.reported && state != State::Running {
                job.print(if current == Some(index) { '+' } else { ' ' });
            }
            job.reported = state;
        }
        self.jobs.forget_done();
    }
}
