//! What the Makefile hands to the scripts, and what it leaves alone.
//!
//! Only tests use this.
#![cfg(test)]

use std::process::Command;

use crate::project;

/// Variables that many have in their environment for something else.
const COMMON: [&str; 10] = ["TRACE", "BREAK", "SCREEN", "DEBUG", "PORT", "WAIT", "SERVE", "PROG", "FORK", "T"];

/// What the scripts have in their environment, by name: of a make with these words, and with `COMMON` in its environment.
fn handed_on(words: &[&str]) -> Vec<String> {
    let mut make = Command::new("make");
    // Not what a make above us has told its children.
    for (variable, _) in std::env::vars_os() {
        let name = variable.to_string_lossy();
        if name.starts_with("TUSK_") || name.starts_with("MAKE") || name == "MFLAGS" {
            make.env_remove(&variable);
        }
    }
    make.args(["-s", "--eval=shown:;@env", "shown"]).args(words).current_dir(project::root());
    make.envs(COMMON.map(|name| (name, "stray")));
    let output = make.output().expect("make is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn common_names_in_the_environment_mean_nothing() {
    let handed = handed_on(&[]);
    let stray: Vec<_> = handed.iter().filter(|line| line.ends_with("=stray")).collect();
    assert!(stray.is_empty(), "{stray:?}");
}

#[test]
fn words_of_the_command_line_arrive_to_the_letter() {
    let text = "sh -c 'a  $b \"c\"'; # é";
    for name in COMMON.iter().filter(|name| **name != "T") {
        let line = format!("TUSK_{name}={text}");
        assert!(handed_on(&[&format!("{name}={text}")]).contains(&line), "no {line}");
    }
}
