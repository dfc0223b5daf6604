//! Inference of type arguments, after the specification's section "Type inference".
//!
//! What is known is stated as a [`Problem`]: operands that meet parameter types, and a constraint
//! for each type parameter. It is solved in the order in which the specification gives precedence:
//! typed operands, constraints, then untyped constants for what is still open (and constraints
//! again, which may use what these brought). In the end the solutions are put into one another.
//!
//! A constraint is used once: what it says of other parameters stays in the [`Unifier`], where a
//! contradiction shows itself whenever it comes.

use gol_diagnostic::Span;

use crate::checker::Checker;
use crate::errors::code;
use crate::info::Mode;
use crate::lookup::Lookup;
use crate::operand::{INVALID, Operand};
use crate::types::{Term, Type, TypeId};
use crate::unify::{ASSIGN, EXACT, INEXACT, Unifier};

/// What is to be found, and what tells of it.
pub(crate) struct Problem<'p, 'a> {
    /// Where it is said that a type argument cannot be found.
    pub at: Span,
    pub tparams: &'p [TypeId],
    /// Type arguments that the program states; a hole in the list is the invalid type.
    pub stated: &'p [TypeId],
    /// The types that the operands meet, which mention the type parameters.
    pub params: &'p [TypeId],
    pub operands: &'p [Operand<'a>],
    pub flow: Flow,
}

/// Which way values go, for messages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Operands go into parameters.
    Argument,
    /// The one operand is a variable that a generic function is assigned to.
    Assignment,
}

/// Why there is no solution.
pub(crate) enum Unsolved {
    /// An error in one of the operands has been reported.
    Known,
    Because(Span, String),
}

type Solved<T> = Result<T, Unsolved>;

/// An untyped constant that meets a bare type parameter.
struct Constant {
    param: usize,
    operand: usize,
}

impl Checker {
    /// Solves the problem, or reports why that cannot be done.
    pub(crate) fn infer(&mut self, problem: &Problem) -> Option<Vec<TypeId>> {
        match self.solve(problem) {
            Ok(targs) => Some(targs),
            Err(Unsolved::Known) => None,
            Err(Unsolved::Because(at, message)) => {
                self.error(code("CannotInferTypeArgs"), at, message);
                None
            }
        }
    }

    /// Like `infer`, without reporting: calls say `in call to f, ` before the message.
    pub(crate) fn solve(&mut self, problem: &Problem) -> Solved<Vec<TypeId>> {
        let stated: Vec<Option<TypeId>> =
            problem.stated.iter().map(|&t| (t != INVALID).then_some(t)).collect();
        if stated.len() == problem.tparams.len() && stated.iter().all(Option::is_some) {
            return Ok(problem.stated.to_vec());
        }
        if problem.operands.iter().any(|x| x.mode == Mode::Invalid) {
            return Err(Unsolved::Known);
        }
        let mut u = Unifier::new(problem.tparams, &stated);
        // Messages show parameters with the stated arguments in them.
        let params: Vec<TypeId> = problem.params.iter().map(|&p| self.put_known(&u, p)).collect();
        let problem = &Problem { params: &params, ..*problem };
        let constants = self.match_operands_to_params(&mut u, problem)?;
        let mut open: Vec<usize> = (0..problem.tparams.len()).collect();
        self.use_constraints(&mut u, &mut open, (problem.at, Lacking::Reported))?;
        self.use_constants(&mut u, &constants, problem)?;
        self.use_constraints(&mut u, &mut open, (problem.at, Lacking::Left))?;
        Closing::new(&u).run(self, problem.at)
    }

    // -- operands

    /// Unifies what typed operands and their parameters say; the constants are left for later.
    fn match_operands_to_params(
        &mut self,
        u: &mut Unifier,
        problem: &Problem,
    ) -> Solved<Vec<Constant>> {
        let mut constants = Vec::new();
        for (i, (x, &par)) in problem.operands.iter().zip(problem.params).enumerate() {
            if self.is_untyped(x.ty) {
                let param = problem.tparams.iter().position(|&p| p == par);
                constants.extend(
                    param.filter(|_| !x.is_nil()).map(|param| Constant { param, operand: i }),
                );
                continue;
            }
            let speaks = [par, x.ty].iter().any(|&t| self.is_parameterized(problem.tparams, t));
            if speaks && !u.unify(self, par, x.ty, ASSIGN) {
                let message = self.operand_mismatch(u, par, x, problem.flow);
                return Err(Unsolved::Because(x.span, message));
            }
        }
        Ok(constants)
    }

