//! Which variables of a function live in boxes on the heap, and what its literals capture.
//!
//! One walk over a body with all literals in it (the body of a loop over a function counts as
//! one, unless it is compiled in place: see `iterator`). A variable is boxed if its address is taken (`&x`, `&x.f`, `x.ptrMethod()`, a slice of an
//! array), or if a literal captures it and anyone changes it after the capture. "After" is decided
//! by the text: an assignment that ends before the literal starts is earlier, unless a loop around
//! the literal but not around the variable's declaration (or a `goto`) can bring it back. The
//! variables of a `for` clause are new in each iteration, so its post statement changes nothing
//! that a literal in the body has captured.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::rc::Rc;

use gol_diagnostic::Pos;
use gol_grammar::ast::*;
use gol_types::{Checker, ObjId, ObjKind, SelectionKind, Type, TypeId};

use crate::callee;
use crate::iterator::{self, Iterator};

/// What a body, with all literals in it, does with its variables.
#[derive(Debug, Default)]
pub(crate) struct Escapes {
    boxed: HashSet<ObjId>,
    captures: HashMap<NodeId, Rc<[ObjId]>>,
    /// Whether `recover` is named anywhere, in literals too.
    pub(crate) recovers: bool,
    /// Conversions `(*T)(unsafe.Pointer(p))` whose result is only followed to fields and elements.
    looked_through: HashSet<NodeId>,
    /// Variables with which that is so, and the conversion that is their value.
    headers: HashMap<ObjId, Rc<Expr>>,
    /// How often variables are named.
    uses: HashMap<ObjId, u32>,
    /// Variables that are assigned to after their declaration, or may be by others.
    changed: HashSet<ObjId>,
    /// How functions in variables are called.
    calls: HashMap<ObjId, Calls>,
    /// Loops over functions that are compiled in place, by their body's block.
    iterators: HashMap<NodeId, Rc<Iterator>>,
}

/// How a function in a variable is called by the function whose variable it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls {
    pub called: u32,
    /// One of these calls stands in a loop.
    pub in_loop: bool,
    /// Declared functions that it is an argument of, and which one.
    pub passed: Vec<(ObjId, usize)>,
}

impl Escapes {
    /// Whether the variable lives in a box: its register then holds the box's address (closures
    /// capture that). Variables of `Repr::Mem` live in memory anyway: for them it says whether
    /// someone else may see that memory (address taken or captured and changed).
    pub(crate) fn is_boxed(&self, var: ObjId) -> bool {
        self.boxed.contains(&var)
    }

    /// Whether what a conversion `(*T)(unsafe.Pointer(p))` gives is only followed to fields and
    /// elements of what it points to, there or by the variable that it is the value of.
    pub(crate) fn is_looked_through(&self, conversion: NodeId) -> bool {
        self.looked_through.contains(&conversion)
    }

    /// The conversion that is the value of a variable, which is used for nothing else than that.
    pub(crate) fn header_of(&self, var: ObjId) -> Option<Rc<Expr>> {
        self.headers.get(&var).cloned()
    }

    /// How often a variable is named, in literals too.
    pub(crate) fn uses(&self, var: ObjId) -> u32 {
        self.uses.get(&var).copied().unwrap_or(0)
    }

    /// Whether somebody assigns to a variable after its declaration, or could.
    pub(crate) fn is_changed(&self, var: ObjId) -> bool {
        self.changed.contains(&var)
    }

    /// The calls of the function that a variable holds, if that is never used for anything else but
    /// as an argument of declared functions.
    pub(crate) fn only_called(&self, var: ObjId) -> Option<&Calls> {
        let calls = self.calls.get(&var)?;
        let counted = calls.called as usize + calls.passed.len();
        (counted == self.uses(var) as usize && !self.is_changed(var)).then_some(calls)
    }

    /// What a loop over a function ranges over, if iterator and body are compiled in place. The body
    /// is no function of its own then.
    pub(crate) fn iterator(&self, body: NodeId) -> Option<Rc<Iterator>> {
        self.iterators.get(&body).cloned()
    }

