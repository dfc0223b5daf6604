//! Declarations: each is checked when it is first needed; cycles among them are found on the way.

use std::rc::Rc;

use gol_diagnostic::{Diagnostic, Span};
use gol_grammar::ast::{ConstSpec, Decl, Expr, FuncDecl, Ident, TypeSpec, VarSpec};

use crate::checker::{Checker, Environment};
use crate::constant::Value;
use crate::errors::code;
use crate::language::since;
use crate::object::{ObjId, ObjKind, VarInfo};
use crate::operand::Operand;
use crate::state::{BodyState, Color, DeclInfo, DeclKind};
use crate::store::ScopeId;
use crate::types::{Alias, Named, Type, TypeId};
use crate::under::INVALID;

impl Checker {
    /// Type-checks an object's declaration if that has not happened yet.
    pub(crate) fn obj_decl(&mut self, obj: ObjId) {
        match self.extra(obj).color {
            Color::Black => {}
            Color::Grey(start) => self.grey_object(obj, start),
            Color::White => {
                let Some(decl) = self.core.decls.get(&obj).cloned() else {
                    self.set_color(obj, Color::Black);
                    return;
                };
                self.push_object(obj);
                let env = Environment {
                    pkg: Some(decl.pkg),
                    decl: Some(obj),
                    scope: Some(decl.file_scope),
                    lenient: decl.lenient,
                    ..Environment::default()
                };
                let saved = std::mem::replace(&mut self.env, env);
                self.declare_object(obj, &decl);
                self.env = saved;
                self.pop_object();
            }
        }
    }

    fn push_object(&mut self, obj: ObjId) {
        let index = self.core.obj_path.len();
        self.core.obj_path.push(obj);
        self.set_color(obj, Color::Grey(index));
    }

    fn pop_object(&mut self) {
        if let Some(obj) = self.core.obj_path.pop() {
            self.set_color(obj, Color::Black);
        }
    }

    fn declare_object(&mut self, obj: ObjId, decl: &DeclInfo) {
        match &decl.kind {
            DeclKind::Const { spec, index } => self.const_decl(obj, spec, *index),
            DeclKind::Var { spec, index } => self.var_decl(obj, &decl.lhs, spec, *index),
            DeclKind::Type(spec) => self.type_decl(obj, spec),
            DeclKind::Func(func) => self.func_decl(obj, func, decl.pkg),
        }
    }

    /// Met again while being declared: a cycle, which may be a valid one.
    fn grey_object(&mut self, obj: ObjId, start: usize) {
        let valid = self.valid_cycle(start);
        let object = self.store.obj(obj);
        match object.kind {
            ObjKind::Const { .. } | ObjKind::Var(_) if !valid => {
                self.store.obj_mut(obj).ty = INVALID;
            }
            ObjKind::TypeName if !valid => {
                let ty = object.ty;
                if let Type::Alias(a) = self.store.ty_mut(ty) {
                    a.actual = Some(INVALID);
                }
                self.store.obj_mut(obj).ty = INVALID;
            }
            _ => {}
        }
    }

    fn valid_cycle(&mut self, start: usize) -> bool {
        let cycle: Vec<ObjId> = self.core.obj_path[start..].to_vec();
        let (mut values, mut definitions) = (0, 0);
        for &obj in &cycle {
            let object = self.store.obj(obj);
            match object.kind {
                ObjKind::Const { .. } | ObjKind::Var(_) => values += 1,
                ObjKind::TypeName => {
                    let is_alias = self.is_alias_decl(obj);
                    definitions += usize::from(!is_alias);
                }
                _ => {}
            }
        }
        if values == cycle.len() || (values == 0 && definitions > 0) {
            return true;
        }
        let first = (0..cycle.len()).min_by_key(|&i| self.store.obj(cycle[i]).pos).unwrap_or(0);
        self.cycle_error(&cycle, first);
        false
    }

    fn is_alias_decl(&self, obj: ObjId) -> bool {
        match self.core.decls.get(&obj).map(|d| &d.kind) {
            Some(DeclKind::Type(spec)) => spec.alias,
            _ => matches!(self.store.ty(self.store.obj(obj).ty), Type::Alias(_)),
        }
    }

