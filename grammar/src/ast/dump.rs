//! A file's tree as S-expressions, one item a line and nested statements indented: what the golden
//! tests of the grammar compare. Positions and ids are left out.

use std::fmt::Write;

use super::*;

/// The whole file.
pub fn dump(file: &File) -> String {
    let mut d = Dump { out: String::new(), indent: 0 };
    if let Some(package) = &file.package {
        let _ = writeln!(d.out, "(package {})", package.name);
    }
    for item in &file.items {
        match item {
            Item::Decl(decl) => d.decl(decl),
            Item::Stmt(stmt) => d.stmt(stmt),
        }
        d.out.push('\n');
    }
    d.out
}

struct Dump {
    out: String,
    indent: usize,
}

/// The default's missing parts are written `_`.
const ABSENT: &str = "_";

impl Dump {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.indent {
            self.out.push_str("  ");
        }
    }

    /// `(head …)`.
    fn list(&mut self, head: &str, rest: impl FnOnce(&mut Dump)) {
        self.out.push('(');
        self.put(head);
        rest(self);
        self.out.push(')');
    }

    fn space(&mut self, part: impl FnOnce(&mut Dump)) {
        self.out.push(' ');
        part(self);
    }

    fn exprs(&mut self, list: &[Expr]) {
        for x in list {
            self.space(|d| d.expr(x));
        }
    }

    fn names(&mut self, names: &[Ident]) {
        let joined: Vec<&str> = names.iter().map(|name| name.name.as_str()).collect();
        self.put(&joined.join(","));
    }

    fn opt_expr(&mut self, x: Option<&Expr>) {
        self.space(|d| match x {
            Some(x) => d.expr(x),
            None => d.put(ABSENT),
        });
    }

    fn opt_stmt(&mut self, s: Option<&Stmt>) {
        self.space(|d| match s {
            Some(s) => d.stmt(s),
            None => d.put(ABSENT),
        });
    }

    fn stmts(&mut self, stmts: &[Stmt]) {
        self.indent += 1;
        for stmt in stmts {
            self.line();
            self.stmt(stmt);
        }
        self.indent -= 1;
    }

    fn block(&mut self, block: &Block) {
        self.list("block", |d| d.stmts(&block.stmts));
    }

    fn decl(&mut self, decl: &Decl) {
        match decl {
            Decl::Import(specs) => self.specs("import", specs, |d, s| {
                if let Some(name) = &s.name {
                    d.put(&name.name);
                    d.put(" ");
                }
                let _ = write!(d.out, "{:?}", s.path.as_str());
            }),
            Decl::Const(specs) => self.specs("const", specs, |d, s| {
                let _ = write!(d.out, "{} ", s.iota);
                d.names(&s.names);
                d.opt_expr(s.ty.as_ref());
                d.exprs(&s.values);
                if let Some(from) = &s.inherits {
                    let _ = write!(d.out, " inherits {}", from.iota);
                }
            }),
            Decl::Var(specs) => self.specs("var", specs, |d, s| {
                d.names(&s.names);
                d.opt_expr(s.ty.as_ref());
                d.exprs(&s.values);
                for pattern in s.embed.iter().flat_map(|embed| &embed.patterns) {
                    let _ = write!(d.out, " embed {:?}", pattern.text.as_str());
                }
            }),
            Decl::Type(specs) => self.specs("type", specs, |d, s| {
                d.put(&s.name.name);
                d.type_params(&s.type_params);
                d.put(if s.alias { " = " } else { " " });
                d.expr(&s.ty);
            }),
            Decl::Func(func) => self.func(func),
        }
    }

    fn specs<T>(&mut self, head: &str, specs: &[std::rc::Rc<T>], each: impl Fn(&mut Dump, &T)) {
        self.list(head, |d| {
            for spec in specs {
                d.put(" (");
                each(d, spec);
                d.put(")");
            }
        });
    }

    fn func(&mut self, func: &FuncDecl) {
        self.list("func", |d| {
            if let Some(recv) = &func.recv {
                d.space(|d| d.list("recv", |d| d.param(recv)));
            }
            d.space(|d| d.put(&func.name.name));
            d.type_params(&func.type_params);
            d.signature(&func.ty);
            if let Some(body) = &func.body {
                d.space(|d| d.block(body));
            }
        });
    }

    fn type_params(&mut self, params: &[TypeParam]) {
        if params.is_empty() {
            return;
        }
        self.put(" [");
        for (at, param) in params.iter().enumerate() {
            self.put(if at == 0 { "" } else { ", " });
            self.put(&param.name.name);
            self.space(|d| d.expr(&param.constraint));
        }
        self.put("]");
    }

    fn param(&mut self, param: &Param) {
        self.put(" (");
        if let Some(name) = &param.name {
            self.put(&name.name);
            self.put(" ");
        }
        if param.variadic.is_some() {
            self.put("...");
        }
        self.expr(&param.ty);
        self.put(")");
    }

    fn signature(&mut self, ty: &FuncType) {
        for (head, list) in [("params", &ty.params), ("results", &ty.results)] {
            if !list.is_empty() {
                self.space(|d| d.list(head, |d| list.iter().for_each(|param| d.param(param))));
            }
        }
    }

    fn expr(&mut self, x: &Expr) {
        match &x.kind {
            ExprKind::Bad => self.put("bad"),
            ExprKind::Name(name) => self.put(name),
            ExprKind::Literal { text, .. } => self.put(text),
            ExprKind::Composite { ty, elems, .. } => self.list("lit", |d| {
                d.opt_expr(ty.as_deref());
                d.exprs(elems);
            }),
            ExprKind::KeyValue { key, value } => self.pair(":", key, value),
            ExprKind::Func(func) => self.list("func", |d| {
                d.signature(&func.ty);
                d.space(|d| d.block(&func.body));
            }),
            ExprKind::Paren(x) => self.prefix("paren", x),
            ExprKind::Selector { x, sel } => self.list(".", |d| {
                d.space(|d| d.expr(x));
                d.space(|d| d.put(&sel.name));
            }),
            ExprKind::Index { x, indices, .. } => self.list("index", |d| {
                d.space(|d| d.expr(x));
                d.exprs(indices);
            }),
            ExprKind::Slice { x, lo, hi, max } => self.list("slice", |d| {
                d.space(|d| d.expr(x));
                d.opt_expr(lo.as_deref());
                d.opt_expr(hi.as_deref());
                if let Some(max) = max {
                    d.space(|d| d.expr(max));
                }
            }),
            ExprKind::TypeAssert { x, ty } => self.list("assert", |d| {
                d.space(|d| d.expr(x));
                d.space(|d| match ty {
                    Some(ty) => d.expr(ty),
                    None => d.put("type"),
                });
            }),
            ExprKind::Call { fun, args, ellipsis, .. } => self.list("call", |d| {
                d.space(|d| d.expr(fun));
                d.exprs(args);
                d.put(if ellipsis.is_some() { "..." } else { "" });
            }),
            ExprKind::Star(x) => self.prefix("*", x),
            ExprKind::Unary { op, x, .. } => self.prefix(op.text(), x),
            ExprKind::Binary { op, x, y, .. } => self.pair(op.text(), x, y),
            _ => self.type_expr(&x.kind),
        }
    }

    fn prefix(&mut self, head: &str, x: &Expr) {
        self.list(head, |d| d.space(|d| d.expr(x)));
    }

    fn pair(&mut self, head: &str, x: &Expr, y: &Expr) {
        self.list(head, |d| {
            d.space(|d| d.expr(x));
            d.space(|d| d.expr(y));
        });
    }

    fn type_expr(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::SliceType(elem) => self.prefix("[]", elem),
            ExprKind::ArrayType { len: Some(len), elem } => self.pair("array", len, elem),
            ExprKind::ArrayType { len: None, elem } => self.prefix("[...]", elem),
            ExprKind::MapType { key, value } => self.pair("map", key, value),
            ExprKind::ChanType { dir, elem } => {
                let head = match dir {
                    ChanDir::Both => "chan",
                    ChanDir::Send => "chan<-",
                    ChanDir::Recv => "<-chan",
                };
                self.prefix(head, elem);
            }
            ExprKind::FuncType(ty) => self.list("functype", |d| d.signature(ty)),
            ExprKind::StructType(ty) => {
                self.list("struct", |d| ty.fields.iter().for_each(|f| d.field(f)));
            }
            ExprKind::InterfaceType(ty) => self.list("interface", |d| {
                for elem in &ty.elems {
                    d.space(|d| d.interface_elem(elem));
                }
            }),
            _ => self.put("bad"),
        }
    }

    fn field(&mut self, field: &Field) {
        self.put(" (");
        if let Some(name) = &field.name {
            self.put(&name.name);
            self.put(" ");
        }
        self.expr(&field.ty);
        if let Some((tag, _)) = &field.tag {
            self.space(|d| d.put(tag));
        }
        self.put(")");
    }

    fn interface_elem(&mut self, elem: &InterfaceElem) {
        match elem {
            InterfaceElem::Method { name, ty } => self.list("method", |d| {
                d.space(|d| d.put(&name.name));
                d.signature(ty);
            }),
            InterfaceElem::Embedded(ty) => self.expr(ty),
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Bad => self.put("(bad)"),
            StmtKind::Empty => self.put("(empty)"),
            StmtKind::Expr(x) => self.prefix("do", x),
            StmtKind::Send { chan, value, .. } => self.pair("send", chan, value),
            StmtKind::IncDec { x, inc, .. } => self.prefix(if *inc { "++" } else { "--" }, x),
            StmtKind::Assign { lhs, op, rhs, .. } => self.assign(lhs, *op, rhs),
            StmtKind::Go(x) => self.prefix("go", x),
            StmtKind::Defer(x) => self.prefix("defer", x),
            StmtKind::Return(list) => self.list("return", |d| d.exprs(list)),
            StmtKind::Break(label) => self.jump("break", label.as_ref()),
            StmtKind::Continue(label) => self.jump("continue", label.as_ref()),
            StmtKind::Goto(label) => self.jump("goto", Some(label)),
            StmtKind::Fallthrough => self.put("(fallthrough)"),
            StmtKind::Block(block) => self.block(block),
            StmtKind::Labeled { label, stmt } => self.list("label", |d| {
                d.space(|d| d.put(&label.name));
                d.space(|d| d.stmt(stmt));
            }),
            StmtKind::Decl(decl) => self.decl(decl),
            _ => self.compound(&stmt.kind),
        }
    }

    fn jump(&mut self, head: &str, label: Option<&Ident>) {
        self.list(head, |d| {
            if let Some(label) = label {
                d.space(|d| d.put(&label.name));
            }
        });
    }

    fn assign(&mut self, lhs: &[Expr], op: AssignOp, rhs: &[Expr]) {
        self.out.push('(');
        match op {
            AssignOp::Assign => self.put("="),
            AssignOp::Define => self.put(":="),
            AssignOp::Op(op) => {
                self.put(op.text());
                self.put("=");
            }
        }
        self.space(|d| d.list("", |d| d.exprs(lhs)));
        self.exprs(rhs);
        self.out.push(')');
    }

    fn compound(&mut self, kind: &StmtKind) {
        match kind {
            StmtKind::If(s) => self.list("if", |d| {
                d.opt_stmt(s.init.as_ref());
                d.space(|d| d.expr(&s.cond));
                d.space(|d| d.block(&s.then));
                if let Some(els) = &s.els {
                    d.space(|d| d.stmt(els));
                }
            }),
            StmtKind::Switch(s) => self.list("switch", |d| {
                d.opt_stmt(s.init.as_ref());
                d.opt_expr(s.tag.as_ref());
                d.clauses(&s.clauses);
            }),
            StmtKind::TypeSwitch(s) => self.list("typeswitch", |d| {
                d.opt_stmt(s.init.as_ref());
                d.space(|d| d.put(s.bind.as_ref().map_or(ABSENT, |bind| bind.name.as_str())));
                d.space(|d| d.expr(&s.x));
                d.clauses(&s.clauses);
            }),
            StmtKind::Select(s) => self.list("select", |d| d.comm_clauses(&s.clauses)),
            StmtKind::For(s) => self.list("for", |d| {
                d.opt_stmt(s.init.as_ref());
                d.opt_expr(s.cond.as_ref());
                d.opt_stmt(s.post.as_ref());
                d.space(|d| d.block(&s.body));
            }),
            StmtKind::Range(s) => self.list("range", |d| {
                d.space(|d| d.put(if s.define { ":=" } else { "=" }));
                d.space(|d| d.list("", |d| d.exprs(&s.lhs)));
                d.space(|d| d.expr(&s.x));
                d.space(|d| d.block(&s.body));
            }),
            _ => self.put("(bad)"),
        }
    }

    fn clauses(&mut self, clauses: &[CaseClause]) {
        self.indent += 1;
        for clause in clauses {
            self.line();
            let head = if clause.is_default { "default" } else { "case" };
            self.list(head, |d| {
                d.exprs(&clause.values);
                d.stmts(&clause.body);
            });
        }
        self.indent -= 1;
    }

    fn comm_clauses(&mut self, clauses: &[CommClause]) {
        self.indent += 1;
        for clause in clauses {
            self.line();
            let head = if clause.comm.is_some() { "case" } else { "default" };
            self.list(head, |d| {
                if let Some(comm) = &clause.comm {
                    d.space(|d| d.stmt(comm));
                }
                d.stmts(&clause.body);
            });
        }
        self.indent -= 1;
    }
}
