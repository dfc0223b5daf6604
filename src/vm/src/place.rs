//! Variables as natives see them: a type and where a value of it lies. For packages that walk
//! through whole values and fill them, as `encoding/json` does; `value` shows copies, this module
//! the memory itself.
//!
//! A place comes from a pointer of the program, from another place that holds it, or from
//! [`Place::new`]. What it leads to stays alive until the native returns, because collection only
//! happens at safepoints. A place made of an interface's value ([`Place::of`]) is a copy that others
//! may hold, too: it is only read.

use gol_bytecode::Kind;

use crate::code::RtFunction;
use crate::fault::Fault;
use crate::iface;
use crate::map;
use crate::mem;
use crate::native::NativeCx;
use crate::rtype::RType;
use crate::slice;
use crate::value::{GoBytes, GoSlice, GoStr, Value, load_scalar, store_scalar};

/// A variable.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    ty: &'a RType,
    at: *mut u8,
}

impl<'a> Place<'a> {
    /// The variable that a pointer leads to; `None` for nil and for other kinds.
    #[inline]
    pub fn target(pointer: Value<'a>) -> Option<Place<'a>> {
        if pointer.kind() != Kind::Pointer || pointer.data == 0 {
            return None;
        }
        Some(Place { ty: pointer.elem_type()?, at: pointer.data as *mut u8 })
    }

    /// The value in an interface that is not nil, to be read.
    #[inline]
    pub fn of(cx: &mut NativeCx<'a>, value: Value<'a>) -> Option<Place<'a>> {
        let ty = value.rtype()?;
        if !ty.desc.is_direct() {
            return Some(Place { ty, at: value.data as *mut u8 });
        }
        let place = Place::new(cx, ty)?;
        // SAFETY: the new variable is of the type, whose register form is the data word.
        unsafe { mem::store_regs(ty, place.at, &raw const value.data) };
        Some(place)
    }

    /// As two words, for [`kept`](crate::kept): the type and the address.
    #[inline]
    pub(crate) fn words(self) -> [u64; 2] {
        [iface::type_word(self.ty), self.at as u64]
    }

