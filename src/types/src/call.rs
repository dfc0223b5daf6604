//! Calls: conversions, builtins, functions; their arguments, and the inference of type arguments.

use gol_diagnostic::{Code, Diagnostic, Pos, Span};
use gol_grammar::ast::{Expr, ExprKind};

use crate::builtins::builtin_usage;
use crate::checker::Checker;
use crate::expr::Usage;
use crate::infer::{Flow, Problem, Unsolved};
use crate::info::Mode;
use crate::language::since;
use crate::object::ObjId;
use crate::operand::{INVALID, Operand};
use crate::types::{Signature, Type, TypeId};

/// A call's parts.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub e: &'a Expr,
    pub fun: &'a Expr,
    pub lparen: Pos,
    pub args: &'a [Expr],
    pub ellipsis: Option<Span>,
}

impl<'a> Call<'a> {
    pub(crate) fn of(e: &'a Expr) -> Option<Call<'a>> {
        let ExprKind::Call { fun, lparen, args, ellipsis, .. } = &e.kind else { return None };
        Some(Call { e, fun, lparen: *lparen, args, ellipsis: *ellipsis })
    }

    /// Where messages about the call as a whole stand: at its opening parenthesis.
    pub(crate) fn place(&self) -> Span {
        Span::new(self.lparen, self.e.span.hi)
    }
}

/// An evaluated argument; `targs`: the type arguments that a generic function has been given so
/// far.
pub(crate) struct Argument<'a> {
    pub x: Operand<'a>,
    pub targs: Vec<TypeId>,
}

