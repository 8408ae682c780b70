//! `id` and `whoami`: whom we act for.

use crate::call::{Call, Stop, Tool};
use crate::put;
use crate::users::Names;
use alloc::vec::Vec;
use tusk_user::identity::{self, GROUPS_MAX};

/// User and groups.
pub const ID: Tool = Tool {
    name: "id",
    help: "usage: id [-u | -g | -G] [-nr]
Prints user and groups; the user only (-u), the group only (-g), all groups (-G), by name (-n), the real ones (-r).",
    main: id,
};

/// The user's name.
pub const WHOAMI: Tool = Tool {
    name: "whoami",
    help: "usage: whoami
Prints the name of the user whose rights this process has.",
    main: whoami,
};

fn id(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("ugGnr")?;
    if !options.operands.is_empty() {
        return Err(call.misuse(format_args!("it tells of this process only")));
    }
    let (user, group) = if options.has('r') {
        (identity::user(), identity::group())
    } else {
        (identity::effective_user(), identity::effective_group())
    };
    let (users, groups) = (Names::users(), Names::groups());
    let mut buffer = [0; GROUPS_MAX];
    let further = identity::groups(&mut buffer).map_err(|error| call.fail("groups", error))?;
    let mut all: Vec<u32> = alloc::vec![group];
    all.extend(further.iter().filter(|&&other| other != group));

    let named = options.has('n');
    match options.last_of("ugG") {
        Some('u') => print(call, &users, &[user], named),
        Some('g') => print(call, &groups, &[group], named),
        Some(_) => print(call, &groups, &all, named),
        None if named => return Err(call.misuse(format_args!("names of what? -u, -g or -G"))),
        None => {
            call.out.text("uid=");
            with_name(call, &users, user);
            call.out.text(" gid=");
            with_name(call, &groups, group);
            for (index, &group) in all.iter().enumerate() {
                call.out.text(if index == 0 { " groups=" } else { "," });
                with_name(call, &groups, group);
            }
        }
    }
    call.out.byte(b'\n');
    Ok(())
}

/// Prints numbers, or the names behind them.
fn print(call: &mut Call, names: &Names, numbers: &[u32], named: bool) {
    for (index, &number) in numbers.iter().enumerate() {
        put!(call.out, "{}", if index == 0 { "" } else { " " });
        if named {
            call.out.bytes(&names.name_or_number(number));
        } else {
            put!(call.out, "{number}");
        }
    }
}

/// Prints a number and its name.
fn with_name(call: &mut Call, names: &Names, number: u32) {
    put!(call.out, "{number}");
    if let Some(name) = names.name(number) {
        call.out.byte(b'(');
        call.out.bytes(name);
        call.out.byte(b')');
    }
}

fn whoami(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("")?;
    if !options.operands.is_empty() {
        return Err(call.misuse(format_args!("it takes no argument")));
    }
    print(call, &Names::users(), &[identity::effective_user()], true);
    call.out.byte(b'\n');
    Ok(())
}
