//! Random statements that leave the straight way: goto, labels of switch and select, panics that
//! follow one another, iterators; and goroutines whose results do not depend on their order.

use std::fmt::Write;

use super::program::{Program, Variable};
use super::types::{INT, Type, scalar};

impl Program<'_> {
    pub(super) fn winding(&mut self, out: &mut String) {
        match self.random.below(10) {
            0 => self.goto_forward(out),
            1 => self.labelled_choices(out),
            2 | 3 => self.panics_in_a_row(out),
            4 => self.iterators(out),
            5 => self.pulled(out),
            6 => self.pipeline(out),
            7 => self.workers(out),
            8 => self.ends_of_goroutines(out),
            _ => self.channels_alone(out),
        }
    }

    fn goto_forward(&mut self, out: &mut String) {
        let (i, label, again) =
            (self.name(), self.name().to_uppercase(), self.name().to_uppercase());
        let (a, b) = (self.expr_at(&Type::Bool, 2), self.expr_at(&Type::Bool, 1));
        let visible = self.scope.len();
        let _ =
            writeln!(out, "{{\n{i} := 0\n{again}:\nfor {{\nuse()\n{i}++\nif {i} > 3 {{ break }}");
        self.scope.push(Variable { name: i.clone(), ty: INT, assignable: false });
        let _ = writeln!(
            out,
            "switch {{\ncase {a}:\ngoto {label}\ncase {b} && {i} < 3:\ngoto {again}\n}}"
        );
        self.loops += 1;
        self.block(out, 1);
        self.loops -= 1;
        self.scope.truncate(visible);
        let _ = writeln!(out, "}}\nshow({i})\n{label}:\nshow({i} * 10)\n}}");
    }

    fn labelled_choices(&mut self, out: &mut String) {
        let (label, inner, n) =
            (self.name().to_uppercase(), self.name().to_uppercase(), self.name());
        let c = self.name();
        let (a, b) = (self.expr_at(&Type::Bool, 2), self.expr_at(&Type::Bool, 2));
        let _ = writeln!(
            out,
            "{c} := make(chan int, 2)\n{label}:\nfor {n} := 0; {n} < 4; {n}++ {{\nuse()\n{inner}:\nselect {{\n\
             case {c} <- {n}:\nif {a} {{ break {inner} }}\nshow({n})\ncontinue {label}\n\
             default:\nswitch {{\ncase {b}:\nbreak {label}\ncase {n} == 3:\nbreak {inner}\n}}\nshow(<-{c})\n}}\n\
             show(-{n})\n}}\nshow(len({c}))"
        );
    }

    /// Deferred calls that panic again, recover too early, or change the result.
    fn panics_in_a_row(&mut self, out: &mut String) {
        let ty = scalar(self.random);
        let (r, f, e) = (self.name(), self.name(), self.name());
        let (x, y, z) = (self.expr_at(&ty, 2), self.expr_at(&ty, 1), self.expr_at(&INT, 2));
        let _ = writeln!(out, "{f} := func() ({r} {ty}, {e} error) {{\nuse()");
        let _ = writeln!(
            out,
            "defer func() {{\nif x := recover(); x != nil {{ {e} = fmt.Errorf(\"got %v\", said(x)) }}\n}}()"
        );
        for _ in 0..=self.random.below(3) {
            let _ = match self.random.below(7) {
                0 => writeln!(
                    out,
                    "defer func() {{ defer caught(); panic(said(recover()) + \"!\") }}()"
                ),
                1 => writeln!(out, "defer func() {{ {r} = {y}; panic(code({z})) }}()"),
                2 => writeln!(out, "defer func() {{ func() {{ show(recover()) }}() }}()"),
                3 => writeln!(out, "defer func() {{ show(said(recover())); show(recover()) }}()"),
                4 => writeln!(out, "for i := range 3 {{ defer func() {{ use(); show(i) }}() }}"),
                5 => writeln!(out, "defer (*base).Add(&base{{n: {z}}}, 1)\ndefer fmt.Sprint({r})"),
                _ => writeln!(out, "defer caught()"),
            };
        }
        let _ = match self.random.below(8) {
            0 => writeln!(out, "if id(true) {{ panic(any({x})) }}"),
            1 => writeln!(out, "show([]int{{1}}[{z}])"),
            2 => writeln!(out, "show([]int{{1, 2, 3}}[{z}:])"),
            3 => writeln!(out, "show(\"abc\"[id(1):{z}])"),
            4 => writeln!(out, "show(1 / ({z} & 1))"),
            5 => writeln!(out, "var m map[string]{ty}\nm[\"a\"] = {x}"),
            6 => writeln!(out, "show(any({x}).(fmt.Stringer))"),
            _ => writeln!(out, "show(len(make([]int8, {z} | 3 - {z})))\n_ = [4]int([]int{{{z}}})"),
        };
        let _ = writeln!(out, "return {y}, nil\n}}\nshow(two({f}))");
    }

    /// Loops over functions that are left in all ways, with deferred calls in them.
    fn iterators(&mut self, out: &mut String) {
        let (i, s, j, f) = (self.name(), self.name(), self.name(), self.name());
        let label = self.name().to_uppercase();
        let ty = scalar(self.random);
        let (a, b) = (self.expr_at(&Type::Bool, 2), self.expr_at(&Type::Bool, 2));
        let x = self.expr_at(&ty, 2);
        let leave = match self.random.below(5) {
            0 => format!("break {label}"),
            1 => format!("continue {label}"),
            2 => format!("return {x}"),
            3 => "panic(\"left\")".to_owned(),
            _ => "break".to_owned(),
        };
        let _ = writeln!(
            out,
            "{f} := func() (r {ty}) {{\ndefer caught()\nuse()\n{label}:\nfor {i}, {s} := range pairs(3) {{\n\
             defer show({s})\nfor {j} := range counted({i} + 1) {{\nuse()\ndefer func() {{ show({j} * 10 + {i}); {j}++ }}()\n\
             if {a} {{ {leave} }}\nif {b} {{ continue {label} }}\n}}\nshow({i})\n}}\nreturn r\n}}\nshow({f}())"
        );
    }

    fn pulled(&mut self, out: &mut String) {
        let (next, stop, x, ok) = (self.name(), self.name(), self.name(), self.name());
        let count = self.random.below(4);
        let _ = writeln!(
            out,
            "{next}, {stop} := iter.Pull(counted({count}))\nfor {x}, {ok} := {next}(); {ok}; {x}, {ok} = {next}() {{\nuse()\nshow({x})"
        );
        let condition = self.expr_at(&Type::Bool, 2);
        let _ = writeln!(
            out,
            "if {condition} {{ {stop}() }}\n}}\n{stop}()\nshow(zip(pairs({count}), counted(2)))"
        );
    }

    /// An expression of nothing but one variable: what other goroutines may compute.
    fn pure(&mut self, ty: &Type, variable: &str) -> String {
        let scope = std::mem::take(&mut self.scope);
        let functions = std::mem::take(&mut self.functions);
        let structs = std::mem::take(&mut self.structs);
        self.scope.push(Variable { name: variable.to_owned(), ty: ty.clone(), assignable: true });
        let text = self.expr_at(ty, 2);
        (self.scope, self.functions, self.structs) = (scope, functions, structs);
        text
    }

    fn pipeline(&mut self, out: &mut String) {
        let ty = scalar(self.random);
        let (first, x, all) = (self.name(), self.name(), self.name());
        let size = self.random.below(2);
        let values: Vec<String> = (0..4).map(|_| self.expr_at(&ty, 2)).collect();
        let _ = writeln!(
            out,
            "{first} := make(chan {ty}, {size})\ngo func(all []{ty}) {{\ndefer close({first})\nfor _, x := range all {{ {first} <- x }}\n}}([]{ty}{{{}}})",
            values.join(", ")
        );
        let mut last = first;
        for _ in 0..=self.random.below(3) {
            let (next, changed) = (self.name(), self.pure(&ty, &x));
            let _ = writeln!(
                out,
                "{next} := make(chan {ty})\ngo func() {{\ndefer close({next})\nfor {x} := range {last} {{\n\
                 func() {{\ndefer func() {{ if recover() != nil {{ {next} <- {x} }} }}()\n{next} <- {changed}\n}}()\n}}\n}}()"
            );
            last = next;
        }
        let _ = writeln!(
            out,
            "var {all} []{ty}\nfor {x} := range {last} {{ {all} = append({all}, {x}) }}\nshow({all})"
        );
    }

    /// Goroutines that share a queue, a lock and a group; the sum is the same in every order.
    fn workers(&mut self, out: &mut String) {
        let (jobs, sum, done, lock) = (self.name(), self.name(), self.name(), self.name());
        let (n, x) = (1 + self.random.below(4), self.name());
        let changed = self.pure(&INT, &x);
        let _ = writeln!(
            out,
            "{jobs}, {done} := make(chan int), sync.WaitGroup{{}}\nvar {lock} sync.Mutex\nvar {sum} int\nfor range {n} {{\n\
             {done}.Go(func() {{\nfor {x} := range {jobs} {{\n_ = {x}\nfunc() {{\n{lock}.Lock()\ndefer {lock}.Unlock()\n\
             defer func() {{ if recover() != nil {{ {sum} += 1000 }} }}()\n{sum} += {changed}\n}}()\n}}\n}})\n}}"
        );
        let value = self.expr_at(&INT, 2);
        let _ = writeln!(
            out,
            "for i := range 5 {{ {jobs} <- i + {value} }}\nclose({jobs})\n{done}.Wait()\nshow({sum})"
        );
    }

    /// Goroutines that return, panic or leave, each after its deferred calls.
    fn ends_of_goroutines(&mut self, out: &mut String) {
        let c = self.name();
        let value = self.expr_at(&Type::Any, 2);
        let end = match self.random.below(4) {
            0 => "runtime.Goexit()",
            1 => "panic(\"ends\")",
            2 => "func() { defer runtime.Goexit(); panic(\"both\") }()",
            _ => "_ = []int{}[id(1)]",
        };
        let _ = writeln!(
            out,
            "{c} := make(chan any, 4)\ngo func(x any) {{\ndefer close({c})\n\
             defer func() {{ r := recover(); {c} <- r == nil; if r != nil {{ {c} <- said(r) }} }}()\n\
             defer func() {{ {c} <- \"deferred\" }}()\n{c} <- said(x)\n{end}\n{c} <- \"not reached\"\n}}({value})\n\
             for x := range {c} {{ show(x) }}"
        );
    }

    /// Channels that no other goroutine knows: closed, nil, full.
    fn channels_alone(&mut self, out: &mut String) {
        let ty = scalar(self.random);
        let (c, x, ok) = (self.name(), self.name(), self.name());
        let (a, b) = (self.expr_at(&ty, 2), self.expr_at(&ty, 1));
        let _ = writeln!(out, "func() {{\ndefer caught()\n{c} := make(chan {ty}, 2)\n{c} <- {a}");
        let _ = match self.random.below(3) {
            0 => writeln!(out, "{c} <- {b}"),
            1 => writeln!(
                out,
                "var none chan {ty}\nselect {{\ncase none <- {b}:\ncase <-none:\ndefault:\nshow(1)\n}}"
            ),
            _ => writeln!(out, "var one <-chan {ty} = {c}\nshow(<-one)"),
        };
        let _ = writeln!(
            out,
            "show(len({c}))\nclose({c})\nfor range 3 {{\n{x}, {ok} := <-{c}\nshow({x})\nshow({ok})\n}}"
        );
        let _ = match self.random.below(4) {
            0 => writeln!(out, "close({c})"),
            1 => writeln!(out, "{c} <- {b}"),
            2 => writeln!(out, "{c} = nil\nclose({c})"),
            _ => writeln!(out, "select {{\ncase {c} <- {b}:\ndefault:\n}}"),
        };
        out.push_str("}()\n");
    }
}
