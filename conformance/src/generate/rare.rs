//! Random statements of the rarer kinds: labels and goto, results that deferred calls change,
//! pointers, method values, generic types, select, recursion, the formats of package fmt.

use std::fmt::Write;

use super::program::{Program, Variable};
use super::types::{INT, INTS, Type, scalar};

impl Program<'_> {
    pub(super) fn rare(&mut self, out: &mut String) {
        match self.random.below(22) {
            0 | 1 => self.labelled_loops(out),
            2 => self.goto_loop(out),
            3 => self.fallthrough(out),
            4 | 5 => self.named_results(out),
            6 | 7 => self.pointer_to_part(out),
            8 => self.method_values(out),
            9 => self.slices_share(out),
            10 => self.map_operations(out),
            11 => self.ranges_over_map(out),
            12 => self.select(out),
            13 => self.complex(out),
            14 => self.generic_pair(out),
            15 => self.generic_stack(out),
            16 => self.variadic(out),
            17 => self.asserts(out),
            18 => self.constants(out),
            19 => self.closures_of_loop(out),
            20 => self.recursion(out),
            _ => self.formats(out),
        }
    }

    /// Statements of a function literal: what stands around it cannot be returned from or left.
    pub(super) fn apart(&mut self, out: &mut String, make: impl FnOnce(&mut Self, &mut String)) {
        let results = std::mem::take(&mut self.results);
        let loops = std::mem::take(&mut self.loops);
        let labels = std::mem::take(&mut self.labels);
        make(self, out);
        (self.results, self.loops, self.labels) = (results, loops, labels);
    }

    /// A variable that statements inside may use, declared with a value.
    fn with_variable(&mut self, out: &mut String, ty: &Type) -> String {
        let value = self.expr_at(ty, 2);
        let name = self.name();
        let _ = writeln!(out, "var {name} {ty} = {value}\n_ = {name}");
        self.scope.push(Variable { name: name.clone(), ty: ty.clone(), assignable: true });
        name
    }

    fn labelled_loops(&mut self, out: &mut String) {
        let label = self.name().to_uppercase();
        let name = self.name();
        let visible = self.scope.len();
        let head = match self.random.below(4) {
            0 => format!("for {name} := range 3 {{"),
            1 => format!("for {name}, _ := range pairs(3) {{"),
            2 => format!("for {name} := 0; {name} < 3; {name}++ {{"),
            _ => format!("for {name} := range [3]int{{}} {{"),
        };
        let _ = writeln!(
            out,
            "{label}:\n{head}\nuse()\n_ = {name}\nif id(false) {{ continue {label} }}"
        );
        self.scope.push(Variable { name, ty: INT, assignable: false });
        self.labels.push(label);
        self.loops += 1;
        self.counted_loop(out);
        self.leave_labelled(out);
        self.block(out, 2);
        self.loops -= 1;
        self.labels.pop();
        self.scope.truncate(visible);
        out.push_str("}\n");
    }

    /// `break L` or `continue L` under a condition, if there is a label around.
    pub(super) fn leave_labelled(&mut self, out: &mut String) {
        if self.labels.is_empty() {
            return;
        }
        let label = self.random.pick(&self.labels).clone();
        let word = if self.random.chance(50) { "break" } else { "continue" };
        let condition = self.expr_at(&Type::Bool, 2);
        let _ = writeln!(out, "if {condition} {{ {word} {label} }}");
    }

    fn goto_loop(&mut self, out: &mut String) {
        let (label, count) = (self.name().to_uppercase(), self.name());
        let visible = self.scope.len();
        let _ = writeln!(out, "{{\n{count} := 0\n{label}:\nuse()\n{count}++");
        self.scope.push(Variable { name: count.clone(), ty: INT, assignable: false });
        out.push_str("{\n");
        self.block(out, 2);
        out.push_str("}\n");
        let condition = self.expr_at(&Type::Bool, 1);
        let _ = writeln!(out, "if {count} < 3 && {condition} {{ goto {label} }}\n}}");
        self.scope.truncate(visible);
    }

    fn fallthrough(&mut self, out: &mut String) {
        let a = self.expr_at(&Type::Bool, 2);
        let _ = writeln!(out, "switch {{\ncase {a}:");
        self.switched(out);
        out.push_str("fallthrough\n");
        let b = self.expr_at(&Type::Bool, 2);
        let _ = writeln!(out, "case {b}:");
        self.switched(out);
        if self.random.chance(50) {
            out.push_str("fallthrough\n");
        }
        out.push_str("default:\n");
        self.switched(out);
        out.push_str("}\n");
    }

    /// A literal whose deferred calls see and change its named results.
    fn named_results(&mut self, out: &mut String) {
        let (ty, param) = (scalar(self.random), self.name());
        let (result, text) = (self.name(), self.name());
        let (a, b) = (self.name(), self.name());
        let argument = self.expr_at(&ty, 2);
        let visible = self.scope.len();
        let _ = writeln!(out, "{a}, {b} := func({param} {ty}) ({result} {ty}, {text} string) {{");
        for name in [&param, &result] {
            self.scope.push(Variable { name: name.clone(), ty: ty.clone(), assignable: true });
        }
        self.scope.push(Variable { name: text.clone(), ty: Type::Text, assignable: true });
        let results = vec![ty.clone(), Type::Text];
        self.apart(out, |p, out| {
            out.push_str("use()\ndefer func() {\n");
            let _ = writeln!(out, "if r := recover(); r != nil {{ {text} = said(r) }}");
            p.assign(out);
            let _ = writeln!(out, "{result} = {}\n}}()", p.expr_at(&ty, 2));
            p.nesting += 1;
            p.statement(out);
            let condition = p.expr_at(&Type::Bool, 2);
            let _ = writeln!(out, "if {condition} {{");
            p.results.clone_from(&results);
            p.return_statement(out);
            p.results.clear();
            out.push_str("}\n");
            p.statement(out);
            p.assign(out);
            p.nesting -= 1;
        });
        self.scope.truncate(visible);
        let _ = writeln!(out, "return\n}}({argument})\nshow({a})\nshow({b})");
        self.scope.push(Variable { name: a, ty, assignable: true });
        self.scope.push(Variable { name: b, ty: Type::Text, assignable: true });
    }

    fn pointer_to_part(&mut self, out: &mut String) {
        let Some((place, ty)) = self.addressable() else { return self.declare(out) };
        let name = self.name();
        let _ = writeln!(out, "{name} := &{place}");
        self.assign(out);
        let value = self.expr_at(&ty, 3);
        let _ = writeln!(out, "*{name} = {value}");
        if ty.is_int() && self.random.chance(50) {
            let op = *self.random.pick(&["+=", "-=", "^=", "<<=", ">>="]);
            let operand = if op.len() == 3 { "3".to_owned() } else { self.expr_at(&ty, 2) };
            let _ = writeln!(out, "*{name} {op} {operand}");
        }
        if ty.is_printable() {
            let _ = writeln!(out, "show(*{name})");
        }
    }

    /// A variable or a part of one that has an address.
    fn addressable(&mut self) -> Option<(String, Type)> {
        for _ in 0..4 {
            let (place, ty) = self.target()?;
            let base = place.split(['[', '.']).next().unwrap_or_default().to_owned();
            let of_map = self.scope.iter().any(|v| v.name == base && matches!(v.ty, Type::Map(..)));
            if !of_map || place == base {
                return Some((place, ty));
            }
        }
        None
    }

    fn method_values(&mut self, out: &mut String) {
        let number = self.random.below(self.structs.len());
        let ty = Type::Struct(number);
        let variable = self.with_variable(out, &ty);
        let (name, argument) = (self.name(), self.expr_at(&INT, 2));
        let value = match self.random.below(5) {
            0 => format!("{variable}.Grow"),
            1 => format!("{variable}.Area"),
            2 => format!("(&{variable}).Grow"),
            3 => format!("Shape({variable}).Area"),
            _ => format!("func(x int) int {{ return (*S{number}).Grow(&{variable}, x) }}"),
        };
        let _ = writeln!(out, "{name} := {value}\n{variable}.A += 7\nshow({name}({argument}))");
        let _ =
            writeln!(out, "show({name}(1))\nshow(S{number}.Area({variable}, 2))\nshow({variable})");
        let ty = Type::Func(vec![INT], Box::new(INT));
        self.scope.push(Variable { name, ty, assignable: true });
    }

    fn slices_share(&mut self, out: &mut String) {
        let elem = super::types::part(self.random, self.structs.len(), 1);
        let ty = Type::Slice(Box::new(elem.clone()));
        let all = self.with_variable(out, &ty);
        let some = self.name();
        let (lo, hi, max) = (self.int_leaf(), self.int_leaf(), self.int_leaf());
        let _ = if self.random.chance(70) {
            writeln!(out, "{some} := part3({all}, {lo}, {hi}, {max})")
        } else {
            writeln!(out, "{some} := {all}[:min({}, len({all})):len({all})]", self.random.below(3))
        };
        self.scope.push(Variable { name: some.clone(), ty, assignable: true });
        let value = self.expr_at(&elem, 2);
        let _ = match self.random.below(4) {
            0 => writeln!(out, "{some} = append({some}, {value})"),
            1 => writeln!(out, "show(copy({all}, {some}))"),
            2 => writeln!(out, "show(copy({some}, {all}[len({all})/2:]))"),
            _ => writeln!(out, "clear({some})"),
        };
        let _ = writeln!(out, "show({all})\nshow({some})\nshow(cap({some}) >= len({some}))");
    }

    fn int_leaf(&mut self) -> String {
        self.expr_at(&INT, 1)
    }

    fn map_operations(&mut self, out: &mut String) {
        let (key, elem) = (super::types::key(self.random), scalar(self.random));
        let ty = Type::Map(Box::new(key.clone()), Box::new(elem.clone()));
        let map = self.with_variable(out, &ty);
        let (value, ok) = (self.name(), self.name());
        let key = self.expr_at(&key, 1);
        let _ = match self.random.below(4) {
            0 => writeln!(out, "delete({map}, {key})"),
            1 if elem.is_number() => writeln!(out, "{map}[{key}]++"),
            2 => writeln!(out, "{map}[{key}] = {}", self.expr_at(&elem, 2)),
            _ => writeln!(out, "show(len({map}))"),
        };
        let _ =
            writeln!(out, "{value}, {ok} := {map}[{key}]\nshow({value})\nshow({ok})\nshow({map})");
        self.scope.push(Variable { name: value, ty: elem, assignable: true });
        self.scope.push(Variable { name: ok, ty: Type::Bool, assignable: true });
    }

    /// What does not depend on the order of a map's keys.
    fn ranges_over_map(&mut self, out: &mut String) {
        let (key, elem) = (super::types::key(self.random), scalar(self.random));
        let map = self.with_variable(out, &Type::Map(Box::new(key), Box::new(elem)));
        let (sum, k, v) = (self.name(), self.name(), self.name());
        let _ = writeln!(
            out,
            "{sum} := 0\nfor {k}, {v} := range {map} {{\nuse()\n{sum} += len(fmt.Sprint({k}, {v}))"
        );
        let _ = match self.random.below(3) {
            0 => writeln!(out, "delete({map}, {k})"),
            1 => writeln!(out, "{map}[{k}] = {v}"),
            _ => Ok(()),
        };
        let _ = writeln!(out, "}}\nshow({sum})\nshow(len({map}))");
    }

    /// A select in which one case is ready.
    fn select(&mut self, out: &mut String) {
        let ty = scalar(self.random);
        let (full, empty) = (self.name(), self.name());
        let (value, got) = (self.expr_at(&ty, 2), self.name());
        let _ = writeln!(
            out,
            "{full}, {empty} := make(chan {ty}, 1), make(chan {ty})\n{full} <- {value}\nselect {{"
        );
        let _ = writeln!(out, "case {got}, ok := <-{full}:\nshow({got})\nshow(ok)");
        let visible = self.scope.len();
        self.scope.push(Variable { name: got, ty: ty.clone(), assignable: true });
        self.switched(out);
        self.scope.truncate(visible);
        let other = self.expr_at(&ty, 1);
        let _ = writeln!(out, "case {empty} <- {other}:\nshow(1)\n}}\nselect {{");
        let _ = match self.random.below(3) {
            0 => writeln!(out, "case {full} <- {other}:\nshow(len({full}))"),
            1 => writeln!(out, "case x := <-{empty}:\nshow(x)\ndefault:\nshow(cap({full}))"),
            _ => writeln!(
                out,
                "case <-{full}:\nshow(2)\ncase {empty} <- {other}:\ndefault:\nshow(3)"
            ),
        };
        let _ = writeln!(out, "}}\nclose({full})");
    }

    fn complex(&mut self, out: &mut String) {
        let (a, b) = (self.name(), self.name());
        let mut part = || self.expr_at(&Type::Float64, 2);
        let parts = [part(), part(), part(), part()];
        let [p, q, r, s] = parts;
        let op = *self.random.pick(&["+", "-", "*", "/"]);
        let _ = writeln!(out, "{a}, {b} := complex({p}, {q}), complex({r}, {s})");
        let _ = writeln!(
            out,
            "{a} {op}= {b}\nshow({a})\nshow(real({a}) == imag({b}))\nshow({a} == {b})"
        );
        let _ = writeln!(out, "show(complex64({b}) {op} 2i)");
    }

    fn generic_pair(&mut self, out: &mut String) {
        let mut ty = || super::types::part(self.random, self.structs.len(), 1);
        let (a, b) = (ty(), ty());
        let (x, y) = (self.expr_at(&a, 2), self.expr_at(&b, 2));
        let (name, swapped) = (self.name(), self.name());
        let _ = writeln!(out, "{name} := pair[{a}, {b}]{{{x}, {y}}}\n{swapped} := {name}.swap()");
        let (x, y) = (self.expr_at(&a, 1), self.expr_at(&b, 1));
        let _ = writeln!(out, "{swapped}.set({y}, {x})\nshow({name})\nshow({swapped})");
        let _ = writeln!(out, "show(pair[int, pair[{a}, {b}]]{{1, {swapped}.swap()}}.second)");
    }

    fn generic_stack(&mut self, out: &mut String) {
        let elem = super::types::part(self.random, self.structs.len(), 1);
        let (stack, x) = (self.name(), self.name());
        let _ = writeln!(out, "{stack} := new(stack[{elem}])");
        for _ in 0..=self.random.below(3) {
            let value = self.expr_at(&elem, 2);
            let _ = writeln!(out, "{stack}.push({value})");
        }
        let visible = self.scope.len();
        let _ = writeln!(out, "for _, {x} := range {stack}.all() {{\nshow({x})");
        self.scope.push(Variable { name: x, ty: elem.clone(), assignable: true });
        self.loops += 1;
        self.block(out, 1);
        self.loops -= 1;
        self.scope.truncate(visible);
        let (top, ok) = (self.name(), self.name());
        let _ = writeln!(out, "}}\n{top}, {ok} := {stack}.pop()\nshow({top})\nshow({ok})");
        let _ = writeln!(
            out,
            "show(fold({stack}.items, 0, func(n int, x {elem}) int {{ return n + len(fmt.Sprint(x)) }}))"
        );
        self.scope.push(Variable { name: top, ty: elem, assignable: true });
    }

    fn variadic(&mut self, out: &mut String) {
        let elem = scalar(self.random);
        let ty = Type::Slice(Box::new(elem.clone()));
        let name = self.name();
        let _ = writeln!(
            out,
            "{name} := func(n int, rest ...{elem}) []{elem} {{ use(); return append(rest, few(rest)...) }}"
        );
        let first = self.expr_at(&INT, 1);
        let rest: Vec<String> = (0..self.random.below(4)).map(|_| self.expr_at(&elem, 2)).collect();
        let arguments: Vec<String> = std::iter::once(first.clone()).chain(rest).collect();
        let _ = writeln!(out, "show({name}({}))", arguments.join(", "));
        let whole = self.expr_at(&ty, 2);
        let _ = writeln!(out, "show({name}({first}, {whole}...))");
    }

    fn asserts(&mut self, out: &mut String) {
        let ty = scalar(self.random);
        let number = self.random.below(self.structs.len());
        let (boxed, value, ok) = (self.name(), self.name(), self.name());
        let any = self.expr_at(&Type::Any, 2);
        let _ = writeln!(out, "var {boxed} any = {any}\n{value}, {ok} := {boxed}.({ty})");
        let _ = writeln!(out, "show({value})\nshow({ok})");
        let wanted = match self.random.below(4) {
            0 => ty.to_string(),
            1 => "Shape".to_owned(),
            2 => format!("*S{number}"),
            _ => "interface{ Grow(int) int }".to_owned(),
        };
        out.push_str("func() {\ndefer caught()\n");
        let _ = writeln!(out, "_ = {boxed}.({wanted})\nshow({boxed} == {boxed})\n}}()");
    }

    fn constants(&mut self, out: &mut String) {
        let at = self.random.below(INTS.len());
        let ty = INTS[at].0;
        let (a, b, c) = (self.name(), self.name(), self.name());
        let (factor, shift) = (1 + self.random.below(9), self.random.below(4));
        let _ = writeln!(
            out,
            "const (\n{a} {ty} = iota*{factor} + 1\n{b}\n_\n{c} = 1 << (iota + {shift})\n)"
        );
        let typed = Type::Int(at);
        let count = format!("id({})", self.shift_count(2));
        let _ = writeln!(out, "show({a} + {b})\nshow({c} / 3.0)\nshow({a} << ({count} & 15))");
        let _ = writeln!(
            out,
            "var _ {ty} = 1 << ({count} & 15)\nshow(-id({b}) % ({} | 1))",
            self.expr_at(&typed, 2)
        );
    }

    fn closures_of_loop(&mut self, out: &mut String) {
        let (all, i, f) = (self.name(), self.name(), self.name());
        let step = 1 + self.random.below(2);
        let visible = self.scope.len();
        let head = if self.random.chance(60) {
            format!("for {i} := 0; {i} < 4; {i} += {step} {{")
        } else {
            format!("for {i} := range 3 {{")
        };
        let _ = writeln!(out, "var {all} []func() int\n{head}\nuse()");
        self.scope.push(Variable { name: i.clone(), ty: INT, assignable: false });
        let added = self.expr_at(&INT, 2);
        let _ = writeln!(out, "{all} = append({all}, func() int {{ {i} += {added}; return {i} }})");
        if self.random.chance(50) {
            let _ = writeln!(out, "if {i} == 1 {{ {i}++; continue }}");
        }
        self.scope.truncate(visible);
        let _ = writeln!(out, "}}\nfor _, {f} := range {all} {{ show({f}()); show({f}()) }}");
    }

    fn recursion(&mut self, out: &mut String) {
        let ty = scalar(self.random);
        let (f, n, x) = (self.name(), self.name(), self.name());
        let _ =
            writeln!(out, "var {f} func(int, {ty}) {ty}\n{f} = func({n} int, {x} {ty}) {ty} {{");
        let visible = self.scope.len();
        self.scope.push(Variable { name: n.clone(), ty: INT, assignable: false });
        self.scope.push(Variable { name: x, ty: ty.clone(), assignable: true });
        self.apart(out, |p, out| {
            let (first, last) = (p.expr_at(&ty, 2), p.expr_at(&ty, 1));
            let _ = writeln!(out, "use()\nif {n} <= 0 {{ return {first} }}\n");
            p.nesting += 2;
            p.assign(out);
            p.nesting -= 2;
            let _ = writeln!(out, "return {f}({n}-1, {last})");
        });
        self.scope.truncate(visible);
        let value = self.expr_at(&ty, 1);
        let _ = writeln!(out, "}}\nshow({f}({}, {value}))", self.random.below(4));
    }

    fn formats(&mut self, out: &mut String) {
        const VERBS: [&str; 22] = [
            "%v", "%+v", "%#v", "%T", "%d", "%5d", "%-6d|", "%06d", "%+d", "%x", "%X", "%#x", "%o",
            "%b", "%q", "%s", "%8.3f", "%e", "%g", "%t", "%10v|", "% x",
        ];
        let ty = self.any_type(2);
        let ty = if ty.is_printable() { ty } else { scalar(self.random) };
        let value = self.expr_at(&ty, 2);
        let verbs: Vec<&str> = (0..3).map(|_| *self.random.pick(&VERBS)).collect();
        let (x, y) = (self.name(), verbs.join(" "));
        let _ = writeln!(out, "{x} := {value}\nshow(fmt.Sprintf(\"{y}\", {x}, {x}, {x}))");
        let text = self.expr_at(&Type::Text, 2);
        let part = self.text_literal();
        let _ = match self.random.below(7) {
            0 => writeln!(out, "show(strings.Split({text}, {part}))"),
            1 => writeln!(out, "show(strings.Fields({text}))"),
            2 => writeln!(out, "show(strings.ToUpper({text}))"),
            3 => writeln!(out, "show(strings.Index({text}, {part}))"),
            4 => writeln!(out, "show([]rune({text}))"),
            5 => writeln!(out, "show(strings.ReplaceAll(cut({text}, 0, 40), {part}, \"-\"))"),
            _ => writeln!(out, "for _, r := range {text} {{ show(r) }}"),
        };
    }
}
