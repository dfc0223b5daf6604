//! Inference of type arguments, as the specification's section "Type inference" has it: typed
//! arguments, then constraints, then untyped constants, until nothing changes.

use gol_diagnostic::Span;

use crate::checker::Checker;
use crate::errors::code;
use crate::info::Mode;
use crate::lookup::Lookup;
use crate::operand::Operand;
use crate::types::{Term, Type, TypeId};
use crate::unify::{ASSIGN, EXACT, INEXACT, Unifier};

/// Why inference failed and where; `None` where an error has been reported before.
pub(crate) type InferError = Option<(Span, String)>;

impl Checker {
    /// Infers the missing type arguments of `tparams` from `targs` (a prefix) and the arguments;
    /// reports and returns `None` where that fails. `reverse`: for messages, when inferring from
    /// an assignment. Arguments that are untyped constants take part as Go says.
    pub(crate) fn infer(
        &mut self,
        span: Span,
        tparams: &[TypeId],
        targs: &[TypeId],
        params: &[TypeId],
        args: &[Operand],
        reverse: bool,
    ) -> Option<Vec<TypeId>> {
        match self.try_infer(span, tparams, targs, params, args, reverse) {
            Ok(targs) => Some(targs),
            Err(Some((at, message))) => {
                self.error(code("CannotInferTypeArgs"), at, message);
                None
            }
            Err(None) => None,
        }
    }

    /// Like `infer`, without reporting: calls say `in call to f, ` before the message.
    pub(crate) fn try_infer(
        &mut self,
        span: Span,
        tparams: &[TypeId],
        targs: &[TypeId],
        params: &[TypeId],
        args: &[Operand],
        reverse: bool,
    ) -> Result<Vec<TypeId>, InferError> {
        if targs.len() >= tparams.len() {
            return Ok(targs.to_vec());
        }
        if args.iter().any(|a| a.mode == Mode::Invalid) {
            return Err(None);
        }
        let given: Vec<Option<TypeId>> = targs.iter().copied().map(Some).collect();
        let mut u = Unifier::new(tparams, &given);
        let params: Vec<TypeId> =
            params.iter().map(|&p| self.subst(p, &tparams[..targs.len()], targs)).collect();
        let untyped = self.unify_arguments(&mut u, &params, args, reverse)?;
        self.unify_constraints(&mut u, span)?;
        self.default_untyped(&mut u, &params, args, &untyped)?;
        self.unify_constraints(&mut u, span)?;
        self.simplify(&u, span)
    }

