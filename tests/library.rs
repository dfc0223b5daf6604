//! `docs/stdlib.md`: which names of Go's library are there and which are not, and why.
//!
//! Go's names stand in `stdlib/go-names.txt`, a line for each package (`path: Name Type.Method …`),
//! as `go doc` shows them for Linux; the reasons in `stdlib/missing.txt`, a line for each name or
//! package; what is there comes from the library's own index. `GOL_BLESS=1` writes the document
//! anew. What must hold: the document names nothing that is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use libtest_mimic::Failed;

use crate::harness::{expect, root};

const HEAD: &str = "# The standard library

Which exported names of Go's library gol has. Made from the library itself (`GOL_BLESS=1 cargo test --test suite stdlib_document`): do not edit. Fields of structs and methods of interfaces are not listed.

| package | there | of |
| --- | ---: | ---: |
";

/// How the line with the names that are there begins.
const THERE: &str = "There: ";

/// More missing names than this are only counted.
const MOST_LISTED: usize = 200;

/// Names of a package: those at package level, and methods as `Type.Method`.
type Names = BTreeSet<String>;

fn read(path: &str) -> Result<String, Failed> {
    fs::read_to_string(root().join(path)).map_err(|e| format!("{path}: {e}").into())
}

/// Go's names by package.
fn names_of_go() -> Result<BTreeMap<String, Names>, Failed> {
    let text = read("stdlib/go-names.txt")?;
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let names = |list: &str| list.split_whitespace().map(str::to_owned).collect();
    Ok(lines.map(|(path, list)| (path.to_owned(), names(list))).collect())
}

/// Why something is missing, by `path.Name`, `path.Type` (for its methods, too), or `path`.
fn reasons() -> Result<BTreeMap<String, String>, Failed> {
    let text = read("stdlib/missing.txt")?;
    let lines = text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(": "));
    Ok(lines.map(|(name, why)| (name.to_owned(), why.to_owned())).collect())
}

/// The names that gol has of a package.
fn names_of_gol(path: &str) -> Names {
    let Some(package) = gol_stdlib::package(path) else { return Names::new() };
    let exported = |name: &str| name.starts_with(char::is_uppercase);
    let decls = package.decls.iter().filter(|d| !d.is_import && exported(d.name));
    let visible = decls.filter(|d| d.recv.is_empty() || exported(d.recv));
    let full = visible.map(|d| match d.recv {
        "" => d.name.to_owned(),
        recv => format!("{recv}.{}", d.name),
    });
    full.collect()
}

/// The reason for a name: its own, its type's, or its package's.
fn reason<'a>(reasons: &'a BTreeMap<String, String>, path: &str, name: &str) -> Option<&'a str> {
    let receiver = name.split('.').next().unwrap_or(name);
    let keys = [format!("{path}.{name}"), format!("{path}.{receiver}"), path.to_owned()];
    let key = keys.into_iter().find(|key| reasons.contains_key(key))?;
    reasons.get(&key).map(String::as_str)
}

/// Writes the document, if that is wanted; else it must not promise what is not there.
pub(crate) fn document() -> Result<(), Failed> {
    let reasons = reasons()?;
    let wanted = names_of_go()?;
    let (mut table, mut sections) = (String::new(), String::new());
    for (path, wanted) in &wanted {
        let there = names_of_gol(path);
        let _ = writeln!(
            table,
            "| `{path}` | {} | {} |",
            wanted.intersection(&there).count(),
            wanted.len()
        );
        section(path, wanted, &there, &reasons, &mut sections);
    }
    if std::env::var_os("GOL_BLESS").is_none() {
        let faults = broken_promises()?;
        return if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) };
    }
    let text = format!("{HEAD}{table}{sections}");
    expect(&root().join("docs/stdlib.md"), &text, "the library and Go's list of names")
}

/// What the document says of a package.
fn section(
    path: &str,
    wanted: &Names,
    there: &Names,
    reasons: &BTreeMap<String, String>,
    out: &mut String,
) {
    let _ = write!(out, "\n## {path}\n");
    let present: Vec<&str> = wanted.intersection(there).map(String::as_str).collect();
    if !present.is_empty() {
        let _ = write!(out, "\n{THERE}{}\n", listed(&present));
    }
    let mut missing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in wanted.difference(there) {
        match reason(reasons, path, name) {
            Some(why) => missing.entry(why).or_default().push(name),
            None => missing.entry("not written yet").or_default().push(name),
        }
    }
    for (why, names) in missing {
        if names.len() == wanted.len() {
            let _ = write!(out, "\nMissing: {why}.\n");
        } else if names.len() > MOST_LISTED {
            let _ = write!(out, "\nMissing ({why}): {} names\n", names.len());
        } else {
            let _ = write!(out, "\nMissing ({why}): {}\n", listed(&names));
        }
    }
    let own: Vec<&str> = there.difference(wanted).map(String::as_str).collect();
    if !own.is_empty() {
        let _ = write!(out, "\nNot in Go: {}\n", listed(&own));
    }
}

/// Names that the document lists as being there, and are not.
fn broken_promises() -> Result<Vec<String>, Failed> {
    let text = read("docs/stdlib.md")?;
    let (mut path, mut there) = ("", Names::new());
    let mut faults = Vec::new();
    for line in text.lines() {
        if let Some(next) = line.strip_prefix("## ") {
            (path, there) = (next, names_of_gol(next));
        } else if let Some(list) = line.strip_prefix(THERE) {
            let names = list.split(", ").map(|n| n.trim_matches('`'));
            let gone = names.filter(|n| !there.contains(*n));
            faults.extend(gone.map(|n| format!("docs/stdlib.md says that there is {path}.{n}")));
        }
    }
    Ok(faults)
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    quoted.join(", ")
}
