//! Parses regular expressions in the syntax of Go's package regexp/syntax (RE2's), with Go's errors.
//!
//! There is no recursion: open groups stand on a stack, each with the alternatives that are done
//! and the concatenation under way. Classes in brackets are `class.rs`.

use super::ast::flags::*;
use super::ast::{Code, Node, Op, SyntaxError, error};
use super::class::{self, Ranges};

/// Counts of repetitions, also of nested ones multiplied, must not be above.
const MAX_REPEAT: i32 = 1000;
/// The height of a tree must not be above.
const MAX_HEIGHT: u32 = 1000;
/// Instructions of the expression, with its repetitions written out, must not be above.
const MAX_SIZE: u64 = (128 << 20) / 40;

/// A group that is open, or the whole expression.
struct Group {
    alternatives: Vec<Node>,
    sequence: Vec<Node>,
    /// Flags that hold again behind the group.
    flags: u16,
    /// Number and name of a capturing group.
    capture: Option<(u32, String)>,
}

struct Parser<'a> {
    whole: &'a str,
    rest: &'a str,
    flags: u16,
    groups: Vec<Group>,
    captures: u32,
    /// The expression from the repetition on that was read just now.
    last_repeat: Option<&'a str>,
}

/// The tree of an expression, and how many groups it has.
pub(crate) fn parse(pattern: &[u8], flags: u16) -> Result<(Node, u32), SyntaxError> {
    let whole = match std::str::from_utf8(pattern) {
        Ok(whole) => whole,
        Err(e) => return error(Code::InvalidUtf8, &pattern[e.valid_up_to()..]),
    };
    let mut parser =
        Parser { whole, rest: whole, flags, groups: Vec::new(), captures: 0, last_repeat: None };
    parser.open(None, flags);
    if flags & LITERAL != 0 {
        for c in whole.chars() {
            parser.literal(c as u32);
        }
    } else {
        parser.run()?;
    }
    let root = parser.close()?.1;
    if size(&root) > MAX_SIZE {
        return error(Code::Large, pattern);
    }
    Ok((root, parser.captures))
}

impl<'a> Parser<'a> {
    fn open(&mut self, capture: Option<(u32, String)>, flags: u16) {
        let (alternatives, sequence) = (Vec::new(), Vec::new());
        self.groups.push(Group { alternatives, sequence, flags, capture });
    }

    fn group(&mut self) -> &mut Group {
        self.groups.last_mut().expect("the whole expression is a group until the end")
    }

    fn push(&mut self, node: Node) {
        self.group().sequence.push(node);
    }

    fn push_op(&mut self, op: Op) {
        let flags = self.flags;
        self.push(Node::new(op, flags));
    }

