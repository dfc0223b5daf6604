//! Instantiation of generic types and functions, and whether a type implements an interface.

use gol_diagnostic::{Pos, Span};
use gol_grammar::ast::Expr;

use crate::checker::Checker;
use crate::errors::code;
use crate::language::since;
use crate::types::{Alias, Named, Signature, Type, TypeId};
use crate::under::INVALID;

/// Why a type is not in a type set.
enum Obstacle {
    /// What it is a pointer to, if it is one to an interface or a type parameter.
    NotInterface(Option<&'static str>),
    EmptySet,
    Incomparable,
    /// In parentheses, or nothing.
    Other(String),
}

impl Checker {
    /// The type parameters of a generic type (alias or defined).
    pub(crate) fn type_params_of(&self, t: TypeId) -> Vec<TypeId> {
        match self.store.ty(t) {
            Type::Named(n) => n.type_params.clone(),
            Type::Alias(a) => a.type_params.clone(),
            Type::Signature(s) => s.type_params.clone(),
            _ => Vec::new(),
        }
    }

    /// The instance of the generic type `origin` for `targs`; the same id for identical arguments.
    pub(crate) fn instance(&mut self, origin: TypeId, targs: &[TypeId]) -> TypeId {
        let mut hash = 0u64;
        for &t in targs {
            hash = hash.rotate_left(7) ^ self.type_hash(t);
        }
        let bucket = self.core.instances.get(&(origin, hash)).cloned().unwrap_or_default();
        for other in bucket {
            let args = match self.store.ty(other) {
                Type::Named(n) => n.type_args.clone(),
                Type::Alias(a) => a.type_args.clone(),
                _ => continue,
            };
            if args.len() == targs.len()
                && args.iter().zip(targs).all(|(&a, &b)| self.identical(a, b))
            {
                return other;
            }
        }
        let t = self.new_instance(origin, targs);
        self.core.instance_hashes.insert(t, hash.rotate_left(7) ^ u64::from(origin.0));
        self.core.instances.entry((origin, hash)).or_default().push(t);
        t
    }

    fn new_instance(&mut self, origin: TypeId, targs: &[TypeId]) -> TypeId {
        match self.store.ty(origin).clone() {
            Type::Named(n) => self.store.add_type(Type::Named(Named {
                obj: n.obj,
                underlying: None,
                type_params: Vec::new(),
                type_args: targs.to_vec(),
                origin: Some(origin),
                methods: Vec::new(),
            })),
            Type::Alias(a) => {
                let rhs = self.unalias(origin);
                let actual = if a.type_params.len() == targs.len() {
                    self.subst(rhs, &a.type_params, targs)
                } else {
                    INVALID
                };
                self.store.add_type(Type::Alias(Alias {
                    obj: a.obj,
                    actual: Some(actual),
                    type_params: Vec::new(),
                    type_args: targs.to_vec(),
                    origin: Some(origin),
                }))
            }
            _ => INVALID,
        }
    }

    /// Instantiates the signature of a generic function; its arguments are verified once the
    /// current declaration is complete.
    pub(crate) fn instantiate_signature(
        &mut self,
        span: Span,
        e: &Expr,
        targs: &[TypeId],
        sig: TypeId,
    ) -> TypeId {
        let Type::Signature(generic) = self.store.ty(sig).clone() else { return sig };
        let tparams = generic.type_params.clone();
        if tparams.len() != targs.len() {
            return sig;
        }
        let plain = Signature { type_params: Vec::new(), ..generic };
        let plain = self.store.add_type(Type::Signature(plain));
        let inst = self.subst(plain, &tparams, targs);
        self.record_instance(e, targs, inst);
        let spans = type_arg_spans(e);
        let places = if spans.is_empty() { vec![span] } else { spans.clone() };
        self.note_instantiation(&tparams, targs, places);
        let targs = targs.to_vec();
        self.later(Box::new(move |c| {
            if let Err((i, cause)) = c.verify(&tparams, &targs, span.lo) {
                let at = spans.get(i).copied().unwrap_or(span);
                c.error(code("InvalidTypeArg"), at, cause);
            }
        }));
        inst
    }

    /// Whether each type argument satisfies its constraint; else which one does not, and why.
    pub(crate) fn verify(
        &mut self,
        tparams: &[TypeId],
        targs: &[TypeId],
        at: Pos,
    ) -> Result<(), (usize, String)> {
        for (i, &tp) in tparams.iter().enumerate() {
            self.type_param_interface(tp);
            let bound = self.bound(tp);
            let bound = self.subst(bound, tparams, targs);
            self.implements(targs[i], bound, true).map_err(|cause| (i, cause))?;
            self.dynamic_comparable_allowed(targs[i], bound, at).map_err(|cause| (i, cause))?;
        }
        Ok(())
    }

    /// That interfaces are comparable, as a constraint has it, came late.
    fn dynamic_comparable_allowed(&mut self, v: TypeId, t: TypeId, at: Pos) -> Result<(), String> {
        if self.allows(since::DYNAMIC_COMPARABLE, at) || self.comparable(v, false).is_ok() {
            return Ok(());
        }
        let set = self.type_set_of(t);
        if set.terms.is_some() || !set.comparable {
            return Ok(());
        }
        let requires = self.requires(since::DYNAMIC_COMPARABLE, at);
        Err(format!("{} to satisfy comparable {requires}", self.type_string(v)))
    }