    /// Reports a cycle among declarations, beginning with the one at index `first`.
    pub(crate) fn cycle_error(&mut self, cycle: &[ObjId], first: usize) {
        let obj = cycle[first];
        let is_type = matches!(self.store.obj(obj).kind, ObjKind::TypeName);
        if is_type && let Type::Alias(a) = self.store.ty_mut(self.store.obj(obj).ty) {
            a.actual = Some(INVALID);
        }
        let parts: Vec<(String, Span)> = (0..cycle.len())
            .map(|i| cycle[(first + i) % cycle.len()])
            .map(|obj| (self.qualified_name(obj), self.obj_span(obj)))
            .collect();
        self.report_cycle(&parts, is_type);
    }

    /// Reports a cycle of things with names and places.
    pub(crate) fn report_cycle(&mut self, parts: &[(String, Span)], is_type: bool) {
        let Some((name, span)) = parts.first() else { return };
        let span = *span;
        if parts.len() == 1 {
            let message = if is_type {
                format!("invalid recursive type: {name} refers to itself")
            } else {
                format!("invalid cycle in declaration: {name} refers to itself")
            };
            return self.error(code("InvalidDeclCycle"), span, message);
        }
        let message = if is_type {
            format!("invalid recursive type {name}")
        } else {
            format!("invalid cycle in declaration of {name}")
        };
        let mut d = Diagnostic::error(code("InvalidDeclCycle"), span, message);
        for (i, (from, at)) in parts.iter().enumerate() {
            let (to, _) = &parts[(i + 1) % parts.len()];
            d = d.label(*at, format!("{from} refers to {to}"));
        }
        self.report(d);
    }

    // -- constants and variables

    fn const_decl(&mut self, obj: ObjId, spec: &ConstSpec, index: usize) {
        let source = spec.inherits.as_deref().unwrap_or(spec);
        let inherited = spec.inherits.is_some();
        self.env.iota = Some(Self::iota_value(spec.iota));
        self.set_const_value(obj, Value::Unknown);
        if let Some(e) = &source.ty {
            let t = self.typ(e);
            if !self.is_const_type(t) {
                let u = self.under(t);
                if u != INVALID {
                    let name = self.type_string(t);
                    let message = format!("invalid constant type {name}");
                    self.error(code("InvalidConstType"), e.span, message);
                }
                self.env.iota = None;
                return;
            }
            self.store.obj_mut(obj).ty = t;
        }
        let mut x = Operand::invalid();
        if let Some(init) = source.values.get(index) {
            if inherited {
                self.env.err_pos = Some(self.store.obj(obj).pos);
            }
            self.expr(None, &mut x, init);
        }
        self.init_const(obj, &mut x);
        self.env.iota = None;
        self.env.err_pos = None;
    }

    fn set_const_value(&mut self, obj: ObjId, new: Value) {
        if let ObjKind::Const { value } = &mut self.store.obj_mut(obj).kind {
            *value = new;
        }
    }

    fn var_decl(&mut self, obj: ObjId, lhs: &[ObjId], spec: &VarSpec, index: usize) {
        if let Some(e) = &spec.ty {
            let ty = self.var_type(e);
            self.store.obj_mut(obj).ty = ty;
        }
        let spread = spec.values.len() == 1 && spec.names.len() > 1;
        let init = if spread { spec.values.first() } else { spec.values.get(index) };
        let Some(init) = init else {
            let is_global =
                matches!(&self.store.obj(obj).kind, ObjKind::Var(v) if v.is_package_level);
            if is_global || self.at_top_of_script() {
                self.embed(obj, spec);
            }
            return;
        };
        if !spread {
            let mut x = Operand::invalid();
            let ty = self.store.obj(obj).ty;
            let target = spec.ty.is_some().then_some(ty);
            self.env.target_name = Some(self.store.obj(obj).name.to_string());
            self.expr(target, &mut x, init);
            return self.init_var(obj, &mut x, "variable declaration");
        }
        if spec.ty.is_some() {
            let ty = self.store.obj(obj).ty;
            for &v in lhs {
                self.store.obj_mut(v).ty = ty;
            }
        }
        for &v in lhs {
            self.set_color(v, if v == obj { self.extra(v).color } else { Color::Black });
        }
        self.init_vars(lhs, std::slice::from_ref(init), None);
    }

