//! Types, objects and expressions as Go's messages print them.

use gol_grammar::ast::{
    BinaryOp, ChanDir, Expr, ExprKind, Field, FuncType, InterfaceElem, Param, UnaryOp,
};

use crate::checker::Checker;
use crate::object::{ObjId, ObjKind};
use crate::package::PkgId;
use crate::types::{ArrayLen, Basic, Interface, Signature, Struct, Term, Type, TypeId};

/// How names of other packages are written.
#[derive(Clone, Copy)]
enum Qualify {
    /// Relative to the package that is being checked.
    Relative,
    /// Always with the package's name, as package reflect prints types.
    Always,
    /// The same in the type arguments of a type: with the package's path, unexported fields too,
    /// and local types with their number.
    Argument,
    /// With the package's path, as messages print terms.
    Path,
}

impl Basic {
    /// The type's name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Basic::Invalid => "invalid type",
            Basic::Bool => "bool",
            Basic::Int => "int",
            Basic::Int8 => "int8",
            Basic::Int16 => "int16",
            Basic::Int32 => "int32",
            Basic::Int64 => "int64",
            Basic::Uint => "uint",
            Basic::Uint8 => "uint8",
            Basic::Uint16 => "uint16",
            Basic::Uint32 => "uint32",
            Basic::Uint64 => "uint64",
            Basic::Uintptr => "uintptr",
            Basic::Float32 => "float32",
            Basic::Float64 => "float64",
            Basic::Complex64 => "complex64",
            Basic::Complex128 => "complex128",
            Basic::String => "string",
            Basic::UnsafePointer => "unsafe.Pointer",
            Basic::UntypedBool => "untyped bool",
            Basic::UntypedInt => "untyped int",
            Basic::UntypedRune => "untyped rune",
            Basic::UntypedFloat => "untyped float",
            Basic::UntypedComplex => "untyped complex",
            Basic::UntypedString => "untyped string",
            Basic::UntypedNil => "untyped nil",
        }
    }
}

impl Checker {
    pub(crate) fn type_string(&mut self, t: TypeId) -> String {
        let mut out = String::new();
        TypeWriter {
            checker: self,
            qualify: Qualify::Relative,
            seen: Vec::new(),
            param_names: true,
        }
        .ty(&mut out, t);
        out
    }

    /// The type with every name qualified by its package's name, as package reflect prints it.
    pub fn type_string_qualified(&self, t: TypeId) -> String {
        let mut out = String::new();
        TypeWriter { checker: self, qualify: Qualify::Always, seen: Vec::new(), param_names: true }
            .ty(&mut out, t);
        out
    }

    pub(crate) fn term_string(&mut self, term: Term) -> String {
        let mut out = String::from(if term.tilde { "~" } else { "" });
        TypeWriter { checker: self, qualify: Qualify::Path, seen: Vec::new(), param_names: true }
            .ty(&mut out, term.ty);
        out
    }

    pub(crate) fn terms_string(&mut self, terms: &[Term]) -> String {
        let terms: Vec<String> = terms.iter().map(|&t| self.term_string(t)).collect();
        terms.join(" | ")
    }

    /// A signature without `func` and without the names of its parameters.
    pub(crate) fn signature_string(&self, t: TypeId) -> String {
        let mut out = String::new();
        let seen = Vec::new();
        TypeWriter { checker: self, qualify: Qualify::Relative, seen, param_names: false }
            .ty(&mut out, t);
        out.strip_prefix("func").map_or(out.clone(), str::to_owned)
    }

    /// `Name`, or `pkg.Name` for an object of another package.
    pub(crate) fn qualified_name(&self, obj: ObjId) -> String {
        let mut out = String::new();
        TypeWriter {
            checker: self,
            qualify: Qualify::Relative,
            seen: Vec::new(),
            param_names: true,
        }
        .object_name(&mut out, obj);
        out
    }

    /// As the compiler prints expressions in messages: bodies and literals' elements left out.
    pub(crate) fn expr_string(&self, e: &Expr) -> String {
        let mut out = String::new();
        write_expr(&mut out, e);
        out
    }
}

struct TypeWriter<'a> {
    checker: &'a Checker,
    qualify: Qualify,
    seen: Vec<TypeId>,
    /// Whether parameters are shown with their names.
    param_names: bool,
}

