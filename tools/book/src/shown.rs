//! The tests that the data name: whether there is such a test, and in which file.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::project::Project;

/// The tests of the project, as their sources have them.
#[derive(Default)]
pub struct Tests {
    /// The ring-3 suite's files, by path.
    suite: BTreeMap<String, String>,
    /// The paths in the suite's table of cases.
    cases: Vec<String>,
    /// The kernel's files.
    kernel: BTreeMap<String, String>,
    /// The files of tests/src/machine.
    machine: BTreeMap<String, String>,
    /// Where lines of a text file are tests: the layer, the file, its text, and what stands before and behind a name.
    lists: Vec<(&'static str, &'static str, String, [&'static str; 2])>,
    /// The C programs' files.
    programs: Vec<String>,
    makefile: String,
}

const SUITE: &str = "user/src/bin/suite";

impl Tests {
    /// Those of that project.
    pub fn read(project: &Project) -> Result<Self> {
        let suite = project.texts(SUITE, ".rs")?;
        let cases = suite.get(&format!("{SUITE}/main.rs")).map(|text| cases_of(text)).unwrap_or_default();
        let lists = [
            ("shell", "tests/shell/cases.txt", ["case: ", ""]),
            ("tools", "tests/tools/cases.txt", ["case: ", ""]),
            ("busybox", "tests/busybox/commands.txt", ["", ":"]),
        ];
        let lists = lists.into_iter().map(|(layer, file, around)| Ok((layer, file, project.read(file)?, around)));
        Ok(Self {
            suite,
            cases,
            kernel: project.texts("src", ".rs")?,
            machine: project.texts("tests/src/machine", ".rs")?,
            lists: lists.collect::<Result<_>>()?,
            programs: project.texts("user/c/programs", ".c")?.into_keys().collect(),
            makefile: project.read("Makefile")?,
        })
    }

    /// The file that a test is in. The words are its layer (`ring3`, `ktest`, `pure`, `shell`, `tools`, `busybox`, `book`,
    /// `machine`, or `make` for a target of the Makefile) and its name.
    ///
    /// # Errors
    /// A sentence that says what is not there.
    pub fn find(&self, layer: &str, name: &str) -> Result<String, String> {
        let place = match layer {
            "ring3" => self.case(name),
            "ktest" => self.in_kernel(&format!("ktest!({name});")),
            "pure" => self.in_kernel(&format!("fn {}()", name.rsplit("::").next().unwrap_or(name))),
            "machine" => self.scene(name),
            "book" => self.programs.iter().find(|path| path.ends_with(&format!("/{name}.c"))).cloned(),
            "make" => self.makefile.contains(&format!("\n{name}:")).then(|| "Makefile".to_owned()),
            _ => self.listed(layer, name),
        };
        place.ok_or_else(|| format!("there is no test {layer} {name}"))
    }

    fn case(&self, name: &str) -> Option<String> {
        self.cases.iter().find(|case| *case == name)?;
        let (module, function) = name.split_once("::")?;
        let wanted = format!("fn {function}(");
        let mut files = self.suite.iter().filter(|(_, text)| text.contains(&wanted)).map(|(path, _)| path);
        files.clone().find(|path| path.contains(&format!("/{module}"))).or_else(|| files.next()).cloned()
    }

    fn in_kernel(&self, wanted: &str) -> Option<String> {
        self.kernel.iter().find(|(_, text)| text.contains(wanted)).map(|(path, _)| path.clone())
    }

    /// `SCENE::CHECK`: both stand in quotes in one file.
    fn scene(&self, name: &str) -> Option<String> {
        let (scene, check) = name.split_once("::")?;
        let quoted = |word: &str| format!("\"{word}\"");
        let mut files = self.machine.iter();
        files
            .find(|(_, text)| text.contains(&quoted(scene)) && text.contains(&quoted(check)))
            .map(|(path, _)| path.clone())
    }

    fn listed(&self, layer: &str, name: &str) -> Option<String> {
        let (_, file, text, [before, behind]) = self.lists.iter().find(|list| list.0 == layer)?;
        let wanted = format!("{before}{name}{behind}");
        let is_there = |line: &str| if behind.is_empty() { line == wanted } else { line.starts_with(&wanted) };
        text.lines().any(is_there).then(|| (*file).to_owned())
    }
}

/// The paths in `cases! { … }`.
fn cases_of(text: &str) -> Vec<String> {
    let table = text.split_once("\ncases! {").map_or("", |(_, rest)| rest);
    let lines = table.split('}').next().unwrap_or("").lines();
    lines.filter_map(|line| line.trim().strip_suffix(',')).map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tests() -> Tests {
        let file = |path: &str, text: &str| BTreeMap::from([(path.to_owned(), text.to_owned())]);
        Tests {
            suite: file("user/src/bin/suite/bugs/fork.rs", "pub fn f1_x() {}"),
            cases: cases_of("macro\ncases! {\n    bugs::f1_x,\n    a::b,\n}\nfn main() {}"),
            kernel: file("src/mm/bitmap.rs", "    fn m2_full() {}\nktest!(a_test);"),
            machine: file("tests/src/machine/terminal.rs", "Boot::by(\"nonsense\", …) (\"goes_on\", …)"),
            lists: vec![("busybox", "commands.txt", "pipe_big: yes\n".into(), ["", ":"])],
            programs: vec!["user/c/programs/book_pipe.c".into()],
            makefile: "\nbench: x\n".into(),
        }
    }

    #[test]
    fn tests_of_every_layer_are_found() {
        let all = [
            ("ring3", "bugs::f1_x", "user/src/bin/suite/bugs/fork.rs"),
            ("pure", "mm::bitmap::m2_full", "src/mm/bitmap.rs"),
            ("ktest", "a_test", "src/mm/bitmap.rs"),
            ("machine", "nonsense::goes_on", "tests/src/machine/terminal.rs"),
            ("busybox", "pipe_big", "commands.txt"),
            ("book", "book_pipe", "user/c/programs/book_pipe.c"),
            ("make", "bench", "Makefile"),
        ];
        for (layer, name, file) in all {
            assert_eq!(tests().find(layer, name).as_deref(), Ok(file));
        }
    }

    #[test]
    fn tests_that_are_not_there_are_errors() {
        let none =
            [("ring3", "bugs::f2_x"), ("ring3", "f1_x"), ("ktest", "a"), ("shell", "x"), ("machine", "nonsense::ends")];
        for (layer, name) in none {
            assert_eq!(tests().find(layer, name), Err(format!("there is no test {layer} {name}")));
        }
    }
}
