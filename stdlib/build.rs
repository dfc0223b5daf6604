//! Indexes the packages of this folder: their sources, the declarations in them, their natives.
//!
//! Every folder below `stdlib/` that holds `.gol` files is a package; its path is the import path.
//! What comes out is one Rust file of tables (`packages.rs`, see `lib.rs` for their types), so that
//! a program that starts need neither read nor parse a package to know what it declares.

#![allow(clippy::unnecessary_debug_formatting)] // Paths become string literals of Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use gol_grammar::{IndexEntry, IndexKind, index_declarations};

fn main() -> io::Result<()> {
    let root = PathBuf::from(
        env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("no manifest"))?,
    );
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no OUT_DIR"))?);
    let mut folders = Vec::new();
    find_packages(&root, &root, &mut folders)?;
    folders.sort();
    let mut code = String::new();
    let mut table = String::new();
    let mut natives = String::new();
    for path in &folders {
        write_package(&root, path, &mut code, &mut table, &mut natives)?;
    }
    let _ = writeln!(code, "pub(crate) static PACKAGES: &[StdPackage] = &[\n{table}];");
    let _ = writeln!(code, "pub(crate) static NATIVES: &[NativeTable] = &[\n{natives}];");
    fs::write(out.join("packages.rs"), code)
}

/// Collects the import paths of all packages below `folder`, and tells cargo what to watch.
fn find_packages(root: &Path, folder: &Path, found: &mut Vec<String>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut is_package = false;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find_packages(root, &path, found)?;
        } else if path.extension().is_some_and(|e| e == "gol") {
            println!("cargo::rerun-if-changed={}", path.display());
            is_package = true;
        }
    }
    if is_package && folder != root {
        let relative = folder.strip_prefix(root).map_err(io::Error::other)?;
        found.push(relative.to_string_lossy().replace('\\', "/"));
    }
    Ok(())
}

fn write_package(
    root: &Path,
    path: &str,
    code: &mut String,
    table: &mut String,
    natives: &mut String,
) -> io::Result<()> {
    let folder = root.join(path);
    let ident = path.replace(['/', '-', '.'], "_");
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "gol"));
    files.sort();
    let mut sources = String::new();
    let mut entries: Vec<(IndexEntry, usize)> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let _ = write!(
            sources,
            "StdFile {{ name: \"std/{path}/{name}\", text: include_str!({file:?}) }}, "
        );
        let text = fs::read_to_string(file)?;
        entries.extend(index_declarations(&text).into_iter().map(|e| (e, number)));
    }
    entries.sort_by(|a, b| {
        key(&a.0).cmp(&key(&b.0)).then(a.1.cmp(&b.1)).then(a.0.range.start.cmp(&b.0.range.start))
    });
    let mut index = String::new();
    for (e, file) in &entries {
        let recv = e.receiver.as_deref().unwrap_or("");
        let (lo, hi) = (e.range.start, e.range.end);
        let is_import = e.kind == IndexKind::Import;
        let _ = write!(
            index,
            "StdDecl {{ recv: {recv:?}, name: {:?}, file: {file}, start: {lo}, end: {hi}, is_import: {is_import} }}, ",
            e.name.as_str()
        );
    }
    let name = package_name(&fs::read_to_string(&files[0])?).unwrap_or_else(|| ident.clone());
    let _ = writeln!(
        table,
        "StdPackage {{ path: {path:?}, name: {name:?}, files: &[{sources}], decls: &[{index}] }},"
    );
    let native = folder.join("native.rs");
    println!("cargo::rerun-if-changed={}", native.display());
    if native.exists() {
        let _ = writeln!(code, "#[path = {native:?}]\nmod {ident};");
        let _ = writeln!(natives, "({path:?}, {ident}::NATIVES),");
    }
    Ok(())
}

/// Entries are found by receiver type, then name; package-level names have no receiver.
fn key(e: &IndexEntry) -> (String, String) {
    (e.receiver.as_deref().unwrap_or("").to_owned(), e.name.to_string())
}

/// The name in the package clause.
fn package_name(text: &str) -> Option<String> {
    let line = text.lines().find_map(|l| l.strip_prefix("package "))?;
    Some(line.split_whitespace().next()?.to_owned())
}
