//! Compiled regular expressions and searching with them.
//!
//! Matching is the work of crate regex-automata. Three things make its results Go's:
//!
//! - It takes text that is UTF-8. To Go, a byte that belongs to no rune is the rune U+FFFD; so a
//!   text that has such bytes is searched in a copy in which that rune stands for each of them, and
//!   offsets are translated back. An expression that cannot match U+FFFD is spared that.
//! - The longest match, where wanted, is found from where the first match starts, by a simulation
//!   that follows all ways to their ends.
//! - An empty match right behind another match does not count.

use std::sync::OnceLock;

use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::{self, WhichCaptures, pikevm};
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::{Capture, Class, Hir, Look, Repetition};

use super::ast::flags::{FOLD_CASE, NON_GREEDY};
use super::ast::{Code, Node, Op, SyntaxError, error};
use super::class;

/// Start and end of the match and of each group; of groups that took no part, none.
pub(crate) type Slots = Vec<Option<NonMaxUsize>>;

/// Bytes that the automaton of an expression may take.
const SIZE_LIMIT: usize = 256 << 20;

/// An expression that is ready to search with.
pub(crate) struct Program {
    regex: Regex,
    hir: Hir,
    /// Made when the longest match is first asked for.
    longest: OnceLock<Option<pikevm::PikeVM>>,
    /// Names of the groups, empty for those without; the first is the whole match.
    pub(crate) names: Vec<String>,
    /// What every match starts with, and whether that is all of it.
    pub(crate) prefix: (String, bool),
    matches_replacement: bool,
}

impl Program {
    pub(crate) fn new(root: &Node, captures: u32, whole: &[u8]) -> Result<Program, SyntaxError> {
        let hir = to_hir(root);
        let config = Config::new().utf8_empty(true).nfa_size_limit(Some(SIZE_LIMIT));
        let Ok(regex) = Regex::builder().configure(config).build_from_hir(&hir) else {
            return error(Code::Large, whole);
        };
        let mut names = vec![String::new(); captures as usize + 1];
        let mut matches_replacement = false;
        let mut left = vec![root];
        while let Some(node) = left.pop() {
            if node.op == Op::Capture {
                names[node.cap as usize].clone_from(&node.name);
            }
            matches_replacement |= can_match_replacement(node);
            left.extend(&node.subs);
        }
        let prefix = literal_prefix(root);
        Ok(Program { regex, hir, longest: OnceLock::new(), names, prefix, matches_replacement })
    }

    /// The text to search, which is a copy if some bytes of it have to be replaced.
    pub(crate) fn text<'t>(&self, bytes: &'t [u8]) -> Text<'t> {
        if !self.matches_replacement || std::str::from_utf8(bytes).is_ok() {
            return Text { bytes: std::borrow::Cow::Borrowed(bytes), shifts: Vec::new() };
        }
        let mut copy = Vec::with_capacity(bytes.len() + 16);
        let mut shifts = Vec::new();
        for (piece, c) in crate::text::runes(bytes) {
            if c.is_some() {
                copy.extend_from_slice(piece);
            } else {
                copy.extend_from_slice("\u{FFFD}".as_bytes());
                shifts.push(copy.len());
            }
        }
        Text { bytes: std::borrow::Cow::Owned(copy), shifts }
    }

    pub(crate) fn slot_count(&self) -> usize {
        self.names.len() * 2
    }

    pub(crate) fn is_match(&self, text: &Text<'_>) -> bool {
        self.regex.is_match(Input::new(&text.bytes))
    }

    /// Finds the first match at `at` or behind; fills as many slots as there are.
    fn search_at(&self, text: &Text<'_>, at: usize, longest: bool, slots: &mut Slots) -> bool {
        let input = Input::new(&text.bytes).range(at..);
        if !longest {
            return self.regex.search_slots(&input, slots).is_some();
        }
        let Some(first) = self.regex.search(&input) else { return false };
        let Some(vm) = self.longest.get_or_init(|| self.make_longest()) else { return false };
        let input = input.range(first.start()..).anchored(Anchored::Yes);
        let mut cache = vm.create_cache();
        vm.search_slots(&mut cache, &input, slots).is_some()
    }

    fn make_longest(&self) -> Option<pikevm::PikeVM> {
        let config = thompson::Config::new().which_captures(WhichCaptures::All).utf8(true);
        let nfa = thompson::Compiler::new().configure(config).build_from_hir(&self.hir).ok()?;
        let config = pikevm::Config::new().match_kind(MatchKind::All);
        pikevm::Builder::new().configure(config).build_from_nfa(nfa).ok()
    }

    /// Calls `found` with the slots of each match, at most `most`, in the text's own offsets;
    /// `groups` says whether those of groups are wanted.
    pub(crate) fn each(
        &self,
        text: &Text<'_>,
        longest: bool,
        most: usize,
        groups: bool,
        mut found: impl FnMut(&[i64]),
    ) {
        let count = if groups { self.slot_count() } else { 2 };
        let mut slots: Slots = vec![None; count];
        let mut offsets = vec![0_i64; count];
        let (mut at, mut previous_end, mut left) = (0, None, most);
        while left > 0 && at <= text.bytes.len() {
            if !self.search_at(text, at, longest, &mut slots) {
                return;
            }
            let (Some(start), Some(end)) = (slots[0], slots[1]) else { return };
            let (start, end) = (start.get(), end.get());
            let empty = start == end;
            if !(empty && previous_end == Some(start)) {
                for (offset, slot) in offsets.iter_mut().zip(&slots) {
                    *offset = slot.map_or(-1, |s| text.original(s.get()) as i64);
                }
                found(&offsets);
                left -= 1;
            }
            previous_end = Some(end);
            at = if empty { end + text.rune_len(end) } else { end };
        }
    }
}

