//! Each page's way: from the parent's frame through the bounce page to the child's frame.

use maud::{Markup, html};

use super::{Picture, WIDTH, line, px, rect, text};
use crate::model::fork::Fork;
use crate::model::page_way::{How, PageWay};
use crate::number::{address, counted, grouped};

const TOP: f64 = 70.0;
const ROW: f64 = 24.0;
const BOX: f64 = 18.0;
/// Left edges of the columns, and how wide boxes are.
const PARENT: f64 = 190.0;
const BOUNCE: f64 = 366.0;
const CHILD: f64 = 542.0;
const WIDE: f64 = 104.0;
const BARS: (f64, f64) = (690.0, 880.0);
/// No more rows than that: the first ones and the last ones.
const MOST: usize = 48;
const LAST: usize = 12;

/// Draws it. `name` says what lies at an address.
pub fn draw(fork: &Fork, name: impl Fn(u32) -> String) -> Picture {
    let pages = &fork.pages;
    let bounced = pages.iter().filter(|way| way.how == How::Bounce).count();
    let shared = pages.iter().filter(|way| way.how == How::Shared).count();
    let shown: Vec<Option<&PageWay>> = if pages.len() > MOST {
        let first = pages[..MOST - LAST].iter().map(Some);
        first.chain([None]).chain(pages[pages.len() - LAST..].iter().map(Some)).collect()
    } else {
        pages.iter().map(Some).collect()
    };
    let bottom = TOP + shown.len() as f64 * ROW;
    let most = pages.iter().map(|way| way.instructions).max().unwrap_or(1).max(1);
    Picture {
        name: "page-ways",
        title: format!("The way of {} from parent to child", counted(pages.len() as u64, "page")),
        description: format!("{bounced} copied through the bounce page, {shared} shared with the parent"),
        height: bottom + 16.0,
        body: html! {
            (headings(fork, bounced))
            (bounce_column(fork, bottom))
            @for (index, way) in shown.iter().enumerate() {
                @let y = TOP + index as f64 * ROW;
                @match way {
                    Some(way) => (row(way, y, &name(way.page), most)),
                    None => (text(PARENT, y + 15.0, "soft", &format!("… {} more, in the table below …", counted((pages.len() - MOST) as u64, "page")))),
                }
            }
        },
    }
}

fn headings(fork: &Fork, bounced: usize) -> Markup {
    html! {
        (text(10.0, 20.0, "strong", "page"))
        (text(PARENT, 20.0, "strong", &format!("frame of parent {}", fork.parent)))
        (text(BOUNCE, 20.0, "strong", "bounce page"))
        (text(CHILD, 20.0, "strong", &format!("frame of child {}", fork.child)))
        (text(BARS.0, 20.0, "strong", "instructions, each page"))
        @if let Some((page, _)) = fork.bounce {
            (text(BOUNCE, 38.0, "mono small soft", &address(page)))
            (text(BOUNCE, 54.0, "small soft", &format!("used {}", counted(bounced as u64, "time"))))
        }
        (text(PARENT, 38.0, "small soft", "in the parent's space"))
        (text(CHILD, 38.0, "small soft", "in the child's space"))
    }
}

/// The bounce page is one: a column that all copies pass.
fn bounce_column(fork: &Fork, bottom: f64) -> Markup {
    let tip =
        fork.bounce.map(|(page, frame)| format!("the bounce page {}, in frame {}", address(page), address(frame)));
    html! {
        rect.box x=(px(BOUNCE)) y=(px(TOP - 6.0)) width=(px(WIDE)) height=(px(bottom - TOP + 8.0)) rx="6" {
            title { (tip.unwrap_or_default()) }
        }
    }
}

fn row(way: &PageWay, y: f64, name: &str, most: u64) -> Markup {
    let middle = y + BOX / 2.0 + 1.0;
    let how = match way.how {
        How::Bounce => "copied through the bounce page",
        How::Shared => "shared: the same frame for both",
        How::Other => "handed on",
    };
    let tip = format!(
        "{} ({name}): {} → {}, {how}, {}",
        address(way.page),
        address(way.parent_frame),
        address(way.child_frame),
        counted(way.instructions, "instruction")
    );
    let is_copy = way.how != How::Shared;
    let width = (way.instructions as f64 / most as f64 * (BARS.1 - BARS.0)).max(1.0);
    html! {
        g {
            title { (tip) }
            (text(10.0, y + 15.0, "mono", &address(way.page)))
            (text(98.0, y + 15.0, "small soft", name))
            (frame(PARENT, y, way.parent_frame, "box", "mono small middle"))
            @if is_copy {
                (arrow(PARENT + WIDE, BOUNCE, middle))
                (rect(BOUNCE + 8.0, y + 4.0, WIDE - 16.0, BOX - 6.0, "step-c", ""))
                (arrow(BOUNCE + WIDE, CHILD, middle))
                (frame(CHILD, y, way.child_frame, "step-c", "mono small middle on-step-c"))
            } @else {
                (line((PARENT + WIDE, middle), (CHILD, middle), "way dashed"))
                rect.paper x=(px(BOUNCE + 14.0)) y=(px(y + 3.0)) width=(px(WIDE - 28.0)) height="15" rx="7" {}
                (text(BOUNCE + WIDE / 2.0, y + 14.5, "small soft middle", "not copied"))
                (frame(CHILD, y, way.child_frame, "box dashed", "mono small middle"))
            }
            (rect(BARS.0, y + 3.0, width, BOX - 4.0, if is_copy { "crisp step-c" } else { "crisp rest" }, ""))
            (text(WIDTH - 10.0, y + 15.0, "mono end", &grouped(way.instructions)))
        }
    }
}

fn frame(x: f64, y: f64, frame: u32, class: &str, text_class: &str) -> Markup {
    html! {
        rect x=(px(x)) y=(px(y + 1.0)) width=(px(WIDE)) height=(px(BOX)) rx="3" class=(class) {}
        (text(x + WIDE / 2.0, y + 14.5, text_class, &address(frame)))
    }
}

fn arrow(from: f64, to: f64, y: f64) -> Markup {
    html! {
        (line((from, y), (to - 2.0, y), "way"))
        path.way d=(format!("M{} {} l6 -4 M{} {} l6 4", px(to - 8.0), px(y + 4.0), px(to - 8.0), px(y - 4.0))) {}
    }
}
