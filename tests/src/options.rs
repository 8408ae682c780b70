//! The command line: libtest's arguments, and `--long`.

use std::ffi::OsString;

use libtest_mimic::Arguments;

/// Reads the arguments. `--long`, or `TUSK_LONG=1` in the environment, adds the long tests: it is
/// another word for libtest's `--include-ignored`.
pub fn parse(arguments: impl Iterator<Item = OsString>, long_in_environment: bool) -> Arguments {
    let mut long = long_in_environment;
    let rest: Vec<_> = arguments
        .filter(|argument| {
            let is_long = argument == "--long";
            long |= is_long;
            !is_long
        })
        .collect();
    let mut parsed = Arguments::from_iter(rest);
    parsed.include_ignored |= long;
    parsed
}

/// Whether the environment asks for the long tests.
pub fn long_in_environment() -> bool {
    std::env::var_os("TUSK_LONG").is_some_and(|value| !value.is_empty() && value != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str], environment: bool) -> Arguments {
        let words = std::iter::once("tusk-tests").chain(words.iter().copied());
        parse(words.map(OsString::from), environment)
    }

    #[test]
    fn long_is_ours_and_the_rest_is_libtests() {
        let arguments = parsed(&["--long", "fork", "--exact"], false);
        assert!(arguments.include_ignored && arguments.exact);
        assert_eq!(arguments.filter.as_deref(), Some("fork"));
    }

    #[test]
    fn environment_asks_for_the_long_tests_too() {
        assert!(parsed(&[], true).include_ignored);
        assert!(!parsed(&[], false).include_ignored);
    }
}
