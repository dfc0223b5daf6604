//! The command `examples`: the Example functions of Go's library that say what they print, each
//! made a program of its own.
//!
//! A program is the file that the function stands in, without its other examples, as package
//! `main`; the function is renamed to `main`, as Go's documentation shows it. It runs in the package's folder, where its data is. What it prints is compared as `go test`
//! does it: without the space around it, and line by line if the order does not matter. Names of
//! the test's package in the output are `main`'s then. The zone is the one that Go's own tests of
//! `time` set.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::mutate::split;
use crate::names::{self, Tally};
use crate::packages::{self, Set};
use crate::process::{self, Tools};

const LIMIT: Duration = Duration::from_mins(1);
const LIST: &str = "examples.txt";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only examples whose name contains one of these: `strings.ExampleBuilder`
    names: Vec<String>,
    /// Only these packages, whether they are in a list or not
    #[arg(long)]
    package: Vec<String>,
    /// The packages of the first list, of both, or all that the tree has
    #[arg(long, default_value = "lists")]
    set: Set,
    /// Let gol read packages that it does not have from Go's tree
    #[arg(long)]
    goroot: bool,
    /// Print why examples fail, and the names that could be added to the list
    #[arg(long)]
    find: bool,
}

/// One example.
struct Example {
    package: String,
    name: String,
    /// The name of its file.
    file: String,
    /// The program.
    text: String,
    wanted: String,
    unordered: bool,
}

/// Whether all examples of the list pass; without Go's tree nothing is run.
pub(crate) fn run(tools: &Tools, options: &Options) -> anyhow::Result<bool> {
    let Some(goroot) = tools.goroot.clone() else {
        println!("examples: skipped, there is no go command");
        return Ok(true);
    };
    let listed = names::read(LIST)?;
    let scratch = std::env::temp_dir().join(format!("gol-examples-{}", std::process::id()));
    fs::create_dir_all(&scratch)?;
    let packages = match &*options.package {
        [] => packages::of(options.set, &goroot),
        named => named.to_vec(),
    };
    let (mut passed, mut all, mut lost) = (0, 0, 0);
    for package in packages {
        let tally = run_package(tools, options, &goroot, &scratch, &package)?;
        if tally.passed.is_empty() && tally.failed.is_empty() {
            continue;
        }
        passed += tally.passed.len();
        all += tally.passed.len() + tally.failed.len();
        lost += report(&package, &tally, &listed, options.find);
    }
    fs::remove_dir_all(&scratch)?;
    println!("examples: {passed} of {all} pass ({:.1} %)", percent(passed, all));
    Ok(lost == 0)
}

/// Prints what came of a package; how many functions of the list failed.
pub(crate) fn report(package: &str, tally: &Tally, listed: &BTreeSet<String>, find: bool) -> usize {
    println!("{}", tally.line(package));
    let (lost, new) = tally.against(package, listed);
    for (name, why) in &tally.failed {
        let full = format!("{package}.{name}");
        if find || lost.contains(&full) {
            let why: Vec<&str> = why.lines().take(30).collect();
            println!("  {full}: {}", why.join("\n    "));
        }
    }
    if find {
        new.iter().for_each(|name| println!("  add {name}"));
    }
    lost.len()
}

pub(crate) fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn run_package(
    tools: &Tools,
    options: &Options,
    goroot: &Path,
    scratch: &Path,
    package: &str,
) -> anyhow::Result<Tally> {
    let mut examples = Vec::new();
    for file in packages::test_files(goroot, package) {
        let text = String::from_utf8_lossy(&fs::read(&file)?).into_owned();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        examples.extend(of_file(package, &name, &text));
    }
    let wanted = |example: &Example| {
        let full = format!("{}.{}", example.package, example.name);
        options.names.is_empty() || options.names.iter().any(|name| full.contains(name))
    };
    examples.retain(wanted);
    let verdicts = process::in_parallel(tools.jobs, &examples, |example| {
        judge(tools, options, goroot, scratch, example)
            .unwrap_or_else(|error| Err(error.to_string()))
    });
    let mut tally = Tally::default();
    for (example, verdict) in examples.into_iter().zip(verdicts) {
        match verdict {
            Ok(()) => _ = tally.passed.insert(example.name),
            Err(why) => _ = tally.failed.insert(example.name, why),
        }
    }
    Ok(tally)
}

