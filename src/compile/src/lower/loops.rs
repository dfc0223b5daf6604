//! `for` with a condition. The condition is tested once before the loop and then at its end, so
//! that an iteration costs one jump.
//!
//! A variable of the loop is a new one in each iteration. That shows only if it is boxed; then a
//! new box takes over its value before the post statement. In files of a version before Go 1.22 all
//! iterations share the variable.

use gol_bytecode::op;
use gol_grammar::ast::{AssignOp, Expr, For, Stmt, StmtKind};
use gol_types::ObjId;

use super::branch::has_literal;
use super::place::Place;
use super::{Local, Lower, TargetKind};

impl Lower<'_, '_> {
    pub(super) fn for_stmt(&mut self, stmt: &For) {
        let name = self.next_name.take();
        let mut boxed = Vec::new();
        if let Some(init) = &stmt.init {
            self.stmt(init);
            boxed = self.boxed_loop_vars(init);
        }
        let (body, cont, end) = (self.b.new_label(), self.b.new_label(), self.b.new_label());
        let cond = stmt
            .cond
            .as_ref()
            .filter(|c| self.const_value(c).and_then(|v| v.as_bool()) != Some(true));
        let exprs: Vec<&Expr> = cond.into_iter().collect();
        let post = stmt.post.as_slice();
        let pinned = self.pin_constants(&exprs, &[&stmt.body.stmts, post]);
        let once = cond.is_some_and(has_literal);
        if once {
            self.b.bind(body);
        }
        if let Some(cond) = cond {
            self.b.set_pos(cond.span.lo);
            self.jump_unless(cond, end);
        }
        if !once {
            self.b.bind(body);
        }
        self.next_name = name;
        self.push_target(TargetKind::Loop, Some(end), Some(cont));
        self.block(&stmt.body);
        self.targets.pop();
        self.b.bind(cont);
        self.renew(&boxed);
        if let Some(post) = &stmt.post {
            self.stmt(post);
        }
        self.loop_back(cond.filter(|_| !once), body);
        self.b.bind(end);
        self.unpin(pinned);
    }

    fn loop_back(&mut self, cond: Option<&Expr>, body: crate::builder::Label) {
        match cond {
            Some(cond) => {
                self.b.set_pos(cond.span.lo);
                self.jump_if(cond, body);
            }
            None => self.b.jump(body),
        }
    }

    fn boxed_loop_vars(&self, init: &Stmt) -> Vec<ObjId> {
        let StmtKind::Assign { lhs, op: AssignOp::Define, .. } = &init.kind else {
            return Vec::new();
        };
        if !self.m.checker.renews_loop_variables(init.span.lo) {
            return Vec::new();
        }
        lhs.iter()
            .filter_map(|e| self.defined(e))
            .filter(|&obj| self.is_boxed(obj) && !self.is_package_var(obj))
            .collect()
    }

    /// Gives boxed variables new boxes with the same values.
    fn renew(&mut self, vars: &[ObjId]) {
        for &obj in vars {
            let ty = self.obj_ty(obj);
            let Some(&local) = self.locals.get(&obj) else { continue };
            let mark = self.b.mark();
            match local {
                Local::Boxed(ptr) => {
                    let value = self.load(&Place::memory(ty, ptr, 0), None);
                    let fresh = self.new_box(ty, value);
                    self.move_words(ptr, fresh, 1);
                }
                Local::Mem(ptr) => {
                    let idx = self.type_idx(ty);
                    self.b.emit(op::NewCopy { dst: ptr, src: ptr, ty: idx });
                    let array = self.array(ty);
                    if let (Some(&view), Some((_, len))) = (self.views.get(&obj), array) {
                        self.b.emit(op::ArrayView { dst: view, ptr, len: len as i32 });
                    }
                }
                Local::Regs(_) => {}
            }
            self.b.release(mark);
        }
    }
}
