//! `wc`: counts lines, words and bytes.

use crate::call::{Call, Stop, Tool};
use crate::input::Input;
use crate::{number, put};
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::Errno;
use tusk_user::stat::{self, Kind, descriptor_stat};

/// The tool.
pub const WC: Tool = Tool {
    name: "wc",
    help: "usage: wc [-lwc] [FILE…]
Counts lines (-l), words (-w) and bytes (-c) of the files, or of standard input: all three unless one is asked for.",
    main: wc,
};

/// The width of a column when nobody can tell how large a file will be.
const UNKNOWN_WIDTH: usize = 7;

/// What was counted.
#[derive(Clone, Copy, Default)]
struct Counts {
    lines: u64,
    words: u64,
    bytes: u64,
}

fn wc(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("lwc")?;
    let chosen: Vec<char> = "lwc".chars().filter(|&letter| options.has(letter)).collect();
    let chosen = if chosen.is_empty() { alloc::vec!['l', 'w', 'c'] } else { chosen };
    // One number alone needs no column.
    let width = if chosen.len() == 1 && options.operands.len() < 2 { 1 } else { width(&options.operands) };

    let mut total = Counts::default();
    call.each_input(&options.operands, &mut |call, path, input| {
        let counts =
            if chosen == ['c'] { Counts { bytes: length(input)?, ..Counts::default() } } else { count(input)? };
        let name = if options.operands.is_empty() { c"" } else { path };
        print(call, &counts, &chosen, width, name);
        total.lines += counts.lines;
        total.words += counts.words;
        total.bytes += counts.bytes;
        Ok(())
    });
    if options.operands.len() > 1 {
        print(call, &total, &chosen, width, c"total");
    }
    Ok(())
}

/// As wide as the largest number can become: all sizes together.
fn width(paths: &[&CStr]) -> usize {
    let mut sum = 0;
    let mut least = 1;
    for &path in if paths.is_empty() { &[c"-"] } else { paths } {
        let stat = if path == c"-" { descriptor_stat(crate::input::STANDARD_INPUT) } else { stat::stat(path) };
        match stat {
            Ok(stat) if stat.kind() == Kind::File => sum += stat.size(),
            Ok(_) => least = UNKNOWN_WIDTH,
            Err(_) => {}
        }
    }
    number::digits(sum).max(least)
}

/// Counts everything there is to count.
fn count(input: &mut Input) -> Result<Counts, Errno> {
    let mut counts = Counts::default();
    let mut in_word = false;
    loop {
        let chunk = input.chunk()?;
        if chunk.is_empty() {
            return Ok(counts);
        }
        counts.bytes += chunk.len() as u64;
        for &byte in chunk {
            counts.lines += u64::from(byte == b'\n');
            let space = matches!(byte, b' ' | b'\t'..=b'\r');
            counts.words += u64::from(!space && !in_word);
            in_word = !space;
        }
    }
}

/// Counts bytes only, of which there may be many.
fn length(input: &mut Input) -> Result<u64, Errno> {
    let mut length = 0;
    loop {
        let chunk = input.chunk()?;
        if chunk.is_empty() {
            return Ok(length);
        }
        length += chunk.len() as u64;
    }
}

/// Prints the chosen numbers and the name.
fn print(call: &mut Call, counts: &Counts, chosen: &[char], width: usize, name: &CStr) {
    for (index, letter) in chosen.iter().enumerate() {
        let number = match letter {
            'l' => counts.lines,
            'w' => counts.words,
            _ => counts.bytes,
        };
        let gap = if index == 0 { "" } else { " " };
        put!(call.out, "{gap}{number:width$}");
    }
    if !name.is_empty() {
        call.out.byte(b' ');
        call.out.bytes(name.to_bytes());
    }
    call.out.byte(b'\n');
}
