//! Variables with `//go:embed` lines: what types they may have, and what they start as.
//!
//! The importer finds the files. Their contents become an initialiser like any other: a string
//! literal, its conversion to `[]byte`, or a call of package embed's function that makes a file
//! system of names and contents. It stands in a specification of its own ([`crate::Info::embeds`]),
//! because the tree is never changed.

use std::rc::Rc;

use gol_diagnostic::Span;
use gol_grammar::ast::{Expr, ExprKind, LiteralKind, Name, NodeId, VarSpec};

use crate::checker::Checker;
use crate::constant::quote;
use crate::info::{Mode, TypeAndValue};
use crate::language::since;
use crate::object::ObjId;
use crate::operand::{Operand, basic};
use crate::package::EmbeddedFile;
use crate::types::{Basic, Type, TypeId};

/// What files become.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Bytes,
    FileSystem,
}

impl Checker {
    /// Checks a package variable that has `//go:embed` lines, and gives it its initial value.
    pub(crate) fn embed(&mut self, obj: ObjId, spec: &VarSpec) {
        let Some(embed) = &spec.embed else { return };
        let [name] = spec.names.as_slice() else { return };
        if !spec.values.is_empty() || self.info.embeds.contains_key(&spec.id) {
            return;
        }
        let ty = self.store.obj(obj).ty;
        if !self.is_valid(ty)
            || !self.require(since::EMBEDDED_FILES, Span::at(embed.at), "go:embed")
        {
            return;
        }
        let Some(form) = self.embed_form(ty) else {
            let message = format!("go:embed cannot apply to var of type {}", self.type_string(ty));
            return self.err("InvalidEmbed", name.span, message);
        };
        let mut files: Vec<EmbeddedFile> = Vec::new();
        for pattern in &embed.patterns {
            match self.importer.embed(pattern.span.lo, &pattern.text) {
                Ok(found) => files.extend(found),
                Err(cause) => {
                    let message = format!("pattern {}: {cause}", pattern.text);
                    return self.err("InvalidEmbed", pattern.span, message);
                }
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files.dedup_by(|a, b| a.name == b.name);
        if form != Form::FileSystem && files.len() != 1 {
            let ty = self.type_string(ty);
            let message = format!("invalid go:embed: multiple files for type {ty}");
            return self.err("InvalidEmbed", name.span, message);
        }
        let Some(value) = self.embedded_value(form, ty, &files, name.span) else { return };
        let filled = VarSpec { values: vec![value], embed: None, ..spec.clone() };
        self.info.embeds.insert(spec.id, Rc::new(filled));
    }

    fn embed_form(&mut self, ty: TypeId) -> Option<Form> {
        let named = self.unalias(ty);
        if let Type::Named(n) = self.store.ty(named) {
            let object = self.store.obj(n.obj);
            let is_embed = object.pkg.is_some_and(|pkg| self.store.pkg(pkg).path == "embed");
            if is_embed && object.name == "FS" {
                return Some(Form::FileSystem);
            }
        }
        match self.under_type(ty) {
            Type::Basic(Basic::String) => Some(Form::Text),
            Type::Slice(elem) => {
                let is_byte = matches!(self.under_type(elem), Type::Basic(Basic::Uint8));
                is_byte.then_some(Form::Bytes)
            }
            _ => None,
        }
    }

    fn embedded_value(
        &mut self,
        form: Form,
        ty: TypeId,
        files: &[EmbeddedFile],
        span: Span,
    ) -> Option<Expr> {
        let fun = match form {
            Form::Text => return files.first().map(|f| self.text_literal(&f.content, ty, span)),
            Form::Bytes => self.value_node(span, Mode::TypeExpr, ty),
            Form::FileSystem => self.file_system_maker(span)?,
        };
        let text = basic(Basic::String);
        let args = match form {
            Form::FileSystem => files
                .iter()
                .flat_map(|f| [f.name.as_bytes(), &f.content])
                .map(|content| self.text_literal(content, text, span))
                .collect(),
            _ => files.iter().map(|f| self.text_literal(&f.content, text, span)).collect(),
        };
        let call = ExprKind::Call {
            fun: Box::new(fun),
            lparen: span.lo,
            args,
            ellipsis: None,
            rparen: Span::at(span.hi),
        };
        let call = Expr { id: self.fresh_node(), span, kind: call };
        self.info.record(call.id, TypeAndValue { mode: Mode::Value, ty, value: None });
        Some(call)
    }

    /// The function of package embed that makes a file system.
    fn file_system_maker(&mut self, span: Span) -> Option<Expr> {
        let pkg = self.std_package("embed")?;
        let maker = self.package_member(pkg, "filesOf")?;
        self.obj_decl(maker);
        let ty = self.store.obj(maker).ty;
        let fun = self.value_node(span, Mode::Value, ty);
        self.info.uses.insert(fun.id, maker);
        Some(fun)
    }

    /// A name that denotes a type or a value, with what is known of it.
    fn value_node(&mut self, span: Span, mode: Mode, ty: TypeId) -> Expr {
        let node = Expr { id: self.fresh_node(), span, kind: ExprKind::Name(Name::default()) };
        self.info.record(node.id, TypeAndValue { mode, ty, value: None });
        node
    }

    fn text_literal(&mut self, content: &[u8], ty: TypeId, span: Span) -> Expr {
        let kind = ExprKind::Literal { kind: LiteralKind::String, text: quote(content).into() };
        let literal = Expr { id: self.fresh_node(), span, kind };
        let mut x = Operand::invalid();
        self.expr(None, &mut x, &literal);
        self.assignment(&mut x, Some(ty), "variable declaration");
        literal
    }

    fn fresh_node(&mut self) -> NodeId {
        let id = self.next_id;
        self.next_id = NodeId(id.0 + 1);
        id
    }
}
