//! The names that a file declares, from its tokens alone.

use std::ops::Range;

use gol_diagnostic::{FileId, Pos};

use crate::Source;
use crate::ast::{Mode, Name};
use crate::literal;
use crate::token::{Kind, Token};

/// What an entry of the index declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexKind {
    Const,
    Var,
    Type,
    Func,
    /// A method; the entry's `receiver` is its base type.
    Method,
    /// The entry's `name` is the path, `alias` the name before it.
    Import,
}

/// One name declared at the top level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    pub kind: IndexKind,
    pub name: Name,
    /// The base type of a method's receiver.
    pub receiver: Option<Name>,
    /// The name given to an import.
    pub alias: Option<Name>,
    /// The bytes of the whole declaration: for a grouped one the group, because `iota` matters.
    pub range: Range<usize>,
}

struct Indexer<'a> {
    text: &'a str,
    tokens: &'a [Token],
    entries: Vec<IndexEntry>,
}

/// The names declared at the top level of a file, in source order, with each declaration's place.
/// Nothing is parsed; of a broken file what can be told is told.
pub fn index_declarations(text: &str) -> Vec<IndexEntry> {
    let source = Source { file: FileId(0), base: Pos(0), text, mode: Mode::Go };
    let (lines, _) = crate::tokens(source, &mut Vec::new());
    let mut indexer = Indexer { text, tokens: &lines.tokens, entries: Vec::new() };
    let mut at = 0;
    while at < indexer.tokens.len() {
        let end = indexer.item_end(at);
        indexer.item(at, end);
        at = end + 1;
    }
    indexer.entries
}

impl Indexer<'_> {
    fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Semi, |token| token.kind)
    }

    fn name(&self, at: usize) -> Name {
        let span = self.tokens[at].span;
        self.text.get(span.lo.0 as usize..span.hi.0 as usize).unwrap_or_default().into()
    }

    /// The index of the semicolon at depth 0 behind `at`, or of the end.
    fn item_end(&self, at: usize) -> usize {
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(at) {
            match token.kind {
                Kind::LParen
                | Kind::LBrack
                | Kind::LBrackParams
                | Kind::LBrace
                | Kind::LBlock
                | Kind::LBody => {
                    depth += 1;
                }
                Kind::RParen | Kind::RBrack | Kind::RBrace | Kind::RBlock => {
                    depth = depth.saturating_sub(1);
                }
                Kind::Semi if depth == 0 => return index,
                _ => {}
            }
        }
        self.tokens.len()
    }

    fn item(&mut self, at: usize, end: usize) {
        if at >= end {
            return;
        }
        let range = self.tokens[at].span.lo.0 as usize..self.tokens[end - 1].span.hi.0 as usize;
        match self.kind(at) {
            Kind::FuncDecl => self.func(at, end, range),
            Kind::Import => self.specs(at, end, &range, IndexKind::Import),
            Kind::Const => self.specs(at, end, &range, IndexKind::Const),
            Kind::Var => self.specs(at, end, &range, IndexKind::Var),
            Kind::Type => self.specs(at, end, &range, IndexKind::Type),
            _ => {}
        }
    }

    fn push(&mut self, kind: IndexKind, name: Name, range: Range<usize>) {
        self.entries.push(IndexEntry { kind, name, receiver: None, alias: None, range });
    }

    fn func(&mut self, at: usize, end: usize, range: Range<usize>) {
        if self.kind(at + 1) == Kind::Name {
            let name = self.name(at + 1);
            self.push(IndexKind::Func, name, range);
            return;
        }
        let mut close = at + 2;
        while close < end && self.kind(close) != Kind::RParen {
            close += 1;
        }
        if self.kind(close + 1) != Kind::Name {
            return;
        }
        // The base type is the last name before the type parameters.
        let brackets = (at..close).find(|&index| self.kind(index) == Kind::LBrack).unwrap_or(close);
        let base = (at..brackets).rev().find(|&index| self.kind(index) == Kind::Name);
        let receiver = base.map(|index| self.name(index));
        let name = self.name(close + 1);
        self.entries.push(IndexEntry {
            kind: IndexKind::Method,
            name,
            receiver,
            alias: None,
            range,
        });
    }

    /// One declaration, grouped or not: a spec starts behind the keyword, `(` or a semicolon.
    fn specs(&mut self, at: usize, end: usize, range: &Range<usize>, kind: IndexKind) {
        if self.kind(at + 1) != Kind::LParen {
            self.spec(at + 1, range, kind);
            return;
        }
        let mut depth = 0_usize;
        for index in at + 1..end {
            let starts = depth == 1 && matches!(self.kind(index - 1), Kind::LParen | Kind::Semi);
            match self.kind(index) {
                Kind::LParen
                | Kind::LBrack
                | Kind::LBrackParams
                | Kind::LBrace
                | Kind::LBlock
                | Kind::LBody => {
                    depth += 1;
                }
                Kind::RParen | Kind::RBrack | Kind::RBrace | Kind::RBlock => {
                    depth = depth.saturating_sub(1);
                }
                Kind::Semi => {}
                _ if starts => self.spec(index, range, kind),
                _ => {}
            }
        }
    }

    fn spec(&mut self, at: usize, range: &Range<usize>, kind: IndexKind) {
        if kind == IndexKind::Import {
            self.import(at, range);
            return;
        }
        let mut at = at;
        while self.kind(at) == Kind::Name {
            let name = self.name(at);
            self.push(kind, name, range.clone());
            if kind == IndexKind::Type || self.kind(at + 1) != Kind::Comma {
                break;
            }
            at += 2;
        }
    }

    fn import(&mut self, at: usize, range: &Range<usize>) {
        let named = matches!(self.kind(at), Kind::Name | Kind::Dot);
        let alias = named.then(|| self.name(at));
        let path = at + usize::from(named);
        if self.kind(path) != Kind::String {
            return;
        }
        let path = literal::unquote(&self.name(path)).unwrap_or_default();
        let name = String::from_utf8_lossy(&path).into();
        self.entries.push(IndexEntry {
            kind: IndexKind::Import,
            name,
            receiver: None,
            alias,
            range: range.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_their_ranges() {
        let text = "package p\nimport m \"math\"\nconst (\n\tA = iota\n\tB\n)\nvar x, y = 1, f(2)\n\
                    type T[P any] struct{ f int }\nfunc (t *T[P]) M() { a := 1 }\nfunc F()\n";
        let entries = index_declarations(text);
        let shown: Vec<String> = entries
            .iter()
            .map(|e| format!("{:?} {} {}", e.kind, e.receiver.as_deref().unwrap_or("-"), e.name))
            .collect();
        let expected = [
            "Import - math",
            "Const - A",
            "Const - B",
            "Var - x",
            "Var - y",
            "Type - T",
            "Method T M",
            "Func - F",
        ];
        assert_eq!(shown, expected);
        assert_eq!(&text[entries[1].range.clone()], "const (\n\tA = iota\n\tB\n)");
        assert_eq!(&text[entries[7].range.clone()], "func F()");
        assert_eq!(entries[0].alias.as_deref(), Some("m"));
    }
}
