//! A Go source tree that the user names (`--goroot`, `GOROOT`): packages that gol does not have
//! are read from it, declaration by declaration, as the embedded ones are.
//!
//! Files are chosen for an architecture for which Go's library has next to no assembly, so that the
//! pure-Go version of everything is found. A function without a body is assembly, or a part of
//! Go's runtime: it panics with its name when it is called. Packages of the tree may import the
//! tree's internal ones; what gol has itself is never taken from there.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use gol_grammar::ast::{Mode, Name};
use gol_grammar::{IndexEntry, IndexKind, LexemeKind, index_declarations, lexemes};

use super::constraint::Target;
use super::directory;
use super::lazy::{Index, Piece};

/// The tree.
#[derive(Clone, Debug)]
pub(super) struct GoTree {
    src: PathBuf,
}

/// One package of the tree.
pub(super) struct TreePackage {
    path: String,
    files: Vec<(String, String)>,
    /// Sorted by receiver and name.
    decls: Vec<(IndexEntry, usize)>,
}

impl GoTree {
    /// The tree whose root (it has a folder `src`) this is.
    pub(super) fn new(root: &Path) -> Option<GoTree> {
        let src = root.join("src");
        src.is_dir().then_some(GoTree { src })
    }

    /// The directory of a package; the library's copies of other modules are under `vendor`.
    pub(super) fn package_dir(&self, path: &str) -> Option<PathBuf> {
        let is_plain = path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
        let candidates = [self.src.join(path), self.src.join("vendor").join(path)];
        candidates.into_iter().find(|dir| is_plain && dir.is_dir())
    }

    /// Reads and indexes a package, and gives the name in its clause.
    pub(super) fn read(&self, path: &str) -> Result<(TreePackage, String), String> {
        let dir = self.package_dir(path).ok_or_else(|| format!("package {path} is not in std"))?;
        let names = directory::source_files_for(&dir, Target::GoTree).map_err(|_| {
            format!("package {path}: gol can use none of its files (they need cgo or assembly)")
        })?;
        let mut package = TreePackage { path: path.to_owned(), files: vec![], decls: vec![] };
        for (number, file) in names.iter().enumerate() {
            let bytes = super::read_file(file).map_err(|e| e.to_string())?;
            let (text, _) = directory::decode(&bytes);
            package.decls.extend(index_declarations(&text).into_iter().map(|e| (e, number)));
            package.files.push((file.to_string_lossy().into_owned(), text));
        }
        package
            .decls
            .sort_by(|(a, i), (b, j)| (key(a), i, a.range.start).cmp(&(key(b), j, b.range.start)));
        let name = package.files.iter().find_map(|(_, text)| clause(text));
        Ok((package, name.unwrap_or_else(|| super::last_part(path).to_owned())))
    }
}

/// What stands for functions that Go's runtime has for its packages: marks of goroutines that say
/// whether FIPS 140 has approved of what they compute. gol's library makes no such claim.
const RUNTIME_BODIES: &[(&str, &str)] = &[
    ("crypto/internal/fips140.getIndicator", "{ return 0 }"),
    ("crypto/internal/fips140.setIndicator", "{}"),
    ("crypto/fips140.isBypassed", "{ return false }"),
    ("crypto/fips140.setBypass", "{}"),
    ("crypto/fips140.unsetBypass", "{}"),
];

/// The name in a file's package clause.
fn clause(text: &str) -> Option<String> {
    let mut tokens = lexemes(text, Mode::Go).into_iter().map(|l| (l.kind, &text[l.lo..l.hi]));
    tokens.find(|&token| token == (LexemeKind::Keyword, "package"))?;
    tokens.find(|(kind, _)| *kind == LexemeKind::Name).map(|(_, name)| name.to_owned())
}

fn key(entry: &IndexEntry) -> (&str, &str) {
    (entry.receiver.as_deref().unwrap_or(""), &entry.name)
}

impl TreePackage {
    fn between(
        &self,
        below: impl Fn(&IndexEntry) -> bool,
        to: impl Fn(&IndexEntry) -> bool,
    ) -> &[(IndexEntry, usize)] {
        let start = self.decls.partition_point(|(e, _)| below(e));
        let end = self.decls.partition_point(|(e, _)| to(e));
        &self.decls[start..end]
    }
}

fn pieces(entries: &[(IndexEntry, usize)]) -> Vec<Piece> {
    let piece = |(entry, file): &(IndexEntry, usize)| Piece {
        file: *file,
        start: entry.range.start,
        end: entry.range.end,
        is_import: entry.kind == IndexKind::Import,
    };
    entries.iter().map(piece).collect()
}

impl Index for TreePackage {
    fn file(&self, number: usize) -> (&str, Cow<'static, str>) {
        let (name, text) = &self.files[number];
        (name, Cow::Owned(text.clone()))
    }

    fn find(&self, recv: &str, name: &str) -> Vec<Piece> {
        pieces(self.between(|e| key(e) < (recv, name), |e| key(e) <= (recv, name)))
    }

    fn methods(&self, recv: &str) -> Vec<Piece> {
        pieces(self.between(|e| key(e).0 < recv, |e| key(e).0 <= recv))
    }

    fn method_names(&self, recv: &str) -> Vec<Name> {
        let methods = self.between(|e| key(e).0 < recv, |e| key(e).0 <= recv);
        methods.iter().map(|(e, _)| e.name.clone()).collect()
    }

    fn exported(&self) -> Vec<Name> {
        let package_level = self.between(|e| !key(e).0.is_empty(), |e| key(e).0.is_empty());
        let declared = package_level.iter().filter(|(e, _)| e.kind != IndexKind::Import);
        declared
            .map(|(e, _)| e.name.clone())
            .filter(|n| n.starts_with(char::is_uppercase))
            .collect()
    }

    fn missing_body(&self, name: &str) -> Option<String> {
        let full = format!("{}.{name}", self.path);
        let known = RUNTIME_BODIES.iter().find(|(function, _)| *function == full);
        Some(known.map_or_else(
            || {
                format!(
                    "{{ panic(\"{full}: gol has no assembly and no runtime of Go for this\") }}"
                )
            },
            |&(_, body)| body.to_owned(),
        ))
    }
}