    /// Reports a wrong number of initialisers.
    pub(crate) fn arity(
        &mut self,
        span: Span,
        names: &[Ident],
        values: &[Expr],
        is_const: bool,
        inherited: bool,
    ) {
        let (l, r) = (names.len(), values.len());
        if l < r {
            if inherited {
                let at = self.position(values[l].span.lo);
                let message = format!("extra init expr at {at}");
                self.error(code("WrongAssignCount"), span, message);
            } else {
                let text = self.expr_string(&values[l]);
                let message = format!("extra init expr {text}");
                self.error(code("WrongAssignCount"), values[l].span, message);
            }
        } else if l > r && (is_const || r != 1) {
            let message = format!("missing init expr for {}", names[r].name);
            self.error(code("WrongAssignCount"), names[r].span, message);
        }
    }

    // -- types

    fn type_decl(&mut self, obj: ObjId, spec: &TypeSpec) {
        if spec.alias {
            self.alias_decl(obj, spec);
        } else {
            self.defined_type_decl(obj, spec);
        }
    }

    fn alias_decl(&mut self, obj: ObjId, spec: &TypeSpec) {
        let alias = self.store.add_type(Type::Alias(Alias {
            obj,
            actual: None,
            type_params: Vec::new(),
            type_args: Vec::new(),
            origin: None,
        }));
        self.store.obj_mut(obj).ty = alias;
        let generic = !spec.type_params.is_empty();
        if !generic {
            self.require(since::ALIASES, spec.name.span, "type alias");
        }
        if let Some(first) = spec.type_params.first() {
            self.require(since::GENERIC_ALIASES, first.name.span, "generic type alias");
            self.open_scope(spec.span);
            let tparams = self.declare_type_params(&spec.type_params);
            if let Type::Alias(a) = self.store.ty_mut(alias) {
                a.type_params.clone_from(&tparams);
            }
            self.collect_bounds(&tparams, &spec.type_params);
        }
        let mut rhs = self.typ(&spec.ty);
        if generic {
            self.close_scope();
            let own = self.type_params_of(alias);
            if own.contains(&self.unalias(rhs)) {
                let message = "cannot use type parameter declared in alias declaration as RHS";
                self.error(code("MisplacedTypeParam"), spec.ty.span, message);
                rhs = INVALID;
            }
        }
        if let Type::Alias(a) = self.store.ty_mut(alias)
            && a.actual.is_none()
        {
            a.actual = Some(rhs);
        }
    }

    fn defined_type_decl(&mut self, obj: ObjId, spec: &TypeSpec) {
        let named = self.store.add_type(Type::Named(Named {
            obj,
            underlying: None,
            type_params: Vec::new(),
            type_args: Vec::new(),
            origin: None,
            methods: Vec::new(),
        }));
        self.store.obj_mut(obj).ty = named;
        self.collect_methods(obj, named);
        let generic = !spec.type_params.is_empty();
        if let Some(first) = spec.type_params.first() {
            self.require(since::GENERICS, first.name.span, "type parameter");
            self.open_scope(spec.span);
            let tparams = self.declare_type_params(&spec.type_params);
            if let Type::Named(n) = self.store.ty_mut(named) {
                n.type_params.clone_from(&tparams);
            }
            self.collect_bounds(&tparams, &spec.type_params);
        }
        // Queued before what the right-hand side queues: cycles are found from where they begin.
        self.later(Box::new(move |c| {
            c.valid_type(named);
            let u = c.resolve_late(named);
            c.set_named_underlying(named, u);
            c.check_field_uniqueness(named);
        }));
        let mut rhs = self.typ(&spec.ty);
        if generic {
            self.close_scope();
        }
        if self.is_type_param(rhs) {
            let message = "cannot use a type parameter as RHS in type declaration";
            self.error(code("MisplacedTypeParam"), spec.ty.span, message);
            rhs = INVALID;
        }
        self.core.from_rhs.insert(named, rhs);
        let u = self.under(rhs);
        if u != INVALID {
            self.set_named_underlying(named, u);
        }
    }

    fn resolve_late(&mut self, named: TypeId) -> TypeId {
        match self.named(named).and_then(|n| n.underlying) {
            Some(u) => u,
            None => self.resolve_named(named),
        }
    }

    fn set_named_underlying(&mut self, named: TypeId, u: TypeId) {
        if let Type::Named(n) = self.store.ty_mut(named) {
            n.underlying = Some(u);
        }
    }

