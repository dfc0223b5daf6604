//! Statements, and the items of a file.

use crate::expr::Layout;
use crate::printer::Printer;
use crate::tree::*;

/// Functions of at most this size, and so many statements, stay on one line.
const ONE_LINE: usize = 100;
const ONE_LINE_STMTS: usize = 5;

impl Printer<'_> {
    /// Statements in a block, or behind a case.
    pub(crate) fn stmts(&mut self, stmts: &[Stmt]) {
        self.indent += 1;
        let mut before = self.lines_so_far();
        for (i, stmt) in stmts.iter().enumerate() {
            let spans_lines = self.lines_so_far() > before;
            self.newline(1, i == 0 || spans_lines);
            self.begin(stmt.first());
            before = self.lines_so_far();
            self.stmt(stmt);
            before += usize::from(matches!(stmt, Stmt::Labeled { .. }));
        }
        self.indent -= 1;
    }

    pub(crate) fn block(&mut self, block: &Block) {
        self.token(block.open);
        self.stmts(&block.stmts);
        let label = |stmt: &Stmt| match stmt {
            Stmt::Labeled { stmt, .. } => matches!(**stmt, Stmt::Empty(_)),
            _ => false,
        };
        if block.stmts.last().is_some_and(label) && !self.has_comments_before(block.close) {
            // No empty line stands between a label and the brace.
            self.one_newline();
            return self.token(block.close);
        }
        self.close_block(block.close, 1);
    }

    /// The brace that ends a block; comments before it stand `deeper` in than it.
    fn close_block(&mut self, close: usize, deeper: usize) {
        self.indent += deeper;
        self.newline(1, true);
        self.comments_before(close, false);
        self.indent -= deeper;
        self.newline(1, true);
        self.token(close);
    }

    /// A function's body; `head` is the size of what stands before it, if that is one line.
    /// `column`: the brace starts a cell, as for functions declared one a line.
    pub(crate) fn func_body(&mut self, body: &Block, head: Option<usize>, column: bool) {
        let size = head.and_then(|head| Some(head + self.body_size(body)?));
        if size.is_none_or(|size| size > ONE_LINE) {
            self.blank();
            return self.block(body);
        }
        if column {
            self.cells(1);
        } else {
            self.blank();
        }
        self.token(body.open);
        for (i, stmt) in body.stmts.iter().enumerate() {
            if i > 0 {
                self.insert(";");
            }
            self.no_gap();
            self.blank();
            self.stmt(stmt);
        }
        if !body.stmts.is_empty() || self.has_comments_before(body.close) {
            self.blank();
            self.comments_before(body.close, false);
            self.no_gap();
            self.blank();
        }
        self.token(body.close);
    }

    /// The size of a body that can stand on one line.
    fn body_size(&self, body: &Block) -> Option<usize> {
        let one_line = self.line_of(body.open) == self.line_of(body.close);
        let comments = self.comments_between(body.open, body.close);
        if !one_line || body.stmts.len() > ONE_LINE_STMTS || comments.iter().any(|c| c.is_line) {
            return None;
        }
        let mut size = comments.iter().map(|c| c.text.chars().count()).sum();
        for (i, stmt) in body.stmts.iter().enumerate() {
            size += if i > 0 { 2 } else { 0 };
            let mut printer = Printer::measure(self.source, stmt.first());
            printer.stmt(stmt);
            size += printer.length()?;
        }
        Some(size)
    }

    pub(crate) fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Empty(_) => {}
            Stmt::Expr(x) => self.expr(x),
            Stmt::Assign { lhs, op, rhs } => self.assign(lhs, *op, rhs),
            Stmt::IncDec { x, op } => {
                self.expr_at(x, 0, 2);
                self.token(*op);
            }
            Stmt::Word { word, list } => self.word_stmt(*word, list),
            Stmt::Block(block) => self.block(block),
            Stmt::If { word, header, then, els } => {
                self.token(*word);
                self.header(header, false);
                self.block(then);
                if let Some((word, stmt)) = els {
                    self.blank();
                    self.token(*word);
                    self.blank();
                    self.stmt(stmt);
                }
            }
            Stmt::For { word, header, body } => {
                self.token(*word);
                self.header(header, true);
                self.block(body);
            }
            Stmt::Switch { word, header, open, clauses, close } => {
                self.token(*word);
                self.header(header, false);
                self.token(*open);
                let bare_select = self.text(*word) == "select" && clauses.is_empty();
                if bare_select && !self.has_comments_before(*close) {
                    return self.token(*close);
                }
                for (i, clause) in clauses.iter().enumerate() {
                    self.clause(clause, i == 0);
                }
                self.close_block(*close, usize::from(!clauses.is_empty()));
            }
            Stmt::Labeled { label, colon, stmt } => {
                self.indent = self.indent.saturating_sub(1);
                self.token(*label);
                self.token(*colon);
                self.indent += 1;
                if let Stmt::Empty(at) = **stmt {
                    // A semicolon of its own, where another statement follows.
                    if !self.measuring && self.source.tokens[at].text == ";" {
                        self.newline(1, true);
                        self.token(at);
                    }
                    return;
                }
                self.newline(1, true);
                self.stmt(stmt);
            }
            Stmt::Decl(decl) => self.decl(decl),
        }
    }

    fn assign(&mut self, lhs: &List, op: usize, rhs: &List) {
        let depth = if lhs.items.len() > 1 && rhs.items.len() > 1 { 2 } else { 1 };
        let first = lhs.items.first().map(Expr::first);
        self.list(lhs, Layout { open: first, close: None, depth, flat: false, sized: true });
        self.blank();
        self.token(op);
        self.blank();
        self.list(rhs, Layout { open: Some(op), close: None, depth, flat: false, sized: false });
    }

    fn word_stmt(&mut self, word: usize, list: &List) {
        self.token(word);
        if list.items.is_empty() {
            return;
        }
        self.blank();
        let indents = self.text(word) == "return" && self.wants_indent(list);
        self.indent += usize::from(indents);
        self.list(list, Layout { open: None, close: None, depth: 1, flat: indents, sized: false });
        self.indent -= usize::from(indents);
    }

    /// Whether results of which some begin on a line of their own, or several of which take more
    /// than one line, are indented as a whole.
    fn wants_indent(&self, list: &List) -> bool {
        let (Some(first), Some(last)) = (list.items.first(), list.items.last()) else {
            return false;
        };
        let mut line = self.line_of(first.first());
        if list.items.len() < 2 || line == self.end_line_of(last.last()) {
            return false;
        }
        let mut long = 0;
        for item in &list.items {
            let (from, to) = (self.line_of(item.first()), self.end_line_of(item.last()));
            if line < from {
                return true;
            }
            long += usize::from(from < to);
            line = to;
        }
        long > 1
    }

    /// What stands between the word of a statement and its block.
    fn header(&mut self, header: &Header, is_for: bool) {
        if let Some((word, x)) = &header.range {
            self.blank();
            if let Some((lhs, op)) = &header.lhs {
                let first = lhs.items.first().map(Expr::first);
                self.list(
                    lhs,
                    Layout { open: first, close: None, depth: 1, flat: false, sized: true },
                );
                self.blank();
                self.token(*op);
                self.blank();
            }
            self.token(*word);
            self.blank();
            self.bare_cond(x);
            return self.blank();
        }
        let semicolons = match (is_for, &header.init, &header.post) {
            _ if header.semicolons == 0 => 0,
            (true, None, None) => 0,
            (true, ..) => 2,
            (false, None, _) => 0,
            (false, ..) => 1,
        };
        if semicolons > 0 {
            if let Some(init) = &header.init {
                self.blank();
                self.stmt(init);
            } else {
                self.blank();
            }
            self.semicolon();
        }
        if let Some(cond) = &header.cond {
            self.no_gap();
            self.blank();
            match &**cond {
                Stmt::Expr(x) => self.bare_cond(x),
                other => self.stmt(other),
            }
        }
        if semicolons == 2 {
            if header.cond.is_none() {
                self.no_gap();
                self.blank();
            }
            self.semicolon();
            if let Some(post) = &header.post {
                self.no_gap();
                self.blank();
                self.stmt(post);
            }
        }
        self.no_gap();
        self.blank();
    }

    fn semicolon(&mut self) {
        self.insert(";");
    }

    /// A condition without the parentheses around it, unless a literal in there needs them.
    fn bare_cond(&mut self, x: &Expr) {
        match x {
            Expr::Paren { x: inner, .. } if !has_bare_literal(inner) => self.bare_cond(inner),
            _ => self.expr(x),
        }
    }

    /// Comments before a clause that is not the first one may belong to the clause before it.
    fn clause(&mut self, clause: &Clause, first: bool) {
        self.newline(1, true);
        let deeper = usize::from(!first);
        self.indent += deeper;
        self.comments_before(clause.word, !first);
        self.indent -= deeper;
        self.token(clause.word);
        if let Some(stmt) = &clause.stmt {
            self.blank();
            self.stmt(stmt);
        } else if !clause.list.items.is_empty() {
            self.blank();
            let layout =
                Layout { open: Some(clause.word), close: None, depth: 1, flat: false, sized: true };
            self.list(&clause.list, layout);
        }
        self.token(clause.colon);
        self.stmts(&clause.body);
    }
}