    /// Whether the body of a loop is a function of its own.
    pub(crate) fn is_range_closure(&self, body: NodeId) -> bool {
        self.captures.contains_key(&body)
    }

    /// The local variables of enclosing functions that a literal (by its expression's id; the body
    /// of a loop over a function by the block's) needs, for itself or literals inside of it, in the
    /// order in which it captures them. Boxed ones are captured as the address of their box, the
    /// others by value.
    pub(crate) fn captures(&self, literal: NodeId) -> Rc<[ObjId]> {
        self.captures.get(&literal).cloned().unwrap_or_default()
    }
}

/// Analyses the body of a declared function with these result variables. `inside` are the functions
/// in which it is going to stand in place of a call.
pub(crate) fn analyze_body(
    checker: &mut Checker,
    body: &Block,
    results: &[ObjId],
    inside: &[ObjId],
) -> Escapes {
    let mut walk = Walk::new(checker);
    walk.inside = inside.to_vec();
    walk.funcs[0].results = results.to_vec();
    walk.block(body);
    walk.finish()
}

/// Analyses the statements of a script.
pub(crate) fn analyze_items(checker: &mut Checker, items: &[Item]) -> Escapes {
    let mut walk = Walk::new(checker);
    for item in items {
        match item {
            Item::Stmt(stmt) => walk.stmt(stmt),
            Item::Decl(decl) => walk.decl(decl),
        }
    }
    walk.finish()
}

/// Types (no aliases) that a body declares.
pub(crate) fn local_types(checker: &mut Checker, body: &Block) -> Vec<TypeId> {
    let mut walk = Walk::new(checker);
    walk.block(body);
    walk.local_types
}

/// Whether a body has literals in it, or bodies of loops that are functions of their own.
pub(crate) fn has_functions(checker: &mut Checker, body: &Block) -> bool {
    let mut walk = Walk::new(checker);
    walk.block(body);
    walk.funcs.len() > 1
}

/// Analyses a literal that is going to stand in place of a call in some functions.
pub(crate) fn analyze_literal(checker: &mut Checker, e: &Expr, inside: &[ObjId]) -> Escapes {
    let mut walk = Walk::new(checker);
    walk.inside = inside.to_vec();
    walk.expr(e);
    walk.finish()
}

/// Analyses an initialiser at package level.
pub(crate) fn analyze_expr(checker: &mut Checker, e: &Expr) -> Escapes {
    let mut walk = Walk::new(checker);
    walk.expr(e);
    walk.finish()
}

/// The function or a literal in it.
struct Func {
    parent: usize,
    /// Key in `Escapes::captures`; `None` for the outermost function.
    key: Option<NodeId>,
    /// Loops around the literal, and where it starts.
    depth: u32,
    start: Pos,
    captures: Vec<ObjId>,
    /// Result variables: every `return` assigns them.
    results: Vec<ObjId>,
}

/// What is known of a variable.
#[derive(Clone, Copy, Default)]
struct Var {
    owner: usize,
    /// Loops around the declaration.
    depth: u32,
    /// End of the last assignment by its own function.
    assigned: Option<Pos>,
    /// Where the first literal that captures it starts, and the most loops around one.
    captured: Option<Pos>,
    capture_depth: u32,
    /// Boxed whatever else happens.
    boxed: bool,
}

struct Walk<'a> {
    checker: &'a mut Checker,
    funcs: Vec<Func>,
    current: usize,
    depth: u32,
    vars: HashMap<ObjId, Var>,
    /// Variables of the `for` clause whose post statement is being walked.
    post_vars: Vec<ObjId>,
    has_goto: bool,
    local_types: Vec<TypeId>,
    recovers: bool,
    /// As in [`Escapes`], for all variables whose value is such a conversion.
    looked_through: HashSet<NodeId>,
    headers: HashMap<ObjId, Rc<Expr>>,
    /// What of them is used in other ways as well.
    used_otherwise: HashSet<ObjId>,
    addressed: HashSet<NodeId>,
    uses: HashMap<ObjId, u32>,
    calls: HashMap<ObjId, Calls>,
    iterators: HashMap<NodeId, Rc<Iterator>>,
    /// Functions whose bodies this one is a part of.
    inside: Vec<ObjId>,
}

