//! Old build constraints, in the text, before it is laid out: `// +build` lines before the package
//! clause get the `//go:build` line that says the same.
//!
//! Each line must hold; of the options of a line, which blanks part, one must; of an option's terms,
//! which commas part, all must. Lines that do not follow one another are left alone.

/// The text with its constraint in both forms; nothing if it needs no other.
pub(crate) fn modern(text: &str) -> Option<String> {
    let head = head(text);
    if head.lines().any(|line| line.starts_with("//go:build")) {
        return None;
    }
    let lines: Vec<&str> = head.split_inclusive('\n').collect();
    let is_old = |line: &&str| options(line).is_some();
    let first = lines.iter().position(&is_old)?;
    let count = lines[first..].iter().take_while(|line| is_old(line)).count();
    if lines[first + count..].iter().any(is_old) {
        return None;
    }
    let before: String = lines[..first].concat();
    if before.contains("/*") {
        return None;
    }
    let old: Vec<Vec<&str>> =
        lines[first..first + count].iter().filter_map(|l| options(l)).collect();
    let mut out = format!("{before}//go:build {}\n", expression(&old));
    for options in &old {
        out += &format!("// +build {}\n", options.join(" "));
    }
    let rest = &text[lines[..first + count].iter().map(|line| line.len()).sum()..];
    if !rest.starts_with(['\n', '\r']) {
        out.push('\n');
    }
    Some(out + rest)
}

/// The lines of comments and the empty ones that a text begins with.
fn head(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if !(line.trim().is_empty() || line.starts_with("//")) {
            break;
        }
        end += line.len();
    }
    &text[..end]
}

/// The options of a `// +build` line.
fn options(line: &str) -> Option<Vec<&str>> {
    let rest = line.strip_prefix("//")?.trim().strip_prefix("+build")?;
    let options: Vec<&str> = rest.split_whitespace().collect();
    (rest.starts_with([' ', '\t']) && !options.is_empty()).then_some(options)
}

fn expression(lines: &[Vec<&str>]) -> String {
    let join = |parts: Vec<(String, bool)>, operator: &str| -> (String, bool) {
        if let [one] = parts.as_slice() {
            return one.clone();
        }
        let part = |(text, compound): &(String, bool)| {
            if *compound { format!("({text})") } else { text.clone() }
        };
        (parts.iter().map(part).collect::<Vec<_>>().join(operator), true)
    };
    let option = |option: &&str| {
        join(option.split(',').map(|term| (term.to_owned(), false)).collect(), " && ")
    };
    let line = |options: &Vec<&str>| join(options.iter().map(option).collect(), " || ");
    join(lines.iter().map(line).collect(), " && ").0
}
