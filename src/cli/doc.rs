//! `gol doc`: declarations and the comments above them, of the library and of a user's own files.
//!
//! Everything comes from the sources: an index of what they declare, and the text around it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use gol::{IndexKind, StdPackage, index_declarations};

use super::args::DocArgs;
use super::highlight::{self, Piece, pieces};

/// How much is shown.
#[derive(Clone, Copy, Default)]
struct Manner {
    all: bool,
    short: bool,
    unexported: bool,
}

/// A file and what it declares.
struct Source {
    text: String,
    manner: Manner,
    entries: Vec<Entry>,
}

/// One declared name.
#[derive(Clone, Debug)]
struct Entry {
    /// The receiver's type, of a method.
    receiver: String,
    name: String,
    start: usize,
    end: usize,
}

pub(crate) fn doc(args: &DocArgs) -> anyhow::Result<ExitCode> {
    let manner = Manner { all: args.all, short: args.short, unexported: args.unexported };
    let found = match args.name.as_deref() {
        Some(name) if args.source => source_of(name, manner),
        Some(name) => {
            in_library(name, manner).or_else(|| in_directory(Path::new("."), name, manner))
        }
        None => Some(overview(&directory_sources(Path::new("."), manner), "", manner)),
    };
    let Some(text) = found else {
        let name = args.name.as_deref().unwrap_or_default();
        if let Some((package, rest)) = split_package(name)
            && !rest.is_empty()
        {
            anyhow::bail!("no symbol {rest} in package {}", package.path);
        }
        anyhow::bail!(
            "no documentation of {name}: it is no package of the library, and nothing here declares it"
        );
    };
    let color = super::color(&std::io::stdout());
    let text = if color { highlight::colored(&text) } else { text };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// `strings`, `strings.Cut`, `strings.Builder.Len`, `math/rand/v2.N`.
pub(crate) fn library(path: &str) -> Option<String> {
    in_library(path, Manner::default())
}

fn in_library(path: &str, manner: Manner) -> Option<String> {
    let (package, rest) = split_package(path)?;
    let sources = library_sources(package, manner);
    if rest.is_empty() {
        let head = format!("package {} // import {:?}\n\n", package.name, package.path);
        let text = overview(&sources, package.name, manner);
        return Some(if manner.short { text } else { head + &text });
    }
    let (name, member) = rest.split_once('.').unwrap_or((rest, ""));
    let text = describe(&sources, name, member, manner)?;
    if manner.short {
        return Some(text);
    }
    Some(format!("package {} // import {:?}\n\n{text}", package.name, package.path))
}

/// The whole declaration of a name, with its comment.
fn source_of(path: &str, manner: Manner) -> Option<String> {
    let (sources, path) = match split_package(path) {
        Some((package, rest)) => (library_sources(package, manner), rest),
        None => (directory_sources(Path::new("."), manner), path),
    };
    let (receiver, name) = path.split_once('.').unwrap_or(("", path));
    let (source, entry) = find(&sources, receiver, name)?;
    let comment = comment_above(&source.text, entry.start);
    let comment: String =
        comment.lines().map(|line| format!("// {line}").trim_end().to_owned() + "\n").collect();
    Some(format!("{comment}{}\n", entry.text(source)))
}

/// A name in the files of a directory.
fn in_directory(folder: &Path, path: &str, manner: Manner) -> Option<String> {
    let (name, member) = path.split_once('.').unwrap_or((path, ""));
    describe(&directory_sources(folder, manner), name, member, manner)
}

/// A name in texts that follow one another: what is declared again counts where that is last done.
pub(crate) fn in_sources<'a>(
    texts: impl Iterator<Item = &'a str>,
    name: &str,
    member: &str,
) -> Option<String> {
    let mut sources: Vec<Source> = texts.map(|text| indexed(text, Manner::default())).collect();
    let mut known = std::collections::HashSet::new();
    for source in sources.iter_mut().rev() {
        source.entries.retain(|e| known.insert((e.receiver.clone(), e.name.clone())));
    }
    describe(&sources, name, member, Manner::default())
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
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|e| e.path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "gol" || e == "go"));
    let is_test = |f: &Path| f.file_stem().is_some_and(|s| s.to_string_lossy().ends_with("_test"));
    files.retain(|f| !is_test(f));
    files.sort();
    let texts = files.iter().filter_map(|f| std::fs::read_to_string(f).ok());
    texts.map(|text| indexed(&text, manner)).collect()
}

fn indexed(text: &str, manner: Manner) -> Source {
    let found = index_declarations(text).into_iter().filter(|e| e.kind != IndexKind::Import);
    let entries = found.map(|e| Entry {
        receiver: e.receiver.map(|r| r.to_string()).unwrap_or_default(),
        name: e.name.to_string(),
        start: e.range.start,
        end: e.range.end,
    });
    Source { text: text.to_owned(), manner, entries: entries.collect() }
}

