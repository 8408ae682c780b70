//! Builtins about variables.

use super::misused;
use super::session::print_line;
use crate::shell::Shell;
use crate::word::is_name;
use alloc::vec::Vec;

/// `export [NAME[=VALUE]…]`
pub fn export(shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    if arguments.len() == 1 {
        for variable in shell.variables.exported() {
            print_line(&[b"export ", variable.to_bytes()].concat());
        }
        return 0;
    }
    for argument in &arguments[1..] {
        let mut halves = argument.splitn(2, |&byte| byte == b'=');
        let name = halves.next().unwrap_or_default();
        if !is_name(name) {
            return misused(arguments, "a name has letters, digits and `_` in it, and no digit in front");
        }
        if let Some(value) = halves.next() {
            shell.variables.set(name, value);
        }
        shell.variables.export(name);
    }
    0
}

/// `unset NAME…`
pub fn unset(shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    arguments[1..].iter().for_each(|name| shell.variables.unset(name));
    0
}
