//! Statements and expressions to builder calls.
//!
//! One [`Lower`] translates one function; a literal or the body of a loop over a function gets its
//! own, which shares the module and what is known of the whole declaration. The files:
//! - `types`: questions about types and constants; `place`: what can be read from and stored to;
//! - `order`: what is evaluated ahead of its turn;
//! - `expr` and what it hands on to: `constant`, `arith`, `compare`, `convert`, `literal`, `index`,
//!   `field`, `call`, `builtins`, `package_unsafe`, `closure`, `method_value`, `iface`;
//! - `stmt` and what it hands on to: `assign`, `branch`, `loops`, `range`, `range_func`, `switch`,
//!   `type_switch`, `select`, `go_defer`, `returns`;
//! - `inline`, `call_in_place`, `range_in_place`: functions compiled where they are called, in a
//!   `context` of theirs; `copied`: functions copied for a literal that is passed to them;
//! - `setup`: how a function begins (parameters, results, captures) and ends; `show`: values that a
//!   session shows.
//!
//! **Registers are a stack**: whoever takes a mark releases it, results lie below it. Nothing that
//! is still needed lies above the window of a call.
//!
//! **An expression's result may be borrowed**: the register of a variable, or for [`Repr::Mem`] the
//! address of one. Register variables change only by statements of their own function (all others
//! are boxed), so a borrowed register is good until the end of the expression; a tuple assignment
//! copies those that it changes. `expr_owned` makes copies of borrowed memory.
//!
//! [`Repr::Mem`]: gol_bytecode::Repr

mod arith;
mod assign;
mod branch;
mod builtins;
mod call;
mod call_in_place;
mod closure;
mod compare;
mod constant;
mod context;
mod convert;
mod copied;
mod expr;
mod field;
mod go_defer;
mod header;
mod iface;
mod index;
mod inline;
mod literal;
mod loops;
mod method_value;
mod order;
mod package_unsafe;
mod pinned;
mod place;
mod range;
mod range_func;
mod range_in_place;
mod returns;
mod select;
mod setup;
mod show;
mod stmt;
mod switch;
mod type_switch;
mod types;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gol_bytecode::{Function, Reg};
use gol_grammar::ast::{File, FuncDecl, Name, NodeId};
use gol_types::constant::Value;
use gol_types::{Initializer, ObjId, PkgId, Type, TypeId};

pub(crate) use stmt::any_stmt;

use crate::builder::{FuncBuilder, Label};
use crate::escape::{self, Escapes};
use crate::module::{FuncKey, Module};

/// Where a local variable lives.
#[derive(Clone, Copy, Debug)]
enum Local {
    /// In registers, from this one on.
    Regs(Reg),
    /// In a box; the register holds its address.
    Boxed(Reg),
    /// A value of `Repr::Mem`; the register holds the address of its own memory.
    Mem(Reg),
}

/// What the function being compiled, its literals and its loop bodies have in common.
struct Shared {
    esc: Rc<Escapes>,
    /// Type parameters of the declaration and what they stand for.
    type_params: Rc<[TypeId]>,
    type_args: Vec<TypeId>,
    /// Variables that must be boxed although no literal changes them: results that a loop body
    /// over a function returns.
    boxed: RefCell<HashSet<ObjId>>,
    /// Code of gol's own library: its use of package unsafe is not checked.
    trusted: bool,
}

/// Where `break` and `continue` lead, innermost last.
#[derive(Clone, Debug)]
struct Target {
    name: Option<Name>,
    id: u32,
    kind: TargetKind,
    brk: Option<Label>,
    cont: Option<Label>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TargetKind {
    Loop,
    /// A switch or select: `continue` passes it by.
    Switch,
    /// The body of a loop over a function: the function being compiled.
    RangeBody,
}

/// How control leaves the body of a loop over a function for somewhere outside of the loop.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Exit {
    Return,
    Break(u32),
    Continue(u32),
    Goto(Name),
}

/// What a body of a loop over a function knows of the function around it.
struct RangeBody {
    /// Address of the loop's state word.
    state: Reg,
    /// Address of the word that says how to go on after the loop.
    next: Reg,
    /// Result variables of the declared function or literal, all boxed.
    results: Vec<(TypeId, Local)>,
    /// Targets outside, innermost last.
    outer: Vec<Target>,
    /// Exits that the bodies of the outermost loop use; the code of one is its index + 1.
    exits: Rc<RefCell<Vec<Exit>>>,
    /// Labels that stand in the body: `goto` to others leaves it.
    labels: HashSet<Name>,
}

