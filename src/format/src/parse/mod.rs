//! Tokens to tree. The text has been parsed by the grammar before, so it is known to be right:
//! where something unexpected stands nevertheless, parsing gives up as a whole.

mod expr;
mod stmt;
mod types;

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
                "func" if self.is_func_decl() => {
                    Stmt::Decl(Decl::Func(Box::new(self.func_decl()?)))
                }
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
        let params =
            if self.is("[") && self.opens_type_params() { Some(self.params("]")?) } else { None };
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
            || matches!(
                behind,
                "," | "[" | "~" | "func" | "map" | "chan" | "struct" | "interface" | "<-"
            )
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