    /// # Safety
    /// The words of a place that lives as long as `'a`; `None` for zeros.
    #[inline]
    pub(crate) unsafe fn from_words(words: [u64; 2]) -> Option<Place<'a>> {
        Some(Place { ty: iface::dynamic_type(words)?, at: words[1] as *mut u8 })
    }

    /// A new variable with the zero value; `None` if there is no memory.
    #[inline]
    pub fn new(cx: &mut NativeCx<'a>, ty: &'a RType) -> Option<Place<'a>> {
        let at = cx.alloc(ty.desc.size as usize, ty.layout);
        (!at.is_null()).then_some(Place { ty, at })
    }

    #[inline]
    pub fn rtype(self) -> &'a RType {
        self.ty
    }

    #[inline]
    pub fn kind(self) -> Kind {
        self.ty.desc.kind
    }

    /// The element type of a pointer, slice, array or map.
    #[inline]
    pub fn elem_type(self) -> Option<&'a RType> {
        // SAFETY: null or a type that outlives everything.
        unsafe { self.ty.elem.as_ref() }
    }

    /// The key type of a map.
    #[inline]
    pub fn key_type(self) -> Option<&'a RType> {
        // SAFETY: as in `elem_type`.
        unsafe { self.ty.key.as_ref() }
    }

    // -- Reading

    #[inline]
    fn word(self) -> u64 {
        let leaf = self.ty.desc.leaves.first().filter(|leaf| leaf.kind.words() == 1);
        // SAFETY: a value of the type lies there.
        leaf.map_or(0, |leaf| unsafe { load_scalar(leaf.kind, self.at) })
    }

    #[inline]
    fn pair(self) -> [u64; 2] {
        if self.ty.desc.size != 16 || self.ty.desc.align != 16 {
            return [0, 0];
        }
        // SAFETY: 16 aligned bytes of a value lie there.
        unsafe { gol_heap::load_pair(self.at.cast()) }
    }

    /// Of the integer kinds and bool; of a pointer, map, channel or function its address.
    #[inline]
    pub fn bits(self) -> u64 {
        self.word()
    }

    #[inline]
    pub fn float(self) -> f64 {
        match self.kind() {
            Kind::Float32 => f64::from(f32::from_bits(self.word() as u32)),
            _ => f64::from_bits(self.word()),
        }
    }

    /// Of both complex kinds.
    pub fn complex(self) -> (f64, f64) {
        // SAFETY: two numbers of the kind lie there.
        unsafe {
            match self.kind() {
                Kind::Complex64 => {
                    let [re, im] = self.at.cast::<[f32; 2]>().read();
                    (f64::from(re), f64::from(im))
                }
                Kind::Complex128 => self.at.cast::<(f64, f64)>().read(),
                _ => (0.0, 0.0),
            }
        }
    }

    /// The address in a pointer, map, channel, slice or `unsafe.Pointer`; of a function the number
    /// that stands for its code.
    #[inline]
    pub fn address(self) -> u64 {
        match self.kind() {
            Kind::Slice => self.pair()[0],
            // SAFETY: a function value is nil or a closure's address.
            Kind::Func => unsafe { RtFunction::entry_of(self.word()) },
            _ => self.word(),
        }
    }

    #[inline]
    pub fn string(self) -> GoStr<'a> {
        if self.kind() != Kind::String {
            return GoStr::EMPTY;
        }
        // SAFETY: the words of a string.
        unsafe { GoStr::from_words(self.pair()) }
    }

    /// Of a slice or array of 1-byte elements.
    #[inline]
    pub fn bytes(self) -> GoBytes<'a> {
        let words = match self.kind() {
            _ if self.elem_type().is_none_or(|e| e.desc.size != 1) => [0, 0],
            Kind::Slice => self.pair(),
            Kind::Array => [self.at as u64, slice::pack(self.len(), self.len())],
            _ => [0, 0],
        };
        // SAFETY: the words of a slice with elements of one byte; an array lies in memory.
        unsafe { GoBytes::from_words(words) }
    }

    #[inline]
    fn slice(self) -> GoSlice<'a> {
        // SAFETY: the words of a slice.
        unsafe {
            GoSlice::from_words(if self.kind() == Kind::Slice { self.pair() } else { [0, 0] })
        }
    }

    /// Length of an array, slice, string or map.
    #[inline]
    pub fn len(self) -> usize {
        match self.kind() {
            Kind::Array => self.ty.desc.len as usize,
            Kind::Slice => self.slice().len(),
            Kind::String => self.string().len(),
            Kind::Map => map::len(self.word()) as usize,
            _ => 0,
        }
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Capacity of a slice.
    #[inline]
    pub fn cap(self) -> usize {
        self.slice().cap()
    }

    /// Of a pointer, map, slice, interface, channel or function.
    #[inline]
    pub fn is_nil(self) -> bool {
        match self.kind() {
            Kind::Slice | Kind::Interface => self.pair()[0] == 0,
            Kind::Pointer | Kind::Map | Kind::Chan | Kind::Func | Kind::UnsafePointer => {
                self.word() == 0
            }
            _ => false,
        }
    }

    /// Whether it holds its type's zero value; floats by their bits.
    #[inline]
    pub fn is_zero(self) -> bool {
        // SAFETY: a value of the type lies there.
        unsafe { crate::reflect::zero_at(self.ty, self.at) }
    }

    /// What an interface holds.
    #[inline]
    pub fn held(self) -> Value<'a> {
        // SAFETY: the words of an interface.
        unsafe {
            Value::from_words(if self.kind() == Kind::Interface { self.pair() } else { [0, 0] })
        }
    }

    /// A copy of the value; of an interface what it holds.
    #[inline]
    pub fn value(self, cx: &mut NativeCx<'a>) -> Value<'a> {
        // SAFETY: a value of the type lies there.
        unsafe { crate::value::load_boxed(cx, self.ty, self.at) }
    }

    /// The value itself as one of an interface, which nobody may change any more.
    #[inline]
    pub fn into_value(self) -> Value<'a> {
        let data = if self.ty.desc.is_direct() { self.word() } else { self.at as u64 };
        Value { rtype: Some(self.ty), data }
    }

    /// A pointer to the variable.
    #[inline]
    pub fn pointer(self, cx: &NativeCx<'a>) -> Result<Value<'a>, Fault> {
        Ok(Value { rtype: Some(pointer_type(cx, self.ty)?), data: self.at as u64 })
    }

    // -- Parts

    /// Field `i` of a struct.
    #[inline]
    pub fn field(self, i: usize) -> Option<Place<'a>> {
        let desc = self.ty.desc.fields.get(i)?;
        let ty = *self.ty.fields.get(i)?;
        // SAFETY: fields lie inside of their struct; their types outlive everything.
        Some(unsafe { Place { ty: &*ty, at: self.at.add(desc.offset as usize) } })
    }

    /// Element `i` of a slice or array.
    pub fn index(self, i: usize) -> Option<Place<'a>> {
        let ty = self.elem_type()?;
        if i >= self.len() {
            return None;
        }
        let start = match self.kind() {
            Kind::Slice => self.slice().words()[0] as *mut u8,
            Kind::Array => self.at,
            _ => return None,
        };
        Some(Place { ty, at: start.wrapping_add(i * ty.desc.size as usize) })
    }

    /// What a pointer leads to; `None` for nil.
    #[inline]
    pub fn pointee(self) -> Option<Place<'a>> {
        let at = if self.kind() == Kind::Pointer { self.word() } else { 0 };
        if at == 0 {
            return None;
        }
        Some(Place { ty: self.elem_type()?, at: at as *mut u8 })
    }

    /// The entries of a map, in no order: copies of the keys, and the elements, which are good until
    /// the map is written to.
    pub fn entries(self, cx: &mut NativeCx<'a>) -> Result<Vec<(Place<'a>, Place<'a>)>, Fault> {
        let (Kind::Map, Some(key), Some(elem)) = (self.kind(), self.key_type(), self.elem_type())
        else {
            return Ok(Vec::new());
        };
        let mut iter = [0; gol_bytecode::MAP_ITER_WORDS as usize];
        let mut regs = [[0; gol_bytecode::MAX_REG_WORDS as usize]; 2];
        let mut entries = Vec::with_capacity(self.len());
        let map = self.word();
        let [k, v] = &mut regs;
        // SAFETY: a map of the type; no register form is longer than the buffers; new variables
        // are of the types.
        unsafe {
            map::iter_init(map, 0, iter.as_mut_ptr());
            while map::iter_next(self.ty, iter.as_mut_ptr(), k.as_mut_ptr(), v.as_mut_ptr())? {
                let copy = Place::new(cx, key).ok_or_else(Fault::out_of_memory)?;
                mem::store_regs(key, copy.at, k.as_ptr());
                let element = match map::get(self.ty, map, k.as_ptr())? {
                    Some(at) => Place { ty: elem, at },
                    // A key that is not equal to itself cannot be looked up.
                    None => {
                        let copy = Place::new(cx, elem).ok_or_else(Fault::out_of_memory)?;
                        mem::store_regs(elem, copy.at, v.as_ptr());
                        copy
                    }
                };
                entries.push((copy, element));
            }
        }
        Ok(entries)
    }

    // -- Writing

    /// Stores a value of one word, cut to its size.
    #[inline]
    pub fn set_bits(self, bits: u64) {
        if let Some(leaf) = self.ty.desc.leaves.first().filter(|leaf| leaf.kind.words() == 1) {
            // SAFETY: a variable of the type.
            unsafe { store_scalar(leaf.kind, self.at, bits) };
        }
    }

    #[inline]
    pub fn set_float(self, value: f64) {
        match self.kind() {
            Kind::Float32 => self.set_bits(u64::from((value as f32).to_bits())),
            Kind::Float64 => self.set_bits(value.to_bits()),
            _ => {}
        }
    }

    #[inline]
    fn set_pair(self, kind: Kind, words: [u64; 2]) {
        if self.kind() == kind {
            // SAFETY: a variable of that kind.
            unsafe { gol_heap::store_pair(self.at.cast(), words) };
        }
    }

    #[inline]
    pub fn set_string(self, text: GoStr<'a>) {
        self.set_pair(Kind::String, text.words());
    }

    /// Stores a byte slice that there is already, if the elements are of one byte.
    #[inline]
    pub fn set_gobytes(self, bytes: GoBytes<'a>) {
        if self.elem_type().is_some_and(|elem| elem.desc.size == 1) {
            self.set_pair(Kind::Slice, bytes.words());
        }
    }

    /// Stores a new slice with a copy of the bytes, if the elements are of one byte.
    pub fn set_bytes(self, cx: &mut NativeCx<'a>, bytes: &[u8]) {
        if self.elem_type().is_none_or(|elem| elem.desc.size != 1) {
            return;
        }
        let data = cx.alloc(bytes.len(), gol_heap::LayoutId::NOSCAN);
        if !data.is_null() {
            // SAFETY: the new object has room for the bytes.
            unsafe { data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
            self.set_pair(Kind::Slice, [data as u64, slice::pack(bytes.len(), bytes.len())]);
        }
    }

    /// Stores into an interface what it can hold; whether it can.
    #[inline]
    pub fn set_held(self, value: Value<'a>) -> bool {
        let fits = value.rtype().is_none_or(|have| iface::implements(have, self.ty).is_ok());
        if fits {
            self.set_pair(Kind::Interface, value.words());
        }
        fits
    }

    #[inline]
    pub fn set_zero(self) {
        // SAFETY: a variable of the type.
        unsafe { mem::zero(self.ty, self.at) };
    }

    /// Points a pointer to a new variable, which is returned.
    #[inline]
    pub fn set_new(self, cx: &mut NativeCx<'a>) -> Option<Place<'a>> {
        let target = Place::new(cx, self.elem_type()?)?;
        if self.kind() == Kind::Pointer {
            self.set_bits(target.at as u64);
        }
        Some(target)
    }

    /// Gives a slice a length, with a new array where the old one is too short.
    pub fn set_len(self, cx: &mut NativeCx<'a>, len: usize) -> Result<(), Fault> {
        let (Kind::Slice, Some(elem)) = (self.kind(), self.elem_type()) else { return Ok(()) };
        let mut words = self.pair();
        let old = slice::len(words);
        if len > slice::cap(words) {
            words = slice::grow(&mut cx.worker.local.alloc, elem, words, len - old)?;
        }
        if words[0] == 0 {
            words = slice::make(&mut cx.worker.local.alloc, elem, 0, 0)?;
        }
        self.set_pair(Kind::Slice, [words[0], slice::pack(len, slice::cap(words))]);
        Ok(())
    }

    /// Stores a new slice of interfaces.
    pub fn set_ifaces(self, cx: &mut NativeCx<'a>, values: &[Value<'a>]) -> Result<(), Fault> {
        let len = values.len() as i64;
        let Some(elem) = self.elem_type().filter(|e| e.desc.kind == Kind::Interface) else {
            return Ok(());
        };
        let words = slice::make(&mut cx.worker.local.alloc, elem, len, len)?;
        for (i, value) in values.iter().enumerate() {
            // SAFETY: the new array has so many pairs.
            unsafe { gol_heap::store_pair((words[0] as *mut u64).add(i * 2), value.words()) };
        }
        self.set_pair(Kind::Slice, words);
        Ok(())
    }

    /// Stores a new map.
    #[inline]
    pub fn set_new_map(self, cx: &mut NativeCx<'a>) -> Result<(), Fault> {
        if self.kind() == Kind::Map {
            let random = cx.random();
            self.set_bits(map::make(&mut cx.worker.local.alloc, self.ty, 0, random)?);
        }
        Ok(())
    }

    /// Sets a map's element; key and element are of its types.
    pub fn set_entry(
        self,
        cx: &mut NativeCx<'a>,
        key: Place<'a>,
        elem: Place<'a>,
    ) -> Result<(), Fault> {
        let types = self.key_type().zip(self.elem_type());
        let fits = types.is_some_and(|(k, e)| std::ptr::eq(k, key.ty) && std::ptr::eq(e, elem.ty));
        if self.kind() != Kind::Map || !fits {
            return Err(Fault::Internal("a map of other types".into()));
        }
        let mut regs = [[0; gol_bytecode::MAX_REG_WORDS as usize]; 2];
        // SAFETY: the map is of the types of key and element.
        unsafe {
            mem::load_regs(key.ty, key.at, regs[0].as_mut_ptr());
            mem::load_regs(elem.ty, elem.at, regs[1].as_mut_ptr());
            let alloc = &mut cx.worker.local.alloc;
            map::set(alloc, self.ty, self.word(), regs[0].as_ptr(), regs[1].as_ptr())
        }
    }

    /// A map's element, as it is now, copied into a variable of the type; whether there is one.
    pub fn copy_entry(self, key: Place<'a>, into: Place<'a>) -> Result<bool, Fault> {
        let types = self.key_type().zip(self.elem_type());
        let fits = types.is_some_and(|(k, e)| std::ptr::eq(k, key.ty) && std::ptr::eq(e, into.ty));
        if self.kind() != Kind::Map || !fits {
            return Ok(false);
        }
        let mut regs = [0; gol_bytecode::MAX_REG_WORDS as usize];
        // SAFETY: as in `set_entry`.
        unsafe {
            mem::load_regs(key.ty, key.at, regs.as_mut_ptr());
            let found = map::get(self.ty, self.word(), regs.as_ptr())?;
            if let Some(at) = found {
                mem::copy(into.ty, into.at, at);
            }
            Ok(found.is_some())
        }
    }
}

/// The type of pointers to a type.
pub fn pointer_type<'a>(cx: &NativeCx<'a>, ty: &'a RType) -> Result<&'a RType, Fault> {
    crate::reflect::pointer_to(cx, ty)
}

/// Whether values of a type have the methods of an interface type.
pub fn has_methods(ty: &RType, interface: &RType) -> bool {
    crate::reflect::implements(ty, interface)
}

/// A nil pointer of a pointer type; nil for other types.
pub fn nil_of(ty: &RType) -> Value<'_> {
    if ty.desc.kind == Kind::Pointer { Value { rtype: Some(ty), data: 0 } } else { Value::NIL }
}
