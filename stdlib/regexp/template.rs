//! Templates of replacements: `$1`, `$name`, `${name}`, `$$`.

/// Appends the template with what the groups of a match hold. A `$` that no name follows stays.
pub(crate) fn expand(
    out: &mut Vec<u8>,
    mut template: &[u8],
    source: &[u8],
    found: &[i64],
    names: &[String],
) {
    while let Some(at) = template.iter().position(|&b| b == b'$') {
        out.extend_from_slice(&template[..at]);
        template = &template[at..];
        if template.get(1) == Some(&b'$') {
            out.push(b'$');
            template = &template[2..];
            continue;
        }
        let Some((name, len)) = reference(&template[1..]) else {
            out.push(b'$');
            template = &template[1..];
            continue;
        };
        template = &template[1 + len..];
        if let Some((start, end)) = group(name, found, names) {
            out.extend_from_slice(&source[start..end]);
        }
    }
    out.extend_from_slice(template);
}

/// The name behind a `$`, and how many bytes it takes with its braces.
fn reference(text: &[u8]) -> Option<(&str, usize)> {
    let braced = text.first() == Some(&b'{');
    let rest = if braced { &text[1..] } else { text };
    let word = |c: char| c == '_' || c.is_alphanumeric();
    let len: usize = crate::text::runes(rest)
        .take_while(|(_, c)| c.is_some_and(word))
        .map(|(bytes, _)| bytes.len())
        .sum();
    let name = std::str::from_utf8(&rest[..len]).ok().filter(|n| !n.is_empty())?;
    match (braced, rest.get(len)) {
        (true, Some(b'}')) => Some((name, len + 2)),
        (true, _) => None,
        (false, _) => Some((name, len)),
    }
}

/// Start and end of a group by its number or name; of several of a name, the first that took part.
fn group(name: &str, found: &[i64], names: &[String]) -> Option<(usize, usize)> {
    let span = |i: usize| {
        let (start, end) = (*found.get(2 * i)?, *found.get(2 * i + 1)?);
        Some((usize::try_from(start).ok()?, usize::try_from(end).ok()?))
    };
    if name.bytes().all(|b| b.is_ascii_digit()) {
        // A leading zero makes it no number, and names do not start with a digit of their own.
        if name.len() == 1 || !name.starts_with('0') {
            return name.parse().ok().and_then(span);
        }
    }
    names.iter().enumerate().filter(|(_, n)| *n == name).find_map(|(i, _)| span(i))
}
