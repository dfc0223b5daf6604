//! Interface types and unions.

use gol_diagnostic::Span;
use gol_grammar::ast::{BinaryOp, Expr, ExprKind, InterfaceElem, InterfaceType, UnaryOp};

use crate::checker::Checker;
use crate::errors::code;
use crate::language::since;
use crate::object::{FuncInfo, ObjId, ObjKind};
use crate::types::{Term, Type, TypeId};
use crate::under::INVALID;

/// More terms than this are refused.
const MAX_TERMS: usize = 100;

impl Checker {
    pub(crate) fn interface_type(&mut self, it: &InterfaceType) -> TypeId {
        let mut methods: Vec<ObjId> = Vec::new();
        let mut embeddeds = Vec::new();
        let mut places = Vec::new();
        for elem in &it.elems {
            match elem {
                InterfaceElem::Method { name, ty } => {
                    if name.is_blank() {
                        let message = "methods must have a unique non-blank name";
                        self.error(code("BlankIfaceMethod"), name.span, message);
                        continue;
                    }
                    let (sig, _) = self.func_type(ty);
                    let kind = ObjKind::Func(FuncInfo::default());
                    let m = self.new_object(&name.name, name.span, sig, kind);
                    self.info.defs.insert(name.id, Some(m));
                    methods.push(m);
                }
                InterfaceElem::Embedded(e) => {
                    let embedded = self.union_or_type(e);
                    self.require_element(e, embedded);
                    embeddeds.push(embedded);
                    places.push(e.span);
                }
            }
        }
        if methods.is_empty() && embeddeds.is_empty() {
            return self.new_interface(methods, embeddeds, false);
        }
        // Messages show them in this order, whatever their order in the text.
        methods.sort_by_cached_key(|&m| self.method_order(m));
        let interface = self.new_interface(methods.clone(), embeddeds, false);
        for m in methods {
            self.set_receiver(m, interface);
        }
        self.core.embed_pos.insert(interface, places);
        self.later(Box::new(move |c| {
            c.type_set_ref(interface);
        }));
        interface
    }

    /// What is no interface may be embedded since there are type sets.
    fn require_element(&mut self, e: &Expr, embedded: TypeId) {
        if self.allows(since::GENERICS, e.span.lo) {
            return;
        }
        if matches!(self.store.ty(embedded), Type::Union(_)) {
            let what = format!("embedding interface element {}", self.expr_string(e));
            self.require(since::GENERICS, e.span, &what);
            return;
        }
        let span = e.span;
        // Whether it is an interface may not be known yet.
        self.later(Box::new(move |c| {
            let whole = c.valid_type(embedded) && c.is_valid(embedded) && !c.is_infinite(embedded);
            if whole && !c.is_interface(embedded) {
                let what = format!("embedding non-interface type {}", c.type_string(embedded));
                c.require(since::GENERICS, span, &what);
            }
        }));
    }

    /// Gives an interface's method its receiver.
    fn set_receiver(&mut self, m: ObjId, interface: TypeId) {
        let recv = self.new_param("", interface);
        let sig = self.store.obj(m).ty;
        if let Type::Signature(sig) = self.store.ty_mut(sig) {
            sig.recv = Some(recv);
        }
    }

    /// The constraint of a type parameter: `~T` and `A|B` stand for interfaces that embed them.
    pub(crate) fn bound_expr(&mut self, e: &Expr) -> TypeId {
        let is_union = matches!(
            &e.kind,
            ExprKind::Unary { op: UnaryOp::Tilde, .. } | ExprKind::Binary { op: BinaryOp::Or, .. }
        );
        if !is_union {
            return self.typ(e);
        }
        let union = self.union_or_type(e);
        let interface = self.new_interface(Vec::new(), vec![union], true);
        self.core.embed_pos.insert(interface, vec![e.span]);
        interface
    }

