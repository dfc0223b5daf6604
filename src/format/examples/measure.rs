//! Formats the `.go` files below directories and tells how many stay as they are, and whether what
//! came out is stable: `cargo run --release -p gol-format --example measure -- DIR…`. With
//! `--against COMMAND` blanks of the files are mangled first, and the results are compared with
//! what the command makes of them; `--diff` prints the first differing lines.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gol_grammar::ast::Mode;

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let diff = take(&mut args, "--diff");
    let against =
        args.iter().position(|a| a == "--against").map(|i| args.drain(i..i + 2).nth(1).unwrap());
    let mut files = Vec::new();
    args.iter().for_each(|dir| collect(Path::new(dir), &mut files));
    files.sort();
    let (mut same, mut all, mut unstable) = (0, 0, 0);
    for file in &files {
        let Ok(mut text) = std::fs::read_to_string(file) else { continue };
        let mut wanted = text.clone();
        if let Some(command) = &against {
            text = mangle(&text);
            let Some(answer) = run(command, &text) else { continue };
            wanted = answer;
        }
        all += 1;
        match gol_format::format(&text, Mode::Go) {
            Ok(out) if out == wanted => same += 1,
            Ok(out) => {
                let (line, a, b) = first_difference(&wanted, &out);
                println!("{}:{line}", file.display());
                if diff {
                    println!("  want {a:?}\n  got  {b:?}");
                }
                unstable += usize::from(gol_format::format(&out, Mode::Go).as_ref() != Ok(&out));
            }
            Err(refused) => println!("{}: {refused:?}", file.display()),
        }
    }
    println!("{same} of {all} as wanted; {unstable} of the others not stable");
}

fn take(args: &mut Vec<String>, word: &str) -> bool {
    let before = args.len();
    args.retain(|a| a != word);
    args.len() < before
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

/// Takes the layout's blanks out of lines that hold neither strings nor comments.
fn mangle(text: &str) -> String {
    let mut raw = false;
    let mut out = String::new();
    for line in text.lines() {
        let plain = !raw && !line.contains(['"', '`', '\'', '/', '*']);
        raw ^= line.matches('`').count() % 2 == 1;
        if plain {
            let words: Vec<&str> = line.split_whitespace().collect();
            out.push_str(&words.join(" "));
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

fn run(command: &str, text: &str) -> Option<String> {
    let piped = Command::new(command).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = piped.ok()?;
    let mut stdin = child.stdin.take()?;
    let input = text.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().ok()?;
    writer.join().ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
