//! From an error of the parser to a diagnostic with Go's wording.
//!
//! The parser stops at the token where Go's own stops, but says only which tokens could follow.
//! Go's sentence follows from those, from the tokens around and from what the innermost open bracket
//! belongs to. The rules stand in [`phrase`], most special first.

use gol_diagnostic::{Code, Diagnostic, Pos, Span};
use lalrpop_util::ParseError;

use crate::actions::Failure;
use crate::ast::Mode;
use crate::brace::semi_text;
use crate::token::{Kind, Token};

/// The text ends too early; follows from any error before.
pub(crate) const SYNTAX_END: Code = Code("SyntaxEnd");

/// What the innermost open bracket belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    Block,
    /// The clauses of a `switch` or `select`.
    Clauses,
    Call,
    Paren,
    Params,
    TypeParams,
    Index,
    Literal,
    Struct,
    Interface,
    Group,
}

struct Scene<'a> {
    tokens: &'a [Token],
    /// Index of the token that could not be read; the number of tokens at the end.
    at: usize,
    expected: &'a [String],
    text: &'a dyn Fn(Span) -> &'a str,
    mode: Mode,
    place: Place,
}

/// The diagnostic for an error; `None` where the parse was given up.
pub(crate) fn describe<'a>(
    failure: &'a Failure,
    tokens: &'a [Token],
    end: Pos,
    mode: Mode,
    text: &'a dyn Fn(Span) -> &'a str,
) -> Option<Diagnostic> {
    let (span, expected): (Span, &[String]) = match failure {
        ParseError::UnrecognizedToken { token: (_, token, _), expected } => (token.span, expected),
        ParseError::UnrecognizedEof { expected, .. } => (Span::at(end), expected),
        ParseError::ExtraToken { token: (_, token, _) } => (token.span, &[]),
        ParseError::InvalidToken { location } => (Span::at(*location), &[]),
        ParseError::User { .. } => return None,
    };
    let at = match failure {
        ParseError::UnrecognizedEof { .. } => tokens.len(),
        _ => tokens.partition_point(|token| token.span.lo < span.lo),
    };
    let place = place(tokens, at);
    let scene = Scene { tokens, at, expected, text, mode, place };
    let message = scene.message();
    // Where a keyword is the culprit, Go points behind it.
    let behind = message.starts_with("var declaration") || scene.is_stray_declaration();
    let span = if behind { tokens.get(at + 1).map_or(span, |token| token.span) } else { span };
    let span = scene.stray_start().map_or(span, |start| tokens[start].span);
    let code = if at == tokens.len() { SYNTAX_END } else { Code("SyntaxUnexpected") };
    let comma = message.contains("possibly missing comma");
    let d = Diagnostic::error(code, span, format!("syntax error: {message}"));
    Some(if comma { d.fix(Span::at(span.lo), ",", "add a comma") } else { d })
}

/// Finds the innermost open bracket before `at`, and from what stands before it its role.
fn place(tokens: &[Token], at: usize) -> Place {
    let Some(open) = innermost(tokens, at) else { return Place::Top };
    let kind = |back: usize| open.checked_sub(back).map_or(Kind::Semi, |index| tokens[index].kind);
    match tokens[open].kind {
        Kind::LBlock | Kind::LBody => {
            let clauses =
                tokens.get(open + 1).is_some_and(|t| matches!(t.kind, Kind::Case | Kind::Default));
            if clauses || kind(1) == Kind::Select { Place::Clauses } else { Place::Block }
        }
        Kind::LBrace if kind(1) == Kind::Struct => Place::Struct,
        Kind::LBrace if kind(1) == Kind::Interface => Place::Interface,
        Kind::LBrace => Place::Literal,
        Kind::LBrackParams => Place::TypeParams,
        Kind::LBrack => Place::Index,
        _ => match kind(1) {
            Kind::Type | Kind::Var | Kind::Const | Kind::Import => Place::Group,
            Kind::Func | Kind::FuncRes | Kind::FuncDecl => Place::Params,
            Kind::Name | Kind::RParen | Kind::RBrack | Kind::RBrace | Kind::RBlock => {
                if is_signature(tokens, open) {
                    Place::Params
                } else {
                    Place::Call
                }
            }
            _ => Place::Paren,
        },
    }
}

