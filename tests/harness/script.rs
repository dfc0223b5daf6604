//! Tests of the command as a whole: txtar files with steps and the files they work on.
//!
//! Steps, one a line: `gol ARGS…` (status 0), `! gol ARGS…` (any other), `status N`,
//! `stdout TEXT`, `stderr TEXT` (contains), `! stdout TEXT`, `! stderr TEXT`,
//! `stdout-is FILE`, `stderr-is FILE` (equals the archive's file), `stdin FILE` (for the next
//! command), `stdout-to FILE` or `stdout-to closed` (for the next command; the file exists, such as
//! `/dev/full`), `env NAME=VALUE`, `fill FILE N TEXT` (appends N times the text), `bytes FILE HEX`
//! (appends bytes that no text holds). Quotes `'…'` hold words together. `-- NAME --` starts a file.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

use super::process::{Finished, Output, gol_to};
use super::{files, root};

pub(crate) fn trials() -> Vec<Trial> {
    let all = files("tests/cli", &["txtar"]).into_iter().chain(files("tests/repl", &["txtar"]));
    all.map(|path| Trial::test(path.display().to_string(), move || run(&path))).collect()
}

struct State {
    dir: PathBuf,
    last: Finished,
    stdin: Vec<u8>,
    env: Vec<(String, String)>,
    stdout: Output,
}

fn run(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(root().join(path)).map_err(|e| e.to_string())?;
    let (steps, archive) = split(&text);
    let name = path.display().to_string().replace(['/', '.'], "_");
    let dir = std::env::temp_dir().join(format!("gol-{name}-{}", std::process::id()));
    let result = prepare(&dir, &archive).and_then(|()| {
        let mut state = State {
            dir: dir.clone(),
            last: Finished::default(),
            stdin: Vec::new(),
            env: Vec::new(),
            stdout: Output::Read,
        };
        steps.iter().try_for_each(|(number, line)| {
            step(&mut state, line).map_err(|e| format!("line {number}: {line}\n{e}").into())
        })
    });
    let _ = fs::remove_dir_all(&dir);
    result
}

fn prepare(dir: &Path, archive: &[(String, String)]) -> Result<(), Failed> {
    let _ = fs::remove_dir_all(dir);
    fs::create_dir_all(dir).map_err(|e| e.to_string())?;
    for (name, content) in archive {
        let file = dir.join(name);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(|e| e.to_string())?;
        }
        fs::write(&file, content).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(())
}

/// A line of the script, with its number.
type Step = (usize, String);
/// Files by name.
type Archive = Vec<(String, String)>;

/// The steps with their line numbers, and the archive's files.
fn split(text: &str) -> (Vec<Step>, Archive) {
    let mut steps = Vec::new();
    let mut archive: Vec<(String, String)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix("-- ").and_then(|l| l.strip_suffix(" --")) {
            archive.push((name.to_owned(), String::new()));
        } else if let Some((_, content)) = archive.last_mut() {
            content.push_str(line);
            content.push('\n');
        } else if !line.trim().is_empty() && !line.starts_with('#') {
            steps.push((number + 1, line.trim().to_owned()));
        }
    }
    (steps, archive)
}

fn step(state: &mut State, line: &str) -> Result<(), String> {
    let (negated, line) = line.strip_prefix("! ").map_or((false, line), |rest| (true, rest));
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    match verb {
        "gol" => {
            let input = std::mem::take(&mut state.stdin);
            let stdout = std::mem::take(&mut state.stdout);
            let finished = gol_to(&words(rest), &state.dir, &input, &state.env, &stdout)
                .map_err(|e| format!("{e:?}"))?;
            let ok = (finished.status != 0) == negated;
            state.last = finished;
            if ok { Ok(()) } else { Err(describe(&state.last)) }
        }
        "status" => check(rest.parse() == Ok(state.last.status), false, &state.last),
        "stdout" => check(state.last.stdout.contains(&words(rest).join(" ")), negated, &state.last),
        "stderr" => check(state.last.stderr.contains(&words(rest).join(" ")), negated, &state.last),
        "stdout-is" => check(read(state, rest)? == state.last.stdout, negated, &state.last),
        "stderr-is" => check(read(state, rest)? == state.last.stderr, negated, &state.last),
        "stdin" => {
            state.stdin = read(state, rest)?.into_bytes();
            Ok(())
        }
        "stdout-to" => {
            state.stdout =
                if rest == "closed" { Output::Closed } else { Output::File(rest.into()) };
            Ok(())
        }
        "fill" => {
            let words = words(rest);
            let [file, count, text] = words.as_slice() else {
                return Err("fill wants FILE N TEXT".to_owned());
            };
            let count = count.parse().map_err(|e| format!("{count}: {e}"))?;
            append(state, file, text.repeat(count).as_bytes())
        }
        "bytes" => {
            let (file, hex) = rest.split_once(' ').ok_or("bytes wants FILE HEX")?;
            let digits = hex.as_bytes().chunks(2);
            let byte = |d: &[u8]| u8::from_str_radix(std::str::from_utf8(d).ok()?, 16).ok();
            let bytes: Option<Vec<u8>> = digits.map(byte).collect();
            append(state, file, &bytes.ok_or("bytes wants two digits a byte")?)
        }
        "env" => {
            let (name, value) = rest.split_once('=').ok_or("env wants NAME=VALUE")?;
            state.env.push((name.to_owned(), value.to_owned()));
            Ok(())
        }
        _ => Err(format!("unknown step {verb}")),
    }
}

fn check(holds: bool, negated: bool, last: &Finished) -> Result<(), String> {
    if holds == negated { Err(describe(last)) } else { Ok(()) }
}

fn describe(f: &Finished) -> String {
    format!("status {}\n--- stdout\n{}--- stderr\n{}", f.status, f.stdout, f.stderr)
}

fn append(state: &State, name: &str, bytes: &[u8]) -> Result<(), String> {
    let path = state.dir.join(name);
    let file = fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut f| f.write_all(bytes)).map_err(|e| format!("{name}: {e}"))
}

fn read(state: &State, name: &str) -> Result<String, String> {
    fs::read_to_string(state.dir.join(name)).map_err(|e| format!("{name}: {e}"))
}

/// Splits at spaces, but not inside single quotes.
fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (index, piece) in text.split('\'').enumerate() {
        if index % 2 == 1 {
            out.push(piece.to_owned());
        } else {
            out.extend(piece.split_whitespace().map(str::to_owned));
        }
    }
    out
}
