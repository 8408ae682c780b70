//! A browser without a screen, which opens a file and shows what a person would see.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::process::Process;
use crate::project;

/// What the browser is called, by distribution.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// How many have been started.
static STARTED: AtomicU32 = AtomicU32::new(0);

/// It starts slowly on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// What it must not do: ask anybody for anything. The proxy that all would go through does not exist.
const ALONE: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--proxy-server=127.0.0.1:9",
    "--host-resolver-rules=MAP * ~NOTFOUND",
];

/// What the system says that people like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What a screenshot shows, as far as can be said without looking.
pub struct Shot {
    /// How bright the commonest colour is, 0 to 255.
    pub paper: u8,
    /// How much of it has another colour, in percent.
    pub ink_percent: f64,
    /// How many colours there are.
    pub colours: usize,
}

/// A browser that is installed.
pub struct Browser(PathBuf);

impl Browser {
    /// The first one in PATH.
    pub fn find() -> Option<Self> {
        NAMES.iter().find_map(|name| project::program(name)).map(Self)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The page's elements after its scripts have run, as HTML.
    pub fn elements(&self, page: &Path) -> Result<String> {
        self.open(page, &["--dump-dom".into()])
    }

    /// Takes a picture of the page's first `height` lines of pixels.
    pub fn look(&self, page: &Path, scheme: Scheme, (width, height): (u32, u32)) -> Result<Shot> {
        let shot = page.with_file_name(format!("{scheme:?}-{width}.png").to_lowercase());
        let _ = std::fs::remove_file(&shot);
        let value = if scheme == Scheme::Dark { 0 } else { 1 };
        self.open(
            page,
            &[
                format!("--blink-settings=preferredColorScheme={value}"),
                format!("--window-size={width},{height}"),
                format!("--screenshot={}", shot.display()),
            ],
        )?;
        Shot::read(&shot)
    }

    /// Opens the page in a browser that has never run before; returns what it printed.
    fn open(&self, page: &Path, options: &[String]) -> Result<String> {
        let page = page.canonicalize().with_context(|| format!("no page {}", page.display()))?;
        // Several run at once, and each wants a folder that no other has.
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let profile = project::build("tests/browser").join(format!("{}-{number}", std::process::id()));
        std::fs::create_dir_all(&profile)?;
        let mut command = Command::new(&self.0);
        command.args(ALONE).args(options).arg(format!("--user-data-dir={}", profile.display()));
        command.arg(format!("file://{}", page.display()));
        let ended =
            Process::start(command, LIMIT).and_then(|process| process.finish(|_, _| ()).map_err(|(error, _)| error));
        let _ = std::fs::remove_dir_all(&profile);
        let ended = ended?;
        ensure!(ended.status == 0, "{}: status {}\n{}", self.0.display(), ended.status, ended.err);
        Ok(ended.out)
    }
}

impl Shot {
    fn read(file: &Path) -> Result<Self> {
        let bytes = std::fs::File::open(file).with_context(|| format!("no screenshot {}", file.display()))?;
        let mut reader = png::Decoder::new(std::io::BufReader::new(bytes)).read_info()?;
        let mut pixels = vec![0; reader.output_buffer_size().context("a screenshot too large")?];
        let info = reader.next_frame(&mut pixels)?;
        let samples = info.color_type.samples();
        // A few are as good as all, and some millions take their time.
        Ok(Self::of(pixels[..info.buffer_size()].chunks_exact(samples).step_by(7)))
    }

    /// Of pixels that each begin with red, green and blue.
    fn of<'a>(pixels: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut counts = std::collections::HashMap::<[u8; 3], u64>::new();
        for pixel in pixels {
            *counts.entry([pixel[0], pixel[1], pixel[2]]).or_default() += 1;
        }
        let all: u64 = counts.values().sum();
        let (paper, most) =
            counts.iter().max_by_key(|(_, count)| **count).map_or(([0; 3], 0), |(colour, count)| (*colour, *count));
        let bright = paper.iter().map(|&part| u32::from(part)).sum::<u32>() / 3;
        Self {
            paper: bright as u8,
            ink_percent: (all - most) as f64 * 100.0 / all.max(1) as f64,
            colours: counts.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_screenshot_has_no_ink() {
        let shot = Shot::of([[255_u8, 255, 255].as_slice(); 100].into_iter());
        assert_eq!((shot.paper, shot.ink_percent, shot.colours), (255, 0.0, 1));
    }

    #[test]
    fn the_commonest_colour_is_the_paper() {
        let pixels = [[10_u8, 10, 10, 255], [10, 10, 10, 255], [10, 10, 10, 255], [200, 0, 0, 255]];
        let shot = Shot::of(pixels.iter().map(|pixel| pixel.as_slice()));
        assert_eq!((shot.paper, shot.ink_percent, shot.colours), (10, 25.0, 2));
    }
}
