//! gc's sizes and alignments on amd64, for `unsafe` and constant expressions.

use gol_diagnostic::{Code, Diagnostic};

use crate::checker::Checker;
use crate::object::{ObjId, ObjKind};
use crate::package::PkgId;
use crate::types::{ArrayLen, Basic, Type, TypeId};

const TOO_LARGE: Code = Code("TypeTooLarge");

const WORD: u64 = 8;

/// Nesting of structs and arrays beyond this is a type of infinite size, reported elsewhere.
const MAX_DEPTH: u32 = 500;

fn align_up(x: u64, align: u64) -> u64 {
    x.saturating_add(align - 1) / align * align
}

fn basic_size(kind: Basic) -> u64 {
    match kind {
        Basic::Bool | Basic::Int8 | Basic::Uint8 | Basic::UntypedBool => 1,
        Basic::Int16 | Basic::Uint16 => 2,
        Basic::Int32 | Basic::Uint32 | Basic::Float32 | Basic::UntypedRune => 4,
        Basic::Complex128 | Basic::String | Basic::UntypedString | Basic::UntypedComplex => 16,
        _ => WORD,
    }
}

/// No type is larger, in bytes.
const ADDRESS_SPACE: u64 = 1 << 50;

/// What a call passes and returns takes no more, in bytes.
const MAX_FRAME: u64 = 1 << 30;

impl Checker {
    /// Refuses what is too large in a user's package that has no other errors.
    pub(crate) fn check_sizes(&mut self, pkg: PkgId) {
        if self.diagnostics.iter().any(Diagnostic::is_error) {
            return;
        }
        let mut functions = Vec::new();
        let mut fits = true;
        for obj in self.core.pkgs[pkg.0 as usize].objects.clone() {
            let object = self.store.obj(obj);
            let (ty, kind) = (object.ty, object.kind.clone());
            match kind {
                ObjKind::Func(_) => functions.push(obj),
                ObjKind::TypeName | ObjKind::Var(_) if !self.is_generic(ty) => {
                    fits &= self.check_size(obj, ty);
                }
                _ => {}
            }
        }
        // As in Go, frames are laid out of types that fit.
        for func in functions.into_iter().filter(|_| fits) {
            let signature = self.store.obj(func).ty;
            self.check_frame(func, signature);
        }
    }

    /// Whether the type of a variable, or a type that is declared, fits into memory at all.
    fn check_size(&mut self, obj: ObjId, ty: TypeId) -> bool {
        let fits = self.sizeof(ty) < ADDRESS_SPACE;
        if !fits {
            let u = self.under(ty);
            let message = format!("type {} larger than address space", self.type_string(u));
            self.error(TOO_LARGE, self.obj_span(obj), message);
        }
        fits
    }

    fn check_frame(&mut self, func: ObjId, signature: TypeId) {
        let Type::Signature(sig) = self.store.ty(signature).clone() else { return };
        if !sig.type_params.is_empty() || !sig.recv_type_params.is_empty() {
            return;
        }
        let all = sig.recv.iter().chain(&sig.params).chain(&sig.results);
        let types: Vec<TypeId> = all.map(|&param| self.store.obj(param).ty).collect();
        let size = types.into_iter().fold(0, |sum: u64, t| sum.saturating_add(self.sizeof(t)));
        if size > MAX_FRAME {
            let message =
                format!("stack frame too large (>1GB): 0 MB locals + {} MB args", size >> 20);
            self.error(TOO_LARGE, self.obj_span(func), message);
        }
    }

    pub fn sizeof(&mut self, t: TypeId) -> u64 {
        self.layout_of(t).0
    }

    pub fn alignof(&mut self, t: TypeId) -> u64 {
        self.layout_of(t).1
    }

    /// Size and alignment. They are kept for types all of whose parts are known.
    fn layout_of(&mut self, t: TypeId) -> (u64, u64) {
        if let Some(&known) = self.core.layouts.get(&t) {
            return known;
        }
        if self.core.depth > MAX_DEPTH {
            self.core.is_layout_open = true;
            return (0, 1);
        }
        let outer = std::mem::replace(&mut self.core.is_layout_open, false);
        self.core.depth += 1;
        let layout = (self.sizeof_parts(t), self.alignof_parts(t));
        self.core.depth -= 1;
        if !self.core.is_layout_open {
            self.core.layouts.insert(t, layout);
        }
        self.core.is_layout_open |= outer;
        layout
    }

    fn sizeof_parts(&mut self, t: TypeId) -> u64 {
        match self.under_type(t) {
            Type::Basic(kind) => {
                // It may be a type that is being declared.
                self.core.is_layout_open |= kind == Basic::Invalid;
                basic_size(kind)
            }
            Type::Array { elem, len } => {
                let ArrayLen::Known(n) = len else {
                    self.core.is_layout_open = true;
                    return 0;
                };
                self.sizeof(elem).saturating_mul(n)
            }
            Type::Slice(_) => 3 * WORD,
            Type::Interface(_) => 2 * WORD,
            Type::Struct(s) => self.struct_layout(&s.fields).1,
            _ => WORD,
        }
    }

    fn alignof_parts(&mut self, t: TypeId) -> u64 {
        match self.under_type(t) {
            Type::Basic(kind) => match kind {
                Basic::Complex128 | Basic::String | Basic::Complex64 => {
                    if kind == Basic::Complex64 { 4 } else { WORD }
                }
                _ => basic_size(kind).min(WORD),
            },
            Type::Array { elem, .. } => self.alignof(elem),
            Type::Struct(s) => {
                let types: Vec<_> = s.fields.iter().map(|&f| self.store.obj(f).ty).collect();
                types.into_iter().map(|t| self.alignof(t)).max().unwrap_or(1)
            }
            _ => WORD,
        }
    }

    pub fn field_offsets(&mut self, t: TypeId) -> Vec<u64> {
        match self.under_type(t) {
            Type::Struct(s) => self.struct_layout(&s.fields).0,
            _ => Vec::new(),
        }
    }

    /// Offsets of the fields, and the size of the whole. A last field of size zero takes a byte,
    /// so that its address lies inside the struct.
    fn struct_layout(&mut self, fields: &[ObjId]) -> (Vec<u64>, u64) {
        let (mut offset, mut align, mut last) = (0, 1, 1);
        let mut offsets = Vec::with_capacity(fields.len());
        for &field in fields {
            let ty = self.store.obj(field).ty;
            let a = self.alignof(ty);
            align = align.max(a);
            offset = align_up(offset, a);
            offsets.push(offset);
            last = self.sizeof(ty);
            offset = offset.saturating_add(last);
        }
        if last == 0 && offset > 0 {
            offset += 1;
        }
        (offsets, align_up(offset, align))
    }
}
