//! The core half's state: what is known of declarations and packages, and the caches of types.
//!
//! Everything here is keyed by ids of the [`Store`](crate::Store); per-object data that only the
//! checker needs stands beside the objects, not in them.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::rc::Rc;

use gol_diagnostic::FileId;
use gol_grammar::ast::{ConstSpec, File, FuncDecl, ImportSpec, Name, TypeSpec, VarSpec};

use crate::object::ObjId;
use crate::package::{DeclSource, PkgId};
use crate::store::ScopeId;
use crate::types::TypeId;

/// How far the declaration of an object has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Color {
    /// Not begun.
    White,
    /// Being checked; its index in the path of objects that are.
    Grey(usize),
    /// Done, or nothing to be done.
    #[default]
    Black,
}

/// The syntax that declares a package-level object.
#[derive(Clone, Debug)]
pub(crate) enum DeclKind {
    Const { spec: Rc<ConstSpec>, index: usize },
    Var { spec: Rc<VarSpec>, index: usize },
    Type(Rc<TypeSpec>),
    Func(Rc<FuncDecl>),
}

/// A package-level declaration, or a method's.
#[derive(Clone, Debug)]
pub(crate) struct DeclInfo {
    pub pkg: PkgId,
    pub file_scope: ScopeId,
    pub kind: DeclKind,
    /// All objects of the specification, for `var a, b = f()`.
    pub lhs: Rc<[ObjId]>,
    pub lenient: bool,
}

/// Uses of package-level objects by a declaration, in the order in which they were met.
#[derive(Debug, Default)]
pub(crate) struct Deps {
    pub order: Vec<ObjId>,
    pub set: HashSet<ObjId>,
}

/// An import of a file.
#[derive(Clone, Debug)]
pub(crate) struct FileImport {
    pub spec: Rc<ImportSpec>,
    pub pkg: PkgId,
    /// The local name's object; `None` for `.`.
    pub obj: Option<ObjId>,
    /// A dot import through which something has been found.
    pub used: bool,
    pub dot: bool,
}

/// What the checker knows of a file: of a lazy package, of each of its pieces.
#[derive(Debug)]
pub(crate) struct FileState {
    pub imports: Vec<FileImport>,
    pub lenient: bool,
}

/// A package and its declarations.
pub(crate) struct PkgState {
    pub scope: ScopeId,
    pub files: Vec<Rc<File>>,
    /// Scopes of its files.
    pub file_scopes: Vec<ScopeId>,
    /// Where the declarations of a lazy package come from.
    pub source: Option<Rc<dyn DeclSource>>,
    /// Names that a lazy package was asked for and does not declare.
    pub missing: HashSet<Name>,
    /// Methods that a lazy package was asked for, by type and name.
    pub methods_asked: HashSet<(Name, Name)>,
    /// Package-level objects and methods in source order.
    pub objects: Vec<ObjId>,
    /// Of a lazy package: the scopes of the files of which a piece has come.
    pub piece_scopes: HashMap<FileId, ScopeId>,
    /// Functions called `init`.
    pub inits: Vec<ObjId>,
    pub inits_loaded: bool,
    /// Methods by the name of their receiver's base type, until the type collects them.
    pub methods: HashMap<Name, Vec<ObjId>>,
    pub script: Option<Rc<File>>,
    /// Being imported: meeting it again is an import cycle.
    pub in_progress: bool,
    /// Stands for a package that could not be imported: its members are not missed.
    pub fake: bool,
}

/// Per object, beside [`crate::Object`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ObjExtra {
    pub color: Color,
    /// Position in the order of declaration over the whole program; 0 for locals.
    pub order: u32,
    pub parent: Option<ScopeId>,
}

/// The state of a function's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyState {
    Checking,
    Checked,
}