/// The bracket that is open before a token, innermost.
pub(crate) fn innermost(tokens: &[Token], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for index in (0..at).rev() {
        match tokens[index].kind {
            Kind::RParen | Kind::RBrack | Kind::RBrace | Kind::RBlock => depth += 1,
            Kind::LParen
            | Kind::LBrack
            | Kind::LBrackParams
            | Kind::LBrace
            | Kind::LBlock
            | Kind::LBody => {
                if depth == 0 {
                    return Some(index);
                }
                depth -= 1;
            }
            _ => {}
        }
    }
    None
}

/// Whether the `(` belongs to a declared function, a method of an interface, or a result.
fn is_signature(tokens: &[Token], open: usize) -> bool {
    let mut index = open;
    // Back over parameters, name, type parameters and receiver to what introduces them.
    for _ in 0..4 {
        let Some(before) = index.checked_sub(1) else { return false };
        match tokens[before].kind {
            Kind::Func | Kind::FuncRes | Kind::FuncDecl => return true,
            Kind::Name => {
                let method = before
                    .checked_sub(1)
                    .is_some_and(|b| matches!(tokens[b].kind, Kind::Semi | Kind::LBrace));
                if method
                    && innermost(tokens, before).is_some_and(|open| {
                        tokens[open].kind == Kind::LBrace
                            && open > 0
                            && tokens[open - 1].kind == Kind::Interface
                    })
                {
                    return true;
                }
                index = before;
            }
            Kind::RParen | Kind::RBrack => match innermost(tokens, before) {
                Some(open) => index = open,
                None => return false,
            },
            _ => return false,
        }
    }
    false
}