impl Checker {
    pub(crate) fn call_expr<'a>(&mut self, x: &mut Operand<'a>, e: &'a Expr) -> Usage {
        let Some(call) = Call::of(e) else { return Usage::Statement };
        let mut inst = None;
        if let ExprKind::Index { x: operand, indices, .. } = &call.fun.kind {
            if self.index_expr(x, call.fun, operand, indices) {
                inst = Some(indices.as_slice());
            }
            x.set_expr(call.fun);
            self.record(x);
        } else {
            self.expr_or_type(x, call.fun, true);
        }
        match x.mode {
            Mode::Invalid => {
                self.use_exprs(call.args);
                Usage::Statement
            }
            Mode::TypeExpr => {
                self.conversion_call(x, call);
                Usage::Conversion
            }
            Mode::Builtin(id) => {
                if !self.builtin(x, call, id) {
                    x.invalidate();
                }
                if x.is_valid() && x.mode != Mode::Constant {
                    self.env.has_call_or_recv = true;
                }
                builtin_usage(id)
            }
            _ => {
                self.function_call(x, call, inst);
                Usage::Statement
            }
        }
    }

    fn conversion_call<'a>(&mut self, x: &mut Operand<'a>, call: Call<'a>) {
        self.non_generic(None, x);
        if !x.is_valid() {
            self.use_exprs(call.args);
            return;
        }
        let t = x.ty;
        x.invalidate();
        if !self.is_complete(t) {
            self.use_exprs(call.args);
            return;
        }
        let [arg] = call.args else {
            let name = self.type_string(t);
            if let Some(last) = call.args.last() {
                self.use_exprs(call.args);
                let message = format!("too many arguments in conversion to {name}");
                self.err("WrongArgCount", last.span, message);
            } else {
                let message = format!("missing argument in conversion to {name}");
                self.err("WrongArgCount", call.e.span, message);
            }
            return;
        };
        self.generic_expr(x, arg, None);
        self.non_generic(Some(t), x);
        if !x.is_valid() {
            return;
        }
        if self.is_non_type_param_interface(t) && self.is_constraint_interface(t) {
            let name = self.type_string(t);
            let message = format!(
                "cannot use interface {name} in conversion (contains specific type constraints or is comparable)"
            );
            self.err("MisplacedConstraintIface", call.e.span, message);
            x.invalidate();
            return;
        }
        if call.ellipsis.is_some() {
            let name = self.type_string(t);
            let message = format!("invalid use of ... in conversion to {name}");
            self.err("BadDotDotDotSyntax", arg.span, message);
            x.invalidate();
            return;
        }
        self.conversion(x, t);
    }

    fn function_call<'a>(&mut self, x: &mut Operand<'a>, call: Call<'a>, inst: Option<&'a [Expr]>) {
        let under = self.callee_type(x.ty);
        let callee = match under {
            Ok(u) if matches!(self.store.ty(u), Type::Signature(_)) => u,
            Ok(_) | Err(_) => {
                let cause = under.err().unwrap_or_default();
                let message = format!("invalid operation: cannot call {{}}: {cause}");
                self.reject(x, "InvalidCall", &message);
                self.use_exprs(call.args);
                return;
            }
        };
        // A generic function's own type keeps its identity; a defined type's is the underlying one.
        let Type::Signature(sig) = self.store.ty(callee).clone() else { return };
        let generic = !sig.type_params.is_empty();
        let Some((mut callee, targs)) = self.explicit_instance(call, callee, &sig, inst) else {
            self.use_exprs(call.args);
            x.invalidate();
            return;
        };
        let args = self.generic_expr_list(call.args);
        if let Some(instance) = self.arguments(call, callee, targs, args) {
            callee = instance;
        }
        let Type::Signature(sig) = self.store.ty(callee).clone() else { return };
        if generic && sig.type_params.is_empty() {
            self.record_node(call.fun.id, Mode::Value, callee, None);
        }
        x.value = None;
        self.env.has_call_or_recv = true;
        match sig.results[..] {
            [] => x.mode = Mode::NoValue,
            [one] => {
                x.mode = Mode::Value;
                x.ty = self.store.obj(one).ty;
            }
            _ => {
                x.mode = Mode::Value;
                x.ty = self.store.add_type(Type::Tuple(sig.results.clone()));
            }
        }
        self.require_complete(x);
        if x.mode == Mode::Value && self.is_parameterized(&sig.type_params, x.ty) {
            x.invalidate();
        }
    }

    /// The function type under t, or under all types of its set.
    fn callee_type(&mut self, t: TypeId) -> Result<TypeId, String> {
        let Some(types) = self.type_terms_of(t) else { return self.shared_under(t) };
        for member in types {
            let u = self.under(member);
            if !matches!(self.store.ty(u), Type::Signature(_)) {
                return Err(format!("{} is not a function", self.type_string(member)));
            }
        }
        self.shared_under(t)
    }

    /// The types of t's set, if it is a type parameter with specific types; else t alone.
    fn type_terms_of(&mut self, t: TypeId) -> Option<Vec<TypeId>> {
        if !self.is_type_param(t) {
            return Some(vec![t]);
        }
        self.type_terms(t).map(|terms| terms.iter().map(|m| m.ty).collect())
    }

    /// Handles `f[T…](…)`: the callee, instantiated if the list is complete, and the type
    /// arguments that are left for inference. `None` after an error.
    fn explicit_instance(
        &mut self,
        call: Call,
        callee: TypeId,
        sig: &Signature,
        inst: Option<&[Expr]>,
    ) -> Option<(TypeId, Vec<TypeId>)> {
        let Some(list) = inst else { return Some((callee, Vec::new())) };
        self.require(since::GENERICS, call.fun.span, "function instantiation");
        let targs = self.type_list(list)?;
        let want = sig.type_params.len();
        if targs.len() > want {
            self.report_too_many_type_args(list, want);
            return None;
        }
        if targs.len() == want && want > 0 {
            let instance = self.instantiate_signature(call.fun.span, call.fun, &targs, callee);
            return Some((instance, Vec::new()));
        }
        Some((callee, targs))
    }

    /// Arguments; generic functions among them stay generic.
    pub(crate) fn generic_expr_list<'a>(&mut self, list: &'a [Expr]) -> Vec<Argument<'a>> {
        let single = list.len() == 1;
        let mut result = Vec::with_capacity(list.len());
        for e in list {
            let mut x = Operand::invalid();
            if let ExprKind::Index { x: operand, indices, .. } = &e.kind
                && self.index_expr(&mut x, e, operand, indices)
            {
                let targs = self.func_inst(None, e.span, &mut x, Some((e, indices)), false);
                if targs.is_none() {
                    self.record(&x);
                }
                result.push(Argument { x, targs: targs.unwrap_or_default() });
                continue;
            }
            if let ExprKind::Index { .. } = &e.kind {
                x.set_expr(e);
                self.record(&x);
                self.exclude_for_argument(&mut x);
            } else if single {
                self.raw_expr(None, &mut x, e, true);
                self.exclude_for_argument(&mut x);
            } else {
                self.generic_expr(&mut x, e, None);
            }
            match self.tuple_types(&x) {
                Some(types) => result.extend(
                    types
                        .into_iter()
                        .map(|ty| Argument { x: Operand { ty, ..x.clone() }, targs: Vec::new() }),
                ),
                None => result.push(Argument { x, targs: Vec::new() }),
            }
        }
        result
    }

    fn exclude_for_argument(&mut self, x: &mut Operand) {
        match x.mode {
            Mode::NoValue => self.reject(x, "TooManyValues", "{} used as value"),
            Mode::Builtin(_) => self.reject(x, "UncalledBuiltin", "{} must be called"),
            Mode::TypeExpr => self.reject(x, "NotAnExpr", "{} is not an expression"),
            _ => {}
        }
    }

    /// Checks arguments against the callee's parameters; the instantiated signature, if the callee
    /// is generic and inference succeeded.
    pub(crate) fn arguments<'a>(
        &mut self,
        call: Call<'a>,
        callee: TypeId,
        targs: Vec<TypeId>,
        mut args: Vec<Argument<'a>>,
    ) -> Option<TypeId> {
        let Type::Signature(sig) = self.store.ty(callee).clone() else { return None };
        let params: Vec<TypeId> = sig.params.iter().map(|&p| self.store.obj(p).ty).collect();
        let mut params = self.spread_params(call, &sig, params, args.len())?;
        if args.len() != params.len() {
            self.report_arg_count(call, &sig, &args, params.len());
            return None;
        }
        let mut instance = None;
        let generic_arg = args.iter().any(|a| self.is_generic_function(&a.x));
        if !sig.type_params.is_empty() || generic_arg {
            instance = self.infer_call(call, callee, &sig, targs, &mut params, &mut args)?;
        }
        if args.is_empty() {
            return instance;
        }
        let context = format!("argument to {}", self.expr_string(call.fun));
        for (arg, param) in args.iter_mut().zip(params) {
            self.assignment(&mut arg.x, Some(param), &context);
        }
        instance
    }

    fn is_generic_function(&self, x: &Operand) -> bool {
        x.is_valid()
            && matches!(self.store.ty(x.ty), Type::Signature(s) if !s.type_params.is_empty())
    }

    /// One parameter type for each argument: `...T` is as many T as are needed.
    fn spread_params(
        &mut self,
        call: Call,
        sig: &Signature,
        mut params: Vec<TypeId>,
        nargs: usize,
    ) -> Option<Vec<TypeId>> {
        let spread = call.ellipsis.is_some();
        if !sig.variadic {
            if spread {
                let text = self.expr_string(call.fun);
                let message = format!("cannot use ... in call to non-variadic {text}");
                self.err("NonVariadicDotDotDot", call.e.span, message);
                return None;
            }
            return Some(params);
        }
        if spread {
            if call.args.len() == 1 && nargs > 1 {
                let text = self.expr_string(&call.args[0]);
                let message = format!("cannot use ... with {nargs}-valued {text}");
                self.err("InvalidDotDotDot", call.e.span, message);
                return None;
            }
            return Some(params);
        }
        let last = params.pop()?;
        if nargs >= params.len() {
            let elem = match *self.store.ty(last) {
                Type::Slice(elem) => elem,
                _ => self.byte_type(),
            };
            params.resize(nargs, elem);
        }
        Some(params)
    }

    fn report_arg_count(&mut self, call: Call, sig: &Signature, args: &[Argument], want: usize) {
        let too_many = args.len() > want;
        let (span, qualifier) = match args.get(want) {
            Some(extra) if too_many => (extra.x.span, "too many"),
            _ => (args.last().map_or(call.e.span, |a| a.x.span), "not enough"),
        };
        let have: Vec<_> = args.iter().map(|a| a.x.ty).collect();
        let have = self.types_summary(&have, false, call.ellipsis.is_some());
        let want: Vec<_> = sig.params.iter().map(|&p| self.store.obj(p).ty).collect();
        let want = self.types_summary(&want, sig.variadic, false);
        let text = self.expr_string(call.fun);
        let message =
            format!("{qualifier} arguments in call to {text}\n\thave {have}\n\twant {want}");
        let d = Diagnostic::error(Code("WrongArgCount"), span, message);
        let d = self.explain_call(d, call);
        self.report(d);
    }

    /// Infers what type arguments the callee and generic functions among the arguments lack, and
    /// puts them in: into the parameters, the arguments, the callee. `None` if that fails.
    fn infer_call<'a>(
        &mut self,
        call: Call<'a>,
        callee: TypeId,
        sig: &Signature,
        mut targs: Vec<TypeId>,
        params: &mut Vec<TypeId>,
        args: &mut [Argument<'a>],
    ) -> Option<Option<TypeId>> {
        let own = sig.type_params.len();
        let tuple = self.new_tuple(params);
        let (mut tparams, renamed) = self.rename_type_params(&sig.type_params, tuple);
        let param_types = self.tuple_elems(renamed);
        let mut generic_args = Vec::new();
        for (i, arg) in args.iter_mut().enumerate() {
            if !self.is_generic_function(&arg.x) {
                continue;
            }
            let Type::Signature(asig) = self.store.ty(arg.x.ty).clone() else { continue };
            if arg.targs.is_empty() {
                let what = "implicitly instantiated function as argument";
                self.require(since::INFERENCE_OF_VALUES, arg.x.span, what);
            }
            let (fresh, renamed) = self.rename_signature(&asig);
            generic_args.push((i, arg.x.ty, fresh.len()));
            arg.x.ty = renamed;
            // A hole in the list is the invalid type.
            targs.resize(tparams.len(), INVALID);
            targs.extend_from_slice(&arg.targs);
            tparams.extend(fresh);
            targs.resize(tparams.len(), INVALID);
        }
        while targs.last() == Some(&INVALID) {
            targs.pop();
        }
        let operands: Vec<Operand> = args.iter().map(|a| a.x.clone()).collect();
        let at = call.place();
        let problem = Problem {
            at,
            tparams: &tparams,
            stated: &targs,
            params: &param_types,
            operands: &operands,
            flow: Flow::Argument,
        };
        let targs = match self.solve(&problem) {
            Ok(targs) => targs,
            Err(Unsolved::Known) => return None,
            Err(Unsolved::Because(span, message)) => {
                let text = self.expr_string(call.fun);
                let unknown = message.starts_with("cannot infer ");
                let message = format!("in call to {text}, {message}");
                let d = Diagnostic::error(Code("CannotInferTypeArgs"), span, message);
                self.report(if unknown {
                    d.note(format!("say which type is meant: {text}[int](…), for example"))
                } else {
                    d
                });
                return None;
            }
        };
        let mut instance = None;
        if own > 0 && !matches!(call.fun.unparen().kind, ExprKind::Index { .. }) {
            self.require(since::GENERICS, call.fun.span, "implicit function instantiation");
        }
        *params = if own > 0 {
            instance = Some(self.instantiate_signature(at, call.fun, &targs[..own], callee));
            let subst = |c: &mut Checker, t| c.subst(t, &tparams[..own], &targs[..own]);
            param_types.into_iter().map(|t| subst(self, t)).collect()
        } else {
            param_types
        };
        let mut next = own;
        for (i, generic, n) in generic_args {
            let arg = &mut args[i].x;
            if let Some(e) = arg.expr {
                arg.ty = self.instantiate_signature(arg.span, e, &targs[next..next + n], generic);
                self.record(arg);
            }
            next += n;
        }
        Some(instance)
    }

    /// A generic function's type as one that mentions fresh type parameters, and these.
    fn rename_signature(&mut self, sig: &Signature) -> (Vec<TypeId>, TypeId) {
        let plain = Signature { type_params: Vec::new(), ..sig.clone() };
        let plain = self.store.add_type(Type::Signature(plain));
        let (fresh, renamed) = self.rename_type_params(&sig.type_params, plain);
        (fresh, renamed)
    }

    fn tuple_elems(&self, t: TypeId) -> Vec<TypeId> {
        let Type::Tuple(vars) = self.store.ty(t) else { return Vec::new() };
        vars.iter().map(|&v: &ObjId| self.store.obj(v).ty).collect()
    }
}
