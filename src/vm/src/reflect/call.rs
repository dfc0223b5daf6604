//! Calls in both directions. No native stands between two gol frames:
//!
//! - `startCall` lays out arguments as the function wants them, makes its frame above that of the
//!   gol function which called the native, and is done: the called function returns right behind
//!   the native's call. There stands `endCall`, which picks the results up. They lie above the
//!   caller's frame or, if the call needed a frame block of its own, in [`Local::returned`]; which
//!   of them is computed as [`push_above`](frame::push_above) computes it. No safepoint lies between
//!   the return and `endCall`, so nobody has to know these words.
//! - A function that `MakeFunc` makes is a closure over a few instructions of its own
//!   ([`trampoline`]), one piece of code for each type: `ReflectArgs` makes a `[]Value` of the
//!   parameters, an ordinary call passes it to a gol closure, `ReflectResults` takes the returned
//!   `[]Value` apart.
//!
//! [`Local::returned`]: crate::Local

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, OnceLock, PoisonError};

use gol_bytecode::{CLOSURE_HEADER_WORDS, FuncFlags, Function, Instr, PtrMap, Reg, op};
use gol_heap::LayoutSpec;
use smallvec::SmallVec;

use crate::code::RtFunction;
use crate::defer;
use crate::fault::Fault;
use crate::frame::{self, HEADER_ABOVE, Regs};
use crate::iface;
use crate::local::VmWorker;
use crate::native::{NativeCx, NativeResult};
use crate::rtype::RType;
use crate::value::Value;

use super::memory::to_iface;
use super::types::{methods, rtype_at};
use super::{METHOD, METHOD_SHIFT, Reflected, Table, misuse};

pub(super) const NATIVES: Table = &[
    ("startCall", start_call),
    ("endCall", end_call),
    ("newFunc", new_func),
    ("funcPC", |cx| {
        let function = cx.reflected()?.word();
        // SAFETY: a function value is nil or a closure's address; one that was made here says what
        // it stands for.
        cx.ret_uint(unsafe {
            match RtFunction::entry_of(function) {
                MADE => (function as *const u64).add(MADE_ENTRY).read(),
                entry => entry,
            }
        });
        Ok(())
    }),
    ("methodPC", |cx| {
        let (ty, index) = (cx.rtype()?, cx.int() as usize);
        let method = methods(cx, ty).nth(index).map(|m| m.method);
        let func = method.and_then(|m| ty.find_method(m)).and_then(|slot| slot.func);
        cx.ret_uint(func.map_or(0, |func| u64::from(func.0) << 32 | 1));
        Ok(())
    }),
];

/// The entry of functions that `newFunc` makes, which are none of the program's.
const MADE: u64 = (u32::MAX as u64) << 32 | 1;
/// Words of such a closure: the function, the implementation, the type, and the entry of what it
/// stands for, 0 if that is nothing.
const MADE_WORDS: usize = 4;
const MADE_ENTRY: usize = 3;

/// Bytes of a `reflect.Value` in memory.
const VALUE_BYTES: usize = 24;

/// What a call of a function value or method leads to.
struct Target<'a> {
    function: &'static RtFunction,
    closure: u64,
    /// Data word of the receiver.
    receiver: Option<u64>,
    /// The function's type, without receiver.
    ty: &'a RType,
}

