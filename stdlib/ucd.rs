//! The Unicode character database, as far as Go's packages ask for it: categories, scripts,
//! properties, simple mappings of case.
//!
//! The data are lines of a text (`unicode/tables.txt`), read when a table is first wanted, so a
//! program pays only for what it uses. Nothing else in the library decides by the edition of Unicode:
//! it is the one of `unicode.Version`.

use std::sync::LazyLock;

/// Sorted ranges that do not touch, both ends within.
pub(crate) type Ranges = Vec<(u32, u32)>;

const TABLES: &str = include_str!("unicode/tables.txt");
pub(crate) const LAST: u32 = 0x10FFFF;

/// What general categories are called beside their abbreviations, without `_`, in small letters.
const LONG_NAMES: [(&str, &str); 43] = [
    ("any", "any"),
    ("casedletter", "LC"),
    ("closepunctuation", "Pe"),
    ("cntrl", "Cc"),
    ("combiningmark", "M"),
    ("connectorpunctuation", "Pc"),
    ("control", "Cc"),
    ("currencysymbol", "Sc"),
    ("dashpunctuation", "Pd"),
    ("decimalnumber", "Nd"),
    ("digit", "Nd"),
    ("enclosingmark", "Me"),
    ("finalpunctuation", "Pf"),
    ("format", "Cf"),
    ("initialpunctuation", "Pi"),
    ("letter", "L"),
    ("letternumber", "Nl"),
    ("lineseparator", "Zl"),
    ("lowercaseletter", "Ll"),
    ("mark", "M"),
    ("mathsymbol", "Sm"),
    ("modifierletter", "Lm"),
    ("modifiersymbol", "Sk"),
    ("nonspacingmark", "Mn"),
    ("number", "N"),
    ("openpunctuation", "Ps"),
    ("other", "C"),
    ("otherletter", "Lo"),
    ("othernumber", "No"),
    ("otherpunctuation", "Po"),
    ("othersymbol", "So"),
    ("paragraphseparator", "Zp"),
    ("privateuse", "Co"),
    ("punct", "P"),
    ("punctuation", "P"),
    ("separator", "Z"),
    ("spaceseparator", "Zs"),
    ("spacingmark", "Mc"),
    ("surrogate", "Cs"),
    ("symbol", "S"),
    ("titlecaseletter", "Lt"),
    ("unassigned", "Cn"),
    ("uppercaseletter", "Lu"),
];

/// The lines of a kind: names and data.
fn lines(kind: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_kind = move |line: &'static str| line.strip_prefix(kind)?.strip_prefix(' ');
    TABLES.lines().filter_map(of_kind).filter_map(|line| line.split_once(' '))
}

fn number(text: &str) -> u32 {
    u32::from_str_radix(text, 16).expect("the tables are numbers")
}

fn range(text: &str) -> (u32, u32) {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    (number(first), number(last))
}

/// Sorts ranges and joins those that touch.
pub(crate) fn normalized(mut ranges: Ranges) -> Ranges {
    ranges.sort_unstable();
    let mut joined: Ranges = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match joined.last_mut() {
            Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
            _ => joined.push((low, high)),
        }
    }
    joined
}

/// All runes that are not in the ranges, which are normalized.
pub(crate) fn negated(ranges: &[(u32, u32)]) -> Ranges {
    let mut outside = Vec::with_capacity(ranges.len() + 1);
    let mut next = 0;
    for &(low, high) in ranges {
        if low > next {
            outside.push((next, low - 1));
        }
        next = high + 1;
    }
    if next <= LAST {
        outside.push((next, LAST));
    }
    outside
}

/// The code points of the categories whose names fulfil a condition.
fn of_categories(wanted: impl Fn(&str) -> bool) -> Ranges {
    let lines = lines("category").filter(|(name, _)| wanted(name));
    normalized(lines.flat_map(|(_, data)| data.split(' ').map(range)).collect())
}

/// A general category by its abbreviation, or several (`L`, `LC`).
pub(crate) fn category(name: &str) -> Option<Ranges> {
    Some(match name {
        "Cn" => negated(&of_categories(|_| true)),
        "C" => negated(&of_categories(|name| !name.starts_with('C'))),
        "LC" => of_categories(|name| matches!(name, "Lu" | "Ll" | "Lt")),
        "L" | "M" | "N" | "P" | "S" | "Z" => of_categories(|other| other.starts_with(name)),
        _ => Some(of_categories(|other| other == name)).filter(|ranges| !ranges.is_empty())?,
    })
}

/// What has a name that package unicode exports: a category, script or property.
pub(crate) fn named(name: &str) -> Option<Ranges> {
    let name = if name == "STerm" { "Sentence_Terminal" } else { name };
    category(name).or_else(|| {
        let mut found = lines("script").chain(lines("property"));
        let (_, data) = found.find(|(other, _)| *other == name)?;
        Some(data.split(' ').map(range).collect())
    })
}

