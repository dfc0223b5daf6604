//! Advice on syntax errors: what people who know other languages, or are new to all, meant to write.
//!
//! The messages are Go's; what is added here shows in the rendered form only. Each rule looks at the
//! token that could not be read and at those around it. A fix is offered where a change of a word or
//! two gives what was probably meant.

use gol_diagnostic::{Diagnostic, Span};

use crate::ast::Mode;
use crate::token::{Kind, SemiKind, Token};

/// What advice can be drawn from.
pub(crate) struct Advisor<'a> {
    pub tokens: &'a [Token],
    pub text: &'a dyn Fn(Span) -> &'a str,
    pub mode: Mode,
}

/// Words of other languages that stand where a statement or declaration begins, and what to say.
const WORDS: &[(&[&str], &str)] = &[
    (&["class", "struct", "record"], "types are declared with type: type Name struct { … }"),
    (&["enum"], "constants that count up stand in a group: const ( A = iota; B; C )"),
    (&["interface", "trait", "protocol"], "interfaces are types: type Name interface { … }"),
    (
        &["let", "mut", "val", "auto", "dim"],
        "variables are declared with var, or inside of functions with :=",
    ),
    (
        &["try", "catch", "except", "finally"],
        "there are no exceptions: functions return errors, which callers compare with nil",
    ),
    (&["throw", "raise"], "there are no exceptions: return an error; panic ends the program"),
    (&["until", "repeat", "loop", "do"], "all loops begin with for: for condition { … }"),
    (&["unless"], "write if !condition { … }"),
    (
        &["public", "private", "protected", "export", "pub"],
        "there are no such words: names that begin with a capital letter are exported",
    ),
    (&["static", "final", "abstract", "async", "await"], "there is no such word in Go"),
    (&["using", "include", "require", "from"], "packages are made known with import \"path\""),
    (&["print", "echo", "puts"], "print with a call: fmt.Println(…)"),
    (&["end", "fi", "done", "endif"], "blocks end with }"),
];

const TYPES: &[&str] = &[
    "bool", "byte", "rune", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16",
    "uint32", "uint64", "float32", "float64", "string", "error", "any", "float", "double", "char",
    "long", "short", "boolean", "str",
];