impl TypeWriter<'_> {
    fn ty(&mut self, out: &mut String, t: TypeId) {
        if self.seen.len() > 60 {
            out.push('…');
            return;
        }
        self.seen.push(t);
        self.unlimited(out, t);
        self.seen.pop();
    }

    fn unlimited(&mut self, out: &mut String, t: TypeId) {
        let checker = self.checker;
        match checker.store.ty(t) {
            Type::Basic(kind) => out.push_str(self.basic_name(t, *kind)),
            Type::Named(n) => {
                self.object_name(out, n.obj);
                let outer = checker.core.outer_args.get(&n.origin.unwrap_or(t));
                if let Some(outer) = outer.filter(|_| self.as_reflect()) {
                    self.type_args(out, outer, &n.type_args);
                } else if !n.type_args.is_empty() {
                    self.type_args(out, &[], &n.type_args);
                } else if matches!(self.qualify, Qualify::Relative) {
                    self.type_params(out, &n.type_params);
                }
                self.local_number(out, n.obj);
            }
            Type::Alias(a) => {
                if self.as_reflect() {
                    let Some(actual) = a.actual else { return };
                    return self.ty(out, actual);
                }
                self.object_name(out, a.obj);
                if a.type_args.is_empty() {
                    self.type_params(out, &a.type_params);
                } else {
                    self.type_args(out, &[], &a.type_args);
                }
            }
            Type::TypeParam(p) => self.type_param(out, p.obj),
            Type::Pointer(elem) => self.prefixed(out, "*", *elem),
            Type::Slice(elem) => self.prefixed(out, "[]", *elem),
            Type::Array { elem, len } => {
                match len {
                    ArrayLen::Known(n) => out.push_str(&format!("[{n}]")),
                    ArrayLen::Unknown => out.push_str("[]"),
                }
                self.ty(out, *elem);
            }
            Type::Map { key, elem } => {
                self.prefixed(out, "map[", *key);
                self.prefixed(out, "]", *elem);
            }
            Type::Chan { dir, elem } => self.chan(out, *dir, *elem),
            Type::Struct(s) => self.structure(out, s),
            Type::Tuple(vars) => self.params(out, vars, false),
            Type::Signature(sig) => {
                out.push_str("func");
                self.signature(out, sig);
            }
            Type::Interface(it) => self.interface(out, t, it),
            Type::Union(terms) => self.union(out, terms),
        }
    }

    /// A type parameter that hides a predeclared type is told from it.
    fn type_param(&self, out: &mut String, obj: ObjId) {
        let object = self.checker.store.obj(obj);
        out.push_str(&object.name);
        let universe = self.checker.store.scope(self.checker.universe);
        if matches!(self.qualify, Qualify::Relative) && universe.names.contains_key(&object.name) {
            let declared = self.checker.position(object.pos);
            out.push_str(&format!(" /* with {} declared at {declared} */", object.name));
        }
    }

    fn basic_name(&self, t: TypeId, kind: Basic) -> &'static str {
        if !self.as_reflect() {
            if Some(t) == self.checker.core.byte {
                return "byte";
            }
            if Some(t) == self.checker.core.rune {
                return "rune";
            }
        }
        kind.name()
    }

    fn prefixed(&mut self, out: &mut String, prefix: &str, t: TypeId) {
        out.push_str(prefix);
        self.ty(out, t);
    }

    fn object_name(&self, out: &mut String, obj: ObjId) {
        let object = self.checker.store.obj(obj);
        if let Some(pkg) = object.pkg {
            self.package_prefix(out, pkg);
        }
        out.push_str(&object.name);
    }

    fn package_prefix(&self, out: &mut String, pkg: PkgId) {
        match self.qualify {
            Qualify::Relative if self.checker.env.pkg == Some(pkg) => {}
            Qualify::Relative => {
                let package = self.checker.store.pkg(pkg);
                let same_name = |p: &crate::Package| p.name == package.name;
                if self.checker.store.packages.iter().filter(|p| same_name(p)).count() > 1 {
                    out.push_str(&format!("{:?}.", package.path));
                } else {
                    out.push_str(&format!("{}.", package.name));
                }
            }
            Qualify::Path => {
                let package = self.checker.store.pkg(pkg);
                // The program's package has no path of its own.
                let path = if package.path == "main" { &package.name } else { &package.path };
                out.push_str(&format!("{path}."));
            }
            Qualify::Always => out.push_str(&format!("{}.", self.checker.store.pkg(pkg).name)),
            Qualify::Argument => out.push_str(&format!("{}.", self.checker.store.pkg(pkg).path)),
        }
    }

    /// Whether types are printed as package reflect does it.
    fn as_reflect(&self) -> bool {
        matches!(self.qualify, Qualify::Always | Qualify::Argument)
    }

    /// `[A, B]`; those of the generic function around a local type come first: `[A;B]`.
    fn type_args(&mut self, out: &mut String, outer: &[TypeId], own: &[TypeId]) {
        // Package reflect prints no blank, messages do.
        let (comma, inside) = match self.qualify {
            Qualify::Always | Qualify::Argument => (",", Qualify::Argument),
            other => (", ", other),
        };
        let around = std::mem::replace(&mut self.qualify, inside);
        out.push('[');
        for (i, &arg) in outer.iter().chain(own).enumerate() {
            if i > 0 {
                out.push_str(if i == outer.len() { ";" } else { comma });
            }
            self.ty(out, arg);
        }
        out.push(']');
        self.qualify = around;
    }

    /// Types that functions declare have a number in type arguments: their place among all of
    /// these types of the package.
    fn local_number(&self, out: &mut String, obj: ObjId) {
        let locals = &self.checker.core.local_types;
        if !matches!(self.qualify, Qualify::Argument) || !locals.contains(&obj) {
            return;
        }
        let own = self.checker.store.obj(obj);
        let before = locals
            .iter()
            .map(|&other| self.checker.store.obj(other))
            .filter(|other| other.pkg == own.pkg && other.pos <= own.pos);
        out.push_str(&format!("·{}", before.count()));
    }

    /// `[P, Q any, R I]`: parameters with the same constraint share it.
    fn type_params(&mut self, out: &mut String, params: &[TypeId]) {
        if params.is_empty() {
            return;
        }
        out.push('[');
        let mut previous: Option<TypeId> = None;
        for (i, &param) in params.iter().enumerate() {
            let bound = self.checker.bound(param);
            if i > 0 {
                if let Some(p) = previous.filter(|&p| p != bound) {
                    self.prefixed(out, " ", p);
                }
                out.push_str(", ");
            }
            previous = Some(bound);
            self.ty(out, param);
        }
        if let Some(p) = previous {
            self.prefixed(out, " ", p);
        }
        out.push(']');
    }

    fn chan(&mut self, out: &mut String, dir: ChanDir, elem: TypeId) {
        match dir {
            ChanDir::Both => out.push_str("chan "),
            ChanDir::Send => out.push_str("chan<- "),
            ChanDir::Recv => out.push_str("<-chan "),
        }
        let nested = matches!(self.checker.store.ty(elem), Type::Chan { dir: ChanDir::Recv, .. });
        if dir == ChanDir::Both && nested {
            out.push('(');
            self.ty(out, elem);
            out.push(')');
        } else {
            self.ty(out, elem);
        }
    }

    fn structure(&mut self, out: &mut String, s: &Struct) {
        let spaced = self.as_reflect() && !s.fields.is_empty();
        out.push_str(if self.as_reflect() { "struct {" } else { "struct{" });
        for (i, &field) in s.fields.iter().enumerate() {
            if i > 0 {
                out.push(';');
            }
            if i > 0 || spaced {
                out.push(' ');
            }
            let object = self.checker.store.obj(field);
            if !matches!(&object.kind, ObjKind::Var(v) if v.embedded) {
                let qualified = matches!(self.qualify, Qualify::Argument) && !object.is_exported();
                if let Some(pkg) = object.pkg.filter(|_| qualified) {
                    self.package_prefix(out, pkg);
                }
                out.push_str(&format!("{} ", object.name));
            }
            self.ty(out, object.ty);
            if let Some(tag) = s.tags.get(i).filter(|t| !t.is_empty()) {
                out.push_str(&format!(" {tag:?}"));
            }
        }
        out.push_str(if spaced { " }" } else { "}" });
    }

    fn interface(&mut self, out: &mut String, t: TypeId, it: &Interface) {
        let always = self.as_reflect();
        if !always && Some(t) == self.checker.core.empty_interface {
            out.push_str("any");
            return;
        }
        if it.implicit && it.methods.is_empty() && it.embeddeds.len() == 1 {
            return self.ty(out, it.embeddeds[0]);
        }
        let methods = match (&it.type_set, always) {
            (Some(set), true) => &set.methods,
            _ => &it.methods,
        };
        out.push_str(if always { "interface {" } else { "interface{" });
        let spaced = always && !methods.is_empty();
        let mut first = true;
        let mut separate = |out: &mut String| {
            if !std::mem::take(&mut first) {
                out.push_str("; ");
            } else if spaced {
                out.push(' ');
            }
        };
        for &m in methods {
            separate(out);
            let object = self.checker.store.obj(m);
            if let Some(pkg) = object.pkg.filter(|_| always && !object.is_exported()) {
                self.package_prefix(out, pkg);
            }
            out.push_str(&object.name);
            if let Type::Signature(sig) = self.checker.store.ty(object.ty) {
                self.signature(out, sig);
            }
        }
        if !(always && it.type_set.is_some()) {
            for &e in &it.embeddeds {
                separate(out);
                self.ty(out, e);
            }
        }
        out.push_str(if spaced { " }" } else { "}" });
    }

    fn union(&mut self, out: &mut String, terms: &[Term]) {
        for (i, term) in terms.iter().enumerate() {
            if i > 0 {
                out.push_str(" | ");
            }
            self.prefixed(out, if term.tilde { "~" } else { "" }, term.ty);
        }
    }

    fn signature(&mut self, out: &mut String, sig: &Signature) {
        self.type_params(out, &sig.type_params);
        self.params(out, &sig.params, sig.variadic);
        let results = &sig.results;
        if results.is_empty() {
            return;
        }
        out.push(' ');
        let named = self.param_names
            && matches!(self.qualify, Qualify::Relative)
            && !self.checker.store.obj(results[0]).name.is_empty();
        if results.len() == 1 && !named {
            return self.ty(out, self.checker.store.obj(results[0]).ty);
        }
        self.params(out, results, false);
    }

    fn params(&mut self, out: &mut String, params: &[ObjId], variadic: bool) {
        out.push('(');
        for (i, &param) in params.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            let object = self.checker.store.obj(param);
            let named = self.param_names && matches!(self.qualify, Qualify::Relative);
            if named && !object.name.is_empty() {
                out.push_str(&format!("{} ", object.name));
            }
            if variadic && i + 1 == params.len() {
                match *self.checker.store.ty(object.ty) {
                    Type::Slice(elem) => self.prefixed(out, "...", elem),
                    _ => {
                        self.ty(out, object.ty);
                        out.push_str("...");
                    }
                }
            } else {
                self.ty(out, object.ty);
            }
        }
        out.push(')');
    }
}

