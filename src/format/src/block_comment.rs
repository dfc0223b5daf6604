//! Comments of several lines: their lines keep their places relative to each other.
//!
//! What all lines but the first begin with is their margin; it is replaced by the new indentation.
//! Where the text starts on a line of its own, the margin is a step smaller, so that the text
//! stays further in than the comment's ends; where it starts behind `/*`, what is below it stays
//! below it. Stars at the beginnings of lines stand below the first one.

use crate::doc_blocks::common_prefix;

/// Blanks that count as a step, at most.
const STEP: usize = 3;

/// The comment's text with its further lines indented anew.
pub(crate) fn moved(text: &str, indent: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    let [first, inner @ .., last] = lines.as_slice() else { return text.to_owned() };
    let (mut margin, stars) = margin(first, inner, last);
    if last.trim_start() != "*/" {
        margin = common_prefix(margin, last);
    }
    let mut out = (*first).to_owned();
    for line in inner {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(indent);
            out.push_str(line.strip_prefix(margin).unwrap_or(line));
        }
    }
    out.push('\n');
    out.push_str(indent);
    if last.trim_start() == "*/" {
        out.push_str(if stars { " */" } else { "*/" });
    } else {
        out.push_str(&last[margin.len()..]);
    }
    out
}

/// The margin, and whether all lines begin with stars.
fn margin<'a>(first: &str, inner: &[&'a str], last: &'a str) -> (&'a str, bool) {
    let blanks = |line: &'a str| &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let filled = || inner.iter().filter(|line| !line.is_empty());
    let margins = filled().map(|line| blanks(line));
    let margin = if inner.is_empty() {
        blanks(last)
    } else {
        margins.reduce(|a, b| common_prefix(a, b)).unwrap_or_default()
    };
    // A comment of two lines whose second one only ends it counts as one with stars.
    let stars = filled().all(|line| line[margin.len()..].starts_with('*'));
    if stars && (!inner.is_empty() || last.trim_start().starts_with('*')) {
        return (margin.strip_suffix(' ').unwrap_or(margin), stars);
    }
    let behind = first.strip_prefix("/*").unwrap_or_default();
    if behind.trim().is_empty() {
        if let Some(less) = margin.strip_suffix('\t') {
            return (less, false);
        }
        let step = margin.len() - margin.trim_end_matches(' ').len();
        return (&margin[..margin.len() - step.min(STEP)], false);
    }
    let lead = &behind[..behind.len() - behind.trim_start().len()];
    let below = if lead.starts_with('\t') { lead.to_owned() } else { format!("  {lead}") };
    (margin.strip_suffix(below.as_str()).unwrap_or(margin), false)
}
