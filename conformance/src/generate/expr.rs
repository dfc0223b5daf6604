//! Random expressions of a given type.
//!
//! No expression that is made of constants only: the compiler would evaluate it and refuse what
//! overflows. Values come from variables, calls and literals; a literal stands alone or as the
//! right operand of an operator whose left one is not constant.

use super::program::{Function, Program, Variable};
use super::types::{INT, INTS, Type};

/// How deep expressions nest.
const DEPTH: usize = 3;

impl Program<'_> {
    /// An expression of a type; never a constant.
    pub(super) fn expr(&mut self, ty: &Type) -> String {
        self.expr_at(ty, DEPTH)
    }

    pub(super) fn expr_at(&mut self, ty: &Type, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(ty);
        }
        let depth = depth - 1;
        match self.random.below(12) {
            0..=2 => self.leaf(ty),
            3 => self.part_of(ty, depth),
            4 => self.result_of_call(ty, depth),
            _ => match ty {
                Type::Int(_) | Type::Param => self.int(ty, depth),
                Type::Float64 | Type::Float32 => self.float(ty, depth),
                Type::Complex => self.complex_number(depth),
                Type::Bool => self.boolean(depth),
                Type::Text => self.text(depth),
                Type::Slice(elem) => self.slice(ty, elem, depth),
                Type::Any => self.boxed(depth),
                Type::Shape => self.shape(depth),
                Type::Pointer(number) => self.pointer(*number, depth),
                Type::Func(params, result) => self.closure(params, result),
                _ => self.literal_of_parts(ty, depth),
            },
        }
    }

    /// A variable of the type, or something made from literals only.
    pub(super) fn leaf(&mut self, ty: &Type) -> String {
        let fitting: Vec<&Variable> = self.scope.iter().filter(|v| v.ty == *ty).collect();
        if !fitting.is_empty() && !self.random.chance(15) {
            return self.random.pick(&fitting).name.clone();
        }
        self.fresh(ty)
    }

    /// A value of the type that needs no variable, and is no constant.
    pub(super) fn fresh(&mut self, ty: &Type) -> String {
        match ty {
            Type::Bool => format!("id({})", self.random.chance(50)),
            Type::Int(_) | Type::Float64 | Type::Float32 | Type::Complex | Type::Param => {
                let literal = self.literal(ty);
                format!("id({ty}({literal}))")
            }
            Type::Text => format!("id({})", self.text_literal()),
            Type::Pointer(number) if self.random.chance(70) => format!("&S{number}{{}}"),
            Type::Pointer(number) => format!("(*S{number})(nil)"),
            Type::Shape => format!("Shape(S{}{{}})", self.random.below(self.structs.len())),
            Type::Any => {
                let literal = self.literal(&INT);
                format!("any(id({literal}))")
            }
            Type::Func(params, result) => self.closure(&params.clone(), &result.clone()),
            Type::Slice(_) if self.random.chance(20) => format!("{ty}(nil)"),
            Type::Map(..) if self.random.chance(20) => format!("{ty}(nil)"),
            _ => self.literal_of_parts(ty, 1),
        }
    }

    /// A constant that fits into the type.
    pub(super) fn literal(&mut self, ty: &Type) -> String {
        match ty {
            Type::Param => self.random.below(100).to_string(),
            Type::Int(at) => {
                let width = INTS[*at].1;
                let bits = self.random.bits();
                if width < 0 {
                    ((bits as i64) << (64 + width) >> (64 + width)).to_string()
                } else {
                    (bits << (64 - width) >> (64 - width)).to_string()
                }
            }
            Type::Float64 | Type::Float32 => {
                let (whole, part) = (self.random.below(200), self.random.below(8));
                format!("{}.{}", whole as i64 - 100, part * 125)
            }
            Type::Complex => format!("({} - {}.5i)", self.random.below(9), self.random.below(9)),
            Type::Bool => self.random.chance(50).to_string(),
            _ => self.text_literal(),
        }
    }

    pub(super) fn text_literal(&mut self) -> String {
        const TEXTS: [&str; 8] = [
            r#""""#,
            r#""a""#,
            r#""ab""#,
            r#""hello""#,
            r#""äö€""#,
            r#""\xff""#,
            r#""\n""#,
            "`x\"y`",
        ];
        (*self.random.pick(&TEXTS)).to_owned()
    }

    fn int(&mut self, ty: &Type, depth: usize) -> String {
        match self.random.below(16) {
            0..=6 => {
                let a = self.expr_at(ty, depth);
                let op = *self.random.pick(&["+", "-", "*", "&", "|", "^", "&^", "+", "-"]);
                let b = self.operand(ty, depth);
                format!("({a} {op} {b})")
            }
            7 | 8 => {
                let a = self.expr_at(ty, depth);
                let op = *self.random.pick(&["/", "%"]);
                let b = if self.random.chance(50) {
                    let divisor = 1 + self.random.below(100);
                    divisor.to_string()
                } else if self.random.chance(70) {
                    format!("({} | 1)", self.expr_at(ty, depth))
                } else {
                    self.expr_at(ty, depth)
                };
                format!("({a} {op} {b})")
            }
            9 | 10 => {
                let a = self.expr_at(ty, depth);
                let op = *self.random.pick(&["<<", ">>"]);
                let count = self.shift_count(depth);
                format!("({a} {op} {count})")
            }
            11 => {
                let op = *self.random.pick(&["-", "^", "+"]);
                format!("({op}{})", self.expr_at(ty, depth))
            }
            12 if *ty == INT => self.length(depth),
            13 => {
                let from = Type::Int(self.random.below(INTS.len()));
                format!("{ty}({})", self.expr_at(&from, depth))
            }
            14 => {
                let which = *self.random.pick(&["min", "max"]);
                let (a, b) = (self.expr_at(ty, depth), self.operand(ty, depth));
                format!("{which}({a}, {b})")
            }
            15 if *ty == Type::Int(6) => {
                let text = self.expr_at(&Type::Text, depth);
                format!("at({text}, {})", self.expr_at(&INT, depth))
            }
            _ => self.leaf(ty),
        }
    }

    /// The right operand of an operator: an expression or a constant.
    fn operand(&mut self, ty: &Type, depth: usize) -> String {
        if self.random.chance(40) { self.literal(ty) } else { self.expr_at(ty, depth) }
    }

    pub(super) fn shift_count(&mut self, depth: usize) -> String {
        if self.random.chance(50) {
            return self.random.below(70).to_string();
        }
        let ty = Type::Int(self.random.below(INTS.len()));
        let count = self.expr_at(&ty, depth);
        let may_fail = INTS.iter().any(|(name, width)| ty.to_string() == *name && *width < 0);
        let masked = self.random.chance(if may_fail { 97 } else { 70 });
        if masked { format!("({count} & 31)") } else { count }
    }

    fn length(&mut self, depth: usize) -> String {
        let long = |v: &&Variable| matches!(v.ty, Type::Slice(_) | Type::Map(..) | Type::Text);
        let fitting: Vec<&Variable> = self.scope.iter().filter(long).collect();
        if fitting.is_empty() {
            return format!("len({})", self.expr_at(&Type::Text, depth));
        }
        format!("len({})", self.random.pick(&fitting).name)
    }

    fn float(&mut self, ty: &Type, depth: usize) -> String {
        match self.random.below(5) {
            0..=2 => {
                let a = self.expr_at(ty, depth);
                let op = *self.random.pick(&["+", "-", "*", "/"]);
                let b = self.expr_at(ty, depth);
                format!("({a} {op} {b})")
            }
            3 if self.random.chance(20) => {
                let part = *self.random.pick(&["real", "imag"]);
                format!("{ty}({part}({}))", self.expr_at(&Type::Complex, depth))
            }
            3 => {
                let from = if self.random.chance(70) {
                    Type::Int(self.random.below(INTS.len()))
                } else {
                    Type::Float64
                };
                format!("{ty}({})", self.expr_at(&from, depth))
            }
            _ => format!("(-{})", self.expr_at(ty, depth)),
        }
    }

    fn complex_number(&mut self, depth: usize) -> String {
        let which = self.random.below(4);
        let mut part = |ty| self.expr_at(ty, depth);
        match which {
            0 => format!("complex({}, {})", part(&Type::Float64), part(&Type::Float64)),
            1 => format!("(-{})", part(&Type::Complex)),
            _ => {
                let (a, b) = (part(&Type::Complex), part(&Type::Complex));
                let op = *self.random.pick(&["+", "-", "*", "/"]);
                format!("({a} {op} {b})")
            }
        }
    }

    fn boolean(&mut self, depth: usize) -> String {
        match self.random.below(7) {
            0 | 1 => {
                let op = *self.random.pick(&["&&", "||"]);
                let (a, b) = (self.expr_at(&Type::Bool, depth), self.expr_at(&Type::Bool, depth));
                format!("({a} {op} {b})")
            }
            2 => format!("(!{})", self.expr_at(&Type::Bool, depth)),
            3 => {
                let ty = self.any_type(1);
                let op = *self.random.pick(&["==", "!="]);
                if matches!(ty, Type::Struct(_) | Type::Array(..)) && !ty.is_comparable() {
                    return self.leaf(&Type::Bool);
                }
                if !ty.is_comparable() {
                    let name = self.expr_at(&ty, 0);
                    return if name.contains('{') {
                        "id(true)".to_owned()
                    } else {
                        format!("({name} {op} nil)")
                    };
                }
                let (a, b) = (self.expr_at(&ty, depth), self.expr_at(&ty, depth));
                format!("({} {op} {})", in_parens(&ty, a), in_parens(&ty, b))
            }
            _ => {
                let ty = super::types::scalar(self.random);
                let ordered = !matches!(ty, Type::Bool | Type::Complex);
                let ty = if ordered { ty } else { INT };
                let op = *self.random.pick(&["<", "<=", ">", ">=", "==", "!="]);
                let a = self.expr_at(&ty, depth);
                let b = self.operand(&ty, depth);
                format!("({a} {op} {b})")
            }
        }
    }

    fn text(&mut self, depth: usize) -> String {
        match self.random.below(7) {
            0..=2 => {
                let a = self.expr_at(&Type::Text, depth);
                let b = self.operand(&Type::Text, depth);
                format!("short({a} + {b})")
            }
            3 => {
                let text = self.expr_at(&Type::Text, depth);
                let (lo, hi) = (self.expr_at(&INT, depth), self.expr_at(&INT, depth));
                format!("cut({text}, {lo}, {hi})")
            }
            4 => format!("string(rune({}))", self.expr_at(&INT, depth)),
            5 => {
                let bytes = Type::Slice(Box::new(Type::Int(6)));
                format!("string({})", self.expr_at(&bytes, depth))
            }
            _ => {
                let ty = super::types::scalar(self.random);
                format!("fmt.Sprint({})", self.expr_at(&ty, depth))
            }
        }
    }

    fn slice(&mut self, ty: &Type, elem: &Type, depth: usize) -> String {
        match self.random.below(6) {
            0 | 1 => {
                let base = self.expr_at(ty, depth);
                let count = 1 + self.random.below(2);
                let elems: Vec<String> = (0..count).map(|_| self.expr_at(elem, depth)).collect();
                format!("append({base}, {})", elems.join(", "))
            }
            2 => {
                let (a, b) = (self.expr_at(ty, depth), self.expr_at(ty, depth));
                format!("append({a}, few({b})...)")
            }
            3 => {
                let base = self.expr_at(ty, depth);
                let (lo, hi) = (self.expr_at(&INT, depth), self.expr_at(&INT, depth));
                format!("part({base}, {lo}, {hi})")
            }
            4 if *elem == Type::Int(6) => {
                format!("[]uint8({})", self.expr_at(&Type::Text, depth))
            }
            5 if elem.is_number() => {
                let base = self.expr_at(ty, depth);
                format!("mapped({base}, func(x {elem}) {elem} {{ return x + 1 }})")
            }
            _ => self.literal_of_parts(ty, depth),
        }
    }

    /// A value as `any`.
    fn boxed(&mut self, depth: usize) -> String {
        let ty = loop {
            let ty = self.any_type(1);
            if ty.is_printable() && ty != Type::Any {
                break ty;
            }
        };
        format!("any({})", self.expr_at(&ty, depth))
    }

    fn shape(&mut self, depth: usize) -> String {
        let number = self.random.below(self.structs.len());
        if self.random.chance(50) {
            format!("Shape({})", self.expr_at(&Type::Struct(number), depth))
        } else {
            format!("Shape({})", self.expr_at(&Type::Pointer(number), depth))
        }
    }

    fn pointer(&mut self, number: usize, depth: usize) -> String {
        let own: Vec<&Variable> =
            self.scope.iter().filter(|v| v.ty == Type::Struct(number) && v.assignable).collect();
        if !own.is_empty() && self.random.chance(60) {
            return format!("&{}", self.random.pick(&own).name);
        }
        format!("&{}", self.literal_of_parts(&Type::Struct(number), depth))
    }

    /// A composite literal.
    pub(super) fn literal_of_parts(&mut self, ty: &Type, depth: usize) -> String {
        match ty {
            Type::Slice(elem) => {
                let count = self.random.below(4);
                let elems: Vec<String> =
                    (0..count).map(|_| self.expr_at(elem, depth / 2)).collect();
                format!("{ty}{{{}}}", elems.join(", "))
            }
            Type::Array(len, elem) => {
                let elems: Vec<String> = (0..*len).map(|_| self.expr_at(elem, depth / 2)).collect();
                format!("{ty}{{{}}}", elems.join(", "))
            }
            Type::Map(key, elem) => {
                let count = self.random.below(3);
                let entries: Vec<String> = (0..count)
                    .map(|_| {
                        let key = self.expr_at(key, 0);
                        format!("{key}: {}", self.expr_at(elem, depth / 2))
                    })
                    .collect();
                format!("{ty}{{{}}}", entries.join(", "))
            }
            Type::Struct(number) => {
                let fields = self.structs[*number].clone();
                let mut values = Vec::new();
                for (name, ty) in &fields {
                    if self.random.chance(70) {
                        values.push(format!("{name}: {}", self.expr_at(ty, depth / 2)));
                    }
                }
                format!("{ty}{{{}}}", values.join(", "))
            }
            _ => self.leaf(ty),
        }
    }

    /// A part of some variable: an element, a field, what a pointer leads to.
    fn part_of(&mut self, ty: &Type, depth: usize) -> String {
        let mut found = Vec::new();
        for variable in self.scope.clone() {
            let name = &variable.name;
            match &variable.ty {
                Type::Slice(elem) if **elem == *ty => {
                    let index = self.index(name, depth);
                    found.push(format!("{name}[{index}]"));
                }
                Type::Array(len, elem) if **elem == *ty => {
                    found.push(format!("{name}[{}]", self.random.below(*len)));
                }
                Type::Map(key, elem) if **elem == *ty => {
                    let key = self.expr_at(key, 0);
                    found.push(format!("{name}[{key}]"));
                }
                Type::Struct(number) | Type::Pointer(number) => {
                    for (field, field_ty) in &self.structs[*number] {
                        if field_ty == ty {
                            found.push(format!("{name}.{field}"));
                        }
                    }
                }
                Type::Any if self.random.chance(10) && ty.is_printable() && *ty != Type::Any => {
                    found.push(format!("{name}.({ty})"));
                }
                _ => {}
            }
        }
        if found.is_empty() { self.leaf(ty) } else { self.random.pick(&found).clone() }
    }

    /// An index into a slice: within its bounds if it has elements, or anything.
    pub(super) fn index(&mut self, slice: &str, depth: usize) -> String {
        if self.random.chance(2) {
            return self.random.below(4).to_string();
        }
        let index = self.expr_at(&INT, depth.min(1));
        format!("within({index}, len({slice}))")
    }

    fn result_of_call(&mut self, ty: &Type, depth: usize) -> String {
        if *ty == INT && self.random.chance(30) && !self.structs.is_empty() {
            // Whether a nil receiver or its argument fails first, Go leaves open.
            let (shape, argument) = (self.expr_at(&Type::Shape, depth.min(1)), self.leaf(&INT));
            return format!("{shape}.Area({argument})");
        }
        let closures: Vec<Variable> = self
            .scope
            .iter()
            .filter(|v| matches!(&v.ty, Type::Func(_, result) if **result == *ty))
            .cloned()
            .collect();
        if !closures.is_empty() && self.random.chance(50) {
            let closure = self.random.pick(&closures).clone();
            let Type::Func(params, _) = &closure.ty else { return self.leaf(ty) };
            let args: Vec<String> = params.iter().map(|p| self.expr_at(p, depth)).collect();
            return format!("{}({})", closure.name, args.join(", "));
        }
        let fitting: Vec<Function> =
            self.functions.iter().filter(|f| f.results == [ty.clone()]).cloned().collect();
        if fitting.is_empty() {
            return self.leaf(ty);
        }
        let function = self.random.pick(&fitting).clone();
        self.call(&function, depth)
    }

    pub(super) fn call(&mut self, function: &Function, depth: usize) -> String {
        let args: Vec<String> = function.params.iter().map(|p| self.expr_at(p, depth)).collect();
        format!("{}({})", function.name, args.join(", "))
    }

    /// A function literal, which sees the variables around it.
    fn closure(&mut self, params: &[Type], result: &Type) -> String {
        if self.nesting > 2 {
            let params: Vec<String> = params.iter().map(|ty| format!("_ {ty}")).collect();
            let value = self.leaf_without_closures(result);
            return format!("func({}) {result} {{ return {value} }}", params.join(", "));
        }
        let (named, body) = self.literal_body(params, result);
        format!("func({named}) {result} {{\n{body}}}")
    }

    fn leaf_without_closures(&mut self, ty: &Type) -> String {
        match ty {
            Type::Func(..) => "nil".to_owned(),
            _ => self.leaf(ty),
        }
    }
}

/// A composite literal in a condition needs parentheses.
fn in_parens(ty: &Type, text: String) -> String {
    match ty {
        Type::Struct(_) | Type::Array(..) | Type::Pointer(_) => format!("({text})"),
        _ => text,
    }
}
