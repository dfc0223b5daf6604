//! Expressions.

use gol_grammar::LexemeKind;

use super::{MAX_DEPTH, Parser, Result, Unexpected, precedence};
use crate::tree::*;

impl Parser<'_> {
    pub(super) fn expr(&mut self) -> Result<Expr> {
        self.binary(1)
    }

    pub(super) fn expr_list(&mut self) -> Result<List> {
        let mut list = List::default();
        list.items.push(self.expr()?);
        while let Some(comma) = self.eat(",") {
            list.commas.push(comma);
            list.items.push(self.expr()?);
        }
        Ok(list)
    }

    pub(super) fn binary(&mut self, least: usize) -> Result<Expr> {
        let mut x = self.unary()?;
        loop {
            let precedence = self.precedence();
            if precedence < least {
                return Ok(x);
            }
            let op = self.next();
            let y = Box::new(self.binary(precedence + 1)?);
            x = Expr::Binary { x: Box::new(x), op, y };
        }
    }

    pub(super) fn precedence(&self) -> usize {
        if self.kind() == LexemeKind::Operator { precedence(self.text()) } else { 0 }
    }

    pub(super) fn unary(&mut self) -> Result<Expr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unexpected);
        }
        let x = self.unary_inner();
        self.depth -= 1;
        x
    }

    pub(super) fn unary_inner(&mut self) -> Result<Expr> {
        if self.kind() == LexemeKind::Operator {
            if self.is("<-") && self.text_at(self.at + 1) == "chan" {
                return self.chan_or_receive();
            }
            if matches!(self.text(), "+" | "-" | "!" | "^" | "*" | "&" | "<-" | "~") {
                let op = self.next();
                return Ok(Expr::Unary { op, x: Box::new(self.unary()?) });
            }
        }
        let x = self.operand()?;
        self.suffixes(x)
    }

    /// `<-chan T(x)`: a conversion's type, or something received from a channel type's value.
    pub(super) fn chan_or_receive(&mut self) -> Result<Expr> {
        let ty = self.type_literal()?;
        self.suffixes(ty)
    }

    pub(super) fn operand(&mut self) -> Result<Expr> {
        match self.text() {
            "(" if self.kind() == LexemeKind::Operator => {
                let header = std::mem::replace(&mut self.header, false);
                let open = self.next();
                let x = Box::new(self.expr_or_type()?);
                let close = self.expect(")")?;
                self.header = header;
                Ok(Expr::Paren { open, x, close })
            }
            "func" if self.kind() == LexemeKind::Keyword => {
                let func = self.next();
                let sig = self.signature()?;
                if self.is("{") {
                    return Ok(Expr::FuncLit { func, sig, body: self.body()? });
                }
                Ok(Expr::FuncType { func, sig })
            }
            "[" | "map" | "chan" | "struct" | "interface"
                if matches!(self.kind(), LexemeKind::Operator | LexemeKind::Keyword) =>
            {
                self.type_literal()
            }
            _ => match self.kind() {
                LexemeKind::Name | LexemeKind::Literal | LexemeKind::String => {
                    Ok(Expr::Atom(self.next()))
                }
                // The keyword in `x.(type)`.
                LexemeKind::Keyword if self.is("type") => Ok(Expr::Atom(self.next())),
                _ => Err(Unexpected),
            },
        }
    }

    pub(super) fn expr_or_type(&mut self) -> Result<Expr> {
        if self.is("...") {
            return self.ty();
        }
        self.expr()
    }

    pub(super) fn suffixes(&mut self, mut x: Expr) -> Result<Expr> {
        loop {
            if self.kind() != LexemeKind::Operator {
                return Ok(x);
            }
            x = match self.text() {
                "." => {
                    let dot = self.next();
                    if self.is("(") {
                        let open = self.next();
                        let ty = if self.is("type") { Expr::Atom(self.next()) } else { self.ty()? };
                        let close = self.expect(")")?;
                        Expr::Assert { x: Box::new(x), dot, open, ty: Box::new(ty), close }
                    } else {
                        Expr::Selector { x: Box::new(x), dot, name: self.next() }
                    }
                }
                "(" => self.call(x)?,
                "[" => self.index(x)?,
                "{" if self.is_literal_type(&x) => self.composite(Some(Box::new(x)))?,
                _ => return Ok(x),
            };
        }
    }

    /// Whether a brace behind x belongs to a composite literal.
    pub(super) fn is_literal_type(&self, x: &Expr) -> bool {
        match x {
            Expr::Array { .. } | Expr::Map { .. } | Expr::Struct { .. } => true,
            Expr::Atom(at) => self.tokens[*at].kind == LexemeKind::Name && !self.header,
            Expr::Selector { x, .. } => {
                matches!(&**x, Expr::Atom(at) if self.tokens[*at].kind == LexemeKind::Name)
                    && !self.header
            }
            Expr::Index { x, .. } => self.is_literal_type(x),
            _ => false,
        }
    }

    pub(super) fn call(&mut self, fun: Expr) -> Result<Expr> {
        let header = std::mem::replace(&mut self.header, false);
        let open = self.next();
        let mut list = List::default();
        let mut dots = None;
        while !self.is(")") {
            list.items.push(self.expr_or_type()?);
            dots = dots.or_else(|| self.eat("..."));
            match self.eat(",") {
                Some(comma) => list.commas.push(comma),
                None => break,
            }
        }
        self.header = header;
        let close = self.expect(")")?;
        Ok(Expr::Call { fun: Box::new(fun), open, list, dots, close })
    }

    pub(super) fn index(&mut self, x: Expr) -> Result<Expr> {
        let header = std::mem::replace(&mut self.header, false);
        let open = self.next();
        let mut parts = Vec::new();
        let mut colons = Vec::new();
        let mut list = List::default();
        loop {
            let part = if self.is(":") || self.is("]") { None } else { Some(self.expr()?) };
            if let Some(comma) = self.eat(",") {
                list.items.extend(part);
                list.commas.push(comma);
                continue;
            }
            if let Some(colon) = self.eat(":") {
                parts.push(part);
                colons.push(colon);
                continue;
            }
            if colons.is_empty() {
                list.items.extend(part);
            } else {
                parts.push(part);
            }
            break;
        }
        self.header = header;
        let close = self.expect("]")?;
        let x = Box::new(x);
        if colons.is_empty() {
            return Ok(Expr::Index { x, open, list, close });
        }
        Ok(Expr::Slice { x, open, parts, colons, close })
    }

    pub(super) fn composite(&mut self, ty: Option<Box<Expr>>) -> Result<Expr> {
        let header = std::mem::replace(&mut self.header, false);
        let open = self.expect("{")?;
        let mut list = List::default();
        while !self.is("}") {
            let mut item = self.element_value()?;
            if let Some(colon) = self.eat(":") {
                let value = Box::new(self.element_value()?);
                item = Expr::KeyValue { key: Box::new(item), colon, value };
            }
            list.items.push(item);
            match self.eat(",") {
                Some(comma) => list.commas.push(comma),
                None => break,
            }
        }
        self.header = header;
        let close = self.expect("}")?;
        Ok(Expr::Composite { ty, open, list, close })
    }

    pub(super) fn element_value(&mut self) -> Result<Expr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unexpected);
        }
        let value = if self.is("{") { self.composite(None) } else { self.expr() };
        self.depth -= 1;
        value
    }
}
