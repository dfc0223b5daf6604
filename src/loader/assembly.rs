//! Packages with assembly, which gol does not load: what their functions without a body do.
//!
//! Assembly that only jumps to a Go function is understood: the function calls that one. All others
//! panic when they are called. Bodies are put into the text behind the declarations, so that nobody
//! else needs to know.

use rustc_hash::FxHashMap as HashMap;
use std::path::Path;

use gol_grammar::ast::{Decl, File, FuncDecl, Item};

use super::constraint::Target;
use super::{LoadError, directory, read_file, test_program};

/// The assembly of a directory's package.
pub(super) struct Assembly {
    /// Functions that only jump to another one, by name: its package, empty for the own, and name.
    forwards: HashMap<String, (String, String)>,
}

/// What stands between a package and a name in assembly, and for the slashes in a package's path.
const DOT: char = '·';
const SLASH: char = '∕';

/// Calls of the system that cannot fail: those that can, without the error.
const WITHOUT_ERROR: &[(&str, &str)] =
    &[("SyscallNoError", "Syscall"), ("RawSyscallNoError", "RawSyscall")];

impl Assembly {
    /// The assembly that belongs to a build for a target; `None` without any.
    pub(super) fn of(dir: &Path, target: Target<'_>) -> Result<Option<Assembly>, LoadError> {
        let files = directory::assembly_files(dir, target)?;
        if files.is_empty() {
            return Ok(None);
        }
        let mut assembly = Assembly { forwards: HashMap::default() };
        for file in files {
            assembly.read(&directory::decode(&read_file(&file)?).0);
        }
        Ok(Some(assembly))
    }

    fn read(&mut self, text: &str) {
        let code = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//"));
        let mut begun = None;
        for line in code {
            if let Some(rest) = line.strip_prefix("TEXT") {
                begun = symbol(rest).filter(|(package, _)| package.is_empty());
            } else if let Some((_, name)) = begun.take() {
                let jump = line.strip_prefix("JMP").or_else(|| line.strip_prefix("B\t"));
                if let Some(to) = jump.and_then(symbol) {
                    self.forwards.insert(name, to);
                }
            }
        }
    }

    /// Whether functions are those of package syscall, which are the host's.
    pub(super) fn reaches_system(&self) -> bool {
        self.forwards.values().any(|(package, _)| package == "syscall")
    }

    /// The text of a file with bodies for the functions that have none; `None` if all have.
    pub(super) fn add_bodies(&self, path: &Path, text: &str) -> Option<String> {
        let tree = test_program::parse(path, text);
        let mut out = String::new();
        let mut done = 0;
        for item in &tree.items {
            let Item::Decl(Decl::Func(func)) = item else { continue };
            let end = func.span.hi.0 as usize;
            if func.body.is_some() || func.recv.is_some() || end < done {
                continue;
            }
            out.push_str(text.get(done..end)?);
            out.push_str(&self.body(func, &tree));
            done = end;
        }
        // The instruction is for functions without bodies only.
        (done > 0).then(|| (out + &text[done..]).replace("\n//go:noescape", "\n// go:noescape"))
    }

    fn body(&self, func: &FuncDecl, tree: &File) -> String {
        let name = func.name.name.as_str();
        self.call(func, tree).unwrap_or_else(|| {
            let package = tree.package.as_ref().map_or("main", |p| p.name.as_str());
            format!(" {{ panic(\"{package}.{name}: gol has no assembly\") }}")
        })
    }

    /// A body that calls what the assembly jumps to, if it can be named in this file.
    fn call(&self, func: &FuncDecl, tree: &File) -> Option<String> {
        let name = func.name.name.as_str();
        let names: Option<Vec<&str>> =
            func.ty.params.iter().map(|p| Some(p.name.as_ref()?.name.as_str())).collect();
        let arguments = names?.join(", ");
        let failing = WITHOUT_ERROR.iter().find(|(own, _)| *own == name);
        if let Some((_, failing)) = failing.filter(|(_, f)| self.forwards.contains_key(*f)) {
            return Some(format!(" {{ r1, r2, _ = {failing}({arguments}); return }}"));
        }
        let (package, target) = self.forwards.get(name)?;
        let callee = if package.is_empty() {
            target.clone()
        } else {
            let is_visible = target.starts_with(char::is_uppercase)
                && tree.imports().any(|spec| *spec.path == **package && spec.name.is_none());
            format!("{}.{target}", is_visible.then(|| super::last_part(package))?)
        };
        let returned = if func.ty.results.is_empty() { "" } else { "return " };
        Some(format!(" {{ {returned}{callee}({arguments}) }}"))
    }
}

/// The package and name in ` package·name(SB)…`.
fn symbol(text: &str) -> Option<(String, String)> {
    let (symbol, _) = text.trim().split_once("(SB)")?;
    let (package, name) = symbol.split_once(DOT)?;
    Some((package.replace(SLASH, "/"), name.to_owned()))
}

/// Whether a file may have functions without a body.
pub(super) fn may_lack_bodies(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("func ") && !line.contains('{'))
}