impl<'a> Target<'a> {
    fn of(cx: &mut NativeCx<'a>, value: Reflected<'a>) -> Result<Target<'a>, Fault> {
        if value.flag & METHOD != 0 {
            return Target::of_method(cx, value, (value.flag >> METHOD_SHIFT) as usize);
        }
        let closure = value.word();
        // SAFETY: a function value is nil or a closure's address, whose first word is its function.
        let function = unsafe { (closure as *const *const RtFunction).as_ref() };
        let function = function.ok_or_else(Fault::nil_dereference)?;
        // SAFETY: as above.
        Ok(Target { function: unsafe { &**function }, closure, receiver: None, ty: value.ty })
    }

    fn of_method(
        cx: &mut NativeCx<'a>,
        value: Reflected<'a>,
        index: usize,
    ) -> Result<Target<'a>, Fault> {
        let held = to_iface(cx, value);
        let (method, dynamic) = if value.kind() == gol_bytecode::Kind::Interface {
            (value.ty.desc.iface_methods.get(index).copied(), iface::dynamic_type(held))
        } else {
            (methods(cx, value.ty).nth(index).map(|m| m.method), Some(value.ty))
        };
        let method = method.ok_or_else(|| misuse("a method"))?;
        let dynamic = dynamic.ok_or_else(Fault::nil_dereference)?;
        let func = dynamic.find_method(method).and_then(|slot| slot.func);
        let func = func.ok_or_else(|| misuse("a method that was compiled"))?;
        let described = cx.shared().image().methods.get(method.0 as usize).map(|m| m.ty);
        let ty = rtype_at(cx, described.ok_or_else(|| misuse("a method"))?);
        let function = cx.worker.local.func(func);
        Ok(Target { function, closure: 0, receiver: Some(held[1]), ty })
    }
}

/// The function of a method value, without its receiver.
pub(super) fn method_value<'a>(cx: &mut NativeCx<'a>, value: Reflected<'a>) -> Option<Value<'a>> {
    let target = Target::of(cx, value).ok()?;
    let words = [iface::type_word(target.ty), target.function.static_closure as u64];
    // SAFETY: the words of an interface with a function of this type.
    Some(unsafe { Value::from_words(words) })
}

/// The values of a `[]Value`.
fn values<'a>(words: [u64; 2]) -> impl Iterator<Item = Result<Reflected<'a>, Fault>> {
    let (data, len) = (words[0] as *const u64, crate::slice::len(words));
    (0..len).map(move |i| {
        // SAFETY: the slice has so many values of three words.
        unsafe {
            let at = data.add(i * VALUE_BYTES / 8);
            let ty = (*at as *const RType).as_ref().ok_or_else(|| misuse("a type"))?;
            Ok(Reflected { ty, content: *at.add(1), flag: *at.add(2) })
        }
    })
}

/// Stores a value into a `[]Value`.
///
/// # Safety
/// `data` leads to more than `i` values.
unsafe fn store(data: *mut u64, i: usize, value: Reflected<'_>) {
    // SAFETY: as the caller promises.
    unsafe {
        let at = data.add(i * VALUE_BYTES / 8);
        gol_heap::store_word(at, iface::type_word(value.ty));
        gol_heap::store_word(at.add(1), value.content);
        gol_heap::store_word(at.add(2), value.flag);
    }
}

/// `func startCall(f Value, args []Value)`: the arguments have the parameters' types.
fn start_call(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let args = cx.slice().words();
    let target = Target::of(cx, value)?;
    let mut words: SmallVec<[u64; 32]> = target.receiver.into_iter().collect();
    for arg in values(args) {
        let arg = arg?;
        words.extend_from_slice(&arg.own_words(cx)[..usize::from(arg.ty.desc.words)]);
    }
    if words.len() != usize::from(target.function.param_words) {
        return Err(misuse("these parameters"));
    }
    let local = &mut cx.worker.local;
    let ctx = defer::context(local);
    // SAFETY: the running goroutine was saved to go on behind the native's call.
    let next = unsafe { (*ctx).ip };
    let fp = frame::push_above(local, target.function, target.closure, local.fp, next)?;
    // SAFETY: the new frame has room for its parameters.
    unsafe { std::ptr::copy_nonoverlapping(words.as_ptr(), fp, words.len()) };
    local.fp = fp;
    local.ip = target.function.entry;
    cx.entered = true;
    Ok(())
}

