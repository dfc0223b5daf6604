//! Reporting errors: none that only follows from another one, none twice at a place.

use gol_diagnostic::{Code, Diagnostic, Pos, Severity, Span};

use crate::checker::Checker;
use crate::object::ObjId;

/// Shorthand for the codes of `codes.rs`.
pub(crate) const fn code(name: &'static str) -> Code {
    Code(name)
}

impl Checker {
    /// Reports an error at the start of `span`.
    pub(crate) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// An error that is only a warning in lenient files (unused variable, import, label).
    pub(crate) fn soft_error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report_soft(Diagnostic::error(code, span, message));
    }

    /// The same of an error that is made.
    pub(crate) fn report_soft(&mut self, mut d: Diagnostic) {
        if self.env.lenient && !self.options.strict {
            d.severity = Severity::Warning;
        }
        self.report(d);
    }

    /// Adds a diagnostic, unless it only follows from an earlier error: its text then mentions an
    /// invalid operand or type.
    pub(crate) fn report(&mut self, mut diagnostic: Diagnostic) {
        let message = &diagnostic.message;
        let follows = message.contains("invalid operand") || message.contains("invalid type");
        if self.core.had_error && follows {
            return;
        }
        if let Some(pos) = self.env.err_pos {
            diagnostic.span = Span::at(pos);
        }
        let key = (diagnostic.span.lo.0, diagnostic.message.clone());
        if !self.core.seen_errors.insert(key) {
            return;
        }
        self.core.had_error |= diagnostic.is_error();
        self.diagnostics.push(diagnostic);
    }

    /// All diagnostics since the last call, sorted by position.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        diagnostics.sort_by_key(|d| d.span.lo);
        diagnostics
    }

    /// Where `obj` is declared, as a span for labels.
    pub(crate) fn obj_span(&self, obj: ObjId) -> Span {
        let object = self.store.obj(obj);
        if object.pos == Pos::NONE {
            return Span::NONE;
        }
        Span::new(object.pos, object.pos.after(object.name.len()))
    }

    /// Adds Go's second line to an error about `obj`: where the other declaration stands.
    pub(crate) fn with_alt_decl(&self, d: Diagnostic, obj: ObjId) -> Diagnostic {
        let span = self.obj_span(obj);
        if span == Span::NONE {
            return d;
        }
        let text = format!("other declaration of {}", self.store.obj(obj).name);
        d.label(span, text)
    }

    /// `file:line:col` of a position, where the importer knows it.
    pub(crate) fn position(&self, pos: Pos) -> String {
        self.importer.position(pos).unwrap_or_else(|| "elsewhere".to_owned())
    }
}
