//! How long each step took.

use maud::{Markup, html};

use super::chip;
use crate::number::{grouped, percent};
use crate::page::Section;
use crate::page::fork::Material;
use crate::page::table::{Column, Table, cell, code};
use crate::picture;

/// How long each step took.
pub fn time_line(material: &Material) -> Section {
    let fork = &material.fork;
    let whole = fork.whole.instructions;
    let row = |sign: Markup, function: Markup, instructions: u64, words: &str| {
        vec![sign, function, cell(grouped(instructions)), cell(percent(instructions, whole)), cell(words)]
    };
    let mut rows: Vec<_> = fork
        .steps
        .iter()
        .map(|(step, timed)| row(chip(*step), code(step.function()), timed.instructions, step.says()))
        .collect();
    rows.push(row(
        cell(""),
        code("copy_process"),
        fork.rest_of_copy_process(),
        "its own work: the bounce page taken and given back, the child's address space",
    ));
    rows.push(row(
        cell(""),
        code("sys_fork"),
        fork.rest_of_sys_fork(),
        "its own work: the child's page, its place in the family, the lists",
    ));
    rows.push(row(cell(""), cell("all"), whole, ""));
    Section {
        title: "The time line".into(),
        words: html! {
            "fork is five steps inside " code { "copy_process" } ", which " code { "sys_fork" } " calls; when they are done the child goes on the lists. "
            "A process is a page, a bitmap and its memory, so what a step costs is mostly what it copies."
        },
        picture: Some(picture::steps::draw(fork)),
        tables: vec![Table {
            caption: format!("Instructions of each step, of {}", grouped(whole)),
            columns: vec![
                Column("step", false),
                Column("function", false),
                Column("instructions", true),
                Column("share", true),
                Column("what it does", false),
            ],
            rows,
        }],
    }
}