fn write_list(out: &mut String, list: &[Expr]) {
    for (i, e) in list.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_expr(out, e);
    }
}

fn write_expr(out: &mut String, e: &Expr) {
    match &e.kind {
        ExprKind::Bad => out.push('_'),
        ExprKind::Name(name) => out.push_str(name),
        ExprKind::Literal { text, .. } => out.push_str(text),
        ExprKind::Composite { ty, elems, .. } => {
            if let Some(ty) = ty {
                write_expr(out, ty);
            }
            out.push_str(if elems.is_empty() { "{}" } else { "{…}" });
        }
        ExprKind::KeyValue { key, value } => {
            write_expr(out, key);
            out.push_str(": ");
            write_expr(out, value);
        }
        ExprKind::Func(lit) => {
            out.push_str("func");
            write_signature(out, &lit.ty);
            out.push_str(if lit.body.stmts.is_empty() { " {}" } else { " {…}" });
        }
        ExprKind::Paren(x) => {
            out.push('(');
            write_expr(out, x);
            out.push(')');
        }
        ExprKind::Selector { x, sel } => {
            write_expr(out, x);
            out.push('.');
            out.push_str(&sel.name);
        }
        ExprKind::Index { x, indices, .. } => {
            write_expr(out, x);
            out.push('[');
            write_list(out, indices);
            out.push(']');
        }
        ExprKind::Slice { x, lo, hi, max } => {
            write_expr(out, x);
            out.push('[');
            write_optional(out, lo.as_deref());
            out.push(':');
            write_optional(out, hi.as_deref());
            if max.is_some() {
                out.push(':');
                write_optional(out, max.as_deref());
            }
            out.push(']');
        }
        ExprKind::TypeAssert { x, ty } => {
            write_expr(out, x);
            out.push_str(".(");
            match ty {
                Some(ty) => write_expr(out, ty),
                None => out.push_str("type"),
            }
            out.push(')');
        }
        ExprKind::Call { fun, args, ellipsis, .. } => {
            write_expr(out, fun);
            out.push('(');
            write_list(out, args);
            if ellipsis.is_some() {
                out.push_str("...");
            }
            out.push(')');
        }
        ExprKind::Star(x) => {
            out.push('*');
            write_expr(out, x);
        }
        ExprKind::Unary { op, x, .. } => write_unary(out, *op, x),
        ExprKind::Binary { op, x, y, .. } => write_binary(out, *op, x, y),
        _ => write_type_expr(out, e),
    }
}

