//! What the grammar's actions call: builds nodes, numbers them, and checks what the grammar cannot
//! say. A check that fails is reported and the node built all the same: a failing action would end
//! the parse.

mod expr;
mod stmt;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gol_diagnostic::{Code, Diagnostic, Pos, Span};
use lalrpop_util::{ErrorRecovery, ParseError};

use crate::SYNTAX_RULE;
use crate::ast::*;
use crate::bracket;
use crate::literal;
use crate::recover;
use crate::semicolon::EmbedLines;
use crate::token::Token;

pub(crate) use stmt::{For3, Header};

/// More errors than this end the parse: recovering from one looks at the whole stack.
const MAX_ERRORS: usize = 100;

/// The parse has been given up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop;

/// An error that the parser met.
pub(crate) type Failure = ParseError<Pos, Token, Stop>;

/// What stands at the top level, as the grammar has it; `None` for what could not be read.
pub(crate) enum TopLevel {
    Package(Pos, Ident),
    Import(Pos, Vec<Option<ImportSpec>>),
    Func(Option<Rc<FuncDecl>>),
    Stmt(Stmt),
}

/// A parameter as written; names are given their types when the list is complete.
pub(crate) struct Par {
    name: Option<Ident>,
    ty: Option<Expr>,
    dots: Option<Span>,
}

impl Par {
    pub(crate) fn name(name: Ident) -> Par {
        Par { name: Some(name), ty: None, dots: None }
    }

    pub(crate) fn named(name: Ident, ty: Expr) -> Par {
        Par { name: Some(name), ty: Some(ty), dots: None }
    }

    pub(crate) fn ty(ty: Expr) -> Par {
        Par { name: None, ty: Some(ty), dots: None }
    }

    pub(crate) fn dots(name: Option<Ident>, dots: Span, ty: Expr) -> Par {
        Par { name, ty: Some(ty), dots: Some(dots) }
    }
}

/// The braces of a composite literal and what stands in them.
pub(crate) struct Elems {
    pub lbrace: Span,
    pub list: Vec<Expr>,
    pub rbrace: Span,
}

/// Builds the nodes of one parse.
pub(crate) struct Builder<'s> {
    text: &'s str,
    base: Pos,
    tokens: &'s [Token],
    embeds: &'s [EmbedLines],
    /// The specifications that have got theirs.
    placed_embeds: RefCell<Vec<Pos>>,
    mode: Mode,
    next: Cell<u32>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    failures: Cell<usize>,
    /// How often an action has built something; [`crate::feed`] sees from it that none does.
    pub progress: Cell<u32>,
    /// The first error of the parser came at the end of the text.
    pub first_at_end: Cell<bool>,
    /// The token at which the parse has been given up.
    pub stopped_at: Cell<Span>,
}

