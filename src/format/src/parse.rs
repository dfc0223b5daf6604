//! Tokens to tree. The text has been parsed by the grammar before, so it is known to be right:
//! where something unexpected stands nevertheless, parsing gives up as a whole.

use gol_grammar::LexemeKind;

use crate::tokens::Token;
use crate::tree::*;

/// Parses the tokens of a file.
pub(crate) struct Parser<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    /// In the header of a statement, outside of brackets: a brace opens the block there.
    header: bool,
    depth: usize,
}

/// There is no tree.
#[derive(Debug)]
pub(crate) struct Unexpected;

type Result<T> = std::result::Result<T, Unexpected>;

/// Deeper nesting is left as it is.
const MAX_DEPTH: usize = 2000;

impl<'a> Parser<'a> {
    pub(crate) fn new(tokens: &'a [Token<'a>]) -> Parser<'a> {
        Parser { tokens, at: 0, header: false, depth: 0 }
    }

    /// All items of a file or script.
    pub(crate) fn file(mut self) -> Result<Vec<Stmt>> {
        let mut items = Vec::new();
        while self.at + 1 < self.tokens.len() {
            if self.is_semicolon() {
                self.at += 1;
                continue;
            }
            let item = match self.text() {
                "package" => {
                    let (word, name) = (self.next(), self.next());
                    Stmt::Decl(Decl::Package { word, name })
                }
                "import" | "const" | "var" | "type" => Stmt::Decl(self.group()?),
                "func" if self.is_func_decl() => Stmt::Decl(Decl::Func(Box::new(self.func_decl()?))),
                _ => self.stmt()?,
            };
            items.push(item);
            self.end_of_stmt()?;
        }
        Ok(items)
    }

    fn text(&self) -> &'a str {
        self.tokens[self.at].text
    }

    fn text_at(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |t| t.text)
    }

    fn kind(&self) -> LexemeKind {
        self.tokens[self.at].kind
    }

    fn is(&self, text: &str) -> bool {
        self.text() == text && !matches!(self.kind(), LexemeKind::String | LexemeKind::Literal)
    }

    fn is_name_at(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == LexemeKind::Name)
    }

    fn is_semicolon(&self) -> bool {
        self.kind() == LexemeKind::Operator && matches!(self.text(), "" | ";")
    }

    fn next(&mut self) -> usize {
        let at = self.at;
        self.at = (at + 1).min(self.tokens.len() - 1);
        at
    }

    fn expect(&mut self, text: &str) -> Result<usize> {
        if self.is(text) { Ok(self.next()) } else { Err(Unexpected) }
    }

    fn eat(&mut self, text: &str) -> Option<usize> {
        if self.is(text) { Some(self.next()) } else { None }
    }

    /// A statement ends at a semicolon, before a closing bracket, or at the end.
    fn end_of_stmt(&mut self) -> Result<()> {
        if self.is_semicolon() {
            self.at += 1;
            return Ok(());
        }
        let ends = self.is("}") || self.is(")") || self.at + 1 == self.tokens.len();
        if ends { Ok(()) } else { Err(Unexpected) }
    }

    fn is_func_decl(&self) -> bool {
        if self.is_name_at(self.at + 1) {
            return true;
        }
        // A receiver and a name, or a function literal that is called.
        let mut depth = 0;
        for at in self.at + 1..self.tokens.len() {
            match self.text_at(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => {
                    depth -= 1;
                    if depth == 0 {
                        return self.is_name_at(at + 1)
                            && matches!(self.text_at(at + 2), "(" | "[");
                    }
                }
                _ => {}
            }
        }
        false
    }

    fn group(&mut self) -> Result<Decl> {
        let word = self.next();
        let kind = self.text_at(word);
        let Some(open) = self.eat("(") else {
            let specs = vec![self.spec(kind)?];
            return Ok(Decl::Group { word, open: None, specs, close: None });
        };
        let mut specs = Vec::new();
        while !self.is(")") {
            specs.push(self.spec(kind)?);
            self.end_of_stmt()?;
        }
        let close = self.next();
        Ok(Decl::Group { word, open: Some(open), specs, close: Some(close) })
    }

    fn spec(&mut self, kind: &str) -> Result<Spec> {
        match kind {
            "import" => {
                let name = (self.kind() != LexemeKind::String).then(|| self.next());
                Ok(Spec::Import { name, path: self.next() })
            }
            "type" => self.type_spec(),
            _ => {
                let mut names = List::default();
                names.items.push(Expr::Atom(self.next()));
                while let Some(comma) = self.eat(",") {
                    names.commas.push(comma);
                    names.items.push(Expr::Atom(self.next()));
                }
                let bare = self.is("=") || self.is_semicolon() || self.is(")");
                let ty = if bare { None } else { Some(self.ty()?) };
                let assign = self.eat("=");
                let values = if assign.is_some() { self.expr_list()? } else { List::default() };
                Ok(Spec::Value { names, ty, assign, values })
            }
        }
    }

    fn type_spec(&mut self) -> Result<Spec> {
        let name = self.next();
        let params = if self.is("[") && self.opens_type_params() {
            Some(self.params("]")?)
        } else {
            None
        };
        let assign = self.eat("=");
        Ok(Spec::Type { name, params, assign, ty: self.ty()? })
    }

    /// Whether the bracket behind the name of a type opens type parameters: `[P any]`, but not
    /// `[N]T` or `[N * 2]T`.
    fn opens_type_params(&self) -> bool {
        if !self.is_name_at(self.at + 1) {
            return false;
        }
        let behind = self.text_at(self.at + 2);
        if self.is_name_at(self.at + 2)
            || matches!(behind, "," | "[" | "~" | "func" | "map" | "chan" | "struct" | "interface" | "<-")
        {
            return true;
        }
        if !matches!(behind, "*" | "(") {
            return false;
        }
        // `[P *T,` and `[P *struct{…}]` say it; else it is a product or a call.
        let mut depth = 0;
        for at in self.at..self.tokens.len() {
            match self.text_at(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => {
                    depth -= 1;
                    if depth == 0 {
                        return false;
                    }
                }
                "," if depth == 1 => return true,
                "struct" | "interface" | "map" | "chan" | "func" | "~" => return true,
                _ => {}
            }
        }
        false
    }

    fn func_decl(&mut self) -> Result<Func> {
        let func = self.next();
        let recv = if self.is("(") { Some(self.params(")")?) } else { None };
        let name = self.next();
        let type_params = if self.is("[") { Some(self.params("]")?) } else { None };
        let sig = self.signature()?;
        let body = if self.is("{") { Some(self.body()?) } else { None };
        Ok(Func { func, recv, name, type_params, sig, body })
    }

    /// A function's body: whatever stands around it, it is no header of a statement.
    fn body(&mut self) -> Result<Block> {
        let header = std::mem::replace(&mut self.header, false);
        let block = self.block();
        self.header = header;
        block
    }

    fn signature(&mut self) -> Result<Signature> {
        let params = self.params(")")?;
        let results = if self.is("(") {
            Results::List(self.params(")")?)
        } else if self.starts_type() {
            Results::One(Box::new(self.ty()?))
        } else {
            Results::None
        };
        Ok(Signature { params, results })
    }

    fn starts_type(&self) -> bool {
        match self.kind() {
            LexemeKind::Name => true,
            LexemeKind::Keyword => {
                matches!(self.text(), "func" | "map" | "chan" | "struct" | "interface")
            }
            LexemeKind::Operator => matches!(self.text(), "[" | "*" | "<-" | "("),
            _ => false,
        }
    }

    /// Parameters up to `close`. All entries are read as types first; if one of them is followed by
    /// a type, it and those before it without one are names.
    fn params(&mut self, close: &str) -> Result<Params> {
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
    fn is_param_name(&self, close: &str) -> bool {
        let behind = self.at + 1;
        match self.text_at(behind) {
            "," | ")" | "." | "]" => false,
            "[" => close == "]" || self.is_array_behind_name(behind),
            _ => true,
        }
    }

    /// `x []T`, `x [n]T` rather than `T[int]`: behind the bracket comes an element type.
    fn is_array_behind_name(&self, open: usize) -> bool {
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
                                "[" | "*" | "(" | "func" | "map" | "chan" | "struct" | "interface" | "<-"
                            );
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// A type, possibly with dots before it.
    fn ty(&mut self) -> Result<Expr> {
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

    fn bare_type(&mut self) -> Result<Expr> {
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

    fn type_list(&mut self, close: &str) -> Result<List> {
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

    fn type_literal(&mut self) -> Result<Expr> {
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

    fn fields(&mut self, interface: bool) -> Result<Fields> {
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

    fn element(&mut self) -> Result<Field> {
        if self.kind() == LexemeKind::Name && self.text_at(self.at + 1) == "(" {
            let names = vec![self.next()];
            return Ok(Field { names, ty: FieldType::Method(self.signature()?), tag: None });
        }
        Ok(Field { names: Vec::new(), ty: FieldType::Expr(self.constraint()?), tag: None })
    }

    /// A type or a union of types.
    fn constraint(&mut self) -> Result<Expr> {
        let mut x = self.ty()?;
        while let Some(op) = self.eat("|") {
            let y = Box::new(self.ty()?);
            x = Expr::Binary { x: Box::new(x), op, y };
        }
        Ok(x)
    }

    fn field(&mut self) -> Result<Field> {
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

    // -- Expressions.

    fn expr(&mut self) -> Result<Expr> {
        self.binary(1)
    }

    fn expr_list(&mut self) -> Result<List> {
        let mut list = List::default();
        list.items.push(self.expr()?);
        while let Some(comma) = self.eat(",") {
            list.commas.push(comma);
            list.items.push(self.expr()?);
        }
        Ok(list)
    }

    fn binary(&mut self, least: usize) -> Result<Expr> {
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

    fn precedence(&self) -> usize {
        if self.kind() == LexemeKind::Operator { precedence(self.text()) } else { 0 }
    }

    fn unary(&mut self) -> Result<Expr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unexpected);
        }
        let x = self.unary_inner();
        self.depth -= 1;
        x
    }

    fn unary_inner(&mut self) -> Result<Expr> {
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
    fn chan_or_receive(&mut self) -> Result<Expr> {
        let ty = self.type_literal()?;
        self.suffixes(ty)
    }

    fn operand(&mut self) -> Result<Expr> {
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

    fn expr_or_type(&mut self) -> Result<Expr> {
        if self.is("...") {
            return self.ty();
        }
        self.expr()
    }

    fn suffixes(&mut self, mut x: Expr) -> Result<Expr> {
        loop {
            if self.kind() != LexemeKind::Operator {
                return Ok(x);
            }
            x = match self.text() {
                "." => {
                    let dot = self.next();
                    if self.is("(") {
                        let open = self.next();
                        let ty =
                            if self.is("type") { Expr::Atom(self.next()) } else { self.ty()? };
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
    fn is_literal_type(&self, x: &Expr) -> bool {
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

    fn call(&mut self, fun: Expr) -> Result<Expr> {
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

    fn index(&mut self, x: Expr) -> Result<Expr> {
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

    fn composite(&mut self, ty: Option<Box<Expr>>) -> Result<Expr> {
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

    fn element_value(&mut self) -> Result<Expr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unexpected);
        }
        let value = if self.is("{") { self.composite(None) } else { self.expr() };
        self.depth -= 1;
        value
    }

    // -- Statements.

    fn block(&mut self) -> Result<Block> {
        let open = self.expect("{")?;
        let stmts = self.stmts()?;
        Ok(Block { open, stmts, close: self.expect("}")? })
    }

    fn stmts(&mut self) -> Result<Vec<Stmt>> {
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

    fn stmt(&mut self) -> Result<Stmt> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unexpected);
        }
        let stmt = self.stmt_inner();
        self.depth -= 1;
        stmt
    }

    fn stmt_inner(&mut self) -> Result<Stmt> {
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

    fn simple_stmt(&mut self) -> Result<Stmt> {
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
    fn header(&mut self) -> Result<Header> {
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

    fn if_stmt(&mut self) -> Result<Stmt> {
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

    fn for_stmt(&mut self) -> Result<Stmt> {
        let word = self.next();
        let header = self.header()?;
        Ok(Stmt::For { word, header, body: self.body()? })
    }

    fn switch_stmt(&mut self) -> Result<Stmt> {
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

    fn clause(&mut self, is_select: bool) -> Result<Clause> {
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
    fn case_list(&mut self) -> Result<List> {
        self.expr_list()
    }
}

/// The precedence of a binary operator, 1 to 5; 0 for what is none.
pub(crate) fn precedence(op: &str) -> usize {
    match op {
        "||" => 1,
        "&&" => 2,
        "==" | "!=" | "<" | "<=" | ">" | ">=" => 3,
        "+" | "-" | "|" | "^" => 4,
        "*" | "/" | "%" | "<<" | ">>" | "&" | "&^" => 5,
        _ => 0,
    }
}