    /// Reports a wrong number of type arguments; `qualifier` is `type` or `func`.
    pub(crate) fn validate_type_arg_count(
        &mut self,
        span: Span,
        name: &str,
        want: usize,
        got: usize,
    ) -> bool {
        if got == want {
            return true;
        }
        let qualifier = if got < want { "not enough" } else { "too many" };
        let message =
            format!("{qualifier} type arguments for type {name}: have {got}, want {want}");
        self.error(code("WrongTypeArgCount"), span, message);
        false
    }

    /// Whether `v` implements `t` (or satisfies it, as a constraint); `Err` holds Go's cause.
    pub(crate) fn implements(
        &mut self,
        v: TypeId,
        t: TypeId,
        constraint: bool,
    ) -> Result<(), String> {
        let Err(obstacle) = self.obstacle(v, t, constraint) else { return Ok(()) };
        let verb = if constraint { "satisfy" } else { "implement" };
        let (v, t) = (self.type_string(v), self.type_string(t));
        Err(match obstacle {
            Obstacle::EmptySet => format!("cannot {verb} {t} (empty type set)"),
            Obstacle::NotInterface(Some(what)) => {
                format!("{v} does not {verb} {t} (type {t} is pointer to {what}, not {what})")
            }
            Obstacle::NotInterface(None) => {
                format!("{v} does not {verb} {t} ({t} is not an interface)")
            }
            Obstacle::Incomparable => format!("{v} does not {verb} comparable"),
            Obstacle::Other(why) if why.is_empty() => format!("{v} does not {verb} {t}"),
            Obstacle::Other(why) => format!("{v} does not {verb} {t} {why}"),
        })
    }

    /// What is in the way of `v` being in the type set of `t`.
    fn obstacle(&mut self, v: TypeId, t: TypeId, constraint: bool) -> Result<(), Obstacle> {
        let (vu, tu) = (self.under(v), self.under(t));
        let base = if let Type::Pointer(elem) = *self.store.ty(vu) { self.under(elem) } else { vu };
        if [vu, base, tu].contains(&INVALID) {
            return Ok(());
        }
        if !matches!(self.store.ty(tu), Type::Interface(_)) {
            let what = match self.store.ty(tu).clone() {
                Type::Pointer(elem) if self.is_type_param(elem) => Some("type parameter"),
                Type::Pointer(elem) if self.is_interface(elem) => Some("interface"),
                _ => None,
            };
            return Err(Obstacle::NotInterface(what));
        }
        let own = matches!(self.store.ty(vu), Type::Interface(_)).then(|| self.type_set_of(vu));
        let own_terms = own.map(|set| set.terms);
        let has_no_types = matches!(&own_terms, Some(Some(terms)) if terms.is_empty());
        if has_no_types || self.is_empty_interface(tu) {
            return Ok(());
        }
        let set = self.type_set_of(tu);
        if set.terms.as_ref().is_some_and(Vec::is_empty) {
            return Err(Obstacle::EmptySet);
        }
        self.missing_method_cause(v, t, false).map_err(Obstacle::Other)?;
        let Some(terms) = set.terms else {
            let strictly = self.comparable(v, false).is_ok();
            let comparable = strictly || (constraint && self.comparable(v, true).is_ok());
            return if set.comparable && !comparable {
                Err(Obstacle::Incomparable)
            } else {
                Ok(())
            };
        };
        match own_terms {
            None => self.term_for(v, t, &terms).map_err(Obstacle::Other),
            Some(Some(own)) if own.iter().all(|a| terms.iter().any(|b| self.term_subset(a, b))) => {
                Ok(())
            }
            Some(_) => Err(Obstacle::Other(String::new())),
        }
    }

    /// Whether the text of interface `t` itself, not that of others that it embeds, names `v`.
    fn mentions_type(&mut self, t: TypeId, v: TypeId) -> bool {
        let Type::Interface(it) = self.under_type(t) else { return false };
        it.embeddeds.into_iter().any(|part| match self.store.ty(part).clone() {
            Type::Union(terms) => terms.iter().any(|term| self.identical(term.ty, v)),
            _ => self.identical(part, v),
        })
    }

    /// v is no interface: one of the terms must include it.
    fn term_for(&mut self, v: TypeId, t: TypeId, terms: &[crate::Term]) -> Result<(), String> {
        if terms.iter().any(|term| self.term_includes(term, v)) {
            return Ok(());
        }
        let vu = self.under(v);
        let near = terms.iter().find(|term| !term.tilde && self.identical(term.ty, vu));
        let (vs, ts) = (self.type_string(v), self.type_string(t));
        Err(if let Some(near) = near {
            format!("(possibly missing ~ for {} in {ts})", self.type_string(near.ty))
        } else if self.mentions_type(t, v) {
            format!("({ts} mentions {vs}, but {vs} is not in the type set of {ts})")
        } else {
            format!("({vs} missing in {})", self.terms_string(terms))
        })
    }
}

/// Where the explicit type arguments of `F[…]` stand.
fn type_arg_spans(e: &Expr) -> Vec<Span> {
    match &e.unparen().kind {
        gol_grammar::ast::ExprKind::Index { indices, .. } => {
            indices.iter().map(|i| i.span).collect()
        }
        _ => Vec::new(),
    }
}
