//! The programs of `tests/parse`: the tree of each is compared with the `.ast` file beside it, and
//! its errors, one a line as `line:column: message`, with the `.err` file, where there is one. A file
//! `.go` is read as plain Go, `.gol` as a script. `GOL_BLESS=1` writes the expectations.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use gol_diagnostic::SourceMap;
use gol_grammar::ast::{Mode, NodeId, dump};
use gol_grammar::{Source, parse_file};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/parse");
    let entries = fs::read_dir(folder).expect("the folder exists").flatten();
    let is_case = |path: &PathBuf| path.extension().is_some_and(|e| e == "gol" || e == "go");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_case).collect();
    cases.sort();
    cases
}

/// Tree and errors as the expectations have them.
fn parse(path: &Path) -> (String, String) {
    let text = fs::read_to_string(path).expect("cases are UTF-8");
    let mode = if path.extension().is_some_and(|e| e == "go") { Mode::Go } else { Mode::Script };
    let mut map = SourceMap::new();
    let file = map.add("case", text.clone());
    let source = Source { file, base: map.file(file).base, text: &text, mode };
    let parsed = parse_file(source, NodeId(0));
    let mut errors = String::new();
    for diagnostic in &parsed.diagnostics {
        let at = map.location(diagnostic.span.lo).expect("errors lie in the text");
        let _ = writeln!(errors, "{}:{}: {}", at.line, at.column, diagnostic.message);
    }
    (dump(&parsed.tree), errors)
}

#[test]
fn trees_and_errors_are_as_expected() {
    let bless = std::env::var_os("GOL_BLESS").is_some();
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 25);
    for path in &cases {
        let (tree, errors) = parse(path);
        let has_errors = !errors.is_empty();
        for (ending, found, wanted) in [("ast", tree, !has_errors), ("err", errors, has_errors)] {
            let beside = path.with_extension(ending);
            if bless && wanted {
                fs::write(&beside, &found).expect("the folder can be written");
            }
            let expected = fs::read_to_string(&beside).unwrap_or_default();
            if (wanted || beside.exists()) && expected != found {
                wrong.push(format!(
                    "{}\n--- expected\n{expected}--- found\n{found}",
                    beside.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
