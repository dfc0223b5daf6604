//! Views of values for native code: strings, slices, and values of any type.
//!
//! Views are copies of words; what they lead to lies in the heap, which collects only at
//! safepoints, so they are valid until the native returns (their lifetime). Scripts with data races
//! can change the bytes under a view, as they can in Go.

use std::marker::PhantomData;

use gol_bytecode::LeafKind;
pub use gol_bytecode::{FieldDesc, Kind};

use crate::fault::Fault;
use crate::native::NativeCx;
pub use crate::reflect::Shown;
pub use crate::rtype::RType;

/// A string.
#[derive(Clone, Copy)]
pub struct GoStr<'a> {
    words: [u64; 2],
    life: PhantomData<&'a [u8]>,
}

impl<'a> GoStr<'a> {
    pub const EMPTY: GoStr<'static> = GoStr { words: [0, 0], life: PhantomData };

    /// # Safety
    /// The two words of a string that lives as long as `'a`.
    #[inline(always)]
    pub(crate) unsafe fn from_words(words: [u64; 2]) -> GoStr<'a> {
        GoStr { words, life: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn words(self) -> [u64; 2] {
        self.words
    }

    #[inline]
    pub fn as_bytes(self) -> &'a [u8] {
        // SAFETY: a string's words are address and length of bytes that live for `'a`.
        unsafe { view(self.words[0], self.words[1] as usize) }
    }

    /// As text; bytes that are no UTF-8 are replaced.
    #[inline]
    pub fn to_text(self) -> std::borrow::Cow<'a, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    #[inline]
    pub fn len(self) -> usize {
        self.words[1] as usize
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.words[1] == 0
    }

    /// The part `lo..hi`, sharing the bytes; bounds beyond the end are cut.
    #[must_use]
    #[inline]
    pub fn part(self, lo: usize, hi: usize) -> GoStr<'a> {
        let hi = hi.min(self.len());
        let lo = lo.min(hi);
        GoStr { words: [self.words[0] + lo as u64, (hi - lo) as u64], life: PhantomData }
    }
}

/// Bytes at an address, which may be 0 if there are none.
///
/// # Safety
/// `len` bytes at `address` live for `'a`.
#[inline]
unsafe fn view<'a>(address: u64, len: usize) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: as the caller promises.
    unsafe { std::slice::from_raw_parts(address as *const u8, len) }
}

/// A slice of any element type.
#[derive(Clone, Copy)]
pub struct GoSlice<'a> {
    words: [u64; 2],
    life: PhantomData<&'a [u8]>,
}

