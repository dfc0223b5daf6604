//! What is shown: of a package, its comment and a line for each declaration; of a name, its
//! declaration and comment, and what belongs to a type.

use std::fmt::Write as _;

use super::entry::{comment_above, results};
use super::source::{Entry, Source};
use super::{Manner, is_exported};

/// As wide as texts may be.
const WIDTH: usize = 80;

/// A comment as text.
fn shown(comment: &str, prefix: &str) -> String {
    gol_format::doc_text(comment, prefix, WIDTH, &|path| gol::package(path).is_some())
}

/// A package, or files without a package clause.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) sources: Vec<Source>,
    pub(super) manner: Manner,
}

type Found<'a> = (&'a Source, &'a Entry);

impl Package {
    /// Scripts show all that they declare.
    fn shows(&self, name: &str) -> bool {
        self.manner.unexported || self.name.is_empty() || is_exported(name)
    }

    /// Files without a package clause are scripts.
    fn shows_entry(&self, source: &Source, entry: &Entry) -> bool {
        self.shows(&entry.name) || source.manner.unexported
    }

    fn head(&self) -> String {
        if self.path.is_empty() || self.manner.short {
            return String::new();
        }
        format!("package {} // import {:?}\n\n", self.name, self.path)
    }

    /// Declarations of a kind without a receiver, sorted by name; a group counts once, by its first
    /// name that is shown.
    fn declared(&self, keyword: &str) -> Vec<Found<'_>> {
        let mut found: Vec<Found<'_>> = Vec::new();
        for source in &self.sources {
            let own = source.entries.iter().filter(|e| e.receiver.is_empty());
            for entry in own.filter(|e| e.keyword(source) == keyword && self.shows_entry(source, e))
            {
                let grouped = matches!(keyword, "const" | "var")
                    && found.last().is_some_and(|(last_source, last)| {
                        std::ptr::eq(*last_source, source) && last.start == entry.start
                    });
                if !grouped && entry.name != "_" {
                    found.push((source, entry));
                }
            }
        }
        found.sort_by(|a, b| sorting_name(*a).cmp(sorting_name(*b)));
        found
    }

    pub(super) fn find(&self, receiver: &str, name: &str) -> Option<Found<'_>> {
        let matches = |e: &&Entry| e.receiver == receiver && e.name == name;
        let exact = self.sources.iter().find_map(|s| Some((s, s.entries.iter().find(matches)?)));
        let alike = |e: &&Entry| {
            e.receiver.to_lowercase() == receiver.to_lowercase()
                && e.name.to_lowercase() == name.to_lowercase()
                && self.shows(&e.name)
        };
        let shown = exact.filter(|(s, e)| self.shows_entry(s, e));
        shown.or_else(|| self.sources.iter().find_map(|s| Some((s, s.entries.iter().find(alike)?))))
    }

    /// The type that a declaration belongs to: that of most constants or variables of a group, or the
    /// one that a function makes.
    fn owner(&self, (source, entry): Found<'_>) -> Option<String> {
        let is_type = |name: &str| self.type_named(name);
        if entry.keyword(source) == "func" {
            let mut made = results(&entry.declaration(source)).into_iter().filter(|n| is_type(n));
            return made.next().filter(|_| made.next().is_none());
        }
        let specs = source.specs(entry);
        let first = specs.iter().map(|spec| &spec.named_type).find(|name| !name.is_empty())?;
        let count = specs.iter().filter(|spec| spec.named_type == *first).count();
        (is_type(first) && count * 4 >= specs.len() * 3).then(|| first.clone())
    }

    fn type_named(&self, name: &str) -> bool {
        self.shows(name)
            && self.sources.iter().any(|s| {
                let mut own = s.entries.iter().filter(|e| e.receiver.is_empty() && e.name == name);
                own.any(|e| e.keyword(s) == "type")
            })
    }

    fn owned(&self, keyword: &str, name: &str) -> Vec<Found<'_>> {
        let all = self.declared(keyword).into_iter();
        all.filter(|found| self.owner(*found).as_deref() == Some(name)).collect()
    }

    fn free(&self, keyword: &str) -> Vec<Found<'_>> {
        let all = self.declared(keyword).into_iter();
        let mut free: Vec<Found<'_>> = all.filter(|found| self.owner(*found).is_none()).collect();
        // Functions that make a type that is not shown come last.
        free.sort_by_key(|(source, entry)| {
            let made = || results(&entry.declaration(source));
            keyword == "func" && made().iter().any(|name| self.hides_type(name))
        });
        free
    }

    fn hides_type(&self, name: &str) -> bool {
        let mut entries = self.sources.iter().flat_map(|s| s.entries.iter().map(move |e| (s, e)));
        !self.shows(name)
            && entries
                .any(|(s, e)| e.receiver.is_empty() && e.name == name && e.keyword(s) == "type")
    }

    /// Known bugs, from comments that begin with `BUG(somebody):`.
    fn bugs(&self) -> String {
        let mut out = String::new();
        for source in &self.sources {
            for (at, _) in source.text.match_indices("// BUG(") {
                if at > 0 && !source.text[..at].ends_with('\n') {
                    continue;
                }
                let lines = source.text[at..].lines().map_while(|line| line.strip_prefix("//"));
                let text = lines.map(str::trim).collect::<Vec<_>>().join("\n");
                let Some((_, text)) = text.split_once("):") else { continue };
                out += &shown(&format!("BUG: {}", text.trim()), "");
            }
        }
        if out.is_empty() { out } else { format!("\n{out}\n") }
    }

    fn methods(&self, name: &str) -> Vec<Found<'_>> {
        let mut found: Vec<Found<'_>> = Vec::new();
        for source in &self.sources {
            let own =
                source.entries.iter().filter(|e| e.receiver == name && self.shows_entry(source, e));
            found.extend(own.map(|entry| (source, entry)));
        }
        found.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
        found
    }

    // -- Pages.

    /// The package as a whole.
    pub(super) fn page(&self) -> String {
        let mut out = self.head();
        if !self.manner.short {
            let comments = self.sources.iter().map(|source| source.package_comment(&self.name));
            let comment = comments.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
            let text = shown(&comment, "");
            if !text.is_empty() || self.manner.all {
                out += &format!("{text}\n");
            }
        }
        out += &if self.manner.all { self.everything() } else { self.lines() };
        if self.manner.short { out } else { out + &self.bugs() }
    }

    fn lines(&self) -> String {
        let mut out = String::new();
        for keyword in ["const", "var", "func"] {
            for (source, entry) in self.free(keyword) {
                let _ = writeln!(out, "{}", entry.line(source));
            }
        }
        for (source, entry) in self.declared("type") {
            let _ = writeln!(out, "{}", entry.line(source));
            for keyword in ["const", "var", "func"] {
                for (source, entry) in self.owned(keyword, &entry.name) {
                    let _ = writeln!(out, "    {}", entry.line(source));
                }
            }
        }
        out
    }

    fn everything(&self) -> String {
        let mut sections: Vec<String> = Vec::new();
        let titles = [("CONSTANTS", "const"), ("VARIABLES", "var"), ("FUNCTIONS", "func")];
        for (title, keyword) in titles {
            let found = self.free(keyword);
            if !found.is_empty() {
                sections.push(format!("{title}\n\n{}", full(&found, Gap::BehindComments)));
            }
        }
        let types = self.declared("type");
        if !types.is_empty() {
            let shown: Vec<String> =
                types.into_iter().map(|found| self.whole_type(found)).collect();
            sections.push(format!("TYPES\n\n{}", shown.join("")));
        }
        sections.join("\n")
    }

    /// A type with all that belongs to it, each with its comment.
    fn whole_type(&self, found: Found<'_>) -> String {
        let name = found.1.name.as_str();
        let mut out = full(&[found], Gap::Always);
        out += &full(&self.owned("const", name), Gap::BehindComments);
        out += &full(&self.owned("var", name), Gap::BehindComments);
        out += &full(&self.owned("func", name), Gap::Always);
        out + &full(&self.methods(name), Gap::Always)
    }

    /// A name, or a type's method or field.
    pub(super) fn symbol(&self, path: &str) -> Option<String> {
        let (name, member) = path.split_once('.').unwrap_or((path, ""));
        let head = self.head();
        if !member.is_empty() {
            if let Some((source, entry)) = self.find(name, member) {
                return Some(head + &self.alone((source, entry)));
            }
            let (source, entry) = self.find("", name)?;
            return Some(head + &entry.member(source, member)?);
        }
        let found = self.find("", name)?;
        if self.manner.short {
            return Some(found.1.line(found.0) + "\n");
        }
        if found.1.keyword(found.0) != "type" {
            return Some(head + &self.alone(found));
        }
        if self.manner.all {
            return Some(head + &self.whole_type(found));
        }
        let mut out = head + &self.alone(found);
        let name = found.1.name.as_str();
        if !out.ends_with("\n\n") {
            out.push('\n');
        }
        for keyword in ["const", "var", "func"] {
            for (source, entry) in self.owned(keyword, name) {
                let _ = writeln!(out, "{}", entry.line(source));
            }
        }
        for (source, entry) in self.methods(name) {
            let _ = writeln!(out, "{}", entry.line(source));
        }
        Some(out)
    }

    /// A declaration with its comment, behind which stands an empty line; with `-src` as it is
    /// written.
    fn alone(&self, (source, entry): Found<'_>) -> String {
        if self.manner.short {
            return entry.line(source) + "\n";
        }
        let comment = entry.comment(source);
        if self.manner.source {
            let marked = |line: &str| format!("// {line}").trim_end().to_owned() + "\n";
            let comment: String = comment.lines().map(marked).collect();
            return format!("{comment}{}\n", entry.text(source));
        }
        let text = shown(&comment, "    ");
        let gap = if text.is_empty() { "" } else { "\n" };
        format!("{}\n{text}{gap}", entry.declaration(source))
    }
}

