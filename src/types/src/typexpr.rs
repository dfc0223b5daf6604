//! Type expressions, and names in any position.

use gol_diagnostic::Span;
use gol_grammar::ast::{Expr, ExprKind, Name, UnaryOp};

use crate::checker::Checker;
use crate::constant::Value;
use crate::errors::code;
use crate::info::{Instance, Mode, TypeAndValue};
use crate::language::since;
use crate::object::{ObjId, ObjKind};
use crate::operand::Operand;
use crate::state::Color;
use crate::types::{ArrayLen, Type, TypeId};
use crate::under::INVALID;

impl Checker {
    /// Resolves a name to an operand: constant, variable, function, type, builtin, nil.
    pub(crate) fn ident<'a>(
        &mut self,
        x: &mut Operand<'a>,
        e: &'a Expr,
        name: &Name,
        want_type: bool,
    ) {
        x.mode = Mode::Invalid;
        x.ty = INVALID;
        x.value = None;
        x.set_expr(e);
        let Some(obj) = self.resolve_name(e, name) else { return };
        self.info.uses.insert(e.id, obj);
        if want_type && !matches!(self.store.obj(obj).kind, ObjKind::TypeName) {
            let message = format!("{name} ({}) is not a type", self.object_kind(obj));
            self.error(code("NotAType"), e.span, message);
            self.mark_used(obj);
            self.mark_package_used(obj);
            return;
        }
        if self.extra(obj).color != Color::Black {
            self.obj_decl(obj);
        }
        self.use_linked(e.id, obj);
        if self.is_newer_name(obj) && !self.allows(since::GENERICS, e.span.lo) {
            self.require(since::GENERICS, e.span, &format!("predeclared {name}"));
        }
        self.object_operand(x, obj, e.span);
    }

    /// Whether it is `any` or `comparable`.
    fn is_newer_name(&self, obj: ObjId) -> bool {
        let object = self.store.obj(obj);
        object.pkg.is_none() && matches!(object.name.as_str(), "any" | "comparable")
    }

    fn resolve_name(&mut self, e: &Expr, name: &Name) -> Option<ObjId> {
        if name == "_" {
            self.error(code("InvalidBlank"), e.span, "cannot use _ as value or type");
            return None;
        }
        if let Some(obj) = self.lookup(name) {
            return Some(obj);
        }
        self.undefined_name(e.span, name);
        None
    }

    /// What a use of the object is as an operand.
    fn object_operand(&mut self, x: &mut Operand, obj: ObjId, span: Span) {
        let object = self.store.obj(obj);
        let ty = object.ty;
        match &object.kind {
            ObjKind::PkgName { .. } => {
                let message = format!("use of package {} not in selector", object.name);
                self.error(code("InvalidPkgUse"), span, message);
                return;
            }
            ObjKind::Const { value } => {
                let value = value.clone();
                let is_iota = object.pkg.is_none() && object.name == "iota";
                self.add_decl_dep(obj);
                if ty == INVALID {
                    return;
                }
                if !is_iota {
                    x.value = Some(value);
                } else if let Some(iota) = self.env.iota.clone() {
                    x.value = Some(iota);
                } else {
                    let message = "cannot use iota outside constant declaration";
                    self.error(code("InvalidIota"), span, message);
                    return;
                }
                x.mode = Mode::Constant;
            }
            ObjKind::TypeName => {
                if matches!(self.store.ty(ty), Type::TypeParam(_)) || ty != INVALID {
                    x.mode = Mode::TypeExpr;
                } else {
                    return;
                }
            }
            ObjKind::Var(_) => {
                self.mark_used(obj);
                self.add_decl_dep(obj);
                if ty == INVALID {
                    return;
                }
                x.mode = Mode::Variable;
            }
            ObjKind::Func(_) => {
                self.add_decl_dep(obj);
                if self.core.open_signatures.contains(&obj) {
                    return self.report_open_signature(obj);
                }
                x.mode = Mode::Value;
            }
            ObjKind::Builtin(id) => x.mode = Mode::Builtin(*id),
            ObjKind::Nil => x.mode = Mode::NilValue,
            ObjKind::Label { .. } => return,
        }
        x.ty = ty;
    }

    /// What messages call the kind of an object.
    pub(crate) fn object_kind(&self, obj: ObjId) -> &'static str {
        match &self.store.obj(obj).kind {
            ObjKind::PkgName { .. } => "package name",
            ObjKind::Const { .. } => "constant",
            ObjKind::TypeName => "type",
            ObjKind::Var(v) if v.is_field => "struct field",
            ObjKind::Var(v) if v.is_param => "parameter",
            ObjKind::Var(v) if v.is_package_level => "package-level variable",
            ObjKind::Var(_) => "local variable",
            ObjKind::Func(_) => "function",
            ObjKind::Label { .. } => "label",
            ObjKind::Builtin(_) => "built-in",
            ObjKind::Nil => "untyped nil",
        }
    }

    /// Notes that a variable of the current package has been used.
    pub(crate) fn mark_used(&mut self, obj: ObjId) {
        if let ObjKind::Var(v) = &mut self.store.obj_mut(obj).kind {
            v.used = true;
        }
    }

    pub(crate) fn mark_package_used(&mut self, obj: ObjId) {
        if let ObjKind::PkgName { used, .. } = &mut self.store.obj_mut(obj).kind {
            *used = true;
        }
    }

    /// Checks a type expression; invalid type after an error.
    pub(crate) fn typ(&mut self, e: &Expr) -> TypeId {
        let mut t = self.typ_internal(e);
        if self.is_generic(t) {
            let name = self.type_string(t);
            let message = format!("cannot use generic type {name} without instantiation");
            self.error(code("WrongTypeArgCount"), e.span, message);
            t = INVALID;
        }
        self.record_type(e, t);
        t
    }

    fn record_type(&mut self, e: &Expr, ty: TypeId) {
        self.info.record(e.id, TypeAndValue { mode: Mode::TypeExpr, ty, value: None });
    }

    /// Like `typ`, for the type of a variable: refuses constraint interfaces.
    pub(crate) fn var_type(&mut self, e: &Expr) -> TypeId {
        let t = self.typ(e);
        if matches!(self.store.ty(t), Type::Basic(_) | Type::Pointer(_) | Type::Slice(_)) {
            return t;
        }
        let span = e.span;
        self.later(Box::new(move |c| c.valid_var_type(span, t)));
        t
    }

    /// Refuses a constraint interface as the type of a variable.
    pub(crate) fn valid_var_type(&mut self, span: Span, t: TypeId) {
        if !self.is_non_type_param_interface(t) {
            return;
        }
        let set = self.type_set_of(t);
        if set.terms.is_none() && !set.comparable {
            return;
        }
        let why = if set.comparable {
            "interface is (or embeds) comparable"
        } else {
            "interface contains type constraints"
        };
        let name = self.type_string(t);
        let message = format!("cannot use type {name} outside a type constraint: {why}");
        self.error(code("MisplacedConstraintIface"), span, message);
    }

    /// A type that may be generic and uninstantiated (the `T` of `T{…}`, of `T[int]`).
    pub(crate) fn generic_type(&mut self, e: &Expr) -> TypeId {
        let t = self.typ_internal(e);
        self.record_type(e, t);
        t
    }

    fn typ_internal(&mut self, e: &Expr) -> TypeId {
        match &e.kind {
            ExprKind::Bad => INVALID,
            ExprKind::Name(name) => {
                let mut x = Operand::invalid();
                self.ident(&mut x, e, name, true);
                self.operand_type(&x)
            }
            ExprKind::Selector { .. } => {
                let mut x = Operand::invalid();
                self.selector(&mut x, e, true);
                x.set_expr(e);
                self.operand_type(&x)
            }
            ExprKind::Index { x, indices, .. } => self.instantiated_type(x, indices),
            ExprKind::Paren(x) => self.typ_paren(x),
            ExprKind::ArrayType { len, elem } => self.array_type(e, len.as_deref(), elem),
            ExprKind::SliceType(elem) => {
                let elem = self.var_type(elem);
                self.new_slice(elem)
            }
            ExprKind::StructType(s) => self.struct_type(s),
            ExprKind::Star(x) => {
                let base = self.var_type(x);
                if base == INVALID { INVALID } else { self.new_pointer(base) }
            }
            ExprKind::FuncType(ty) => self.func_type(ty).0,
            ExprKind::InterfaceType(it) => self.interface_type(it),
            ExprKind::MapType { key, value } => self.map_type(key, value),
            ExprKind::ChanType { dir, elem } => {
                let span = elem.span;
                let elem = self.var_type(elem);
                self.later(Box::new(move |c| c.valid_chan_elem(span, elem)));
                self.new_chan(*dir, elem)
            }
            ExprKind::Unary { op: UnaryOp::Tilde, .. } | ExprKind::Binary { .. } => {
                let text = self.expr_string(e);
                self.error(code("NotAType"), e.span, format!("{text} is not a type"));
                self.use_exprs(std::slice::from_ref(e));
                INVALID
            }
            _ => {
                let text = self.expr_string(e);
                self.error(code("NotAType"), e.span, format!("{text} is not a type"));
                self.use_exprs(std::slice::from_ref(e));
                INVALID
            }
        }
    }

    /// A parenthesised type; it may be generic where the whole may.
    fn typ_paren(&mut self, x: &Expr) -> TypeId {
        let t = self.typ_internal(x);
        self.record_type(x, t);
        t
    }

    fn operand_type(&mut self, x: &Operand) -> TypeId {
        match x.mode {
            Mode::TypeExpr => return x.ty,
            Mode::Invalid => {}
            Mode::NoValue => {
                let text = self.operand_string(x);
                self.error(code("NotAType"), x.span, format!("{text} used as type"));
            }
            _ => {
                let text = self.operand_string(x);
                self.error(code("NotAType"), x.span, format!("{text} is not a type"));
            }
        }
        INVALID
    }

    fn array_type(&mut self, e: &Expr, len: Option<&Expr>, elem: &Expr) -> TypeId {
        let Some(len) = len else {
            let message = "invalid use of [...] array (outside a composite literal)";
            self.error(code("BadDotDotDotSyntax"), e.span, message);
            self.var_type(elem);
            return INVALID;
        };
        let n = self.array_length(len);
        let elem = self.var_type(elem);
        match n {
            Some(n) => self.new_array(elem, n),
            None => {
                self.store.add_type(Type::Array { elem, len: ArrayLen::Unknown });
                INVALID
            }
        }
    }

    /// Elements of channels are bounded in their size, as in Go's compiler.
    fn valid_chan_elem(&mut self, span: Span, elem: TypeId) {
        if self.is_valid(elem) && !self.is_type_param(elem) && self.sizeof(elem) >= 1 << 16 {
            self.error(code("TypeTooLarge"), span, "channel element type too large (>64kB)");
        }
    }

    fn map_type(&mut self, key: &Expr, value: &Expr) -> TypeId {
        let (k, v) = (self.var_type(key), self.var_type(value));
        let span = key.span;
        if !matches!(self.store.ty(k), Type::Basic(_)) {
            self.later(Box::new(move |c| {
                if c.is_valid(k) && c.comparable(k, true).is_err() {
                    let is_param = c.is_type_param(k);
                    let why = if is_param { " (missing comparable constraint)" } else { "" };
                    let name = c.type_string(k);
                    let message = format!("invalid map key type {name}{why}");
                    c.error(code("IncomparableMapKey"), span, message);
                }
            }));
        }
        self.new_map(k, v)
    }

    /// `T[A, B]` where `x` denotes a generic type: the instantiated type.
    pub(crate) fn instantiated_type(&mut self, x: &Expr, indices: &[Expr]) -> TypeId {
        self.require(since::GENERICS, x.span, "type instantiation");
        let generic = self.generic_type(x);
        if self.is_valid(generic) && !self.is_generic(generic) {
            let list: Vec<String> = indices.iter().map(|i| self.expr_string(i)).collect();
            let (text, name) = (self.expr_string(x), self.type_string(generic));
            let list = list.join(", ");
            let message =
                format!("invalid operation: {text}[{list}] ({name} is not a generic type)");
            self.error(code("NotAGenericType"), x.span, message);
            for i in indices {
                self.typ(i);
            }
            return INVALID;
        }
        let targs: Vec<TypeId> = indices.iter().map(|i| self.var_type(i)).collect();
        if !self.is_valid(generic) || targs.contains(&INVALID) {
            return INVALID;
        }
        self.instantiate_checked(x, generic, &targs, indices)
    }

    fn instantiate_checked(
        &mut self,
        x: &Expr,
        generic: TypeId,
        targs: &[TypeId],
        indices: &[Expr],
    ) -> TypeId {
        let generic = self.generic_base(generic);
        let tparams = self.type_params_of(generic);
        let name = match self.store.ty(generic) {
            Type::Named(n) => self.store.obj(n.obj).name.clone(),
            Type::Alias(a) => self.store.obj(a.obj).name.clone(),
            _ => Name::default(),
        };
        if !self.validate_type_arg_count(x.span, &name, tparams.len(), targs.len()) {
            return INVALID;
        }
        let inst = self.instance(generic, targs);
        self.record_instance(x, targs, inst);
        let spans: Vec<Span> = indices.iter().map(|i| i.span).collect();
        self.note_instantiation(&tparams, targs, spans.clone());
        self.core.instance_pos.entry(inst).or_insert(x.span);
        let (args, at) = (targs.to_vec(), x.span);
        self.later(Box::new(move |c| {
            // In the type set of an infinite type, verifying would go on for ever.
            c.valid_type(generic);
            let tparams = c.type_params_of(generic);
            if let Err((i, cause)) = c.verify(&tparams, &args, at.lo) {
                let at = spans.get(i).copied().unwrap_or(at);
                c.error(code("InvalidTypeArg"), at, cause);
            }
            c.valid_type(inst);
        }));
        inst
    }

    /// A generic type behind aliases that are not generic themselves.
    fn generic_base(&mut self, t: TypeId) -> TypeId {
        match self.store.ty(t) {
            Type::Alias(a) if a.type_params.is_empty() => self.unalias(t),
            _ => t,
        }
    }

    /// Records type arguments at the identifier that denotes the generic type or function.
    pub(crate) fn record_instance(&mut self, x: &Expr, targs: &[TypeId], ty: TypeId) {
        let id = match &x.unparen().kind {
            ExprKind::Name(_) => x.unparen().id,
            ExprKind::Selector { sel, .. } => sel.id,
            ExprKind::Index { x, .. } => return self.record_instance(x, targs, ty),
            _ => return,
        };
        self.info.instances.insert(id, Instance { type_args: targs.to_vec(), ty });
    }

    /// The value of iota for a constant specification.
    pub(crate) fn iota_value(iota: u32) -> Value {
        Value::Int(i64::from(iota))
    }
}
