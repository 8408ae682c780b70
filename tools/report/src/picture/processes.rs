//! The processes over time: a lane for each, its line from fork to exit, and when it had the processor.

use maud::{Markup, html};

use super::axis::{Axis, fold_mark};
use super::{MONO, Picture, WIDTH, hatching, line, px, text};
use crate::model::process::Process;
use crate::number::{counted, grouped};

const TOP: f64 = 64.0;
const LANE: f64 = 26.0;
const LEFT: f64 = 170.0;
const RIGHT: f64 = 946.0;
/// Idle stretches of less than this share of the working time are drawn as they are.
const FOLD_SHARE: u64 = 60;
/// More lanes than that are left out.
const MOST: usize = 64;

/// What the picture is about: all processes, and the fork that the page tells of.
pub struct Scene<'a> {
    /// All processes, in the order of their beginnings.
    pub processes: &'a [Process],
    /// Stretches in which nobody ran, sorted.
    pub idle: &'a [(u64, u64)],
    /// The first and the last event.
    pub range: (u64, u64),
    /// Parent, child, and when the child was ready.
    pub fork: Option<(u32, u32, u64)>,
    /// The picture's title.
    pub title: String,
}

/// Draws it.
pub fn draw(scene: &Scene) -> Picture {
    let order = tree_order(scene.processes);
    let shown = &order[..order.len().min(MOST)];
    let busy = (scene.range.1 - scene.range.0) - scene.idle.iter().map(|(begin, end)| end - begin).sum::<u64>();
    let folds: Vec<_> = scene.idle.iter().copied().filter(|(begin, end)| end - begin > busy / FOLD_SHARE).collect();
    let axis = Axis::folded(scene.range.0, scene.range.1, &folds, LEFT, RIGHT - LEFT);
    let bottom = TOP + shown.len() as f64 * LANE;
    let lane_of = |pid: u32, begin: u64| {
        shown.iter().position(|&(index, _)| scene.processes[index].pid == pid && scene.processes[index].begin == begin)
    };
    Picture {
        name: "processes",
        title: scene.title.clone(),
        description: describe(scene.processes),
        height: bottom + 52.0,
        body: html! {
            (hatching("idle"))
            (text(10.0, 16.0, "strong", "Cycles since the trace began; where nobody ran the time is folded (hatched)"))
            (axis.ticks(scene.range.0, TOP - 14.0, bottom))
            @for (from, to, cycles) in axis.folds() {
                (fold_mark(from, to, TOP - 10.0, bottom, &format!("nobody ran for {}", counted(cycles, "cycle"))))
            }
            @for (row, &(index, depth)) in shown.iter().enumerate() {
                @let process = &scene.processes[index];
                @let y = TOP + row as f64 * LANE + LANE / 2.0;
                (lane(scene, process, depth, y, &axis))
                @for (time, child) in &process.forks {
                    @if let Some(other) = lane_of(*child, *time) {
                        @let x = axis.x(*time);
                        (line((x, y), (x, TOP + other as f64 * LANE + LANE / 2.0), "way"))
                    }
                }
            }
            @if order.len() > MOST {
                (text(10.0, bottom + 14.0, "soft", &format!("… and {}, in the table below", counted((order.len() - MOST) as u64, "more process"))))
            }
            (legend(bottom + 34.0))
        },
    }
}

/// Parents before their children, with the depth of each.
fn tree_order(processes: &[Process]) -> Vec<(usize, usize)> {
    fn add(processes: &[Process], index: usize, depth: usize, order: &mut Vec<(usize, usize)>) {
        order.push((index, depth));
        for (time, child) in &processes[index].forks {
            let place = processes.iter().position(|process| process.pid == *child && process.begin == *time);
            if let Some(place) = place {
                add(processes, place, depth + 1, order);
            }
        }
    }
    let mut order = Vec::new();
    for (index, process) in processes.iter().enumerate() {
        if process.parent.is_none() {
            add(processes, index, 0, &mut order);
        }
    }
    order
}

