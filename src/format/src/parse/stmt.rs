//! Statements.

use gol_grammar::LexemeKind;

use super::{MAX_DEPTH, Parser, Result, Unexpected};
use crate::tree::*;

impl Parser<'_> {
    pub(super) fn block(&mut self) -> Result<Block> {
        let open = self.expect("{")?;
        let stmts = self.stmts()?;
        Ok(Block { open, stmts, close: self.expect("}")? })
    }

    pub(super) fn stmts(&mut self) -> Result<Vec<Stmt>> {
        let mut stmts = Vec::new();
        while !(self.is("}") || self.is("case") || self.is("default")) {
            if self.is_semicolon() {
                self.at += 1;
                continue;
            }
            stmts.push(self.stmt()?);
            self.end_of_stmt()?;
        }
        Ok(stmts)
    }

    pub(super) fn stmt(&mut self) -> Result<Stmt> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unexpected);
        }
        let stmt = self.stmt_inner();
        self.depth -= 1;
        stmt
    }

    pub(super) fn stmt_inner(&mut self) -> Result<Stmt> {
        if self.kind() == LexemeKind::Keyword {
            match self.text() {
                "const" | "var" | "type" => return Ok(Stmt::Decl(self.group()?)),
                "if" => return self.if_stmt(),
                "for" => return self.for_stmt(),
                "switch" | "select" => return self.switch_stmt(),
                "go" | "defer" | "return" | "break" | "continue" | "goto" | "fallthrough" => {
                    let word = self.next();
                    let bare = self.is_semicolon() || self.is("}");
                    let list = if bare { List::default() } else { self.expr_list()? };
                    return Ok(Stmt::Word { word, list });
                }
                _ => {}
            }
        }
        if self.is("{") {
            return Ok(Stmt::Block(self.body()?));
        }
        if self.is_name_at(self.at) && self.text_at(self.at + 1) == ":" {
            let (label, colon) = (self.next(), self.next());
            let empty = self.is_semicolon() || self.is("}");
            let stmt = if empty { Stmt::Empty(self.at) } else { self.stmt()? };
            return Ok(Stmt::Labeled { label, colon, stmt: Box::new(stmt) });
        }
        self.simple_stmt()
    }

    pub(super) fn simple_stmt(&mut self) -> Result<Stmt> {
        let mut list = self.expr_list()?;
        if self.kind() == LexemeKind::Operator {
            let text = self.text();
            if matches!(text, "++" | "--") {
                let x = list.items.pop().ok_or(Unexpected)?;
                return Ok(Stmt::IncDec { x, op: self.next() });
            }
            let assigns = text.ends_with('=') && !matches!(text, "==" | "!=" | "<=" | ">=");
            if assigns || text == "<-" {
                let op = self.next();
                if self.is("range") {
                    self.at = op;
                    return Ok(Stmt::Assign { lhs: list, op, rhs: List::default() });
                }
                return Ok(Stmt::Assign { lhs: list, op, rhs: self.expr_list()? });
            }
        }
        if list.items.len() != 1 {
            return Err(Unexpected);
        }
        list.items.pop().map(Stmt::Expr).ok_or(Unexpected)
    }

    /// What stands before a block, its parts separated by semicolons.
    pub(super) fn header(&mut self) -> Result<Header> {
        let outer = std::mem::replace(&mut self.header, true);
        let mut header = Header::default();
        let mut parts: Vec<Option<Box<Stmt>>> = Vec::new();
        loop {
            let empty = self.is_semicolon() || self.is("{");
            if self.is("range") {
                let word = self.next();
                header.range = Some((word, self.expr()?));
                break;
            }
            let part = if empty { None } else { Some(Box::new(self.simple_stmt()?)) };
            if self.text_at(self.at + 1) == "range" && (self.is(":=") || self.is("=")) {
                let Some(Stmt::Assign { lhs, op, .. }) = part.map(|p| *p) else {
                    return Err(Unexpected);
                };
                header.lhs = Some((lhs, op));
                self.at += 1;
                continue;
            }
            parts.push(part);
            if !self.is_semicolon() {
                break;
            }
            self.at += 1;
            header.semicolons += 1;
        }
        self.header = outer;
        let mut parts = parts.into_iter();
        if header.semicolons == 0 {
            header.cond = parts.next().flatten();
        } else {
            header.init = parts.next().flatten();
            header.cond = parts.next().flatten();
            header.post = parts.next().flatten();
        }
        Ok(header)
    }

    pub(super) fn if_stmt(&mut self) -> Result<Stmt> {
        let word = self.next();
        let header = self.header()?;
        let then = self.body()?;
        let els = match self.eat("else") {
            Some(word) => {
                let stmt = if self.is("if") { self.stmt()? } else { Stmt::Block(self.body()?) };
                Some((word, Box::new(stmt)))
            }
            None => None,
        };
        Ok(Stmt::If { word, header, then, els })
    }

    pub(super) fn for_stmt(&mut self) -> Result<Stmt> {
        let word = self.next();
        let header = self.header()?;
        Ok(Stmt::For { word, header, body: self.body()? })
    }

    pub(super) fn switch_stmt(&mut self) -> Result<Stmt> {
        let word = self.next();
        let is_select = self.text_at(word) == "select";
        let header = if is_select { Header::default() } else { self.header()? };
        let outer = std::mem::replace(&mut self.header, false);
        let open = self.expect("{")?;
        let mut clauses = Vec::new();
        while !self.is("}") {
            clauses.push(self.clause(is_select)?);
        }
        self.header = outer;
        Ok(Stmt::Switch { word, header, open, clauses, close: self.next() })
    }

    pub(super) fn clause(&mut self, is_select: bool) -> Result<Clause> {
        let word = self.next();
        let (mut stmt, mut list) = (None, List::default());
        if self.text_at(word) == "case" {
            if is_select {
                stmt = Some(Box::new(self.simple_stmt()?));
            } else {
                list = self.case_list()?;
            }
        }
        let colon = self.expect(":")?;
        Ok(Clause { word, stmt, list, colon, body: self.stmts()? })
    }

    /// The values of a case, or, in a type switch, its types.
    pub(super) fn case_list(&mut self) -> Result<List> {
        self.expr_list()
    }
}