fn write_unary(out: &mut String, op: UnaryOp, x: &Expr) {
    out.push_str(op.text());
    write_expr(out, x);
}

fn write_binary(out: &mut String, op: BinaryOp, x: &Expr, y: &Expr) {
    write_expr(out, x);
    out.push_str(&format!(" {} ", op.text()));
    write_expr(out, y);
}

fn write_optional(out: &mut String, e: Option<&Expr>) {
    if let Some(e) = e {
        write_expr(out, e);
    }
}

fn write_type_expr(out: &mut String, e: &Expr) {
    match &e.kind {
        ExprKind::SliceType(elem) => {
            out.push_str("[]");
            write_expr(out, elem);
        }
        ExprKind::ArrayType { len, elem } => {
            out.push('[');
            match len {
                Some(len) => write_expr(out, len),
                None => out.push_str("..."),
            }
            out.push(']');
            write_expr(out, elem);
        }
        ExprKind::MapType { key, value } => {
            out.push_str("map[");
            write_expr(out, key);
            out.push(']');
            write_expr(out, value);
        }
        ExprKind::ChanType { dir, elem } => {
            out.push_str(match dir {
                ChanDir::Both => "chan ",
                ChanDir::Send => "chan<- ",
                ChanDir::Recv => "<-chan ",
            });
            write_expr(out, elem);
        }
        ExprKind::FuncType(ty) => {
            out.push_str("func");
            write_signature(out, ty);
        }
        ExprKind::StructType(s) => {
            out.push_str("struct{");
            for (i, f) in s.fields.iter().enumerate() {
                let shares = |g: &Field| g.name.is_some() && std::rc::Rc::ptr_eq(&g.ty, &f.ty);
                if let Some(name) = &f.name {
                    out.push_str(&name.name);
                    if s.fields.get(i + 1).is_some_and(shares) {
                        out.push_str(", ");
                        continue;
                    }
                    out.push(' ');
                }
                write_expr(out, &f.ty);
                out.push_str(if i + 1 < s.fields.len() { "; " } else { "" });
            }
            out.push('}');
        }
        ExprKind::InterfaceType(it) => {
            out.push_str("interface{");
            for (i, elem) in it.elems.iter().enumerate() {
                out.push_str(if i > 0 { "; " } else { "" });
                match elem {
                    InterfaceElem::Method { name, ty } => {
                        out.push_str(&name.name);
                        write_signature(out, ty);
                    }
                    InterfaceElem::Embedded(e) => write_expr(out, e),
                }
            }
            out.push('}');
        }
        _ => {}
    }
}

fn write_signature(out: &mut String, ty: &FuncType) {
    write_params(out, &ty.params);
    match ty.results.as_slice() {
        [] => {}
        [single] if single.name.is_none() => {
            out.push(' ');
            write_expr(out, &single.ty);
        }
        results => {
            out.push(' ');
            write_params(out, results);
        }
    }
}

fn write_params(out: &mut String, params: &[Param]) {
    out.push('(');
    for (i, p) in params.iter().enumerate() {
        out.push_str(if i > 0 { ", " } else { "" });
        let shares = |q: &Param| q.name.is_some() && std::rc::Rc::ptr_eq(&q.ty, &p.ty);
        if let Some(name) = &p.name {
            out.push_str(&name.name);
            if params.get(i + 1).is_some_and(shares) {
                continue;
            }
            out.push(' ');
        }
        if p.variadic.is_some() {
            out.push_str("...");
        }
        write_expr(out, &p.ty);
    }
    out.push(')');
}
