//! The file that a program runs from: nobody may write to it meanwhile (ETXTBSY).
//!
//! Its pages are the program's text, mapped and not copied. One of these is shared by all that fork made of the
//! program; when the last of them ends or becomes another program, the file may be written to again.

use super::file_page::PageSource;
use crate::errno::{Errno, Result};
use alloc::sync::Arc;

/// A file that is being run.
///
/// # Invariants
/// Writing to `file` is denied, once for each of these.
pub struct Executable {
    file: Arc<dyn PageSource>,
}

impl Executable {
    /// Denies writing to `file` from now on.
    ///
    /// # Errors
    /// ETXTBSY when somebody has it open for writing; ENOMEM.
    pub fn new(file: &Arc<dyn PageSource>) -> Result<Arc<Self>> {
        file.deny_write()?;
        // From here on dropping it allows writing again, also when there is no memory for the Arc.
        Arc::try_new(Self { file: file.clone() }).map_err(|_| Errno::NOMEM)
    }

    /// The file.
    pub fn file(&self) -> &Arc<dyn PageSource> {
        &self.file
    }
}

impl Drop for Executable {
    fn drop(&mut self) {
        self.file.allow_write();
    }
}
