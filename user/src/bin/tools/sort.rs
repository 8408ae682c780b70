//! `sort`: lines in order.

use crate::call::{Call, Stop, Tool};
use crate::input::without_end;
use crate::options::Options;
use crate::{number, order};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ffi::CStr;
use core::ops::Range;
use tusk_user::file::{self, O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY};
use tusk_user::{Errno, usage};

/// The tool.
pub const SORT: Tool = Tool {
    name: "sort",
    help: "usage: sort [-nruf] [-t CHARACTER] [-k FIELD[,LAST]]… [-o FILE] [FILE…]
Prints the lines of all files in order: by their bytes, as numbers (-n), without a difference between capitals and
others (-f). -r the other way round, -u one of those that are equal. -k orders by fields, which are parted by spaces or
by the character of -t; n, r and f behind a field's number are for that field. -o FILE may also be one that is read.",
    main: sort,
};

/// How to compare.
#[derive(Clone, Copy, Default)]
struct Rule {
    numeric: bool,
    fold: bool,
    reverse: bool,
}

/// A part of the line, and how to compare it.
struct Key {
    first: usize,
    last: Option<usize>,
    rule: Rule,
}

fn sort(call: &mut Call) -> Result<(), Stop> {
    call.trouble = usage::USAGE_STATUS;
    let options = call.options("nruft:k:o:")?;
    let all = Rule { numeric: options.has('n'), fold: options.has('f'), reverse: options.has('r') };
    let mut keys = Vec::new();
    for text in options.values('k') {
        keys.push(parse_key(text.to_bytes(), all).ok_or_else(|| call.misuse_of(text, "is no key: FIELD[nrf][,LAST]"))?);
    }
    let separator = match options.value('t').map(CStr::to_bytes) {
        None => None,
        Some([byte]) => Some(*byte),
        Some(_) => return Err(call.misuse(format_args!("-t takes one character"))),
    };

    let mut text: Vec<u8> = Vec::new();
    call.each_input(&options.operands, &mut |_, _, input| {
        loop {
            let chunk = input.chunk()?;
            if chunk.is_empty() {
                break;
            }
            text.try_reserve(chunk.len()).map_err(|_| Errno::ENOMEM)?;
            text.extend_from_slice(chunk);
        }
        // A last line without an end gets one: another file's line may come behind it.
        if text.last().is_some_and(|&byte| byte != b'\n') {
            text.push(b'\n');
        }
        Ok(())
    });
    if call.status != 0 {
        return Err(Stop(call.status));
    }
    print(call, options, &text, &|one, other| {
        keys.iter()
            .map(|key| compare(part(one, key, separator), part(other, key, separator), key.rule))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| if keys.is_empty() { compare(one, other, all) } else { Ordering::Equal })
    })
}

/// Sorts the lines and prints them, to standard output or to -o's file, which may be one of those that were read.
fn print(
    call: &mut Call,
    options: &Options,
    text: &[u8],
    compare: &dyn Fn(&[u8], &[u8]) -> Ordering,
) -> Result<(), Stop> {
    let lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').map(without_end).collect();
    let unique = options.has('u');
    let last_resort = |one: &[u8], other: &[u8]| match (unique, options.has('r')) {
        // The first of equal lines stays, so they must not change places.
        (true, _) => Ordering::Equal,
        (false, true) => other.cmp(one),
        (false, false) => one.cmp(other),
    };
    let places = order::order(lines.len(), &|one, other| {
        compare(lines[one], lines[other]).then_with(|| last_resort(lines[one], lines[other]))
    });
    if let Some(path) = options.value('o') {
        let result = file::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
            .and_then(|file| file::duplicate_to(file.number(), tusk_user::print::STANDARD_OUTPUT));
        if let Err(error) = result {
            call.complain(path, error);
            return Err(Stop(call.status));
        }
    }
    let mut last: Option<&[u8]> = None;
    for line in places.into_iter().map(|place| lines[place]) {
        if unique && last.is_some_and(|last| compare(last, line).is_eq()) {
            continue;
        }
        last = Some(line);
        call.out.bytes(line);
        call.out.byte(b'\n');
    }
    Ok(())
}

/// Compares two lines, or parts of them.
fn compare(one: &[u8], other: &[u8], rule: Rule) -> Ordering {
    let order = if rule.numeric {
        compare_numbers(one, other)
    } else if rule.fold {
        one.iter().map(u8::to_ascii_uppercase).cmp(other.iter().map(u8::to_ascii_uppercase))
    } else {
        one.cmp(other)
    };
    if rule.reverse { order.reverse() } else { order }
}

