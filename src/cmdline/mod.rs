//! The kernel command line: words into typed options.
//!
//! Nothing is allocated, for the line is read before there is a heap: the options borrow from the caller's buffer, in which
//! [`words`] takes the quotes off in place. A word we do not know is kept, to be reported: a typing error that is silently
//! ignored costs the user an hour.

mod words;

use crate::trace::group::Groups;
use arrayvec::ArrayVec;
pub use words::words;

/// How many unknown words are kept; any more are only counted.
const MAX_UNKNOWN: usize = 8;

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options<'a> {
    /// `run=CMD`: init runs this command line, and its end is the machine's.
    pub run: Option<&'a str>,
    /// `log=console|ttyS1`: where the log goes, besides the screen.
    pub log: LogTarget,
    /// `shell=CMD`: what init starts on each terminal in place of /bin/sh.
    pub shell: Option<&'a str>,
    /// `console=tty1|ttyS0`: the terminal of whoever has no other.
    pub console: Option<Console>,
    /// `quiet`: log warnings and errors only.
    pub quiet: bool,
    /// `fork=bounce`: how fork copies a body.
    pub fork: ForkKind,
    /// `ktest[=SUBSTRING]`: run the in-kernel tests whose names contain this; empty is all.
    pub ktest: Option<&'a str>,
    /// `suite[=NAME[,NAME…]]`: run these ring-3 cases.
    pub suite: Option<Suite<'a>>,
    /// `inject=fork[:N]|calls`: let allocations within a fork, or within other system calls, fail.
    pub inject: Option<Inject>,
    /// `strace=1`: log every system call.
    pub strace: bool,
    /// `stages=1`: tell at the end how long each stage of the boot took.
    pub stages: bool,
    /// `trace=GROUP[,GROUP…]|all`: record these events, and send them to port 0xe9.
    pub trace: Option<Groups>,
    /// `magic=fork`: stop at fork's entry in Bochs' debugger.
    pub magic_break_at_fork: bool,
    /// `crash=panic|doublefault|assert`: crash on purpose once booted.
    pub crash: Option<Crash>,
    /// Words that are none of the above, or have a value that is none, without their quotes.
    pub unknown: ArrayVec<&'a str, MAX_UNKNOWN>,
    /// Unknown words beyond those kept, and words that are not UTF-8.
    pub unknown_dropped: usize,
}

/// Where the log goes, besides the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogTarget {
    /// COM1, the programs' terminal.
    #[default]
    Console,
    /// COM2, so that COM1 has nothing but what programs write.
    TtyS1,
}

/// The terminals that /dev/console can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Console {
    /// The screen.
    Tty1,
    /// COM1.
    TtyS0,
}

/// How fork copies the body of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForkKind {
    /// Page by page through one kernel page, as in the book.
    #[default]
    Bounce,
}

/// The ring-3 cases to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite<'a> {
    /// Every case there is.
    All,
    /// The cases with these names, separated by commas.
    Named(&'a str),
}

/// The fault injection wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inject {
    /// The k-th fork in a row fails its k-th allocation, until one gets through.
    ForkSweep,
    /// Allocation number N within a fork fails, counted from 1.
    Fork(u32),
    /// The same sweep for each of the calls that src/abi/injection.rs names.
    Calls,
}

/// The crash wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    /// A plain panic.
    Panic,
    /// A double fault, which arrives on a stack of its own.
    DoubleFault,
    /// A failed assertion.
    Assert,
}

impl<'a> Options<'a> {
    /// Reads the options out of `line` and takes the quotes off in place. Of an option given
    /// twice the last one counts.
    pub fn parse(line: &'a mut [u8]) -> Self {
        let mut options = Self::default();
        for word in words(line) {
            match core::str::from_utf8(word) {
                Ok(word) if options.take(word).is_some() => {}
                Ok(word) if options.unknown.try_push(word).is_ok() => {}
                _ => options.unknown_dropped += 1,
            }
        }
        options
    }

    /// Whether this boot is to end by itself, with nobody at the keyboard.
    pub fn is_unattended(&self) -> bool {
        self.run.is_some() || self.ktest.is_some() || self.suite.is_some()
    }

    /// Whether /dev/console is COM1: as was asked for, or where nobody sits at the screen.
    pub fn console_is_serial(&self) -> bool {
        self.console.map_or(self.is_unattended(), |console| console == Console::TtyS0)
    }

