//! `find`: names in a tree.

use crate::call::{Call, Stop, Tool};
use crate::path::{join, last_part};
use crate::{glob, listing, number};
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::stat::{Kind, Stat, link_stat};

/// The tool.
pub const FIND: Tool = Tool {
    name: "find",
    help: "usage: find [PATH…] [TEST…]
Prints all paths in the trees (the current directory's) that pass every test, in the order of their names.
  -name PATTERN    the last part matches, with * ? [a-z]     -iname PATTERN   the same, capitals or not
  -type LETTER     f file, d directory, l link, c b p s      -empty           a file or directory with nothing in it
  -size [+-]N[ck]  so many blocks of 512, bytes, KiB; + more, - less          -newer FILE      changed after FILE
  -maxdepth N      not below this depth                      -mindepth N      not above it
  ! TEST           does not pass it                          -print, -print0  print so: with a line end, with a 0 byte",
    main: find,
};

/// What is asked of each name.
enum Test {
    Name(&'static [u8]),
    AnyCaseName(Vec<u8>),
    Type(char),
    Empty,
    Size(Compare, u64, u64),
    Newer(core::time::Duration),
}

/// How a size is compared.
#[derive(Clone, Copy)]
enum Compare {
    More,
    Less,
    Equal,
}

/// What was asked for.
struct Search {
    /// Tests, and whether each has to fail instead.
    tests: Vec<(bool, Test)>,
    least_depth: u64,
    most_depth: u64,
    end: u8,
}

fn find(call: &mut Call) -> Result<(), Stop> {
    let arguments = core::mem::take(&mut call.arguments);
    let is_test = |word: &&CStr| word.to_bytes().starts_with(b"-") || *word == c"!";
    let split = arguments.iter().position(is_test).unwrap_or(arguments.len());
    let (paths, words) = arguments.split_at(split);
    let search = parse(call, words)?;
    for &path in if paths.is_empty() { &[c"."][..] } else { paths } {
        search.visit(call, path, 0);
    }
    Ok(())
}

/// Reads the tests.
fn parse(call: &mut Call, words: &[&'static CStr]) -> Result<Search, Stop> {
    let mut search = Search { tests: Vec::new(), least_depth: 0, most_depth: u64::MAX, end: b'\n' };
    let mut words = words.iter().copied();
    let mut negated = false;
    while let Some(word) = words.next() {
        let mut value = |call: &mut Call| words.next().ok_or_else(|| call.misuse_of(word, "wants a value"));
        let test = match word.to_bytes() {
            b"!" | b"-not" => {
                negated = !negated;
                continue;
            }
            b"-print" | b"-a" => continue,
            b"-print0" => {
                search.end = 0;
                continue;
            }
            name @ (b"-maxdepth" | b"-mindepth") => {
                let text = value(call)?;
                let depth = number::decimal(text.to_bytes()).ok_or_else(|| call.misuse_of(text, "is no depth"))?;
                *(if name == b"-maxdepth" { &mut search.most_depth } else { &mut search.least_depth }) = depth;
                continue;
            }
            b"-name" => Test::Name(value(call)?.to_bytes()),
            b"-iname" => Test::AnyCaseName(value(call)?.to_bytes().to_ascii_lowercase()),
            b"-empty" => Test::Empty,
            b"-type" => match value(call)?.to_bytes() {
                [letter] if b"fdlcbps".contains(letter) => Test::Type(char::from(*letter)),
                _ => return Err(call.misuse(format_args!("a type is one of f d l c b p s"))),
            },
            b"-size" => {
                let text = value(call)?;
                parse_size(text.to_bytes()).ok_or_else(|| call.misuse_of(text, "is no size"))?
            }
            b"-newer" => {
                let path = value(call)?;
                match link_stat(path) {
                    Ok(stat) => Test::Newer(stat.modified()),
                    Err(error) => {
                        call.complain(path, error);
                        return Err(Stop(call.status));
                    }
                }
            }
            _ => return Err(call.misuse_of(word, "is no test")),
        };
        search.tests.push((core::mem::take(&mut negated), test));
    }
    if negated {
        return Err(call.misuse(format_args!("a ! stands before nothing")));
    }
    Ok(search)
}

/// Reads `+3`, `-2k`, `100c`.
fn parse_size(text: &[u8]) -> Option<Test> {
    let (compare, text) = match text {
        [b'+', rest @ ..] => (Compare::More, rest),
        [b'-', rest @ ..] => (Compare::Less, rest),
        rest => (Compare::Equal, rest),
    };
    let (digits, unit) = match text {
        [digits @ .., b'c'] => (digits, 1),
        [digits @ .., b'k'] => (digits, 1024),
        [digits @ .., b'M'] => (digits, 1 << 20),
        [digits @ .., b'b'] | digits => (digits, 512),
    };
    Some(Test::Size(compare, number::decimal(digits)?, unit))
}

impl Search {
    /// Looks at a path and what is below it.
    fn visit(&self, call: &mut Call, path: &CStr, depth: u64) {
        let stat = match link_stat(path) {
            Ok(stat) => stat,
            Err(error) => return call.complain(path, error),
        };
        if depth >= self.least_depth && self.tests.iter().all(|(negated, test)| test.passes(path, &stat) != *negated) {
            call.out.bytes(path.to_bytes());
            call.out.byte(self.end);
        }
        if stat.kind() != Kind::Directory || depth >= self.most_depth {
            return;
        }
        match listing::names(path) {
            Ok(names) => {
                for entry in names {
                    self.visit(call, &join(path, entry.name.to_bytes()), depth + 1);
                }
            }
            Err(error) => call.complain(path, error),
        }
    }
}

impl Test {
    /// Whether a path passes.
    fn passes(&self, path: &CStr, stat: &Stat) -> bool {
        match self {
            Test::Name(pattern) => glob::matches(pattern, last_part(path.to_bytes())),
            Test::AnyCaseName(pattern) => glob::matches(pattern, &last_part(path.to_bytes()).to_ascii_lowercase()),
            Test::Type('f') => stat.kind() == Kind::File,
            Test::Type(letter) => stat.kind().letter() == *letter,
            Test::Empty if stat.kind() == Kind::Directory => listing::names(path).is_ok_and(|names| names.is_empty()),
            Test::Empty => stat.kind() == Kind::File && stat.size() == 0,
            Test::Size(compare, count, unit) => {
                let units = stat.size().div_ceil(*unit);
                match compare {
                    Compare::More => units > *count,
                    Compare::Less => units < *count,
                    Compare::Equal => units == *count,
                }
            }
            Test::Newer(time) => stat.modified() > *time,
        }
    }
}