fn judge(
    tools: &Tools,
    options: &Options,
    goroot: &Path,
    scratch: &Path,
    example: &Example,
) -> anyhow::Result<Result<(), String>> {
    // Some print the name of their file.
    let folder = scratch.join(format!("{}.{}", example.package.replace('/', "."), example.name));
    fs::create_dir_all(&folder)?;
    let file: PathBuf = folder.join(&example.file);
    fs::write(&file, &example.text)?;
    let mut command = process::within_memory(&tools.gol);
    command.arg("run");
    if options.goroot {
        command.arg("--goroot").arg(goroot);
    }
    command.arg(&file).current_dir(goroot.join("src").join(&example.package));
    command.env("TZ", "America/Los_Angeles");
    let ended = process::run_apart(&mut command, LIMIT)?;
    fs::remove_dir_all(&folder)?;
    let output = String::from_utf8_lossy(&ended.output).into_owned();
    let errors = String::from_utf8_lossy(&ended.errors).into_owned();
    Ok(match ended.status {
        None => Err(format!("no end:\n{output}{errors}")),
        Some(0) if agrees(&output, example) => Ok(()),
        Some(0) => Err(format!("other output:\n{output}")),
        Some(status) => Err(format!("exit status {status}:\n{output}{errors}")),
    })
}

