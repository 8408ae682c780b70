//! The lists of cases, `tests/shell/cases.txt` and `tests/tools/cases.txt`; the first says the format of both.

use std::collections::HashSet;

use anyhow::{Context, Result, bail, ensure};

use crate::project;
use crate::runner::record;

/// A one-line script, and what is to come of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The script.
    pub script: String,
    /// The lines of standard output.
    output: Vec<String>,
    /// What standard error has in it; empty when nothing may be there.
    error: String,
    /// The exit status.
    status: i32,
    /// Whether it tells something only where root runs it.
    pub for_root: bool,
}

/// Reads the list of a layer.
pub fn read(layer: &str) -> Result<Vec<Case>> {
    let file = project::root().join("tests").join(layer).join("cases.txt");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    parse(&text).with_context(|| file.display().to_string())
}

/// Reads a list. A name that stands twice would hide a case, and one without a script runs nothing.
fn parse(text: &str) -> Result<Vec<Case>> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("case: ") {
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            continue;
        }
        let case = cases.last_mut().with_context(|| format!("before the first case: {line}"))?;
        match line.split_once(' ').unwrap_or((line, "")) {
            ("run:", script) => script.clone_into(&mut case.script),
            ("|", output) => case.output.push(output.to_owned()),
            ("error:", words) => words.clone_into(&mut case.error),
            ("status:", number) => case.status = number.parse().with_context(|| line.to_owned())?,
            ("for:", "root") => case.for_root = true,
            _ => bail!("no line of a case: {line}"),
        }
    }
    let mut names = HashSet::new();
    for case in &cases {
        ensure!(!case.script.is_empty(), "{} has no script", case.name);
        ensure!(
            case.name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')),
            "a name is words with hyphens: {}",
            case.name
        );
        ensure!(names.insert(&case.name), "two cases have the name {}", case.name);
    }
    Ok(cases)
}

impl Case {
    /// How a record differs from what the case says; `None` when it does not.
    pub fn differs(&self, record: &record::Case) -> Option<String> {
        let of =
            |stream: &str| -> Vec<&str> { record.lines.iter().filter_map(|line| line.strip_prefix(stream)).collect() };
        let (output, errors) = (of("1|"), of("2|"));
        let expected: Vec<_> = self.output.iter().map(|line| visible(line) + "$").collect();
        if output != expected {
            return Some(format!("standard output is\n{}  and should be\n{}", indented(&output), indented(&expected)));
        }
        let errors_are_right =
            if self.error.is_empty() { errors.is_empty() } else { errors.join("\n").contains(&visible(&self.error)) };
        if !errors_are_right {
            let what = if self.error.is_empty() { "nothing" } else { &self.error };
            return Some(format!("standard error should have {what} in it, and has\n{}", indented(&errors)));
        }
        (record.status != self.status).then(|| format!("exit status {}, not {}\n", record.status, self.status))
    }
}

fn indented(lines: &[impl AsRef<str>]) -> String {
    lines.iter().map(|line| format!("    {}\n", line.as_ref())).collect()
}

/// Text as `cat -vet` and the runner show it.
fn visible(text: &str) -> String {
    let shown = |byte: u8| match byte {
        0..32 => format!("^{}", char::from(byte + 64)),
        127 => "^?".to_owned(),
        32..127 => char::from(byte).to_string(),
        128..160 => format!("M-^{}", char::from(byte - 64)),
        160..255 => format!("M-{}", char::from(byte - 128)),
        255 => "M-^?".to_owned(),
    };
    text.bytes().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# words\n\ncase: a-1\nrun: echo x\ty; # z\n| x y\n|\n| é\nerror: sh: no\nstatus: 3\n\ncase: b\nrun: id\nfor: root\n";

    fn record(lines: &[&str], status: i32) -> record::Case {
        record::Case { name: "a-1".into(), lines: lines.iter().map(ToString::to_string).collect(), status }
    }

    #[test]
    fn blocks_become_cases() {
        let cases = parse(LIST).unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!((cases[0].name.as_str(), cases[0].script.as_str()), ("a-1", "echo x\ty; # z"));
        assert_eq!(cases[0].output, ["x y", "", "é"]);
        assert_eq!((cases[0].error.as_str(), cases[0].status, cases[0].for_root), ("sh: no", 3, false));
        assert!(cases[1].for_root);
    }

    #[test]
    fn mistakes_are_told() {
        for (text, words) in [
            ("run: true\n", "before the first"),
            ("case: a\n", "no script"),
            ("case: a\nrun: true\ncase: a\nrun: true\n", "two cases"),
            ("case: A b\nrun: true\n", "hyphens"),
            ("case: a\nrun: true\nnonsense\n", "no line of a case"),
        ] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn all_of_a_record_counts() {
        let case = &parse(LIST).unwrap()[0];
        let right = ["1|x y$", "2|sh: no such thing$", "1|$", "1|M-CM-)$"];
        assert_eq!(case.differs(&record(&right, 3)), None);
        assert!(case.differs(&record(&right, 0)).unwrap().contains("exit status 0, not 3"));
        assert!(case.differs(&record(&right[..3], 3)).unwrap().contains("standard output"));
        assert!(case.differs(&record(&["1|x y$", "1|$", "1|M-CM-)"], 3)).is_some(), "the last line has no end");
        assert!(case.differs(&record(&["1|x y$", "1|$", "1|M-CM-)$"], 3)).unwrap().contains("standard error"));
        let silent = Case { error: String::new(), ..case.clone() };
        assert!(silent.differs(&record(&right, 3)).unwrap().contains("nothing"));
    }

    #[test]
    fn the_projects_lists_are_long_and_right() {
        assert!(read("shell").unwrap().len() >= 100);
        assert!(read("tools").unwrap().len() >= 100);
    }
}
