//! How often each call was made: `-c`, as Linux's table.

use crate::output::Output;
use crate::put;
use alloc::vec::Vec;

/// What is counted of the calls of one name.
struct Count {
    name: Vec<u8>,
    calls: u64,
    errors: u64,
    us: u64,
}

/// The calls so far.
#[derive(Default)]
pub struct Counts(Vec<Count>);

impl Counts {
    /// One more call, of which `end` is the end of its line: the result, and in pointed brackets how long it took.
    pub fn note(&mut self, name: &[u8], end: &[u8]) {
        // One that ends the process has no result.
        if end == b"?" {
            return;
        }
        let index = self.0.iter().position(|count| count.name == name).unwrap_or_else(|| {
            self.0.push(Count { name: name.to_vec(), calls: 0, errors: 0, us: 0 });
            self.0.len() - 1
        });
        let count = &mut self.0[index];
        count.calls += 1;
        count.errors += u64::from(end.starts_with(b"-1 E"));
        count.us += time(end);
    }

    /// Prints the table, the call that took longest first.
    pub fn print(mut self, out: &mut Output) {
        self.0.sort_by(|one, other| other.us.cmp(&one.us).then_with(|| other.calls.cmp(&one.calls)));
        let sum = |of: fn(&Count) -> u64| self.0.iter().map(of).sum::<u64>();
        let (us, calls, errors) = (sum(|count| count.us), sum(|count| count.calls), sum(|count| count.errors));
        let width = self.0.iter().map(|count| count.name.len() + 1).max().unwrap_or(0).max(16);
        out.text("% time     seconds  usecs/call     calls    errors syscall\n");
        let rule = |out: &mut Output| {
            out.text("------ ----------- ----------- --------- --------- ");
            (0..width).for_each(|_| out.byte(b'-'));
            out.byte(b'\n');
        };
        rule(out);
        for count in &self.0 {
            row(out, count.us, us, count.calls, count.errors, &count.name);
        }
        rule(out);
        row(out, us, us, calls, errors, b"total");
    }
}

fn row(out: &mut Output, us: u64, all_us: u64, calls: u64, errors: u64, name: &[u8]) {
    let hundredths = (us * 10000).checked_div(all_us).unwrap_or(0);
    put!(out, "{:3}.{:02} {:4}.{:06}", hundredths / 100, hundredths % 100, us / 1_000_000, us % 1_000_000);
    put!(out, " {:11} {calls:9}", us.checked_div(calls).unwrap_or(0));
    if errors == 0 {
        out.column(b"", 10);
    } else {
        put!(out, " {errors:9}");
    }
    out.byte(b' ');
    out.bytes(name);
    out.byte(b'\n');
}

/// The microseconds in `… <0.000012>`.
fn time(end: &[u8]) -> u64 {
    let Some(start) = end.iter().rposition(|&byte| byte == b'<') else { return 0 };
    let digits = end[start..].iter().filter(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}
