//! What an event is: a line of the table, and what it leaves in the ring.
//!
//! The table (events.rs) is data, one line an event: what is printed, what docs/trace.md lists and the function that a
//! tracepoint calls all come from it, so they cannot disagree. An event is a *point*, which happened, or a *step*,
//! which begins and ends. What it has to tell are plain words, so that recording is a few stores; how a word is read
//! is said by its [`Kind`] when it is printed.

/// How many words an event can have.
pub const WORDS: usize = 8;
/// How many bytes of text fit in those.
pub const TEXT: usize = WORDS * 4;

/// How a word is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A number.
    Decimal,
    /// A number that may be negative.
    Signed,
    /// An address, or flags: in base 16.
    Hex,
    /// One of those names.
    Choice(&'static [&'static str]),
    /// This word and all after it are the bytes of a name, with NULs behind it.
    Text,
    /// The number of a system call: its name is printed too, where it is known.
    Call,
    /// What that call was given at this place, from 1 on: under the name that the call has for it, and left out if it
    /// has none.
    CallWord(usize),
}

/// What a line says about an event at its place in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Mark {
    /// A step begins.
    Begin,
    /// A step ends, perhaps with an error.
    End,
    /// Something happened.
    Point,
}

impl Mark {
    /// As it is printed.
    pub const fn sign(self) -> char {
        match self {
            Self::Begin => '>',
            Self::End => '<',
            Self::Point => '.',
        }
    }

    /// The mark with that number.
    pub const fn of(number: u8) -> Self {
        match number {
            0 => Self::Begin,
            1 => Self::End,
            _ => Self::Point,
        }
    }
}

/// The names of words, with how each is printed.
pub type Arguments = &'static [(&'static str, Kind)];

/// A line of the table.
pub struct EventLine {
    pub name: &'static str,
    /// Of a point or of a step's beginning.
    pub arguments: Arguments,
    /// Of a step's end; `None` for a point.
    pub results: Option<Arguments>,
}

/// A group of events, which are turned on together.
pub struct GroupLine {
    pub name: &'static str,
    pub events: &'static [EventLine],
}

/// Which line of the table: its group's number times 256, and its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event(pub u16);

impl Event {
    /// Line `number` of `group`.
    pub const fn new(group: u8, number: u8) -> Self {
        Self((group as u16) << 8 | number as u16)
    }

    /// The group's number.
    pub const fn group(self) -> usize {
        (self.0 >> 8) as usize
    }

    /// The line's number in its group.
    pub const fn number(self) -> usize {
        (self.0 & 0xff) as usize
    }
}

/// What the ring keeps of one event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Record {
    /// Cycles since the kernel's first instruction, less those that tracing took.
    pub cycles: u64,
    /// The task that ran; 0 before there are pids.
    pub pid: u32,
    pub event: Event,
    pub mark: Mark,
    /// How many of `words` mean something.
    pub count: u8,
    pub words: [u32; WORDS],
}

/// The first bytes of a name as words, and how many.
pub fn pack(text: &[u8]) -> ([u32; WORDS], usize) {
    let text = &text[..text.len().min(TEXT)];
    let mut words = [0; WORDS];
    for (word, bytes) in words.iter_mut().zip(text.chunks(4)) {
        let mut all = [0; 4];
        all[..bytes.len()].copy_from_slice(bytes);
        *word = u32::from_le_bytes(all);
    }
    (words, text.len().div_ceil(4))
}

/// Writes the table's lines, and for each event what records it: `trace::events::GROUP::EVENT::record(words)`. The
/// event's name is a module's, as most are those of functions: a debugger's `break copy_process` means one place.
///
/// ```text
/// group Group {
///     step  name(argument: Kind, …) -> (result: Kind, …);
///     point name(argument: Kind, …);
///     text  name(argument);            // one name of up to 32 bytes
/// }
/// ```
macro_rules! events {
    ($($group:ident $variant:ident {
        $($sort:ident $event:ident($($argument:ident $(: $kind:expr)?),*) $(-> ($($result:ident: $result_kind:expr),*))?;)*
    })*) => {
        /// The groups, by number.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Group {
            $($variant),*
        }

        /// The table.
        pub static GROUPS: &[GroupLine] = &[$(GroupLine {
            name: stringify!($group),
            events: &[$($crate::trace::event::event_line!(
                $sort $event ($($argument $(: $kind)?),*) ($($($result: $result_kind),*)?)
            )),*],
        }),*];

        $(
            #[doc = concat!("The events of the group `", stringify!($group), "`.")]
            pub mod $group {
                use super::Group;
                use $crate::trace::event::{Event, Mark};
                use $crate::trace::recorder;

                #[allow(non_camel_case_types, reason = "a number has the name of its event")]
                enum Number {
                    $($event),*
                }

                /// Says whether the group is on.
                #[inline(always)]
                pub fn is_on() -> bool {
                    recorder::is_on(Group::$variant)
                }

                $($crate::trace::event::event_function!($sort $variant $event ($($argument),*));)*
            }
        )*
    };
}
pub(super) use events;

/// A line of the table.
macro_rules! event_line {
    (text $event:ident ($argument:ident) ()) => {
        EventLine { name: stringify!($event), arguments: &[(stringify!($argument), Kind::Text)], results: None }
    };
    (point $event:ident ($($argument:ident: $kind:expr),*) ()) => {
        EventLine { name: stringify!($event), arguments: &[$((stringify!($argument), $kind)),*], results: None }
    };
    (step $event:ident ($($argument:ident: $kind:expr),*) ($($result:ident: $result_kind:expr),*)) => {
        EventLine {
            name: stringify!($event),
            arguments: &[$((stringify!($argument), $kind)),*],
            results: Some(&[$((stringify!($result), $result_kind)),*]),
        }
    };
}
pub(super) use event_line;

/// What records an event. Cold, so that a tracepoint that is off is a test and nothing else.
macro_rules! event_function {
    (text $variant:ident $event:ident ($argument:ident)) => {
        pub mod $event {
            use super::{Event, Group, Mark, Number, recorder};
            const EVENT: Event = Event::new(Group::$variant as u8, Number::$event as u8);
            #[cold]
            #[inline(never)]
            pub fn record($argument: &[u8]) {
                let (words, count) = $crate::trace::event::pack($argument);
                recorder::record(EVENT, Mark::Point, &words[..count]);
            }
        }
    };
    (point $variant:ident $event:ident ($($argument:ident),*)) => {
        pub mod $event {
            use super::{Event, Group, Mark, Number, recorder};
            const EVENT: Event = Event::new(Group::$variant as u8, Number::$event as u8);
            #[cold]
            #[inline(never)]
            pub fn record($($argument: u32),*) {
                recorder::record(EVENT, Mark::Point, &[$($argument),*]);
            }
        }
    };
    (step $variant:ident $event:ident ($($argument:ident),*)) => {
        pub mod $event {
            use super::{Event, Group, Mark, Number, recorder};
            const EVENT: Event = Event::new(Group::$variant as u8, Number::$event as u8);
            #[cold]
            #[inline(never)]
            pub fn record($($argument: u32),*) -> recorder::Step {
                recorder::record(EVENT, Mark::Begin, &[$($argument),*]);
                recorder::Step::of(EVENT)
            }
        }
    };
}
pub(super) use event_function;
