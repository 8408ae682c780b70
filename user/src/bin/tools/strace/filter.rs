//! Which calls are to be shown: `-e`.

use alloc::vec::Vec;

/// What is shown.
pub struct Filter {
    /// All but those named, instead of those named.
    is_inverse: bool,
    names: Vec<Vec<u8>>,
}

impl Filter {
    /// Everything.
    pub fn all() -> Self {
        Self { is_inverse: true, names: Vec::new() }
    }

    /// `NAME,…`, `trace=NAME,…`, with a `!` before the names all others; `all` and `none`. `None` for what is neither.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = text.strip_prefix(b"trace=").unwrap_or(text);
        let (is_inverse, names) = match text.strip_prefix(b"!") {
            Some(names) => (true, names),
            None => (false, text),
        };
        match names {
            b"all" => return Some(Self { is_inverse: !is_inverse, names: Vec::new() }),
            b"none" => return Some(Self { is_inverse, names: Vec::new() }),
            _ => {}
        }
        let names: Vec<_> = names.split(|&byte| byte == b',').map(<[u8]>::to_vec).collect();
        let is_name =
            |name: &Vec<u8>| !name.is_empty() && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
        names.iter().all(is_name).then_some(Self { is_inverse, names })
    }

    /// Says whether calls of that name are shown.
    pub fn shows(&self, name: &[u8]) -> bool {
        self.names.iter().any(|named| named == name) != self.is_inverse
    }
}