/// `func endCall(f Value, results []Value)`: right behind `startCall`.
fn end_call(cx: &mut NativeCx<'_>) -> NativeResult {
    let value = cx.reflected()?;
    let results = cx.slice().words();
    let target = Target::of(cx, value)?;
    let local = &cx.worker.local;
    let base = Regs(local.fp).function().num_regs as usize + HEADER_ABOVE;
    let above = local.fp.wrapping_add(base);
    let function = target.function;
    let words = function.num_regs.max(u32::from(function.result_words)) as usize;
    let from: SmallVec<[u64; 32]> = if above.wrapping_add(words) <= local.limit {
        // SAFETY: the function's frame lay here and has left its results.
        unsafe { std::slice::from_raw_parts(above, usize::from(function.result_words)) }.into()
    } else {
        local.returned.as_slice().into()
    };
    let mut at = 0;
    for (i, ty) in target.ty.results.iter().enumerate() {
        // SAFETY: types of loaded functions' results are loaded; the words are a value of the type.
        let (ty, words) = unsafe { (&**ty, from.as_ptr().add(at)) };
        if i >= crate::slice::len(results) || at + usize::from(ty.desc.words) > from.len() {
            return Err(misuse("these results"));
        }
        // SAFETY: as above; the slice has so many values.
        unsafe {
            let result = Reflected::from_regs(cx, ty, words)?;
            store(results[0] as *mut u64, i, result);
        }
        at += usize::from(ty.desc.words);
    }
    Ok(())
}

// -- Functions made of a function on values

/// The code of made functions, by their types.
#[derive(Default)]
struct Trampolines(Mutex<HashMap<usize, Box<Trampoline>>>);

struct Trampoline {
    function: RtFunction,
    /// What the function's entry leads to.
    #[allow(dead_code)]
    code: Box<[u64]>,
}

fn words_of(types: &[*const RType]) -> usize {
    // SAFETY: types of loaded functions' parameters are loaded.
    types.iter().map(|ty| usize::from(unsafe { &**ty }.desc.words)).sum()
}

fn push<I: Instr>(code: &mut Vec<u64>, instr: I) {
    code.extend_from_slice(&instr.encode()[..I::LEN]);
}

/// The code of a function type: see the file's head. Captures the gol closure and the type.
fn trampoline(cx: &NativeCx<'_>, ty: &RType) -> Result<Trampoline, Fault> {
    let (params, results) = (words_of(&ty.params), words_of(&ty.results));
    let closure = params.max(results);
    let base = closure + 1 + usize::from(CLOSURE_HEADER_WORDS);
    let num_regs = base + 2;
    if num_regs >= usize::from(u16::MAX) {
        return Err(misuse("so many parameters"));
    }
    let reg = |at: usize| Reg(at as u16);
    let mut code = Vec::new();
    push(&mut code, op::ReflectArgs { dst: reg(base), closure: reg(closure) });
    push(&mut code, op::CallClosure { base: reg(base), closure: reg(closure) });
    push(&mut code, op::ReflectResults { a: reg(base) });
    push(&mut code, op::ReturnN { a: Reg(0), n: results as u16 });
    let code = code.into_boxed_slice();
    let mut ptr_map = PtrMap::default();
    (0..num_regs).for_each(|at| ptr_map.set(at));
    let source = Function {
        name: "reflect.makeFuncStub".to_owned(),
        param_words: params as u16,
        result_words: results as u16,
        num_regs: num_regs as u16,
        ptr_map,
        flags: FuncFlags { wrapper: true, is_std: true, ..FuncFlags::default() },
        ..Function::default()
    };
    let layout = LayoutSpec { period: 8 * MADE_WORDS as u32, pointers: [8].into() };
    let function = RtFunction {
        tables: std::ptr::from_ref(&[]),
        entry: code.as_ptr(),
        num_regs: num_regs as u32,
        param_words: params as u16,
        result_words: results as u16,
        wrapper: true,
        closure_layout: cx.shared().heap().register_layout(layout),
        static_closure: std::ptr::null(),
        code_len: code.len() as u32,
        source: Box::new(source),
        idx: u32::MAX,
        live: OnceLock::new(),
    };
    Ok(Trampoline { function, code })
}

