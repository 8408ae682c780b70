//! In-kernel tests of the trace: what tracepoints leave in the ring.

use super::{Outcome, check, ktest};
use crate::errno::{Errno, Result};
use crate::trace::event::{Mark, Record};
use crate::trace::events::Group;
use crate::trace::group::Groups;
use crate::trace::recorder::{RING, clear, groups, set_groups};
use crate::trace::{step, tracepoint};

/// What `work` leaves in the ring while `group` alone is on: how many records.
fn traced(group: Group, work: impl FnOnce()) -> u64 {
    let before = groups();
    clear();
    set_groups(Groups::of(group));
    work();
    set_groups(before);
    let numbers = RING.numbers();
    numbers.end - numbers.start
}

/// Record `index` of those.
fn record(index: u64) -> core::result::Result<Record, &'static str> {
    RING.get(RING.numbers().start + index).ok_or("no such record")
}

fn steps_that_fail() -> Result<()> {
    let _outer = step!(fork::sys_fork());
    let _inner = step!(fork::copy_process());
    Err(Errno::NOMEM)?;
    tracepoint!(fork::ready(1, 2));
    Ok(())
}

ktest!(a_step_ends_on_every_way_out);
fn a_step_ends_on_every_way_out() -> Outcome {
    check!(traced(Group::Fork, || _ = steps_that_fail()) == 4);
    let [outer, inner, inner_end, outer_end] = [record(0)?, record(1)?, record(2)?, record(3)?];
    check!(outer.mark == Mark::Begin && inner.mark == Mark::Begin && outer.event != inner.event);
    check!(inner_end.mark == Mark::End && inner_end.event == inner.event);
    check!(outer_end.mark == Mark::End && outer_end.event == outer.event);
    Ok(())
}

ktest!(an_event_that_is_off_leaves_nothing);
fn an_event_that_is_off_leaves_nothing() -> Outcome {
    let mut computed = 0;
    let mut word = || {
        computed += 1;
        7
    };
    check!(traced(Group::Exec, || tracepoint!(fork::ready(word(), 2))) == 0);
    check!(traced(Group::Fork, || tracepoint!(fork::ready(word(), 2))) == 1);
    check!(computed == 1 && record(0)?.words[..2] == [7, 2]);
    Ok(())
}

ktest!(a_step_that_began_unrecorded_has_no_end);
fn a_step_that_began_unrecorded_has_no_end() -> Outcome {
    let step = step!(fork::sys_fork());
    check!(traced(Group::Fork, || drop(step)) == 0);
    Ok(())
}

ktest!(times_of_events_grow_whatever_interrupts_them);
fn times_of_events_grow_whatever_interrupts_them() -> Outcome {
    const EVENTS: u64 = 1_500;
    // With interrupts on, and long enough for some ticks to come in between.
    let count = traced(Group::Fork, || (0..EVENTS).for_each(|number| tracepoint!(fork::ready(number as u32, 0))));
    check!(count == EVENTS);
    let mut last = record(0)?;
    for index in 1..EVENTS {
        let next = record(index)?;
        check!(next.cycles >= last.cycles && next.words[0] == last.words[0] + 1);
        last = next;
    }
    Ok(())
}