impl<'a> GoSlice<'a> {
    /// # Safety
    /// The two words of a slice that lives as long as `'a`.
    #[inline]
    pub(crate) unsafe fn from_words(words: [u64; 2]) -> GoSlice<'a> {
        GoSlice { words, life: PhantomData }
    }

    #[inline]
    pub(crate) fn words(self) -> [u64; 2] {
        self.words
    }

    #[inline]
    pub fn is_nil(self) -> bool {
        self.words[0] == 0
    }

    #[inline]
    pub fn len(self) -> usize {
        self.words[1] as u32 as usize
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub fn cap(self) -> usize {
        (self.words[1] >> 32) as usize
    }

    /// The strings of a `[]string`.
    #[inline]
    pub fn strings(self) -> impl ExactSizeIterator<Item = GoStr<'a>> + Clone {
        // SAFETY: natives call this on arguments declared as `[]string`: 16 bytes an element.
        (0..self.len()).map(move |i| unsafe { GoStr::from_words(self.pair(i)) })
    }

    /// String `i` of a `[]string`, if there are so many.
    #[inline]
    pub fn string(self, i: usize) -> Option<GoStr<'a>> {
        // SAFETY: as in `strings`.
        (i < self.len()).then(|| unsafe { GoStr::from_words(self.pair(i)) })
    }

    /// The slices of a `[][]byte`.
    #[inline]
    pub fn byte_slices(self) -> impl ExactSizeIterator<Item = GoBytes<'a>> + Clone {
        // SAFETY: as in `strings`, for `[][]byte`.
        (0..self.len()).map(move |i| unsafe { GoBytes::from_words(self.pair(i)) })
    }

    /// The values of an `[]any`.
    #[inline]
    pub fn values(self) -> impl ExactSizeIterator<Item = Value<'a>> + Clone {
        // SAFETY: as in `strings`, for `[]any`.
        (0..self.len()).map(move |i| unsafe { Value::from_words(self.pair(i)) })
    }

    /// Value `i` of an `[]any`, if there are so many.
    #[inline]
    pub fn value(self, i: usize) -> Option<Value<'a>> {
        // SAFETY: as in `values`.
        (i < self.len()).then(|| unsafe { Value::from_words(self.pair(i)) })
    }

    /// # Safety
    /// Elements are pairs and `i` is below the length.
    #[inline]
    unsafe fn pair(self, i: usize) -> [u64; 2] {
        // SAFETY: as the caller promises; elements that are pairs are aligned to 16.
        unsafe { gol_heap::load_pair((self.words[0] as *const u64).add(i * 2)) }
    }

    /// The numbers of an `[]int` (or of any slice of 64-bit numbers).
    #[inline]
    pub fn words64(self) -> &'a [u64] {
        if self.is_empty() {
            return &[];
        }
        // SAFETY: natives call this on arguments with 8-byte elements, aligned to 8.
        unsafe { std::slice::from_raw_parts(self.words[0] as *const u64, self.len()) }
    }

    /// The numbers of a `[]rune`, `[]int32` or `[]uint32`.
    #[inline]
    pub fn words32(self) -> &'a [u32] {
        if self.is_empty() {
            return &[];
        }
        // SAFETY: natives call this on arguments with 4-byte elements, aligned to 4.
        unsafe { std::slice::from_raw_parts(self.words[0] as *const u32, self.len()) }
    }

    /// The same, to be written.
    #[inline]
    pub fn words32_mut(&mut self) -> &'a mut [u32] {
        if self.is_empty() {
            return &mut [];
        }
        // SAFETY: as in `words32`; the native is the only one that runs on this slice unless the
        // script has a data race.
        unsafe { std::slice::from_raw_parts_mut(self.words[0] as *mut u32, self.len()) }
    }

    /// The same for numbers of 64 bits: `sort.Ints` and the like.
    #[inline]
    pub fn words64_mut(&mut self) -> &'a mut [u64] {
        if self.is_empty() {
            return &mut [];
        }
        // SAFETY: as in `words64`; the native is the only one that runs on this slice unless the
        // script has a data race.
        unsafe { std::slice::from_raw_parts_mut(self.words[0] as *mut u64, self.len()) }
    }
}

/// A `[]byte`.
#[derive(Clone, Copy)]
pub struct GoBytes<'a>(GoSlice<'a>);

impl<'a> GoBytes<'a> {
    /// # Safety
    /// The two words of a byte slice that lives as long as `'a`.
    #[inline]
    pub(crate) unsafe fn from_words(words: [u64; 2]) -> GoBytes<'a> {
        GoBytes(GoSlice { words, life: PhantomData })
    }

    #[inline]
    pub(crate) fn words(self) -> [u64; 2] {
        self.0.words
    }

    #[inline]
    pub fn as_bytes(self) -> &'a [u8] {
        // SAFETY: a byte slice's words.
        unsafe { view(self.0.words[0], self.len()) }
    }

    /// The bytes, to be written. No other view of the same bytes may be used meanwhile.
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub fn as_mut(&mut self) -> &'a mut [u8] {
        if self.is_empty() {
            return &mut [];
        }
        // SAFETY: a byte slice's words; natives use one view of a buffer at a time.
        unsafe { std::slice::from_raw_parts_mut(self.0.words[0] as *mut u8, self.len()) }
    }

    /// Copies as many bytes as fit; returns how many.
    #[inline]
    pub fn fill_from(mut self, bytes: &[u8]) -> usize {
        let n = bytes.len().min(self.len());
        self.as_mut()[..n].copy_from_slice(&bytes[..n]);
        n
    }

    #[inline]
    pub fn len(self) -> usize {
        self.0.len()
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub fn cap(self) -> usize {
        self.0.cap()
    }

    #[inline]
    pub fn is_nil(self) -> bool {
        self.0.is_nil()
    }

    /// The part `lo..hi`, sharing the bytes; bounds beyond the length are cut.
    #[must_use]
    #[inline]
    pub fn part(self, lo: usize, hi: usize) -> GoBytes<'a> {
        let hi = hi.min(self.len());
        let lo = lo.min(hi);
        let cap = (self.cap() - lo) as u64;
        let words = [self.0.words[0] + lo as u64, (hi - lo) as u64 | cap << 32];
        GoBytes(GoSlice { words, life: PhantomData })
    }

    /// The same bytes seen as a string; whoever returns it promises that they are not written.
    #[inline]
    pub fn as_str(self) -> GoStr<'a> {
        GoStr { words: [self.0.words[0], self.len() as u64], life: PhantomData }
    }
}