fn agrees(output: &str, example: &Example) -> bool {
    let own = format!("{}_test.", example.package.rsplit('/').next().unwrap_or_default());
    let text = |text: &str| {
        let trimmed = text.trim();
        if !example.unordered {
            return trimmed.to_owned();
        }
        let mut lines: Vec<&str> = trimmed.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    let got = text(output);
    got == text(&example.wanted) || got == text(&example.wanted.replace(&own, "main."))
}

/// The examples of a test file that say what they print.
fn of_file(package: &str, file: &str, text: &str) -> Vec<Example> {
    let ignored = text.lines().any(|line| line.trim_end() == "//go:build ignore");
    let (mut found, code) = (Vec::new(), without_raw_strings(text));
    let mut start = 0;
    while let Some(at) = code[start..].find("\nfunc Example").filter(|_| !ignored) {
        start += at + 1;
        let end = code[start..].find("\n}").map_or(code.len(), |end| start + end + 1);
        let function = &text[start..end];
        let Some((name, _)) = function["func ".len()..].split_once("() {") else { continue };
        let Some((unordered, wanted)) = said(function) else { continue };
        let (package, file, name) = (package.to_owned(), file.to_owned(), name.to_owned());
        let text = program(text, &name);
        found.push(Example { package, name, file, text, wanted, unordered });
    }
    found
}

/// A file with blanks for what stands in raw strings, so that its lines are the file's own.
fn without_raw_strings(text: &str) -> String {
    let shown = |is_raw: bool, byte: u8| {
        if is_raw && !matches!(byte, b'\n' | b'`') { b' ' } else { byte }
    };
    let code: Vec<u8> = split(text.as_bytes())
        .into_iter()
        .flat_map(|token| {
            let is_raw = token.first() == Some(&b'`');
            token.into_iter().map(move |byte| shown(is_raw, byte))
        })
        .collect();
    String::from_utf8_lossy(&code).into_owned()
}

/// The file as a program that calls the function. Lines keep their numbers, which some print.
fn program(text: &str, name: &str) -> String {
    let code = without_raw_strings(text);
    let code: Vec<&str> = code.lines().collect();
    let mut lines: Vec<&str> = text.lines().collect();
    for (line, code) in lines.iter_mut().zip(&code) {
        if line != code {
            continue;
        }
        // Constraints are about the test, `main` is one that documentation shows.
        if line.starts_with("package ") {
            *line = "package main";
        } else if line.starts_with("//go:build") {
            *line = "//";
        } else if *line == "func main() {" {
            *line = "func shownMain() {";
        }
    }
    remove_others(&mut lines, &code, name);
    remove_imports(&mut lines);
    lines.join("\n").replacen(&format!("\nfunc {name}("), "\nfunc main(", 1)
}

/// Empties the other examples: they may need packages that are not there.
fn remove_others(lines: &mut [&str], code: &[&str], name: &str) {
    let mut inside = false;
    for (line, code) in lines.iter_mut().zip(code) {
        let other = code.strip_prefix("func Example").is_some_and(|rest| {
            rest.split_once('(').is_none_or(|(rest, _)| Some(rest) != name.strip_prefix("Example"))
        });
        inside |= other;
        let last = *code == "}" || code.starts_with("func ") && code.ends_with('}');
        if inside {
            *line = "";
            inside = !last;
        }
    }
}

/// Empties the imports that nothing uses any more.
fn remove_imports(lines: &mut [&str]) {
    let code: Vec<String> =
        lines.iter().map(|line| line.split("//").next().unwrap_or_default().to_owned()).collect();
    let uses = |name: &str| {
        let name = format!("{name}.");
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"');
        code.iter().any(|line| line.match_indices(&name).any(|(at, _)| !line[..at].ends_with(word)))
    };
    let mut inside = false;
    for line in lines {
        if ["func ", "var ", "type ", "const "].iter().any(|word| line.starts_with(word)) {
            break;
        }
        let import = if inside { Some(line.trim()) } else { line.strip_prefix("import ") };
        inside = (inside || line.starts_with("import (")) && *line != ")";
        let Some((alias, path)) = import.and_then(|import| import.split_once('"')) else {
            continue;
        };
        let path = path.trim_end_matches(|c| c != '"').trim_end_matches('"');
        let is_version = |part: &&str| part.starts_with('v') && part.len() == 2;
        let own = path.rsplit('/').find(|part| !is_version(part)).unwrap_or(path);
        let name = if alias.trim().is_empty() { own } else { alias.trim() };
        if name != "_" && name != "." && !uses(name) {
            *line = "";
        }
    }
}

/// What the last comment of a function says that it prints, and whether in any order.
fn said(function: &str) -> Option<(bool, String)> {
    let lines: Vec<&str> = function.lines().map(str::trim).collect();
    let end = lines.iter().rposition(|line| line.starts_with("//"))?;
    let code_behind = lines[end + 1..].iter().any(|line| !line.is_empty());
    if code_behind {
        return None;
    }
    let start =
        lines[..end].iter().rposition(|line| !line.starts_with("//")).map_or(0, |at| at + 1);
    let comment: Vec<&str> = lines[start..=end].iter().map(|line| comment_text(line)).collect();
    let (unordered, first, at) = comment.iter().enumerate().rev().find_map(|(at, line)| {
        let lower = line.trim_start().to_ascii_lowercase();
        let behind = |mark: &str| line.trim_start()[mark.len()..].to_owned();
        if lower.starts_with("output:") {
            Some((false, behind("output:"), at))
        } else if lower.starts_with("unordered output:") {
            Some((true, behind("unordered output:"), at))
        } else {
            None
        }
    })?;
    let mut wanted = first;
    for line in &comment[at + 1..] {
        wanted.push('\n');
        wanted.push_str(line);
    }
    Some((unordered, wanted))
}

/// A comment's line without the marks and one space.
fn comment_text(line: &str) -> &str {
    let text = line.trim_start_matches("//");
    text.strip_prefix(' ').unwrap_or(text)
}
