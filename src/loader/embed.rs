//! `//go:embed`: the files that a pattern names, by the rules of package embed's documentation.
//!
//! A pattern is matched element by element against the directories below the package's. What it
//! matches must be a file, or a directory with files in it; names that other systems could not have
//! and files of other modules are refused where the pattern names them, and left out where they
//! merely lie below a directory that it names.

use std::fs;
use std::path::{Path, PathBuf};

use gol_types::EmbeddedFile;

/// The files of a pattern; `Err` holds the go command's words.
pub(super) fn files(dir: &Path, pattern: &str) -> Result<Vec<EmbeddedFile>, String> {
    let (glob, all) = match pattern.strip_prefix("all:") {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    if !is_valid(glob) {
        return Err("invalid pattern syntax".to_owned());
    }
    let mut found = Vec::new();
    let mut matched = Vec::new();
    expand(dir, "", glob, &mut matched);
    for name in matched {
        add(dir, &name, all, &mut found)?;
    }
    if found.is_empty() { Err("no matching files found".to_owned()) } else { Ok(found) }
}

/// Elements that are not empty and lead neither up nor to where they are; well-formed classes.
fn is_valid(glob: &str) -> bool {
    glob == "."
        || (!glob.is_empty()
            && glob
                .split('/')
                .all(|part| !matches!(part, "" | "." | "..") && matches(part, "").is_some()))
}

/// Collects the names below `dir` that match, sorted; `prefix` is what leads there.
fn expand(dir: &Path, prefix: &str, glob: &str, matched: &mut Vec<String>) {
    let (first, rest) = glob.split_once('/').map_or((glob, None), |(a, b)| (a, Some(b)));
    let mut names: Vec<String> = if first.contains(['*', '?', '[', '\\']) {
        let entries = fs::read_dir(dir.join(prefix)).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| matches(first, name) == Some(true)).collect()
    } else {
        vec![first.to_owned()]
    };
    names.sort();
    for name in names {
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        match rest {
            Some(rest) if dir.join(&path).is_dir() => expand(dir, &path, rest, matched),
            Some(_) => {}
            None if dir.join(&path).symlink_metadata().is_ok() => matched.push(path),
            None => {}
        }
    }
}

/// Adds what a pattern has matched: a file, or what lies below a directory.
fn add(dir: &Path, name: &str, all: bool, found: &mut Vec<EmbeddedFile>) -> Result<(), String> {
    let path = dir.join(name);
    let kind = path.symlink_metadata().map_err(|e| super::directory::reason(&e))?.file_type();
    let what = if kind.is_dir() { "directory" } else { "file" };
    let mut place = PathBuf::new();
    for part in name.split('/') {
        place.push(part);
        let is_dir = dir.join(&place).is_dir();
        if is_dir && part != "." && dir.join(&place).join("go.mod").is_file() {
            return Err(format!("cannot embed {what} {name}: in different module"));
        }
        if !is_portable(part) {
            return Err(format!("cannot embed {what} {name}: invalid name {part}"));
        }
    }
    if kind.is_file() {
        return read(dir, name, found);
    }
    if !kind.is_dir() {
        return Err(format!("cannot embed irregular file {name}"));
    }
    let before = found.len();
    walk(dir, name, all, found)?;
    if found.len() == before {
        return Err(format!("cannot embed directory {name}: contains no embeddable files"));
    }
    Ok(())
}

fn walk(dir: &Path, name: &str, all: bool, found: &mut Vec<EmbeddedFile>) -> Result<(), String> {
    let entries = fs::read_dir(dir.join(name)).map_err(|e| super::directory::reason(&e))?;
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let Ok(part) = entry.file_name().into_string() else { continue };
        let Ok(kind) = entry.file_type() else { continue };
        if !is_portable(&part) || (!all && part.starts_with(['.', '_'])) {
            continue;
        }
        let path = if name == "." { part } else { format!("{name}/{part}") };
        if kind.is_file() {
            read(dir, &path, found)?;
        } else if kind.is_dir() && !dir.join(&path).join("go.mod").is_file() {
            walk(dir, &path, all, found)?;
        }
    }
    Ok(())
}

