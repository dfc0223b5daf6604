//! Signatures: parameters, results, type parameters and receivers.

use std::rc::Rc;

use gol_diagnostic::Span;
use gol_grammar::ast::{Expr, ExprKind, FuncType, Ident, Param, TypeParam};

use crate::checker::Checker;
use crate::errors::code;
use crate::language::since;
use crate::object::{ObjId, ObjKind, VarInfo};
use crate::store::ScopeId;
use crate::types::{Basic, Signature, Type, TypeId};
use crate::under::INVALID;

/// The parts of a receiver `(r *T[A, B])`.
struct Receiver<'a> {
    pointer: bool,
    base: &'a Expr,
    tparams: Vec<&'a Expr>,
}

impl Checker {
    /// The signature type of a function literal or function type; opens no scope. Returns the
    /// scope that holds the parameters too, which becomes the body's outermost scope.
    pub(crate) fn func_type(&mut self, ty: &FuncType) -> (TypeId, ScopeId) {
        let sig = self.empty_signature();
        let scope = self.fill_signature(sig, None, &[], ty);
        (sig, scope)
    }

    pub(crate) fn empty_signature(&mut self) -> TypeId {
        self.store.add_type(Type::Signature(Signature {
            recv: None,
            type_params: Vec::new(),
            recv_type_params: Vec::new(),
            params: Vec::new(),
            results: Vec::new(),
            variadic: false,
        }))
    }

    fn update_signature(&mut self, sig: TypeId, change: impl FnOnce(&mut Signature)) {
        if let Type::Signature(s) = self.store.ty_mut(sig) {
            change(s);
        }
    }

    /// Checks the parts of a signature and puts them into `sig`. Parameters are declared once all
    /// types have been checked, so that their names hide nothing there.
    pub(crate) fn fill_signature(
        &mut self,
        sig: TypeId,
        recv: Option<&Param>,
        tparams: &[TypeParam],
        ty: &FuncType,
    ) -> ScopeId {
        let scope = self.open_scope(ty.span);
        self.store.scope_mut(scope).is_func = true;
        let mut recv_var = None;
        if let Some(param) = recv {
            let (var, recv_tparams) = self.collect_receiver(param);
            recv_var = Some(var);
            self.update_signature(sig, |s| {
                s.recv = Some(var);
                s.recv_type_params = recv_tparams;
            });
        }
        if !tparams.is_empty() {
            let list = self.declare_type_params(tparams);
            let list_copy = list.clone();
            self.update_signature(sig, |s| s.type_params = list_copy);
            self.collect_bounds(&list, tparams);
        }
        let (params, variadic) = self.collect_params(&ty.params, true);
        let (results, _) = self.collect_params(&ty.results, false);
        if let (Some(param), Some(var)) = (recv, recv_var) {
            self.declare_param(scope, param.name.as_ref(), var);
        }
        for (list, vars) in [(&ty.params, &params), (&ty.results, &results)] {
            for (param, &var) in list.iter().zip(vars) {
                self.declare_param(scope, param.name.as_ref(), var);
            }
        }
        self.update_signature(sig, |s| {
            s.params = params;
            s.results = results;
            s.variadic = variadic;
        });
        self.close_scope();
        scope
    }

    fn declare_param(&mut self, scope: ScopeId, name: Option<&Ident>, var: ObjId) {
        if let Some(name) = name {
            self.declare(scope, Some(name), var);
        }
    }

    /// Declares type parameters with their bounds still open.
    pub(crate) fn declare_type_params(&mut self, list: &[TypeParam]) -> Vec<TypeId> {
        let mut tparams = Vec::with_capacity(list.len());
        for (i, tp) in list.iter().enumerate() {
            tparams.push(self.declare_type_param(&tp.name, i as u32));
        }
        tparams
    }

    fn declare_type_param(&mut self, name: &Ident, index: u32) -> TypeId {
        let obj = self.new_object(&name.name, name.span, INVALID, ObjKind::TypeName);
        let tp = self.new_type_param(obj, index, INVALID);
        if let Some(scope) = self.env.scope {
            self.declare(scope, Some(name), obj);
        }
        tp
    }