/// A text to search, with the way back to the offsets of the original.
pub(crate) struct Text<'t> {
    bytes: std::borrow::Cow<'t, [u8]>,
    /// Offsets behind the runes that replace a byte, each of which adds two bytes.
    shifts: Vec<usize>,
}

impl Text<'_> {
    fn original(&self, offset: usize) -> usize {
        offset - 2 * self.shifts.partition_point(|&s| s <= offset)
    }

    /// Length of the rune at an offset; 1 at the end.
    fn rune_len(&self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        crate::text::runes(&rest[..rest.len().min(4)]).next().map_or(1, |(piece, _)| piece.len())
    }
}

/// Whether a node on its own can match U+FFFD.
fn can_match_replacement(node: &Node) -> bool {
    const RUNE: u32 = 0xFFFD;
    match node.op {
        Op::AnyChar | Op::AnyCharNotNl => true,
        Op::Literal => node.runes.contains(&RUNE),
        Op::CharClass => node.runes.chunks(2).any(|r| r[0] <= RUNE && RUNE <= r[1]),
        _ => false,
    }
}

/// The tree as the crate has it. The depth is bounded by the parser.
fn to_hir(node: &Node) -> Hir {
    match node.op {
        Op::NoMatch => Hir::fail(),
        Op::EmptyMatch => Hir::empty(),
        Op::Literal => literal(node),
        Op::CharClass => {
            let ranges: Vec<(u32, u32)> = node.runes.chunks(2).map(|r| (r[0], r[1])).collect();
            Hir::class(Class::Unicode(class::to_class(&ranges)))
        }
        Op::AnyChar => Hir::class(Class::Unicode(class::to_class(&[(0, class::LAST)]))),
        Op::AnyCharNotNl => {
            Hir::class(Class::Unicode(class::to_class(&[(0, 9), (11, class::LAST)])))
        }
        Op::BeginLine => Hir::look(Look::StartLF),
        Op::EndLine => Hir::look(Look::EndLF),
        Op::BeginText => Hir::look(Look::Start),
        Op::EndText => Hir::look(Look::End),
        Op::WordBoundary => Hir::look(Look::WordAscii),
        Op::NoWordBoundary => Hir::look(Look::WordAsciiNegate),
        Op::Capture => {
            let name = (!node.name.is_empty()).then(|| format!("{}#{}", node.name, node.cap).into());
            Hir::capture(Capture { index: node.cap, name, sub: Box::new(to_hir(&node.subs[0])) })
        }
        Op::Star => repetition(node, 0, None),
        Op::Plus => repetition(node, 1, None),
        Op::Quest => repetition(node, 0, Some(1)),
        Op::Repeat => repetition(node, node.min as u32, u32::try_from(node.max).ok()),
        Op::Concat => Hir::concat(node.subs.iter().map(to_hir).collect()),
        Op::Alternate => Hir::alternation(node.subs.iter().map(to_hir).collect()),
    }
}

fn repetition(node: &Node, min: u32, max: Option<u32>) -> Hir {
    let greedy = node.flags & NON_GREEDY == 0;
    Hir::repetition(Repetition { min, max, greedy, sub: Box::new(to_hir(&node.subs[0])) })
}

fn literal(node: &Node) -> Hir {
    if node.flags & FOLD_CASE == 0 {
        let text: String = node.runes.iter().filter_map(|&r| char::from_u32(r)).collect();
        // A surrogate, which no text has.
        if text.chars().count() != node.runes.len() {
            return Hir::fail();
        }
        return Hir::literal(text.into_bytes());
    }
    let runes = node.runes.iter();
    Hir::concat(
        runes.map(|&r| Hir::class(Class::Unicode(class::to_class(&class::cases(r))))).collect(),
    )
}

/// The literal at the start of every match; whether there is nothing else.
fn literal_prefix(root: &Node) -> (String, bool) {
    let mut prefix = String::new();
    let anchored = root.op == Op::Concat && root.subs[0].op == Op::BeginText;
    if !anchored {
        let complete = append_prefix(root, true, &mut prefix);
        return (prefix, complete);
    }
    // Go runs such expressions in another way: only one that is tied at its end as well counts as
    // complete, and groups are not looked into.
    let mut rest = &root.subs[1..];
    while let [first, more @ ..] = rest {
        if !append_prefix(first, false, &mut prefix) {
            break;
        }
        rest = more;
    }
    let complete = !prefix.is_empty() && matches!(rest, [end] if end.op == Op::EndText);
    (prefix, complete)
}

/// Appends what a node starts with; whether that is all of it, so that the next node goes on.
fn append_prefix(node: &Node, groups: bool, prefix: &mut String) -> bool {
    match node.op {
        Op::EmptyMatch => true,
        Op::Literal => {
            for &rune in &node.runes {
                let folded = node.flags & FOLD_CASE != 0 && class::has_case(rune);
                match char::from_u32(rune).filter(|&c| c != '\u{FFFD}' && !folded) {
                    Some(c) => prefix.push(c),
                    None => return false,
                }
            }
            true
        }
        Op::Capture => groups && append_prefix(&node.subs[0], groups, prefix),
        Op::Concat => node.subs.iter().all(|sub| append_prefix(sub, groups, prefix)),
        Op::Plus => {
            append_prefix(&node.subs[0], groups, prefix);
            false
        }
        Op::Repeat => {
            for _ in 0..node.min {
                if !append_prefix(&node.subs[0], groups, prefix) {
                    return false;
                }
            }
            node.min == node.max
        }
        _ => false,
    }
}