    /// Reads one character.
    fn bump(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn run(&mut self) -> Result<(), SyntaxError> {
        while !self.rest.is_empty() {
            let before = self.rest;
            let mut repeated = None;
            match before.as_bytes()[0] {
                b'(' => self.open_group()?,
                b'|' => {
                    self.rest = &before[1..];
                    self.end_alternative();
                }
                b')' => self.close_group()?,
                b'^' => self.assertion(1, [Op::BeginText, Op::BeginLine]),
                b'$' => self.assertion(1, [Op::EndText, Op::EndLine]),
                b'.' => {
                    self.rest = &before[1..];
                    let any = self.flags & DOT_NL != 0;
                    self.push_op(if any { Op::AnyChar } else { Op::AnyCharNotNl });
                }
                b'[' => {
                    let (runes, rest) = class::parse_bracket(before, self.flags)?;
                    self.rest = rest;
                    self.class(runes);
                }
                b'*' | b'+' | b'?' => repeated = self.simple_repetition()?,
                b'{' => repeated = self.counted_repetition()?,
                b'\\' => self.escape()?,
                _ => {
                    let c = self.bump().unwrap_or_default();
                    self.literal(c as u32);
                }
            }
            self.last_repeat = repeated;
        }
        if self.groups.len() > 1 {
            return error(Code::MissingParen, self.whole);
        }
        Ok(())
    }

    /// `^` and `$`: of the text, or of lines.
    fn assertion(&mut self, len: usize, [text, line]: [Op; 2]) {
        self.rest = &self.rest[len..];
        if self.flags & ONE_LINE == 0 {
            self.push_op(line);
            return;
        }
        self.push_op(text);
        if text == Op::EndText {
            let group = self.group();
            group.sequence.iter_mut().last().expect("just pushed").flags |= WAS_DOLLAR;
        }
    }

    fn literal(&mut self, rune: u32) {
        let flags = self.flags;
        let rune = if flags & FOLD_CASE == 0 { rune } else { class::least_case(rune) };
        self.push(Node::literal(vec![rune], flags));
    }

    /// A class; of a single rune, a literal.
    fn class(&mut self, ranges: Ranges) {
        let flags = self.flags;
        if let [(low, high)] = ranges[..]
            && low == high
        {
            self.push(Node::literal(vec![low], flags & !FOLD_CASE));
            return;
        }
        if let [(low, a), (b, high)] = ranges[..]
            && (low, b) == (a, high)
            && class::least_case(low) == class::least_case(high)
            && class::cases(low) == ranges
        {
            self.push(Node::literal(vec![class::least_case(low)], flags | FOLD_CASE));
            return;
        }
        self.push(class_node(&ranges, flags & !FOLD_CASE));
    }

    fn open_group(&mut self) -> Result<(), SyntaxError> {
        if self.flags & PERL_X != 0 && self.rest.starts_with("(?") {
            return self.perl_group();
        }
        self.rest = &self.rest[1..];
        self.captures += 1;
        let (number, flags) = (self.captures, self.flags);
        self.open(Some((number, String::new())), flags);
        Ok(())
    }

    /// `(?P<name>`, `(?<name>`, `(?flags)`, `(?flags:`.
    fn perl_group(&mut self) -> Result<(), SyntaxError> {
        let start = self.rest;
        if let Some(named) = start.strip_prefix("(?P<").or_else(|| start.strip_prefix("(?<")) {
            let Some(end) = named.find('>') else {
                return error(Code::InvalidNamedCapture, start);
            };
            let name = &named[..end];
            let through = &start[..=(start.len() - named.len() + end)];
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return error(Code::InvalidNamedCapture, through);
            }
            self.rest = &named[end + 1..];
            self.captures += 1;
            let (number, flags) = (self.captures, self.flags);
            self.open(Some((number, name.to_owned())), flags);
            return Ok(());
        }
        self.rest = &start[2..];
        let (mut flags, mut negative, mut seen) = (self.flags, false, false);
        while let Some(c) = self.bump() {
            let (bit, inverse) = match c {
                'i' => (FOLD_CASE, false),
                'm' => (ONE_LINE, true),
                's' => (DOT_NL, false),
                'U' => (NON_GREEDY, false),
                '-' if !negative => {
                    negative = true;
                    seen = false;
                    continue;
                }
                ':' | ')' if !negative || seen => {
                    if c == ':' {
                        let before = self.flags;
                        self.open(None, before);
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            };
            seen = true;
            if negative == inverse { flags |= bit } else { flags &= !bit }
        }
        error(Code::InvalidPerlOp, &start[..start.len() - self.rest.len()])
    }

    /// Makes one node of the concatenation under way.
    fn end_alternative(&mut self) {
        let flags = self.flags;
        let group = self.group();
        let sequence = std::mem::take(&mut group.sequence);
        group.alternatives.push(concat(sequence, flags));
    }

    /// The innermost group's node, which leaves the stack.
    fn close(&mut self) -> Result<(Group, Node), SyntaxError> {
        self.end_alternative();
        let flags = self.flags;
        let mut group = self.groups.pop().expect("closed once");
        let node = alternate(std::mem::take(&mut group.alternatives), flags);
        self.check_height(node).map(|node| (group, node))
    }

    fn check_height(&self, node: Node) -> Result<Node, SyntaxError> {
        if node.height() > MAX_HEIGHT {
            return error(Code::NestingDepth, self.whole);
        }
        Ok(node)
    }

    fn close_group(&mut self) -> Result<(), SyntaxError> {
        if self.groups.len() == 1 {
            return error(Code::UnexpectedParen, self.whole);
        }
        self.rest = &self.rest[1..];
        let (group, node) = self.close()?;
        self.flags = group.flags;
        let node = match group.capture {
            Some((cap, name)) => {
                let mut capture = Node::with_subs(Op::Capture, self.flags, vec![node]);
                (capture.cap, capture.name) = (cap, name);
                self.check_height(capture)?
            }
            None => node,
        };
        self.push(node);
        Ok(())
    }

    fn simple_repetition(&mut self) -> Result<Option<&'a str>, SyntaxError> {
        let start = self.rest;
        let op = match self.bump() {
            Some('*') => Op::Star,
            Some('+') => Op::Plus,
            _ => Op::Quest,
        };
        self.repeat(start, op, 0, 0)
    }

    /// `{n}`, `{n,}`, `{n,m}`; anything else in braces is literal.
    fn counted_repetition(&mut self) -> Result<Option<&'a str>, SyntaxError> {
        let start = self.rest;
        let Some((min, max, rest)) = parse_counts(start) else {
            self.rest = &start[1..];
            self.literal(u32::from(b'{'));
            return Ok(None);
        };
        self.rest = rest;
        if min > MAX_REPEAT || max > MAX_REPEAT || (max >= 0 && min > max) {
            return error(Code::InvalidRepeatSize, &start[..start.len() - rest.len()]);
        }
        self.repeat(start, Op::Repeat, min, max)
    }

