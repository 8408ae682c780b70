//! The errors that only the calls about files have.

use linux_raw_sys::errno;
use tusk_user::Errno;

/// Names them from one list.
macro_rules! errors {
    ($($name:ident)*) => {
        $(pub const $name: Errno = Errno(errno::$name as u16);)*
    };
}

errors! { EEXIST EFBIG EMFILE ENOSPC ENOTEMPTY ENOTTY ENXIO EPIPE ERANGE ESPIPE EXDEV }