/// A name's declaration and comment; of a type with its methods.
fn describe(sources: &[Source], name: &str, member: &str, manner: Manner) -> Option<String> {
    if !member.is_empty() {
        if let Some((source, entry)) = find(sources, name, member) {
            return Some(entry.shown(source));
        }
        let (source, entry) = find(sources, "", name)?;
        return entry.member(source, member);
    }
    let (source, entry) = find(sources, "", name)?;
    if manner.short {
        return Some(entry.shown(source));
    }
    let mut text = entry.with_comment(source);
    let is_type = entry.keyword(source) == "type";
    // The functions that make one come before its methods.
    let mut found: Vec<(bool, &str, String)> = Vec::new();
    for source in sources {
        for own in source.entries.iter().filter(|e| manner.shows(e)) {
            let is_method = own.receiver == name;
            if is_method || is_type && own.made_type(source, sources).as_deref() == Some(name) {
                let shown =
                    if manner.all { own.with_comment(source) } else { own.declaration(source) };
                found.push((is_method, &own.name, shown));
            }
        }
    }
    found.sort();
    if !found.is_empty() {
        let shown: Vec<String> = found.into_iter().map(|(.., shown)| shown).collect();
        let _ = write!(text, "\n{}\n", shown.join("\n"));
    }
    Some(text)
}

fn find<'a>(sources: &'a [Source], receiver: &str, name: &str) -> Option<(&'a Source, &'a Entry)> {
    let matches = |e: &&Entry| e.receiver == receiver && e.name == name;
    sources.iter().find_map(|s| Some((s, s.entries.iter().find(matches)?)))
}

/// What a package declares, a line each.
fn overview(sources: &[Source], package: &str, manner: Manner) -> String {
    let mut out = String::new();
    for source in sources {
        if let Some(at) = source
            .text
            .find(&format!("package {package}"))
            .filter(|_| !package.is_empty() && !manner.short)
            && (at == 0 || source.text[..at].ends_with('\n'))
        {
            let comment = comment_above(&source.text, at);
            if !comment.is_empty() {
                let _ = writeln!(out, "{comment}");
            }
        }
    }
    for keyword in ["const", "var", "func", "type"] {
        let mut lines: Vec<String> = Vec::new();
        for source in sources {
            let own = source.entries.iter().filter(|e| e.receiver.is_empty());
            let own = own.filter(|e| package.is_empty() || manner.shows(e));
            let own = own.filter(|e| e.keyword(source) == keyword);
            lines.extend(own.map(|e| {
                let whole = manner.all.then(|| describe(sources, &e.name, "", manner)).flatten();
                whole.unwrap_or_else(|| e.line(source))
            }));
        }
        lines.sort();
        lines.dedup();
        if !lines.is_empty() {
            let _ = writeln!(out, "{}", lines.join("\n"));
        }
    }
    out
}

impl Manner {
    fn shows(self, entry: &Entry) -> bool {
        self.unexported || is_exported(&entry.name)
    }
}

fn is_exported(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

impl Entry {
    fn text<'a>(&self, source: &'a Source) -> &'a str {
        source.text.get(self.start..self.end).unwrap_or_default().trim_end()
    }

    fn keyword<'a>(&self, source: &'a Source) -> &'a str {
        self.text(source).split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
    }

    /// The declaration; of a function, without its body.
    fn declaration(&self, source: &Source) -> String {
        let text = self.text(source);
        if text.starts_with("func") {
            return text[..body_start(text)].trim_end().to_owned();
        }
        if is_exported(&self.name) && !source.manner.unexported {
            without_hidden_fields(text)
        } else {
            text.to_owned()
        }
    }

    /// The type of the package that a function makes: of its results one, itself, a pointer to it or
    /// a slice of it, is of an exported type declared here.
    fn made_type(&self, source: &Source, sources: &[Source]) -> Option<String> {
        if !self.receiver.is_empty() || self.keyword(source) != "func" {
            return None;
        }
        let mut made = results(&self.declaration(source)).into_iter().filter(|name| {
            is_exported(name)
                && find(sources, "", name).is_some_and(|(s, e)| e.keyword(s) == "type")
        });
        made.next().filter(|_| made.next().is_none())
    }

    /// The declaration in one line.
    fn line(&self, source: &Source) -> String {
        let text = self.declaration(source);
        let keyword = self.keyword(source);
        if keyword == "func" {
            return text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        let first = text.lines().next().unwrap_or_default().trim_end();
        if first.ends_with('(') {
            return format!("{keyword} {}", self.name);
        }
        if keyword == "type" && first.ends_with('{') {
            return format!("{first} … }}");
        }
        first.to_owned()
    }

    /// A field of a struct, or a method of an interface, with its comment.
    fn member(&self, source: &Source, name: &str) -> Option<String> {
        let lines: Vec<&str> = self.text(source).lines().collect();
        let head = lines.first().filter(|line| line.ends_with('{'))?;
        let names = |line: &str| {
            let own = line.strip_prefix('\t').filter(|rest| !rest.starts_with(['\t', '/', '}']))?;
            let end = own.find(|c: char| !(c.is_alphanumeric() || "_, ".contains(c)));
            let list = own[..end.unwrap_or(own.len())].to_owned();
            let mut words: Vec<String> = list.split(',').map(|w| w.trim().to_owned()).collect();
            // The type stands behind the last name.
            let last = words.pop()?;
            words.extend(last.split(' ').next().map(str::to_owned));
            Some(words)
        };
        let at = lines
            .iter()
            .position(|line| names(line).is_some_and(|n| n.iter().any(|n| n == name)))?;
        let comments = lines[..at].iter().rev().take_while(|line| line.starts_with("\t//")).count();
        let nested = lines[at + 1..].iter().take_while(|line| line.starts_with("\t\t")).count();
        let end = at + 1 + if lines[at].ends_with('{') { nested + 1 } else { 0 };
        let shown = lines[at - comments..end.min(lines.len())].join("\n");
        let what = if head.contains("interface") { "methods" } else { "fields" };
        Some(
            format!("{head}\n{shown}\n\n\t// ... other {what} elided ...\n}}\n")
                .replace('\t', "    "),
        )
    }

    fn shown(&self, source: &Source) -> String {
        if source.manner.short { self.line(source) + "\n" } else { self.with_comment(source) }
    }

    fn with_comment(&self, source: &Source) -> String {
        let comment = comment_above(&source.text, self.start);
        let mut indented = String::new();
        for line in comment.lines() {
            indented.extend(["    ", line, "\n"]);
        }
        format!("{}\n{}", self.declaration(source), indented.replace("    \n", "\n"))
    }
}

