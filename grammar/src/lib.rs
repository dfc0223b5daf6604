//! Text to syntax tree: tokens ([`token`]), what decides from tokens alone ([`semicolon`],
//! [`bracket`], [`brace`]), the grammar (`gol.lalrpop`), what its actions build ([`actions`]), the
//! wording of its errors ([`recover`]) and the tree itself ([`ast`]).
//!
//! Parsing never fails: it returns a tree, with `Bad` nodes where the text could not be read, and
//! the diagnostics, sorted by position, the first of each line. The height of a tree is bounded
//! ([`MAX_DEPTH`]), so stages behind may walk it recursively on a stack of a few dozen MiB.

#![forbid(unsafe_code)]

mod actions;
mod advice;
pub mod ast;
mod brace;
mod bracket;
mod directive;
mod feed;
mod file;
mod index;
mod lexeme;
mod line;
pub mod literal;
mod recover;
mod semicolon;
mod token;

lalrpop_util::lalrpop_mod!(
    #[allow(
        clippy::all,
        clippy::pedantic,
        clippy::unwrap_used,
        unused_imports,
        unreachable_pub,
        dead_code,
        private_interfaces
    )]
    gol
);

use actions::Builder;
use ast::{File, Mode, NodeId};
use gol_diagnostic::{Code, Diagnostic, FileId, Pos, Span};
use semicolon::Lines;

pub use bracket::MAX_DEPTH;
pub use index::{IndexEntry, IndexKind, index_declarations};
pub use lexeme::{Lexeme, LexemeKind, lexemes};

/// Errors in tokens, and breaches of rules beside the grammar: neither keeps the tree from being
/// checked.
pub(crate) const SYNTAX_TOKEN: Code = Code("SyntaxToken");
pub(crate) const SYNTAX_RULE: Code = Code("SyntaxRule");

/// Whether the tree lacks something because of this error of [`parse_file`], so that what a checker
/// says of it may be beside the point.
pub fn breaks_tree(d: &Diagnostic) -> bool {
    d.is_error() && d.code != SYNTAX_TOKEN && d.code != SYNTAX_RULE
}

/// What a parse needs to know about where the text stands.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub file: FileId,
    /// Position of the first byte of `text`, which may be a part of the file (one declaration).
    pub base: Pos,
    pub text: &'a str,
    pub mode: Mode,
}

/// A tree and what was wrong with the text.
#[derive(Debug)]
pub struct Parsed<T> {
    pub tree: T,
    pub diagnostics: Vec<Diagnostic>,
    /// The first id that is not taken.
    pub next_id: NodeId,
}

/// One input of the REPL; `incomplete` asks for another line.
#[derive(Debug)]
pub struct ReplParsed {
    pub parsed: Parsed<File>,
    pub incomplete: bool,
}

/// Parses a file. In [`Mode::Go`] the order of package clause, imports and declarations is checked;
/// in [`Mode::Script`] all of them and statements may stand anywhere, and a `#!` line is skipped.
pub fn parse_file(source: Source<'_>, first_id: NodeId) -> Parsed<File> {
    parse(source, first_id).0
}

/// Parses one input of the REPL: items as in a script.
pub fn parse_repl(source: Source<'_>, first_id: NodeId) -> ReplParsed {
    let (parsed, incomplete) = parse(source, first_id);
    ReplParsed { parsed, incomplete }
}

/// The tokens as the grammar wants them, or why there are none.
fn tokens(source: Source<'_>, diagnostics: &mut Vec<Diagnostic>) -> (Lines, bool) {
    let Source { base, text, mode, .. } = source;
    let start = if mode == Mode::Script { shebang(text) } else { 0 };
    let (raw, mut extras) = token::scan(text, start);
    let mut lines = semicolon::insert(text, base, &raw, &mut extras);
    drop(raw);
    for error in extras.errors {
        let at = Span::at(base.after(error.at as usize));
        let syntax = error.message.starts_with("syntax error");
        let code = if syntax { Code("SyntaxForm") } else { SYNTAX_TOKEN };
        diagnostics.push(Diagnostic::error(code, at, error.message));
    }
    let matches = bracket::Matches::new(&lines.tokens);
    brace::adapt(&mut lines.tokens, &matches, mode);
    if let Some(span) = bracket::too_deep(&lines.tokens) {
        diagnostics.push(bracket::depth_exceeded(span));
        lines.tokens.clear();
    }
    (lines, extras.unterminated)
}

/// The length of a `#!` line, without its newline.
fn shebang(text: &str) -> usize {
    let is_shebang = text.starts_with("#!") && !text.starts_with("#![");
    if is_shebang { text.find('\n').unwrap_or(text.len()) } else { 0 }
}