/// `func newFunc(t *rtype, impl func([]Value) []Value, entry uintptr) Value`; what `impl` returns
/// has the results' types.
fn new_func(cx: &mut NativeCx<'_>) -> NativeResult {
    let (ty, implementation, entry) = (cx.rtype()?, cx.word(), cx.uint());
    let trampolines = cx.state::<Trampolines>();
    let mut known = trampolines.0.lock().unwrap_or_else(PoisonError::into_inner);
    let key = std::ptr::from_ref(ty).addr();
    let function = match known.entry(key) {
        Entry::Occupied(entry) => &entry.into_mut().function,
        Entry::Vacant(entry) => &entry.insert(Box::new(trampoline(cx, ty)?)).function,
    };
    let closure = cx.alloc(8 * MADE_WORDS, function.closure_layout).cast::<u64>();
    if !closure.is_null() {
        // SAFETY: the new object has so many words.
        unsafe {
            *closure = std::ptr::from_ref(function) as u64;
            gol_heap::store_word(closure.add(1), implementation);
            *closure.add(2) = iface::type_word(ty);
            *closure.add(MADE_ENTRY) = entry;
        }
    }
    cx.ret_reflected(Reflected { ty, content: closure as u64, flag: ty.desc.kind as u64 });
    Ok(())
}

/// The gol closure and the type that the running trampoline has captured.
fn captured<'a>(r: Regs) -> (u64, &'a RType) {
    // SAFETY: `ReflectArgs` and `ReflectResults` stand in trampolines only.
    unsafe { (*r.closure().add(1), &*(*r.closure().add(2) as *const RType)) }
}

/// `ReflectArgs`: the `[]Value` of the parameters, and the closure to be called with it.
pub(crate) fn pack_args(worker: &mut VmWorker, r: Regs) -> Result<([u64; 2], u64), Fault> {
    let (implementation, ty) = captured(r);
    let n = ty.params.len();
    let heap = worker.local.shared.heap();
    let layout =
        heap.register_layout(LayoutSpec { period: VALUE_BYTES as u32, pointers: [8].into() });
    let mut cx = NativeCx::new(worker, r.0);
    let data = cx.alloc(n * VALUE_BYTES, layout).cast::<u64>();
    if data.is_null() {
        return Err(Fault::out_of_memory());
    }
    let mut at = 0;
    for (i, param) in ty.params.iter().enumerate() {
        // SAFETY: the frame's first registers are the parameters; the array has room for them.
        unsafe {
            let value = Reflected::from_regs(&mut cx, &**param, r.0.add(at))?;
            store(data, i, value);
            at += usize::from(value.ty.desc.words);
        }
    }
    Ok(([data as u64, crate::slice::pack(n, n)], implementation))
}

/// `ReflectResults`: the words of a returned `[]Value` become the frame's results.
pub(crate) fn unpack_results(
    worker: &mut VmWorker,
    r: Regs,
    results: [u64; 2],
) -> Result<(), Fault> {
    let (_, ty) = captured(r);
    let mut cx = NativeCx::new(worker, r.0);
    let mut at = 0;
    for (value, ty) in values(results).zip(&ty.results) {
        let value = value?;
        if !std::ptr::eq(value.ty, *ty) {
            return Err(misuse("these results"));
        }
        let words = value.own_words(&mut cx);
        for word in &words[..usize::from(value.ty.desc.words)] {
            // SAFETY: the trampoline's frame has room for its results.
            unsafe { *r.0.add(at) = *word };
            at += 1;
        }
    }
    if cx.out_of_memory { Err(Fault::out_of_memory()) } else { Ok(()) }
}
