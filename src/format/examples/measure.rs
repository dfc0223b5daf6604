//! Formats the `.go` files below directories and tells how many stay as they are, and whether what
//! came out is stable: `cargo run --release -p gol-format --example measure -- DIR…`. With
//! `--against COMMAND` the blanks, the indentation and the empty lines of the files are destroyed
//! first, and the results are compared with what the command (`gofmt`, called with `-w`) makes of
//! them; `--diff` prints the first differing lines, `--every N` takes one file of N, and `--keep DIR`
//! writes what differs: as it was read, wanted and made.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

use gol_grammar::ast::Mode;
use gol_grammar::{LexemeKind, lexemes};

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let diff = take(&mut args, "--diff");
    let against = option(&mut args, "--against");
    let keep = option(&mut args, "--keep");
    let every = option(&mut args, "--every").map_or(1, |n| n.parse().unwrap());
    let mut files = Vec::new();
    args.iter().for_each(|dir| collect(Path::new(dir), &mut files));
    files.sort();
    let texts = files.iter().step_by(every).filter_map(|file| {
        let text = std::fs::read_to_string(file).ok()?;
        Some((file.display().to_string(), text))
    });
    let mut cases: Vec<Case> =
        texts.map(|(name, text)| Case { name, wanted: text.clone(), text }).collect();
    if let Some(command) = against {
        cases.iter_mut().for_each(|case| case.text = mangle(&case.text));
        format_with(&command, &mut cases);
    }
    let (mut same, mut unstable) = (0, 0);
    for case in &cases {
        match gol_format::format(&case.text, Mode::Go) {
            Ok(out) if out == case.wanted => same += 1,
            Ok(out) => {
                let (line, a, b) = first_difference(&case.wanted, &out);
                println!("{}:{line}", case.name);
                if let Some(dir) = &keep {
                    case.write_to(Path::new(dir), &out);
                }
                if diff {
                    println!("  want {a:?}\n  got  {b:?}");
                }
                unstable += usize::from(gol_format::format(&out, Mode::Go).as_ref() != Ok(&out));
            }
            Err(refused) => println!("{}: {refused:?}", case.name),
        }
    }
    println!("{same} of {} as wanted; {unstable} of the others not stable", cases.len());
}

struct Case {
    name: String,
    text: String,
    wanted: String,
}

impl Case {
    fn write_to(&self, dir: &Path, made: &str) {
        std::fs::create_dir_all(dir).unwrap();
        let name = Path::new(&self.name).file_stem().unwrap().display();
        for (part, text) in [("read", &*self.text), ("wanted", &self.wanted), ("made", made)] {
            std::fs::write(dir.join(format!("{name}.{part}")), text).unwrap();
        }
    }
}

fn take(args: &mut Vec<String>, word: &str) -> bool {
    let before = args.len();
    args.retain(|a| a != word);
    args.len() < before
}

fn option(args: &mut Vec<String>, word: &str) -> Option<String> {
    args.iter().position(|a| a == word).map(|i| args.drain(i..i + 2).nth(1).unwrap())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        if path.file_name().is_some_and(|n| n == "testdata") {
            return;
        }
        let Ok(entries) = std::fs::read_dir(path) else { return };
        entries.filter_map(Result::ok).for_each(|e| collect(&e.path(), files));
    } else if path.extension().is_some_and(|e| e == "go") {
        files.push(path.to_path_buf());
    }
}

fn first_difference<'a>(a: &'a str, b: &'a str) -> (usize, &'a str, &'a str) {
    let (mut x, mut y) = (a.split('\n'), b.split('\n'));
    let mut line = 1;
    loop {
        match (x.next(), y.next()) {
            (Some(a), Some(b)) if a == b => line += 1,
            (a, b) => return (line, a.unwrap_or("(end)"), b.unwrap_or("(end)")),
        }
    }
}

/// Writes other blanks between the tokens of a line, indents lines at random, and adds empty
/// lines. Which tokens share a line, and the texts of comments, stay.
fn mangle(text: &str) -> String {
    let mut random = Random(text.len() as u64);
    let mut out = String::new();
    let (mut at, mut last) = (0, "");
    for lexeme in lexemes(text, Mode::Go) {
        let word = &text[lexeme.lo..lexeme.hi];
        let newlines = text[at..lexeme.lo].matches('\n').count();
        at = lexeme.hi;
        if lexeme.kind == LexemeKind::Newline {
            out.push_str(random.pick(&["", "", "", " ", "\t"]));
            out.push('\n');
            out.push_str(random.pick(&["", "", "", "", "", "", "\n", " \n\n"]));
            last = "";
            continue;
        }
        out.extend(std::iter::repeat_n('\n', newlines));
        if out.ends_with('\n') || out.is_empty() {
            out.push_str(random.pick(&["", "", "\t", "  ", "        ", "\t\t\t\t\t", " \t "]));
        } else {
            let touch = !may_touch(last, word);
            let blanks: &[&str] = if touch { &[" ", "  ", "\t"] } else { &["", " ", "  ", "\t"] };
            out.push_str(random.pick(blanks));
        }
        out.push_str(word);
        last = word;
    }
    out
}

/// Whether two tokens stay two without a blank.
fn may_touch(a: &str, b: &str) -> bool {
    let bracket = |text: &str| matches!(text, "(" | ")" | "[" | "]" | "{" | "}" | "," | ";");
    let name = |text: &str| text.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (bracket(a) || bracket(b)) && !(a.starts_with("//") || b.starts_with('/'))
        || (name(a) && matches!(b, "+" | "-" | "*" | "=" | ":=" | "==" | "!=" | "&&"))
        || (matches!(a, "+" | "-" | "=" | ":=" | "==" | "!=" | "&&") && name(b))
}

/// A linear congruential generator: the same text is always mangled in the same way.
struct Random(u64);

impl Random {
    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        of[(self.0 >> 33) as usize % of.len()]
    }
}

/// What the command makes of the texts, which it finds as files; those it leaves alone are dropped.
fn format_with(command: &str, cases: &mut Vec<Case>) {
    let dir = std::env::temp_dir().join(format!("gol-measure-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = |i: usize| dir.join(format!("{i}.go"));
    cases.iter().enumerate().for_each(|(i, case)| std::fs::write(path(i), &case.text).unwrap());
    Command::new(command).arg("-w").arg(&dir).status().unwrap();
    for (i, case) in cases.iter_mut().enumerate() {
        case.wanted = std::fs::read_to_string(path(i)).unwrap();
    }
    cases.retain(|case| case.wanted != case.text);
    std::fs::remove_dir_all(&dir).unwrap();
}
