//! From what stands at the top level to a file's items, with the rules for their order.
//!
//! The grammar takes statements, declarations, imports and package clauses in any order; what a
//! `.go` file and what a script may hold is said here.

use gol_diagnostic::{Pos, Span};

use crate::actions::{Builder, TopLevel};
use crate::ast::*;
use crate::token::{Kind, SemiKind, Token};

struct Order<'a, 's> {
    builder: &'a Builder<'s>,
    mode: Mode,
    package: Option<Ident>,
    items: Vec<Item>,
    /// Something other than an import has been seen.
    declared: bool,
    /// Nothing but imports has been seen since one was found too late.
    complained: bool,
}

/// The package clause and the items.
pub(crate) fn items(
    builder: &Builder<'_>,
    mode: Mode,
    tokens: &[Token],
    top: Vec<TopLevel>,
) -> (Option<Ident>, Vec<Item>) {
    let first = tokens.first();
    if mode == Mode::Go && first.is_none_or(|token| token.kind != Kind::Package) {
        // As in Go, nothing else is said about such a file.
        let at = first.map_or(builder.end(), |token| token.span);
        builder.only_fault(at, "syntax error: package statement must be first");
    } else {
        between_items(builder, mode, tokens);
    }
    let mut order = Order {
        builder,
        mode,
        package: None,
        items: Vec::with_capacity(top.len()),
        declared: false,
        complained: false,
    };
    for item in top {
        order.item(item);
    }
    embeds(builder, mode, &mut order.items);
    (order.package, order.items)
}

/// The rules for `//go:embed` lines that the tree alone tells.
fn embeds(builder: &Builder<'_>, mode: Mode, items: &mut [Item]) {
    let imported = items.iter().any(|item| match item {
        Item::Decl(Decl::Import(specs)) => specs.iter().any(|spec| &*spec.path == "embed"),
        _ => false,
    });
    for item in items {
        let Item::Decl(Decl::Var(specs)) = item else { continue };
        for spec in specs {
            let Some(embed) = &spec.embed else { continue };
            let message = if mode == Mode::Go && !imported {
                "go:embed requires import \"embed\" (or import _ \"embed\", if package is not used)"
            } else if spec.names.len() > 1 {
                "go:embed cannot apply to multiple vars"
            } else if !spec.values.is_empty() {
                "go:embed cannot apply to var with initializer"
            } else {
                continue;
            };
            builder.breach(Span::at(embed.at), message);
            // Nothing more is said of them.
            if let Some(spec) = std::rc::Rc::get_mut(spec) {
                spec.embed = None;
            }
        }
    }
    builder.misplaced_embeds();
}

/// What tokens alone tell: at the top level of a `.go` file a semicolon must follow something, and
/// a function's body must not start on the next line.
fn between_items(builder: &Builder<'_>, mode: Mode, tokens: &[Token]) {
    let mut depth = 0_usize;
    let mut after_semicolon = true;
    // The item's first token, and whether it has a block.
    let (mut first, mut has_block) = (Kind::Semi, false);
    for token in tokens {
        match token.kind {
            Kind::LBlock
                if depth == 0 && after_semicolon && first == Kind::FuncDecl && !has_block =>
            {
                builder.fault(token.span, "syntax error: unexpected semicolon or newline before {");
                depth += 1;
            }
            Kind::Semi
                if depth == 0
                    && after_semicolon
                    && token.semi == SemiKind::Written
                    && mode == Mode::Go =>
            {
                builder.fault(token.span, crate::OUTSIDE_FUNCTION);
            }
            Kind::LParen
            | Kind::LBrack
            | Kind::LBrackParams
            | Kind::LBrace
            | Kind::LBlock
            | Kind::LBody => {
                has_block |= depth == 0 && matches!(token.kind, Kind::LBody | Kind::LBlock);
                depth += 1;
            }
            Kind::RParen | Kind::RBrack | Kind::RBrace | Kind::RBlock => {
                depth = depth.saturating_sub(1);
            }
            kind if depth == 0 && after_semicolon && kind != Kind::Semi => {
                (first, has_block) = (kind, false);
            }
            _ => {}
        }
        after_semicolon = token.kind == Kind::Semi;
    }
}

impl Order<'_, '_> {
    fn item(&mut self, item: TopLevel) {
        self.complained &= matches!(item, TopLevel::Import(..));
        match item {
            TopLevel::Package(lo, name) => self.package_clause(lo, name),
            TopLevel::Import(lo, specs) => {
                if self.declared && !self.complained && self.mode == Mode::Go {
                    self.complained = true;
                    let span = Span::new(lo, lo.after("import".len()));
                    self.builder
                        .fault(span, "syntax error: imports must appear before other declarations");
                }
                let specs = specs.into_iter().flatten().map(std::rc::Rc::new).collect();
                self.items.push(Item::Decl(Decl::Import(specs)));
            }
            TopLevel::Func(func) => {
                self.declared = true;
                let func = func.map(|func| Item::Decl(Decl::Func(func)));
                self.items.extend(func);
            }
            TopLevel::Stmt(Stmt { kind: StmtKind::Decl(decl), .. }) => {
                self.declared = true;
                self.items.push(Item::Decl(decl));
            }
            TopLevel::Stmt(stmt) => self.statement(stmt),
        }
    }

    fn package_clause(&mut self, lo: Pos, name: Ident) {
        let span = Span::new(lo, lo.after("package".len()));
        if self.package.is_some() || (self.mode == Mode::Go && !self.items.is_empty()) {
            self.builder.fault(span, crate::OUTSIDE_FUNCTION);
        } else if !self.items.is_empty() {
            self.builder.fault(span, "syntax error: package statement must be first");
        } else {
            self.package = Some(name);
        }
    }

    fn statement(&mut self, stmt: Stmt) {
        let after_bodyless = matches!(stmt.kind, StmtKind::Block(_))
            && matches!(self.items.last(), Some(Item::Decl(Decl::Func(func))) if func.body.is_none());
        self.declared = true;
        let first = Span::new(stmt.span.lo, stmt.span.lo.after(1));
        if after_bodyless {
            self.builder.fault(first, "syntax error: unexpected semicolon or newline before {");
        } else if self.mode == Mode::Go {
            if !matches!(stmt.kind, StmtKind::Bad) {
                self.builder.fault(first, crate::OUTSIDE_FUNCTION);
            }
        } else {
            self.items.push(Item::Stmt(stmt));
        }
    }
}
