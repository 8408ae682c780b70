//! Numbers that look random and are the same for the same seed.

/// Marsaglia's xorshift: numbers that look random and repeat with the seed.
#[derive(Clone, Copy)]
pub struct Random(pub u32);

impl Random {
    pub fn new(seed: u32, round: u32) -> Random {
        let mut random = Random((seed.wrapping_mul(0x9e37_79b9) ^ round.wrapping_mul(0x85eb_ca6b)) | 1);
        (0..8).for_each(|_| _ = random.next());
        random
    }

    pub fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 4) % end
    }

    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| (self.next() >> 9) as u8);
    }
}
