//! Generic functions as values: explicit instantiation, and inference from an assignment.

use gol_diagnostic::Span;
use gol_grammar::ast::Expr;

use crate::checker::Checker;
use crate::infer::{Flow, Problem};
use crate::info::Mode;
use crate::language::since;
use crate::operand::Operand;
use crate::types::{Signature, Type, TypeId};

impl Checker {
    /// Instantiates the generic function x: with the type arguments of `inst` (the index
    /// expression and its list), and with what `target` tells of the rest. Without `infer`, a
    /// list that is too short is returned, and x left as it is.
    pub(crate) fn func_inst<'a>(
        &mut self,
        target: Option<TypeId>,
        span: Span,
        x: &mut Operand<'a>,
        inst: Option<(&'a Expr, &'a [Expr])>,
        infer: bool,
    ) -> Option<Vec<TypeId>> {
        let list = inst.map_or(&[][..], |(_, list)| list);
        let allowed = self.require(since::GENERICS, x.span, "function instantiation");
        if let Some((e, _)) = inst {
            x.set_expr(e);
        }
        let Some(mut targs) = self.type_list(list) else {
            x.invalidate();
            return None;
        };
        let Type::Signature(sig) = self.store.ty(x.ty).clone() else { return None };
        let want = sig.type_params.len();
        if targs.len() > want {
            self.report_too_many_type_args(list, want);
            x.invalidate();
            return None;
        }
        if targs.len() < want {
            if !infer {
                return Some(targs);
            }
            if allowed && target.is_some() {
                let how = if list.is_empty() { "implicitly" } else { "partially" };
                let what = format!("{how} instantiated function in assignment");
                self.require(since::INFERENCE_OF_VALUES, span, &what);
            }
            match self.infer_from_target(target, span, x, &sig, &targs) {
                Some(all) => targs = all,
                None => {
                    x.invalidate();
                    return None;
                }
            }
        }
        if let Some(e) = x.expr {
            x.ty = self.instantiate_signature(x.span, e, &targs, x.ty);
        }
        x.mode = Mode::Value;
        None
    }

    pub(crate) fn report_too_many_type_args(&mut self, list: &[Expr], want: usize) {
        let message = format!("got {} type arguments but want {want}", list.len());
        self.err("WrongTypeArgCount", list[want].span, message);
    }

    /// The assignment `var v target = x` is like passing v to a function whose parameter has x's
    /// type.
    fn infer_from_target(
        &mut self,
        target: Option<TypeId>,
        span: Span,
        x: &Operand,
        sig: &Signature,
        targs: &[TypeId],
    ) -> Option<Vec<TypeId>> {
        let plain = Signature {
            recv: None,
            type_params: Vec::new(),
            recv_type_params: Vec::new(),
            ..sig.clone()
        };
        let plain = self.store.add_type(Type::Signature(plain));
        let (tparams, param) = self.rename_type_params(&sig.type_params, plain);
        let operand = target.map(|target| {
            let name = self.env.target_name.take().unwrap_or_else(|| "variable".into());
            Operand::synthetic(Mode::Value, target, x.span, name)
        });
        self.infer(&Problem {
            at: span,
            tparams: &tparams,
            stated: targs,
            params: &[param],
            operands: operand.as_slice(),
            flow: Flow::Assignment,
        })
    }
}
