//! The order in which package variables are initialised.
//!
//! As the specification has it: always the variable that is declared first among those that
//! depend on no uninitialised one. Dependencies lead through functions; only what has been
//! checked so far counts, so for lazy packages the answer grows with what was resolved.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use gol_diagnostic::Diagnostic;

use crate::checker::Checker;
use crate::errors::code;
use crate::info::Initializer;
use crate::object::{ObjId, ObjKind};
use crate::package::PkgId;
use crate::state::{Color, DeclKind};

/// Variables and constants in the order of declaration, and what each of them needs.
struct Graph {
    nodes: Vec<ObjId>,
    needs: HashMap<ObjId, HashSet<ObjId>>,
}

impl Checker {
    fn direct_deps(&self, obj: ObjId) -> Vec<ObjId> {
        let mut deps = self.core.deps.get(&obj).map(|d| d.order.clone()).unwrap_or_default();
        deps.sort_by_key(|&d| self.extra(d).order);
        deps
    }

    /// All objects of the specification that declares a variable share their dependencies.
    fn spec_deps(&self, obj: ObjId) -> Vec<ObjId> {
        let mut deps = self.direct_deps(obj);
        if let Some(decl) = self.core.decls.get(&obj)
            && let DeclKind::Var { spec, .. } = &decl.kind
            && spec.values.len() == 1
            && spec.names.len() > 1
        {
            for &other in decl.lhs.iter().filter(|&&o| o != obj) {
                deps.extend(self.direct_deps(other));
            }
        }
        deps
    }

    fn graph(&self, pkg: PkgId) -> Graph {
        let objects = &self.core.pkgs[pkg.0 as usize].objects;
        let nodes: Vec<ObjId> = objects
            .iter()
            .copied()
            .filter(|&o| self.is_init_node(o) && self.extra(o).color == Color::Black)
            .collect();
        let needs = nodes.iter().map(|&n| (n, self.reachable_nodes(n, pkg))).collect();
        Graph { nodes, needs }
    }

    fn is_init_node(&self, obj: ObjId) -> bool {
        matches!(self.store.obj(obj).kind, ObjKind::Var(_) | ObjKind::Const { .. })
    }

    /// Variables and constants that `from` uses directly or through functions.
    fn reachable_nodes(&self, from: ObjId, pkg: PkgId) -> HashSet<ObjId> {
        let mut found = HashSet::default();
        let mut funcs = HashSet::default();
        let mut work = self.spec_deps(from);
        while let Some(obj) = work.pop() {
            if self.store.obj(obj).pkg != Some(pkg) {
                continue;
            }
            if self.is_init_node(obj) {
                found.insert(obj);
            } else if self.is_func(obj) && funcs.insert(obj) {
                work.extend(self.direct_deps(obj));
            }
        }
        found
    }

    /// The nodes in initialisation order. Where only cycles are left, the node that waits for the
    /// fewest others comes next; those nodes are the second result.
    fn node_order(graph: &Graph) -> (Vec<ObjId>, Vec<ObjId>) {
        let count = graph.nodes.len();
        let index: HashMap<ObjId, usize> =
            graph.nodes.iter().enumerate().map(|(i, &n)| (n, i)).collect();
        let mut waiting = vec![0usize; count];
        let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (i, node) in graph.nodes.iter().enumerate() {
            for &j in graph.needs[node].iter().filter_map(|need| index.get(need)) {
                waiting[i] += 1;
                dependents[j].push(i);
            }
        }
        let mut queue: BTreeSet<(usize, usize)> = (0..count).map(|i| (waiting[i], i)).collect();
        let (mut order, mut forced) = (Vec::with_capacity(count), Vec::new());
        while let Some((needed, i)) = queue.pop_first() {
            order.push(graph.nodes[i]);
            if needed > 0 {
                forced.push(graph.nodes[i]);
            }
            for &j in &dependents[i] {
                if queue.remove(&(waiting[j], j)) {
                    waiting[j] -= 1;
                    queue.insert((waiting[j], j));
                }
            }
        }
        (order, forced)
    }

    pub(crate) fn report_initialization_cycles(&mut self, pkg: PkgId) {
        let graph = self.graph(pkg);
        let (_, forced) = Self::node_order(&graph);
        for node in forced {
            let mut path = Vec::new();
            if self.find_path(node, node, &mut HashSet::default(), &mut path) {
                self.report_initialization_cycle(&path);
            }
        }
    }

    /// The way from `from` to `to` along uses, last step first.
    fn find_path(
        &self,
        from: ObjId,
        to: ObjId,
        seen: &mut HashSet<ObjId>,
        path: &mut Vec<ObjId>,
    ) -> bool {
        if !seen.insert(from) {
            return false;
        }
        for dep in self.spec_deps(from) {
            if dep == to || self.find_path(dep, to, seen, path) {
                path.push(dep);
                return true;
            }
        }
        false
    }

    /// `path` ends with the first step; its first element is where the cycle was found.
    fn report_initialization_cycle(&mut self, path: &[ObjId]) {
        let first = path[0];
        let name = |c: &Checker, o: ObjId| c.store.obj(o).name.clone();
        let span = self.obj_span(first);
        if path.len() == 1 {
            let message = format!("initialization cycle: {} refers to itself", name(self, first));
            return self.error(code("InvalidInitCycle"), span, message);
        }
        let message = format!("initialization cycle for {}", name(self, first));
        let mut d = Diagnostic::error(code("InvalidInitCycle"), span, message);
        let mut from = first;
        for &to in path.iter().rev() {
            let text = format!("{} refers to {}", name(self, from), name(self, to));
            d = d.label(self.obj_span(from), text);
            from = to;
        }
        self.report(d);
    }

    /// Package variables with initialisers in the order they must run (Go's rule). For lazy
    /// packages: of the variables resolved so far; call again after more has been resolved.
    pub fn initializers(&mut self, pkg: PkgId) -> Vec<Initializer> {
        let graph = self.graph(pkg);
        let (order, _) = Self::node_order(&graph);
        let mut done: HashSet<ObjId> = HashSet::default();
        let mut list = Vec::new();
        for obj in order {
            let Some(decl) = self.core.decls.get(&obj) else { continue };
            let DeclKind::Var { spec, index } = &decl.kind else { continue };
            let spec = self.info.embeds.get(&spec.id).unwrap_or(spec);
            let spread = spec.values.len() == 1 && spec.names.len() > 1;
            let value = if spread { 0 } else { *index };
            if value >= spec.values.len() || done.contains(&obj) {
                continue;
            }
            let lhs = if spread { decl.lhs.to_vec() } else { vec![obj] };
            done.extend(lhs.iter().copied());
            list.push(Initializer { lhs, spec: spec.clone(), value });
        }
        list
    }
}
