//! A small assembler: programs are built instruction by instruction, jumps by label.

#![allow(dead_code)] // Each test uses a part of it.
#![allow(clippy::unwrap_used)] // A test may fail so.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use gol_bytecode::layout;
use gol_bytecode::{
    FuncFlags, FuncIdx, Function, Instr, Kind, LeafKind, Method, MethodDesc, MethodIdx, NativeIdx,
    Program, PtrMap, StrIdx, TypeDesc, TypeIdx,
};
use gol_vm::native::Natives;
use gol_vm::{Config, Outcome, Runtime};

pub(crate) const INT: TypeIdx = TypeIdx(0);
pub(crate) const STRING: TypeIdx = TypeIdx(1);
pub(crate) const RUNTIME_ERROR: TypeIdx = TypeIdx(2);
pub(crate) const CHAN_INT: TypeIdx = TypeIdx(3);
pub(crate) const SLICE_INT: TypeIdx = TypeIdx(4);
pub(crate) const ERROR_METHOD: MethodIdx = MethodIdx(0);

/// One function under construction.
#[derive(Default)]
pub(crate) struct Asm {
    code: Vec<u64>,
}

impl Asm {
    pub(crate) fn new() -> Asm {
        Asm::default()
    }

    /// The place of the next instruction.
    pub(crate) fn here(&self) -> usize {
        self.code.len()
    }

    pub(crate) fn emit<I: Instr>(&mut self, instr: I) -> &mut Asm {
        self.code.extend_from_slice(&instr.encode()[..I::LEN]);
        self
    }

    /// A word of code that was encoded before.
    pub(crate) fn word(&mut self, word: u64) {
        self.code.push(word);
    }

    /// A jump whose target is made known later by [`Asm::land`].
    pub(crate) fn jump<I: Instr>(&mut self, make: impl Fn(i16) -> I + 'static) -> Jump {
        let at = self.here();
        self.emit(make(0));
        Jump { at, len: I::LEN, make: Box::new(move |off| make(off).encode()) }
    }

    pub(crate) fn land(&mut self, jump: Jump) {
        let words = (jump.make)((self.here() - jump.at) as i16);
        self.code[jump.at..jump.at + jump.len].copy_from_slice(&words[..jump.len]);
    }

    /// A jump back to a place.
    pub(crate) fn back<I: Instr>(&mut self, target: usize, make: impl Fn(i16) -> I) -> &mut Asm {
        let off = target as i64 - self.here() as i64;
        self.emit(make(off as i16))
    }

    pub(crate) fn finish(&mut self, name: &str, params: u16, results: u16, regs: u16) -> Function {
        let mut ptr_map = PtrMap::default();
        (0..regs as usize).for_each(|reg| ptr_map.set(reg));
        Function {
            name: name.into(),
            code: std::mem::take(&mut self.code),
            param_words: params,
            result_words: results,
            num_regs: regs,
            ptr_map,
            ..Function::default()
        }
    }
}

pub(crate) struct Jump {
    at: usize,
    len: usize,
    make: Box<dyn Fn(i16) -> [u64; 2]>,
}

pub(crate) fn scalar(string: &str, kind: Kind, leaf: LeafKind) -> TypeDesc {
    let bytes = u32::from(leaf.words()) * 8;
    TypeDesc {
        string: string.into(),
        go_size: 8,
        plain_equal: leaf == LeafKind::W64,
        chan_dir: 3,
        ..TypeDesc::new(kind, &layout::scalar(leaf, u64::from(bytes), bytes))
    }
}

/// A program around functions, the first of which is the entry. Its last function is the `Error`
/// method of `runtime.Error`'s strings.
pub(crate) fn program(mut functions: Vec<Function>) -> Program {
    use gol_bytecode::{Reg, op};
    let mut error = Asm::new();
    error.emit(op::LoadPair { dst: Reg(0), ptr: Reg(0), off: 0 });
    error.emit(op::Return2 { a: Reg(0) });
    functions.push(error.finish("runtime.Error.Error", 1, 2, 4));
    let method = FuncIdx(functions.len() as u32 - 1);
    let mut runtime_error = scalar("runtime.Error", Kind::String, LeafKind::Str);
    runtime_error.methods = vec![MethodDesc { method: ERROR_METHOD, func: Some(method), ty: INT }];
    let mut chan = scalar("chan int", Kind::Chan, LeafKind::Ptr);
    chan.elem = Some(INT);
    let mut slice = scalar("[]int", Kind::Slice, LeafKind::Slice);
    slice.elem = Some(INT);
    let int = scalar("int", Kind::Int, LeafKind::W64);
    let string = scalar("string", Kind::String, LeafKind::Str);
    let error = Method {
        name: "Error".into(),
        pkg_path: String::new(),
        param_words: 0,
        result_words: 2,
        ty: INT,
    };
    Program {
        functions,
        types: vec![int, string, runtime_error, chan, slice],
        methods: vec![error],
        natives: vec!["runtime.printint".into(), "runtime.printnl".into()],
        runtime_error: RUNTIME_ERROR,
        plain_error: RUNTIME_ERROR,
        assertion_error: RUNTIME_ERROR,
        nil_error: RUNTIME_ERROR,
        error_method: ERROR_METHOD,
        string_method: MethodIdx(1),
        ..Program::default()
    }
}

pub(crate) const PRINT_INT: NativeIdx = NativeIdx(0);
pub(crate) const PRINT_NL: NativeIdx = NativeIdx(1);

pub(crate) fn string(program: &mut Program, text: &str) -> StrIdx {
    program.strings.push(text.into());
    StrIdx(program.strings.len() as u32 - 1)
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs a program on one worker; what it printed and how it ended.
pub(crate) fn run(program: &Program) -> (String, Outcome) {
    run_with(program, Config { workers: 1, ..Config::default() })
}

pub(crate) fn run_with(program: &Program, config: Config) -> (String, Outcome) {
    let out = Buffer::default();
    let config = Config { stdout: Box::new(out.clone()), stderr: Box::new(out.clone()), ..config };
    let mut runtime = Runtime::new(config, program, &Natives::default()).unwrap();
    let outcome = runtime.run();
    let shared = std::sync::Arc::downgrade(runtime.shared());
    drop(runtime);
    assert!(shared.upgrade().is_none(), "a runtime that is dropped leaves nothing");
    let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
    (text, outcome)
}

pub(crate) fn defers(mut function: Function, recover_pc: usize) -> Function {
    function.flags = FuncFlags { defers: true, ..function.flags };
    function.recover_pc = Some(recover_pc as u32);
    function
}