    fn repeat(
        &mut self,
        start: &'a str,
        op: Op,
        min: i32,
        max: i32,
    ) -> Result<Option<&'a str>, SyntaxError> {
        let mut flags = self.flags;
        if flags & PERL_X != 0 {
            if self.eat("?") {
                flags ^= NON_GREEDY;
            }
            if let Some(last) = self.last_repeat {
                return error(Code::InvalidRepeatOp, &last[..last.len() - self.rest.len()]);
            }
        }
        let text = &start[..start.len() - self.rest.len()];
        let Some(sub) = self.group().sequence.pop() else {
            return error(Code::MissingRepeatArgument, text);
        };
        let mut node = Node::with_subs(op, flags, vec![sub]);
        (node.min, node.max) = (min, max);
        let node = self.check_height(node)?;
        if op == Op::Repeat && (min >= 2 || max >= 2) && repetitions(&node) > i64::from(MAX_REPEAT)
        {
            return error(Code::InvalidRepeatSize, text);
        }
        self.push(node);
        Ok(Some(start))
    }

    fn escape(&mut self) -> Result<(), SyntaxError> {
        let start = self.rest;
        if self.flags & PERL_X != 0 {
            let op = match start.as_bytes().get(1) {
                Some(b'A') => Some(Op::BeginText),
                Some(b'b') => Some(Op::WordBoundary),
                Some(b'B') => Some(Op::NoWordBoundary),
                Some(b'z') => Some(Op::EndText),
                Some(b'C') => return error(Code::InvalidEscape, &start[..2]),
                Some(b'Q') => {
                    let quoted = start[2..].split("\\E").next().unwrap_or_default();
                    self.rest = &start[2 + quoted.len()..];
                    self.eat("\\E");
                    for c in quoted.chars() {
                        self.literal(c as u32);
                    }
                    return Ok(());
                }
                _ => None,
            };
            if let Some(op) = op {
                self.rest = &start[2..];
                self.push_op(op);
                return Ok(());
            }
        }
        if let Some((ranges, rest)) = class::parse_escaped(start, self.flags)? {
            self.rest = rest;
            self.class(ranges);
            return Ok(());
        }
        let (rune, rest) = class::parse_rune(start)?;
        self.rest = rest;
        self.literal(rune);
        Ok(())
    }
}

pub(crate) fn class_node(ranges: &[(u32, u32)], flags: u16) -> Node {
    let runes = ranges.iter().flat_map(|r| [r.0, r.1]).collect();
    Node { runes, ..Node::new(Op::CharClass, flags) }
}

/// The counts in braces and what is behind them; too large ones are one more than allowed.
fn parse_counts(text: &str) -> Option<(i32, i32, &str)> {
    let (min, rest) = parse_count(text.strip_prefix('{')?)?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((min, min, rest));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((min, -1, rest));
    }
    let (max, rest) = parse_count(rest)?;
    Some((min, max, rest.strip_prefix('}')?))
}

fn parse_count(text: &str) -> Option<(i32, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    if len == 0 || len > 1 && text.starts_with('0') {
        return None;
    }
    Some((text[..len].parse().map_or(MAX_REPEAT + 1, |n: i32| n.min(MAX_REPEAT + 1)), &text[len..]))
}

/// How often the innermost counted repetition is repeated in all.
fn repetitions(root: &Node) -> i64 {
    let mut most = 1;
    let mut left = vec![(root, 1_i64)];
    while let Some((node, mut times)) = left.pop() {
        if node.op == Op::Repeat {
            let count = if node.max < 0 { node.min } else { node.max };
            times = times.saturating_mul(i64::from(count).max(1));
        }
        most = most.max(times);
        left.extend(node.subs.iter().map(|s| (s, times)));
    }
    most
}

/// Instructions that a program of the tree has, about.
fn size(root: &Node) -> u64 {
    let mut total = 0_u64;
    let mut left = vec![(root, 1_u64)];
    while let Some((node, times)) = left.pop() {
        let inside = if node.op == Op::Repeat {
            let count = if node.max < 0 { node.min + 1 } else { node.max };
            times.saturating_mul(count.max(1) as u64)
        } else {
            times
        };
        total = total.saturating_add(times.saturating_mul(node.runes.len().max(1) as u64));
        left.extend(node.subs.iter().map(|s| (s, inside)));
    }
    total
}

/// One node for a sequence; literals that stand side by side become one.
fn concat(sequence: Vec<Node>, flags: u16) -> Node {
    let mut merged: Vec<Node> = Vec::with_capacity(sequence.len());
    for mut node in sequence {
        if let Some(last) = merged.last_mut()
            && (last.op, node.op) == (Op::Literal, Op::Literal)
            && (last.flags ^ node.flags) & FOLD_CASE == 0
        {
            last.runes.append(&mut node.runes);
        } else if node.op == Op::Concat {
            merged.append(&mut node.subs);
        } else {
            merged.push(node);
        }
    }
    match merged.len() {
        0 => Node::new(Op::EmptyMatch, flags),
        1 => merged.pop().expect("one"),
        _ => Node::with_subs(Op::Concat, flags, merged),
    }
}

