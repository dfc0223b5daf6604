//! The command `outside`: runs the cases of the lists, or looks for cases that are not in them.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Instant;

use crate::cases::{self, Places};
use crate::census::{self, Answers};
use crate::lists::{self, Case, KINDS, Kind};
use crate::process::{self, Tools};
use crate::reference::Reference;
use crate::tree;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only cases whose path contains one of these
    names: Vec<String>,
    /// Only cases of these kinds
    #[arg(long)]
    kind: Vec<Kind>,
    /// Go's test directory
    #[arg(long, default_value = "/usr/share/go-1.19/test")]
    tests: PathBuf,
    /// Run the cases that are in no list, and print the lines to add
    #[arg(long)]
    find: bool,
    /// Run all cases under Go as well, and print of those that Go passes how many gol passes
    #[arg(long)]
    census: bool,
    /// With --census: the file where what Go does is kept
    #[arg(long)]
    answers: Option<PathBuf>,
}

/// Whether all cases pass; without Go's tests nothing is run.
pub(crate) fn run(tools: &Tools, options: &Options) -> anyhow::Result<bool> {
    if !options.tests.is_dir() {
        println!(
            "skipped: there is no {} (Debian's package golang-1.19-src has it)",
            options.tests.display()
        );
        return Ok(true);
    }
    let types = tools.goroot.as_ref().map(|root| root.join("src/internal/types/testdata"));
    let scratch = std::env::temp_dir().join(format!("gol-outside-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let places = Places { tests: options.tests.clone(), types, scratch };
    let mut failures = 0;
    let is_wanted = |kind: &Kind| options.kind.is_empty() || options.kind.contains(kind);
    if options.census {
        let reference = Reference::new(tools, &places.scratch)?;
        let answers = Answers::open(options.answers.as_deref())?;
        for kind in KINDS.into_iter().filter(is_wanted) {
            census::run(tools, &places, &reference, &answers, (kind, &options.names))?;
        }
    } else {
        for kind in KINDS.into_iter().filter(is_wanted) {
            failures += run_kind(tools, options, &places, kind)?;
        }
    }
    std::fs::remove_dir_all(&places.scratch)?;
    Ok(failures == 0)
}

/// Runs the cases of a kind; how many fail.
fn run_kind(
    tools: &Tools,
    options: &Options,
    places: &Places,
    kind: Kind,
) -> anyhow::Result<usize> {
    let mut listed = lists::read(&crate::root().join("tests/outside"), kind)?;
    if kind == Kind::Typecheck && places.types.is_none() {
        println!("{}: skipped, there is no go command", kind.name());
        return Ok(0);
    }
    if places.types.is_none() {
        let before = listed.len();
        listed.retain(|case| !case.as_go);
        if listed.len() < before {
            println!(
                "{}: {} cases skipped that need the go command",
                kind.name(),
                before - listed.len()
            );
        }
    }
    let mut cases = if options.find { unlisted(places, kind, &listed) } else { listed };
    let named = |case: &Case| options.names.iter().any(|name| case.path.contains(name));
    cases.retain(|case| options.names.is_empty() || named(case));
    let start = Instant::now();
    let verdicts =
        process::in_parallel(tools.jobs, &cases, |case| cases::judge(tools, places, case));
    let failed = verdicts.iter().filter(|verdict| verdict.is_err()).count();
    for (case, verdict) in cases.iter().zip(&verdicts) {
        match verdict {
            Ok(()) if options.find => println!("{}: add {}", kind.name(), case.path),
            Ok(()) => {}
            Err(why) => {
                let why: Vec<&str> = why.lines().take(12).collect();
                println!("{} {}: {}", kind.name(), case.path, why.join("\n    "));
            }
        }
    }
    let passed = cases.len() - failed;
    let took = start.elapsed().as_secs();
    println!("{}: {passed} of {} pass, {took} s", kind.name(), cases.len());
    Ok(if options.find { 0 } else { failed })
}

fn unlisted(places: &Places, kind: Kind, listed: &[Case]) -> Vec<Case> {
    let known: HashSet<&str> = listed.iter().map(|case| case.path.as_str()).collect();
    let Some(tree) = places.tree(kind) else { return Vec::new() };
    let all = tree::cases(tree, kind).into_iter();
    all.filter(|path| !known.contains(path.as_str()))
        .map(|path| Case { kind, path, as_go: false })
        .collect()
}
