//! Loading: a compiled program becomes functions with addresses, run-time types, constants.
//!
//! Everything stays at its address and hardly anything changes: tables are vectors whose capacity
//! is reserved at the first load (address space, not memory), so that workers can keep their bases
//! and a session can [`extend`](Image::extend) the program while the world stands still. Only the
//! methods of a type may then become others.

use std::sync::OnceLock;

use gol_bytecode::{Function, Kind, MethodIdx, Program, PtrMap, TypeDesc, TypeIdx};
use gol_heap::{Heap, LayoutSpec};

use crate::code::RtFunction;
use crate::native::{NativeFn, Natives};
use crate::rtype::{MapLayout, MethodSlot, RType};

/// What can keep a program from being loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// No native function of this name is registered.
    MissingNative(String),
    /// The program has grown beyond what the runtime can hold.
    TooLarge(&'static str),
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LoadError::MissingNative(name) => write!(f, "native function {name} does not exist"),
            LoadError::TooLarge(what) => write!(f, "program too large: too many {what}"),
        }
    }
}

impl std::error::Error for LoadError {}

/// Addresses of a program's tables, as workers keep them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tables {
    pub(crate) funcs: *const RtFunction,
    pub(crate) types: *const *const RType,
    pub(crate) consts: *const u64,
    pub(crate) strings: *const [u64; 2],
    pub(crate) natives: *const NativeFn,
    pub(crate) globals: *mut u8,
}

/// Types that the runtime itself makes values of, and methods that it calls.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WellKnown {
    pub(crate) runtime_error: TypeIdx,
    pub(crate) plain_error: TypeIdx,
    pub(crate) assertion_error: TypeIdx,
    pub(crate) nil_error: TypeIdx,
    pub(crate) error_method: MethodIdx,
    pub(crate) string_method: MethodIdx,
}

/// A loaded program. What is boxed must not move when the vectors grow.
#[allow(clippy::vec_box)]
pub(crate) struct Image {
    funcs: Vec<RtFunction>,
    types: Vec<*const RType>,
    /// Own what `types` and the functions' code lead to.
    boxed_types: Vec<Box<RType>>,
    code: Vec<Box<[u64]>>,
    closures: Vec<Box<[u64; 2]>>,
    consts: Vec<u64>,
    strings: Vec<[u64; 2]>,
    string_data: Vec<Box<[u8]>>,
    natives: Vec<NativeFn>,
    pub(crate) native_names: Vec<String>,
    globals: Vec<u128>,
    pub(crate) globals_size: usize,
    pub(crate) globals_map: PtrMap,
    pub(crate) known: WellKnown,
    pub(crate) methods: Vec<gol_bytecode::Method>,
}

// SAFETY: the raw pointers lead to memory that the image itself owns and that is not written
// after loading, but for package variables, which only running gol code touches.
unsafe impl Send for Image {}
// SAFETY: as above.
unsafe impl Sync for Image {}

fn reserve<T>(len: usize, at_least: usize) -> Vec<T> {
    Vec::with_capacity((len * 2).max(at_least))
}

impl Image {
    pub(crate) fn load(
        heap: &Heap,
        program: &Program,
        natives: &Natives,
        globals_reserve: usize,
    ) -> Result<Image, LoadError> {
        let globals_bytes = program.globals_size as usize + globals_reserve;
        let mut image = Image {
            funcs: reserve(program.functions.len(), 1 << 16),
            types: reserve(program.types.len(), 1 << 16),
            boxed_types: Vec::new(),
            code: Vec::new(),
            closures: Vec::new(),
            consts: reserve(program.consts.len(), 1 << 16),
            strings: reserve(program.strings.len(), 1 << 16),
            string_data: Vec::new(),
            natives: reserve(program.natives.len(), 1 << 13),
            native_names: Vec::new(),
            globals: vec![0; globals_bytes.div_ceil(16)],
            globals_size: 0,
            globals_map: PtrMap::default(),
            known: WellKnown::default(),
            methods: Vec::new(),
        };
        image.extend(heap, program, natives)?;
        Ok(image)
    }

