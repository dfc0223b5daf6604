//! The standard library: one folder for each package, its gol source and beside it, in
//! `native.rs`, what is native of it.
//!
//! Sources are embedded with an index of their declarations (`build.rs`), so that the loader
//! parses just what a program refers to. A function that a source declares without a body is
//! native: its package's `NATIVES` table binds it by name, methods as `Type.Method`.

#![forbid(unsafe_code)]
// The tables of natives want all of them to have one type.
#![allow(clippy::unnecessary_wraps)]

mod crc;
#[path = "math/elementary/mod.rs"]
mod elementary;
mod radix;
mod text;
mod ucd;

pub use internal_show::Shown;

use gol_vm::native::{NativeTable, Natives};

/// A package with the index of its declarations.
#[derive(Debug)]
pub struct StdPackage {
    /// Import path.
    pub path: &'static str,
    /// The name in its package clause.
    pub name: &'static str,
    pub files: &'static [StdFile],
    /// Sorted by receiver and name.
    pub decls: &'static [StdDecl],
}

/// A source file of a package, named as messages name it.
#[derive(Debug)]
pub struct StdFile {
    pub name: &'static str,
    pub text: &'static str,
}

/// A declaration: where its text lies in which file. Grouped ones have the group's range.
#[derive(Debug)]
pub struct StdDecl {
    /// The receiver's base type of a method, else empty.
    pub recv: &'static str,
    pub name: &'static str,
    /// Index into the package's files.
    pub file: usize,
    pub start: usize,
    pub end: usize,
    pub is_import: bool,
}

include!(concat!(env!("OUT_DIR"), "/packages.rs"));

/// Which package a script means by a name that several have; others are found by their last name.
const PREFERRED: &[(&str, &str)] =
    &[("rand", "math/rand/v2"), ("template", "text/template"), ("scanner", "text/scanner")];

/// All packages, sorted by import path.
pub fn packages() -> &'static [StdPackage] {
    PACKAGES
}

/// The package with this import path.
pub fn package(path: &str) -> Option<&'static StdPackage> {
    PACKAGES.binary_search_by(|p| p.path.cmp(path)).ok().map(|i| &PACKAGES[i])
}

/// The import path of the package that a script means by a qualifier that it does not import.
pub fn package_by_name(name: &str) -> Option<&'static str> {
    let preferred = PREFERRED.iter().find(|(n, path)| *n == name && package(path).is_some());
    if let Some((_, path)) = preferred {
        return Some(path);
    }
    let visible = |p: &&StdPackage| p.name == name && !is_internal(p.path);
    PACKAGES.iter().find(visible).map(|p| p.path)
}

/// Whether only the library itself may import a package.
pub fn is_internal(path: &str) -> bool {
    path.split('/').any(|part| part == "internal")
}

/// The natives of all packages, by their full names.
pub fn natives() -> Natives {
    Natives::new(NATIVES)
}

impl StdPackage {
    /// The package-level declarations of a name (several for `init`), or a type's methods of it.
    pub fn find(&self, recv: &str, name: &str) -> &[StdDecl] {
        let start = self.decls.partition_point(|d| (d.recv, d.name) < (recv, name));
        let end = self.decls.partition_point(|d| (d.recv, d.name) <= (recv, name));
        &self.decls[start..end]
    }

    /// Names that the package exports.
    pub fn find_exported(&self) -> impl Iterator<Item = &'static str> {
        let package_level = self.methods("").iter().filter(|d| !d.is_import);
        package_level.map(|d| d.name).filter(|n| n.starts_with(char::is_uppercase))
    }

    /// All methods of a type; with an empty receiver, what stands at package level.
    pub fn methods(&self, recv: &str) -> &[StdDecl] {
        let start = self.decls.partition_point(|d| d.recv < recv);
        let end = self.decls.partition_point(|d| d.recv <= recv);
        &self.decls[start..end]
    }
}
