//! The words of strings, slices and interfaces as Go's compiler lays them out, seen through package
//! unsafe: `h := (*reflect.SliceHeader)(unsafe.Pointer(&s))` and `h.Data`, with any struct or array
//! of numbers and pointers in place of the header.
//!
//! A slice is two words in gol, so a pointer to its header cannot exist. But what a program does
//! with such a pointer is nearly always to read and write fields through it, at once or by a
//! variable that is used for nothing else ([`crate::escape`] finds those). There the pointer is that
//! of the slice, and what lies behind it a [`PlaceKind::Header`], whose words are made and taken
//! apart at each use. What is written must be a slice or string that can be: all of its memory in
//! one object, with elements of its type.

use gol_bytecode::{LeafKind, Reg, op};
use gol_grammar::ast::{Expr, ExprKind};
use gol_types::{Type, TypeId};

use super::Lower;
use super::place::{Place, PlaceKind};
use super::types::Class;
use crate::builder::Cond;

/// Words of a slice in Go: data, length, capacity.
const SLICE_WORDS: u16 = 3;
/// Words of a string and of an interface.
const PAIR_WORDS: u16 = 2;

impl Lower<'_, '_> {
    /// What lies behind `x`, a pointer to the words of a string, slice or interface.
    pub(super) fn header_place(&mut self, x: &Expr) -> Option<Place> {
        let x = x.unparen();
        let variable = match &x.kind {
            ExprKind::Name(_) => {
                let obj = self.object(x.id)?;
                Some(self.shared.esc.header_of(obj)?)
            }
            ExprKind::Call { .. } => None,
            _ => return None,
        };
        let conversion = variable.as_deref().unwrap_or(x);
        let (origin, is, seen_as) = self.seen_through_unsafe(conversion)?;
        if !self.shows_header(is, seen_as) {
            return None;
        }
        let is_evaluated = self.evaluated.contains_key(&x.id);
        let ptr = if variable.is_some() || is_evaluated {
            self.expr(x, None)
        } else {
            self.expr(origin, None)
        };
        let of = Box::new(Place::behind(is, ptr));
        Some(Place { ty: seen_as, kind: PlaceKind::Header { of, word: 0 } })
    }

    /// Whether a type is made of the words that another one has in Go.
    pub(super) fn shows_header(&mut self, is: TypeId, seen_as: TypeId) -> bool {
        let has = match self.class(is) {
            Class::Slice => SLICE_WORDS,
            Class::Str | Class::Iface => PAIR_WORDS,
            _ => return false,
        };
        if !matches!(self.class(seen_as), Class::Struct | Class::Array) {
            return false;
        }
        let Some(words) = self.word_types(seen_as) else { return false };
        let plain = words.into_iter().all(|ty| match self.class(ty) {
            Class::Int { bits, .. } => bits == 64,
            Class::Ref => self.is_unsafe_pointer(ty) || self.pointee(ty).is_some(),
            _ => false,
        });
        let repr = self.repr(seen_as);
        plain && !self.is_mem(seen_as) && (1..=has).contains(&repr.words)
    }

    /// The types of a struct's fields or of an array's elements.
    fn word_types(&mut self, ty: TypeId) -> Option<Vec<TypeId>> {
        match self.under(ty) {
            Type::Struct(s) => Some(s.fields.iter().map(|&field| self.obj_ty(field)).collect()),
            Type::Array { .. } => {
                let (elem, len) = self.array(ty)?;
                (len <= u64::from(SLICE_WORDS)).then(|| vec![elem; len as usize])
            }
            _ => None,
        }
    }

    /// Reads words of a header.
    pub(super) fn load_header(
        &mut self,
        ty: TypeId,
        of: &Place,
        word: u16,
        want: Option<Reg>,
    ) -> Reg {
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let pair = self.load(of, None);
        let is_slice = self.class(of.ty) == Class::Slice;
        for index in 0..self.words(ty) {
            let dst = Reg(dst.0 + index);
            match word + index {
                1 if is_slice => self.b.emit(op::SliceLen { dst, slice: pair }),
                2 => self.b.emit(op::SliceCap { dst, slice: pair }),
                at => self.move_words(dst, Reg(pair.0 + at), 1),
            }
        }
        self.look_at_pointers(ty, dst);
        self.b.release(mark);
        dst
    }

    /// Panics if a pointer among words leads to something else than its type says.
    fn look_at_pointers(&mut self, ty: TypeId, words: Reg) {
        let types = match self.class(ty) {
            Class::Ref => vec![ty],
            _ => self.word_types(ty).unwrap_or_default(),
        };
        for (index, ty) in types.into_iter().enumerate() {
            if let Some(base) = self.pointee(ty) {
                let one = self.alloc_word();
                self.load_word(one, 1);
                self.view(Reg(words.0 + index as u16), one, base);
            }
        }
    }

