//! Checks Go packages and prints what the checker says, one `file:line:col: message` a line.
//!
//! `check GOROOT FILE…` checks each file as a program of its own (a directory: all its files
//! together); `check GOROOT -std PATH…` checks standard packages from source. The output of each
//! is introduced by a line `== NAME`. Imports are read from the source tree of GOROOT. For
//! developers: the tests of the project run the command itself.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use gol_diagnostic::{Diagnostic, Pos, SourceMap};
use gol_grammar::ast::{File, Mode, Name, NodeId};
use gol_grammar::{Source, parse_file};
use gol_types::{Checker, ImportedPackage, Importer, Options};

struct Tree {
    root: PathBuf,
    sources: Rc<RefCell<SourceMap>>,
}

impl Tree {
    fn dir(&self, path: &str) -> Option<PathBuf> {
        let plain = self.root.join("src").join(path);
        let vendored = self.root.join("src/vendor").join(path);
        [plain, vendored].into_iter().find(|d| d.is_dir())
    }

    fn parse(&self, paths: &[PathBuf], first: NodeId) -> (Vec<Rc<File>>, Vec<Diagnostic>, NodeId) {
        let (mut files, mut diagnostics, mut next) = (Vec::new(), Vec::new(), first);
        for path in paths {
            let bytes = std::fs::read(path).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let file = self.sources.borrow_mut().add(&path.to_string_lossy(), text.clone());
            let base = self.sources.borrow().file(file).base;
            let go = path.extension().is_some_and(|e| e == "go");
            let mode = if go { Mode::Go } else { Mode::Script };
            let parsed = parse_file(Source { file, base, text: &text, mode }, next);
            files.push(Rc::new(parsed.tree));
            diagnostics.extend(parsed.diagnostics);
            next = parsed.next_id;
        }
        (files, diagnostics, next)
    }
}

/// A handle on the tree for the checker.
struct TreeImporter(Rc<Tree>);

impl Importer for TreeImporter {
    fn import(
        &mut self,
        path: &str,
        _: &str,
        first: NodeId,
    ) -> Result<(ImportedPackage, NodeId), String> {
        let missing = || format!("package {path} is not in std");
        let dir = self.0.dir(path).ok_or_else(missing)?;
        let paths = go_files(&dir);
        if paths.is_empty() {
            return Err(missing());
        }
        let (files, diagnostics, next) = self.0.parse(&paths, first);
        let name = files[0].package.as_ref().map_or_else(Name::default, |p| p.name.clone());
        Ok((ImportedPackage::Files { name, files, diagnostics }, next))
    }

    fn std_by_name(&self, name: &str) -> Option<&str> {
        match name {
            "fmt" => Some("fmt"),
            "strings" => Some("strings"),
            "time" => Some("time"),
            _ => None,
        }
    }

    fn position(&self, pos: Pos) -> Option<String> {
        Some(place(&self.0.sources.borrow(), pos))
    }
}

fn place(sources: &SourceMap, pos: Pos) -> String {
    match sources.location(pos) {
        Some(l) => format!("{}:{}:{}", l.name, l.line, l.column),
        None => "-".to_owned(),
    }
}

/// Files of a directory that a build for linux/amd64 without cgo takes.
fn go_files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    files.retain(|p| {
        let name = p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = name.trim_end_matches(".go");
        p.extension().is_some_and(|e| e == "go")
            && !stem.ends_with("_test")
            && name_fits(stem)
            && constraint_fits(p)
    });
    files.sort();
    files
}

const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "illumos",
    "ios",
    "js",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "386",
    "arm",
    "arm64",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mipsle",
    "ppc64",
    "ppc64le",
    "riscv64",
    "s390x",
    "wasm",
    "zos",
    "sparc64",
];

fn name_fits(stem: &str) -> bool {
    !stem.split('_').skip(1).any(|part| SYSTEMS.contains(&part))
}

fn constraint_fits(path: &Path) -> bool {
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned();
    let line = text
        .lines()
        .take_while(|l| !l.starts_with("package "))
        .find_map(|l| l.strip_prefix("//go:build "));
    line.is_none_or(|l| {
        let tokens = l.replace('(', " ( ").replace(')', " ) ").replace('!', " ! ");
        let tokens: Vec<&str> = tokens.split_whitespace().collect();
        disjunction(&tokens, &mut 0)
    })
}

fn disjunction(t: &[&str], i: &mut usize) -> bool {
    let mut value = conjunction(t, i);
    while t.get(*i) == Some(&"||") {
        *i += 1;
        value |= conjunction(t, i);
    }
    value
}

fn conjunction(t: &[&str], i: &mut usize) -> bool {
    let mut value = term(t, i);
    while t.get(*i) == Some(&"&&") {
        *i += 1;
        value &= term(t, i);
    }
    value
}

fn term(t: &[&str], i: &mut usize) -> bool {
    let token = t.get(*i).copied().unwrap_or("");
    *i += 1;
    match token {
        "!" => !term(t, i),
        "(" => {
            let value = disjunction(t, i);
            *i += 1;
            value
        }
        tag => {
            let release = tag.strip_prefix("go1.").and_then(|m| m.parse::<u32>().ok());
            matches!(tag, "linux" | "amd64" | "unix" | "purego" | "gc" | "goexperiment.greenteagc")
                || release.is_some_and(|m| m <= 27)
        }
    }
}

fn check(root: &Path, name: &str, std: bool) {
    let tree = Rc::new(Tree { root: root.to_owned(), sources: Rc::default() });
    let path = PathBuf::from(name);
    let paths = match (std, path.is_dir()) {
        (true, _) => tree.dir(name).map(|d| go_files(&d)).unwrap_or_default(),
        (false, true) => go_files(&path),
        (false, false) => vec![path],
    };
    println!("== {name}");
    let (files, mut diagnostics, next) = tree.parse(&paths, NodeId(0));
    if !diagnostics.iter().any(gol_grammar::breaks_tree) {
        let importer = Box::new(TreeImporter(tree.clone()));
        let mut checker = Checker::new(importer, Options { strict: true }, next);
        checker.check_main(if std { name } else { "main" }, files);
        diagnostics.extend(checker.take_diagnostics());
    }
    diagnostics.retain(|d| {
        !(d.message == "missing function body"
            && place(&tree.sources.borrow(), d.span.lo).starts_with(&*root.to_string_lossy()))
    });
    for d in diagnostics {
        let sources = tree.sources.borrow();
        if d.message == "missing function body" && std {
            continue;
        }
        let mut text = d.message.replace('\n', "\\n");
        for label in &d.labels {
            text.push_str(&format!("\\n\\t{}: {}", place(&sources, label.span.lo), label.text));
        }
        println!("{}: {text}", place(&sources, d.span.lo));
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let root = PathBuf::from(args.next().unwrap());
    let names: Vec<String> = args.collect();
    let run = move || {
        let std = names.first().is_some_and(|n| n == "-std");
        for name in names.iter().skip(usize::from(std)) {
            let result = std::panic::catch_unwind(|| check(&root, name, std));
            if result.is_err() {
                println!("{name}:0:0: PANIC");
            }
        }
    };
    std::thread::Builder::new().stack_size(1 << 30).spawn(run).unwrap().join().unwrap();
}