    /// Attaches the methods that the package declares for the type.
    pub(crate) fn collect_methods(&mut self, obj: ObjId, named: TypeId) {
        if !self.core.decls.contains_key(&obj) {
            return;
        }
        let Some(pkg) = self.store.obj(obj).pkg else { return };
        let name = self.store.obj(obj).name.clone();
        let Some(methods) = self.core.pkgs[pkg.0 as usize].methods.remove(&name) else { return };
        self.attach_methods(&name, named, methods);
    }

    pub(crate) fn attach_methods(&mut self, type_name: &str, named: TypeId, methods: Vec<ObjId>) {
        for m in methods {
            let name = self.store.obj(m).name.clone();
            if name == "_" {
                continue;
            }
            let existing = self.named(named).map(|n| n.methods.clone()).unwrap_or_default();
            if let Some(&other) = existing.iter().find(|&&o| self.store.obj(o).name == name) {
                let at = self.position(self.store.obj(other).pos);
                let message = format!("method {type_name}.{name} already declared at {at}");
                let span = self.obj_span(m);
                self.error(code("DuplicateMethod"), span, message);
                continue;
            }
            if let Type::Named(n) = self.store.ty_mut(named) {
                n.methods.push(m);
            }
        }
    }

    /// Fields and methods of a struct type must differ in their names.
    pub(crate) fn check_field_uniqueness(&mut self, named: TypeId) {
        let Some(n) = self.named(named) else { return };
        let Some(u) = n.underlying.filter(|_| !n.methods.is_empty()) else { return };
        let methods = n.methods.clone();
        let Type::Struct(s) = self.store.ty(u) else { return };
        let fields = s.fields.clone();
        for field in fields {
            let name = self.store.obj(field).name.clone();
            let Some(&m) = methods.iter().find(|&&m| self.store.obj(m).name == name) else {
                continue;
            };
            if name == "_" {
                continue;
            }
            let message = format!("field and method with the same name {name}");
            let d = Diagnostic::error(code("DuplicateFieldAndMethod"), self.obj_span(m), message);
            let d = self.with_alt_decl(d, field);
            self.report(d);
        }
    }

    // -- functions

    fn require_generics(&mut self, func: &FuncDecl) {
        let Some(first) = func.type_params.first() else { return };
        let at = first.name.span;
        if func.recv.is_some() {
            self.require(since::GENERIC_METHODS, at, "generic method");
        } else if func.name.name != "init" {
            self.require(since::GENERICS, at, "type parameter");
        }
    }

    fn func_decl(&mut self, obj: ObjId, func: &Rc<FuncDecl>, pkg: crate::PkgId) {
        let sig = self.empty_signature();
        self.store.obj_mut(obj).ty = sig;
        let saved = self.extra(obj).color;
        self.set_color(obj, Color::Black);
        self.core.open_signatures.push(obj);
        self.require_generics(func);
        let scope = self.fill_signature(sig, func.recv.as_ref(), &func.type_params, &func.ty);
        self.core.open_signatures.pop();
        self.core.sig_scopes.insert(sig, scope);
        self.set_color(obj, saved);
        let Some(_) = &func.body else {
            if !func.type_params.is_empty() {
                let message = "generic function is missing function body";
                self.error(code("BadDecl"), func.name.span, message);
            } else if !self.store.pkg(pkg).is_std {
                let init = func.recv.is_none() && func.name.name == "init";
                if init {
                    let message = "func init must have a body";
                    self.error(code("MissingInitBody"), func.name.span, message);
                } else if !self.link(pkg, obj, func) {
                    self.missing_body(func);
                }
            }
            return;
        };
        if self.core.pkgs[pkg.0 as usize].source.is_none() {
            self.later(Box::new(move |c| c.check_func_body(obj)));
        }
    }

    fn missing_body(&mut self, func: &FuncDecl) {
        let d = Diagnostic::error(code("MissingBody"), func.name.span, "missing function body");
        let note = "a function without a body is one that is written in another language, which gol \
                    does not load: write { … } behind it";
        self.report(d.note(note));
    }

