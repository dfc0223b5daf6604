//! The process that compiles mutants: tells each one's number, and where gol panics.

use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;

use gol::{CompileOptions, Input};

use super::mutant::Corpus;

/// Compiles `count` mutants from `first` on.
pub(super) fn run(corpus: &Corpus, first: u64, count: u64) {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line()));
        let what = info.payload_as_str().unwrap_or_default().lines().next().unwrap_or_default();
        tell(&format!("panic at {}: {what}", place.unwrap_or_default()));
    }));
    let file = std::env::temp_dir().join(format!("gol-mutant-{}.go", std::process::id()));
    for number in first..first + count {
        tell(&number.to_string());
        let text = corpus.mutant(number);
        // Some are files of Go, most are scripts, where more may stand.
        let input = if number.is_multiple_of(4) {
            path_of(&file, &text)
        } else {
            Input::Text { name: "mutant.gol".to_owned(), text }
        };
        // The hook has told of it.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| compile(&input)));
    }
    let _ = std::fs::remove_file(file);
}

fn path_of(file: &PathBuf, text: &[u8]) -> Input {
    // What cannot be written cannot be read either, and that is an answer, too.
    let _ = std::fs::write(file, text);
    Input::Path(file.clone())
}

fn compile(input: &Input) {
    if let Ok(compiled) = gol::compile(input, CompileOptions::default()) {
        assert!(compiled.program.is_some() || compiled.has_errors(), "neither program nor error");
    }
}

fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    // Without a parent there is nobody to tell.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