/// A value with its type, as an interface holds it.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    pub(crate) rtype: Option<&'a RType>,
    pub(crate) data: u64,
}

/// Two words of memory for loading pieces; see [`Value::leaf`].
impl<'a> Value<'a> {
    pub const NIL: Value<'static> = Value { rtype: None, data: 0 };

    /// # Safety
    /// The two words of an interface that lives as long as `'a`.
    #[inline(always)]
    pub(crate) unsafe fn from_words(words: [u64; 2]) -> Value<'a> {
        // SAFETY: a type word is 0 or the address of an `RType` that outlives everything.
        Value { rtype: unsafe { (words[0] as *const RType).as_ref() }, data: words[1] }
    }

    #[inline(always)]
    pub(crate) fn words(self) -> [u64; 2] {
        [self.rtype.map_or(0, |t| std::ptr::from_ref(t) as u64), self.data]
    }

    /// Whether it is a nil interface.
    #[inline]
    pub fn is_nil_iface(self) -> bool {
        self.rtype.is_none()
    }

    #[inline]
    pub fn kind(self) -> Kind {
        self.rtype.map_or(Kind::Invalid, |t| t.desc.kind)
    }

    /// The dynamic type.
    #[inline]
    pub fn rtype(self) -> Option<&'a RType> {
        self.rtype
    }

    /// The type as reflect prints it; `<nil>` for a nil interface.
    #[inline]
    pub fn type_string(self) -> &'a str {
        self.rtype.map_or("<nil>", |t| &t.desc.string)
    }

    #[inline]
    fn direct(self) -> bool {
        self.rtype.is_none_or(|t| t.desc.is_direct())
    }

    /// The register word of a one-word scalar.
    #[inline]
    fn scalar(self) -> u64 {
        if self.direct() { self.data } else { 0 }
    }

    /// Of the signed integer kinds.
    #[inline]
    pub fn int(self) -> i64 {
        self.scalar() as i64
    }

    /// Of the unsigned integer kinds.
    #[inline]
    pub fn uint(self) -> u64 {
        self.scalar()
    }

    #[inline]
    pub fn bool(self) -> bool {
        self.scalar() != 0
    }

    /// Of both float kinds.
    #[inline]
    pub fn float(self) -> f64 {
        match self.kind() {
            Kind::Float32 => f64::from(f32::from_bits(self.scalar() as u32)),
            _ => f64::from_bits(self.scalar()),
        }
    }

    /// Of both complex kinds.
    pub fn complex(self) -> (f64, f64) {
        // SAFETY: an indirect value's data word is the address of a copy in memory.
        unsafe {
            match self.kind() {
                Kind::Complex64 => {
                    let at = self.data as *const f32;
                    (f64::from(*at), f64::from(*at.add(1)))
                }
                Kind::Complex128 => {
                    let at = self.data as *const f64;
                    (*at, *at.add(1))
                }
                _ => (0.0, 0.0),
            }
        }
    }

    #[inline]
    fn memory_pair(self) -> [u64; 2] {
        // SAFETY: strings and slices are indirect: the data word leads to an aligned pair.
        unsafe { gol_heap::load_pair(self.data as *const u64) }
    }

    /// Of kind string.
    #[inline]
    pub fn string(self) -> GoStr<'a> {
        if self.kind() != Kind::String {
            return GoStr::EMPTY;
        }
        GoStr { words: self.memory_pair(), life: PhantomData }
    }

    /// Of kind slice.
    #[inline]
    pub fn slice(self) -> GoSlice<'a> {
        let words = if self.kind() == Kind::Slice { self.memory_pair() } else { [0, 0] };
        GoSlice { words, life: PhantomData }
    }

    /// The bytes of a slice or array of bytes; empty for everything else.
    pub fn bytes(self) -> GoBytes<'a> {
        let elem = self.elem_type().map(|t| t.desc.kind);
        if !matches!(elem, Some(Kind::Uint8 | Kind::Int8)) {
            return GoBytes(GoSlice { words: [0, 0], life: PhantomData });
        }
        match (self.kind(), self.memory()) {
            (Kind::Slice, _) => GoBytes(self.slice()),
            (Kind::Array, Some(at)) => {
                let len = self.len() as u64;
                GoBytes(GoSlice { words: [at as u64, len | len << 32], life: PhantomData })
            }
            _ => GoBytes(GoSlice { words: [0, 0], life: PhantomData }),
        }
    }

    /// The byte of an array of one, which has no memory of its own.
    #[inline]
    pub fn only_byte(self) -> Option<u8> {
        let elem = self.elem_type()?.desc.kind;
        let one = self.kind() == Kind::Array && self.direct() && self.len() == 1;
        (one && elem == Kind::Uint8).then_some(self.data as u8)
    }

    /// Where an indirect value lies in memory.
    #[inline]
    fn memory(self) -> Option<*const u8> {
        (!self.direct()).then_some(self.data as *const u8)
    }

    /// The address in a pointer, map, channel, function, slice or `unsafe.Pointer`.
    #[inline]
    pub fn address(self) -> u64 {
        match self.kind() {
            Kind::Slice => self.slice().words[0],
            Kind::Pointer | Kind::Map | Kind::Chan | Kind::Func | Kind::UnsafePointer => self.data,
            _ => 0,
        }
    }

    /// Whether a pointer, map, channel, function, slice or interface is nil.
    pub fn is_nil(self) -> bool {
        match self.kind() {
            Kind::Invalid => true,
            Kind::Slice
            | Kind::Pointer
            | Kind::Map
            | Kind::Chan
            | Kind::Func
            | Kind::UnsafePointer => self.address() == 0,
            _ => false,
        }
    }

    /// Length of an array, slice, string, map or channel.
    pub fn len(self) -> usize {
        match self.kind() {
            Kind::String => self.string().len(),
            Kind::Slice => self.slice().len(),
            Kind::Array => self.rtype.map_or(0, |t| t.desc.len as usize),
            Kind::Map => crate::map::len(self.data) as usize,
            // SAFETY: a channel's data word is nil or a channel.
            Kind::Chan => unsafe { crate::chan::len(self.channel()) as usize },
            _ => 0,
        }
    }

    #[inline]
    fn channel(self) -> *const crate::chan::Chan<crate::context::Context> {
        self.data as *const _
    }

    /// Capacity of a slice, array or channel.
    #[inline]
    pub fn cap(self) -> usize {
        match self.kind() {
            Kind::Slice => self.slice().cap(),
            // SAFETY: as in `len`.
            Kind::Chan => unsafe { crate::chan::cap(self.channel()) as usize },
            Kind::Array => self.len(),
            _ => 0,
        }
    }

    /// Keys and elements of a map, in no order; what is in them, where they are interfaces.
    pub fn map_entries(self, cx: &mut NativeCx<'a>) -> Result<Vec<(Value<'a>, Value<'a>)>, Fault> {
        let (Kind::Map, Some(rtype)) = (self.kind(), self.rtype) else { return Ok(Vec::new()) };
        let (Some(key), Some(elem)) = (self.key_type(), self.elem_type()) else {
            return Ok(Vec::new());
        };
        let mut iter = [0; gol_bytecode::MAP_ITER_WORDS as usize];
        let (mut k, mut v) = ([0; MAX_WORDS], [0; MAX_WORDS]);
        let mut entries = Vec::with_capacity(self.len());
        // SAFETY: the data word is a map of the type; the buffers hold any register form.
        unsafe {
            crate::map::iter_init(self.data, 0, iter.as_mut_ptr());
            while crate::map::iter_next(rtype, iter.as_mut_ptr(), k.as_mut_ptr(), v.as_mut_ptr())? {
                entries.push((boxed(cx, key, &k)?, boxed(cx, elem, &v)?));
            }
        }
        Ok(entries)
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Element type of a pointer, slice, array, map or channel.
    #[inline]
    pub fn elem_type(self) -> Option<&'a RType> {
        // SAFETY: null or a type that outlives everything.
        self.rtype.and_then(|t| unsafe { t.elem.as_ref() })
    }

    #[inline]
    pub fn key_type(self) -> Option<&'a RType> {
        // SAFETY: as in `elem_type`.
        self.rtype.and_then(|t| unsafe { t.key.as_ref() })
    }

    /// The element type of a type.
    #[inline]
    pub fn elem_type_of(ty: &RType) -> Option<&RType> {
        // SAFETY: as in `elem_type`.
        unsafe { ty.elem.as_ref() }
    }

    /// The type of field `i` of a struct type.
    #[inline]
    pub fn field_type_of(ty: &RType, i: usize) -> Option<&RType> {
        // SAFETY: field types outlive everything.
        ty.fields.get(i).and_then(|ty| unsafe { ty.as_ref() })
    }

    /// The type of field `i` of a struct.
    #[inline]
    pub fn field_type(self, i: usize) -> Option<&'a RType> {
        let ty = *self.rtype?.fields.get(i)?;
        // SAFETY: field types outlive everything.
        unsafe { ty.as_ref() }
    }

    /// How many entries a map has; 0 for every other kind.
    #[inline]
    pub fn map_len(self) -> usize {
        if self.kind() == Kind::Map { crate::map::len(self.data) as usize } else { 0 }
    }

    /// Fields of a struct type.
    #[inline]
    pub fn fields(self) -> &'a [FieldDesc] {
        self.rtype.map_or(&[], |t| &t.desc.fields)
    }

    /// Field `i` of a struct; what is in it, if it is an interface.
    #[inline]
    pub fn field(self, cx: &mut NativeCx<'a>, i: usize) -> Option<Value<'a>> {
        let rtype = self.rtype?;
        let desc = rtype.desc.fields.get(i)?;
        // SAFETY: field types outlive everything.
        let ty: &RType = unsafe { &**rtype.fields.get(i)? };
        Some(self.part(cx, ty, desc.offset))
    }

    /// Element `i` of an array or slice; what is in it, if it is an interface.
    pub fn index(self, cx: &mut NativeCx<'a>, i: usize) -> Option<Value<'a>> {
        let ty = self.elem_type()?;
        if i >= self.len() {
            return None;
        }
        let offset = i as u64 * ty.desc.size;
        if self.kind() == Kind::Slice {
            let at = self.address() + offset;
            // SAFETY: the element lies in the slice.
            return Some(unsafe { load_boxed(cx, ty, at as *const u8) });
        }
        Some(self.part(cx, ty, offset))
    }

    /// A part of a struct or array. If the whole is direct, its one word is that of its one part
    /// that has any.
    #[inline]
    fn part(self, cx: &mut NativeCx<'a>, ty: &'a RType, offset: u64) -> Value<'a> {
        match self.memory() {
            // SAFETY: the part lies in the value's copy.
            Some(at) => unsafe { load_boxed(cx, ty, at.add(offset as usize)) },
            None if ty.desc.words == 0 => Value { rtype: Some(ty), data: 0 },
            None => Value { rtype: Some(ty), data: self.data },
        }
    }

    /// What a pointer points to; `None` for nil and for other kinds.
    #[inline]
    pub fn elem(self, cx: &mut NativeCx<'a>) -> Option<Value<'a>> {
        if self.kind() != Kind::Pointer || self.data == 0 {
            return None;
        }
        let ty = self.elem_type()?;
        // SAFETY: a pointer that is not nil leads to a value of its element type.
        Some(unsafe { load_boxed(cx, ty, self.data as *const u8) })
    }
}

const MAX_WORDS: usize = gol_bytecode::MAX_REG_WORDS as usize;

/// A value in register form as an interface; what is in it, if it is one itself.
///
/// # Safety
/// The registers hold a value of the type.
unsafe fn boxed<'a>(
    cx: &mut NativeCx<'a>,
    ty: &'a RType,
    regs: &[u64; MAX_WORDS],
) -> Result<Value<'a>, Fault> {
    let words = if ty.desc.kind == Kind::Interface {
        [regs[0], regs[1]]
    } else {
        // SAFETY: as the caller promises.
        unsafe { crate::iface::make(&mut cx.worker.local.alloc, ty, regs.as_ptr()) }?
    };
    // SAFETY: the words of an interface.
    Ok(unsafe { Value::from_words(words) })
}