    /// What to say of an operand that does not fit: with the parameter as far as it is known.
    fn operand_mismatch(&mut self, u: &Unifier, par: TypeId, x: &Operand, flow: Flow) -> String {
        let operand = format!("type {} of {}", self.type_string(x.ty), self.operand_text(x));
        let known = self.put_known(u, par);
        let (par_text, known_text) = (self.type_string(par), self.type_string(known));
        if u.unknowns() == u.tparams.len() {
            let list = self.type_params_string(&u.tparams);
            return format!("{operand} does not match {par_text} (cannot infer {list})");
        }
        if known == par {
            return format!("{operand} does not match {par_text}");
        }
        let inferred = format!("inferred type {known_text} for {par_text}");
        match flow {
            Flow::Argument => format!("{operand} does not match {inferred}"),
            Flow::Assignment => format!("{inferred} does not match {operand}"),
        }
    }

    /// t with the solutions that are there already.
    fn put_known(&mut self, u: &Unifier, t: TypeId) -> TypeId {
        let solutions = u.inferred();
        let (from, to): (Vec<TypeId>, Vec<TypeId>) =
            u.tparams.iter().zip(solutions).filter_map(|(&p, s)| Some((p, s?))).unzip();
        self.subst(t, &from, &to)
    }

    /// `P`, `P and Q`, `P, Q, and R`.
    pub(crate) fn type_params_string(&mut self, tparams: &[TypeId]) -> String {
        let names: Vec<String> = tparams.iter().map(|&t| self.type_string(t)).collect();
        match names.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [a, b] => format!("{a} and {b}"),
            [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        }
    }

    // -- constraints

    /// Uses the constraints of the `open` parameters that have something to say already, and those
    /// that have after them; what is left stays in `open`.
    fn use_constraints(
        &mut self,
        u: &mut Unifier,
        open: &mut Vec<usize>,
        how: (Span, Lacking),
    ) -> Solved<()> {
        loop {
            let mut waiting = Vec::new();
            for &i in open.iter() {
                if !self.use_constraint(u, i, how)? {
                    waiting.push(i);
                }
            }
            let idle = waiting.len() == open.len();
            *open = waiting;
            if idle {
                return Ok(());
            }
        }
    }

    /// `P ∈ C`; false if nothing can be said yet.
    fn use_constraint(
        &mut self,
        u: &mut Unifier,
        i: usize,
        (at, lacking): (Span, Lacking),
    ) -> Solved<bool> {
        let tpar = u.tparams[i];
        match (self.single_type(tpar), u.at(i)) {
            (Some(Term { tilde: false, ty }), None) => {
                u.set(i, ty);
                Ok(true)
            }
            (_, None) => Ok(false),
            (Some(core), Some(known)) if u.unify(self, known, core.ty, INEXACT) => {
                // The constraint's methods may tell of more.
                lacking.of(self.match_methods(u, tpar, known, at))
            }
            (Some(_), Some(known)) => lacking.of(Err(self.unsatisfied(at, tpar, known, None))),
            (None, Some(known)) => lacking.of(self.match_methods(u, tpar, known, at)),
        }
    }

    /// The one type that a constraint names, or its core type, which stands for all of its kind.
    fn single_type(&mut self, tpar: TypeId) -> Option<Term> {
        match self.type_terms(tpar)?.as_slice() {
            [only] => Some(*only),
            _ => self.core_type(tpar).map(|ty| Term { tilde: true, ty }),
        }
    }

    /// Unifies the methods of the constraint with those of the type that is known for `tpar`.
    fn match_methods(
        &mut self,
        u: &mut Unifier,
        tpar: TypeId,
        known: TypeId,
        at: Span,
    ) -> Solved<()> {
        for wanted in self.type_set_of(tpar).methods {
            let wanted = self.store.obj(wanted);
            let (pkg, name, signature) = (wanted.pkg, wanted.name.clone(), wanted.ty);
            let found = match self.lookup_field_or_method(known, false, pkg, &name, false) {
                Lookup::Found { obj, .. } if self.is_func(obj) => Some(self.store.obj(obj).ty),
                _ => None,
            };
            if !found.is_some_and(|own| u.unify(self, own, signature, EXACT)) {
                let bound = self.under(tpar);
                let cause = self.missing_method_cause(known, bound, false).err();
                let cause = cause.map(|c| c.lines().next().unwrap_or_default().to_owned());
                return Err(self.unsatisfied(at, tpar, known, cause));
            }
        }
        Ok(())
    }