/// A struct's declaration without the fields that nobody outside can use.
fn without_hidden_fields(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    if !first.ends_with("struct {") {
        return text.to_owned();
    }
    let mut out: Vec<&str> = Vec::new();
    // Comments go with the field below them.
    let mut comments: Vec<&str> = Vec::new();
    let (mut depth, mut hidden, mut in_hidden) = (0_usize, false, false);
    for line in text.lines() {
        let name = line.trim_start();
        if depth == 1 && name.starts_with("//") {
            comments.push(line);
            continue;
        }
        let starts = depth == 1 && !name.starts_with(['}', '/']);
        if starts {
            in_hidden = name.starts_with(|c: char| c.is_lowercase() || c == '_');
            hidden |= in_hidden;
            if in_hidden {
                comments.clear();
            }
        }
        out.append(&mut comments);
        if !(in_hidden && (depth > 1 || depth == 1 && starts)) {
            out.push(line);
        }
        let count = |c: char| line.matches(c).count();
        depth = (depth + count('{')).saturating_sub(count('}'));
        if depth == 1 && !starts {
            in_hidden = false;
        }
    }
    if hidden && let Some(end) = out.pop() {
        out.push("\t// Has unexported fields.");
        out.push(end);
    }
    out.join("\n")
}

/// The lines of a comment that ends right above a place, without the slashes.
fn comment_above(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or_default();
    let mut lines: Vec<&str> = Vec::new();
    for line in before.lines().rev() {
        let Some(comment) = line.strip_prefix("//") else { break };
        lines.push(comment.strip_prefix(' ').unwrap_or(comment));
    }
    lines.reverse();
    let mut out = lines.join("\n");
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// The names of the types that a function's results are made of, without pointers and slices.
fn results(declaration: &str) -> Vec<String> {
    let parts = |text: &str, stop: char| {
        let (mut depth, mut parts, mut start) = (0_usize, Vec::new(), 0);
        for (at, c) in text.char_indices() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && c == stop {
                parts.push(text[start..at].trim().to_owned());
                start = at + c.len_utf8();
            }
        }
        parts.push(text[start..].trim().to_owned());
        parts
    };
    // Behind the bracket that closes the parameters.
    let behind = parts(declaration, ')').into_iter().nth(1).unwrap_or_default();
    let list = behind.strip_prefix('(').map_or(behind.as_str(), |rest| rest.trim_end_matches(')'));
    let type_of = |result: String| {
        let named = result.split_once(' ').filter(|(first, _)| {
            !matches!(*first, "chan" | "<-chan" | "chan<-")
                && first.chars().all(char::is_alphanumeric)
        });
        let mut ty = named.map_or(result.as_str(), |(_, ty)| ty);
        while let Some(rest) = ty.strip_prefix('*').or_else(|| ty.strip_prefix("[]")) {
            ty = rest;
        }
        let name = ty.split('[').next().unwrap_or_default();
        name.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| name.to_owned())
    };
    parts(list, ',').into_iter().filter_map(type_of).collect()
}

/// Where the body of a function starts: the first brace outside of brackets that belongs to no
/// type.
fn body_start(text: &str) -> usize {
    let (mut depth, mut types) = (0_usize, 0_usize);
    let mut previous = "";
    for (piece, start, end) in pieces(text) {
        let part = &text[start..end];
        match part {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "{" if types > 0 || matches!(previous, "interface" | "struct") => types += 1,
            "{" if depth == 0 => return start,
            "}" => types = types.saturating_sub(1),
            _ => {}
        }
        if piece != Piece::Comment && !part.trim().is_empty() {
            previous = part;
        }
    }
    text.len()
}