/// One node for alternatives: literals that start alike share the start, and single runes and
/// classes side by side become one class.
fn alternate(alternatives: Vec<Node>, flags: u16) -> Node {
    let mut flat = Vec::with_capacity(alternatives.len());
    for mut node in alternatives {
        if node.op == Op::Alternate { flat.append(&mut node.subs) } else { flat.push(node) }
    }
    let mut factored: Vec<Node> = Vec::with_capacity(flat.len());
    let mut from = 0;
    while from < flat.len() {
        let (until, prefix) = common_prefix(&flat[from..]);
        if until < 2 {
            factored.push(std::mem::replace(&mut flat[from], Node::new(Op::NoMatch, 0)));
            from += 1;
            continue;
        }
        let prefix_flags = leading(&flat[from]).map_or(flags, |l| l.flags);
        let tails: Vec<Node> = flat[from..from + until]
            .iter_mut()
            .map(|n| {
                without_prefix(std::mem::replace(n, Node::new(Op::NoMatch, 0)), prefix.len(), flags)
            })
            .collect();
        let tail = union(merge_classes(tails, flags), flags);
        factored.push(concat(vec![Node::literal(prefix, prefix_flags), tail], flags));
        from += until;
    }
    union(merge_classes(factored, flags), flags)
}

fn union(mut alternatives: Vec<Node>, flags: u16) -> Node {
    match alternatives.len() {
        0 => Node::new(Op::NoMatch, flags),
        1 => alternatives.pop().expect("one"),
        _ => Node::with_subs(Op::Alternate, flags, alternatives),
    }
}

/// The literal that a node starts with.
fn leading(node: &Node) -> Option<&Node> {
    let first = if node.op == Op::Concat { node.subs.first()? } else { node };
    (first.op == Op::Literal).then_some(first)
}

/// How many of the first nodes start with a common literal, and which.
fn common_prefix(nodes: &[Node]) -> (usize, Vec<u32>) {
    let Some(first) = leading(&nodes[0]) else { return (1, Vec::new()) };
    let mut prefix = &first.runes[..];
    let mut count = 1;
    for node in &nodes[1..] {
        let Some(other) = leading(node).filter(|o| (o.flags ^ first.flags) & FOLD_CASE == 0) else {
            break;
        };
        let same = prefix.iter().zip(&other.runes).take_while(|(a, b)| a == b).count();
        if same == 0 {
            break;
        }
        prefix = &prefix[..same];
        count += 1;
    }
    (count, prefix.to_vec())
}

/// The node without the first `len` runes of its literal.
fn without_prefix(mut node: Node, len: usize, flags: u16) -> Node {
    if node.op == Op::Literal {
        node.runes.drain(..len);
        return if node.runes.is_empty() { Node::new(Op::EmptyMatch, flags) } else { node };
    }
    let mut subs = std::mem::take(&mut node.subs);
    subs[0].runes.drain(..len);
    if subs[0].runes.is_empty() {
        subs.remove(0);
    }
    concat(subs, flags)
}

/// What a node matches if it is one rune.
fn single_rune(node: &Node) -> Option<Ranges> {
    match node.op {
        Op::Literal if node.runes.len() == 1 => {
            let rune = node.runes[0];
            Some(if node.flags & FOLD_CASE == 0 { vec![(rune, rune)] } else { class::cases(rune) })
        }
        Op::CharClass => Some(node.runes.chunks(2).map(|r| (r[0], r[1])).collect()),
        _ => None,
    }
}

fn merge_classes(nodes: Vec<Node>, flags: u16) -> Vec<Node> {
    let mut merged: Vec<Node> = Vec::with_capacity(nodes.len());
    // The ranges of the runes that end `merged`, and how many nodes they are of.
    let mut run: (Ranges, usize) = (Vec::new(), 0);
    let finish = |merged: &mut Vec<Node>, run: &mut (Ranges, usize)| {
        if run.1 > 1 {
            let ranges = class::normalized(std::mem::take(&mut run.0));
            merged.truncate(merged.len() - run.1);
            merged.push(class_node(&ranges, flags & !FOLD_CASE));
        }
        *run = (Vec::new(), 0);
    };
    for node in nodes {
        match single_rune(&node) {
            Some(mut ranges) => {
                run.0.append(&mut ranges);
                run.1 += 1;
            }
            None => finish(&mut merged, &mut run),
        }
        merged.push(node);
    }
    finish(&mut merged, &mut run);
    merged
}