impl<'a> Walk<'a> {
    fn new(checker: &'a mut Checker) -> Walk<'a> {
        let outermost = Func {
            parent: 0,
            key: None,
            depth: 0,
            start: Pos::NONE,
            captures: Vec::new(),
            results: Vec::new(),
        };
        Walk {
            checker,
            funcs: vec![outermost],
            current: 0,
            depth: 0,
            vars: HashMap::default(),
            post_vars: Vec::new(),
            has_goto: false,
            local_types: Vec::new(),
            recovers: false,
            looked_through: HashSet::default(),
            headers: HashMap::default(),
            used_otherwise: HashSet::default(),
            addressed: HashSet::default(),
            uses: HashMap::default(),
            calls: HashMap::default(),
            iterators: HashMap::default(),
            inside: Vec::new(),
        }
    }

    fn finish(mut self) -> Escapes {
        self.headers.retain(|obj, _| !self.used_otherwise.contains(obj));
        self.looked_through.retain(|id| !self.addressed.contains(id));
        self.looked_through.extend(self.headers.values().map(|conversion| conversion.id));
        let results: HashSet<ObjId> =
            self.funcs.iter().flat_map(|f| f.results.iter().copied()).collect();
        let must = |(obj, var): (&ObjId, &Var)| {
            let changed = match (var.captured, var.assigned) {
                (Some(from), Some(to)) => {
                    self.has_goto || var.capture_depth > var.depth || to > from
                }
                _ => false,
            };
            // Returns assign to results.
            let is_result = results.contains(obj) && var.captured.is_some();
            (var.boxed || changed || is_result).then_some(*obj)
        };
        let boxed: HashSet<ObjId> = self.vars.iter().filter_map(must).collect();
        let assigned = self.vars.iter().filter(|(_, var)| var.assigned.is_some());
        let changed = assigned.map(|(&obj, _)| obj).chain(boxed.iter().copied()).collect();
        let captures = self
            .funcs
            .iter()
            .filter_map(|f| Some((f.key?, Rc::from(f.captures.as_slice()))))
            .collect();
        Escapes {
            boxed,
            captures,
            recovers: self.recovers,
            looked_through: self.looked_through,
            headers: self.headers,
            uses: self.uses,
            changed,
            calls: self.calls,
            iterators: self.iterators,
        }
    }

    // -- variables

    /// Whether an object is a variable of some function.
    fn is_local(&self, obj: ObjId) -> bool {
        matches!(&self.checker.store.obj(obj).kind,
            ObjKind::Var(v) if !v.is_field && !v.is_package_level)
    }

    fn declare(&mut self, obj: ObjId) {
        if self.is_local(obj) {
            let var = Var { owner: self.current, depth: self.depth, ..Var::default() };
            self.vars.insert(obj, var);
        }
    }

    /// Declares what an identifier defines; says whether it does.
    fn define(&mut self, id: NodeId) -> bool {
        let Some(&Some(obj)) = self.checker.info.defs.get(&id) else { return false };
        self.declare(obj);
        true
    }

    /// A variable is read or written here: captured, if it belongs to a function outside.
    fn touch(&mut self, obj: ObjId) {
        if !self.is_local(obj) {
            return;
        }
        // What no walk has declared is a parameter or result of the outermost function.
        let owner = self.vars.entry(obj).or_default().owner;
        let mut at = self.current;
        let mut outermost = None;
        while at != owner {
            let func = &mut self.funcs[at];
            if !func.captures.contains(&obj) {
                func.captures.push(obj);
            }
            outermost = Some((func.start, func.depth));
            if at == 0 {
                break;
            }
            at = func.parent;
        }
        let in_post = self.post_vars.contains(&obj);
        if let (Some((start, depth)), Some(var)) = (outermost, self.vars.get_mut(&obj)) {
            var.captured.get_or_insert(start);
            var.capture_depth = var.capture_depth.max(depth);
            var.boxed |= in_post;
        }
    }

    fn assign(&mut self, obj: ObjId, end: Pos) {
        self.touch(obj);
        let current = self.current;
        let in_post = self.post_vars.contains(&obj);
        let Some(var) = self.vars.get_mut(&obj) else { return };
        if var.owner != current {
            var.boxed = true;
        } else if !in_post {
            var.assigned = var.assigned.max(Some(end));
        }
    }

    fn take_address(&mut self, e: &Expr) {
        self.address_behind(e);
        if let Some(obj) = self.root(e) {
            self.touch(obj);
            if let Some(var) = self.vars.get_mut(&obj) {
                var.boxed = true;
            }
        }
    }

    // -- what is seen through package unsafe

    /// A variable is declared with a value: notes it if that is `(*T)(unsafe.Pointer(p))`.
    fn note_header(&mut self, var: NodeId, value: &Expr) {
        if let Some(&Some(obj)) = self.checker.info.defs.get(&var)
            && self.is_local(obj)
            && is_view(value.unparen())
        {
            self.headers.insert(obj, Rc::new(value.unparen().clone()));
        }
    }

    /// A pointer is followed: walks it, without counting that as another use of what it is.
    fn follow(&mut self, pointer: &Expr) {
        let x = pointer.unparen();
        match self.object(x.id) {
            Some(obj) if matches!(x.kind, ExprKind::Name(_)) && self.headers.contains_key(&obj) => {
                self.touch(obj);
            }
            _ => {
                if is_view(x) {
                    self.looked_through.insert(x.id);
                }
                self.expr(x);
            }
        }
    }

    /// The address of something is taken, to which a pointer may have been followed.
    fn address_behind(&mut self, e: &Expr) {
        let mut x = e.unparen();
        while let ExprKind::Selector { x: inner, .. }
        | ExprKind::Index { x: inner, .. }
        | ExprKind::Star(inner) = &x.kind
        {
            x = inner.unparen();
        }
        match self.object(x.id) {
            Some(obj) => _ = self.used_otherwise.insert(obj),
            None => _ = self.addressed.insert(x.id),
        }
    }

    fn object(&self, id: NodeId) -> Option<ObjId> {
        self.checker.info.uses.get(&id).copied()
    }

    /// The local variable that an addressable expression is a part of, no pointer followed.
    fn root(&mut self, e: &Expr) -> Option<ObjId> {
        match &e.kind {
            ExprKind::Paren(x) => self.root(x),
            ExprKind::Name(_) => self.object(e.id).filter(|&obj| self.is_local(obj)),
            ExprKind::Selector { x, .. } => {
                let selection = self.checker.info.selections.get(&e.id)?;
                let inside = selection.kind == SelectionKind::Field && !selection.indirect;
                if inside && !self.is_pointer(x) { self.root(x) } else { None }
            }
            ExprKind::Index { x, .. } => {
                matches!(self.core_of(x), Some(Type::Array { .. })).then(|| self.root(x))?
            }
            _ => None,
        }
    }

    fn is_pointer(&self, e: &Expr) -> bool {
        let ty = self.checker.info.of(e.id).map(|tv| tv.ty);
        ty.is_some_and(|t| matches!(self.checker.store.ty(t), Type::Pointer(_)))
    }

    /// The core type of an expression's type.
    fn core_of(&mut self, e: &Expr) -> Option<Type> {
        let ty = self.checker.info.of(e.id)?.ty;
        let core = self.checker.core(ty);
        Some(self.checker.store.ty(core).clone())
    }

    // -- functions

    /// Walks a literal's inside as a function of its own.
    fn enter(&mut self, key: NodeId, start: Pos, inside: impl FnOnce(&mut Self)) {
        let parent = self.current;
        self.funcs.push(Func {
            parent,
            key: Some(key),
            depth: self.depth,
            start,
            captures: Vec::new(),
            results: Vec::new(),
        });
        self.current = self.funcs.len() - 1;
        let post_vars = std::mem::take(&mut self.post_vars);
        inside(self);
        self.post_vars = post_vars;
        self.current = parent;
    }

    fn literal(&mut self, e: &Expr, lit: &FuncLit) {
        // A literal in a post statement captures the clause's variables while they change.
        let in_post = self.post_vars.clone();
        self.enter(e.id, e.span.lo, |walk| {
            for param in lit.ty.params.iter().chain(&lit.ty.results) {
                if let Some(name) = &param.name {
                    walk.define(name.id);
                }
            }
            let results = lit.ty.results.iter().filter_map(|r| r.name.as_ref());
            let defs = &walk.checker.info.defs;
            let objs: Vec<ObjId> =
                results.filter_map(|n| defs.get(&n.id).copied().flatten()).collect();
            walk.funcs[walk.current].results = objs;
            walk.block(&lit.body);
        });
        for obj in in_post {
            if let Some(var) = self.vars.get_mut(&obj) {
                var.boxed |= var.captured.is_some();
            }
        }
    }

    // -- expressions

    fn exprs(&mut self, list: &[Expr]) {
        for e in list {
            self.expr(e);
        }
    }

    fn opt_expr(&mut self, e: Option<&Expr>) {
        if let Some(e) = e {
            self.expr(e);
        }
    }

    fn expr(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Name(name) => {
                self.recovers |= &**name == "recover";
                if let Some(obj) = self.object(e.id) {
                    self.touch(obj);
                    *self.uses.entry(obj).or_default() += 1;
                    if self.headers.contains_key(&obj) {
                        self.used_otherwise.insert(obj);
                    }
                }
            }
            ExprKind::Composite { elems, .. } => self.exprs(elems),
            ExprKind::KeyValue { key, value } => {
                self.expr(key);
                self.expr(value);
            }
            ExprKind::Func(lit) => self.literal(e, lit),
            ExprKind::Paren(x) => self.expr(x),
            ExprKind::Star(x) => self.follow(x),
            ExprKind::Selector { x, .. } => self.selector(e, x),
            ExprKind::Index { x, indices, .. } => {
                match indices.as_slice() {
                    [Expr { kind: ExprKind::Literal { .. }, .. }] => self.follow(x),
                    _ => self.expr(x),
                }
                self.exprs(indices);
            }
            ExprKind::Slice { x, lo, hi, max } => {
                if matches!(self.core_of(x), Some(Type::Array { .. })) {
                    self.take_address(x);
                }
                self.expr(x);
                for bound in [lo, hi, max] {
                    self.opt_expr(bound.as_deref());
                }
            }
            ExprKind::TypeAssert { x, .. } => self.expr(x),
            ExprKind::Call { fun, args, .. } => {
                self.expr(fun);
                self.exprs(args);
                self.count_calls(fun, args);
            }
            ExprKind::Unary { op, x, .. } => {
                if *op == UnaryOp::Addr {
                    self.take_address(x);
                }
                self.expr(x);
            }
            ExprKind::Binary { x, y, .. } => {
                self.expr(x);
                self.expr(y);
            }
            // Types name no variables; the length of an array type is a constant.
            _ => {}
        }
    }

