//! A small trace, made by hand, that the tests read.

/// init forks; its child becomes forktree and forks, in which init gets in between for 500 cycles.
pub const TRACE: &str = include_str!("../data/sample.trace");

/// A snapshot of pages full of zeros, in which nothing happens.
pub fn snapshot() -> crate::snapshot::Snapshot {
    use crate::model::step::Step;
    use crate::snapshot::{Counts, Layout, Moment, Party, Snapshot, UserAddresses};

    let party =
        |pid, pcb, directory| Party { pid, name: "forktree".into(), pcb, directory, values: Default::default() };
    let steps = [None].into_iter().chain(Step::ALL.map(Some));
    Snapshot {
        parent: party(2, 0xc038_0000, 0x38_1000),
        child: party(3, 0xc03a_0000, 0x3a_2000),
        task: Layout { name: "Task".into(), offset: 0, size: 100, fields: Vec::new() },
        stack: Vec::new(),
        user: UserAddresses { start: 0x0804_8000, end: 0xc000_0000, bytes: 94_199, labels: Vec::new() },
        moments: steps
            .map(|step| Moment {
                step,
                parent_pcb: vec![0; 4096],
                child_pcb: vec![0; 4096],
                parent_bitmap: Vec::new(),
                child_bitmap: None,
                parent_pages: Vec::new(),
                child_pages: None,
                parent_entries: Vec::new(),
                child_entries: None,
                counts: Counts { kernel_frames: 0, user_frames: 0, tasks: 0, ready: 0, descriptors: 0 },
            })
            .collect(),
    }
}
