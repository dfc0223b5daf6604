//! Functions by declaration and type arguments: each distinct pair is compiled once.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::rc::Rc;

use gol_bytecode::{FuncIdx, Function, NativeIdx};
use gol_grammar::ast::FuncDecl;
use gol_types::{ObjId, ObjKind, PkgId, Type, TypeId};

use super::{FuncKey, Module};
use crate::lower;

/// Functions that have been asked for, and those still to be compiled.
#[derive(Clone, Default)]
pub(super) struct Mono {
    indices: HashMap<FuncKey, FuncIdx>,
    work: Vec<(FuncKey, FuncIdx)>,
    params: HashMap<ObjId, Rc<[TypeId]>>,
    names: HashMap<ObjId, String>,
    /// Packages of the functions that have been asked for.
    packages: HashSet<PkgId>,
    /// Types declared in the bodies of generic functions.
    local_types: HashMap<ObjId, Rc<[TypeId]>>,
    /// Those types for the type arguments of their function.
    local_copies: HashMap<FuncKey, Rc<[TypeId]>>,
}

impl Module<'_> {
    /// A declared function or concrete method, put on the work list on first use.
    pub(crate) fn func_idx(&mut self, key: FuncKey) -> FuncIdx {
        if let Some(&idx) = self.mono.indices.get(&key) {
            return idx;
        }
        let idx = self.add_func(Function::default());
        self.mono.packages.extend(self.checker.store.obj(key.obj).pkg);
        self.mono.indices.insert(key.clone(), idx);
        if key.type_args.iter().any(|&t| self.grows_endlessly(t)) {
            let object = self.checker.store.obj(key.obj);
            let (pos, name) = (object.pos, object.name.clone());
            self.error(pos, format!("instantiation cycle: {name} instantiates itself endlessly"));
            return idx;
        }
        self.mono.work.push((key, idx));
        idx
    }

    /// Whether a type argument is so deep that only a function which instantiates itself with
    /// larger and larger types can have made it.
    fn grows_endlessly(&mut self, t: TypeId) -> bool {
        const MAX_NESTING: u32 = 24;
        const MAX_LEN: usize = 8192;
        let text = self.checker.type_string_qualified(t);
        let (mut depth, mut deepest) = (0_u32, 0);
        for byte in text.bytes() {
            match byte {
                b'[' => depth += 1,
                b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        deepest > MAX_NESTING || text.len() > MAX_LEN
    }

    /// Compiles what is on the work list, until nothing is; says whether there was anything.
    pub(super) fn compile_pending(&mut self) -> bool {
        let mut any = false;
        while let Some((key, idx)) = self.mono.work.pop() {
            any = true;
            let Some(decl) = self.declaration(key.obj) else { continue };
            self.note_reflection(key.obj);
            let mut function = lower::function(self, &key, &decl);
            function.flags.is_std = self.is_std(key.obj);
            self.program.functions[idx.0 as usize] = function;
        }
        any
    }

    /// A function's code stands in others.
    pub(crate) fn use_in_place(&mut self, func: ObjId) {
        self.mono.packages.extend(self.checker.store.obj(func).pkg);
        self.note_reflection(func);
    }

    /// Whether any function of the package has been asked for.
    pub(super) fn is_package_used(&self, pkg: PkgId) -> bool {
        self.mono.packages.contains(&pkg)
    }

    /// The declaration, its body checked.
    pub(super) fn declaration(&mut self, func: ObjId) -> Option<Rc<FuncDecl>> {
        self.checker.func_body(func)
    }

    pub(crate) fn is_std(&self, obj: ObjId) -> bool {
        self.checker.store.obj(obj).pkg.is_some_and(|p| self.checker.store.pkg(p).is_std)
    }

    /// If the function is declared without a body: its native.
    pub(crate) fn native_of(&mut self, obj: ObjId) -> Option<NativeIdx> {
        let decl = self.declaration(obj)?;
        if decl.body.is_some() {
            return None;
        }
        let name = self.native_name(obj, &decl);
        Some(self.native(&name))
    }

    /// `path.Func` or `path.Type.Method`.
    fn native_name(&self, obj: ObjId, decl: &FuncDecl) -> String {
        let object = self.checker.store.obj(obj);
        let path = object.pkg.map_or("", |p| self.checker.store.pkg(p).path.as_str());
        match decl.recv.as_ref().and_then(|r| base_name(&r.ty)) {
            Some(base) => format!("{path}.{base}.{}", object.name),
            None => format!("{path}.{}", object.name),
        }
    }

    /// The name of a declared function in traces; literals append `.func1` ….
    pub(crate) fn func_name(&mut self, key: &FuncKey) -> String {
        if let Some(name) = self.mono.names.get(&key.obj) {
            return name.clone();
        }
        let object = self.checker.store.obj(key.obj);
        let (pkg, own) = (object.pkg, object.name.clone());
        let path = pkg.map_or_else(String::new, |p| self.checker.store.pkg(p).path.to_string());
        let ObjKind::Func(info) = &object.kind else { return own.to_string() };
        let (decl, ptr_recv) = (info.decl.clone(), info.ptr_recv);
        let recv = decl.as_ref().and_then(|d| d.recv.as_ref());
        let generic = if key.type_args.is_empty() { "" } else { "[...]" };
        let name = match recv.and_then(|r| base_name(&r.ty).map(|b| (b, ptr_recv))) {
            Some((base, true)) => format!("{path}.(*{base}{generic}).{own}"),
            Some((base, false)) => format!("{path}.{base}{generic}.{own}"),
            None if &*own == "init" => {
                let all = pkg.map_or_else(Vec::new, |pkg| self.checker.init_funcs(pkg));
                let at = all.iter().position(|&obj| obj == key.obj).unwrap_or(0);
                format!("{path}.init.{at}")
            }
            None => format!("{path}.{own}{generic}"),
        };
        self.mono.names.insert(key.obj, name.clone());
        name
    }

    /// Type parameters that a key's `type_args` stand for, in the same order.
    pub(crate) fn type_params(&mut self, obj: ObjId) -> Rc<[TypeId]> {
        if let Some(params) = self.mono.params.get(&obj) {
            return Rc::clone(params);
        }
        self.checker.resolve(obj);
        let sig = self.checker.store.obj(obj).ty;
        let params: Rc<[TypeId]> = match self.checker.store.ty(sig) {
            Type::Signature(s) => {
                s.recv_type_params.iter().chain(&s.type_params).copied().collect()
            }
            _ => Rc::from([]),
        };
        self.mono.params.insert(obj, Rc::clone(&params));
        params
    }
}

impl Module<'_> {
    /// What is to be substituted in a body, and by what: type parameters, and types that the body
    /// of a generic function declares, which are other types in each instance.
    pub(crate) fn body_env(
        &mut self,
        key: &FuncKey,
        body: &gol_grammar::ast::Block,
    ) -> (Rc<[TypeId]>, Vec<TypeId>) {
        let tparams = self.type_params(key.obj);
        let locals = if tparams.is_empty() { Rc::from([]) } else { self.local_types(key, body) };
        if locals.is_empty() {
            return (tparams, key.type_args.clone());
        }
        let from: Rc<[TypeId]> = tparams.iter().chain(locals.iter()).copied().collect();
        if let Some(copies) = self.mono.local_copies.get(key) {
            return (from, key.type_args.iter().chain(copies.iter()).copied().collect());
        }
        let copies: Rc<[TypeId]> = locals
            .iter()
            .map(|&t| {
                self.checker.underlying(t);
                self.checker.local_copy(t, &key.type_args)
            })
            .collect();
        let to: Vec<TypeId> = key.type_args.iter().chain(copies.iter()).copied().collect();
        for &copy in copies.iter() {
            let under = self.checker.underlying(copy);
            let under = self.checker.subst(under, &from, &to);
            if let Type::Named(named) = self.checker.store.ty_mut(copy) {
                named.underlying = Some(under);
            }
        }
        self.mono.local_copies.insert(key.clone(), copies);
        (from, to)
    }

    fn local_types(&mut self, key: &FuncKey, body: &gol_grammar::ast::Block) -> Rc<[TypeId]> {
        if let Some(types) = self.mono.local_types.get(&key.obj) {
            return Rc::clone(types);
        }
        let types: Rc<[TypeId]> = crate::escape::local_types(self.checker, body).into();
        self.mono.local_types.insert(key.obj, Rc::clone(&types));
        types
    }
}

/// The name of a receiver's base type.
fn base_name(ty: &gol_grammar::ast::Expr) -> Option<String> {
    use gol_grammar::ast::ExprKind;
    match &ty.unparen().kind {
        ExprKind::Name(name) => Some(name.to_string()),
        ExprKind::Star(x) | ExprKind::Index { x, .. } => base_name(x),
        _ => None,
    }
}
