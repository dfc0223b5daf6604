//! Files and what they declare, as far as documentation tells of it.

use gol::{IndexKind, index_declarations};
use gol_diagnostic::{FileId, Pos, Span};
use gol_grammar::ast::{Decl, Expr, ExprKind, Item, Mode, NodeId};
use gol_grammar::{Source as Text, parse_file};

use super::Manner;

/// A file and what it declares.
pub(super) struct Source {
    pub(super) text: String,
    pub(super) manner: Manner,
    pub(super) entries: Vec<Entry>,
}

/// One declared name.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The receiver's type, of a method.
    pub(super) receiver: String,
    pub(super) name: String,
    /// The whole declaration; a group's, if it stands in one.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A spec of a group of constants or variables.
pub(super) struct Spec {
    pub(super) names: Vec<String>,
    pub(super) range: (usize, usize),
    /// The type and the first value, as written.
    pub(super) ty: String,
    pub(super) value: String,
    /// The type that the spec, or the one that it repeats, names.
    pub(super) named_type: String,
}

pub(super) fn indexed(text: &str, manner: Manner) -> Source {
    let found = index_declarations(text).into_iter().filter(|e| e.kind != IndexKind::Import);
    let entries = found.map(|e| Entry {
        receiver: e.receiver.map(|r| r.to_string()).unwrap_or_default(),
        name: e.name.to_string(),
        start: e.range.start,
        end: e.range.end,
    });
    Source { text: text.to_owned(), manner, entries: entries.collect() }
}

impl Source {
    fn slice(&self, span: Span) -> &str {
        self.text.get(span.lo.0 as usize..span.hi.0 as usize).unwrap_or_default()
    }

    fn items(&self) -> Vec<Item> {
        let source = Text { file: FileId(0), base: Pos(0), text: &self.text, mode: Mode::Script };
        parse_file(source, NodeId(0)).tree.items
    }

    /// The specs of the group of constants or variables that an entry stands in.
    pub(super) fn specs(&self, entry: &Entry) -> Vec<Spec> {
        let inside =
            |span: Span| entry.start <= span.lo.0 as usize && span.hi.0 as usize <= entry.end;
        let mut specs: Vec<Spec> = Vec::new();
        let mut before = String::new();
        for item in self.items() {
            match item {
                Item::Decl(Decl::Const(found)) => {
                    for spec in found.iter().filter(|spec| inside(spec.span)) {
                        let spec = self.spec(
                            spec.span,
                            &names(&spec.names),
                            spec.ty.as_ref(),
                            &spec.values,
                        );
                        specs.push(repeated(spec, &mut before));
                    }
                }
                Item::Decl(Decl::Var(found)) => {
                    for spec in found.iter().filter(|spec| inside(spec.span)) {
                        specs.push(self.spec(
                            spec.span,
                            &names(&spec.names),
                            spec.ty.as_ref(),
                            &spec.values,
                        ));
                    }
                }
                _ => {}
            }
        }
        specs
    }

    fn spec(&self, span: Span, names: &[String], ty: Option<&Expr>, values: &[Expr]) -> Spec {
        let shown =
            |x: Option<&Expr>| x.map(|x| self.slice(x.extent()).to_owned()).unwrap_or_default();
        let named = ty.and_then(|ty| match &ty.kind {
            ExprKind::Name(name) => Some(name.to_string()),
            _ => None,
        });
        Spec {
            names: names.to_vec(),
            range: (span.lo.0 as usize, span.hi.0 as usize),
            ty: shown(ty),
            value: shown(values.first()),
            named_type: named.unwrap_or_default(),
        }
    }
}

fn names(idents: &[gol_grammar::ast::Ident]) -> Vec<String> {
    idents.iter().map(|ident| ident.name.to_string()).collect()
}

/// A spec of constants without type and value has those of the one before.
fn repeated(mut spec: Spec, before: &mut String) -> Spec {
    if spec.ty.is_empty() && spec.value.is_empty() {
        spec.named_type.clone_from(before);
    }
    before.clone_from(&spec.named_type);
    spec
}
