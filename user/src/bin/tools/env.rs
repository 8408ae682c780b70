//! `env`: runs a program with other environment variables, or prints those there are.

use crate::call::{Call, Stop, Tool};
use crate::path::{from_bytes, join};
use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::{CStr, c_char};
use tusk_user::{Errno, linux};

/// The tool.
pub const ENV: Tool = Tool {
    name: "env",
    help: "usage: env [-i] [-u NAME]… [NAME=VALUE]… [COMMAND [ARGUMENT…]]
Runs the command with the variables as they are, but for those that are set or, with -u, left out; -i begins with none.
Without a command it prints them. When the command cannot be run the exit status is 126, when it is not found 127.",
    main: env,
};

/// The status when a command is there and cannot be run.
const NOT_RUN_STATUS: i32 = 126;
/// The status when it is not there.
const NOT_FOUND_STATUS: i32 = 127;
/// Where commands are, when no variable says.
const DEFAULT_PATH: &[u8] = b"/bin:/sbin";

fn env(call: &mut Call) -> Result<(), Stop> {
    // A - alone is an old way to say -i.
    if call.arguments.first() == Some(&c"-") {
        call.arguments[0] = c"-i";
    }
    let options = call.options("+iu:")?;
    let mut variables = if options.has('i') { Vec::new() } else { core::mem::take(&mut call.variables) };
    for name in options.values('u') {
        if name.is_empty() || name.to_bytes().contains(&b'=') {
            return Err(call.misuse_of(name, "is no variable's name"));
        }
        variables.retain(|variable| name_of(variable) != name.to_bytes());
    }
    let is_setting = |word: &&CStr| word.to_bytes().contains(&b'=');
    let settings = options.operands.iter().take_while(|word| is_setting(word)).count();
    let (settings, command) = options.operands.split_at(settings);
    for &setting in settings {
        match variables.iter_mut().find(|variable| name_of(variable) == name_of(setting)) {
            Some(variable) => *variable = setting,
            None => variables.push(setting),
        }
    }

    let Some(name) = command.first() else {
        for variable in variables {
            call.out.bytes(variable.to_bytes());
            call.out.byte(b'\n');
        }
        return Ok(());
    };
    let error = become_command(name, command, &variables);
    call.complain(name, error);
    Err(Stop(if error == Errno::ENOENT { NOT_FOUND_STATUS } else { NOT_RUN_STATUS }))
}

/// The name of a variable.
fn name_of(variable: &CStr) -> &[u8] {
    variable.to_bytes().split(|&byte| byte == b'=').next().unwrap_or_default()
}

/// Becomes the command; returns only when that failed.
fn become_command(name: &CStr, command: &[&CStr], variables: &[&CStr]) -> Errno {
    let words = pointers(command);
    let strings = pointers(variables);
    let mut result = Errno::ENOENT;
    for path in candidates(name, variables) {
        match linux::execve_at(path.as_ptr().addr(), words.as_ptr().addr(), strings.as_ptr().addr()) {
            Errno::ENOENT | Errno::ENOTDIR => {}
            // It is there; somewhere behind may be one that can be run.
            Errno::EACCES => result = Errno::EACCES,
            error => return error,
        }
    }
    result
}

/// The addresses of strings and a null one, as the kernel wants them.
pub fn pointers(strings: &[&CStr]) -> Vec<*const c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([core::ptr::null()]).collect()
}

/// The paths where a command may be: itself if there is a slash in it, else in the folders of the new PATH.
pub fn candidates(name: &CStr, variables: &[&CStr]) -> Vec<CString> {
    if name.to_bytes().contains(&b'/') {
        return alloc::vec![name.into()];
    }
    let folders = variables.iter().find_map(|variable| variable.to_bytes().strip_prefix(b"PATH="));
    let folders = folders.unwrap_or(DEFAULT_PATH).split(|&byte| byte == b':');
    folders
        .map(|folder| {
            // An empty one is the current folder.
            let folder = if folder.is_empty() { b"." } else { folder };
            join(&from_bytes(folder.to_vec()), name.to_bytes())
        })
        .collect()
}