    /// Writes words of a header: the whole is read, changed and written back.
    pub(super) fn store_header(&mut self, ty: TypeId, of: &Place, word: u16, a: Reg) {
        if self.class(of.ty) == Class::Iface {
            return self
                .refuse("unsafe.Pointer: the words of an interface cannot be written in gol");
        }
        let mark = self.b.mark();
        let pair = self.load(of, None);
        let is_slice = self.class(of.ty) == Class::Slice;
        let parts = self.b.alloc(SLICE_WORDS, None);
        let (data, len, cap) = (parts, Reg(parts.0 + 1), Reg(parts.0 + 2));
        self.move_words(data, pair, 1);
        if is_slice {
            self.b.emit(op::SliceLen { dst: len, slice: pair });
            self.b.emit(op::SliceCap { dst: cap, slice: pair });
        } else {
            self.move_words(len, Reg(pair.0 + 1), 1);
        }
        let words = self.words(ty);
        self.move_words(Reg(parts.0 + word), a, words);
        let whole = self.alloc_value(of.ty);
        self.join_header(of.ty, parts, whole);
        self.store(of, whole, true);
        self.b.release(mark);
    }

    /// Makes a string or slice of its words in Go; panics if there can be no such one.
    fn join_header(&mut self, ty: TypeId, parts: Reg, dst: Reg) {
        let (data, len, cap) = (parts, Reg(parts.0 + 1), Reg(parts.0 + 2));
        if self.class(ty) != Class::Slice {
            self.check_unsafe_here(data, len, None);
            self.move_words(dst, parts, PAIR_WORDS);
            return;
        }
        // Fields are written one after the other: the length may come before the capacity.
        let fits = self.b.new_label();
        self.b.jump_if(Cond::LeU64(len, cap), fits);
        self.move_words(cap, len, 1);
        self.b.bind(fits);
        let elem = self.elem(ty);
        self.check_unsafe_here(data, cap, Some(elem));
        self.b.emit(op::ShlI64Imm { dst: cap, a: cap, imm: 32 });
        self.b.emit(op::OrI64 { dst: len, a: cap, b: len });
        self.move_words(dst, parts, PAIR_WORDS);
    }

    /// `*(*[]T)(unsafe.Pointer(&h))`, with a header for `h`, or the same with a string: with `x`
    /// what stands behind the first star.
    pub(super) fn made_of_header<'e>(&mut self, x: &'e Expr) -> Option<(&'e Expr, TypeId, TypeId)> {
        let (origin, is, to) = self.seen_through_unsafe(x)?;
        let wants = match self.class(to) {
            Class::Slice => SLICE_WORDS,
            Class::Str => PAIR_WORDS,
            _ => return None,
        };
        if !matches!(self.class(is), Class::Struct | Class::Array) {
            return None;
        }
        let repr = self.repr(is);
        let alike = repr
            .leaves
            .iter()
            .all(|leaf| matches!(leaf.kind, LeafKind::W64 | LeafKind::Ptr | LeafKind::Str));
        // A string that begins a struct is the beginning of a string already.
        let is_view = self.class(to) == Class::Str && self.may_be_seen_as(is, to);
        (alike && !is_view && self.word_types(is).is_some() && repr.words >= wants)
            .then_some((origin, is, to))
    }

    /// The string or slice of [`Lower::made_of_header`].
    pub(super) fn join_words(
        &mut self,
        e: &Expr,
        (origin, is, to): (&Expr, TypeId, TypeId),
        want: Option<Reg>,
    ) -> Reg {
        let dst = self.dst(to, want);
        let mark = self.b.mark();
        let ptr = self.expr(origin, None);
        self.at(e);
        let header = Place::behind(is, ptr);
        let parts = self.b.alloc(SLICE_WORDS, None);
        let mut at = 0;
        let types = self.word_types(is).unwrap_or_default();
        let is_array = self.class(is) == Class::Array;
        for (index, ty) in types.into_iter().enumerate() {
            let words = self.words(ty);
            if at + words > SLICE_WORDS {
                break;
            }
            let part = if is_array {
                self.const_elem_place(header.clone(), ty, index as u64)
            } else {
                self.field_place(header.clone(), index)
            };
            self.load(&part, Some(Reg(parts.0 + at)));
            at += words;
        }
        self.join_header(to, parts, dst);
        self.b.release(mark);
        dst
    }
}