#[derive(Default)]
pub(crate) struct CoreState {
    pub obj_extra: Vec<ObjExtra>,
    pub decls: HashMap<ObjId, Rc<DeclInfo>>,
    pub deps: HashMap<ObjId, Deps>,
    /// Objects being declared, each because of the one before.
    pub obj_path: Vec<ObjId>,
    pub next_order: u32,
    pub pkgs: Vec<PkgState>,
    pub pkg_by_path: HashMap<Name, PkgId>,
    /// Of each instance: however deep its type arguments are, it need not be looked into.
    pub instance_hashes: HashMap<TypeId, u64>,
    /// The packages that are being imported, each by the one before, and where.
    pub importing: Vec<(Name, gol_diagnostic::Span)>,
    pub files: HashMap<ScopeId, FileState>,
    /// Scopes that stand for a package: where a look-up may have to load a declaration.
    pub pkg_of_scope: HashMap<ScopeId, PkgId>,
    /// Packages in the order in which their checking was completed.
    pub finished: Vec<PkgId>,
    pub bodies: HashMap<ObjId, BodyState>,
    /// The scope that holds a declared function's parameters.
    pub sig_scopes: HashMap<TypeId, ScopeId>,
    pub unsafe_pkg: Option<PkgId>,

    pub byte: TypeId2,
    pub rune: TypeId2,
    pub any: TypeId2,
    pub error: TypeId2,
    pub comparable: TypeId2,
    pub empty_interface: TypeId2,

    /// Caches: one id for each pointer, slice, … with the same parts.
    pub pointers: HashMap<TypeId, TypeId>,
    pub slices: HashMap<TypeId, TypeId>,
    /// Instances by generic type and hash of the arguments.
    pub instances: HashMap<(TypeId, u64), Vec<TypeId>>,
    /// Representatives of identical types by hash, and of each type that was asked for.
    pub canon_buckets: HashMap<u64, Vec<TypeId>>,
    pub canon: HashMap<TypeId, TypeId>,
    /// The right-hand side of type declarations whose underlying type is not known yet.
    pub from_rhs: HashMap<TypeId, TypeId>,
    /// Named types whose underlying type is being expanded.
    pub expanding: HashSet<TypeId>,
    /// Expanded methods of instances, by instance and index.
    pub inst_methods: HashMap<(TypeId, usize), ObjId>,
    /// Positions of an interface's embedded types.
    pub embed_pos: HashMap<TypeId, Vec<gol_diagnostic::Span>>,
    /// Interfaces whose type set is being computed.
    pub computing: HashSet<TypeId>,
    /// Interfaces that are still being built: their type set is not kept.
    pub incomplete: HashSet<TypeId>,
    /// Verdicts of the search for infinitely large types.
    pub valid_types: HashSet<TypeId>,
    /// Of generic types: which type parameters they contain by value.
    pub params_by_value: HashMap<TypeId, Vec<bool>>,
    /// Functions whose signatures are being put together.
    pub open_signatures: Vec<ObjId>,
    /// What a user's package instantiates, until that has been looked through for cycles.
    pub instantiations: Vec<crate::instcycle::Instantiation>,
    /// The type parameters that those of receivers stand for.
    pub declared_params: HashMap<TypeId, TypeId>,
    /// Where an instance is mentioned first.
    pub instance_pos: HashMap<TypeId, gol_diagnostic::Span>,
    /// Defined types of function bodies.
    pub local_types: Vec<ObjId>,
    /// Of those in a generic function, the copies that its instances have: the instance's type
    /// arguments.
    pub outer_args: HashMap<TypeId, Vec<TypeId>>,
    /// Whether an error has been reported: follow-on errors are then left out.
    pub had_error: bool,
    pub seen_errors: HashSet<(u32, String)>,
    /// Depth of nested calls of `sizeof`, against types of infinite size.
    pub depth: u32,
    /// Sizes and alignments of types that are complete.
    pub layouts: HashMap<TypeId, (u64, u64)>,
    /// A part of the type whose layout is being computed is not known.
    pub is_layout_open: bool,
    pub script: crate::script::ScriptState,
    /// What `//go:linkname` lines say that a name of a package stands for: `path.name`.
    pub linknames: HashMap<(PkgId, Name), Name>,
    /// The functions that such names stand for, by their declarations without a body.
    pub linked: HashMap<ObjId, ObjId>,
    /// Files that are not written in the newest version of the language.
    pub older_files: Vec<crate::language::OlderFile>,
}

/// A type id that is set once, by the universe.
pub(crate) type TypeId2 = Option<TypeId>;
