//! Rules of the house, kept by tests: file heads and sizes, who may import whom, no unfinished
//! work, documents that are generated from tables.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

use crate::harness::{files, root};

/// The most lines a source file may have.
const MAX_LINES: usize = 800;

/// Files that are one table or one grammar.
const EXEMPT: &[&str] = &["src/bytecode/src/ops.rs", "grammar/src/gol.lalrpop"];

/// Which crates of the project each may depend on.
const ALLOWED: &[(&str, &[&str])] = &[
    ("src/diagnostic", &[]),
    ("grammar", &["gol-diagnostic"]),
    ("src/types", &["gol-diagnostic", "gol-grammar"]),
    ("src/bytecode", &["gol-diagnostic"]),
    ("src/compile", &["gol-bytecode", "gol-diagnostic", "gol-grammar", "gol-types"]),
    ("src/heap", &[]),
    ("src/sched", &["gol-heap"]),
    ("src/vm", &["gol-bytecode", "gol-diagnostic", "gol-heap", "gol-sched"]),
    ("src/format", &["gol-grammar"]),
    ("stdlib", &["gol-format", "gol-vm", "gol-grammar"]),
];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("tidy/files_open_with_their_job", heads),
        Trial::test("tidy/files_are_not_too_long", sizes),
        Trial::test("tidy/no_unfinished_work", unfinished),
        Trial::test("tidy/crates_import_in_one_direction", imports),
        Trial::test("tidy/examples_have_outputs", examples),
        Trial::test("tidy/bytecode_document_is_current", bytecode_document),
        Trial::test("tidy/stdlib_document_is_current", crate::library::document),
    ]
}

fn sources() -> Vec<PathBuf> {
    let folders = ["src", "grammar", "stdlib", "tests", "bench", "conformance"];
    folders.iter().flat_map(|f| files(f, &["rs"])).collect()
}

fn read(path: &Path) -> Result<String, Failed> {
    fs::read_to_string(root().join(path)).map_err(|e| format!("{}: {e}", path.display()).into())
}

fn verdict(faults: Vec<String>) -> Result<(), Failed> {
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

fn heads() -> Result<(), Failed> {
    let mut faults = Vec::new();
    for path in sources() {
        if !read(&path)?.starts_with("//! ") {
            faults.push(format!("{} does not open with `//!`", path.display()));
        }
    }
    verdict(faults)
}

fn sizes() -> Result<(), Failed> {
    let mut faults = Vec::new();
    for path in sources() {
        let lines = read(&path)?.lines().count();
        if lines > MAX_LINES && !EXEMPT.iter().any(|e| path == Path::new(e)) {
            faults.push(format!("{} has {lines} lines", path.display()));
        }
    }
    verdict(faults)
}

fn unfinished() -> Result<(), Failed> {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("to", "do!("),
        concat!("unimpl", "emented!("),
    ];
    let mut faults = Vec::new();
    for path in sources() {
        for (number, line) in read(&path)?.lines().enumerate() {
            if words.iter().any(|w| line.contains(w)) {
                faults.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    verdict(faults)
}

fn imports() -> Result<(), Failed> {
    let mut faults = Vec::new();
    for (folder, allowed) in ALLOWED {
        let manifest = read(&Path::new(folder).join("Cargo.toml"))?;
        for line in manifest.lines().filter(|l| l.starts_with("gol-")) {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if !allowed.contains(&name) {
                faults.push(format!("{folder} must not depend on {name}"));
            }
        }
    }
    verdict(faults)
}

fn examples() -> Result<(), Failed> {
    let mut faults = Vec::new();
    for path in files("examples", &["gol", "go"]) {
        let folder = path.parent().unwrap_or(Path::new(""));
        let has_output = root().join(folder).join("output").exists();
        if !has_output && folder.parent() == Some(Path::new("examples")) {
            faults.push(format!("{} has no output file", folder.display()));
        }
    }
    verdict(faults)
}

/// `docs/bytecode.md` is made from the opcode table; `GOL_BLESS=1` writes it anew.
fn bytecode_document() -> Result<(), Failed> {
    let expected = root().join("docs/bytecode.md");
    crate::harness::expect(&expected, &gol::bytecode::disasm::markdown(), "the opcode table")
}