    /// Notes which functions in variables of the present function a call calls or passes on.
    fn count_calls(&mut self, fun: &Expr, args: &[Expr]) {
        let several = args.first().is_some_and(|arg| callee::has_several_values(self.checker, arg));
        if let Some(var) = self.own_func_var(fun).filter(|_| !several) {
            let in_loop = self.depth > self.funcs[self.current].depth;
            let calls = self.calls.entry(var).or_default();
            calls.called += 1;
            calls.in_loop |= in_loop;
        }
        for (i, arg) in args.iter().enumerate() {
            if let Some(var) = self.own_func_var(arg)
                && let Some(callee) = callee::named(self.checker, fun)
            {
                self.calls.entry(var).or_default().passed.push((callee, i));
            }
        }
    }

    /// The variable of the present function, holding a function, that an expression names.
    fn own_func_var(&mut self, e: &Expr) -> Option<ObjId> {
        let e = e.unparen();
        let ExprKind::Name(_) = &e.kind else { return None };
        let obj = self.object(e.id).filter(|&obj| self.is_local(obj))?;
        let ty = self.checker.store.obj(obj).ty;
        let under = self.checker.underlying(ty);
        let is_func = matches!(self.checker.store.ty(under), Type::Signature(_));
        let owner = self.vars.get(&obj).map_or(0, |var| var.owner);
        (is_func && owner == self.current).then_some(obj)
    }