    /// Matches typed arguments; indices of untyped ones that are for bare type parameters.
    fn unify_arguments(
        &mut self,
        u: &mut Unifier,
        params: &[TypeId],
        args: &[Operand],
        reverse: bool,
    ) -> Result<Vec<usize>, InferError> {
        let tparams = u.tparams.clone();
        let mut untyped = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            let Some(&par) = params.get(i) else { break };
            if !self.is_parameterized(&tparams, par) && !self.is_parameterized(&tparams, arg.ty) {
                continue;
            }
            if self.is_typed(arg.ty) {
                if !u.unify(self, par, arg.ty, ASSIGN) {
                    let message = self.mismatch(u, par, arg, reverse);
                    return Err(Some((arg.span, message)));
                }
            } else if matches!(self.store.ty(par), Type::TypeParam(_)) && arg.mode != Mode::NilValue
            {
                untyped.push(i);
            }
        }
        Ok(untyped)
    }

    fn mismatch(&mut self, u: &Unifier, par: TypeId, arg: &Operand, reverse: bool) -> String {
        let inferred = u.inferred();
        let expr = arg.expr.map_or_else(|| arg.text.clone(), |e| self.expr_string(e));
        let targ = self.type_string(arg.ty);
        if inferred.iter().all(Option::is_none) {
            let par = self.type_string(par);
            let list = self.type_params_string(&u.tparams);
            return format!("type {targ} of {expr} does not match {par} (cannot infer {list})");
        }
        let known: Vec<(TypeId, TypeId)> =
            u.tparams.iter().zip(&inferred).filter_map(|(&p, t)| t.map(|t| (p, t))).collect();
        let (from, to): (Vec<TypeId>, Vec<TypeId>) = known.into_iter().unzip();
        let substituted = self.subst(par, &from, &to);
        let par_text = self.type_string(par);
        if substituted == par {
            return format!("type {targ} of {expr} does not match {par_text}");
        }
        let sub = self.type_string(substituted);
        if reverse {
            format!("inferred type {sub} for {par_text} does not match type {targ} of {expr}")
        } else {
            format!("type {targ} of {expr} does not match inferred type {sub} for {par_text}")
        }
    }

    /// `P`, `P and Q`, `P, Q, and R`.
    pub(crate) fn type_params_string(&mut self, tparams: &[TypeId]) -> String {
        let names: Vec<String> = tparams.iter().map(|&t| self.type_string(t)).collect();
        match names.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [a, b] => format!("{a} and {b}"),
            [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        }
    }

    /// Uses what the constraints say, until that adds nothing more.
    fn unify_constraints(&mut self, u: &mut Unifier, span: Span) -> Result<(), InferError> {
        loop {
            let before = u.unknowns();
            for i in 0..u.tparams.len() {
                self.unify_constraint(u, i, span)?;
            }
            if u.unknowns() == before {
                return Ok(());
            }
        }
    }

    fn unify_constraint(
        &mut self,
        u: &mut Unifier,
        i: usize,
        span: Span,
    ) -> Result<(), InferError> {
        let tpar = u.tparams[i];
        let inferred = u.at(i);
        let Some((core, single)) = self.core_term(tpar) else {
            let Some(tx) = inferred else { return Ok(()) };
            return self.unify_methods(u, tpar, tx, span);
        };
        match inferred {
            Some(tx) if !u.unify(self, tx, core.ty, INEXACT) => {
                let message = self.does_not_satisfy(tpar, tx, "");
                return Err(Some((span, message)));
            }
            None if single && !core.tilde => u.set(i, core.ty),
            _ => {}
        }
        Ok(())
    }

    fn does_not_satisfy(&mut self, tpar: TypeId, tx: TypeId, cause: &str) -> String {
        let bound = self.bound(tpar);
        let (p, t) = (self.type_string(tpar), self.type_string(tx));
        let bound = self.type_string(bound);
        let space = if cause.is_empty() { "" } else { " " };
        format!("{p} (type {t}) does not satisfy {bound}{space}{cause}")
    }

    /// The type inferred for a parameter must have the methods of its constraint.
    fn unify_methods(
        &mut self,
        u: &mut Unifier,
        tpar: TypeId,
        tx: TypeId,
        span: Span,
    ) -> Result<(), InferError> {
        let methods = self.type_set_of(tpar).methods;
        for m in methods {
            let (pkg, name, want) = {
                let o = self.store.obj(m);
                (o.pkg, o.name.clone(), o.ty)
            };
            let matched = match self.lookup_field_or_method(tx, false, pkg, &name, false) {
                Lookup::Found { obj, .. } if self.is_func(obj) => {
                    let have = self.store.obj(obj).ty;
                    u.unify(self, have, want, EXACT)
                }
                _ => false,
            };
            if !matched {
                let constraint = self.under(tpar);
                let cause = self.missing_method_cause(tx, constraint, false).err();
                let message = self.does_not_satisfy(tpar, tx, &cause.unwrap_or_default());
                return Err(Some((span, message)));
            }
        }
        Ok(())
    }

    /// The core type of a constraint as a term, and whether the constraint is that single term.
    fn core_term(&mut self, tpar: TypeId) -> Option<(Term, bool)> {
        let terms = self.type_terms(tpar)?;
        if let [single] = terms.as_slice() {
            return Some((*single, true));
        }
        let core = self.core_type(tpar)?;
        Some((Term { tilde: true, ty: core }, false))
    }

    fn default_untyped(
        &mut self,
        u: &mut Unifier,
        params: &[TypeId],
        args: &[Operand],
        untyped: &[usize],
    ) -> Result<(), InferError> {
        let mut largest: Vec<(usize, TypeId)> = Vec::new();
        for &i in untyped {
            let Some(p) = u.tparams.iter().position(|&t| t == params[i]) else { continue };
            if u.at(p).is_some() {
                continue;
            }
            let arg = &args[i];
            match largest.iter_mut().find(|(q, _)| *q == p) {
                None => largest.push((p, arg.ty)),
                Some((_, max)) => match self.max_untyped(*max, arg.ty) {
                    Some(m) => *max = m,
                    None => {
                        let (a, b) = (self.type_string(*max), self.type_string(arg.ty));
                        let p = self.type_string(params[i]);
                        let message = format!("mismatched types {a} and {b} (cannot infer {p})");
                        return Err(Some((arg.span, message)));
                    }
                },
            }
        }
        for (p, max) in largest {
            let ty = self.default_type(max);
            u.set(p, ty);
        }
        Ok(())
    }

    /// Puts inferred types into one another; a parameter that is still unknown is an error.
    fn simplify(&mut self, u: &Unifier, span: Span) -> Result<Vec<TypeId>, InferError> {
        let tparams = &u.tparams;
        let mut inferred = u.inferred();
        for _ in 0..=tparams.len() {
            let known: Vec<(TypeId, TypeId)> = tparams
                .iter()
                .zip(&inferred)
                .filter_map(|(&p, t)| t.filter(|&t| t != p).map(|t| (p, t)))
                .collect();
            let (from, to): (Vec<TypeId>, Vec<TypeId>) = known.into_iter().unzip();
            let mut changed = false;
            for slot in &mut inferred {
                let Some(t) = *slot else { continue };
                if self.is_parameterized(tparams, t) {
                    let new = self.subst(t, &from, &to);
                    changed |= new != t;
                    *slot = Some(new);
                }
            }
            if !changed {
                break;
            }
        }
        let mut result = Vec::with_capacity(inferred.len());
        for (i, t) in inferred.into_iter().enumerate() {
            match t {
                Some(t) if !self.is_parameterized(tparams, t) => result.push(t),
                _ => {
                    let Type::TypeParam(p) = self.store.ty(tparams[i]) else { return Err(None) };
                    let object = self.store.obj(p.obj);
                    let at = self.position(object.pos);
                    let message = format!("cannot infer {} (declared at {at})", object.name);
                    return Err(Some((span, message)));
                }
            }
        }
        Ok(result)
    }
}
