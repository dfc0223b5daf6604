//! Instructions for Go's compiler (`//go:…`) that say something of declarations.
//!
//! Go's compiler looks at them when it has found no other errors. Where they may stand at all, the
//! parser has seen.

use gol_diagnostic::{Code, Span};
use gol_grammar::ast::{Decl, Directive, File, FuncDecl, Item, Mode, Name, NodeId};
use rustc_hash::FxHashSet as HashSet;

use crate::checker::Checker;
use crate::object::{ObjId, ObjKind};
use crate::package::PkgId;

const MISPLACED: Code = Code("MisplacedDirective");

impl Checker {
    /// Checks the directives of a package's Go files, unless there are errors.
    pub(crate) fn check_directives(&mut self, pkg: PkgId) {
        let files = self.core.pkgs[pkg.0 as usize].files.clone();
        let has_directives = |file: &File| file.mode == Mode::Go && !file.directives.is_empty();
        if !files.iter().any(|file| has_directives(file))
            || self.diagnostics.iter().any(|d| d.is_error() && d.code.0 != "MissingBody")
        {
            return;
        }
        for file in files.iter().filter(|file| has_directives(file)) {
            let mut linked = HashSet::default();
            for directive in &file.directives {
                self.check_directive(pkg, file, directive, &mut linked);
            }
        }
    }

    /// Remembers what `//go:linkname` lines say.
    pub(crate) fn note_linknames(&mut self, pkg: PkgId, file: &File) {
        for directive in &file.directives {
            let mut words = directive.text.split_whitespace();
            if words.next() == Some("//go:linkname")
                && let (Some(local), Some(target)) = (words.next(), words.next())
            {
                self.core.linknames.insert((pkg, local.into()), target.into());
            }
        }
    }

    /// Whether a function without a body stands for one of another package that gol has, with the
    /// same signature; uses of it are uses of that one then.
    pub(crate) fn link(&mut self, pkg: PkgId, obj: ObjId, func: &FuncDecl) -> bool {
        if func.recv.is_some() {
            return false;
        }
        let target = self.core.linknames.get(&(pkg, func.name.name.clone())).cloned();
        let found = target.and_then(|target| self.link_target(&target));
        let Some(found) = found.filter(|&found| found != obj) else { return false };
        let (own, other) = (self.store.obj(obj).ty, self.store.obj(found).ty);
        if !self.identical(own, other) {
            return false;
        }
        self.core.linked.insert(obj, found);
        true
    }

    /// The function that `path.name` names.
    fn link_target(&mut self, target: &str) -> Option<ObjId> {
        let path_end = target.rfind('/').map_or(0, |slash| slash + 1);
        let dot = path_end + target[path_end..].find('.')?;
        let (path, name) = (&target[..dot], &target[dot + 1..]);
        let pkg = self.std_package(path)?;
        let obj = self.package_member(pkg, name)?;
        self.obj_decl(obj);
        matches!(self.store.obj(obj).kind, ObjKind::Func(_)).then_some(obj)
    }

    /// A name is used that may stand for another package's function.
    pub(crate) fn use_linked(&mut self, at: NodeId, obj: ObjId) {
        if let Some(&linked) = self.core.linked.get(&obj) {
            self.info.uses.insert(at, linked);
        }
    }

    fn check_directive(
        &mut self,
        pkg: PkgId,
        file: &File,
        directive: &Directive,
        linked: &mut HashSet<Name>,
    ) {
        let at = Span::at(directive.span.lo.after("//".len()));
        if directive.misplaced {
            return self.error(MISPLACED, at, "misplaced compiler directive");
        }
        let mut words = directive.text.split_whitespace();
        match (words.next(), words.next()) {
            (Some("//go:noescape"), _) => {
                if let Some(func) = function_behind(file, directive)
                    && func.body.is_some()
                {
                    let message = "can only use //go:noescape with external func implementations";
                    self.error(MISPLACED, func.name.span, message);
                }
            }
            (Some("//go:linkname"), Some(local)) => {
                if !file.imports().any(|spec| &*spec.path == "unsafe") {
                    let message = "//go:linkname only allowed in Go files that import \"unsafe\"";
                    self.error(MISPLACED, at, message);
                } else if !self.declares_linkable(pkg, local) {
                    let message = "//go:linkname must refer to declared function or variable";
                    self.error(MISPLACED, at, message);
                } else if !linked.insert(local.into()) {
                    self.error(MISPLACED, at, format!("duplicate //go:linkname for {local}"));
                }
            }
            _ => {}
        }
    }

    /// Whether the package declares a function or variable of this name.
    fn declares_linkable(&self, pkg: PkgId, name: &str) -> bool {
        let scope = self.core.pkgs[pkg.0 as usize].scope;
        let found = self.store.scope(scope).names.get(name);
        found.is_some_and(|&obj| {
            matches!(self.store.obj(obj).kind, ObjKind::Func(_) | ObjKind::Var(_))
        })
    }
}

/// The function that a directive stands before.
fn function_behind<'f>(file: &'f File, directive: &Directive) -> Option<&'f FuncDecl> {
    let functions = file.items.iter().filter_map(|item| match item {
        Item::Decl(Decl::Func(func)) => Some(&**func),
        _ => None,
    });
    functions.filter(|func| func.span.lo > directive.span.lo).min_by_key(|func| func.span.lo)
}
