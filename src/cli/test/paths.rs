//! Paths in messages: as short as `go test` writes them.

use std::path::Path;

/// Messages about files of a directory, which they name by whole paths or from that directory: with
/// paths from the current directory, if that lies above.
pub(super) fn shorten(text: &str, dir: &Path) -> String {
    let (Ok(dir), Ok(current)) = (dir.canonicalize(), std::env::current_dir()) else {
        return text.to_owned();
    };
    let Ok(relative) = dir.strip_prefix(&current) else { return text.to_owned() };
    let short = if relative.as_os_str().is_empty() { Path::new(".") } else { relative };
    let (long, short) = (format!("{}/", dir.display()), format!("{}/", short.display()));
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let start = line.len() - line.trim_start_matches(['\t', ' ']).len();
        let (blanks, rest) = line.split_at(start);
        out.push_str(blanks);
        let name = rest.split(':').next().unwrap_or_default();
        let inside = Path::new(name).is_relative() && dir.join(name).is_file();
        match rest.strip_prefix(&long) {
            Some(rest) => out.extend([short.as_str(), rest]),
            None if inside => out.extend([&short, rest.strip_prefix("./").unwrap_or(rest)]),
            None => out.push_str(rest),
        }
    }
    out
}
