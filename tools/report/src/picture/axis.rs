//! Where a time lies in a picture. Stretches in which nobody ran can be folded to a small gap.

use maud::{Markup, html};

use super::{line, px, text};
use crate::number::grouped;

/// Room that a folded stretch takes.
const GAP: f64 = 14.0;

/// A way from cycles to a place.
pub struct Axis {
    left: f64,
    /// Stretches of time one after the other, and the room that each has.
    pieces: Vec<Piece>,
}

struct Piece {
    begin: u64,
    end: u64,
    x: f64,
    width: f64,
    folded: bool,
}

impl Axis {
    /// All time in proportion.
    pub fn straight(begin: u64, end: u64, left: f64, width: f64) -> Self {
        Self::folded(begin, end, &[], left, width)
    }

    /// Without those stretches, which are sorted and lie within.
    pub fn folded(begin: u64, end: u64, idle: &[(u64, u64)], left: f64, width: f64) -> Self {
        let left_out: u64 = idle.iter().map(|(begin, end)| end - begin).sum();
        let shown = (end - begin - left_out).max(1) as f64;
        let scale = (width - idle.len() as f64 * GAP).max(1.0) / shown;
        let mut pieces = Vec::new();
        let (mut now, mut x) = (begin, left);
        let mut add = |from: u64, to: u64, folded: bool| {
            let width = if folded { GAP } else { (to - from) as f64 * scale };
            pieces.push(Piece { begin: from, end: to, x, width, folded });
            x += width;
        };
        for &(from, to) in idle {
            add(now, from, false);
            add(from, to, true);
            now = to;
        }
        add(now, end.max(begin + 1), false);
        Self { left, pieces }
    }

    /// Where a time lies.
    pub fn x(&self, time: u64) -> f64 {
        let piece = self.pieces.iter().find(|piece| time <= piece.end).or(self.pieces.last());
        piece.map_or(self.left, |piece| {
            let share = time.saturating_sub(piece.begin) as f64 / (piece.end - piece.begin).max(1) as f64;
            piece.x + share.min(1.0) * piece.width
        })
    }

    /// The folded stretches: from where to where, and how long each is.
    pub fn folds(&self) -> impl Iterator<Item = (f64, f64, u64)> {
        self.pieces
            .iter()
            .filter(|piece| piece.folded)
            .map(|piece| (piece.x, piece.x + piece.width, piece.end - piece.begin))
    }

    /// Lines from `top` to `bottom` at round numbers after `origin`, with the numbers above them.
    pub fn ticks(&self, origin: u64, top: f64, bottom: f64) -> Markup {
        let shown = || self.pieces.iter().filter(|piece| !piece.folded);
        let every = round_step(shown().map(|piece| piece.end - piece.begin).sum());
        let right = self.pieces.last().map_or(0.0, |piece| piece.x + piece.width);
        let mut free_from = f64::MIN;
        let mut places = Vec::new();
        for piece in shown() {
            let mut time = origin + piece.begin.saturating_sub(origin).next_multiple_of(every);
            while time <= piece.end {
                let (x, words) = (self.x(time), grouped(time - origin));
                // The numbers must not run into each other, nor out of the picture.
                if x >= free_from && x + words.len() as f64 * 3.4 <= right + 12.0 {
                    free_from = x + words.len() as f64 * 7.0 + 8.0;
                    places.push((x, words));
                }
                time += every;
            }
        }
        html! {
            @for (x, words) in places {
                (line((x, top), (x, bottom), "rule"))
                (text(x, top - 5.0, "mono small soft middle", &words))
            }
        }
    }
}

/// A round number that goes at most eight times into `length`.
fn round_step(length: u64) -> u64 {
    let mut power = 1;
    loop {
        if let Some(step) = [1, 2, 5].map(|digit| digit * power).into_iter().find(|step| length / step <= 8) {
            return step;
        }
        power *= 10;
    }
}

/// A sign for a folded stretch.
pub fn fold_mark(from: f64, to: f64, top: f64, bottom: f64, tip: &str) -> Markup {
    html! {
        g {
            rect x=(px(from + 2.0)) y=(px(top)) width=(px(to - from - 4.0)) height=(px(bottom - top)) fill="url(#idle)" opacity="0.45" {
                title { (tip) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_lie_in_proportion() {
        let axis = Axis::straight(100, 300, 10.0, 400.0);
        assert_eq!([100, 200, 300].map(|time| axis.x(time)), [10.0, 210.0, 410.0]);
    }

    #[test]
    fn idle_time_takes_a_gap() {
        let axis = Axis::folded(0, 1_200, &[(100, 1_100)], 0.0, 200.0 + GAP);
        assert_eq!(axis.x(100), 100.0);
        assert_eq!(axis.x(1_100), 100.0 + GAP);
        assert_eq!(axis.x(1_200), 200.0 + GAP);
        assert_eq!(axis.folds().collect::<Vec<_>>(), [(100.0, 100.0 + GAP, 1_000)]);
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!([7, 80, 900, 45_000, 1_234_567].map(round_step), [1, 10, 200, 10_000, 200_000]);
    }
}