    pub(crate) fn collect_bounds(&mut self, tparams: &[TypeId], list: &[TypeParam]) {
        let saved = std::mem::replace(&mut self.env.in_type_params, true);
        let mut previous: Option<(*const Expr, TypeId)> = None;
        for (&tp, decl) in tparams.iter().zip(list) {
            let key = Rc::as_ptr(&decl.constraint);
            let bound = match previous {
                Some((p, bound)) if p == key => bound,
                _ => self.collect_bound(&decl.constraint),
            };
            previous = Some((key, bound));
            self.set_bound(tp, bound);
        }
        self.env.in_type_params = saved;
    }

    fn collect_bound(&mut self, e: &Expr) -> TypeId {
        let bound = self.bound_expr(e);
        if self.is_type_param(bound) {
            let message = "cannot use a type parameter as constraint";
            self.error(code("MisplacedTypeParam"), e.span, message);
            return INVALID;
        }
        bound
    }

    /// The variables of a parameter (or result) list; whether the last one is variadic.
    fn collect_params(&mut self, list: &[Param], variadic_ok: bool) -> (Vec<ObjId>, bool) {
        let mut vars = Vec::with_capacity(list.len());
        let mut variadic = false;
        let mut previous: Option<(*const Expr, TypeId)> = None;
        for (i, param) in list.iter().enumerate() {
            let key = Rc::as_ptr(&param.ty);
            let mut ty = match previous {
                Some((p, ty)) if p == key => ty,
                _ => self.var_type(&param.ty),
            };
            previous = Some((key, ty));
            // Elsewhere the parser has refused it.
            if param.variadic.is_some() && variadic_ok && i + 1 == list.len() {
                variadic = true;
                ty = self.new_slice(ty);
            }
            vars.push(self.param_var(param, ty));
        }
        (vars, variadic)
    }

    fn param_var(&mut self, param: &Param, ty: TypeId) -> ObjId {
        let info = VarInfo { is_param: true, used: true, ..VarInfo::default() };
        let kind = ObjKind::Var(info);
        match &param.name {
            Some(name) => {
                let var = self.new_object(&name.name, name.span, ty, kind);
                self.info.defs.insert(name.id, Some(var));
                var
            }
            None => {
                let var = self.new_object(&"".into(), param.ty.span, ty, kind);
                self.info.implicits.insert(param.id, var);
                var
            }
        }
    }

    // -- receivers

    fn collect_receiver(&mut self, param: &Param) -> (ObjId, Vec<TypeId>) {
        let parts = unpack_receiver(&param.ty);
        let (ty, tparams) = if parts.tparams.is_empty() {
            let ty = self.var_type(&param.ty);
            (self.plain_receiver(parts.base.span, ty), Vec::new())
        } else {
            self.require(since::GENERICS, parts.base.span, "type instantiation");
            self.generic_receiver(&parts, param)
        };
        let var = self.param_var(param, ty);
        let span = parts.base.span;
        self.later(Box::new(move |c| c.valid_receiver(span, ty)));
        (var, tparams)
    }

    /// A receiver without type parameters; an alias of an instantiated type is refused.
    fn plain_receiver(&mut self, span: Span, ty: TypeId) -> TypeId {
        if let Some(instance) = self.instance_behind(ty) {
            let name = self.type_string(instance);
            let message = format!("cannot define new methods on instantiated type {name}");
            self.error(code("InvalidRecv"), span, message);
            return INVALID;
        }
        ty
    }

    /// The instance, of a type or an alias, that a receiver's type leads to.
    fn instance_behind(&mut self, t: TypeId) -> Option<TypeId> {
        let mut t = t;
        loop {
            t = match self.store.ty(t) {
                Type::Named(n) => return (!n.type_args.is_empty()).then_some(t),
                Type::Alias(a) if !a.type_args.is_empty() => return Some(t),
                Type::Alias(a) => a.actual?,
                Type::Pointer(elem) => *elem,
                _ => return None,
            };
        }
    }