/// The tree and whether the text ends too early.
fn parse(source: Source<'_>, first_id: NodeId) -> (Parsed<File>, bool) {
    let mut diagnostics = Vec::new();
    let (mut lines, unterminated) = tokens(source, &mut diagnostics);
    let builder = Builder::new(source, &lines.tokens, &lines.embeds, first_id);
    let feed = feed::Feed::new(&lines.tokens, &builder);
    let too_deep = lines.tokens.is_empty() && !diagnostics.is_empty();
    let top = if too_deep { Ok(Vec::new()) } else { gol::FileParser::new().parse(&builder, feed) };
    let top = top.unwrap_or_else(|failure| {
        builder.failed(&failure);
        builder.gave_up();
        Vec::new()
    });
    let incomplete = unterminated || builder.first_at_end.get();
    // A text that was not read has no items, and nothing more is said about it.
    let (package, items) = if too_deep {
        (None, Vec::new())
    } else {
        file::items(&builder, source.mode, &lines.tokens, top)
    };
    if source.mode == Mode::Go && !lines.directives.is_empty() {
        directive::check(&builder, &lines.tokens, &items, &mut lines.directives);
    }
    let (next_id, found) = builder.finish();
    diagnostics.extend(found);
    let end = source.base.after(source.text.len());
    let span = Span::new(source.base, end);
    let mut diagnostics = first_of_each_line(source, diagnostics);
    if source.mode == Mode::Go {
        diagnostics = outside_skipped_text(&lines.tokens, diagnostics);
    }
    if !diagnostics.is_empty() {
        let (tokens, mode) = (lines.tokens.as_slice(), source.mode);
        let text = |span: Span| text_of(source, span);
        let advisor = advice::Advisor { tokens, text: &text, mode };
        diagnostics = diagnostics.into_iter().map(|d| advisor.advise(d)).collect();
    }
    let Lines { directives, positions, .. } = lines;
    let (file, mode) = (source.file, source.mode);
    let language = ast::Language::NEWEST;
    let tree = File { file, mode, language, package, items, directives, positions, span };
    (Parsed { tree, diagnostics, next_id }, incomplete)
}

fn text_of(source: Source<'_>, span: Span) -> &str {
    let offset = |pos: Pos| (pos.0.saturating_sub(source.base.0) as usize).min(source.text.len());
    source.text.get(offset(span.lo)..offset(span.hi)).unwrap_or_default()
}

/// What a statement outside of all functions says; see [`outside_skipped_text`].
pub(crate) const OUTSIDE_FUNCTION: &str =
    "syntax error: non-declaration statement outside function body";

/// As Go's parser, nothing is said of the text between a statement outside of all functions, of which
/// a brace too many makes many, and the next word that begins a declaration.
fn outside_skipped_text(
    tokens: &[token::Token],
    mut diagnostics: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    use token::Kind;
    let mut skipped_to = Pos::NONE;
    diagnostics.retain(|diagnostic| {
        let at = diagnostic.span.lo;
        if at < skipped_to {
            return false;
        }
        if diagnostic.message == OUTSIDE_FUNCTION {
            let behind = tokens.partition_point(|token| token.span.lo <= at);
            let resumes = tokens[behind..].iter().find(|token| {
                matches!(
                    token.kind,
                    Kind::Import
                        | Kind::Const
                        | Kind::Type
                        | Kind::Var
                        | Kind::Func
                        | Kind::FuncDecl
                        | Kind::FuncRes
                )
            });
            skipped_to = resumes.map_or(Pos(u32::MAX), |token| token.span.lo);
        }
        true
    });
    diagnostics
}

/// Sorts, and keeps one syntax error a line, as Go does: those behind tend to follow from it.
fn first_of_each_line(source: Source<'_>, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.lo);
    let mut line_end = 0;
    let mut has_other = false;
    diagnostics.retain(|diagnostic| {
        if diagnostic.code == SYNTAX_RULE || diagnostic.code == SYNTAX_TOKEN {
            has_other |= diagnostic.code == SYNTAX_TOKEN;
            return true;
        }
        let at = ((diagnostic.span.lo.0 - source.base.0) as usize).min(source.text.len());
        let follows = diagnostic.code == recover::SYNTAX_END && (line_end > 0 || has_other);
        if line_end > at || follows {
            return false;
        }
        let rest = source.text.as_bytes().get(at..).unwrap_or_default();
        line_end =
            rest.iter().position(|&b| b == b'\n').map_or(source.text.len(), |length| at + length)
                + 1;
        true
    });
    diagnostics
}