    /// What `go` and `defer` call is no call here.
    fn launched(&mut self, call: &Expr) {
        let ExprKind::Call { fun, args, .. } = &call.unparen().kind else { return self.expr(call) };
        self.expr(fun);
        self.exprs(args);
    }

    fn selector(&mut self, e: &Expr, x: &Expr) {
        let selection = self.checker.info.selections.get(&e.id);
        if selection.is_some_and(|selection| selection.kind == SelectionKind::Field) {
            return self.follow(x);
        }
        if let Some(selection) = selection
            && selection.kind == SelectionKind::Method
            && !selection.indirect
            && matches!(&self.checker.store.obj(selection.obj).kind,
                ObjKind::Func(f) if f.ptr_recv)
            && !self.is_pointer(x)
        {
            self.take_address(x);
        }
        self.expr(x);
    }

    // -- statements

    fn block(&mut self, block: &Block) {
        self.stmts(&block.stmts);
    }

    fn stmts(&mut self, list: &[Stmt]) {
        for s in list {
            self.stmt(s);
        }
    }

    fn opt_stmt(&mut self, s: Option<&Stmt>) {
        if let Some(s) = s {
            self.stmt(s);
        }
    }

    fn stmt(&mut self, s: &Stmt) {
        match &s.kind {
            StmtKind::Expr(e) => self.expr(e),
            StmtKind::Go(e) | StmtKind::Defer(e) => self.launched(e),
            StmtKind::Send { chan, value, .. } => {
                self.expr(chan);
                self.expr(value);
            }
            StmtKind::IncDec { x, .. } => self.lhs(x, s.span.hi),
            StmtKind::Assign { lhs, rhs, .. } => {
                self.exprs(rhs);
                if let ([var], [value]) = (lhs.as_slice(), rhs.as_slice()) {
                    self.note_header(var.id, value);
                }
                for e in lhs {
                    if !self.define(e.id) {
                        self.lhs(e, s.span.hi);
                    }
                }
            }
            StmtKind::Return(values) => self.exprs(values),
            StmtKind::Goto(_) => self.has_goto = true,
            StmtKind::Block(block) => self.block(block),
            StmtKind::If(s) => {
                self.opt_stmt(s.init.as_ref());
                self.expr(&s.cond);
                self.block(&s.then);
                self.opt_stmt(s.els.as_ref());
            }
            StmtKind::Switch(s) => {
                self.opt_stmt(s.init.as_ref());
                self.opt_expr(s.tag.as_ref());
                for clause in &s.clauses {
                    self.exprs(&clause.values);
                    self.stmts(&clause.body);
                }
            }
            StmtKind::TypeSwitch(s) => self.type_switch(s),
            StmtKind::Select(s) => {
                for clause in &s.clauses {
                    self.opt_stmt(clause.comm.as_ref());
                    self.stmts(&clause.body);
                }
            }
            StmtKind::For(s) => self.for_loop(s),
            StmtKind::Range(s) => self.range(s),
            StmtKind::Labeled { stmt, .. } => self.stmt(stmt),
            StmtKind::Decl(decl) => self.decl(decl),
            StmtKind::Bad
            | StmtKind::Empty
            | StmtKind::Break(_)
            | StmtKind::Continue(_)
            | StmtKind::Fallthrough => {}
        }
    }

