//! The bytes that were typed and not read yet, and where lines end among them.
//!
//! A ring of 4,096 bytes with a bit for each that says "a line ends here", as Linux keeps it: then a program may
//! change from lines to single bytes and back with the input of either kind waiting. The end of a file is an
//! entry too, a byte 0 with that bit, which is not handed out. Behind the last end lies the line being typed.

/// Bytes that can wait.
#[doc(alias = "bufsize")]
pub const CAPACITY: usize = 4096;
const WORDS: usize = CAPACITY / 32;
/// What stands in the queue for the end of the file.
const END_OF_FILE: u8 = 0;

/// The queue.
///
/// # Invariants
/// `complete <= length <= CAPACITY`, `start < CAPACITY`; no end lies at or behind `complete`.
#[doc(alias = "struct ioqueue")]
pub struct InputQueue {
    bytes: [u8; CAPACITY],
    ends: [u32; WORDS],
    start: usize,
    length: usize,
    /// How many of the bytes, the ends of files included, belong to finished lines.
    complete: usize,
}

/// What [`InputQueue::look_at_line`] has found.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// Bytes copied.
    pub copied: usize,
    /// What to [`InputQueue::consume`] for them.
    pub taken: usize,
    /// The line ends with them.
    pub has_ended: bool,
}

impl InputQueue {
    /// Nothing waits.
    #[doc(alias = "ioqueue_init")]
    pub const fn new() -> Self {
        Self { bytes: [0; CAPACITY], ends: [0; WORDS], start: 0, length: 0, complete: 0 }
    }

    /// All that waits, the line being typed included.
    #[doc(alias("ioq_empty", "ioq_length"))]
    pub fn length(&self) -> usize {
        self.length
    }

    /// What waits in finished lines.
    pub fn complete(&self) -> usize {
        self.complete
    }

    /// How many more bytes there is room for.
    #[doc(alias = "ioq_full")]
    pub fn room(&self) -> usize {
        CAPACITY - self.length
    }

    /// Adds a byte to the line being typed; says whether there was room.
    #[doc(alias = "ioq_putchar")]
    pub fn push(&mut self, byte: u8) -> bool {
        let has_room = self.room() > 0;
        if has_room {
            let index = self.index(self.length);
            self.bytes[index] = byte;
            self.ends[index / 32] &= !(1 << (index % 32));
            self.length += 1;
        }
        has_room
    }

    /// Ends the line with its last byte.
    pub fn finish(&mut self) {
        if self.length > self.complete {
            let index = self.index(self.length - 1);
            self.ends[index / 32] |= 1 << (index % 32);
            self.complete = self.length;
        }
    }

    /// Ends the line without a byte; says whether there was room.
    pub fn push_end_of_file(&mut self) -> bool {
        let has_room = self.push(END_OF_FILE);
        self.finish();
        has_room
    }

    /// Takes back the last byte of the line being typed.
    pub fn pop(&mut self) -> Option<u8> {
        let last = self.last()?;
        self.length -= 1;
        Some(last)
    }

    /// The last byte of the line being typed.
    pub fn last(&self) -> Option<u8> {
        self.unfinished().next_back()
    }

    /// Byte `index` of the line being typed.
    pub fn unfinished_byte(&self, index: usize) -> Option<u8> {
        let place = self.complete + index;
        (place < self.length).then(|| self.at(place).0)
    }

    /// How many bytes the line being typed has.
    pub fn unfinished_length(&self) -> usize {
        self.length - self.complete
    }

