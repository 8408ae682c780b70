//! What a file system tells of itself as a whole.

/// A file system that is there while the machine runs.
pub trait FileSystem: Send + Sync {
    /// What /proc/mounts calls it.
    fn name(&self) -> &'static str;

    /// The device number that `stat` tells for its files; differs for each.
    fn device(&self) -> u32;

    /// Linux's magic number for `statfs`.
    fn magic(&self) -> u32;

    /// Blocks of 4,096 bytes: all, and free.
    fn blocks(&self) -> (u64, u64) {
        (0, 0)
    }
}
