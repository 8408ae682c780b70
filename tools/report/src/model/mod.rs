//! What the events tell, put together: spans that lie within each other, one fork, the processes over time.

pub mod boot;
pub mod fork;
pub mod page_way;
pub mod pcb;
pub mod process;
pub mod schedule;
pub mod span;
pub mod step;