    /// Takes up what a program has more than is loaded. What was loaded before stays as it is.
    pub(crate) fn extend(
        &mut self,
        heap: &Heap,
        program: &Program,
        natives: &Natives,
    ) -> Result<(), LoadError> {
        self.check_room(program)?;
        self.add_natives(program, natives)?;
        self.consts.extend_from_slice(&program.consts[self.consts.len()..]);
        self.add_strings(program);
        self.update_types(program);
        self.add_types(heap, program);
        for function in &program.functions[self.funcs.len()..] {
            self.add_function(heap, function);
        }
        self.globals_size = program.globals_size as usize;
        self.globals_map = program.globals_map.clone();
        self.methods.extend_from_slice(&program.methods[self.methods.len()..]);
        self.known = WellKnown {
            runtime_error: program.runtime_error,
            plain_error: program.plain_error,
            assertion_error: program.assertion_error,
            nil_error: program.nil_error,
            error_method: program.error_method,
            string_method: program.string_method,
        };
        Ok(())
    }

    fn check_room(&self, program: &Program) -> Result<(), LoadError> {
        let checks = [
            (program.functions.len() <= self.funcs.capacity(), "functions"),
            (program.types.len() <= self.types.capacity(), "types"),
            (program.consts.len() <= self.consts.capacity(), "constants"),
            (program.strings.len() <= self.strings.capacity(), "strings"),
            (program.natives.len() <= self.natives.capacity(), "native functions"),
            (program.globals_size as usize <= self.globals.len() * 16, "package variables"),
        ];
        match checks.iter().find(|(fits, _)| !fits) {
            Some((_, what)) => Err(LoadError::TooLarge(what)),
            None => Ok(()),
        }
    }

    fn add_natives(&mut self, program: &Program, natives: &Natives) -> Result<(), LoadError> {
        for name in &program.natives[self.natives.len()..] {
            let own = || {
                let sched = || crate::natives_sched::find(name);
                crate::builtin::find(name).or_else(sched).or_else(|| crate::reflect::find(name))
            };
            let found = natives.find(name).or_else(own);
            self.natives.push(found.ok_or_else(|| LoadError::MissingNative(name.clone()))?);
            self.native_names.push(name.clone());
        }
        Ok(())
    }

    fn add_strings(&mut self, program: &Program) {
        for text in &program.strings[self.strings.len()..] {
            let data: Box<[u8]> = text.as_slice().into();
            let address = if data.is_empty() { 0 } else { data.as_ptr() as u64 };
            self.strings.push([address, data.len() as u64]);
            self.string_data.push(data);
        }
    }

    fn add_function(&mut self, heap: &Heap, function: &Function) {
        let code: Box<[u64]> = function.code.as_slice().into();
        let mut pointers = vec![];
        for index in 0..usize::from(function.captures) {
            if function.capture_map.get(index) {
                pointers.push((index as u32 + 1) * 8);
            }
        }
        let period = (u32::from(function.captures) + 1) * 8;
        let layout = heap.register_layout(LayoutSpec { period, pointers: pointers.into() });
        let mut closure = Box::new([0_u64; 2]);
        let mut source = Box::new(function.clone());
        source.code = Vec::new();
        self.funcs.push(RtFunction {
            entry: code.as_ptr(),
            num_regs: u32::from(function.num_regs.max(function.param_words)),
            param_words: function.param_words,
            result_words: function.result_words,
            wrapper: function.flags.wrapper,
            closure_layout: layout,
            static_closure: closure.as_ptr(),
            code_len: code.len() as u32,
            tables: std::ptr::from_ref(&*source.jump_tables),
            source,
            idx: self.funcs.len() as u32,
            live: OnceLock::new(),
        });
        let address = std::ptr::from_ref(&self.funcs[self.funcs.len() - 1]);
        closure[0] = address as u64;
        self.code.push(code);
        self.closures.push(closure);
    }

    fn add_types(&mut self, heap: &Heap, program: &Program) {
        let first = self.types.len();
        for (number, desc) in program.types.iter().enumerate().skip(first) {
            let rtype = Box::new(new_type(heap, program, number, desc));
            self.types.push(std::ptr::from_ref(&*rtype));
            self.boxed_types.push(rtype);
        }
        for rtype in &mut self.boxed_types[first..] {
            let address = |idx: Option<TypeIdx>| match idx {
                Some(idx) => self.types[idx.0 as usize],
                None => std::ptr::null(),
            };
            rtype.elem = address(rtype.desc.elem);
            rtype.key = address(rtype.desc.key);
            rtype.fields = rtype.desc.fields.iter().map(|f| address(Some(f.ty))).collect();
            rtype.params = rtype.desc.params.iter().map(|&ty| address(Some(ty))).collect();
            rtype.results = rtype.desc.results.iter().map(|&ty| address(Some(ty))).collect();
        }
        self.add_map_layouts(heap, first);
        // Boxes were written through after their addresses were taken; take the addresses anew.
        for number in first..self.types.len() {
            self.types[number] = std::ptr::from_ref(&*self.boxed_types[number]);
        }
    }