    /// Checks the body of a declared function, once.
    pub(crate) fn check_func_body(&mut self, obj: ObjId) {
        if self.core.bodies.contains_key(&obj) {
            return;
        }
        let Some(decl) = self.core.decls.get(&obj).cloned() else { return };
        let DeclKind::Func(func) = &decl.kind else { return };
        let Some(body) = &func.body else { return };
        let sig = self.store.obj(obj).ty;
        let Some(&scope) = self.core.sig_scopes.get(&sig) else { return };
        self.core.bodies.insert(obj, BodyState::Checking);
        let env = Environment {
            pkg: Some(decl.pkg),
            decl: Some(obj),
            scope: Some(scope),
            lenient: decl.lenient,
            ..Environment::default()
        };
        let saved = std::mem::replace(&mut self.env, env);
        let name = func.name.name.clone();
        self.check_body(Some(obj), &name, sig, scope, body, None);
        self.env = saved;
        self.core.bodies.insert(obj, BodyState::Checked);
    }

    /// Notes that the declaration that is being checked uses `obj`.
    pub(crate) fn add_decl_dep(&mut self, obj: ObjId) {
        let Some(from) = self.env.decl else {
            return;
        };
        let mut obj = obj;
        if let ObjKind::Func(f) = &self.store.obj(obj).kind
            && let Some(origin) = f.origin
        {
            obj = origin;
        }
        self.mark_script_variable(obj);
        if self.core.decls.contains_key(&obj) {
            let deps = self.core.deps.entry(from).or_default();
            if deps.set.insert(obj) {
                deps.order.push(obj);
            }
        }
    }

    // -- declarations in functions

    /// A `const`, `type` or `var` declaration in a function.
    pub(crate) fn decl_stmt(&mut self, decl: &Decl) {
        match decl {
            Decl::Const(specs) => {
                for spec in specs {
                    self.local_consts(spec);
                }
            }
            Decl::Var(specs) => {
                for spec in specs {
                    self.local_vars(spec);
                }
            }
            Decl::Type(specs) => {
                for spec in specs {
                    self.local_type(spec);
                }
            }
            Decl::Import(_) | Decl::Func(_) => {}
        }
    }

    fn local_scope(&self) -> ScopeId {
        self.env.scope.unwrap_or(self.universe)
    }

    fn local_consts(&mut self, spec: &ConstSpec) {
        let source = spec.inherits.as_deref().unwrap_or(spec);
        let mut objs = Vec::with_capacity(spec.names.len());
        let saved = (self.env.iota.clone(), self.env.err_pos);
        for (i, name) in spec.names.iter().enumerate() {
            let kind = ObjKind::Const { value: Value::Unknown };
            let obj = self.new_object(&name.name, name.span, INVALID, kind);
            self.const_decl(obj, spec, i);
            objs.push(obj);
        }
        (self.env.iota, self.env.err_pos) = saved;
        self.arity(spec.span, &spec.names, &source.values, true, spec.inherits.is_some());
        self.process_delayed();
        let scope = self.local_scope();
        for (name, obj) in spec.names.iter().zip(objs) {
            self.declare(scope, Some(name), obj);
        }
    }

    fn local_vars(&mut self, spec: &VarSpec) {
        let in_script = self.at_top_of_script();
        if let Some(embed) = spec.embed.as_ref().filter(|_| !in_script) {
            let message = "go:embed cannot apply to var inside func";
            self.error(code("InvalidEmbed"), Span::at(embed.at), message);
        }
        let lhs: Vec<ObjId> = spec
            .names
            .iter()
            .map(|n| self.new_object(&n.name, n.span, INVALID, ObjKind::Var(VarInfo::default())))
            .collect();
        for (i, &obj) in lhs.iter().enumerate() {
            self.var_decl(obj, &lhs, spec, i);
            if spec.values.len() == 1 {
                let ty = self.store.obj(obj).ty;
                if spec.names.len() > 1 && spec.ty.is_some() {
                    for &v in &lhs {
                        self.store.obj_mut(v).ty = ty;
                    }
                }
                break;
            }
        }
        if spec.ty.is_none() || !spec.values.is_empty() {
            self.arity(spec.span, &spec.names, &spec.values, false, false);
        }
        self.process_delayed();
        let scope = self.local_scope();
        for (name, obj) in spec.names.iter().zip(lhs) {
            self.declare(scope, Some(name), obj);
        }
    }

    fn local_type(&mut self, spec: &TypeSpec) {
        let obj = self.new_object(&spec.name.name, spec.name.span, INVALID, ObjKind::TypeName);
        if !spec.alias {
            self.core.local_types.push(obj);
        }
        let scope = self.local_scope();
        self.declare(scope, Some(&spec.name), obj);
        self.push_object(obj);
        self.type_decl(obj, spec);
        self.pop_object();
    }
}
