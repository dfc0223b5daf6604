//! `outside --census`: of all cases of Go's tests that Go itself passes, how many gol passes.
//!
//! Every case of a kind is run by Go and by gol, whether a list names it or not, and judged by what
//! the tree says: by the `.out` file, also where the list takes what Go prints now. What Go does can
//! be kept in a file, because it takes its time and does not change.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;

use crate::cases::{self, Places};
use crate::lists::{self, Case, Kind};
use crate::process::{self, Tools};
use crate::reference::{Answer, Reference};
use crate::{markers, tree};

/// Both sides of a case.
struct Pair {
    go: Answer,
    /// Why gol does not pass.
    gol: Result<(), String>,
    gol_words: bool,
}

/// What Go does with the cases, as far as it is known.
pub(crate) struct Answers {
    known: HashMap<String, (bool, bool)>,
    file: Option<Mutex<File>>,
}

impl Answers {
    /// Reads what is kept, a case a line: kind, path, whether it passes, whether its words are there.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Answers> {
        let Some(path) = path else { return Ok(Answers { known: HashMap::new(), file: None }) };
        let text = if path.exists() { fs::read_to_string(path)? } else { String::new() };
        let mut known = HashMap::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            if let [kind, case, passes, has_words] = words[..] {
                known.insert(format!("{kind} {case}"), (passes == "true", has_words == "true"));
            }
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Answers { known, file: Some(Mutex::new(file)) })
    }

    fn of(&self, tools: &Tools, places: &Places, reference: &Reference, case: &Case) -> Answer {
        let name = format!("{} {}", case.kind.name(), case.path);
        if let Some(&(passes, words)) = self.known.get(&name) {
            return Answer { passes, words };
        }
        let answer = reference.answer(tools, places, case);
        if let Some(file) = &self.file
            && let Ok(mut file) = file.lock()
        {
            let _ = writeln!(file, "{name} {} {}", answer.passes, answer.words);
        }
        answer
    }
}

/// Runs all cases of a kind under both, and prints the figures and what only Go passes.
pub(crate) fn run(
    tools: &Tools,
    places: &Places,
    reference: &Reference,
    answers: &Answers,
    (kind, names): (Kind, &[String]),
) -> anyhow::Result<()> {
    let (cases, optimiser) = cases_of(places, kind, names);
    let pairs = process::in_parallel(tools.jobs, &cases, |case| {
        let go = answers.of(tools, places, reference, case);
        let (gol, gol_words) = cases::judge_words(tools, places, case);
        Pair { go, gol, gol_words }
    });
    let reasons = lists::reasons(&crate::root().join("tests/outside"))?;
    println!("\n== {}: {} cases{optimiser}", kind.name(), cases.len());
    let of_go = |pair: &&Pair| pair.go.passes;
    let go = pairs.iter().filter(of_go).count();
    let both = pairs.iter().filter(of_go).filter(|pair| pair.gol.is_ok()).count();
    let more = pairs.iter().filter(|pair| !pair.go.passes && pair.gol.is_ok()).count();
    let what =
        if markers::is_marked(kind) { "answers with exactly the marked lines" } else { "passes" };
    println!("Go {what}: {go}; gol of these: {both} ({}); gol alone: {more}", share(both, go));
    if markers::is_marked(kind) {
        let wordy = pairs.iter().filter(of_go).filter(|pair| pair.gol.is_ok() && pair.gol_words);
        let as_go = pairs.iter().filter(|pair| pair.go.words);
        let go_words = as_go.clone().count();
        let both_words = as_go.filter(|pair| pair.gol.is_ok() && pair.gol_words).count();
        println!(
            "with the marked words: Go {go_words} ({}); gol {} ({}); gol where Go has them: {both_words} ({})",
            share(go_words, go),
            wordy.clone().count(),
            share(wordy.count(), go),
            share(both_words, go_words)
        );
    }
    for (case, pair) in cases.iter().zip(&pairs).filter(|(_, pair)| pair.go.passes) {
        if let Err(why) = &pair.gol {
            let why = why.lines().take(3).collect::<Vec<_>>().join(" | ");
            let reason = reasons.get(&case.path).map_or_else(String::new, |r| format!(" [{r}]"));
            println!("  Go alone: {}{reason}: {why}", case.path);
        } else if pair.go.words && !pair.gol_words {
            println!("  other words: {}", case.path);
        }
    }
    Ok(())
}

/// The cases, and how many are not counted: those that ask for the optimiser's remarks instead of
/// errors (`-0`: the compilation succeeds).
fn cases_of(places: &Places, kind: Kind, names: &[String]) -> (Vec<Case>, String) {
    let tree = places.tree(kind);
    let mut paths = tree.map_or_else(Vec::new, |tree| tree::cases(tree, kind));
    paths.retain(|path| names.is_empty() || names.iter().any(|name| path.contains(name)));
    let all = paths.len();
    if kind == Kind::Errorcheck
        && let Some(tree) = tree
    {
        let is_remark = |path: &String| {
            tree::action(&tree.join(path)).is_some_and(|a| a.args.iter().any(|arg| arg == "-0"))
        };
        paths.retain(|path| !is_remark(path));
    }
    let left = match all - paths.len() {
        0 => String::new(),
        count => format!(" ({count} more ask for the optimiser's remarks, not for errors)"),
    };
    (paths.into_iter().map(|path| Case { kind, path, as_go: false }).collect(), left)
}

fn share(part: usize, whole: usize) -> String {
    format!("{:.1} %", part as f64 * 100.0 / whole.max(1) as f64)
}
