//! `gol doc`: declarations and the comments above them, of the library, of the packages of a module
//! and of a user's own files, as `go doc` shows them.
//!
//! Everything comes from the sources: an index of what they declare, and the text around it
//! ([`source`]). [`page`] puts together what is shown, [`line`] shortens declarations to a line.

mod entry;
mod line;
mod page;
mod source;

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gol::{IndexKind, StdPackage, index_declarations};

use super::args::DocArgs;
use super::highlight;
use page::Package;
use source::{Entry, Source, indexed};

/// How much is shown.
#[derive(Clone, Copy, Default)]
struct Manner {
    all: bool,
    short: bool,
    unexported: bool,
    source: bool,
}

pub(crate) fn doc(args: &DocArgs) -> anyhow::Result<ExitCode> {
    let manner = Manner {
        all: args.all,
        short: args.short,
        unexported: args.unexported,
        source: args.source,
    };
    let (package, symbol) = resolve(args, manner)?;
    let text = if symbol.is_empty() { Some(package.page()) } else { package.symbol(&symbol) };
    let Some(text) = text else {
        anyhow::ensure!(
            !matches!(package.path.as_str(), "" | "."),
            "no documentation of {symbol}: it is no package of the library, and nothing here declares it"
        );
        anyhow::bail!("no symbol {symbol} in package {}", package.path);
    };
    let color = super::color(&std::io::stdout());
    let text = if color { highlight::colored(&text) } else { text };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The package that the command line names, or else the one here, and the name in it.
fn resolve(args: &DocArgs, manner: Manner) -> anyhow::Result<(Package, String)> {
    let word = args.name.as_deref().unwrap_or_default();
    if let Some(symbol) = &args.symbol {
        let package = whole_package(word, manner);
        let package = package.ok_or_else(|| anyhow::anyhow!("no package {word}"))?;
        return Ok((package, symbol.clone()));
    }
    if let Some((package, rest)) = split_package(word) {
        return Ok((of_library(package, manner), rest.to_owned()));
    }
    let dots = word.match_indices('.').map(|(at, _)| at).filter(|at| *at > 0);
    let ends: Vec<usize> = dots.chain([word.len()]).collect();
    let own = ends.into_iter().rev().find_map(|end| Some((end, of_module(&word[..end], manner)?)));
    Ok(match own {
        Some((end, package)) => (package, word[end..].trim_start_matches('.').to_owned()),
        None => (of_directory(Path::new("."), manner), word.to_owned()),
    })
}

/// A package of the library or the module, or a directory.
fn whole_package(word: &str, manner: Manner) -> Option<Package> {
    match split_package(word) {
        Some((package, "")) => Some(of_library(package, manner)),
        _ => of_module(word, manner),
    }
}

/// A directory, or a package of the module here.
fn of_module(word: &str, manner: Manner) -> Option<Package> {
    if word.is_empty() {
        return None;
    }
    let is_path = word.starts_with(['.', '/']) || word.contains('/');
    let named = Some(PathBuf::from(word)).filter(|dir| is_path && dir.is_dir());
    let dir = named.or_else(|| gol::loader::package_dir(word))?;
    Some(of_directory(&dir, manner))
}

fn of_library(package: &'static StdPackage, manner: Manner) -> Package {
    let sources = library_sources(package, manner);
    Package { name: package.name.to_owned(), path: package.path.to_owned(), sources, manner }
}

fn of_directory(dir: &Path, manner: Manner) -> Package {
    let sources = directory_sources(dir, manner);
    let name = sources.iter().find_map(Source::package_name).unwrap_or_default();
    let found = gol::loader::find_package(dir, &[]).ok().filter(|_| !name.is_empty());
    let path = found.map(|found| found.path).unwrap_or_default();
    // Outside of modules the path says nothing.
    let path = if path.starts_with('_') { ".".to_owned() } else { path };
    Package { name, path, sources, manner }
}

/// `strings`, `strings.Cut`, `strings.Builder.Len`, `math/rand/v2.N`.
pub(crate) fn library(path: &str) -> Option<String> {
    let (package, symbol) = split_package(path)?;
    let package = of_library(package, Manner::default());
    let text = if symbol.is_empty() { package.page() } else { package.symbol(symbol)? };
    Some(text.trim_end().to_owned() + "\n")
}

/// A name in texts that follow one another: what is declared again counts where that is last done.
pub(crate) fn in_sources<'a>(
    texts: impl Iterator<Item = &'a str>,
    name: &str,
    member: &str,
) -> Option<String> {
    let manner = Manner { unexported: true, ..Manner::default() };
    let mut sources: Vec<Source> = texts.map(|text| indexed(text, manner)).collect();
    let mut known = HashSet::new();
    for source in sources.iter_mut().rev() {
        source.entries.retain(|e| known.insert((e.receiver.clone(), e.name.clone())));
    }
    let package = Package { name: String::new(), path: String::new(), sources, manner };
    let path = if member.is_empty() { name.to_owned() } else { format!("{name}.{member}") };
    Some(package.symbol(&path)?.trim_end().to_owned() + "\n")
}

/// Whether a text declares a name at its top level.
pub(crate) fn declares(text: &str, name: &str) -> bool {
    let mut entries = index_declarations(text).into_iter();
    entries.any(|e| e.name == *name && !matches!(e.kind, IndexKind::Import | IndexKind::Method))
}

/// The package that a path begins with, and what comes behind the dot.
fn split_package(path: &str) -> Option<(&'static StdPackage, &str)> {
    let find =
        |name: &str| gol::package(name).or_else(|| gol::package(gol::package_by_name(name)?));
    let dots = path.match_indices('.').map(|(at, _)| at);
    let ends: Vec<usize> = dots.chain([path.len()]).collect();
    ends.into_iter().find_map(|end| {
        let package = find(&path[..end])?;
        Some((package, path[end..].trim_start_matches('.')))
    })
}

fn library_sources(package: &'static StdPackage, manner: Manner) -> Vec<Source> {
    let of_file = |number: usize| {
        let own = package.decls.iter().filter(move |d| d.file == number && !d.is_import);
        own.map(|d| Entry {
            receiver: d.recv.to_owned(),
            name: d.name.to_owned(),
            start: d.start,
            end: d.end,
        })
    };
    let files = package.files.iter().enumerate();
    files
        .map(|(i, f)| Source { text: f.text.to_owned(), manner, entries: of_file(i).collect() })
        .collect()
}

fn directory_sources(folder: &Path, manner: Manner) -> Vec<Source> {
    let mut files = gol::loader::package_files(folder);
    files.sort();
    let texts = files.iter().filter_map(|f| std::fs::read_to_string(f).ok());
    let read = |text: String| {
        let mut source = indexed(&text, manner);
        source.manner.unexported |= source.package_name().is_none();
        source
    };
    texts.map(read).collect()
}

fn is_exported(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}
