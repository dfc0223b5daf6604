//! Expressions and types.
//!
//! Whether blanks stand around a binary operator depends on the operators beside it and on how
//! deep in a list it stands ([`cutoff`]): `a + b*c`, `f(a+b, c)`. A newline of the source is kept
//! behind an operator, behind a dot and between the elements of a list; the first one in each of
//! these indents what follows.

use crate::parse::precedence;
use crate::printer::Printer;
use crate::tree::*;

/// Above all binary operators: operands of unary ones.
const HIGHEST: usize = 7;
/// Up to this size elements of a list always share their columns.
const SMALL: usize = 40;
/// From this ratio to the mean of those before on, an element starts columns of its own.
const RATIO: f64 = 2.5;

/// How a list is laid out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout {
    /// The token before the list, on whose line it may begin.
    pub open: Option<usize>,
    /// The token behind it: if that stands on a line of its own, a comma ends the list.
    pub close: Option<usize>,
    pub depth: usize,
    /// Newlines do not indent.
    pub flat: bool,
    /// What follows belongs to the statement: the sizes of elements count for their columns.
    pub sized: bool,
}

/// The sizes of the elements before, for the decision on columns.
#[derive(Default)]
struct Sizes {
    last: usize,
    logarithms: f64,
    count: usize,
}

impl Sizes {
    /// Whether an element of this size (0: not one line) starts new columns.
    fn apart(&mut self, size: usize) -> bool {
        let last = std::mem::replace(&mut self.last, size);
        let mut apart = true;
        if last > 0 && size > 0 {
            apart = if self.count == 0 || (last <= SMALL && size <= SMALL) {
                false
            } else {
                let mean = (self.logarithms / self.count as f64).exp();
                let ratio = size as f64 / mean;
                RATIO * ratio <= 1.0 || RATIO <= ratio
            };
        }
        apart
    }

    fn restart(&mut self) {
        (self.logarithms, self.count) = (0.0, 0);
    }

    fn add(&mut self, size: usize) {
        if size > 0 {
            self.logarithms += (size as f64).ln();
            self.count += 1;
        }
    }
}