    /// Types that are loaded can have got methods, and methods functions.
    fn update_types(&mut self, program: &Program) {
        for (number, rtype) in self.boxed_types.iter_mut().enumerate() {
            let desc = &program.types[number];
            rtype.desc.pointer_to = desc.pointer_to;
            if rtype.desc.methods != desc.methods {
                rtype.methods = method_table(desc);
                rtype.desc.methods.clone_from(&desc.methods);
                self.types[number] = std::ptr::from_ref(&**rtype);
            }
        }
    }

    /// Needs keys and elements with their own types in place.
    fn add_map_layouts(&mut self, heap: &Heap, first: usize) {
        for number in first..self.boxed_types.len() {
            let rtype = &self.boxed_types[number];
            if rtype.desc.kind != Kind::Map {
                continue;
            }
            // SAFETY: null or types of this image, which are not written meanwhile.
            let parts = unsafe { (rtype.key.as_ref(), rtype.elem.as_ref()) };
            let (Some(key), Some(elem)) = parts else { continue };
            let layout = MapLayout::new(heap, key, elem);
            self.boxed_types[number].map = Some(layout);
        }
    }

    pub(crate) fn tables(&self) -> Tables {
        Tables {
            funcs: self.funcs.as_ptr(),
            types: self.types.as_ptr(),
            consts: self.consts.as_ptr(),
            strings: self.strings.as_ptr(),
            natives: self.natives.as_ptr(),
            globals: self.globals.as_ptr().cast_mut().cast(),
        }
    }

    /// A type of the program.
    pub(crate) fn desc(&self, ty: u32) -> Option<&TypeDesc> {
        self.boxed_types.get(ty as usize).map(|rtype| &rtype.desc)
    }

    /// Whether so many bytes at an address are part of one string literal.
    pub(crate) fn has_literal(&self, address: u64, size: u64) -> bool {
        self.strings.iter().any(|[start, len]| {
            address.checked_sub(*start).is_some_and(|offset| offset.saturating_add(size) <= *len)
        })
    }

    /// All types of the program.
    pub(crate) fn types(&self) -> &[*const RType] {
        &self.types
    }

    pub(crate) fn functions(&self) -> &[RtFunction] {
        &self.funcs
    }
}

fn new_type(heap: &Heap, program: &Program, number: usize, desc: &TypeDesc) -> RType {
    RType {
        idx: TypeIdx(number as u32),
        layout: heap.register_layout(layout_of(program, desc)),
        elem: std::ptr::null(),
        key: std::ptr::null(),
        fields: Box::new([]),
        params: Box::new([]),
        results: Box::new([]),
        methods: method_table(desc),
        map: None,
        plain_equal: desc.plain_equal,
        desc: desc.clone(),
    }
}

/// The layout of a value; long arrays repeat their element's.
fn layout_of(program: &Program, desc: &TypeDesc) -> LayoutSpec {
    let mut size = desc.size;
    if desc.kind == Kind::Array
        && desc.len > 8
        && let Some(elem) = desc.elem
    {
        size = program.types[elem.0 as usize].size;
    }
    LayoutSpec::of(size, &desc.pointers)
}

fn method_table(desc: &TypeDesc) -> Box<[MethodSlot]> {
    if desc.methods.is_empty() {
        return Box::new([]);
    }
    let size = (desc.methods.len() * 2).next_power_of_two();
    let empty = MethodSlot { method: MethodIdx(u32::MAX), func: None };
    let mut table = vec![empty; size].into_boxed_slice();
    for method in &desc.methods {
        let mut at = method.method.0 as usize & (size - 1);
        while table[at].method.0 != u32::MAX {
            at = (at + 1) & (size - 1);
        }
        table[at] = MethodSlot { method: method.method, func: method.func };
    }
    table
}