    fn unsatisfied(
        &mut self,
        at: Span,
        tpar: TypeId,
        known: TypeId,
        cause: Option<String>,
    ) -> Unsolved {
        let bound = self.bound(tpar);
        let mut message = format!(
            "{} (type {}) does not satisfy {}",
            self.type_string(tpar),
            self.type_string(known),
            self.type_string(bound)
        );
        if let Some(cause) = cause {
            message = message + " " + &cause;
        }
        Unsolved::Because(at, message)
    }

    // -- constants

    /// A parameter that is still open takes the default type of the constants that it meets, of
    /// the kind that an operation of all of them would have.
    fn use_constants(
        &mut self,
        u: &mut Unifier,
        constants: &[Constant],
        problem: &Problem,
    ) -> Solved<()> {
        for i in 0..u.tparams.len() {
            if u.at(i).is_some() {
                continue;
            }
            let mut kind: Option<TypeId> = None;
            for constant in constants.iter().filter(|c| c.param == i) {
                let x = &problem.operands[constant.operand];
                let common = kind.map_or(Some(x.ty), |k| self.max_untyped(k, x.ty));
                if let (Some(before), None) = (kind, common) {
                    let clash = self.mismatched_types(before, x.ty);
                    let message =
                        format!("{clash} (cannot infer {})", self.type_string(u.tparams[i]));
                    return Err(Unsolved::Because(x.span, message));
                }
                kind = common;
            }
            if let Some(kind) = kind {
                let default = self.default_type(kind);
                u.set(i, default);
            }
        }
        Ok(())
    }
}

/// What becomes of a type that is not as its constraint says.
#[derive(Clone, Copy)]
enum Lacking {
    /// An error at once.
    Reported,
    /// The check of all type arguments reports it: so Go does where a constant gave the type.
    Left,
}

impl Lacking {
    fn of(self, matched: Solved<()>) -> Solved<bool> {
        match self {
            Lacking::Reported => matched.map(|()| true),
            Lacking::Left => Ok(true),
        }
    }
}

/// Puts solutions into one another, depth first: a solution is closed once those of the parameters
/// that it mentions are. One that leads back to its own parameter has no finite form.
struct Closing {
    tparams: Vec<TypeId>,
    solutions: Vec<Option<TypeId>>,
    state: Vec<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Underway,
    Closed,
}

impl Closing {
    fn new(u: &Unifier) -> Closing {
        let solutions = u.inferred();
        let state = vec![State::New; solutions.len()];
        Closing { tparams: u.tparams.clone(), solutions, state }
    }

    fn run(mut self, c: &mut Checker, at: Span) -> Solved<Vec<TypeId>> {
        let mut closed = Vec::with_capacity(self.tparams.len());
        for i in 0..self.tparams.len() {
            let Some(t) = self.close(c, i) else {
                let Type::TypeParam(p) = c.store.ty(self.tparams[i]) else {
                    return Err(Unsolved::Known);
                };
                let object = c.store.obj(p.obj);
                let (name, declared) = (object.name.clone(), c.position(object.pos));
                let message = format!("cannot infer {name} (declared at {declared})");
                return Err(Unsolved::Because(at, message));
            };
            closed.push(t);
        }
        Ok(closed)
    }

    /// The solution of parameter i without any of the parameters; `None` if there is none.
    fn close(&mut self, c: &mut Checker, i: usize) -> Option<TypeId> {
        let open = self.solutions[i]?;
        match self.state[i] {
            State::Closed => return Some(open),
            State::Underway => return None,
            State::New => self.state[i] = State::Underway,
        }
        let mentioned: Vec<usize> = (0..self.tparams.len())
            .filter(|&j| c.is_parameterized(&self.tparams[j..=j], open))
            .collect();
        let mut from = Vec::with_capacity(mentioned.len());
        let mut to = Vec::with_capacity(mentioned.len());
        for j in mentioned {
            from.push(self.tparams[j]);
            to.push(self.close(c, j)?);
        }
        let closed = c.subst(open, &from, &to);
        self.solutions[i] = Some(closed);
        self.state[i] = State::Closed;
        Some(closed)
    }
}