    /// Obeys one word; `None` when it is none of ours.
    fn take(&mut self, word: &'a str) -> Option<()> {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        match (name, value) {
            ("run", Some(command)) => self.run = Some(command),
            ("shell", Some(command)) => self.shell = Some(command),
            ("console", Some("tty1")) => self.console = Some(Console::Tty1),
            ("console", Some("ttyS0")) => self.console = Some(Console::TtyS0),
            ("log", Some("console")) => self.log = LogTarget::Console,
            ("log", Some("ttyS1")) => self.log = LogTarget::TtyS1,
            ("quiet", None) => self.quiet = true,
            ("fork", Some("bounce")) => self.fork = ForkKind::Bounce,
            ("ktest", part) => self.ktest = Some(part.unwrap_or("")),
            ("suite", None | Some("")) => self.suite = Some(Suite::All),
            ("suite", Some(names)) => self.suite = Some(Suite::Named(names)),
            ("inject", Some(value)) => self.inject = Some(Inject::parse(value)?),
            ("strace", Some("1")) => self.strace = true,
            ("stages", Some("1")) => self.stages = true,
            ("trace", Some(names)) => self.trace = Some(Groups::parse(names)?),
            ("magic", Some("fork")) => self.magic_break_at_fork = true,
            ("crash", Some("panic")) => self.crash = Some(Crash::Panic),
            ("crash", Some("doublefault")) => self.crash = Some(Crash::DoubleFault),
            ("crash", Some("assert")) => self.crash = Some(Crash::Assert),
            _ => return None,
        }
        Some(())
    }
}

impl Suite<'_> {
    /// Whether the case `name` is to run; names match whole.
    pub fn includes(self, name: &str) -> bool {
        match self {
            Suite::All => true,
            Suite::Named(names) => names.split(',').any(|wanted| wanted == name),
        }
    }
}

impl Inject {
    fn parse(value: &str) -> Option<Self> {
        if value == "calls" {
            return Some(Inject::Calls);
        }
        match value.strip_prefix("fork")? {
            "" => Some(Inject::ForkSweep),
            number => {
                let number = number.strip_prefix(':')?.parse().ok()?;
                (number > 0).then_some(Inject::Fork(number))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grub_makes_of_an_argument_comes_back() {
        // run=echo 'a b' "c\d", as GRUB passes it.
        let mut line = br#"quiet "run=echo \'a b\' \"c\\d\"" log=ttyS1"#.to_vec();
        let options = Options::parse(&mut line);
        assert_eq!(options.run, Some(r#"echo 'a b' "c\d""#));
        assert!(options.quiet && options.is_unattended());
        assert_eq!(options.log, LogTarget::TtyS1);
    }

    #[test]
    fn selections() {
        let mut line =
            b"ktest suite=a::b,c fork=bounce inject=fork:3 strace=1 stages=1 magic=fork crash=doublefault".to_vec();
        let options = Options::parse(&mut line);
        assert_eq!((options.ktest, options.inject), (Some(""), Some(Inject::Fork(3))));
        assert!(options.strace && options.stages && options.magic_break_at_fork);
        let suite = options.suite.unwrap();
        assert!(suite.includes("a::b") && suite.includes("c") && !suite.includes("a"));
        assert_eq!(options.crash, Some(Crash::DoubleFault));
        assert_eq!(Options::parse(&mut b"suite=".to_vec()).suite, Some(Suite::All));
        assert_eq!(Options::parse(&mut b"inject=fork".to_vec()).inject, Some(Inject::ForkSweep));
        assert_eq!(Options::parse(&mut b"inject=calls".to_vec()).inject, Some(Inject::Calls));
    }

    #[test]
    fn traces() {
        let mut line = b"trace=fork,sched".to_vec();
        let groups = Options::parse(&mut line).trace.unwrap();
        assert_eq!(groups.names().collect::<Vec<_>>(), ["fork", "sched"]);
        assert_eq!(Options::parse(&mut b"trace=all".to_vec()).trace, Some(Groups::all()));
        let mut line = b"trace=fork,forks trace= trace".to_vec();
        let options = Options::parse(&mut line);
        assert_eq!(options.trace, None);
        assert_eq!(options.unknown.as_slice(), ["trace=fork,forks", "trace=", "trace"]);
    }

    #[test]
    fn terminals() {
        assert!(!Options::parse(&mut b"quiet".to_vec()).console_is_serial());
        assert!(Options::parse(&mut b"run=true".to_vec()).console_is_serial());
        assert!(!Options::parse(&mut b"run=true console=tty1".to_vec()).console_is_serial());
        let mut line = br#"console=ttyS0 shell="/bin/busybox sh""#.to_vec();
        let options = Options::parse(&mut line);
        assert!(options.console_is_serial());
        assert_eq!(options.shell, Some("/bin/busybox sh"));
    }

    #[test]
    fn unknown_words_are_kept_and_then_counted() {
        let mut line = b"splash run fork=vfork inject=fork:0 inject=fork: quiet=1 \xff".to_vec();
        let options = Options::parse(&mut line);
        let known = ["splash", "run", "fork=vfork", "inject=fork:0", "inject=fork:", "quiet=1"];
        assert_eq!(options.unknown.as_slice(), known);
        assert_eq!(options.unknown_dropped, 1);
        assert_eq!(Options::parse(&mut b"a b c d e f g h i j".to_vec()).unknown_dropped, 2);
    }
}