    /// The target of an assignment that ends at `end`.
    fn lhs(&mut self, e: &Expr, end: Pos) {
        self.expr(e);
        if let Some(obj) = self.root(e) {
            self.assign(obj, end);
        }
    }

    fn type_switch(&mut self, s: &TypeSwitch) {
        self.opt_stmt(s.init.as_ref());
        self.expr(&s.x);
        for clause in &s.clauses {
            if let Some(&obj) = self.checker.info.implicits.get(&clause.id) {
                self.declare(obj);
            }
            self.stmts(&clause.body);
        }
    }

    fn for_loop(&mut self, s: &For) {
        self.depth += 1;
        self.opt_stmt(s.init.as_ref());
        self.opt_expr(s.cond.as_ref());
        self.block(&s.body);
        let mut clause_vars = self.clause_vars(s);
        if !self.checker.renews_loop_variables(s.body.span.lo) {
            // The post statement changes the one variable of all iterations, behind the body.
            for obj in std::mem::take(&mut clause_vars) {
                self.assign(obj, s.body.span.hi);
            }
        }
        let outer = std::mem::replace(&mut self.post_vars, clause_vars);
        self.opt_stmt(s.post.as_ref());
        self.post_vars = outer;
        self.depth -= 1;
    }

    /// Variables that the clause of a `for` declares.
    fn clause_vars(&self, s: &For) -> Vec<ObjId> {
        let Some(init) = &s.init else { return Vec::new() };
        let StmtKind::Assign { lhs, op: AssignOp::Define, .. } = &init.kind else {
            return Vec::new();
        };
        let defs = &self.checker.info.defs;
        lhs.iter().filter_map(|e| defs.get(&e.id).copied().flatten()).collect()
    }

