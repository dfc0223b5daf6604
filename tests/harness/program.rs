//! Tests that are programs: the first line says what is to be done with the file.
//!
//! `// run [FLAGS]`: runs it; standard output is compared with `NAME.out`, standard error with
//! `NAME.err` where that exists, standard input comes from `NAME.in`. The status is 0.
//! `// panic [FLAGS]`: the same, but the status is 2 and `NAME.err` is always compared.
//! `// errorcheck [FLAGS]`: `gol check`; every line with an error has a comment
//! `// ERROR "part of the message"` (several for several errors; also in back quotes), and no other line has one.
//! `// check [FLAGS]`: `gol check`, rendered; compared with `NAME.err`.
//! `// disasm [FLAGS]`: `gol disasm`, compared with `NAME.asm`.
//! A line `// args: …` in the file gives the program arguments.
//!
//! Programs of `tests/chan` and `tests/sched` must print the same under every schedule: those with
//! `// run` and no seed of their own are run again under several seeds, and with collections all
//! the time. `GOL_SEEDS=1000` makes it so many seeds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};

use super::process::{Finished, gol};
use super::{expect, files, root};

const FOLDERS: &[&str] = &[
    "tests/lang",
    "tests/check",
    "tests/panic",
    "tests/chan",
    "tests/sched",
    "tests/disasm",
    "tests/stdlib",
];

pub(crate) fn trials() -> Vec<Trial> {
    let all = FOLDERS.iter().flat_map(|folder| files(folder, &["gol", "go"]));
    // What has an output is a test; that it says nothing is found when it is run.
    let has_output = |path: &Path| root().join(path.with_extension("out")).exists();
    let tests = all.filter(|path| directive(path).is_some() || has_output(path));
    tests.map(|path| Trial::test(path.display().to_string(), move || run(&path))).collect()
}

/// Kind and flags from the first line; files without one belong to another test (packages).
fn directive(path: &Path) -> Option<(String, Vec<String>)> {
    let text = fs::read_to_string(root().join(path)).ok()?;
    let mut words = text.lines().next()?.strip_prefix("// ")?.split_whitespace().map(str::to_owned);
    let kind = words.next()?;
    matches!(kind.as_str(), "run" | "panic" | "errorcheck" | "check" | "disasm")
        .then(|| (kind, words.collect()))
}

fn run(path: &Path) -> Result<(), Failed> {
    let Some((kind, flags)) = directive(path) else { return Err("no directive".into()) };
    let text = fs::read_to_string(root().join(path)).map_err(|e| e.to_string())?;
    match kind.as_str() {
        "run" => run_program(path, &text, flags, 0),
        "panic" => run_program(path, &text, flags, 2),
        "errorcheck" => error_check(path, &text, flags),
        "check" => compare(path, "check", flags, &[("err", |f| &f.stderr)]),
        _ => compare(path, "disasm", flags, &[("asm", |f| &f.stdout)]),
    }
}

type Part = (&'static str, fn(&Finished) -> &String);

fn compare(path: &Path, command: &str, flags: Vec<String>, parts: &[Part]) -> Result<(), Failed> {
    let mut args = vec![command.to_owned()];
    args.extend(flags);
    args.push(path.display().to_string());
    let finished = gol(&args, root(), &[], &[])?;
    for (ending, part) in parts {
        expect(&root().join(path.with_extension(ending)), part(&finished), ending)?;
    }
    Ok(())
}

fn run_program(path: &Path, text: &str, flags: Vec<String>, status: i32) -> Result<(), Failed> {
    let mut args = vec!["run".to_owned()];
    args.extend(flags);
    args.push(path.display().to_string());
    let given = text.lines().find_map(|l| l.strip_prefix("// args: ")).unwrap_or("");
    args.extend(given.split_whitespace().map(str::to_owned));
    let input = fs::read(root().join(path.with_extension("in"))).unwrap_or_default();
    let finished = gol(&args, root(), &input, &[])?;
    let error_file = root().join(path.with_extension("err"));
    if finished.status != status {
        return Err(
            format!("status {} instead of {status}\n{}", finished.status, finished.stderr).into()
        );
    }
    expect(&root().join(path.with_extension("out")), &finished.stdout, "standard output")?;
    if status != 0 || error_file.exists() {
        expect(&error_file, &finished.stderr, "standard error")?;
    }
    let is_concurrent = path.starts_with("tests/chan") || path.starts_with("tests/sched");
    if is_concurrent && status == 0 && !args.iter().any(|arg| arg == "--seed") {
        under_schedules(&args, &input, &finished.stdout)?;
    }
    Ok(())
}

/// Seeds under which a concurrent program is run, and how often with a stressed collector.
fn seeds() -> u64 {
    std::env::var("GOL_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(4)
}

/// Runs a program under several seeds, and with collections that never end; it has to print the
/// same.
fn under_schedules(args: &[String], input: &[u8], wanted: &str) -> Result<(), Failed> {
    let seeded = (1..=seeds()).map(|seed| vec![format!("--seed={seed}")]);
    let stressed = ["--gc-stress=3", "--gc-stress=64"].map(|flag| vec![flag.to_owned()]);
    let both = vec!["--seed=5".to_owned(), "--gc-stress=1".to_owned()];
    for flags in seeded.chain(stressed).chain([both]) {
        let mut all = vec![args[0].clone()];
        all.extend(flags.iter().cloned());
        all.extend_from_slice(&args[1..]);
        let finished = gol(&all, root(), input, &[])?;
        if finished.status != 0 || finished.stdout != wanted {
            let Finished { status, stdout, stderr } = finished;
            let what = format!("with {flags:?}: status {status}\n{stdout}\n{stderr}");
            return Err(what.into());
        }
    }
    Ok(())
}

fn error_check(path: &Path, text: &str, flags: Vec<String>) -> Result<(), Failed> {
    let mut args = vec!["check".to_owned(), "--error-format=json".to_owned()];
    args.extend(flags);
    args.push(path.display().to_string());
    let finished = gol(&args, root(), &[], &[])?;
    let mut reported: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for line in finished.stderr.lines() {
        let d: serde_json::Value =
            serde_json::from_str(line).map_err(|_| format!("not a diagnostic: {line}"))?;
        let message = d["message"].as_str().unwrap_or_default().to_owned();
        reported.entry(d["line"].as_u64().unwrap_or(0)).or_default().push(message);
    }
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let wanted: Vec<&str> = line.split("// ERROR ").nth(1).map(quoted).unwrap_or_default();
        let got = reported.remove(&(index as u64 + 1)).unwrap_or_default();
        if wanted.len() != got.len() || wanted.iter().any(|w| !got.iter().any(|g| g.contains(w))) {
            faults.push(format!("line {}: wanted {wanted:?}, got {got:?}", index + 1));
        }
    }
    for (line, got) in reported {
        faults.push(format!("line {line}: wanted nothing, got {got:?}"));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

/// The texts in double quotes or back quotes.
fn quoted(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['"', '`']) {
        let quote = rest.as_bytes()[start] as char;
        let Some(length) = rest[start + 1..].find(quote) else { break };
        found.push(&rest[start + 1..start + 1 + length]);
        rest = &rest[start + length + 2..];
    }
    found
}
