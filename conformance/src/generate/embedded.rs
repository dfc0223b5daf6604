//! Random statements over embedded structs and interfaces, generic types and their methods, and
//! package fmt with types that print themselves. The types stand in `prelude.go`.

use std::fmt::Write;

use super::program::Program;
use super::types::{INT, INTS, Type, scalar};

impl Program<'_> {
    pub(super) fn typed(&mut self, out: &mut String) {
        match self.random.below(10) {
            0 | 1 => self.promoted(out),
            2 => self.embedded_interface(out),
            3 => self.cases_of_types(out),
            4 => self.comparisons(out),
            5 => self.vectors(out),
            6 => self.tree(out),
            7 => self.generic_values(out),
            _ => self.printed_by_themselves(out),
        }
    }

    fn promoted(&mut self, out: &mut String) {
        let (x, f) = (self.name(), self.name());
        let (text, n) = (self.expr_at(&Type::Text, 2), self.expr_at(&INT, 2));
        let float = self.expr_at(&Type::Float64, 1);
        let made = match self.random.below(4) {
            0 => format!("middle{{base{{{text}, {n}}}, {float}}}"),
            1 => format!("&middle{{base: base{{n: {n}}}, extra: {float}}}"),
            2 => format!("outer{{&middle{{base{{{text}, {n}}}, {float}}}, {text}}}"),
            _ => format!("&outer{{tag: {text}, middle: &middle{{}}}}"),
        };
        let _ = writeln!(out, "{x} := {made}\nshow({x}.Name())\nshow({x}.Add({n}).n)");
        let value = match self.random.below(5) {
            0 => format!("{x}.Add"),
            1 => format!("adder({x}.Add(1)).Add"),
            2 => format!("{x}.base.Add"),
            3 => format!("func(n int) *base {{ return (*base).Add(&{x}.base, n) }}"),
            _ => format!("(*middle).Add, (&middle{{{x}.base, 1}})"),
        };
        if value.contains(", (") {
            let (method, receiver) = value.split_once(", ").unwrap_or_default();
            let _ = writeln!(out, "{f} := {method}\nshow({f}({receiver}, {n}).n)");
        } else {
            let _ = writeln!(out, "{f} := {value}\n{x}.n += 3\nshow({f}({n}).Name())");
        }
        let _ = writeln!(out, "show({x}.n)\nshow({x}.name)\nshow({x}.base)\nshow({x}.extra)");
    }

    fn embedded_interface(&mut self, out: &mut String) {
        let (x, f) = (self.name(), self.name());
        let n = self.expr_at(&INT, 2);
        let inner = match self.random.below(5) {
            0 => "nil".to_owned(),
            1 => format!("base{{\"b\", {n}}}"),
            2 => format!("&middle{{extra: 2, base: base{{n: {n}}}}}"),
            3 => format!("wrapped{{base{{n: {n}}}, {n}}}"),
            _ => "(*base)(nil)".to_owned(),
        };
        let _ = writeln!(out, "func() {{\ndefer caught()\nvar {x} = wrapped{{{inner}, {n}}}");
        let _ = match self.random.below(3) {
            0 => writeln!(out, "{f} := {x}.Name\n{x}.named = base{{n: 9}}\nshow({f}())"),
            1 => writeln!(out, "{f} := named.Name\nshow({f}({x}))"),
            _ => writeln!(out, "var {f} named = &{x}\nshow({f}.Name())"),
        };
        let _ =
            writeln!(out, "_, ok := {x}.named.(adder)\nshow(ok)\nshow({x}.named == named(nil))");
        let wanted = *self.random.pick(&["adder", "base", "*middle", "wrapped", "fmt.Stringer"]);
        let _ = writeln!(out, "_ = {x}.named.({wanted})\nshow({x}.Name())\n}}()");
    }

    /// A type switch with several types in a clause, interfaces and nil.
    fn cases_of_types(&mut self, out: &mut String) {
        let (x, y) = (self.name(), self.name());
        let value = match self.random.below(7) {
            0 => "any(nil)".to_owned(),
            1 => "any(named(nil))".to_owned(),
            2 => format!("any(celsius({}))", self.expr_at(&Type::Float64, 1)),
            3 => format!("any(code({}))", self.expr_at(&INT, 1)),
            4 => "any((*middle)(nil))".to_owned(),
            5 => "any(base{})".to_owned(),
            _ => self.expr_at(&Type::Any, 2),
        };
        let _ = writeln!(out, "switch {x} := {value}; {y} := {x}.(type) {{");
        let mut clauses = vec![
            ("int, string", ""),
            ("fmt.Stringer", ".String()"),
            ("error", ".Error()"),
            ("nil", " == nil"),
            ("*middle, *outer", " != nil"),
            ("named", ".Name()"),
            ("interface{ Area(int) int }", ".Area(2)"),
            ("bool, []int, map[string]int", ""),
        ];
        for _ in 0..4 {
            let at = self.random.below(clauses.len());
            let (types, body) = clauses.remove(at);
            let _ = writeln!(out, "case {types}:\nshow({y}{body})");
        }
        let _ = writeln!(out, "default:\nshow({y})\n}}");
    }

    /// Comparisons of interfaces, structs and arrays, which may fail.
    fn comparisons(&mut self, out: &mut String) {
        let (a, b) = (self.name(), self.name());
        let mut value = || match self.random.below(8) {
            0 => "[]int{1}".to_owned(),
            1 => "map[int]int(nil)".to_owned(),
            2 => "[2]any{1, []int(nil)}".to_owned(),
            3 => "struct{ a int; b any }{1, 2}".to_owned(),
            4 => "struct{ a int; b any }{1, func() {}}".to_owned(),
            5 => "nil".to_owned(),
            _ => self.expr_at(&Type::Any, 1),
        };
        let (x, y) = (value(), value());
        let _ = writeln!(out, "func() {{\ndefer caught()\nvar {a}, {b} any = {x}, {y}");
        let _ = writeln!(out, "show({a} == {b})\nshow([2]any{{1, {a}}} == [2]any{{2, {b}}})");
        let _ = writeln!(out, "show(map[any]int{{{a}: 1}}[{b}])\nshow({a} != {a})\n}}()");
    }

    fn vectors(&mut self, out: &mut String) {
        let (from, to) = (self.number_type(), self.number_type());
        let (v, w, f) = (self.name(), self.name(), self.name());
        let parts: Vec<String> = (0..3).map(|_| self.expr_at(&from, 2)).collect();
        let _ = writeln!(out, "{v} := vector[{from}]{{{}}}", parts.join(", "));
        let turned = if to.is_float() { format!("{to}(x) / 3") } else { "7".to_owned() };
        let _ = writeln!(
            out,
            "{w} := {v}.turned(func(x {from}) {to} {{ use(); return {turned} }})\n\
             show({v}.sum())\nshow({w})\nshow(scaled({v}, 3))\nshow(kind({v}[0]))\nshow(kind({w}))"
        );
        let _ = match self.random.below(4) {
            0 => writeln!(out, "show(largest({v}...))"),
            1 => writeln!(
                out,
                "var {f} func(vector[{from}], {from}) vector[{from}] = scaled\nshow({f}({v}, 2))"
            ),
            2 => writeln!(
                out,
                "show(fold({w}, \"\", func(t string, x {to}) string {{ return t + kind(x) }}))"
            ),
            _ => writeln!(out, "show(built[counter](len({v})))\nshow(both(1, {v}[1]))"),
        };
    }

    fn number_type(&mut self) -> Type {
        match self.random.below(4) {
            0 => Type::Float64,
            1 => Type::Float32,
            _ => Type::Int(self.random.below(INTS.len())),
        }
    }

    fn tree(&mut self, out: &mut String) {
        let key = if self.random.chance(50) { Type::Text } else { self.number_type() };
        let value = super::types::part(self.random, self.structs.len(), 1);
        let (root, k, v) = (self.name(), self.name(), self.name());
        let _ = writeln!(out, "var {root} *tree[{key}, {value}]");
        for _ in 0..2 + self.random.below(3) {
            let (key, value) = (self.expr_at(&key, 1), self.expr_at(&value, 1));
            let _ = writeln!(out, "{root} = {root}.put({key}, {value})");
        }
        let _ =
            writeln!(out, "for {k}, {v} := range {root}.walk() {{\nuse()\nshow({k})\nshow({v})");
        let wanted = self.expr_at(&key, 1);
        let _ = match self.random.below(3) {
            0 => writeln!(out, "if {k} > {wanted} {{ break }}"),
            1 => writeln!(out, "if {k} == {wanted} {{ continue }}\nshow(1)"),
            _ => writeln!(out, "defer show({v})"),
        };
        let _ = writeln!(out, "}}\nshow({root}.get({wanted}))\nshow({root}.deep())");
    }

    /// Generic functions as values, generic aliases, types that are declared in the function.
    fn generic_values(&mut self, out: &mut String) {
        let (a, b) = (scalar(self.random), scalar(self.random));
        let (f, l, t) = (self.name(), self.name(), self.name().to_uppercase());
        let (x, y) = (self.expr_at(&a, 2), self.expr_at(&b, 2));
        let _ = writeln!(
            out,
            "var {f} func([]{a}, func({a}) {b}) []{b} = mapped\n\
             show({f}(list[{a}]{{{x}, {x}}}, func({a}) {b} {{ use(); return {y} }}))\n\
             type {t} struct {{ pair[{a}, {b}]; more list[{b}] }}\n\
             {l} := {t}{{pair[{a}, {b}]{{{x}, {y}}}, nil}}\n\
             {l}.more = append({l}.more, {l}.second)\n\
             show({l}.swap())\nshow({l}.pair)\nshow({l}.more)\n{l}.set({l}.first, {l}.more[0])\n\
             show(len(fmt.Sprint({l})))"
        );
    }

    /// Values whose methods package fmt calls, alone and inside others.
    fn printed_by_themselves(&mut self, out: &mut String) {
        const VERBS: [&str; 20] = [
            "%v", "%+v", "%#v", "%s", "%d", "%x", "%q", "%6.2f", "%T", "%10s|", "%-10v|", "%X",
            "%t", "%!", "%z", "%08d", "%+.3e", "% d", "%c", "%U",
        ];
        let n = self.expr_at(&INT, 1);
        let f = self.expr_at(&Type::Float64, 1);
        let value = match self.random.below(12) {
            0 => format!("celsius({f})"),
            1 => format!("code({n})"),
            2 => format!("wild{{{n}}}"),
            3 => format!("drawn{{{n}, {f}}}"),
            4 => format!("[]celsius{{celsius({f}), 1}}"),
            5 => format!("map[code]wild{{1: {{{n}}}}}"),
            6 => format!("struct{{ a code; b any; c wild }}{{2, celsius({f}), wild{{{n}}}}}"),
            7 => format!("&wild{{{n}}}"),
            8 => format!("[2]any{{drawn{{{n}, 1}}, code({n})}}"),
            9 => "(*base)(nil)".to_owned(),
            10 => format!("fmt.Errorf(\"at %d: %w\", {n}, code({n}))"),
            _ => format!("middle{{base{{\"m\", {n}}}, {f}}}"),
        };
        let x = self.name();
        let verbs: Vec<&str> = (0..3).map(|_| *self.random.pick(&VERBS)).collect();
        let _ = writeln!(
            out,
            "var {x} any = {value}\nshow(fmt.Sprintf(\"{} {} {}\", {x}, {x}, {x}))",
            verbs[0], verbs[1], verbs[2]
        );
        let _ = match self.random.below(4) {
            0 => writeln!(out, "show(fmt.Sprintf(\"%[2]v %[1]*[3]d %[3]v\", {n} & 15, {x}, {n}))"),
            1 => writeln!(out, "show(fmt.Sprintln({x}, {n}, {f}))"),
            2 => writeln!(
                out,
                "show(fmt.Sprintf(\"%v %d\", {n}))\nshow(fmt.Sprintf(\"%v\", {n}, {f}))"
            ),
            _ => writeln!(
                out,
                "show(fmt.Sprintf(\"%.*f %6.1g|%-8.3x|%+q\", {n} & 7, {f}, {f}, \"aé\\xff\", \"é\\xff\"))"
            ),
        };
    }
}
