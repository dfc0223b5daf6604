//! One random program: its types, functions and what is known while its text is made.

use std::fmt::Write;

use super::random::Random;
use super::types::{self, INT, INTS, Type};

#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub name: String,
    pub ty: Type,
    pub assignable: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Function {
    pub name: String,
    pub params: Vec<Type>,
    pub results: Vec<Type>,
}

/// The fields of a struct: names and types.
pub(super) type Fields = Vec<(String, Type)>;

pub(super) struct Program<'r> {
    pub random: &'r mut Random,
    pub structs: Vec<Fields>,
    pub functions: Vec<Function>,
    /// Variables that the statement being made can see.
    pub scope: Vec<Variable>,
    /// Function literals and blocks around it.
    pub nesting: usize,
    /// Loops of the function being made around it.
    pub loops: usize,
    /// Labels of loops of the function being made around it.
    pub labels: Vec<String>,
    pub results: Vec<Type>,
    /// Statements that the function may still have.
    pub budget: usize,
    names: usize,
}

/// What the body of a function sees of the ones around it.
struct Frame {
    results: Vec<Type>,
    loops: usize,
    labels: Vec<String>,
    budget: usize,
    visible: usize,
}

/// The text of program `number`, whose names all end in it: types, functions, and
/// `func programN()`.
pub(crate) fn text(seed: u64, number: usize) -> String {
    let mut random = Random::new(seed);
    let program = Program {
        random: &mut random,
        structs: Vec::new(),
        functions: Vec::new(),
        scope: Vec::new(),
        nesting: 0,
        loops: 0,
        labels: Vec::new(),
        results: Vec::new(),
        budget: 0,
        names: 0,
    };
    let text = program.make();
    let own = ["S0", "S1", "S2", "Shape", "f0", "f1", "f2", "f3", "g0", "g1", "program"];
    rename(&text, &own, number)
}

