//! select and pselect6.

use super::waiting::{Form, readiness_of, until_ready, with_mask, with_time};
use crate::errno::{Errno, Result};
use crate::fs::readiness::Readiness;
use crate::mm::user;
use crate::task::limits::OPEN_FILES_MAX;
use alloc::vec::Vec;

/// The three sets of select, of one bit for each descriptor: what was asked for, and what was found.
struct Sets {
    count: u32,
    sets: [Set; 3],
}

/// One of them.
struct Set {
    /// Where the program has it; 0 for none.
    address: u32,
    asked: Vec<u32>,
    found: Vec<u32>,
}

impl Set {
    fn read(address: u32, words: u32) -> Result<Self> {
        let [mut asked, mut found] = [Vec::new(), Vec::new()];
        for vector in [&mut asked, &mut found] {
            vector.try_reserve_exact(words as usize).map_err(|_| Errno::NOMEM)?;
            vector.resize(words as usize, 0);
        }
        if address != 0 {
            for (index, word) in (0..).zip(&mut asked) {
                *word = user::read_u32(address.wrapping_add(index * 4))?;
            }
        }
        Ok(Self { address, asked, found })
    }

    fn asks(&self, descriptor: u32) -> bool {
        self.asked[(descriptor / 32) as usize] & 1 << (descriptor % 32) != 0
    }

    fn store(&self) -> Result<()> {
        if self.address != 0 {
            for (index, word) in (0..).zip(&self.found) {
                user::write_u32(self.address.wrapping_add(index * 4), *word)?;
            }
        }
        Ok(())
    }
}

impl Sets {
    /// What makes a descriptor count as ready in each set, as Linux has it.
    const MEANINGS: [Readiness; 3] = [
        Readiness::READ.union(Readiness::HANG_UP).union(Readiness::ERROR),
        Readiness::WRITE.union(Readiness::ERROR),
        Readiness::PRIORITY,
    ];

    /// Reads the sets of descriptors below `count`; above the largest there can be, none is looked at.
    fn read(count: u32, addresses: [u32; 3]) -> Result<Self> {
        if (count as i32) < 0 {
            return Err(Errno::INVAL);
        }
        let count = count.min(OPEN_FILES_MAX);
        let words = count.div_ceil(32);
        let [read, write, except] = addresses.map(|address| Set::read(address, words));
        Ok(Self { count, sets: [read?, write?, except?] })
    }

    /// Looks what is ready; returns how many bits that are.
    fn look(&mut self) -> Result<u32> {
        let mut ready = 0;
        self.sets.iter_mut().for_each(|set| set.found.fill(0));
        for descriptor in 0..self.count {
            if self.sets.iter().all(|set| !set.asks(descriptor)) {
                continue;
            }
            let about = readiness_of(descriptor);
            if about == Readiness::INVALID {
                return Err(Errno::BADF);
            }
            for (set, meaning) in self.sets.iter_mut().zip(Self::MEANINGS) {
                if set.asks(descriptor) && about.intersects(meaning) {
                    ready += 1;
                    set.found[(descriptor / 32) as usize] |= 1 << (descriptor % 32);
                }
            }
        }
        Ok(ready)
    }
}

fn select_until(count: u32, addresses: [u32; 3], deadline: Option<u64>) -> Result<u32> {
    let mut sets = Sets::read(count, addresses)?;
    let ready = until_ready(deadline, || sets.look())?;
    sets.sets.iter().try_for_each(Set::store)?;
    Ok(ready)
}

/// `man 2 select`, Linux's `_newselect`: the time as seconds and microseconds.
pub fn _newselect(count: u32, read: u32, write: u32, except: u32, time: u32) -> Result<u32> {
    with_time(time, Form::Timeval, |deadline| select_until(count, [read, write, except], deadline))
}

/// `select`, whose five arguments lie in memory.
pub fn select(arguments: u32) -> Result<u32> {
    let word = |index: u32| user::read_u32(arguments.wrapping_add(index * 4));
    _newselect(word(0)?, word(1)?, word(2)?, word(3)?, word(4)?)
}

/// The signal mask of pselect6: the address of an address and a size.
fn read_mask(argument: u32) -> Result<(u32, u32)> {
    match argument {
        0 => Ok((0, 0)),
        _ => Ok((user::read_u32(argument)?, user::read_u32(argument.wrapping_add(4))?)),
    }
}

/// `man 2 pselect`, with a time of 32 bits.
pub fn pselect6(count: u32, read: u32, write: u32, except: u32, time: u32, mask: u32) -> Result<u32> {
    let (mask, size) = read_mask(mask)?;
    with_time(time, Form::Timespec32, |deadline| {
        with_mask(mask, size, || select_until(count, [read, write, except], deadline))
    })
}

/// `man 2 pselect`, with a time of 64 bits.
pub fn pselect6_time64(count: u32, read: u32, write: u32, except: u32, time: u32, mask: u32) -> Result<u32> {
    let (mask, size) = read_mask(mask)?;
    with_time(time, Form::Timespec64, |deadline| {
        with_mask(mask, size, || select_until(count, [read, write, except], deadline))
    })
}
