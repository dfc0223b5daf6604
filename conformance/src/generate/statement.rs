//! Random statements.

use std::fmt::Write;

use super::program::{Function, Program, Variable};
use super::types::{INT, Type};

/// Blocks and literals that may stand around a statement with a block.
const NESTING: usize = 4;

impl Program<'_> {
    pub(super) fn statement(&mut self, out: &mut String) {
        let can_nest = self.nesting < NESTING;
        match self.random.below(32) {
            0..=4 => self.declare(out),
            5..=8 => self.assign(out),
            9 => self.print(out),
            10 if can_nest => self.condition(out),
            11 if can_nest => self.counted_loop(out),
            12 if can_nest => self.range_loop(out),
            13 if can_nest => self.switch(out),
            14 if can_nest => self.guarded(out),
            15 if can_nest => self.defer(out),
            16 if can_nest => self.goroutine(out),
            17 if can_nest => self.type_switch(out),
            18 => self.several(out),
            19 => self.leave_loop(out),
            20 => self.method_call(out),
            21..=23 if can_nest => self.rare(out),
            24 | 25 if can_nest => self.winding(out),
            26..=28 if can_nest => self.shared(out),
            29 | 30 if can_nest => self.typed(out),
            _ => self.assign(out),
        }
    }

    pub(super) fn return_statement(&mut self, out: &mut String) {
        let results = self.results.clone();
        if results.is_empty() {
            return;
        }
        let values: Vec<String> = results.iter().map(|ty| self.expr_at(ty, 2)).collect();
        let _ = writeln!(out, "return {}", values.join(", "));
    }

    fn new_variable(&mut self, ty: Type) -> String {
        let name = self.name();
        self.scope.push(Variable { name: name.clone(), ty, assignable: true });
        name
    }

    pub(super) fn declare(&mut self, out: &mut String) {
        let ty = self.any_type(2);
        let value = self.expr(&ty);
        let name = self.new_variable(ty.clone());
        let _ = match self.random.below(3) {
            0 => writeln!(out, "var {name} {ty}"),
            1 => writeln!(out, "var {name} {ty} = {value}"),
            _ => writeln!(out, "{name} := {ty}({value})").map(|()| ()),
        };
        // `T(x)` of a function or pointer type needs parentheses around the type.
        if matches!(ty, Type::Func(..) | Type::Pointer(_)) {
            let fixed = out.replace(&format!("{name} := {ty}("), &format!("{name} := ({ty})("));
            *out = fixed;
        }
        let _ = writeln!(out, "_ = {name}");
    }

    /// Something that can be assigned to, and its type.
    pub(super) fn target(&mut self) -> Option<(String, Type)> {
        let variables: Vec<Variable> =
            self.scope.iter().filter(|v| v.assignable).cloned().collect();
        if variables.is_empty() {
            return None;
        }
        let variable = self.random.pick(&variables).clone();
        let name = &variable.name;
        if self.random.chance(40) {
            return Some((variable.name, variable.ty));
        }
        Some(match &variable.ty {
            Type::Slice(elem) => {
                let index = self.index(name, 2);
                (format!("{name}[{index}]"), (**elem).clone())
            }
            Type::Array(len, elem) => {
                let index = self.random.below(*len);
                (format!("{name}[{index}]"), (**elem).clone())
            }
            Type::Map(key, elem) => {
                let key = self.expr_at(key, 1);
                (format!("{name}[{key}]"), (**elem).clone())
            }
            Type::Struct(number) | Type::Pointer(number) => {
                let fields = self.structs[*number].clone();
                let (field, ty) = self.random.pick(&fields).clone();
                (format!("{name}.{field}"), ty)
            }
            _ => (variable.name.clone(), variable.ty.clone()),
        })
    }

    pub(super) fn assign(&mut self, out: &mut String) {
        let Some((target, ty)) = self.target() else { return self.declare(out) };
        if ty.is_number() && self.random.chance(50) {
            let op = if ty.is_int() {
                *self.random.pick(&["+=", "-=", "*=", "&=", "|=", "^=", "&^="])
            } else {
                *self.random.pick(&["+=", "-=", "*="])
            };
            if self.random.chance(20) {
                let step = *self.random.pick(&["++", "--"]);
                let _ = writeln!(out, "{target}{step}");
                return;
            }
            let value = self.expr(&ty);
            let _ = writeln!(out, "{target} {op} {value}");
            return;
        }
        let value = self.expr(&ty);
        let _ = writeln!(out, "{target} = {value}");
    }

    /// Prints a variable; structs behind pointers are shown by their first field.
    fn print(&mut self, out: &mut String) {
        if self.scope.is_empty() || self.random.chance(30) {
            let ty = super::types::scalar(self.random);
            let value = self.expr(&ty);
            let _ = writeln!(out, "show({value})");
            return;
        }
        let variable = self.random.pick(&self.scope.clone()).clone();
        self.show(out, &variable);
    }

    fn show(&mut self, out: &mut String, variable: &Variable) {
        let name = &variable.name;
        let _ = match &variable.ty {
            Type::Pointer(_) => writeln!(out, "if {name} != nil {{ show(*{name}) }}"),
            Type::Shape => writeln!(out, "if {name} != nil {{ show({name}.Area(1)) }}"),
            Type::Func(..) => writeln!(out, "show({name} == nil)"),
            Type::Any => writeln!(out, "fmt.Printf(\"%T \", {name})\nshow({name})"),
            _ => writeln!(out, "show({name})"),
        };
    }

    /// A block with a few statements.
    pub(super) fn block(&mut self, out: &mut String, count: usize) {
        let visible = self.scope.len();
        self.nesting += 1;
        for _ in 0..=self.random.below(count) {
            self.statement(out);
        }
        self.nesting -= 1;
        self.scope.truncate(visible);
    }

    fn condition(&mut self, out: &mut String) {
        let condition = self.expr_at(&Type::Bool, 2);
        let _ = writeln!(out, "if {condition} {{");
        self.block(out, 2);
        if self.random.chance(50) {
            out.push_str("} else {\n");
            self.block(out, 2);
        }
        out.push_str("}\n");
    }

    fn looped(&mut self, out: &mut String) {
        out.push_str("use()\n");
        self.loops += 1;
        self.block(out, 3);
        self.loops -= 1;
        out.push_str("}\n");
    }

    pub(super) fn counted_loop(&mut self, out: &mut String) {
        let name = self.name();
        let count = 1 + self.random.below(4);
        let visible = self.scope.len();
        let _ = if self.random.chance(50) {
            writeln!(out, "for {name} := range {count} {{")
        } else {
            writeln!(out, "for {name} := 0; {name} < {count}; {name}++ {{")
        };
        let _ = writeln!(out, "_ = {name}");
        self.scope.push(Variable { name, ty: INT, assignable: false });
        self.looped(out);
        self.scope.truncate(visible);
    }

    fn range_loop(&mut self, out: &mut String) {
        let visible = self.scope.len();
        let (key, value) = (self.name(), self.name());
        match self.random.below(4) {
            0 => {
                let text = self.expr_at(&Type::Text, 2);
                let _ = writeln!(out, "for {key}, {value} := range {text} {{");
                self.scope.push(Variable { name: value, ty: Type::Int(3), assignable: true });
            }
            1 => {
                let count = 1 + self.random.below(4);
                let _ = writeln!(out, "for {key}, {value} := range pairs({count}) {{");
                self.scope.push(Variable { name: value, ty: Type::Text, assignable: true });
            }
            2 => {
                let elem = super::types::scalar(self.random);
                let ty = Type::Array(3, Box::new(elem.clone()));
                let array = self.expr_at(&ty, 2);
                let name = self.new_variable(ty);
                let _ = writeln!(
                    out,
                    "{name} := {array}\n_ = {name}\nfor {key}, {value} := range {name} {{"
                );
                self.scope.push(Variable { name: value, ty: elem, assignable: true });
            }
            _ => {
                let elem = super::types::scalar(self.random);
                let ty = Type::Slice(Box::new(elem.clone()));
                let slice = self.expr_at(&ty, 2);
                let name = self.new_variable(ty);
                let _ = writeln!(
                    out,
                    "{name} := {slice}\n_ = {name}\nfor {key}, {value} := range {name} {{"
                );
                self.scope.push(Variable { name: value, ty: elem, assignable: true });
            }
        }
        let value = self.scope.last().map(|v| v.name.clone()).unwrap_or_default();
        let _ = writeln!(out, "_, _ = {key}, {value}");
        self.scope.push(Variable { name: key, ty: INT, assignable: true });
        self.looped(out);
        self.scope.truncate(visible);
    }

    /// `break` and `continue` under a condition.
    fn leave_loop(&mut self, out: &mut String) {
        if self.loops == 0 {
            return self.print(out);
        }
        let condition = self.expr_at(&Type::Bool, 2);
        let word = match self.random.below(3) {
            0 => "break",
            1 => "continue",
            _ => {
                let _ = writeln!(out, "if {condition} {{");
                self.return_statement(out);
                if self.results.is_empty() {
                    out.push_str("return\n");
                }
                out.push_str("}\n");
                return;
            }
        };
        let _ = writeln!(out, "if {condition} {{ {word} }}");
    }

    fn switch(&mut self, out: &mut String) {
        let ty = if self.random.chance(50) { INT } else { Type::Text };
        let tag = self.expr_at(&ty, 2);
        let _ = writeln!(out, "switch {tag} {{");
        let mut seen = Vec::new();
        for _ in 0..=self.random.below(3) {
            let value =
                if self.random.chance(60) { self.literal(&ty) } else { self.expr_at(&ty, 1) };
            if seen.contains(&value) || value.starts_with('`') {
                continue;
            }
            let _ = writeln!(out, "case {value}:");
            seen.push(value);
            self.switched(out);
        }
        out.push_str("default:\n");
        self.switched(out);
        out.push_str("}\n");
    }

    /// The body of a clause: `break` in it would leave the switch.
    pub(super) fn switched(&mut self, out: &mut String) {
        let loops = std::mem::take(&mut self.loops);
        self.block(out, 2);
        self.loops = loops;
    }

    fn type_switch(&mut self, out: &mut String) {
        let value = self.expr_at(&Type::Any, 2);
        let name = self.name();
        let _ = writeln!(out, "switch {name} := {value}.(type) {{");
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..=self.random.below(4) {
            let ty = self.any_type(1);
            let shown = ty.to_string();
            if !ty.is_printable() || ty == Type::Any || seen.contains(&shown) {
                continue;
            }
            let _ = writeln!(out, "case {shown}:\n_ = {name}");
            seen.push(shown);
            let visible = self.scope.len();
            self.scope.push(Variable { name: name.clone(), ty, assignable: true });
            self.switched(out);
            self.scope.truncate(visible);
        }
        let _ = writeln!(out, "default:\n_ = {name}");
        self.switched(out);
        out.push_str("}\n");
    }

    /// Statements whose panic is recovered and printed.
    fn guarded(&mut self, out: &mut String) {
        out.push_str("func() {\ndefer caught()\n");
        self.apart(out, |p, out| p.block(out, 3));
        if self.random.chance(30) {
            let ty = super::types::scalar(self.random);
            let value = self.expr_at(&ty, 2);
            let _ = writeln!(out, "if id(true) {{ panic({value}) }}");
        }
        out.push_str("}()\n");
    }

    fn defer(&mut self, out: &mut String) {
        if self.loops > 0 {
            return self.print(out);
        }
        match self.random.below(3) {
            0 => {
                let ty = super::types::scalar(self.random);
                let value = self.expr_at(&ty, 2);
                let _ = writeln!(out, "defer show({value})");
            }
            1 => {
                out.push_str("defer func() {\n");
                self.apart(out, |p, out| p.block(out, 2));
                out.push_str("}()\n");
            }
            _ => {
                let value = self.expr_at(&INT, 2);
                let name = self.name();
                let visible = self.scope.len();
                let _ = writeln!(out, "defer func({name} int) {{");
                self.scope.push(Variable { name, ty: INT, assignable: true });
                self.apart(out, |p, out| p.block(out, 2));
                self.scope.truncate(visible);
                let _ = writeln!(out, "}}({value})");
            }
        }
    }

    /// A goroutine that sends what it computes to this one, which does nothing else meanwhile.
    fn goroutine(&mut self, out: &mut String) {
        let ty = super::types::scalar(self.random);
        let channel = self.name();
        let size = self.random.below(3);
        let frame = (std::mem::take(&mut self.results), std::mem::take(&mut self.loops));
        let _ = writeln!(out, "{channel} := make(chan {ty}, {size})\ngo func() {{");
        let _ = writeln!(out, "defer close({channel})\ndefer caught()");
        let count = 1 + self.random.below(3);
        let visible = self.scope.len();
        self.nesting += 2;
        for _ in 0..count {
            let value = self.expr_at(&ty, 2);
            let name = self.new_variable(ty.clone());
            let _ = writeln!(out, "{name} := {ty}({value})\n{channel} <- {name}");
        }
        self.nesting -= 2;
        self.scope.truncate(visible);
        // What the goroutine prints must not come between what this one does.
        let (name, all) = (self.name(), self.name());
        let _ = writeln!(
            out,
            "}}()\nvar {all} []{ty}\nfor {name} := range {channel} {{ {all} = append({all}, {name}) }}\n\
             show({all})"
        );
        (self.results, self.loops) = frame;
    }

    /// Several variables at once.
    fn several(&mut self, out: &mut String) {
        let double: Vec<Function> =
            self.functions.iter().filter(|f| f.results.len() == 2).cloned().collect();
        if !double.is_empty() && self.random.chance(40) {
            let function = self.random.pick(&double).clone();
            let call = self.call(&function, 2);
            let names: Vec<String> =
                function.results.iter().map(|ty| self.new_variable(ty.clone())).collect();
            let (a, b) = (&names[0], &names[1]);
            let _ = writeln!(out, "{a}, {b} := {call}\n_, _ = {a}, {b}");
            return;
        }
        let (Some((a, a_ty)), Some((b, b_ty))) = (self.target(), self.target()) else {
            return self.declare(out);
        };
        // Go's compiler may assign the first one before an operator of the second one fails.
        let may_fail = |text: &str| text.contains(['/', '%', '[', '<', '>']) || text.contains(".(");
        let made = |text: String| if may_fail(&text) { format!("id({text})") } else { text };
        let (x, y) = (made(self.expr_at(&a_ty, 2)), made(self.expr_at(&b_ty, 2)));
        let _ = writeln!(out, "{a}, {b} = {x}, {y}");
    }

    fn method_call(&mut self, out: &mut String) {
        let structs: Vec<Variable> = self
            .scope
            .iter()
            .filter(|v| matches!(v.ty, Type::Struct(_) | Type::Pointer(_)) && v.assignable)
            .cloned()
            .collect();
        if structs.is_empty() {
            return self.assign(out);
        }
        let variable = self.random.pick(&structs).clone();
        // By itself: whether a nil receiver or the argument fails first, Go leaves open.
        let (name, argument) = (self.name(), self.expr_at(&INT, 2));
        let method = *self.random.pick(&["Grow", "Area", "Tell"]);
        let _ = writeln!(out, "{name} := {argument}\nshow({}.{method}({name}))", variable.name);
    }
}