/// Gives the names that a program declares its number.
fn rename(text: &str, names: &[&str], number: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        out.push_str(&word);
        if names.contains(&word.as_str()) {
            let _ = write!(out, "_{number}");
        }
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

impl Program<'_> {
    fn make(mut self) -> String {
        let mut out = String::new();
        self.declare_structs(&mut out);
        for number in 0..=self.random.below(3) {
            self.declare_function(&mut out, number);
        }
        for number in 0..self.random.below(3) {
            self.declare_generic(&mut out, number);
        }
        out.push_str("func program() {\n");
        let globals = self.scope.len();
        let body = self.body(&[], Vec::new(), 8);
        out.push_str(&body);
        self.scope.truncate(globals);
        out.push_str("}\n");
        out
    }

    pub(super) fn name(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    pub(super) fn any_type(&mut self, depth: usize) -> Type {
        types::any(self.random, self.structs.len(), depth)
    }

    fn declare_structs(&mut self, out: &mut String) {
        out.push_str("type Shape interface{ Area(int) int }\n");
        for number in 0..=self.random.below(3) {
            let mut fields = vec![("A".to_owned(), INT)];
            for at in 0..self.random.below(4) {
                let ty = types::part(self.random, number, 2);
                fields.push((format!("F{at}"), ty));
            }
            let embedded =
                (number > 0 && self.random.chance(40)).then(|| self.random.below(number));
            let _ = writeln!(out, "type S{number} struct {{");
            for (name, ty) in &fields {
                let _ = writeln!(out, "\t{name} {ty}");
            }
            if let Some(inner) = embedded {
                let _ = writeln!(out, "\tS{inner}");
                fields.push((format!("S{inner}"), Type::Struct(inner)));
            }
            out.push_str("}\n");
            self.structs.push(fields);
            let receiver = if self.random.chance(50) { "*" } else { "" };
            let _ = writeln!(
                out,
                "func (s S{number}) Area(x int) int {{ use(); s.A += x; return s.A * {} }}\n\
                 func (s {receiver}S{number}) Grow(x int) int {{ use(); s.A += x; return s.A }}\n\
                 {}func (s S{number}) Tell(x int) int {{ return s.Area(x) - {number} }}",
                1 + self.random.below(9),
                // Where it stands in a comment, it is the embedded struct's.
                if embedded.is_some() { "//" } else { "" }
            );
        }
    }

    fn declare_function(&mut self, out: &mut String, number: usize) {
        let params: Vec<Type> = (0..self.random.below(4)).map(|_| self.any_type(2)).collect();
        let results: Vec<Type> = match self.random.below(5) {
            0 => vec![self.any_type(1), self.any_type(1)],
            _ => vec![self.any_type(2)],
        };
        let names: Vec<String> = params.iter().map(|_| self.name()).collect();
        let visible = self.scope.len();
        let named: Vec<String> =
            names.iter().zip(&params).map(|(name, ty)| format!("{name} {ty}")).collect();
        let listed: Vec<Variable> = names
            .into_iter()
            .zip(&params)
            .map(|(name, ty)| Variable { name, ty: ty.clone(), assignable: true })
            .collect();
        let body = self.body(&listed, results.clone(), 3);
        self.scope.truncate(visible);
        let shown: Vec<String> = results.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            out,
            "func f{number}({}) ({}) {{\nuse()\n{body}}}",
            named.join(", "),
            shown.join(", ")
        );
        self.functions.push(Function { name: format!("f{number}"), params, results });
    }

    /// A function over all integers, which is called with two of them.
    fn declare_generic(&mut self, out: &mut String, number: usize) {
        let visible = std::mem::take(&mut self.scope);
        let functions = std::mem::take(&mut self.functions);
        let (a, b) = (self.name(), self.name());
        let listed =
            [&a, &b].map(|name| Variable { name: name.clone(), ty: Type::Param, assignable: true });
        let body = self.body(&listed, vec![Type::Param], 3);
        let _ = writeln!(out, "func g{number}[N integer]({a}, {b} N) N {{\nuse()\n{body}}}");
        self.scope = visible;
        self.functions = functions;
        for _ in 0..2 {
            let ty = Type::Int(self.random.below(INTS.len()));
            self.functions.push(Function {
                name: format!("g{number}[{ty}]"),
                params: vec![ty.clone(), ty.clone()],
                results: vec![ty],
            });
        }
    }

    /// The statements of a function with these parameters.
    pub(super) fn body(
        &mut self,
        params: &[Variable],
        results: Vec<Type>,
        budget: usize,
    ) -> String {
        let visible = self.scope.len();
        let frame = Frame {
            results: std::mem::replace(&mut self.results, results),
            loops: std::mem::take(&mut self.loops),
            labels: std::mem::take(&mut self.labels),
            budget: std::mem::replace(&mut self.budget, budget),
            visible,
        };
        self.scope.extend_from_slice(params);
        let mut out = String::new();
        while self.budget > 0 {
            self.budget -= 1;
            self.statement(&mut out);
        }
        self.return_statement(&mut out);
        self.leave(frame);
        out
    }

    fn leave(&mut self, frame: Frame) {
        self.results = frame.results;
        self.loops = frame.loops;
        self.labels = frame.labels;
        self.budget = frame.budget;
        self.scope.truncate(frame.visible);
    }

    /// Parameters with names, and the body, of a function literal.
    pub(super) fn literal_body(&mut self, params: &[Type], result: &Type) -> (String, String) {
        let listed: Vec<Variable> = params
            .iter()
            .map(|ty| Variable { name: self.name(), ty: ty.clone(), assignable: true })
            .collect();
        let named: Vec<String> = listed.iter().map(|v| format!("{} {}", v.name, v.ty)).collect();
        self.nesting += 2;
        let budget = 1 + self.random.below(2);
        let body = self.body(&listed, vec![result.clone()], budget);
        self.nesting -= 2;
        (named.join(", "), format!("use()\n{body}"))
    }
}
