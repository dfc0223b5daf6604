//! gc's sizes and alignments on amd64, for `unsafe` and constant expressions.

use crate::checker::Checker;
use crate::types::{ArrayLen, Basic, Type, TypeId};

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

impl Checker {
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
    fn struct_layout(&mut self, fields: &[crate::ObjId]) -> (Vec<u64>, u64) {
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
