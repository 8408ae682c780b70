//! `uniq`: each line once that comes several times in a row.

use crate::call::{Call, Stop, Tool};
use crate::input::without_end;
use crate::options::Options;
use crate::put;
use alloc::vec::Vec;
use tusk_user::file::{self, O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY};
use tusk_user::print::STANDARD_OUTPUT;

/// The tool.
pub const UNIQ: Tool = Tool {
    name: "uniq",
    help: "usage: uniq [-cdui] [INPUT [OUTPUT]]
Prints one of equal lines that follow each other. -c tells how many they were, -d prints only those that came more than
once, -u only those that did not, -i sees no difference between capitals and others.",
    main: uniq,
};

fn uniq(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("cdui")?;
    let (input, output) = match *options.operands {
        [] => (c"-", c"-"),
        [input] => (input, c"-"),
        [input, output] => (input, output),
        _ => return Err(call.misuse(format_args!("it reads one file"))),
    };
    if output != c"-" {
        let file = file::open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
        if let Err(error) = file.and_then(|file| file::duplicate_to(file.number(), STANDARD_OUTPUT)) {
            call.complain(output, error);
            return Ok(());
        }
    }
    call.each_input(&[input], &mut |call, _, input| {
        let (mut line, mut next, mut count) = (Vec::new(), Vec::new(), 0u64);
        while input.line(&mut next)? {
            let (one, other) = (without_end(&line), without_end(&next));
            let same = if options.has('i') { one.eq_ignore_ascii_case(other) } else { one == other };
            if same && count > 0 {
                count += 1;
                continue;
            }
            print(call, options, &line, count);
            core::mem::swap(&mut line, &mut next);
            count = 1;
        }
        print(call, options, &line, count);
        Ok(())
    });
    Ok(())
}

/// Prints a line that came `count` times, if it is asked for.
fn print(call: &mut Call, options: &Options, line: &[u8], count: u64) {
    if count == 0 || count == 1 && options.has('d') || count > 1 && options.has('u') {
        return;
    }
    if options.has('c') {
        put!(call.out, "{count:7} ");
    }
    call.out.bytes(without_end(line));
    call.out.byte(b'\n');
}