impl<'s> Builder<'s> {
    pub(crate) fn new(
        source: crate::Source<'s>,
        tokens: &'s [Token],
        embeds: &'s [EmbedLines],
        first: NodeId,
    ) -> Builder<'s> {
        Builder {
            text: source.text,
            base: source.base,
            tokens,
            embeds,
            placed_embeds: RefCell::default(),
            mode: source.mode,
            next: Cell::new(first.0),
            diagnostics: RefCell::default(),
            failures: Cell::new(0),
            progress: Cell::new(0),
            first_at_end: Cell::new(false),
            stopped_at: Cell::new(Span::NONE),
        }
    }

    /// Reports the `//go:embed` lines that no variable follows.
    pub(crate) fn misplaced_embeds(&self) {
        let placed = self.placed_embeds.borrow();
        for lines in self.embeds.iter().filter(|lines| !placed.contains(&lines.spec)) {
            self.breach(Span::at(lines.lines.at), "misplaced go:embed directive");
        }
    }

    pub(crate) fn finish(self) -> (NodeId, Vec<Diagnostic>) {
        (NodeId(self.next.get()), self.diagnostics.into_inner())
    }

    fn id(&self) -> NodeId {
        let id = self.next.get();
        self.next.set(id + 1);
        NodeId(id)
    }

    /// The source text of a span.
    fn text(&self, span: Span) -> &'s str {
        let offset = |pos: Pos| (pos.0 - self.base.0) as usize;
        self.text.get(offset(span.lo)..offset(span.hi)).unwrap_or("")
    }

    /// Reports what the grammar cannot say; `message` is complete.
    pub(crate) fn fault(&self, span: Span, message: impl Into<String>) {
        self.diagnostics.borrow_mut().push(Diagnostic::error(Code("SyntaxForm"), span, message));
    }

    /// Reports an error that is made.
    pub(crate) fn report(&self, d: Diagnostic) {
        self.diagnostics.borrow_mut().push(d);
    }

    /// Reports what breaks a rule beside the grammar: the tree is sound all the same.
    pub(crate) fn breach(&self, span: Span, message: impl Into<String>) {
        self.diagnostics.borrow_mut().push(Diagnostic::error(SYNTAX_RULE, span, message));
    }

    /// Reports `message` and forgets all other errors.
    pub(crate) fn only_fault(&self, span: Span, message: &str) {
        self.diagnostics.borrow_mut().clear();
        self.fault(span, message);
    }

    /// The source text between two positions.
    pub(crate) fn between(&self, lo: Pos, hi: Pos) -> &'s str {
        self.text(Span::new(lo, hi))
    }

    /// The end of the text.
    pub(crate) fn end(&self) -> Span {
        Span::at(self.base.after(self.text.len()))
    }

    /// The parse has been given up; says so if nothing else has been said. Without an error that
    /// was recovered from, blocks nested too deep have used up what recovery may cost.
    pub(crate) fn gave_up(&self) {
        if self.diagnostics.borrow().is_empty() {
            self.report(bracket::depth_exceeded(self.stopped_at.get()));
        }
    }

    /// Reports what the parser could not read.
    pub(crate) fn failed(&self, failure: &Failure) {
        if self.failures.get() == 0 {
            self.first_at_end.set(matches!(failure, ParseError::UnrecognizedEof { .. }));
        }
        self.failures.set(self.failures.get() + 1);
        let end = self.base.after(self.text.len());
        if let Some(diagnostic) =
            recover::describe(failure, self.tokens, end, self.mode, &|span| self.text(span))
        {
            self.diagnostics.borrow_mut().push(diagnostic);
        }
    }

    pub(crate) fn bad(
        &self,
        lo: Pos,
        recovery: ErrorRecovery<Pos, Token, Stop>,
        hi: Pos,
    ) -> Result<Span, Failure> {
        self.progress.set(self.progress.get() + 1);
        self.failed(&recovery.error);
        if self.failures.get() >= MAX_ERRORS {
            return Err(ParseError::User { error: Stop });
        }
        Ok(Span::new(lo, hi.max(lo)))
    }

    pub(crate) fn ident(&self, span: Span) -> Ident {
        self.progress.set(self.progress.get() + 1);
        Ident { id: self.id(), span, name: self.text(span).into() }
    }

    // Top level.

    pub(crate) fn package(&self, lo: Pos, name: Ident) -> TopLevel {
        if name.is_blank() {
            self.breach(name.span, "invalid package name _");
        }
        TopLevel::Package(lo, name)
    }

    pub(crate) fn import(&self, name: Option<Ident>, path: Span) -> ImportSpec {
        let lo = name.as_ref().map_or(path.lo, |name| name.span.lo);
        let bytes = literal::unquote(self.text(path)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let span = Span::new(lo, path.hi);
        ImportSpec { id: self.id(), span, name, path: text.into(), path_span: path }
    }

    pub(crate) fn import_not_string(&self, path: Span) -> Option<ImportSpec> {
        self.fault(path, "syntax error: import path must be a string");
        None
    }

    #[expect(clippy::too_many_arguments, reason = "one for each part of a declaration")]
    pub(crate) fn func_decl(
        &self,
        lo: Pos,
        receiver: Option<(Vec<Param>, Span)>,
        name: Ident,
        type_params: Option<Vec<TypeParam>>,
        ty: FuncType,
        body: Option<Block>,
        hi: Pos,
    ) -> FuncDecl {
        let recv = receiver.and_then(|(params, span)| {
            let after = self.token_after(span.hi);
            match params.len() {
                0 => self.breach(after, "method has no receiver"),
                1 => {}
                _ => self.breach(after, "method has multiple receivers"),
            }
            let first = params.into_iter().next()?;
            if let Some(dots) = first.variadic {
                self.breach(dots, "invalid use of ...");
            }
            Some(Param { variadic: None, ..first })
        });
        FuncDecl {
            id: self.id(),
            span: Span::new(lo, hi),
            recv,
            name,
            type_params: type_params.unwrap_or_default(),
            ty,
            body,
        }
    }

    /// The first token that starts at `pos` or behind.
    fn token_after(&self, pos: Pos) -> Span {
        let next = self.tokens.partition_point(|token| token.span.lo < pos);
        self.tokens.get(next).map_or(Span::at(pos), |token| token.span)
    }

    // Declarations.

    pub(crate) fn const_spec(
        &self,
        lo: Pos,
        names: Vec<Ident>,
        ty: Option<Expr>,
        values: Vec<Expr>,
        hi: Pos,
    ) -> ConstSpec {
        let span = Span::new(lo, hi);
        ConstSpec { id: self.id(), span, names, ty, values, iota: 0, inherits: None }
    }

    pub(crate) fn const_group(&self, specs: Vec<Option<ConstSpec>>) -> Decl {
        let mut last: Option<Rc<ConstSpec>> = None;
        let mut out = Vec::with_capacity(specs.len());
        // A spec that could not be read counts: those behind keep their `iota`.
        for (iota, spec) in specs.into_iter().enumerate() {
            let Some(mut spec) = spec else { continue };
            spec.iota = iota as u32;
            let bare = spec.ty.is_none() && spec.values.is_empty();
            if bare {
                spec.inherits.clone_from(&last);
            }
            let spec = Rc::new(spec);
            if !bare {
                last = Some(spec.clone());
            }
            out.push(spec);
        }
        Decl::Const(out)
    }

    pub(crate) fn var_spec(
        &self,
        lo: Pos,
        names: Vec<Ident>,
        ty: Option<Expr>,
        values: Vec<Expr>,
        hi: Pos,
    ) -> VarSpec {
        let at = self.embeds.partition_point(|embed| embed.spec < lo);
        let embed = self.embeds.get(at).filter(|embed| embed.spec == lo);
        let embed = embed.map(|embed| {
            self.placed_embeds.borrow_mut().push(lo);
            embed.lines.clone()
        });
        VarSpec { id: self.id(), span: Span::new(lo, hi), names, ty, values, embed }
    }

    pub(crate) fn var_group(&self, specs: Vec<Option<VarSpec>>) -> Decl {
        Decl::Var(specs.into_iter().flatten().map(Rc::new).collect())
    }

    pub(crate) fn type_spec(
        &self,
        lo: Pos,
        name: Ident,
        type_params: Option<Vec<TypeParam>>,
        alias: bool,
        ty: Expr,
        hi: Pos,
    ) -> TypeSpec {
        let type_params = type_params.unwrap_or_default();
        TypeSpec { id: self.id(), span: Span::new(lo, hi), name, type_params, alias, ty }
    }

    pub(crate) fn type_group(&self, specs: Vec<Option<TypeSpec>>) -> Decl {
        Decl::Type(specs.into_iter().flatten().map(Rc::new).collect())
    }

    // Parameters.

    pub(crate) fn no_type_params(&self, end: Span) -> Vec<TypeParam> {
        self.fault(end, "syntax error: empty type parameter list");
        Vec::new()
    }

    pub(crate) fn dots_without_type(&self, name: Option<Ident>, dots: Span) -> Par {
        self.fault(self.token_after(dots.hi), "syntax error: ... is missing type");
        Par::dots(name, dots, self.bad_expr(Span::at(dots.hi)))
    }

    /// Gives names their types from right to left; all of a list have names or none.
    pub(crate) fn params(&self, list: Vec<Par>, end: Span) -> Vec<Param> {
        let named = list.iter().any(|par| par.name.is_some() && par.ty.is_some());
        let params =
            if named { self.named_params(list, end, false) } else { self.unnamed_params(list) };
        let last = params.len().saturating_sub(1);
        let misplaced =
            params.iter().enumerate().find(|(at, par)| *at < last && par.variadic.is_some());
        if let Some(dots) = misplaced.and_then(|(_, par)| par.variadic) {
            self.breach(dots, "can only use ... with final parameter");
        }
        params
    }

    fn unnamed_params(&self, list: Vec<Par>) -> Vec<Param> {
        let param = |par: Par| {
            let ty = match (par.ty, par.name) {
                (Some(ty), _) => ty,
                (None, Some(name)) => self.ident_expr(name),
                (None, None) => self.bad_expr(Span::NONE),
            };
            Param { id: self.id(), name: None, ty: Rc::new(ty), variadic: par.dots }
        };
        list.into_iter().map(param).collect()
    }

    fn named_params(&self, list: Vec<Par>, end: Span, required: bool) -> Vec<Param> {
        let count = list.len();
        let named = list.iter().filter(|par| par.name.is_some() && par.ty.is_some()).count();
        let typed = list.iter().filter(|par| par.ty.is_some()).count();
        let mut wrong: Option<Span> = None;
        let mut current: Option<(Rc<Expr>, Option<Span>)> = None;
        let mut params = Vec::with_capacity(count);
        for par in list.into_iter().rev() {
            let mut name = par.name;
            if let Some(ty) = par.ty {
                if name.is_none() {
                    wrong = Some(ty.span);
                    name =
                        Some(Ident { id: self.id(), span: Span::at(ty.span.lo), name: "_".into() });
                }
                current = Some((Rc::new(ty), par.dots));
            } else if current.is_none() {
                wrong = name.as_ref().map(|name| name.span);
            }
            let at = name.as_ref().map_or(end, |name| name.span);
            let (ty, variadic) =
                current.clone().unwrap_or_else(|| (Rc::new(self.bad_expr(at)), None));
            params.push(Param { id: self.id(), name, ty, variadic });
        }
        params.reverse();
        if let Some(span) = wrong {
            let (span, message) = match (named == typed, required) {
                (true, true) => (end, "missing type constraint"),
                (true, false) => (end, "missing parameter type"),
                (false, true) if count == 1 => {
                    (span, "missing type parameter name or invalid array length")
                }
                (false, true) => (span, "missing type parameter name"),
                (false, false) => (span, "missing parameter name"),
            };
            self.fault(span, format!("syntax error: {message}"));
        }
        params
    }

    pub(crate) fn type_params(&self, list: Vec<Par>, end: Span) -> Vec<TypeParam> {
        let params = self.named_params(list, end, true);
        let type_param =
            |par: Param| Some(TypeParam { id: par.id, name: par.name?, constraint: par.ty });
        params.into_iter().filter_map(type_param).collect()
    }

    pub(crate) fn func_type(
        &self,
        lo: Pos,
        lparen: Pos,
        params: Vec<Param>,
        results: Vec<Param>,
        hi: Pos,
    ) -> FuncType {
        if let Some(dots) = results.iter().find_map(|result| result.variadic) {
            self.breach(dots, "invalid use of ...");
        }
        FuncType { id: self.id(), span: Span::new(lo, hi), lparen, params, results }
    }

    pub(crate) fn result(&self, ty: Expr) -> Vec<Param> {
        vec![Param { id: self.id(), name: None, ty: Rc::new(ty), variadic: None }]
    }
}