    fn union_or_type(&mut self, e: &Expr) -> TypeId {
        let mut parts = Vec::new();
        flatten(e, &mut parts);
        let single = parts.len() == 1;
        let mut terms = Vec::with_capacity(parts.len());
        let mut spans = Vec::with_capacity(parts.len());
        for part in parts {
            let term = self.term(part);
            if single && !term.tilde {
                return term.ty;
            }
            if terms.len() >= MAX_TERMS {
                let message = format!(
                    "cannot handle more than {MAX_TERMS} union terms (implementation limitation)"
                );
                self.error(code("InvalidUnion"), part.span, message);
                return INVALID;
            }
            terms.push(term);
            spans.push(part.span);
        }
        let checked = terms.clone();
        self.later(Box::new(move |c| c.check_terms(&checked, &spans)));
        self.store.add_type(Type::Union(terms))
    }

    fn term(&mut self, e: &Expr) -> Term {
        let (tilde, x) = match &e.kind {
            ExprKind::Unary { op: UnaryOp::Tilde, x, .. } => (true, &**x),
            _ => (false, e),
        };
        let mut ty = self.typ(x);
        if self.is_type_param(ty) {
            let message = if tilde {
                let text = self.expr_string(e);
                format!("type in term {text} cannot be a type parameter")
            } else {
                "term cannot be a type parameter".to_owned()
            };
            self.error(code("MisplacedTypeParam"), x.span, message);
            ty = INVALID;
        }
        Term { tilde, ty }
    }

    fn check_terms(&mut self, terms: &[Term], spans: &[Span]) {
        let total: usize = terms.iter().map(|term| self.term_count(*term)).sum();
        if total > MAX_TERMS {
            let message = format!(
                "cannot handle more than {MAX_TERMS} union terms (implementation limitation)"
            );
            return self.error(code("InvalidUnion"), spans[0], message);
        }
        for (i, term) in terms.iter().enumerate() {
            let u = self.under(term.ty);
            if u == INVALID {
                continue;
            }
            if let Some(message) = self.term_error(&terms[..i], *term, u) {
                self.error(code("InvalidUnion"), spans[i], message);
            }
        }
    }

    /// How many terms a term stands for, with those of the interface that it may be.
    fn term_count(&mut self, term: Term) -> usize {
        let u = self.under(term.ty);
        match self.store.ty(u) {
            Type::Interface(_) => self.type_set_ref(u).terms.as_ref().map_or(1, Vec::len),
            _ => 1,
        }
    }

    fn term_error(&mut self, before: &[Term], term: Term, u: TypeId) -> Option<String> {
        let name = self.type_string(term.ty);
        let qualified = self.term_string(Term { tilde: false, ty: term.ty });
        let is_interface = matches!(self.store.ty(u), Type::Interface(_));
        if term.tilde && is_interface {
            return Some(format!("invalid use of ~ ({name} is an interface)"));
        }
        if term.tilde && !self.identical(u, term.ty) {
            let u = self.type_string(u);
            return Some(format!("invalid use of ~ (underlying type of {name} is {u})"));
        }
        if is_interface {
            let set = self.type_set_of(u);
            return if !set.methods.is_empty() {
                Some(format!("cannot use {qualified} in union ({qualified} contains methods)"))
            } else if Some(term.ty) == self.core.comparable {
                Some("cannot use comparable in union".to_owned())
            } else if set.comparable {
                Some(format!("cannot use {qualified} in union ({qualified} embeds comparable)"))
            } else {
                None
            };
        }
        let mut overlapping = None;
        for other in before {
            if !self.is_interface(other.ty) && !self.terms_disjoint(other, &term) {
                overlapping = Some(*other);
                break;
            }
        }
        let other = overlapping?;
        let (a, b) = (self.term_string(term), self.term_string(other));
        Some(format!("overlapping terms {a} and {b}"))
    }
}

/// The terms of `A | B | C` from left to right.
fn flatten<'a>(e: &'a Expr, parts: &mut Vec<&'a Expr>) {
    let mut rest = Vec::new();
    let mut e = e;
    while let ExprKind::Binary { op: BinaryOp::Or, x, y, .. } = &e.kind {
        rest.push(&**y);
        e = x;
    }
    parts.push(e);
    parts.extend(rest.into_iter().rev());
}