impl Advisor<'_> {
    /// Adds what there is to say.
    pub(crate) fn advise(&self, d: Diagnostic) -> Diagnostic {
        let at = self.tokens.partition_point(|token| token.span.lo < d.span.lo);
        let message = d.message.clone();
        let message = message.strip_prefix("syntax error: ").unwrap_or(&message);
        let d = match message {
            _ if d.fix.is_some() || !d.notes.is_empty() => d,
            "unexpected semicolon or newline before {" => {
                d.note("the opening brace stands on the line that it belongs to, not on the next")
            }
            "package statement must be first" => self.missing_package(d),
            "missing import path" => self.missing_quotes(d, at),
            "non-declaration statement outside function body" => self.stray(d, at),
            "more than one character in rune literal" => self.quotes(d, at),
            "newline in string" => d.note(
                "the string does not end on its line: add \" behind it (a string of several lines stands in back quotes)",
            ),
            "invalid character U+003F '?'" => {
                d.note("there is no ?: in Go: write an if statement with an else")
            }
            "cannot parenthesize type in composite literal" => {
                d.note("write the type without the parentheses")
            }
            _ => self.unexpected(d, at, message),
        };
        self.opener(d, at, message)
    }

    fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Semi, |token| token.kind)
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| (self.text)(token.span))
    }

    fn span(&self, at: usize) -> Span {
        self.tokens.get(at).map_or(Span::NONE, |token| token.span)
    }

    /// The first token of the statement that a token stands in.
    fn start(&self, at: usize) -> usize {
        let begins = |kind| matches!(kind, Kind::Semi | Kind::LBlock | Kind::LBody | Kind::RBlock);
        let before = (0..at.min(self.tokens.len())).rev().find(|&i| begins(self.kind(i)));
        before.map_or(0, |before| before + 1)
    }

    fn missing_package(&self, d: Diagnostic) -> Diagnostic {
        let at = Span::at(d.span.lo);
        d.fix(at, "package main\n\n", "begin the file with: package main")
            .note("a .gol file (a script) needs no package clause")
    }

    fn missing_quotes(&self, d: Diagnostic, at: usize) -> Diagnostic {
        let from = (0..at).rev().take_while(|&i| matches!(self.kind(i), Kind::Name | Kind::Dot));
        let Some(first) = from.last().filter(|&i| self.kind(i) == Kind::Name) else { return d };
        let span = self.span(first).to(self.span(at - 1));
        let path = format!("\"{}\"", (self.text)(span));
        d.fix(span, path.clone(), format!("import paths are strings: {path}"))
    }

    /// A statement or a brace at the top level of a file.
    fn stray(&self, d: Diagnostic, at: usize) -> Diagnostic {
        if matches!(self.kind(at), Kind::RBlock | Kind::RBrace) {
            return d.note("this brace closes nothing: there is one too many here or above");
        }
        if self.kind(at) == Kind::Name && self.kind(at + 1) == Kind::Define {
            let name = self.word(at).to_owned();
            let span = self.span(at).to(self.span(at + 1));
            let title = format!("outside of functions, declare it with var: var {name} = …");
            return d.fix(span, format!("var {name} ="), title);
        }
        if let Some(d) = self.foreign_word(&d, at) {
            return d;
        }
        d.note("statements stand inside of functions, such as func main() { … }")
    }

    /// A string in single quotes.
    fn quotes(&self, d: Diagnostic, at: usize) -> Diagnostic {
        let span = self.span(at);
        let written = (self.text)(span);
        let inner = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let Some(inner) = inner.filter(|inner| !inner.contains(['"', '\\'])) else {
            return d.note("single quotes hold one character; strings stand in double quotes");
        };
        let string = format!("\"{inner}\"");
        let mut d =
            d.fix(span, string.clone(), format!("strings stand in double quotes: {string}"));
        d.span = span;
        d
    }

    fn unexpected(&self, d: Diagnostic, at: usize, message: &str) -> Diagnostic {
        let previous = at.checked_sub(1).map_or(Kind::Semi, |before| self.kind(before));
        let start = self.start(at);
        match self.kind(at) {
            Kind::Else if previous == Kind::Semi => {
                d.note("else stands on the line of the brace before it: } else {")
            }
            Kind::IncDec if message.ends_with("at end of statement") => {
                let op = self.word(at);
                d.note(format!("{op} is a statement of its own, it has no value"))
            }
            Kind::IncDec if matches!(previous, Kind::Semi | Kind::LBlock | Kind::LBody) => {
                let (op, name) = (self.word(at), self.word(at + 1));
                let both = self.span(at).to(self.span(at + 1));
                let text = format!("{name}{op}");
                d.fix(both, text.clone(), format!("{op} stands behind its operand: {text}"))
            }
            Kind::IncDec | Kind::LBlock if self.is_for_with_commas(start, at) => d.note(
                "the parts of a for clause are separated by semicolons: for i := 0; i < n; i++ {",
            ),
            Kind::Name if self.word(at) == "in" && self.kind(start) == Kind::For => {
                let fix = ", _ := range ";
                let span = Span::new(self.span(at - 1).hi, self.span(at + 1).lo);
                d.fix(span, fix, "loop over elements with range: for i, x := range list {")
            }
            Kind::Define if message.ends_with("expected =") => {
                d.fix(self.span(at), "=", "behind var stands =; := declares without var")
            }
            Kind::Minus | Kind::Rel if self.is_arrow(at) => {
                d.note("results stand behind the parameters, without an arrow: func f(x int) int {")
            }
            Kind::Dot if at >= 2 && self.kind(at - 2) == Kind::FuncDecl => {
                let ty = self.word(at - 1);
                d.note(format!(
                    "a method has its receiver before its name: func (x {ty}) name() {{"
                ))
            }
            Kind::Name if message.ends_with("expected (") && previous_func(previous) => {
                let name = self.word(at);
                d.note(format!("functions inside of others have no name: {name} := func() {{ … }}"))
            }
            _ if message.ends_with("after if clause") || message.ends_with("after for clause") => {
                d.note("the opening brace stands on the same line")
            }
            found if message.ends_with("expected {") && found != Kind::IncDec => {
                d.note("the body stands in braces, even if it is one statement")
            }
            _ => self.foreign_word(&d, start).unwrap_or(d),
        }
    }

    fn is_arrow(&self, at: usize) -> bool {
        self.word(at) == "-" && self.word(at + 1) == ">"
            || self.word(at) == "=" && self.word(at + 1) == ">"
    }

    fn is_for_with_commas(&self, start: usize, at: usize) -> bool {
        self.kind(start) == Kind::For
            && (start..at).any(|i| self.kind(i) == Kind::Comma)
            && (start..at).any(|i| matches!(self.kind(i), Kind::Define | Kind::Assign))
    }

    /// A statement that begins with a word of another language.
    fn foreign_word(&self, d: &Diagnostic, start: usize) -> Option<Diagnostic> {
        let (word, span) = (self.word(start), self.span(start));
        let next = self.kind(start + 1);
        let d = || d.clone();
        match word {
            "while" | "foreach" => Some(d().fix(span, "for", "all loops begin with for")),
            "fn" | "def" | "fun" | "function" | "sub" if next == Kind::Name => {
                Some(d().fix(span, "func", "functions are declared with func"))
            }
            "elif" | "elsif" | "elseif" => Some(d().fix(span, "else if", "write else if")),
            _ if TYPES.contains(&word) && next == Kind::Name => {
                let name = self.word(start + 1);
                let text = format!("var {name} {word}");
                let span = span.to(self.span(start + 1));
                Some(d().fix(span, text.clone(), format!("types stand behind names: {text}")))
            }
            _ => {
                let known = WORDS.iter().find(|(words, _)| words.contains(&word))?;
                Some(d().note(known.1))
            }
        }
    }

    /// Marks the bracket that is still open where something is missing.
    fn opener(&self, d: Diagnostic, at: usize, message: &str) -> Diagnostic {
        let ends = message.starts_with("unexpected EOF");
        if !ends && !message.contains("possibly missing") {
            return d;
        }
        match crate::recover::innermost(self.tokens, at.min(self.tokens.len())) {
            Some(open) => self.unclosed(d, at, open, ends),
            None => d,
        }
    }

    fn unclosed(&self, d: Diagnostic, at: usize, open: usize, ends: bool) -> Diagnostic {
        let d = if ends {
            d.context(self.span(open), "this is never closed")
        } else {
            d.context(self.span(open), "it begins here")
        };
        let newline = self
            .tokens
            .get(at)
            .is_some_and(|token| token.kind == Kind::Semi && token.semi == SemiKind::Newline);
        let closes_next = matches!(self.kind(at + 1), Kind::RParen | Kind::RBrace | Kind::RBrack);
        if self.kind(open) == Kind::LParen && newline && !closes_next {
            let end = Span::at(d.span.lo);
            return Diagnostic { fix: None, ..d }.fix(end, ")", "close the list with )");
        }
        match self.foreign_word(&d, open.saturating_sub(1)) {
            Some(other) if self.mode == Mode::Go || self.kind(open) == Kind::LBrace => {
                Diagnostic { fix: None, ..other }
            }
            _ => d,
        }
    }
}

fn previous_func(kind: Kind) -> bool {
    matches!(kind, Kind::Func | Kind::FuncRes | Kind::FuncDecl)
}
