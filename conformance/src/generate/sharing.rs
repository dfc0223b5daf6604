//! Random statements over memory that is shared or copied (arrays, slices of slices, append, copy),
//! keys of maps, and numbers and texts at their limits.

use std::fmt::Write;

use super::program::Program;
use super::types::{INT, INTS, Type, part, scalar};

impl Program<'_> {
    pub(super) fn shared(&mut self, out: &mut String) {
        match self.random.below(11) {
            0 => self.array_copies(out),
            1 => self.slices_of_slices(out),
            2 => self.append_shares(out),
            3 => self.struct_keys(out),
            4 => self.odd_keys(out),
            5 | 6 => self.shifts(out),
            7 => self.conversions(out),
            8 => self.constant_arithmetic(out),
            9 => self.texts(out),
            _ => self.extremes(out),
        }
    }

    fn array_copies(&mut self, out: &mut String) {
        let elem = part(self.random, self.structs.len(), 1);
        let (a, b, p, i, x) = (self.name(), self.name(), self.name(), self.name(), self.name());
        let elems: Vec<String> = (0..3).map(|_| self.expr_at(&elem, 1)).collect();
        let (v, w) = (self.expr_at(&elem, 1), self.expr_at(&elem, 1));
        let _ = writeln!(
            out,
            "{a} := [...]{elem}{{{}}}\n{b}, {p} := {a}, &{a}\n\
             for {i}, {x} := range {a} {{ use(); {a}[({i}+1)%3] = {v}; show({x}) }}",
            elems.join(", ")
        );
        let _ = match self.random.below(4) {
            0 => writeln!(out, "for {i}, {x} := range {p} {{ {p}[2-{i}] = {x} }}"),
            1 => writeln!(out, "for {i} := range {p} {{ {p}[{i}] = {b}[2-{i}] }}"),
            2 => writeln!(out, "{p}[1], {b}[0] = {b}[1], {p}[2]\n*{p} = {b}\n{b}[2] = {w}"),
            _ => writeln!(out, "_ = {p}\nfunc(c [3]{elem}) {{ c[0] = {w}; show(c) }}({a})"),
        };
        let (s, c) = (self.name(), self.name());
        let _ = writeln!(
            out,
            "{s} := {a}[:2]\n{s}[0] = {w}\n(*[2]{elem})({s})[1] = {v}\n\
             {c} := [2][3]{elem}{{{a}, {b}}}\n{c}[0][1] = {c}[1][2]\nshow({a})\nshow({b})\nshow({c})\n\
             show([1]{elem}({s}))"
        );
        if elem.is_comparable() {
            let _ = writeln!(out, "show({a} == {b})\nshow({c}[1] != {b})");
        }
    }

    fn slices_of_slices(&mut self, out: &mut String) {
        let elem = part(self.random, self.structs.len(), 1);
        let inner = Type::Slice(Box::new(elem.clone()));
        let (s, t) = (self.name(), self.name());
        let (x, y) = (self.expr_at(&inner, 1), self.expr_at(&inner, 1));
        let _ = writeln!(out, "{s} := [][]{elem}{{{x}, {y}, {x}}}");
        for _ in 0..3 {
            let v = self.expr_at(&elem, 1);
            let (i, j) = (self.random.below(3), self.random.below(3));
            let _ = match self.random.below(7) {
                0 => writeln!(out, "{s}[{i}] = append({s}[{j}][:len({s}[{j}])/2], {v})"),
                1 => writeln!(out, "{s} = append({s}, {s}[{j}])"),
                2 => writeln!(out, "if len({s}[{i}]) > 0 {{ {s}[{i}][0] = {v} }}"),
                3 => writeln!(out, "show(copy({s}[1:], {s}))"),
                4 => writeln!(out, "show(copy({s}[{i}], {s}[{j}]))"),
                5 => writeln!(out, "{s}[{i}], {s}[{j}] = {s}[{j}], {s}[{i}]"),
                _ => writeln!(out, "{s}[{i}] = {s}[{j}][len({s}[{j}]):]"),
            };
        }
        let _ = writeln!(
            out,
            "{t} := append([][]{elem}(nil), {s}...)\n{t}[0] = nil\nshow({s})\nshow({t})\n\
             show({t}[0] == nil)\nshow(len({s}[1:2:2]))"
        );
    }

    fn append_shares(&mut self, out: &mut String) {
        let elem = scalar(self.random);
        let (a, b, c) = (self.name(), self.name(), self.name());
        let capacity = 3 + self.random.below(4);
        let (v, w) = (self.expr_at(&elem, 2), self.expr_at(&elem, 2));
        let _ = writeln!(
            out,
            "{a} := make([]{elem}, 2, {capacity})\n{b} := append({a}, {v})\n{c} := append({a}, {w}, {v})"
        );
        for _ in 0..2 {
            let at = 1 + self.random.below(2);
            let _ = match self.random.below(6) {
                0 => writeln!(out, "copy({b}[{at}:], {b})"),
                1 => writeln!(out, "copy({c}, {c}[{at}:])"),
                2 => writeln!(out, "{b} = append({b}[:{at}], {b}[{at}+1:]...)"),
                3 => writeln!(out, "{c} = append({c}[:{at}:{at}], {b}...)"),
                4 => writeln!(out, "{a} = append({a}, {a}...)"),
                _ => writeln!(out, "clear({b}[:{at}])"),
            };
        }
        let _ =
            writeln!(out, "show({a}[:cap({a})])\nshow({b})\nshow({c})\nshow(len({b}) + len({c}))");
    }

    fn struct_keys(&mut self, out: &mut String) {
        let (a, b, elem) = (scalar(self.random), scalar(self.random), scalar(self.random));
        let (ty, m, k, v) = (self.name().to_uppercase(), self.name(), self.name(), self.name());
        let _ = writeln!(out, "type {ty} struct {{ a {a}; b [2]{b} }}\n{m} := map[{ty}]{elem}{{}}");
        let keys: Vec<String> = (0..3)
            .map(|_| {
                let (x, y) = (self.expr_at(&a, 1), self.expr_at(&b, 1));
                format!("{ty}{{{x}, [2]{b}{{{y}, {y}}}}}")
            })
            .collect();
        // Which of a key and a value fails first, Go leaves open: keys are made before.
        let keys: Vec<String> = keys
            .iter()
            .map(|key| {
                let name = self.name();
                let _ = writeln!(out, "{name} := {key}");
                name
            })
            .collect();
        for key in &keys {
            let value = self.expr_at(&elem, 1);
            let _ = writeln!(out, "{m}[{key}] = {value}");
        }
        let _ = writeln!(
            out,
            "{v}, {k} := {m}[{}]\nshow({v})\nshow({k})\ndelete({m}, {})\nshow(len({m}))",
            keys[0], keys[1]
        );
        // The order of the keys is a matter of the map only if they have one. What is added for a
        // key that is not equal to itself may be met or not.
        if elem.is_int() && a != Type::Complex && b != Type::Complex {
            let _ = writeln!(
                out,
                "show({m})\nfor {k} := range {m} {{ use(); if {k} == {k} {{ {m}[{k}]++ }} }}\nshow({m})"
            );
        }
    }

    /// Keys that are floats (NaN among them), interfaces, or cannot be keys at all.
    fn odd_keys(&mut self, out: &mut String) {
        let (m, k) = (self.name(), self.name());
        if self.random.chance(50) {
            let (x, y) = (self.expr_at(&Type::Float64, 2), self.expr_at(&Type::Float64, 1));
            let _ = writeln!(
                out,
                "{m} := map[float64]int{{}}\nfor _, {k} := range []float64{{{x}, {y}, zero/zero, -zero, {x}, zero/zero}} {{\n\
                 use()\n{m}[{k}]++\n}}\nshow(len({m}))\nshow({m}[{x}])\nshow({m}[0])\nshow({m}[zero/zero])\n\
                 delete({m}, zero/zero)\nshow(len({m}))\nclear({m})\nshow({m})"
            );
            return;
        }
        let keys: Vec<String> = (0..3).map(|_| self.expr_at(&Type::Any, 1)).collect();
        let _ = writeln!(
            out,
            "func() {{\ndefer caught()\n{m} := map[any]int{{}}\ndefer func() {{ show(len({m})) }}()"
        );
        for key in &keys {
            let _ = writeln!(out, "{m}[{key}]++");
        }
        let _ = writeln!(
            out,
            "for {k} := range {m} {{ use(); if {k} == {k} {{ {m}[{k}] += 2 }} }}\nshow({m}[{}])\nshow({m}[int8(1)])\n\
             show({m}[[2]int{{}}])\ndelete({m}, any({}))\n}}()",
            keys[0], keys[1]
        );
    }

    fn shifts(&mut self, out: &mut String) {
        let (ty, count) =
            (Type::Int(self.random.below(INTS.len())), Type::Int(self.random.below(INTS.len())));
        let (x, n) = (self.name(), self.name());
        let (value, by) = (self.expr_at(&ty, 2), self.expr_at(&count, 2));
        let mask = *self.random.pick(&[7, 15, 31, 63, 127]);
        let _ = writeln!(out, "var {x} {ty} = {value}\nvar {n} {count} = {by} & {mask}\n_ = {n}");
        for _ in 0..3 {
            let constant = self.random.below(70);
            let op = *self.random.pick(&["<<", ">>"]);
            let _ = match self.random.below(7) {
                0 => writeln!(out, "{x} {op}= {n}"),
                1 => writeln!(out, "show({x} {op} {constant})"),
                2 => writeln!(out, "show({x} << {} >> {})", constant % 33, constant % 9),
                3 => writeln!(out, "show(({x} {op} {n}) ^ {x})"),
                4 => writeln!(out, "show({ty}(1) << {n} - 1)\nshow(uint64({x}) {op} {n})"),
                5 => writeln!(out, "func() {{ defer caught(); show({x} {op} (1 - {n})) }}()"),
                _ => writeln!(out, "show({x} &^ (1 << {n}))\nshow({x}<<{n} | {x}>>({n}&3))"),
            };
        }
        let _ = writeln!(out, "show({x})");
    }

    fn conversions(&mut self, out: &mut String) {
        let ty = Type::Int(self.random.below(INTS.len()));
        let (x, f) = (self.name(), self.name());
        let (value, float) = (self.expr_at(&ty, 2), self.expr_at(&Type::Float64, 2));
        let other = Type::Int(self.random.below(INTS.len()));
        let _ = writeln!(out, "var {x} {ty} = {value}\nvar {f} = {float}");
        let _ = writeln!(
            out,
            "show(float64({x}))\nshow(float32({x}))\nshow(float32({f}))\nshow(float64(float32({f}) / 3))\n\
             show(whole[{ty}]({f}))\nshow(whole[{other}](float64(float32({x}))))\nshow({other}({x}))\n\
             show(int8({x}) < int8({other}({x})))"
        );
        let factor = *self.random.pick(&[
            "1e308",
            "1e-320",
            "0.1",
            "9007199254740993",
            "-zero",
            "zero/zero",
        ]);
        let _ = match self.random.below(4) {
            0 => writeln!(out, "show({f} * {factor})\nshow(float32({f} * {factor}))"),
            1 => writeln!(out, "show({f} * {factor} < {f})\nshow({f} == float64({x}))"),
            2 => writeln!(out, "show(min({f}, {factor}, 1))\nshow(max(float64({x}), {f}))"),
            _ => writeln!(
                out,
                "show(1 / ({f} * zero))\nshow(fmt.Sprintf(\"%x %b\", {f}, float32({f})))"
            ),
        };
    }

    /// A constant expression whose value fits into 120 bits, so that its parts can be named.
    fn constant(&mut self, depth: usize) -> (String, i128) {
        const LIMIT: i128 = 1 << 100;
        if depth == 0 {
            let value = i128::from(self.random.bits() as i64);
            return (format!("({value})"), value);
        }
        let ((a, x), (b, y)) = (self.constant(depth - 1), self.constant(depth - 1));
        let made = match self.random.below(9) {
            0 | 1 => (format!("({a} + {b})"), x.checked_add(y)),
            2 => (format!("({a} - {b})"), x.checked_sub(y)),
            3 | 4 => (format!("({a} * {b})"), x.checked_mul(y)),
            5 => (format!("({a} / {b})"), x.checked_div(y)),
            6 => (format!("({a} % {b})"), x.checked_rem(y)),
            7 => (format!("({a} &^ {b} ^ {a})"), Some((x & !y) ^ x)),
            _ => (format!("({a} << {})", y & 15), x.checked_mul(1 << (y & 15))),
        };
        match made {
            (text, Some(value)) if value.abs() < LIMIT => (text, value),
            _ => (a, x),
        }
    }

    fn constant_arithmetic(&mut self, out: &mut String) {
        let (a, b, c) = (self.name(), self.name(), self.name());
        let (text, value) = self.constant(3);
        let _ = writeln!(out, "const {a} = {text}\nshow({a} % 1000003)\nshow(float64({a}))");
        let at = self.random.below(INTS.len());
        let (name, width) = INTS[at];
        let low = if width < 0 { 127 } else { 255 };
        let _ =
            writeln!(out, "const {b} {name} = {a} & {low}\nshow({b})\nshow(({b} >> 1) / 3 + 40)");
        let _ = writeln!(out, "const {c} = {a} / 7.0 + 'a'\nshow(float32({c}))\nshow({c} > 1000)");
        if let Ok(small) = i32::try_from(value) {
            let _ = writeln!(
                out,
                "show({a} == {small})\nshow(complex({a}, 1.5) * 2i)\nshow([...]int{{{}: 1}}[0])",
                small & 3
            );
        }
        let _ = writeln!(out, "show(len(\"a\\u00e9\\xff\") + int({b}%2))");
    }

    /// Texts that are not UTF-8, byte by byte and rune by rune.
    fn texts(&mut self, out: &mut String) {
        const PIECES: [&str; 14] = [
            "\\xff",
            "\\xc3",
            "\\xe2\\x82",
            "\\xed\\xa0\\x80",
            "\\xf4\\x90\\x80\\x80",
            "é",
            "€",
            "\u{1F600}",
            "a",
            "\\x00",
            "\\u2028",
            "\\xc0\\x80",
            "\\U0010ffff",
            "z",
        ];
        let pieces: Vec<&str> =
            (0..2 + self.random.below(5)).map(|_| *self.random.pick(&PIECES)).collect();
        let (s, i, r) = (self.name(), self.name(), self.name());
        let more = self.expr_at(&Type::Text, 1);
        let _ = writeln!(out, "{s} := \"{}\" + cut({more}, 0, 9)", pieces.join(""));
        let _ = writeln!(
            out,
            "for {i}, {r} := range {s} {{ use(); show({i}); show({r}); show(string({r})) }}"
        );
        let _ = match self.random.below(6) {
            0 => writeln!(out, "show([]rune({s}))\nshow(string([]rune({s})) == {s})"),
            1 => writeln!(out, "show([]byte({s}))\nshow(string([]byte({s})[1:]))"),
            2 => writeln!(
                out,
                "show(fmt.Sprintf(\"%q %+q %x % X %U\", {s}, {s}, {s}, {s}, []rune({s})))"
            ),
            3 => writeln!(
                out,
                "show(string([]rune{{-1, 0xd800, 0x110000, 'x', {}}}))",
                self.random.bits() as i32
            ),
            4 => writeln!(
                out,
                "show(strings.ToValidUTF8({s}, \"?\"))\nshow(strings.ToUpper({s}))\nshow(strings.Map(func(r rune) rune {{ return r + 1 }}, {s}))"
            ),
            _ => writeln!(
                out,
                "show({s} < {more})\nshow(max({s}, {more}))\nshow(strings.Compare({s}[len({s})/2:], {s}))"
            ),
        };
        let _ = writeln!(
            out,
            "for {i} := range []byte({s}) {{ use(); if {s}[{i}] >= 0x80 {{ show({i}); break }} }}"
        );
    }

    fn extremes(&mut self, out: &mut String) {
        let ty = Type::Int(self.random.below(INTS.len()));
        let (a, b) = (self.name(), self.name());
        let (x, y, z) = (self.expr_at(&ty, 2), self.expr_at(&ty, 2), self.expr_at(&ty, 1));
        let _ = writeln!(
            out,
            "{a}, {b} := {x}, {y}\nshow(min({a}, {b}, {z}))\nshow(max({a}, 3, {b}))\nshow(-{a})\nshow({a}*{a}*{b})"
        );
        let _ = writeln!(
            out,
            "func() {{\ndefer caught()\nshow({a} / {b})\nshow({a} % {b})\nshow(({a} ^ {b}) / (-{b}))\n}}()"
        );
        let (f, g) = (self.expr_at(&Type::Float32, 2), self.expr_at(&Type::Float32, 2));
        let _ = writeln!(
            out,
            "show(min({f}, {g}))\nshow({f}*{g} - {f})\nshow(float64({f}) * float64({g}))"
        );
        let count = self.random.below(5);
        let _ = writeln!(out, "for {a} := range {ty}({count}) {{ use(); show({a} - 1) }}");
        let n = self.expr_at(&INT, 1);
        let _ = writeln!(out, "for {a} := range {n} & 3 {{ use(); show({a}) }}");
    }
}