    /// `(r *T[A, B])`: declares A and B with the bounds of T's own parameters.
    fn generic_receiver(&mut self, parts: &Receiver, param: &Param) -> (TypeId, Vec<TypeId>) {
        let generic = self.generic_type(parts.base);
        if matches!(self.store.ty(generic), Type::Alias(a) if !a.type_params.is_empty()) {
            let name = self.type_string(generic);
            let message = format!("cannot define new methods on generic alias type {name}");
            self.error(code("InvalidRecv"), parts.base.span, message);
            return (INVALID, Vec::new());
        }
        let base = self.unalias(generic);
        let bounds = self.type_params_of(base);
        let mut tparams = Vec::with_capacity(parts.tparams.len());
        for (i, e) in parts.tparams.iter().enumerate() {
            let Some(name) = e.as_name() else {
                let text = self.expr_string(e);
                let message = format!("receiver type parameter {text} must be an identifier");
                self.error(code("BadDecl"), e.span, message);
                let ident = Ident { id: e.id, span: e.span, name: "_".into() };
                tparams.push(self.declare_type_param(&ident, i as u32));
                continue;
            };
            let ident = Ident { id: e.id, span: e.span, name: name.clone() };
            let tp = self.declare_type_param(&ident, i as u32);
            let tv = crate::TypeAndValue { mode: crate::Mode::TypeExpr, ty: tp, value: None };
            self.info.record(e.id, tv);
            tparams.push(tp);
        }
        if !self.is_valid(base) {
            return (INVALID, tparams);
        }
        if bounds.is_empty() {
            let name = self.type_string(generic);
            let message = format!("{name} is not a generic type");
            self.error(code("NotAGenericType"), parts.base.span, message);
            return (INVALID, tparams);
        }
        if bounds.len() != tparams.len() {
            let (got, want) = (tparams.len(), bounds.len());
            let plural = if got == 1 { "" } else { "s" };
            let message = format!(
                "receiver declares {got} type parameter{plural}, but receiver base type declares {want}"
            );
            self.error(code("BadRecv"), parts.base.span, message);
            return (INVALID, tparams);
        }
        for (&tp, &orig) in tparams.iter().zip(&bounds) {
            let bound = self.bound(orig);
            let bound = self.subst(bound, &bounds, &tparams);
            self.set_bound(tp, bound);
            self.core.declared_params.insert(tp, orig);
        }
        // Bounds of the base type may not be known yet: take them over again at the end.
        let (later_tparams, later_bounds) = (tparams.clone(), bounds);
        self.later(Box::new(move |c| {
            for (&tp, &orig) in later_tparams.iter().zip(&later_bounds) {
                let bound = c.bound(orig);
                let bound = c.subst(bound, &later_bounds, &later_tparams);
                c.set_bound(tp, bound);
            }
        }));
        let inst = self.instance(base, &tparams);
        self.record_instance(parts.base, &tparams, inst);
        let ty = if parts.pointer { self.new_pointer(inst) } else { inst };
        let tv = crate::TypeAndValue { mode: crate::Mode::TypeExpr, ty, value: None };
        self.info.record(param.ty.id, tv);
        (ty, tparams)
    }

    fn valid_receiver(&mut self, span: Span, recv: TypeId) {
        let (base, _) = self.deref(recv);
        let t = self.unalias(base);
        if t == INVALID {
            return;
        }
        let name = self.type_string(base);
        match self.store.ty(t) {
            Type::Named(n) => {
                let obj = n.obj;
                if self.store.obj(obj).pkg != self.env.pkg || !self.is_package_object(obj) {
                    let message = format!("cannot define new methods on non-local type {name}");
                    return self.error(code("InvalidRecv"), span, message);
                }
                let u = self.under(t);
                let cause = match self.store.ty(u) {
                    Type::Basic(Basic::UnsafePointer) => "unsafe.Pointer",
                    Type::Pointer(_) | Type::Interface(_) => "pointer or interface type",
                    _ => return,
                };
                let message = format!("invalid receiver type {name} ({cause})");
                self.error(code("InvalidRecv"), span, message);
            }
            Type::Basic(_) => {
                let message = format!("cannot define new methods on non-local type {name}");
                self.error(code("InvalidRecv"), span, message);
            }
            _ => {
                let name = self.type_string(recv);
                self.error(code("InvalidRecv"), span, format!("invalid receiver type {name}"));
            }
        }
    }
}

fn unpack_receiver(e: &Expr) -> Receiver<'_> {
    let mut e = e.unparen();
    let mut pointer = false;
    if let ExprKind::Star(x) = &e.kind {
        pointer = true;
        e = x.unparen();
    }
    match &e.kind {
        ExprKind::Index { x, indices, .. } => {
            Receiver { pointer, base: x, tparams: indices.iter().collect() }
        }
        _ => Receiver { pointer, base: e, tparams: Vec::new() },
    }
}

/// The name of a receiver's base type, as written.
pub(crate) fn receiver_base_name(e: &Expr) -> Option<&gol_grammar::ast::Name> {
    unpack_receiver(e).base.unparen().as_name()
}
