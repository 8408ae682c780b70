//! The small programs, all in one: `ls`, `cat`, `grep` and so on.
//!
//! Each of them is a few dozen lines, and the code under them (arguments, buffers, numbers, dates) is the same. In one
//! file that code is on the disc and in the page cache once. The name the program was called by chooses: in `/bin`
//! every tool is a link to this file. `tools NAME …` works without a link, and `tools --list` tells the names.
//!
//! They do what POSIX says and, where that leaves a choice, what GNU's do: on Linux the same files are held against
//! those. They keep no more of a stream in memory than they must, take any bytes for text, and stop without a word when
//! nobody reads what they print.
#![no_std]
#![no_main]

extern crate alloc;

mod call;
mod copy;
mod glob;
mod input;
mod listing;
mod long_listing;
mod matcher;
mod number;
mod options;
mod order;
mod output;
mod path;
mod pattern;
mod target;
mod users;

mod basename;
mod cat;
mod chmod;
mod cmp;
mod cp;
mod cut;
mod date;
mod dd;
mod du;
mod env;
mod find;
mod free;
mod grep;
mod head;
mod hexdump;
mod id;
mod kill;
mod ln;
mod ls;
mod mkdir;
mod mount;
mod mv;
mod ps;
mod pwd;
mod rm;
mod screen;
mod seq;
mod sleep;
mod sort;
mod stat;
mod strace;
mod sync;
mod tail;
mod tee;
mod touch;
mod tr;
mod uname;
mod uniq;
mod wc;
mod yes;

use call::{Call, Tool};
use tusk_user::{Environment, allocator, entry, eprintln, println, usage};

entry!(main);
allocator!();

const HELP: &str = "usage: tools NAME [ARGUMENT…] | --list
Runs the tool of that name, as does calling this file by the name. --list prints the names, one a line.";

/// Every tool, by name.
const TOOLS: [Tool; 46] = [
    basename::BASENAME,
    cat::CAT,
    chmod::CHMOD,
    screen::CLEAR,
    cmp::CMP,
    cp::CP,
    cut::CUT,
    date::DATE,
    dd::DD,
    basename::DIRNAME,
    du::DU,
    env::ENV,
    find::FIND,
    free::FREE,
    grep::GREP,
    head::HEAD,
    hexdump::HEXDUMP,
    uname::HOSTNAME,
    id::ID,
    kill::KILL,
    ln::LN,
    ls::LS,
    mkdir::MKDIR,
    mount::MOUNT,
    mv::MV,
    ps::PS,
    pwd::PWD,
    screen::RESET,
    rm::RM,
    mkdir::RMDIR,
    seq::SEQ,
    sleep::SLEEP,
    sort::SORT,
    stat::STAT,
    strace::STRACE,
    sync::SYNC,
    tail::TAIL,
    tee::TEE,
    touch::TOUCH,
    tr::TR,
    uname::UNAME,
    uniq::UNIQ,
    free::UPTIME,
    wc::WC,
    id::WHOAMI,
    yes::YES,
];

fn main(environment: &Environment) -> i32 {
    // Called by a tool's name, or as `tools` with the name behind it.
    for place in 0..2 {
        let name = environment.arguments().nth(place).map(|name| path::last_part(name.to_bytes()));
        if let Some(tool) = TOOLS.iter().find(|tool| name == Some(tool.name.as_bytes())) {
            return Call::new(tool, environment, place).run();
        }
    }
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    match environment.argument(1) {
        Some("--list") => {
            TOOLS.iter().for_each(|tool| println!("{}", tool.name));
            0
        }
        Some(name) => usage::refuse(HELP, format_args!("tools: there is no tool called {name}")),
        None => {
            eprintln!("{HELP}");
            usage::USAGE_STATUS
        }
    }
}