    fn range(&mut self, s: &Range) {
        self.expr(&s.x);
        let over_func = matches!(self.core_of(&s.x), Some(Type::Signature(_)));
        let shared = !self.checker.renews_loop_variables(s.range_span.lo);
        self.depth += 1;
        let body = |walk: &mut Self| {
            for e in &s.lhs {
                if !(s.define && walk.define(e.id)) {
                    walk.lhs(e, s.body.span.hi);
                } else if let (true, Some(&Some(obj))) = (shared, walk.checker.info.defs.get(&e.id))
                {
                    // All iterations assign to the one variable.
                    walk.assign(obj, s.body.span.hi);
                }
            }
            walk.block(&s.body);
        };
        let iterator = if over_func { iterator::find(self.checker, s, &self.inside) } else { None };
        if over_func && iterator.is_none() {
            self.enter(s.body.id, s.body.span.lo, body);
        } else {
            body(self);
        }
        self.iterators.extend(iterator.map(|iterator| (s.body.id, Rc::new(iterator))));
        self.depth -= 1;
    }

    fn decl(&mut self, decl: &Decl) {
        match decl {
            Decl::Var(specs) => {
                for spec in specs {
                    self.exprs(&spec.values);
                    if let ([var], [value]) = (spec.names.as_slice(), spec.values.as_slice()) {
                        self.note_header(var.id, value);
                    }
                    for name in &spec.names {
                        self.define(name.id);
                    }
                }
            }
            Decl::Type(specs) => {
                for spec in specs.iter().filter(|s| !s.alias) {
                    let def = self.checker.info.defs.get(&spec.name.id).copied().flatten();
                    self.local_types.extend(def.map(|obj| self.checker.store.obj(obj).ty));
                }
            }
            _ => {}
        }
    }
}

/// Whether an expression is written `(*T)(unsafe.Pointer(p))`.
fn is_view(e: &Expr) -> bool {
    let ExprKind::Call { fun, args, .. } = &e.kind else { return false };
    let ([inner], ExprKind::Star(_)) = (args.as_slice(), &fun.unparen().kind) else { return false };
    let ExprKind::Call { fun, .. } = &inner.unparen().kind else { return false };
    matches!(&fun.kind, ExprKind::Selector { sel, .. } if &*sel.name == "Pointer")
}