/// A category or script, its name in small letters and without `_`.
pub(crate) fn loosely_named(name: &str) -> Option<Ranges> {
    let long = LONG_NAMES.binary_search_by(|(long, _)| (*long).cmp(name));
    let short = match long {
        Ok(at) => LONG_NAMES[at].1,
        Err(_) => name,
    };
    if short == "any" {
        return Some(vec![(0, LAST)]);
    }
    let same = |other: &str| {
        let plain = other.bytes().filter(|&b| b != b'_').map(|b| b.to_ascii_lowercase());
        plain.eq(name.bytes())
    };
    let abbreviated = |other: &&str| other.eq_ignore_ascii_case(short);
    let groups = ["C", "L", "LC", "M", "N", "P", "S", "Z", "Cn"];
    let mut categories = groups.into_iter().chain(lines("category").map(|(name, _)| name));
    match categories.find(abbreviated) {
        Some(name) => category(name),
        None => named(lines("script").map(|(name, _)| name).find(|other| same(other))?),
    }
}

/// Ranges that are moved by the same distance.
pub(crate) struct Mapping(LazyLock<Vec<(u32, u32, i32)>>);

impl Mapping {
    const fn new(read: fn() -> Vec<(u32, u32, i32)>) -> Mapping {
        Mapping(LazyLock::new(read))
    }

    fn map(&self, c: char) -> char {
        let code = c as u32;
        let at = self.0.partition_point(|entry| entry.1 < code);
        match self.0.get(at) {
            Some(&(first, _, distance)) if first <= code => {
                char::from_u32(code.wrapping_add_signed(distance)).unwrap_or(c)
            }
            _ => c,
        }
    }
}

fn read_mapping(name: &str) -> Vec<(u32, u32, i32)> {
    let data = lines("mapping").find(|(other, _)| *other == name).map_or("", |(_, data)| data);
    let entry = |text: &str| {
        let (ends, distance) = text.split_once(':')?;
        let (first, last) = range(ends);
        Some((first, last, distance.parse().ok()?))
    };
    data.split(' ').filter_map(entry).collect()
}

static UPPER: Mapping = Mapping::new(|| read_mapping("upper"));
static LOWER: Mapping = Mapping::new(|| read_mapping("lower"));
static TITLE: Mapping = Mapping::new(|| read_mapping("title"));
static FOLD: Mapping = Mapping::new(|| read_mapping("fold"));

/// The simple mapping to upper case: one rune to one rune.
pub(crate) fn to_upper(c: char) -> char {
    if c.is_ascii() { c.to_ascii_uppercase() } else { UPPER.map(c) }
}

pub(crate) fn to_lower(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { LOWER.map(c) }
}

pub(crate) fn to_title(c: char) -> char {
    if c.is_ascii() { c.to_ascii_uppercase() } else { TITLE.map(c) }
}

/// What stands for all runes that are equal to one but for their case.
pub(crate) fn to_folded(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { FOLD.map(c) }
}

/// Runes with others of their orbit: what they fold to, and they.
static ORBITS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let moved = FOLD.0.iter().flat_map(|&(first, last, _)| first..=last);
    let moved = moved.filter_map(char::from_u32).map(|c| (to_folded(c), c));
    let mut orbits: Vec<(char, char)> = moved.flat_map(|(to, c)| [(to, c), (to, to)]).collect();
    orbits.sort_unstable();
    orbits.dedup();
    orbits
});

/// The runes that are equal to `c` but for their case, sorted, `c` among them.
pub(crate) fn orbit(c: char) -> Vec<char> {
    let folded = to_folded(c);
    let start = ORBITS.partition_point(|entry| entry.0 < folded);
    let members = ORBITS[start..].iter().take_while(|entry| entry.0 == folded);
    let members: Vec<char> = members.map(|entry| entry.1).collect();
    if members.is_empty() { vec![c] } else { members }
}

/// The ranges, which are normalized, with all runes that differ from theirs in case only.
pub(crate) fn with_cases(ranges: &[(u32, u32)]) -> Ranges {
    let contains = |c: char| {
        let next = ranges.partition_point(|range| range.0 <= c as u32);
        next > 0 && c as u32 <= ranges[next - 1].1
    };
    let orbits = ORBITS.chunk_by(|a, b| a.0 == b.0);
    let touched = orbits.filter(|orbit| orbit.iter().any(|entry| contains(entry.1)));
    let added = touched.flatten().map(|entry| (entry.1 as u32, entry.1 as u32));
    normalized(ranges.iter().copied().chain(added).collect())
}
