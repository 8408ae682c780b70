//! `dd`: copies blocks.

use crate::call::{Call, Stop, Tool};
use crate::input::STANDARD_INPUT;
use crate::number;
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::file::{self, Descriptor, O_CLOEXEC, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY, SEEK_CUR, SEEK_SET};
use tusk_user::print::STANDARD_OUTPUT;
use tusk_user::{Errno, eprintln, linux};

/// The tool.
pub const DD: Tool = Tool {
    name: "dd",
    help: "usage: dd [if=FILE] [of=FILE] [bs=BYTES] [count=BLOCKS] [skip=BLOCKS] [seek=BLOCKS] [conv=notrunc,sync] [status=none]
Copies standard input, or FILE, to standard output, or FILE, in blocks of so many bytes (512), so many of them, after
leaving out some of the input (skip) and of the output (seek). What is behind that in the output goes, but not with
conv=notrunc; conv=sync fills blocks that came short with zeros.",
    main: dd,
};

/// The largest block that fits into memory with some room beside it.
const BLOCK_MAX: u64 = 1 << 28;

/// What is to be done.
struct Job {
    input: &'static CStr,
    output: &'static CStr,
    size: usize,
    count: u64,
    skip: u64,
    seek: u64,
    keep: bool,
    fill: bool,
    quiet: bool,
}

/// Blocks, whole and not, and bytes.
#[derive(Default)]
struct Count {
    whole: u64,
    part: u64,
    bytes: u64,
}

fn dd(call: &mut Call) -> Result<(), Stop> {
    let job = parse(call)?;
    let mut counts = (Count::default(), Count::default());
    if let Err((path, error)) = copy(&job, &mut counts) {
        call.complain(if path.is_empty() { c"standard input or output" } else { path }, error);
    }
    if !job.quiet {
        let (read, written) = counts;
        eprintln!("{}+{} records in", read.whole, read.part);
        eprintln!("{}+{} records out", written.whole, written.part);
        eprintln!("{} bytes copied", written.bytes);
    }
    Ok(())
}

/// Reads the operands.
fn parse(call: &mut Call) -> Result<Job, Stop> {
    let mut job = Job {
        input: c"",
        output: c"",
        size: 512,
        count: u64::MAX,
        skip: 0,
        seek: 0,
        keep: false,
        fill: false,
        quiet: false,
    };
    for argument in core::mem::take(&mut call.arguments) {
        let bytes = argument.to_bytes_with_nul();
        let split = bytes.iter().position(|&byte| byte == b'=').map_or(0, |place| place + 1);
        let value = CStr::from_bytes_with_nul(&bytes[split..]).unwrap_or_default();
        let number = number::with_unit(value.to_bytes());
        match (&bytes[..split], number) {
            (b"if=", _) => job.input = value,
            (b"of=", _) => job.output = value,
            (b"bs=", Some(size @ 1..=BLOCK_MAX)) => job.size = size as usize,
            (b"count=", Some(count)) => job.count = count,
            (b"skip=" | b"iseek=", Some(count)) => job.skip = count,
            (b"seek=" | b"oseek=", Some(count)) => job.seek = count,
            (b"status=", _) if value == c"none" => job.quiet = true,
            (b"status=", _) if value == c"noxfer" => {}
            (b"conv=", _) => {
                for word in value.to_bytes().split(|&byte| byte == b',') {
                    match word {
                        b"notrunc" => job.keep = true,
                        b"sync" => job.fill = true,
                        _ => return Err(call.misuse_of(argument, "has a word that is neither notrunc nor sync")),
                    }
                }
            }
            _ => return Err(call.misuse_of(argument, "is nothing that can be done")),
        }
    }
    Ok(job)
}

/// Copies; an error comes with the path it is about.
fn copy(job: &Job, (read, written): &mut (Count, Count)) -> Result<(), (&'static CStr, Errno)> {
    let of_input = |error| (job.input, error);
    let of_output = |error| (job.output, error);
    let input_file =
        if job.input.is_empty() { None } else { Some(file::open(job.input, O_RDONLY | O_CLOEXEC).map_err(of_input)?) };
    let input = input_file.as_ref().map_or(STANDARD_INPUT, Descriptor::number);
    let mut output_file = None;
    if !job.output.is_empty() {
        // What is to be left out at the start must stay; the rest is cut off then.
        let truncate = if job.keep || job.seek > 0 { 0 } else { O_TRUNC };
        output_file = Some(file::open(job.output, O_WRONLY | O_CREAT | O_CLOEXEC | truncate).map_err(of_output)?);
    }
    let output = output_file.as_ref().map_or(STANDARD_OUTPUT, Descriptor::number);

    let mut block = Vec::new();
    block.try_reserve_exact(job.size).map_err(|_| of_input(Errno::ENOMEM))?;
    block.resize(job.size, 0);
    skip(input, job, &mut block).map_err(of_input)?;
    if job.seek > 0 {
        let start = job.seek.checked_mul(job.size as u64).and_then(|start| i64::try_from(start).ok());
        let start = start.ok_or(of_output(Errno::EINVAL))?;
        file::seek(output, start, SEEK_SET).map_err(of_output)?;
        if !job.keep {
            file::truncate(output, start as u64).map_err(of_output)?;
        }
    }

    while read.whole + read.part < job.count {
        let mut length = loop {
            match linux::read(input, &mut block) {
                Err(Errno::EINTR) => {}
                result => break result.map_err(of_input)?,
            }
        };
        if length == 0 {
            break;
        }
        read.add(length, job.size);
        if job.fill {
            block[length..].fill(0);
            length = job.size;
        }
        linux::write_all(output, &block[..length]).map_err(of_output)?;
        written.add(length, job.size);
    }
    Ok(())
}

impl Count {
    /// Counts a block of which `length` bytes are there.
    fn add(&mut self, length: usize, size: usize) {
        *(if length == size { &mut self.whole } else { &mut self.part }) += 1;
        self.bytes += length as u64;
    }
}

/// Leaves out the beginning of the input: by moving there, or by reading what has no places.
fn skip(input: i32, job: &Job, block: &mut [u8]) -> Result<(), Errno> {
    if job.skip == 0 {
        return Ok(());
    }
    let bytes =
        job.skip.checked_mul(job.size as u64).and_then(|bytes| i64::try_from(bytes).ok()).ok_or(Errno::EINVAL)?;
    if file::seek(input, bytes, SEEK_CUR).is_ok() {
        return Ok(());
    }
    let mut left = bytes as u64;
    while left > 0 {
        let room = block.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        match linux::read(input, &mut block[..room]) {
            Ok(0) => break,
            Ok(length) => left -= length as u64,
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
