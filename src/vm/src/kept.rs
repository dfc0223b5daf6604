//! What a native keeps while gol code runs between two calls of it: places, with numbers beside
//! them. It lies in an object of the heap, which the gol code holds as a pointer that it hands back
//! and does not look into; so the collector sees the places.
//!
//! The object is a row of 32 bytes that holds the number of rows, and the rows: each is twice a type
//! or a number, and an address.

use std::marker::PhantomData;

use gol_heap::LayoutSpec;

use crate::native::NativeCx;
use crate::place::Place;
use crate::rtype::RType;

type Row = [u64; 4];

/// Rows in the heap; none where the pointer is nil.
#[derive(Clone, Copy)]
struct Rows(*const Row);

impl Rows {
    fn new(cx: &mut NativeCx<'_>, rows: impl ExactSizeIterator<Item = Row>) -> Rows {
        let shared = cx.shared();
        let layout = *shared.kept_layout.get_or_init(|| {
            shared.heap.register_layout(LayoutSpec { period: 32, pointers: [8, 24].into() })
        });
        let len = rows.len() as u64;
        let data = cx.alloc((rows.len() + 1) * 32, layout).cast::<u64>();
        if data.is_null() {
            return Rows(std::ptr::null());
        }
        for (i, row) in std::iter::once([len, 0, 0, 0]).chain(rows).enumerate() {
            for (j, word) in row.into_iter().enumerate() {
                // SAFETY: the new object has room for the rows and the one before them.
                unsafe { gol_heap::store_word(data.add(i * 4 + j), word) };
            }
        }
        Rows(data.cast())
    }

    fn len(self) -> usize {
        // SAFETY: an object of rows starts with their number.
        unsafe { self.0.as_ref() }.map_or(0, |first| first[0] as usize)
    }

    fn get(self, i: usize) -> Option<Row> {
        // SAFETY: so many rows follow the first one.
        (i < self.len()).then(|| unsafe { self.0.add(i + 1).read() })
    }
}

/// A list of pairs of places.
#[derive(Clone, Copy)]
pub struct Pairs<'a>(Rows, PhantomData<&'a [u8]>);

impl<'a> Pairs<'a> {
    pub fn new(cx: &mut NativeCx<'a>, pairs: &[(Place<'a>, Place<'a>)]) -> Pairs<'a> {
        let row = |(a, b): &(Place<'a>, Place<'a>)| {
            let ([a, at], [b, bt]) = (a.words(), b.words());
            [a, at, b, bt]
        };
        Pairs(Rows::new(cx, pairs.iter().map(row)), PhantomData)
    }

    pub fn len(self) -> usize {
        self.0.len()
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    pub fn get(self, i: usize) -> Option<(Place<'a>, Place<'a>)> {
        let [a, at, b, bt] = self.0.get(i)?;
        // SAFETY: the words of two places, which the row keeps alive.
        unsafe { Some((Place::from_words([a, at])?, Place::from_words([b, bt])?)) }
    }
}

/// One place with a number and, where there is one, a list.
#[derive(Clone, Copy)]
pub struct Kept<'a> {
    pub place: Place<'a>,
    pub number: u64,
    pub pairs: Option<Pairs<'a>>,
}

impl<'a> NativeCx<'a> {
    /// An argument that is what [`NativeCx::ret_kept`] returned, or nil.
    pub fn kept(&mut self) -> Vec<Kept<'a>> {
        let rows = Rows(self.word() as *const Row);
        let kept = |i| {
            let [ty, at, number, pairs] = rows.get(i)?;
            // SAFETY: the words of a place, which the row keeps alive.
            let place = unsafe { Place::from_words([ty, at]) }?;
            let pairs = (pairs != 0).then_some(Pairs(Rows(pairs as *const Row), PhantomData));
            Some(Kept { place, number, pairs })
        };
        (0..rows.len()).map_while(kept).collect()
    }

    /// Keeps something for the next call; nil if it is nothing.
    pub fn ret_kept(&mut self, kept: &[Kept<'a>]) {
        let row = |kept: &Kept<'a>| {
            let [ty, at] = kept.place.words();
            [ty, at, kept.number, kept.pairs.map_or(0, |pairs| pairs.0.0 as u64)]
        };
        let rows = if kept.is_empty() {
            Rows(std::ptr::null())
        } else {
            Rows::new(self, kept.iter().map(row))
        };
        self.ret_word(rows.0 as u64);
    }

    /// Whether values of a type have the methods of an interface type.
    pub fn implements(&self, ty: &RType, interface: &RType) -> bool {
        !ty.methods.is_empty() && self.shared().asserts.implements(ty, interface)
    }
}