/// The value of type `ty` at an address, boxed: a copy, unless it fits the data word. For an
/// interface type, what is in the interface.
///
/// # Safety
/// A value of that type lies there.
pub(crate) unsafe fn load_boxed<'a>(
    cx: &mut NativeCx<'a>,
    ty: &'a RType,
    at: *const u8,
) -> Value<'a> {
    // SAFETY: the caller promises the value; copies are as large as it.
    unsafe {
        if ty.desc.kind == Kind::Interface {
            return Value::from_words(gol_heap::load_pair(at.cast()));
        }
        if ty.desc.is_direct() {
            let data = ty
                .desc
                .leaves
                .first()
                .map_or(0, |leaf| load_scalar(leaf.kind, at.add(leaf.offset as usize)));
            return Value { rtype: Some(ty), data };
        }
        let size = ty.desc.size as usize;
        let copy = cx.alloc(size, ty.layout);
        if !copy.is_null() {
            std::ptr::copy_nonoverlapping(at, copy, size);
        }
        Value { rtype: Some(ty), data: copy as u64 }
    }
}

/// Loads a one-word leaf in its register form.
///
/// # Safety
/// A leaf of that kind lies at `at`.
pub(crate) unsafe fn load_scalar(kind: LeafKind, at: *const u8) -> u64 {
    // SAFETY: as the caller promises; leaves are aligned to their size.
    unsafe {
        match kind {
            LeafKind::I8 => i64::from(at.cast::<i8>().read()) as u64,
            LeafKind::U8 => u64::from(at.read()),
            LeafKind::I16 => i64::from(at.cast::<i16>().read()) as u64,
            LeafKind::U16 => u64::from(at.cast::<u16>().read()),
            LeafKind::I32 => i64::from(at.cast::<i32>().read()) as u64,
            LeafKind::U32 | LeafKind::F32 => u64::from(at.cast::<u32>().read()),
            _ => at.cast::<u64>().read(),
        }
    }
}

/// Stores a one-word leaf from its register form.
///
/// # Safety
/// A place for a leaf of that kind lies at `at`.
pub(crate) unsafe fn store_scalar(kind: LeafKind, at: *mut u8, word: u64) {
    // SAFETY: as the caller promises.
    unsafe {
        match kind {
            LeafKind::I8 | LeafKind::U8 => at.write(word as u8),
            LeafKind::I16 | LeafKind::U16 => at.cast::<u16>().write(word as u16),
            LeafKind::I32 | LeafKind::U32 | LeafKind::F32 => at.cast::<u32>().write(word as u32),
            _ => gol_heap::store_word(at.cast(), word),
        }
    }
}