/// What a declaration is sorted by: a group of names comes before all others.
fn sorting_name((source, entry): Found<'_>) -> &str {
    let is_group = matches!(entry.keyword(source), "const" | "var") && {
        let specs = source.specs(entry);
        specs.len() > 1 || specs.iter().any(|spec| spec.names.len() > 1)
    };
    if is_group { "" } else { &entry.name }
}

/// Where empty lines stand between declarations.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Always,
    BehindComments,
}

/// Declarations with their comments.
fn full(found: &[Found<'_>], gap: Gap) -> String {
    let mut out = String::new();
    for (source, entry) in found {
        let text = shown(&entry.comment(source), "    ");
        let blank = if gap == Gap::BehindComments && text.is_empty() { "" } else { "\n" };
        let _ = write!(out, "{}\n{text}{blank}", entry.declaration(source));
    }
    out
}

impl Source {
    /// The name in the package clause.
    pub(super) fn package_name(&self) -> Option<String> {
        let at = self.clause()?;
        let rest = self.text[at..].trim_start_matches("package").trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        Some(rest[..end].to_owned())
    }

    /// Where the package clause stands: only comments come before it.
    fn clause(&self) -> Option<usize> {
        let code = crate::cli::highlight::pieces(&self.text).into_iter().find(|(piece, lo, hi)| {
            *piece != crate::cli::highlight::Piece::Comment
                && !self.text[*lo..*hi].trim().is_empty()
        });
        code.map(|(_, lo, _)| lo).filter(|lo| self.text[*lo..].starts_with("package "))
    }

    fn package_comment(&self, name: &str) -> String {
        match self.clause() {
            Some(at) if !name.is_empty() => comment_above(&self.text, at),
            _ => String::new(),
        }
    }
}
