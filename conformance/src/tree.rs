//! Go's test trees: where they are, which cases they have, how a folder of packages is laid out.
//!
//! `test` of Go's source (Debian: `golang-1.19-src`) has cases whose first line says what to do. A
//! folder case `x.go` has its packages in `x.dir`: files that share a package clause are one
//! package (with `-s` each file is one), which the others import as `"./NAME"`, NAME being its
//! first file's. The last package is the program.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::lists::Kind;

/// The action of a case: its first line that is no build constraint.
pub(crate) struct Action {
    pub verb: String,
    pub args: Vec<String>,
}

impl Action {
    /// The words behind the verb, without the quotes around values of flags.
    pub(crate) fn quoted(self) -> Vec<String> {
        self.args.into_iter().map(|arg| arg.replace('"', "")).collect()
    }
}

/// A file's first line.
pub(crate) fn first_line(path: &Path) -> String {
    let text = fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().next().unwrap_or_default().to_owned()
}

/// Reads the action of a file; `None` if it is no case.
pub(crate) fn action(path: &Path) -> Option<Action> {
    let text = String::from_utf8_lossy(&fs::read(path).ok()?).into_owned();
    let mut lines = text.lines().skip_while(|line| {
        line.trim().is_empty() || line.starts_with("//go:build") || line.starts_with("// +build")
    });
    let mut words = lines.next()?.strip_prefix("//")?.split_whitespace();
    let verb = words.next()?.to_owned();
    Some(Action { verb, args: words.map(str::to_owned).collect() })
}

/// All cases of a kind in a tree.
pub(crate) fn cases(tree: &Path, kind: Kind) -> Vec<String> {
    let mut found = Vec::new();
    walk(tree, &mut |path| {
        let is_case = kind == Kind::Typecheck
            || action(path).is_some_and(|action| action.verb == kind.name());
        if is_case && let Ok(inside) = path.strip_prefix(tree) {
            found.push(inside.to_string_lossy().into_owned());
        }
    });
    found.sort();
    found
}

fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path.extension().is_none_or(|e| e != "dir") {
                walk(&path, visit);
            }
        } else if path.extension().is_some_and(|e| e == "go") {
            visit(&path);
        }
    }
}

/// The packages of a folder case as folders of a module `test` below `scratch`; their paths, the
/// program's last.
pub(crate) fn lay_out(
    folder: &Path,
    each_file: bool,
    scratch: &Path,
) -> anyhow::Result<Vec<PathBuf>> {
    fs::write(scratch.join("go.mod"), "module test\n\ngo 1.27\n")?;
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.flatten().map(|e| e.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "go"));
    files.sort();
    let mut order = Vec::new();
    let mut folders: HashMap<String, PathBuf> = HashMap::new();
    for path in files {
        let text = fs::read_to_string(&path)?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let package = if each_file { stem.clone() } else { package_of(&text) };
        let into = folders.entry(package).or_insert_with(|| {
            let into = scratch.join(&stem);
            order.push(into.clone());
            into
        });
        fs::create_dir_all(&*into)?;
        // The go command would take `x_test.go` for a test of the package.
        let name = format!("{}.go", stem.replace("_test", "_tested"));
        fs::write(into.join(name), with_module_imports(&text))?;
    }
    Ok(order)
}

fn package_of(text: &str) -> String {
    let clause = text.lines().find_map(|line| line.strip_prefix("package "));
    clause.and_then(|rest| rest.split_whitespace().next()).unwrap_or_default().to_owned()
}

/// `"./a"` is everywhere the same package, so it becomes `"test/a"`.
fn with_module_imports(text: &str) -> String {
    let in_module = |line: &str| match line.split_once("\"./") {
        Some((before, after)) if is_import(before) => format!("{before}\"test/{after}"),
        _ => line.to_owned(),
    };
    text.split('\n').map(in_module).collect::<Vec<_>>().join("\n")
}

/// Whether an import path may stand behind this: nothing or a name, after `import` or not.
fn is_import(before: &str) -> bool {
    let before = before.trim().strip_prefix("import").unwrap_or(before.trim());
    before.trim().chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.' || c == '(')
}