    /// The line being typed.
    pub fn unfinished(&self) -> impl DoubleEndedIterator<Item = u8> + '_ {
        (self.complete..self.length).map(|place| self.bytes[self.index(place)])
    }

    /// Copies the beginning of the first line that is finished.
    pub fn look_at_line(&self, piece: &mut [u8]) -> Found {
        let mut copied = 0;
        // One more than there is room for: an end of file right behind belongs to what was read.
        for place in 0..self.complete.min(piece.len() + 1) {
            let (byte, is_end) = self.at(place);
            if is_end && byte == END_OF_FILE {
                return Found { copied, taken: place + 1, has_ended: true };
            }
            let Some(target) = piece.get_mut(copied) else { break };
            *target = byte;
            copied += 1;
            if is_end {
                return Found { copied, taken: copied, has_ended: true };
            }
        }
        Found { copied, taken: copied, has_ended: false }
    }

    /// Copies the first bytes, whatever lines they are in; returns how many.
    pub fn look(&self, piece: &mut [u8]) -> usize {
        let count = self.length.min(piece.len());
        for (place, target) in piece[..count].iter_mut().enumerate() {
            *target = self.at(place).0;
        }
        count
    }

    /// Takes the first `count` bytes away, or all.
    #[doc(alias = "ioq_getchar")]
    pub fn consume(&mut self, count: usize) {
        let count = count.min(self.length);
        self.start = self.index(count);
        self.length -= count;
        self.complete = self.complete.saturating_sub(count);
    }

    /// Forgets where lines end.
    pub fn join_lines(&mut self) {
        self.ends = [0; WORDS];
        self.complete = 0;
    }

    /// Bytes that `read` would give in lines: without the ends of files.
    pub fn readable_in_lines(&self) -> usize {
        (0..self.complete).filter(|&place| self.at(place) != (END_OF_FILE, true)).count()
    }

    /// Throws everything away.
    pub fn clear(&mut self) {
        self.consume(CAPACITY);
    }

    fn at(&self, place: usize) -> (u8, bool) {
        let index = self.index(place);
        (self.bytes[index], self.ends[index / 32] & 1 << (index % 32) != 0)
    }

    /// Where in the ring the byte is that has `place` others before it.
    #[doc(alias = "next_pos")]
    fn index(&self, place: usize) -> usize {
        (self.start + place) % CAPACITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_line(queue: &mut InputQueue, room: usize) -> (String, bool) {
        let mut piece = vec![0; room];
        let found = queue.look_at_line(&mut piece);
        queue.consume(found.taken);
        (String::from_utf8(piece[..found.copied].to_vec()).unwrap(), found.has_ended)
    }

    fn push_all(queue: &mut InputQueue, text: &str) {
        text.bytes().for_each(|byte| assert!(queue.push(byte)));
    }

    #[test]
    fn lines_are_read_one_by_one_and_in_pieces() {
        let mut queue = InputQueue::new();
        for line in ["ab\n", "cdef\n"] {
            push_all(&mut queue, line);
            queue.finish();
        }
        push_all(&mut queue, "gh");
        assert_eq!(read_line(&mut queue, 64), ("ab\n".into(), true));
        assert_eq!(read_line(&mut queue, 3), ("cde".into(), false));
        assert_eq!(read_line(&mut queue, 3), ("f\n".into(), true));
        assert_eq!(read_line(&mut queue, 3), (String::new(), false));
        assert_eq!(queue.unfinished().collect::<Vec<_>>(), b"gh");
    }

    #[test]
    fn an_end_of_file_is_read_once() {
        let mut queue = InputQueue::new();
        push_all(&mut queue, "abc");
        assert!(queue.push_end_of_file() && queue.push_end_of_file());
        assert_eq!(queue.readable_in_lines(), 3);
        // It belongs to the bytes before it, even where these fill the program's memory.
        assert_eq!(read_line(&mut queue, 3), ("abc".into(), true));
        assert_eq!(read_line(&mut queue, 3), (String::new(), true));
        assert_eq!((queue.complete(), queue.length()), (0, 0));
    }

    #[test]
    fn it_goes_round_and_is_full_at_last() {
        let mut queue = InputQueue::new();
        for _ in 0..3 {
            push_all(&mut queue, &"x".repeat(3000));
            queue.finish();
            assert_eq!(read_line(&mut queue, 4096), ("x".repeat(3000), true));
        }
        push_all(&mut queue, &"y".repeat(CAPACITY));
        assert!(!queue.push(b'z') && queue.pop() == Some(b'y') && queue.push(b'z'));
        let mut piece = [0; CAPACITY];
        assert_eq!(queue.look(&mut piece), CAPACITY);
        assert_eq!(piece[CAPACITY - 2..], *b"yz");
    }

    #[test]
    fn lines_can_be_forgotten() {
        let mut queue = InputQueue::new();
        push_all(&mut queue, "ab\n");
        queue.finish();
        queue.join_lines();
        assert_eq!((queue.complete(), queue.pop()), (0, Some(b'\n')));
        queue.finish();
        assert_eq!(read_line(&mut queue, 9), ("ab".into(), true));
    }
}
