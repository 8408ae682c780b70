//! The child's PCB page, byte by byte: what is the parent's still, and which step made it differ.
//!
//! What a byte is held against is the byte that step a's copy brought. Of the task that is the parent's before the fork;
//! of the stack it is what lay in the child's page after step a, since the parent's own stack goes on meanwhile.

use anyhow::{Result, ensure};
use serde::Serialize;

use super::step::Step;
use crate::snapshot::Snapshot;

/// Bytes in a page.
pub const PAGE: usize = 4096;

/// What became of a byte of the child's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Byte {
    /// The same in both.
    Same,
    /// This step gave the child its own.
    By(Step),
    /// The child has what was copied; the parent has gone on since.
    ParentWentOn,
}

/// Judges each byte of the child's page as it is after all of the fork.
///
/// # Errors
/// A page in the snapshots is no page.
pub fn compare(snapshot: &Snapshot) -> Result<Vec<Byte>> {
    let before = &snapshot.before()?.parent_pcb;
    let moments = Step::ALL.into_iter().map(|step| Ok((step, snapshot.after(step)?))).collect::<Result<Vec<_>>>()?;
    ensure!(before.len() == PAGE, "the parent's PCB page has {} bytes before the fork", before.len());
    for (step, moment) in &moments {
        let sizes = (moment.parent_pcb.len(), moment.child_pcb.len());
        ensure!(sizes == (PAGE, PAGE), "the PCB pages have {sizes:?} bytes after step {}", step.letter());
    }
    let task = snapshot.task.size as usize;
    let last = moments[moments.len() - 1].1;
    Ok((0..PAGE)
        .map(|place| {
            let copied = if place < task { before[place] } else { moments[0].1.child_pcb[place] };
            let own = last.child_pcb[place];
            if own != copied {
                // The step since which it has been so.
                let since =
                    moments.iter().rposition(|(_, moment)| moment.child_pcb[place] != own).map_or(0, |at| at + 1);
                Byte::By(moments[since].0)
            } else if own != last.parent_pcb[place] {
                Byte::ParentWentOn
            } else {
                Byte::Same
            }
        })
        .collect())
}

/// How many bytes each step gave the child.
pub fn count(bytes: &[Byte]) -> Vec<(Step, usize)> {
    Step::ALL.map(|step| (step, bytes.iter().filter(|&&byte| byte == Byte::By(step)).count())).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::snapshot;

    #[test]
    fn each_byte_belongs_to_the_step_that_changed_it_last() {
        let mut snapshot = snapshot();
        // moments: before, a, b, c, d, e, lists; the task has 100 bytes.
        snapshot.moments[0].parent_pcb[4] = 2;
        for (index, moment) in snapshot.moments.iter_mut().enumerate().skip(1) {
            moment.parent_pcb[4] = 2;
            moment.child_pcb[4] = 3;
            // Changed by a, and by d once more.
            moment.child_pcb[0] = if index >= 4 { 8 } else { 7 };
            // On the stack: the parent's went on while it was copied, and d changed the child's.
            moment.parent_pcb[3000] = index as u8;
            moment.child_pcb[4000] = if index >= 4 { 1 } else { 0 };
            // Changed, and back to what it was.
            moment.child_pcb[50] = u8::from(index == 2);
        }
        let bytes = compare(&snapshot).unwrap();
        assert_eq!(bytes[4], Byte::By(Step::A));
        assert_eq!(bytes[0], Byte::By(Step::D));
        assert_eq!(bytes[3000], Byte::ParentWentOn);
        assert_eq!(bytes[4000], Byte::By(Step::D));
        assert_eq!(bytes[50], Byte::Same);
        assert_eq!(bytes[1000], Byte::Same);
        assert_eq!(count(&bytes)[0], (Step::A, 1));
        assert_eq!(count(&bytes)[3], (Step::D, 2));
    }

    #[test]
    fn a_page_of_another_size_is_refused() {
        let mut snapshot = snapshot();
        snapshot.moments[3].child_pcb.pop();
        assert!(compare(&snapshot).unwrap_err().to_string().contains("after step c"));
    }
}