impl Printer<'_> {
    pub(crate) fn expr(&mut self, x: &Expr) {
        self.expr_at(x, 0, 1);
    }

    /// An expression as an operand of an operator of this precedence.
    pub(crate) fn expr_at(&mut self, x: &Expr, outer: usize, depth: usize) {
        match x {
            Expr::Atom(at) => self.token(*at),
            Expr::Unary { op, x } => {
                self.token(*op);
                let depth = if self.text(*op) == "*" { 1 } else { depth };
                self.expr_at(x, HIGHEST, depth);
            }
            Expr::Binary { x: left, op, y } => {
                let limit = self.cutoff(x, depth.max(1));
                self.binary(left, *op, y, outer, limit, depth.max(1));
            }
            // Parentheses directly in parentheses say nothing.
            Expr::Paren { x: inner, .. } if matches!(**inner, Expr::Paren { .. }) => {
                self.expr_at(inner, outer, depth);
            }
            Expr::Paren { open, x, close } => {
                self.token(*open);
                self.expr_at(x, 0, depth.saturating_sub(1).max(1));
                self.token(*close);
            }
            Expr::Selector { .. } => {
                if self.selector(x, depth) {
                    self.dedent_later();
                }
            }
            Expr::Index { x, open, list, close } => {
                self.expr_at(x, HIGHEST, 1);
                self.token(*open);
                let layout = Layout {
                    open: Some(*open),
                    close: Some(*close),
                    depth: depth + 1,
                    flat: false,
                    sized: true,
                };
                self.list(list, layout);
                self.token(*close);
            }
            Expr::Slice { .. } => self.slice(x, depth),
            Expr::Assert { x, dot, open, ty, close } => {
                self.expr_at(x, HIGHEST, depth);
                self.token(*dot);
                self.token(*open);
                self.expr(ty);
                self.token(*close);
            }
            Expr::Call { .. } => self.call(x, depth),
            Expr::Composite { ty, open, list, close } => {
                if let Some(ty) = ty {
                    self.expr_at(ty, HIGHEST, depth);
                }
                self.token(*open);
                let layout = Layout {
                    open: Some(*open),
                    close: Some(*close),
                    depth: 1,
                    flat: false,
                    sized: true,
                };
                self.list(list, layout);
                let apart = self.line_of(*open) < self.line_of(*close);
                if list.items.is_empty() && apart && self.has_comments_before(*close) {
                    self.indent += 1;
                    self.close_lines(*close, 1);
                }
                self.token(*close);
            }
            Expr::KeyValue { key, colon, value } => {
                self.expr(key);
                self.token(*colon);
                self.blank();
                self.expr(value);
            }
            Expr::FuncLit { func, sig, body } => {
                self.token(*func);
                let (start, from) = (self.column() - "func".len(), self.line_of(*func));
                self.signature(sig);
                let one_line = from == self.at_line;
                let head = if one_line { Some(self.column().saturating_sub(start)) } else { None };
                self.func_body(body, head, false);
            }
            _ => self.type_expr(x),
        }
    }

    fn type_expr(&mut self, x: &Expr) {
        match x {
            Expr::FuncType { func, sig } => {
                self.token(*func);
                self.signature(sig);
            }
            Expr::Array { open, len, close, elem } => {
                self.token(*open);
                if let Some(len) = len {
                    self.expr(len);
                }
                self.token(*close);
                self.expr(elem);
            }
            Expr::Map { map, open, key, close, value } => {
                self.token(*map);
                self.token(*open);
                self.expr(key);
                self.token(*close);
                self.expr(value);
            }
            Expr::Chan { words, elem } => {
                words.iter().for_each(|&word| self.token(word));
                self.blank();
                self.expr(elem);
            }
            Expr::Struct { word, fields } => {
                self.token(*word);
                self.fields(fields, false);
            }
            Expr::Interface { word, fields } => {
                self.token(*word);
                self.fields(fields, true);
            }
            _ => {}
        }
    }

    /// A type without the parentheses around it.
    pub(crate) fn bare_type(&mut self, ty: &Expr) {
        match ty {
            Expr::Paren { x, .. } => self.bare_type(x),
            _ => self.expr(ty),
        }
    }

    // -- Operators.

    fn precedence_of(&self, op: usize) -> usize {
        precedence(self.text(op))
    }

    fn binary(&mut self, x: &Expr, op: usize, y: &Expr, _outer: usize, limit: usize, depth: usize) {
        let own = self.precedence_of(op);
        let mut blanks = own < limit;
        let nested = matches!(x, Expr::Binary { op, .. } if self.precedence_of(*op) == own);
        if let (Expr::Binary { x: a, op, y: b }, true) = (x, nested) {
            // The operators of one chain are treated alike.
            let inner = self.cutoff(x, depth);
            self.binary(a, *op, b, own, inner, depth);
        } else {
            self.expr_at(x, own, depth + 1);
        }
        if blanks {
            self.blank();
        }
        let before = self.at_line;
        self.token(op);
        let breaks = before != self.line_of(y.first());
        if breaks {
            self.indent += 1;
            self.newline(1, true);
            blanks = false;
        }
        if blanks {
            self.blank();
        }
        self.expr_at(y, own + 1, depth + 1);
        if breaks {
            self.dedent_later();
        }
    }

    /// Operators of a lower precedence than this have blanks around them.
    fn cutoff(&self, x: &Expr, depth: usize) -> usize {
        let mut seen = Seen::default();
        self.walk(x, &mut seen);
        if seen.problem > 0 {
            return seen.problem + 1;
        }
        match (seen.sum && seen.product, depth == 1) {
            (true, true) => 5,
            (false, true) => 6,
            _ => 4,
        }
    }

    /// Looks for sums and products, and for operators that would read as another one if they
    /// touched.
    fn walk(&self, x: &Expr, seen: &mut Seen) {
        let Expr::Binary { x, op, y } = x else { return };
        let own = self.precedence_of(*op);
        seen.sum |= own == 4;
        seen.product |= own == 5;
        if let Expr::Binary { op: inner, .. } = &**x
            && self.precedence_of(*inner) >= own
        {
            self.walk(x, seen);
        }
        match &**y {
            Expr::Binary { .. } => self.walk(y, seen),
            Expr::Unary { op: unary, .. } => {
                let touching = match (self.text(*op), self.text(*unary)) {
                    ("/", "*") | ("&", "&" | "^") => 5,
                    ("+", "+") | ("-", "-") => 4,
                    _ => 0,
                };
                seen.problem = seen.problem.max(touching);
            }
            _ => {}
        }
    }

    // -- What follows an operand.

    /// True if the name stands on a new line, further in: the caller goes back.
    fn selector(&mut self, x: &Expr, depth: usize) -> bool {
        let Expr::Selector { x, dot, name } = x else { return false };
        self.expr_at(x, HIGHEST, depth);
        self.token(*dot);
        let breaks = self.line_of(*name) > self.at_line;
        if breaks {
            self.indent += 1;
            self.break_line();
        }
        self.token(*name);
        breaks
    }

    fn call(&mut self, x: &Expr, depth: usize) {
        let Expr::Call { fun, open, list, dots, close } = x else { return };
        let depth = if list.items.len() > 1 { depth + 1 } else { depth };
        let indented = match &**fun {
            Expr::Selector { .. } => self.selector(fun, depth),
            _ => {
                self.expr_at(fun, HIGHEST, depth);
                false
            }
        };
        self.token(*open);
        let layout =
            Layout { open: Some(*open), close: Some(*close), depth, flat: false, sized: true };
        if let Some(dots) = dots {
            self.list(list, Layout { close: None, ..layout });
            self.token(*dots);
            if self.at_line < self.line_of(*close) {
                self.insert(",");
                self.one_newline();
            }
        } else {
            self.list(list, layout);
        }
        self.token(*close);
        if indented {
            self.dedent_later();
        }
    }

    fn slice(&mut self, x: &Expr, depth: usize) {
        let Expr::Slice { x, open, parts, colons, close } = x else { return };
        self.expr_at(x, HIGHEST, 1);
        self.token(*open);
        let given = parts.iter().flatten();
        let compound = given.clone().any(|p| matches!(p, Expr::Binary { .. }));
        let spaced = depth <= 1 && compound && given.count() > 1;
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                if spaced && parts[i - 1].is_some() {
                    self.blank();
                }
                self.token(colons[i - 1]);
                if spaced && part.is_some() {
                    self.blank();
                }
            }
            if let Some(part) = part {
                self.expr_at(part, 0, depth + 1);
            }
        }
        self.token(*close);
    }

    // -- Lists.

    /// Expressions with commas between them.
    pub(crate) fn list(&mut self, list: &List, layout: Layout) {
        let (Some(first), Some(last)) = (list.items.first(), list.items.last()) else { return };
        let start = layout.open.map(|at| self.line_of(at));
        let end = self.end_line_of(last.last());
        if start == Some(self.line_of(first.first())) && start == Some(end) {
            for (i, item) in list.items.iter().enumerate() {
                if i > 0 {
                    self.token(list.commas[i - 1]);
                    self.blank();
                }
                self.expr_at(item, 0, layout.depth);
            }
            return self.end_of_list(list, layout, false);
        }
        self.broken_list(list, layout, start);
    }

    fn broken_list(&mut self, list: &List, layout: Layout, start: Option<usize>) {
        let mut indented = false;
        let mut last_break = None;
        let mut sizes = Sizes::default();
        let mut line_before = start.unwrap_or(0);
        for (i, item) in list.items.iter().enumerate() {
            let line = self.line_of(item.first());
            let moves = line_before > 0 && line_before < line;
            let size = self.size_in_list(item, layout);
            let apart = sizes.apart(size);
            if i > 0 {
                self.token(list.commas[i - 1]);
                self.blank();
            }
            if moves && self.at_line < line {
                if !indented && !layout.flat {
                    self.indent += 1;
                    indented = true;
                }
                let far = i == 0 || apart || last_break.map_or(0, |b| b + 1) < i;
                let empty_line = line > self.at_line + 1;
                self.no_gap();
                self.newline(0, far);
                last_break = Some(i);
                if far || empty_line {
                    sizes.restart();
                }
            }
            match item {
                Expr::KeyValue { key, colon, value }
                    if list.items.len() > 1 && size > 0 && moves =>
                {
                    self.expr(key);
                    self.token(*colon);
                    self.cells(1);
                    self.expr(value);
                }
                _ => self.expr_at(item, 0, layout.depth),
            }
            sizes.add(size);
            line_before = line;
        }
        self.end_of_list(list, layout, indented);
    }

    /// The comma at the end, and the way back.
    fn end_of_list(&mut self, list: &List, layout: Layout, indented: bool) {
        let written = list.commas.get(list.items.len() - 1);
        let close = layout.close.filter(|&close| self.at_line < self.line_of(close));
        if let Some(close) = close {
            match written {
                Some(&comma) => self.token(comma),
                None => self.insert(","),
            }
            self.close_lines(close, usize::from(indented));
            return;
        }
        if let Some(close) = layout.close {
            self.comments_before(close, false);
            self.indent -= usize::from(indented);
        } else if indented {
            self.dedent_later();
        }
    }

    /// The size of an element (of a pair: of its key); 0 if it takes more than a line.
    fn size_in_list(&self, item: &Expr, layout: Layout) -> usize {
        if layout.open.is_none() || !layout.sized {
            return 0;
        }
        let Some(size) = self.size(item) else { return 0 };
        match item {
            Expr::KeyValue { key, .. } => self.size(key).unwrap_or(0),
            _ => size,
        }
    }

    /// How long an expression is, if it is printed on one line.
    pub(crate) fn size(&self, x: &Expr) -> Option<usize> {
        if self.line_of(x.first()) != self.end_line_of(x.last()) {
            return None;
        }
        let mut printer = Printer::measure(self.source, x.first());
        printer.expr(x);
        printer.length()
    }
}

#[derive(Default)]
struct Seen {
    sum: bool,
    product: bool,
    /// The precedence of an operator that must not touch its operand.
    problem: usize,
}