impl Scene<'_> {
    fn has(&self, terminal: &str) -> bool {
        self.expected.iter().any(|name| name.trim_matches('"') == terminal)
    }

    fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Semi, |token| token.kind)
    }

    fn previous(&self) -> Kind {
        self.at.checked_sub(1).map_or(Kind::Semi, |at| self.kind(at))
    }

    /// The token that could not be read, as Go's messages name it.
    fn found(&self) -> String {
        let Some(token) = self.tokens.get(self.at) else { return "EOF".to_owned() };
        let text = (self.text)(token.span);
        match token.kind {
            Kind::Name => format!("name {text}"),
            Kind::Literal | Kind::String => format!("literal {text}"),
            Kind::Semi | Kind::StraySemi => semi_text(token.semi).to_owned(),
            Kind::Comma => "comma".to_owned(),
            Kind::ChanSend => "keyword chan".to_owned(),
            _ if text.starts_with(|c: char| c.is_ascii_lowercase()) => format!("keyword {text}"),
            _ => text.to_owned(),
        }
    }

    /// A function's declaration inside of brackets that were never closed.
    fn is_stray_declaration(&self) -> bool {
        self.kind(self.at) == Kind::FuncDecl && self.place != Place::Top
    }

    /// The first token of what stands at the top level of a Go file and is no declaration.
    fn stray_start(&self) -> Option<usize> {
        if self.place != Place::Top || self.mode != Mode::Go || self.at >= self.tokens.len() {
            return None;
        }
        let start = (0..self.at).rev().find(|&i| self.kind(i) == Kind::Semi).map_or(0, |i| i + 1);
        let is_expression = matches!(self.kind(start), Kind::Name | Kind::Literal | Kind::String);
        (is_expression && start < self.at).then_some(start)
    }

    fn message(&self) -> String {
        if self.stray_start().is_some() {
            return self.outside();
        }
        if self.is_stray_declaration() {
            let name = self.tokens.get(self.at + 1).map_or("", |token| (self.text)(token.span));
            return format!("unexpected name {name}, expected (");
        }
        let mut phrase = self.phrase();
        if phrase == "expected }" && matches!(self.kind(self.at), Kind::RBlock | Kind::RBrace) {
            // Brackets before it are missing their partners: it closes nothing.
            phrase = self.outside();
        }
        if phrase.starts_with("in ") || phrase.starts_with("at ") || phrase.starts_with("after ") {
            format!("unexpected {} {phrase}", self.found())
        } else if phrase.starts_with("expected ") {
            format!("unexpected {}, {phrase}", self.found())
        } else {
            phrase
        }
    }

    /// At the top level, where nothing of the kind may stand.
    fn outside(&self) -> String {
        if self.mode == Mode::Go {
            "non-declaration statement outside function body".to_owned()
        } else if matches!(self.kind(self.at), Kind::RBlock | Kind::RBrace) {
            "unexpected } outside of a block".to_owned()
        } else {
            "expected statement".to_owned()
        }
    }

    fn phrase(&self) -> String {
        let starts_statement = self.starts_statement();
        if let Some(phrase) = self.import_phrase().or_else(|| self.list_end_phrase()) {
            return phrase;
        }
        if self.has_parenthesised_type() {
            return "cannot parenthesize type in composite literal".to_owned();
        }
        if self.place == Place::Top && starts_statement {
            return self.outside();
        }
        if let Some(phrase) = self.header_phrase() {
            return phrase;
        }
        if self.has("case") && self.has("default") && !self.has(";") {
            return "expected case or default or }".to_owned();
        }
        if starts_statement && self.has("literal") {
            let clauses = self.place == Place::Clauses;
            return if clauses { "expected case or default or }" } else { "expected }" }.to_owned();
        }
        if self.has("literal") {
            return self.operand_phrase();
        }
        if let Some(phrase) = self.list_phrase() {
            return phrase;
        }
        if let Some(phrase) = self.type_phrase() {
            return phrase;
        }
        if self.place == Place::Top && self.has(";") && self.previous() == Kind::RParen {
            return self.end_phrase();
        }
        if self.has("name") {
            let or_paren = matches!(self.previous(), Kind::Dot | Kind::FuncDecl);
            return if or_paren { "expected name or (" } else { "expected name" }.to_owned();
        }
        self.end_phrase()
    }

    /// Where the path of an import should be.
    fn import_phrase(&self) -> Option<String> {
        let mut at = self.at.checked_sub(1)?;
        if matches!(self.kind(at), Kind::Name | Kind::Dot) {
            at = at.checked_sub(1)?;
        }
        let first_in_group = |at: usize| {
            matches!(self.kind(at), Kind::LParen | Kind::Semi)
                && innermost(self.tokens, self.at)
                    .and_then(|open| open.checked_sub(1))
                    .is_some_and(|keyword| self.kind(keyword) == Kind::Import)
        };
        let missing = self.kind(at) == Kind::Import || first_in_group(at) && at + 1 < self.at;
        missing.then(|| "missing import path".to_owned())
    }

    /// At the end of the text, where the next element of a list or its end could stand.
    fn list_end_phrase(&self) -> Option<String> {
        if self.at < self.tokens.len() {
            return None;
        }
        let (close, before): (_, &[Kind]) = match self.place {
            Place::Call | Place::Params => (")", &[Kind::Comma, Kind::LParen]),
            Place::Group => (")", &[Kind::Semi, Kind::LParen]),
            Place::Literal => ("}", &[Kind::Comma, Kind::LBrace]),
            Place::Struct | Place::Interface => ("}", &[Kind::Semi, Kind::LBrace]),
            _ => return None,
        };
        before.contains(&self.previous()).then(|| format!("expected {close}"))
    }

    /// Whether the braces of a literal would follow a type in parentheses.
    fn has_parenthesised_type(&self) -> bool {
        let brace = matches!(self.kind(self.at), Kind::LBlock | Kind::LBrace | Kind::LBody);
        if !brace || self.previous() != Kind::RParen || self.header_keyword().is_some() {
            return false;
        }
        let open = innermost(self.tokens, self.at - 1);
        open.is_some_and(|open| {
            let before = open.checked_sub(1).map_or(Kind::Semi, |at| self.kind(at));
            let operand = matches!(
                before,
                Kind::Name | Kind::RParen | Kind::RBrack | Kind::RBrace | Kind::RBlock
            );
            !operand && before != Kind::Semi && before != Kind::Func
        })
    }

    fn starts_statement(&self) -> bool {
        let after_colon = self.previous() == Kind::Colon && self.has(";") && self.has("return");
        matches!(self.previous(), Kind::Semi | Kind::LBlock | Kind::LBody) && self.has("return")
            || after_colon
    }

    /// Between the keyword of a statement and its block.
    fn header_phrase(&self) -> Option<String> {
        if self.previous() == Kind::Else && self.has("if") {
            return Some("else must be followed by if or statement block".to_owned());
        }
        let found = self.kind(self.at);
        if found == Kind::Var && self.has("literal") {
            let keyword = match self.previous() {
                Kind::If => "if",
                Kind::Switch => "switch",
                Kind::For => "for",
                _ => return None,
            };
            return Some(format!("var declaration not allowed in {keyword} initializer"));
        }
        if found == Kind::LBlock
            && self.previous() == Kind::Semi
            && self.has("literal")
            && !self.has("return")
        {
            return Some("expected for loop condition".to_owned());
        }
        if found == Kind::LBlock && self.has(";") && !self.has("{b") {
            let (keyword, _) = self.header_keyword()?;
            return (keyword == Kind::For).then(|| "expected semicolon or newline".to_owned());
        }
        if !self.has("{b") || self.has("return") {
            return None;
        }
        let (keyword, semis) = self.header_keyword()?;
        if self.has("literal") && found != Kind::Semi {
            return None;
        }
        Some(match keyword {
            Kind::Switch if semis > 0 || found == Kind::Semi => {
                "missing { after switch clause".to_owned()
            }
            Kind::Select => "missing { after select clause".to_owned(),
            Kind::If if semis > 0 || found == Kind::Semi => "expected { after if clause".to_owned(),
            Kind::For if semis == 0 && found != Kind::Semi && self.has(";") => {
                "expected {".to_owned()
            }
            Kind::For => "expected { after for clause".to_owned(),
            _ => "expected {".to_owned(),
        })
    }

    /// The keyword whose header the token stands in, and the semicolons between.
    fn header_keyword(&self) -> Option<(Kind, usize)> {
        let mut depth = 0_usize;
        let mut semis = 0;
        for index in (0..self.at).rev() {
            match self.kind(index) {
                kind @ (Kind::If | Kind::For | Kind::Switch | Kind::Select) if depth == 0 => {
                    return Some((kind, semis));
                }
                Kind::RParen | Kind::RBrack | Kind::RBrace | Kind::RBlock => depth += 1,
                Kind::LParen | Kind::LBrack | Kind::LBrace | Kind::LBlock | Kind::LBody => {
                    depth = depth.checked_sub(1)?;
                }
                Kind::Semi if depth == 0 => semis += 1,
                _ => {}
            }
        }
        None
    }

    fn operand_phrase(&self) -> String {
        let found = self.kind(self.at);
        if self.place == Place::Index && self.previous() == Kind::LBrack && found == Kind::RBrack {
            let type_args = self.is_type_of_name();
            return if type_args { "expected type argument list" } else { "expected operand" }
                .to_owned();
        }
        "expected expression".to_owned()
    }

    /// Whether the `[` before stands behind a type that follows the name which it is given to.
    fn is_type_of_name(&self) -> bool {
        let Some(mut at) = self.at.checked_sub(2) else { return false };
        while self.kind(at) == Kind::Name && at >= 2 && self.kind(at - 1) == Kind::Dot {
            at -= 2;
        }
        at > 0 && self.kind(at) == Kind::Name && self.kind(at - 1) == Kind::Name
    }

    /// Inside brackets whose list could go on or end.
    fn list_phrase(&self) -> Option<String> {
        let (context, separator, close) = match self.place {
            Place::Call if self.has(",") || self.has("...") => ("argument list", "comma", ")"),
            Place::Params if self.has(",") => ("parameter list", "comma", ")"),
            Place::TypeParams if self.has(",") => ("type parameter list", "comma", "]"),
            Place::Literal if self.has(",") => ("composite literal", "comma", "}"),
            Place::Struct if self.has(";") => ("struct type", "semicolon or newline", "}"),
            Place::Interface if self.has(";") => ("interface type", "semicolon or newline", "}"),
            Place::Group if self.has(";") => ("grouped declaration", "semicolon or newline", ")"),
            Place::Index if self.has(":") && self.has("]") => {
                return Some("expected comma, : or ]".to_owned());
            }
            Place::Index if self.has(",") && self.has("]") => return Some("expected ]".to_owned()),
            _ => return None,
        };
        // At the start of an element, the element is missed instead.
        let start = matches!(
            self.previous(),
            Kind::LBrace | Kind::LParen | Kind::LBrackParams | Kind::Semi
        );
        if start && matches!(self.place, Place::Struct | Place::Interface | Place::Group) {
            return None;
        }
        Some(format!("in {context}; possibly missing {separator} or {close}"))
    }

    /// Where a type could stand and an expression could not.
    fn type_phrase(&self) -> Option<String> {
        let start = matches!(self.previous(), Kind::LBrace | Kind::Semi);
        match self.place {
            Place::Struct if start => {
                return Some("expected field name or embedded type".to_owned());
            }
            Place::Interface if start && self.has("~") => {
                return Some("expected ~ term or type".to_owned());
            }
            Place::Group if start && self.has("name") => {
                let import = self.has("string");
                return Some(
                    if import { "missing import path" } else { "expected name" }.to_owned(),
                );
            }
            _ => {}
        }
        if self.previous() == Kind::Import {
            return Some("missing import path; require quoted string".to_owned());
        }
        if !self.has("map") {
            return None;
        }
        Some(match self.previous() {
            Kind::LParen | Kind::Comma if self.place == Place::Params => "expected )".to_owned(),
            Kind::Chan | Kind::ChanSend => "missing channel element type".to_owned(),
            Kind::Name if self.kind(self.at.wrapping_sub(2)) == Kind::Type => {
                "in type declaration".to_owned()
            }
            _ if self.has(";") || self.has("{f") => return None,
            Kind::Tilde => "expected type".to_owned(),
            _ if self.has("~") => "expected ~ term or type".to_owned(),
            _ => "expected type".to_owned(),
        })
    }

    fn end_phrase(&self) -> String {
        if self.kind(self.at) == Kind::Define && self.has("=") && !self.has(":=") {
            return "expected =".to_owned();
        }
        if self.has(":=") && self.has("=") && self.has(",") && !self.has(";") {
            return "expected := or = or comma".to_owned();
        }
        if self.has("(") && !self.has(";") && !self.has(")") {
            return "expected (".to_owned();
        }
        for (terminal, shown) in [(")", ")"), ("]", "]"), (":", ":")] {
            if self.has(terminal) && !self.has(";") {
                return format!("expected {shown}");
            }
        }
        if self.has(";") || self.has("}b") {
            return if self.place == Place::Top && self.mode == Mode::Go {
                "after top level declaration".to_owned()
            } else if self.place == Place::Top || self.has(";") {
                "at end of statement".to_owned()
            } else {
                "expected }".to_owned()
            };
        }
        match self.expected {
            [one] => format!("expected {}", one.trim_matches('"').trim_end_matches(['b', 'f'])),
            _ if self.has("=") => "expected =".to_owned(),
            _ => format!("unexpected {}", self.found()),
        }
    }
}
