//! Types, parameters and fields.

use gol_grammar::LexemeKind;

use super::{MAX_DEPTH, Parser, Result, Unexpected};
use crate::tree::*;

impl Parser<'_> {
    /// Parameters up to `close`. All entries are read as types first; if one of them is followed by
    /// a type, it and those before it without one are names.
    pub(super) fn params(&mut self, close: &str) -> Result<Params> {
        let header = std::mem::replace(&mut self.header, false);
        let open = self.next();
        let mut groups: Vec<Group> = Vec::new();
        let mut pending: Vec<Expr> = Vec::new();
        while !self.is(close) {
            if self.kind() == LexemeKind::Name && self.is_param_name(close) {
                let mut names = Vec::new();
                for earlier in pending.drain(..) {
                    let Expr::Atom(name) = earlier else { return Err(Unexpected) };
                    names.push(name);
                }
                names.push(self.next());
                let ty = Some(if close == "]" { self.constraint()? } else { self.ty()? });
                groups.push(Group { names, ty });
            } else {
                pending.push(self.ty()?);
            }
            if self.eat(",").is_none() {
                break;
            }
        }
        groups.extend(pending.into_iter().map(|ty| Group { names: Vec::new(), ty: Some(ty) }));
        let close = self.expect(close)?;
        self.header = header;
        Ok(Params { open, groups, close })
    }

    /// Whether the name here is followed by a type.
    pub(super) fn is_param_name(&self, close: &str) -> bool {
        let behind = self.at + 1;
        match self.text_at(behind) {
            "," | ")" | "." | "]" => false,
            "[" => close == "]" || self.is_array_behind_name(behind),
            _ => true,
        }
    }

    /// `x []T`, `x [n]T` rather than `T[int]`: behind the bracket comes an element type.
    pub(super) fn is_array_behind_name(&self, open: usize) -> bool {
        let mut depth = 0;
        for at in open..self.tokens.len() {
            match self.text_at(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => {
                    depth -= 1;
                    if depth == 0 {
                        let next = at + 1;
                        return self.is_name_at(next)
                            || matches!(
                                self.text_at(next),
                                "[" | "*"
                                    | "("
                                    | "func"
                                    | "map"
                                    | "chan"
                                    | "struct"
                                    | "interface"
                                    | "<-"
                            );
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// A type, possibly with dots before it.
    pub(super) fn ty(&mut self) -> Result<Expr> {
        if self.is("...") {
            let op = self.next();
            return Ok(Expr::Unary { op, x: Box::new(self.ty()?) });
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unexpected);
        }
        let ty = self.bare_type();
        self.depth -= 1;
        ty
    }

    pub(super) fn bare_type(&mut self) -> Result<Expr> {
        match self.text() {
            "*" | "~" => {
                let op = self.next();
                Ok(Expr::Unary { op, x: Box::new(self.ty()?) })
            }
            "(" => {
                let open = self.next();
                let x = Box::new(self.ty()?);
                Ok(Expr::Paren { open, x, close: self.expect(")")? })
            }
            "func" => {
                let func = self.next();
                Ok(Expr::FuncType { func, sig: self.signature()? })
            }
            "[" | "map" | "chan" | "<-" | "struct" | "interface" => self.type_literal(),
            _ if self.kind() == LexemeKind::Name => {
                let mut x = Expr::Atom(self.next());
                if self.is(".") {
                    let dot = self.next();
                    x = Expr::Selector { x: Box::new(x), dot, name: self.next() };
                }
                if self.is("[") && self.text_at(self.at + 1) != "]" {
                    let open = self.next();
                    let list = self.type_list("]")?;
                    x = Expr::Index { x: Box::new(x), open, list, close: self.expect("]")? };
                }
                Ok(x)
            }
            _ => Err(Unexpected),
        }
    }

    pub(super) fn type_list(&mut self, close: &str) -> Result<List> {
        let header = std::mem::replace(&mut self.header, false);
        let mut list = List::default();
        while !self.is(close) {
            list.items.push(self.ty()?);
            match self.eat(",") {
                Some(comma) => list.commas.push(comma),
                None => break,
            }
        }
        self.header = header;
        Ok(list)
    }

    pub(super) fn type_literal(&mut self) -> Result<Expr> {
        match self.text() {
            "[" => {
                let header = std::mem::replace(&mut self.header, false);
                let open = self.next();
                let len = if self.is("]") {
                    None
                } else if self.is("...") {
                    Some(Box::new(Expr::Atom(self.next())))
                } else {
                    Some(Box::new(self.expr()?))
                };
                self.header = header;
                let close = self.expect("]")?;
                Ok(Expr::Array { open, len, close, elem: Box::new(self.ty()?) })
            }
            "map" => {
                let (map, open) = (self.next(), self.expect("[")?);
                let key = Box::new(self.ty()?);
                let close = self.expect("]")?;
                Ok(Expr::Map { map, open, key, close, value: Box::new(self.ty()?) })
            }
            "chan" => {
                let mut words = vec![self.next()];
                words.extend(self.eat("<-"));
                Ok(Expr::Chan { words, elem: Box::new(self.ty()?) })
            }
            "<-" => {
                let words = vec![self.next(), self.expect("chan")?];
                Ok(Expr::Chan { words, elem: Box::new(self.ty()?) })
            }
            "struct" => {
                let word = self.next();
                Ok(Expr::Struct { word, fields: self.fields(false)? })
            }
            _ => {
                let word = self.next();
                Ok(Expr::Interface { word, fields: self.fields(true)? })
            }
        }
    }

    pub(super) fn fields(&mut self, interface: bool) -> Result<Fields> {
        let header = std::mem::replace(&mut self.header, false);
        let open = self.expect("{")?;
        let mut fields = Vec::new();
        while !self.is("}") {
            if self.is_semicolon() {
                self.at += 1;
                continue;
            }
            fields.push(if interface { self.element()? } else { self.field()? });
            self.end_of_stmt()?;
        }
        self.header = header;
        Ok(Fields { open, fields, close: self.next() })
    }

    pub(super) fn element(&mut self) -> Result<Field> {
        if self.kind() == LexemeKind::Name && self.text_at(self.at + 1) == "(" {
            let names = vec![self.next()];
            return Ok(Field { names, ty: FieldType::Method(self.signature()?), tag: None });
        }
        Ok(Field { names: Vec::new(), ty: FieldType::Expr(self.constraint()?), tag: None })
    }

    /// A type or a union of types.
    pub(super) fn constraint(&mut self) -> Result<Expr> {
        let mut x = self.ty()?;
        while let Some(op) = self.eat("|") {
            let y = Box::new(self.ty()?);
            x = Expr::Binary { x: Box::new(x), op, y };
        }
        Ok(x)
    }

    pub(super) fn field(&mut self) -> Result<Field> {
        let mut names = Vec::new();
        let embedded = !self.is_name_at(self.at)
            || matches!(self.text_at(self.at + 1), "." | "" | ";" | "}")
            || self.tokens[self.at + 1].kind == LexemeKind::String
            || (self.text_at(self.at + 1) == "[" && !self.is_array_behind_name(self.at + 1));
        if !embedded {
            names.push(self.next());
            while self.eat(",").is_some() {
                names.push(self.next());
            }
        }
        let ty = FieldType::Expr(self.ty()?);
        let tag = (self.kind() == LexemeKind::String).then(|| self.next());
        Ok(Field { names, ty, tag })
    }
}