fn read(dir: &Path, name: &str, found: &mut Vec<EmbeddedFile>) -> Result<(), String> {
    let content = fs::read(dir.join(name)).map_err(|e| super::directory::reason(&e))?;
    found.push(EmbeddedFile { name: name.to_owned(), content });
    Ok(())
}

/// Whether a file of every system may have this name, and it is no version control's.
fn is_portable(part: &str) -> bool {
    const VERSION_CONTROL: [&str; 4] = [".bzr", ".hg", ".git", ".svn"];
    !part.contains(['"', '*', '<', '>', '?', '`', '\'', '|', '/', '\\', ':'])
        && !part.chars().any(char::is_control)
        && !VERSION_CONTROL.contains(&part)
}

/// Whether a name matches one element of a pattern, as package path's `Match` has it; `None` if the
/// element is malformed.
fn matches(pattern: &str, name: &str) -> Option<bool> {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let steps = steps(&pattern)?;
    Some(matches_steps(&steps, &name))
}

enum Step {
    Many,
    One,
    Exactly(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

fn steps(pattern: &[char]) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut at = 0;
    while let Some(&c) = pattern.get(at) {
        at += 1;
        steps.push(match c {
            '*' => Step::Many,
            '?' => Step::One,
            '\\' => {
                at += 1;
                Step::Exactly(*pattern.get(at - 1)?)
            }
            '[' => class(pattern, &mut at)?,
            c => Step::Exactly(c),
        });
    }
    Some(steps)
}

/// Reads a class behind its bracket.
fn class(pattern: &[char], at: &mut usize) -> Option<Step> {
    let negated = pattern.get(*at) == Some(&'^');
    *at += usize::from(negated);
    let mut ranges = Vec::new();
    let one = |at: &mut usize| {
        if matches!(pattern.get(*at)?, '-' | ']') {
            return None;
        }
        *at += usize::from(pattern.get(*at) == Some(&'\\'));
        *at += 1;
        pattern.get(*at - 1).copied()
    };
    while ranges.is_empty() || pattern.get(*at) != Some(&']') {
        let low = one(at)?;
        let high = if pattern.get(*at) == Some(&'-') {
            *at += 1;
            one(at)?
        } else {
            low
        };
        ranges.push((low, high));
    }
    *at += 1;
    Some(Step::Class { negated, ranges })
}

/// Goes on behind the last `*` with one character more when the rest does not match.
fn matches_steps(steps: &[Step], name: &[char]) -> bool {
    let (mut step, mut at) = (0, 0);
    let mut last_many = None;
    loop {
        let fits = match (steps.get(step), name.get(at)) {
            (None, None) => return true,
            (Some(Step::Many), _) => {
                last_many = Some((step, at));
                step += 1;
                continue;
            }
            (Some(Step::One), Some(_)) => true,
            (Some(Step::Exactly(wanted)), Some(c)) => wanted == c,
            (Some(Step::Class { negated, ranges }), Some(c)) => {
                ranges.iter().any(|(low, high)| (low..=high).contains(&c)) != *negated
            }
            _ => false,
        };
        if fits {
            (step, at) = (step + 1, at + 1);
            continue;
        }
        match last_many {
            Some((many, from)) if from < name.len() => {
                last_many = Some((many, from + 1));
                (step, at) = (many + 1, from + 1);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn elements_match_as_package_path_has_it() {
        assert_eq!(matches("*.txt", "a.txt"), Some(true));
        assert_eq!(matches("a*b*c", "axxbyyc"), Some(true));
        assert_eq!(matches("a*b", "abc"), Some(false));
        assert_eq!(matches("[a-c^]?", "bx"), Some(true));
        assert_eq!(matches("[^a-c]", "b"), Some(false));
        assert_eq!(matches("\\*", "*"), Some(true));
        assert_eq!(matches("[a", "a"), None);
        assert_eq!(matches("", ""), Some(true));
    }
}
