//! `tr`: other bytes for some bytes.

use crate::call::{Call, Stop, Tool};
use crate::number;
use crate::pattern::class_test;
use alloc::vec::Vec;

/// The tool.
pub const TR: Tool = Tool {
    name: "tr",
    help: "usage: tr [-cs] SET1 SET2 | tr -d [-c] SET1 | tr -ds [-c] SET1 SET2 | tr -s [-c] SET1
Copies standard input to standard output and turns each byte of SET1 into the one at its place in SET2, whose last one
is repeated as needed. -d removes bytes of SET1; -s makes one of several equal ones in a row, of the last set; -c means
the bytes that are not in SET1. Sets have ranges (a-z), classes ([:upper:]) and escapes (\\n \\t \\\\ \\012).",
    main: tr,
};

fn tr(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("+cCdst")?;
    let (delete, squeeze) = (options.has('d'), options.has('s'));
    let (first, second) = match *options.operands {
        [first] if delete != squeeze => (first, None),
        [first, second] if delete == squeeze || squeeze => (first, Some(second)),
        _ => return Err(call.misuse(format_args!("this takes another number of sets"))),
    };
    let mut from = expand(first.to_bytes()).ok_or_else(|| call.misuse_of(first, "is no set"))?;
    if options.last_of("cC").is_some() {
        let named = core::mem::take(&mut from);
        from = (0..=u8::MAX).filter(|byte| !named.contains(byte)).collect();
    }
    let to = match second {
        Some(second) => expand(second.to_bytes()).ok_or_else(|| call.misuse_of(second, "is no set"))?,
        None => Vec::new(),
    };

    let mut table: [u8; 256] = core::array::from_fn(|byte| byte as u8);
    if let (Some(&last), false) = (to.last(), delete) {
        // A byte that is named twice is what it was made last.
        for (place, &byte) in from.iter().enumerate() {
            table[usize::from(byte)] = *to.get(place).unwrap_or(&last);
        }
    } else if second.is_some() && to.is_empty() {
        return Err(call.misuse(format_args!("the second set is empty")));
    }
    let deleted = member_table(if delete { &from } else { &[] });
    let squeezed = member_table(match (squeeze, second) {
        (false, _) => &[],
        (true, None) => &from,
        (true, Some(_)) => &to,
    });

    let mut last = None;
    call.each_input(&[], &mut |call, _, input| {
        loop {
            let chunk = input.chunk()?;
            if chunk.is_empty() {
                return Ok(());
            }
            for &byte in chunk.iter().filter(|byte| !deleted[usize::from(**byte)]) {
                let byte = table[usize::from(byte)];
                if squeezed[usize::from(byte)] && last == Some(byte) {
                    continue;
                }
                last = Some(byte);
                call.out.byte(byte);
            }
        }
    });
    Ok(())
}

/// Which bytes are in a set.
fn member_table(set: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    set.iter().for_each(|&byte| table[usize::from(byte)] = true);
    table
}

/// Writes a set out, byte by byte.
fn expand(mut text: &[u8]) -> Option<Vec<u8>> {
    let mut set = Vec::new();
    while !text.is_empty() {
        if let [b'[', b':', rest @ ..] = text
            && let Some(end) = rest.windows(2).position(|window| window == b":]")
        {
            set.extend((0..=u8::MAX).filter(class_test(&rest[..end])?));
            text = &rest[end + 2..];
            continue;
        }
        let first = letter(&mut text);
        match text {
            [b'-', rest @ ..] if !rest.is_empty() => {
                text = rest;
                let last = letter(&mut text);
                if last < first {
                    return None;
                }
                set.extend(first..=last);
            }
            _ => set.push(first),
        }
    }
    Some(set)
}

/// Takes a byte off a text, which is not empty, and understands a backslash.
fn letter(text: &mut &[u8]) -> u8 {
    let (byte, length) = match **text {
        [b'\\', b'0'..=b'7', ..] => {
            let digits = text[1..].iter().take(3).take_while(|digit| (b'0'..=b'7').contains(*digit)).count();
            // Three digits may name more than a byte holds; then it is the first two.
            let (value, length) = (1..=digits)
                .rev()
                .filter_map(|length| Some((u8::try_from(number::octal(&text[1..=length])?).ok()?, length)))
                .next()
                .unwrap_or((0, 1));
            (value, 1 + length)
        }
        [b'\\', byte, ..] => {
            let byte = match byte {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'a' => 7,
                b'b' => 8,
                b'v' => 11,
                b'f' => 12,
                other => other,
            };
            (byte, 2)
        }
        [byte, ..] => (byte, 1),
        [] => (0, 0),
    };
    *text = &text[length..];
    byte
}
