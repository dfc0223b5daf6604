//! Generic code that would have to be instantiated without end.
//!
//! `func f[P any]() { f[*P]() }` needs `f[*int]`, `f[**int]` and so on. What a package states of
//! instantiations is a graph: an edge leads from each type parameter that a type argument mentions
//! to the parameter that the argument stands for; it is a growing edge if the argument is more
//! than the parameter itself. Instantiation comes to no end if, and only if, a cycle has a growing
//! edge.

use gol_diagnostic::{Diagnostic, Span};

use crate::checker::Checker;
use crate::errors::code;
use crate::types::{Type, TypeId};

/// Type arguments put in for type parameters somewhere in a package.
#[derive(Clone, Debug)]
pub(crate) struct Instantiation {
    /// Where each argument stands; where the generic name does, if it was inferred.
    pub places: Vec<Span>,
    pub tparams: Vec<TypeId>,
    pub targs: Vec<TypeId>,
}

#[derive(Clone, Copy)]
struct Edge {
    from: TypeId,
    to: TypeId,
    /// What `to` is instantiated with.
    argument: TypeId,
    at: Span,
}

impl Edge {
    fn grows(self) -> bool {
        self.argument != self.from
    }
}

impl Checker {
    /// Notes an instantiation in a user's package.
    pub(crate) fn note_instantiation(
        &mut self,
        tparams: &[TypeId],
        targs: &[TypeId],
        places: Vec<Span>,
    ) {
        if self.env.pkg.is_some_and(|p| self.store.pkg(p).is_std) {
            return;
        }
        let (tparams, targs) = (tparams.to_vec(), targs.to_vec());
        self.core.instantiations.push(Instantiation { places, tparams, targs });
    }

    /// Reports the first endless instantiation of what has been noted.
    pub(crate) fn report_instantiation_cycles(&mut self) {
        let noted = std::mem::take(&mut self.core.instantiations);
        // Where something else is wrong, the arguments may not be those that are meant.
        if self.core.had_error {
            return;
        }
        let mut edges = Vec::new();
        for instantiation in &noted {
            self.collect_edges(instantiation, &mut edges);
        }
        let endless = edges
            .iter()
            .filter(|e| e.grows())
            .find_map(|&e| path(&edges, e.to, e.from).map(|back| [vec![e], back].concat()));
        if let Some(cycle) = endless {
            self.report_endless(&cycle);
        }
    }

    fn collect_edges(&mut self, instantiation: &Instantiation, edges: &mut Vec<Edge>) {
        let Instantiation { places, tparams, targs } = instantiation;
        for (i, (&to, &argument)) in tparams.iter().zip(targs).enumerate() {
            let at = places.get(i).or(places.last()).copied().unwrap_or(Span::NONE);
            let mut mentioned = Vec::new();
            self.mentioned_params(argument, &mut mentioned);
            let argument = self.declared_param(argument);
            for from in mentioned {
                edges.push(Edge { from, to: self.declared_param(to), argument, at });
            }
        }
    }

    /// The type parameters that t is made of.
    fn mentioned_params(&mut self, t: TypeId, into: &mut Vec<TypeId>) {
        let t = self.unalias(t);
        if self.is_type_param(t) {
            let declared = self.declared_param(t);
            if !into.contains(&declared) {
                into.push(declared);
            }
            return;
        }
        for part in self.shape(t).parts {
            self.mentioned_params(part, into);
        }
    }

    /// For a receiver's type parameter the one of the type's declaration, which it stands for.
    fn declared_param(&self, t: TypeId) -> TypeId {
        self.core.declared_params.get(&t).copied().unwrap_or(t)
    }

    fn report_endless(&mut self, cycle: &[Edge]) {
        let place = |c: &Checker, t: TypeId| match c.store.ty(t) {
            Type::TypeParam(p) => c.obj_span(p.obj),
            _ => Span::NONE,
        };
        let first = (0..cycle.len()).min_by_key(|&i| place(self, cycle[i].from).lo).unwrap_or(0);
        let at = place(self, cycle[first].from);
        let mut d = Diagnostic::error(code("InvalidInstanceCycle"), at, "instantiation cycle:");
        for i in 0..cycle.len() {
            let edge = cycle[(first + i) % cycle.len()];
            let (param, argument) = (self.type_string(edge.from), self.type_string(edge.argument));
            d = d.label(edge.at, format!("{param} instantiated as {argument}"));
        }
        self.report(d);
    }
}

/// A way along the edges; empty if that is nowhere to go.
fn path(edges: &[Edge], from: TypeId, to: TypeId) -> Option<Vec<Edge>> {
    let mut reached: Vec<(TypeId, Option<usize>, Option<Edge>)> = vec![(from, None, None)];
    let mut next = 0;
    while next < reached.len() {
        let (node, _, _) = reached[next];
        if node == to {
            let mut way = Vec::new();
            let mut at = next;
            while let (_, Some(before), Some(edge)) = reached[at] {
                way.push(edge);
                at = before;
            }
            way.reverse();
            return Some(way);
        }
        for edge in edges.iter().filter(|e| e.from == node) {
            if !reached.iter().any(|(seen, ..)| *seen == edge.to) {
                reached.push((edge.to, Some(next), Some(*edge)));
            }
        }
        next += 1;
    }
    None
}