/// A number at the start of a text, of any length: sign, digits before the point and digits behind it.
struct Number<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
}

/// Compares what the texts begin with as numbers; no number is 0.
fn compare_numbers(one: &[u8], other: &[u8]) -> Ordering {
    let (one, other) = (parse_number(one), parse_number(other));
    let magnitude =
        one.whole.len().cmp(&other.whole.len()).then(one.whole.cmp(other.whole)).then(one.fraction.cmp(other.fraction));
    match (one.negative, other.negative) {
        (false, false) => magnitude,
        (true, true) => magnitude.reverse(),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

/// Reads a number. Zeros that change nothing are left out, so that equal numbers are equal texts.
fn parse_number(text: &[u8]) -> Number<'_> {
    let text = skip(text, |byte| matches!(byte, b' ' | b'\t'));
    let (negative, text) = text.strip_prefix(b"-").map_or((false, text), |rest| (true, rest));
    let text = skip(text, |byte| byte == b'0');
    let rest = skip(text, |byte| byte.is_ascii_digit());
    let whole = &text[..text.len() - rest.len()];
    let behind = rest.strip_prefix(b".").unwrap_or_default();
    let fraction = &behind[..behind.len() - skip(behind, |byte| byte.is_ascii_digit()).len()];
    let end = fraction.iter().rposition(|&byte| byte != b'0').map_or(0, |place| place + 1);
    let fraction = &fraction[..end];
    // There is no negative zero.
    Number { negative: negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction }
}

/// The text without the bytes at its start that pass a test.
fn skip(text: &[u8], test: impl Fn(u8) -> bool) -> &[u8] {
    &text[text.iter().position(|&byte| !test(byte)).unwrap_or(text.len())..]
}

/// Reads `2`, `2,3`, `2n`, `2,2nr`.
fn parse_key(text: &[u8], all: Rule) -> Option<Key> {
    let mut halves = text.splitn(2, |&byte| byte == b',');
    let (first, one) = parse_field(halves.next()?)?;
    let (last, other) = match halves.next() {
        Some(half) => parse_field(half).map(|(last, rule)| (Some(last), rule))?,
        None => (None, Rule::default()),
    };
    let own = Rule {
        numeric: one.numeric || other.numeric,
        fold: one.fold || other.fold,
        reverse: one.reverse || other.reverse,
    };
    // A field with letters of its own does not inherit those of the line.
    let rule = if own.numeric || own.fold || own.reverse { own } else { all };
    Some(Key { first, last, rule })
}

/// Reads a field's number and its letters.
fn parse_field(text: &[u8]) -> Option<(usize, Rule)> {
    let letters = skip(text, |byte| byte.is_ascii_digit());
    let field = usize::try_from(number::decimal(&text[..text.len() - letters.len()])?).ok()?;
    let mut rule = Rule::default();
    for letter in letters {
        match letter {
            b'n' => rule.numeric = true,
            b'f' => rule.fold = true,
            b'r' => rule.reverse = true,
            _ => return None,
        }
    }
    (field > 0).then_some((field, rule))
}

/// The part of a line that a key means.
fn part<'a>(line: &'a [u8], key: &Key, separator: Option<u8>) -> &'a [u8] {
    let start = field(line, key.first, separator).start;
    let end = key.last.map_or(line.len(), |last| field(line, last, separator).end);
    line.get(start..end).unwrap_or_default()
}

/// Where a field of a line is. Without a separator, the spaces before a field belong to it.
fn field(line: &[u8], number: usize, separator: Option<u8>) -> Range<usize> {
    let mut start = 0;
    for left in (0..number).rev() {
        let rest = line.get(start..).unwrap_or_default();
        let length = match separator {
            Some(separator) => rest.iter().position(|&byte| byte == separator).unwrap_or(rest.len()),
            None => {
                let word = skip(rest, |byte| matches!(byte, b' ' | b'\t'));
                rest.len() - skip(word, |byte| !matches!(byte, b' ' | b'\t')).len()
            }
        };
        if left == 0 {
            return start.min(line.len())..(start + length).min(line.len());
        }
        start += length + usize::from(separator.is_some());
    }
    0..0
}
