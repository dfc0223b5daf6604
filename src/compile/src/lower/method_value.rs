//! Method values `x.m` and method expressions `T.m`.

use gol_bytecode::{FuncIdx, Reg, op};
use gol_grammar::ast::{Expr, ExprKind, Ident};
use gol_types::{Selection, SelectionKind};

use super::Lower;

impl Lower<'_, '_> {
    /// `x.m` as a value: a closure over the receiver, which is evaluated now.
    pub(super) fn method_value(
        &mut self,
        e: &Expr,
        sel: &Ident,
        selection: &Selection,
        want: Option<Reg>,
    ) -> Reg {
        let inner = match &e.kind {
            ExprKind::Index { x, .. } => x.unparen(),
            _ => e,
        };
        if selection.kind == SelectionKind::MethodExpr {
            return self.method_expression(inner, sel, want);
        }
        let ty = self.ty(e);
        let dst = self.dst(ty, want);
        let ExprKind::Selector { x, .. } = &inner.kind else { return dst };
        let recv = self.ty(x);
        let pkg = self.m.checker.store.obj(selection.obj).pkg;
        let Some(method) = self.m.find_method(recv, pkg, &sel.name) else { return dst };
        let mark = self.b.mark();
        let place = self.place(x);
        self.at(e);
        let place = self.follow(place, &method.path);
        if method.is_iface {
            let a = self.load(&place, None);
            let func = self.m.bound_iface_method(method.obj, method.sig);
            self.check_iface(a);
            self.b.emit(op::NewClosure { dst, a, n: 2, func });
            self.b.release(mark);
            return dst;
        }
        let is_pointer = self.pointee(place.ty).is_some() && place.ty != method.owner;
        let (a, n) = match (method.ptr_recv, is_pointer) {
            (true, true) => (self.load(&place, None), 1),
            (true, false) => (self.address(&place, None), 1),
            (false, _) => {
                let place = if is_pointer { self.deref_place(&place) } else { place };
                let mut a = self.load(&place, None);
                if self.is_mem(place.ty) {
                    let copy = self.alloc_pointer();
                    let ty = self.type_idx(place.ty);
                    self.b.emit(op::NewCopy { dst: copy, src: a, ty });
                    a = copy;
                }
                (a, self.words(place.ty))
            }
        };
        let own_args = self.instance_args(sel.id);
        let key = self.m.method_key(&method, &own_args);
        let func = self.m.bound_method(key);
        self.b.emit(op::NewClosure { dst, a, n, func });
        self.b.release(mark);
        dst
    }

    /// Panics if an interface is nil, as taking a method value of it does.
    fn check_iface(&mut self, a: Reg) {
        self.b.emit(op::NilCheck { ptr: a });
    }

    /// `T.m` as a value.
    pub(super) fn method_expression(&mut self, e: &Expr, sel: &Ident, want: Option<Reg>) -> Reg {
        let ty = self.ty(e);
        let dst = self.dst(ty, want);
        if let (ExprKind::Selector { x, .. }, Some(selection)) = (&e.kind, self.selection(e)) {
            let func = self.method_expr_func(x, sel, &selection);
            self.b.emit(op::LoadFunc { dst, func });
        }
        dst
    }

    pub(super) fn method_expr_func(
        &mut self,
        x: &Expr,
        sel: &Ident,
        selection: &Selection,
    ) -> FuncIdx {
        let recv = self.ty(x);
        let pkg = self.m.checker.store.obj(selection.obj).pkg;
        let own_args = self.instance_args(sel.id);
        self.m.method_expr(recv, pkg, &sel.name, own_args)
    }
}
