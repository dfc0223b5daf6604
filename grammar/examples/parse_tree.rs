//! A tool for work on the grammar: parses the files named on standard input, one a line, and prints
//! each diagnostic as `file:line:column: message`. With `--tree` it prints the trees as well, with
//! `--script` it reads the files as scripts.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::BufRead;

use gol_diagnostic::{SourceMap, Span};
use gol_grammar::ast::{Mode, NodeId, dump};
use gol_grammar::{Source, parse_file};

fn main() {
    let work = std::thread::Builder::new().stack_size(512 << 20).spawn(run);
    let finished = work.map(std::thread::JoinHandle::join);
    assert!(matches!(finished, Ok(Ok(()))), "the parse did not end normally");
}

fn run() {
    let has = |flag: &str| std::env::args().any(|arg| arg == flag);
    let (tree, mode) = (has("--tree"), if has("--script") { Mode::Script } else { Mode::Go });
    let (mut files, mut bytes, mut broken) = (0, 0, 0);
    let start = std::time::Instant::now();
    let mut parsing = std::time::Duration::ZERO;
    for path in std::io::stdin().lock().lines().map_while(Result::ok) {
        let Ok(text) = std::fs::read(&path) else { continue };
        let Ok(text) = String::from_utf8(text) else {
            println!("{path}:1:1: invalid UTF-8 encoding");
            continue;
        };
        let mut map = SourceMap::new();
        let file = map.add(&path, text.clone());
        let source = Source { file, base: map.file(file).base, text: &text, mode };
        let before = std::time::Instant::now();
        let parsed = parse_file(source, NodeId(0));
        parsing += before.elapsed();
        files += 1;
        bytes += text.len();
        broken += usize::from(!parsed.diagnostics.is_empty());
        for diagnostic in &parsed.diagnostics {
            report(&map, &path, diagnostic.span, &diagnostic.message);
        }
        if tree {
            println!("{}", dump(&parsed.tree));
        }
    }
    let rate = bytes as f64 / 1e6 / parsing.as_secs_f64();
    eprintln!(
        "{files} files, {broken} with errors, {bytes} bytes, {rate:.1} MB/s, {:.2?} in all",
        start.elapsed()
    );
}

fn report(map: &SourceMap, path: &str, span: Span, message: &str) {
    let (line, column) = map.location(span.lo).map_or((0, 0), |at| (at.line, at.column));
    println!("{path}:{line}:{column}: {message}");
}