/// Whether a composite literal of a named type stands outside of brackets.
fn has_bare_literal(x: &Expr) -> bool {
    match x {
        Expr::Composite { ty: Some(ty), .. } => {
            matches!(**ty, Expr::Atom(_) | Expr::Selector { .. } | Expr::Index { .. })
        }
        Expr::Unary { x, .. } | Expr::Selector { x, .. } | Expr::Assert { x, .. } => {
            has_bare_literal(x)
        }
        Expr::Index { x, .. } | Expr::Slice { x, .. } => has_bare_literal(x),
        Expr::Call { fun, list, .. } => {
            has_bare_literal(fun) || list.items.iter().any(has_bare_literal)
        }
        Expr::Binary { x, y, .. } => has_bare_literal(x) || has_bare_literal(y),
        _ => false,
    }
}

impl Stmt {
    /// The index of the first token.
    pub(crate) fn first(&self) -> usize {
        match self {
            Stmt::Empty(at) => *at,
            Stmt::Expr(x) | Stmt::IncDec { x, .. } => x.first(),
            Stmt::Assign { lhs, op, .. } => lhs.items.first().map_or(*op, Expr::first),
            Stmt::Word { word, .. }
            | Stmt::If { word, .. }
            | Stmt::For { word, .. }
            | Stmt::Switch { word, .. } => *word,
            Stmt::Block(block) => block.open,
            Stmt::Labeled { label, .. } => *label,
            Stmt::Decl(decl) => decl.first(),
        }
    }
}