/// Translates one function.
struct Lower<'a, 'm> {
    m: &'a mut Module<'m>,
    b: FuncBuilder,
    shared: Rc<Shared>,
    concrete: HashMap<TypeId, TypeId>,
    locals: HashMap<ObjId, Local>,
    /// Slices of the whole, for arrays in memory that were declared here.
    views: HashMap<ObjId, Reg>,
    /// Expressions that have a value already: where, and of which type.
    evaluated: HashMap<NodeId, (Reg, TypeId)>,
    /// The functions whose bodies stand in place of calls where code is being made.
    in_place: Vec<ObjId>,
    /// The expression that is being evaluated is a part of one whose order has been settled.
    ordered: bool,
    /// The place that is being made is an assignment's, whose right side is evaluated before an
    /// index is looked at.
    late_index: bool,
    /// Constants that a loop around keeps in registers.
    pinned: Vec<(Value, TypeId, Reg)>,
    targets: Vec<Target>,
    /// Label of the statement that follows, for `break L` and `continue L`.
    next_name: Option<Name>,
    labels: HashMap<Name, Label>,
    next_target: Rc<Cell<u32>>,
    fallthrough: Option<Label>,
    results: returns::Results,
    range_body: Option<RangeBody>,
    /// Where closures deferred in loop bodies over functions are kept, in such a loop.
    deferred: Option<Reg>,
    /// In the body of a loop over a function, and in the thunk of a deferred `recover`: the frame
    /// that `recover` answers for.
    recover_frame: Option<Reg>,
    /// How many literals have been named.
    literals: u32,
    /// A literal or the body of a loop over a function: literals inside get other names.
    nested: bool,
    wrappers: u32,
    /// How many bodies of loops over functions have been named.
    range_bodies: u32,
    /// What the names of literals and loop bodies begin with: the function's.
    name: String,
    /// In an iterator that is compiled in place: the loop whose body its `yield` calls stand for.
    yields: Option<Rc<range_in_place::Loop>>,
    /// What `return` does in a function that is compiled in place.
    returns_to: Option<call_in_place::Returns>,
    /// Functions in variables that are known, and have no value at run time.
    known: HashMap<ObjId, Rc<call_in_place::Known>>,
    /// The declared functions of which code stands here, this one's included.
    standing: Vec<ObjId>,
    /// Functions that were copied for literals which this one passes to them.
    copies: Rc<RefCell<copied::Copies>>,
    /// What the functions around one that is compiled in place are compiled by, outermost first.
    around: Vec<context::Context>,
}

impl<'a, 'm> Lower<'a, 'm> {
    fn new(m: &'a mut Module<'m>, shared: Rc<Shared>, name: String) -> Lower<'a, 'm> {
        let mut b = FuncBuilder::default();
        b.func.name.clone_from(&name);
        Lower {
            m,
            b,
            shared,
            concrete: HashMap::default(),
            locals: HashMap::default(),
            views: HashMap::default(),
            evaluated: HashMap::default(),
            in_place: Vec::new(),
            ordered: false,
            late_index: false,
            pinned: Vec::new(),
            targets: Vec::new(),
            next_name: None,
            labels: HashMap::default(),
            next_target: Rc::default(),
            fallthrough: None,
            results: returns::Results::default(),
            range_body: None,
            deferred: None,
            recover_frame: None,
            literals: 0,
            nested: false,
            wrappers: 0,
            range_bodies: 0,
            name,
            yields: None,
            returns_to: None,
            known: HashMap::default(),
            standing: Vec::new(),
            copies: Rc::default(),
            around: Vec::new(),
        }
    }

    /// Ends the function; one that is too large is reported and replaced by nothing.
    fn finish(self) -> Function {
        let (name, pos) = (self.b.func.name.clone(), self.b.func.pos);
        match self.b.finish() {
            Ok(function) => function,
            Err(message) => {
                self.m.error(pos, message);
                Function { name, pos, ..Function::default() }
            }
        }
    }
}

/// The code of a declared function or method with a body, for the key's type arguments.
/// Literals inside are added with [`Module::add_func`].
pub(crate) fn function(m: &mut Module, key: &FuncKey, decl: &Rc<FuncDecl>) -> Function {
    let Some(body) = &decl.body else { return Function::default() };
    let sig = m.checker.store.obj(key.obj).ty;
    let results = match m.checker.store.ty(sig) {
        Type::Signature(sig) => sig.results.clone(),
        _ => Vec::new(),
    };
    let (type_params, type_args) = m.body_env(key, body);
    let esc = match m.callees.get(&key.obj) {
        Some(Some(callee)) => Rc::clone(&callee.escapes),
        _ => Rc::new(escape::analyze_body(m.checker, body, &results, &[])),
    };
    let shared = Rc::new(Shared {
        esc,
        type_params,
        type_args,
        boxed: RefCell::default(),
        trusted: m.is_std(key.obj),
    });
    let name = m.func_name(key);
    let mut lower = Lower::new(m, shared, name);
    lower.b.func.pos = decl.span.lo;
    lower.b.set_pos(decl.span.lo);
    lower.standing.push(key.obj);
    lower.declared(sig, body);
    lower.finish()
}

/// A function without parameters that evaluates one initialiser of package variables and stores
/// the results.
pub(crate) fn initializer(m: &mut Module, pkg: PkgId, init: &Initializer) -> Function {
    let shared = Rc::new(Shared {
        esc: Rc::new(escape::analyze_expr(m.checker, init.rhs())),
        type_params: Rc::from([]),
        type_args: Vec::new(),
        boxed: RefCell::default(),
        trusted: m.checker.store.pkg(pkg).is_std,
    });
    let name = format!("{}.init", m.checker.store.pkg(pkg).path);
    let mut lower = Lower::new(m, shared, name);
    lower.b.func.pos = init.rhs().span.lo;
    lower.b.set_pos(init.rhs().span.lo);
    lower.literals = lower.m.init_literals.get(&pkg).copied().unwrap_or(0);
    lower.initialize(init);
    lower.m.init_literals.insert(pkg, lower.literals);
    lower.finish()
}

/// The body of `main` of a script: its top-level statements in order.
pub(crate) fn script(m: &mut Module, _pkg: PkgId, file: &Rc<File>) -> Function {
    let shared = Rc::new(Shared {
        esc: Rc::new(escape::analyze_items(m.checker, &file.items)),
        type_params: Rc::from([]),
        type_args: Vec::new(),
        boxed: RefCell::default(),
        trusted: false,
    });
    let mut lower = Lower::new(m, shared, "main.main".to_owned());
    lower.b.func.pos = file.span.lo;
    lower.b.set_pos(file.span.lo);
    lower.script(&file.items, file.span.hi);
    lower.finish()
}