fn lane(scene: &Scene, process: &Process, depth: usize, y: f64, axis: &Axis) -> Markup {
    let (from, to) = (axis.x(process.begin), axis.x(process.end.unwrap_or(scene.range.1)));
    let class = match scene.fork {
        Some((_, child, ready)) if process.pid == child && process.begin == ready => "step-a",
        Some((parent, _, ready)) if process.pid == parent && process.forks.iter().any(|(time, _)| *time == ready) => {
            "step-c"
        }
        _ => "rest",
    };
    let tip = format!(
        "pid {} {}: ran for {}{}",
        process.pid,
        process.program().unwrap_or("?"),
        counted(process.ran(), "cycle"),
        process.status.map(|status| format!(", exit status {status}")).unwrap_or_default()
    );
    html! {
        g {
            title { (tip) }
            (text(10.0 + depth as f64 * 12.0, y + 4.0, "mono", &format!("{} {}", process.pid, process.program().unwrap_or("?"))))
            (line((from, y), (to, y), "rule"))
            @for (begin, end) in &process.runs {
                @let (x, until) = (axis.x((*begin).max(process.begin)), axis.x(*end));
                rect x=(px(x)) y=(px(y - 6.0)) width=(px((until - x).max(0.7))) height="12" class=(class) {}
            }
        }
        (marks(process, y, axis))
    }
}

/// Forks, programs and the end.
fn marks(process: &Process, y: f64, axis: &Axis) -> Markup {
    // The first program of a forked process is its parent's, which it did not begin.
    let began = process.programs.iter().filter(|(time, _)| process.parent.is_none() || *time > process.begin);
    let mut free_from = f64::MIN;
    let mut programs = Vec::new();
    for (time, name) in began {
        let x = axis.x(*time);
        let has_room = x > free_from;
        if has_room {
            free_from = x + name.len() as f64 * MONO + 12.0;
        }
        programs.push((x, time, name, has_room));
    }
    html! {
        @for (time, child) in &process.forks {
            circle cx=(px(axis.x(*time))) cy=(px(y)) r="3.5" style="fill: var(--paper); stroke: var(--ink); stroke-width: 1.5" {
                title { (format!("fork: pid {child} at {}", grouped(*time))) }
            }
        }
        @for (x, time, name, has_room) in programs {
            path d=(format!("M{} {} l5 -5 l5 5 l-5 5 z", px(x - 5.0), px(y))) style="fill: var(--b); stroke: var(--paper)" {
                title { (format!("exec: {name} at {}", grouped(*time))) }
            }
            @if has_room {
                @let fits = x + name.len() as f64 * MONO < WIDTH - 10.0;
                (text(if fits { x + 7.0 } else { WIDTH - 4.0 }, y - 8.0, if fits { "small soft" } else { "small soft end" }, name))
            }
        }
        @if let (Some(end), Some(status)) = (process.end, process.status) {
            @let x = axis.x(end);
            path.way d=(format!("M{} {} l8 8 m0 -8 l-8 8", px(x - 4.0), px(y - 4.0))) style="stroke: var(--d); stroke-width: 2.2" {
                title { (format!("exit: status {status} at {}", grouped(end))) }
            }
            @if x < WIDTH - 50.0 { (text(x + 7.0, y + 4.0, "mono small soft", &format!("{status}"))) }
        }
    }
}

fn legend(y: f64) -> Markup {
    html! {
        rect.rest x="10" y=(px(y - 10.0)) width="26" height="12" {}
        (text(42.0, y, "small soft", "runs"))
        (line((86.0, y - 4.0), (112.0, y - 4.0), "rule"))
        (text(118.0, y, "small soft", "lives"))
        circle cx="166" cy=(px(y - 4.0)) r="3.5" style="fill: var(--paper); stroke: var(--ink); stroke-width: 1.5" {}
        (text(176.0, y, "small soft", "forks"))
        path d=(format!("M222 {} l5 -5 l5 5 l-5 5 z", px(y - 4.0))) style="fill: var(--b)" {}
        (text(238.0, y, "small soft", "execs"))
        path.way d=(format!("M290 {} l8 8 m0 -8 l-8 8", px(y - 8.0))) style="stroke: var(--d); stroke-width: 2.2" {}
        (text(304.0, y, "small soft", "exits, with its status"))
    }
}

fn describe(processes: &[Process]) -> String {
    let told: Vec<_> = processes
        .iter()
        .map(|process| {
            let parent = process.parent.map(|parent| format!(", child of {parent}")).unwrap_or_default();
            format!("pid {} {}{parent}", process.pid, process.program().unwrap_or("?"))
        })
        .collect();
    told.join("; ")
}
