//! Natives of fmt: printing.
//!
//! `sprint` and `bprint` print operands until they are done or a method has to be called (see
//! `printer.rs`). What they return then beside the text so far, a `pause`, `resume` gets back with
//! what the method returned. It has six words: the method's number, flags of the directive and of the
//! run and (in the upper half) the verb; width and precision; where the run stands; the open frames;
//! the value.

#[path = "directive.rs"]
mod directive;
#[path = "order.rs"]
mod order;
#[path = "printer.rs"]
mod printer;
#[path = "scan.rs"]
mod scan;
#[path = "verbs.rs"]
mod verbs;

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::place::Place;
use gol_vm::value::{GoStr, Kind, Value};

use directive::{
    Directive, MINUS, Operands, PLUS, PLUS_V, PRECISION, SHARP, SHARP_V, SPACE, Target, WIDTH, ZERO,
};
use printer::{Call, Interfaces, Printer, Step};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("sprint", sprint),
    ("bprint", bprint),
    ("printBuffered", print_buffered),
    ("resume", resume),
    ("hasFlag", has_flag),
    ("panicText", panic_text),
    ("wrapped", wrapped),
    ("scanQuick", scan_quick),
];

/// What is printed: the operands of `Print`, of `Println`, or a format.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Print,
    Println,
    Printf,
}

/// The method's number in a pause's first word.
const METHOD: u64 = 15;
/// Flags of a run beside those of its directive.
const REORDERED: u64 = 1 << 16;
/// The verb is `%w`, which methods see as `%v`.
const WRAPPING: u64 = 1 << 18;
/// Operands that no directive asked for are printed.
const EXTRA: u64 = 1 << 17;

/// A printing.
struct Run<'a> {
    mode: Mode,
    format: GoStr<'a>,
    operands: Operands<'a>,
    /// Where the format goes on; of `EXTRA`, the first operand.
    at: usize,
    extra: bool,
    printer: Printer<'a>,
}

impl<'a> Run<'a> {
    /// Reads the arguments of one that begins.
    fn begin(cx: &mut NativeCx<'a>) -> Run<'a> {
        let mode = cx.int();
        let (format, values, interfaces) = (cx.str(), cx.slice(), cx.iface());
        let mut printer = Printer::new(Interfaces(interfaces), mode == 3);
        printer.text.out = cx.take_buffer();
        printer.text.out.reserve(format.len() + 64);
        Run {
            mode: match mode {
                0 => Mode::Print,
                1 => Mode::Println,
                _ => Mode::Printf,
            },
            format,
            operands: Operands::new(values),
            at: 0,
            extra: false,
            printer,
        }
    }

    /// Reads the arguments of one that goes on, and prints the answer of the method.
    fn read(cx: &mut NativeCx<'a>) -> Run<'a> {
        let mut run = Run::begin(cx);
        let (how, sizes, place) = (cx.uint(), cx.uint(), cx.uint());
        let kept = cx.kept();
        let (_, answer, has_returned) = (cx.iface(), cx.str(), cx.bool());
        run.at = place as u32 as usize;
        run.extra = how & EXTRA != 0;
        run.operands.next = (place >> 32) as usize;
        run.operands.reordered = how & REORDERED != 0;
        let printer = &mut run.printer;
        printer.text.directive = Directive {
            flags: how & 0xFFF0,
            width: sizes as u32,
            precision: (sizes >> 32) as u32,
        };
        let verb = if how & WRAPPING != 0 { 'w' } else { verb_in(how) };
        printer.resume(verb, kept);
        if has_returned {
            printer.answer(how & METHOD, answer.as_bytes());
        }
        run
    }

    /// Prints until the end or the next call.
    fn go(&mut self, cx: &mut NativeCx<'a>) -> Step<'a> {
        loop {
            if let Some(call) = self.printer.carry_on(cx)? {
                return Ok(Some(call));
            }
            let next = match self.mode {
                Mode::Printf if self.extra => self.next_extra(),
                Mode::Printf => self.next_directive(),
                Mode::Print | Mode::Println => self.next_operand(),
            };
            let Some((value, verb)) = next else { return Ok(None) };
            if let Some(call) = self.printer.operand(cx, value, verb)? {
                return Ok(Some(call));
            }
        }
    }

    /// `Print` and `Println`: spaces between operands.
    fn next_operand(&mut self) -> Option<(Value<'a>, char)> {
        let out = &mut self.printer.text.out;
        let next = self.operands.next;
        let Some(value) = self.operands.values.value(next) else {
            if self.mode == Mode::Println {
                out.push(b'\n');
            }
            return None;
        };
        let is_string = |value: Value<'_>| value.kind() == Kind::String;
        let before = next.checked_sub(1).and_then(|i| self.operands.values.value(i));
        if let Some(before) = before
            && (self.mode == Mode::Println || !is_string(value) && !is_string(before))
        {
            out.push(b' ');
        }
        self.operands.next += 1;
        Some((value, 'v'))
    }

    /// `Printf`: copies the format up to a directive with an operand.
    fn next_directive(&mut self) -> Option<(Value<'a>, char)> {
        let format = self.format.as_bytes();
        while let Some(len) = memchr::memchr(b'%', &format[self.at..]) {
            let text = &mut self.printer.text;
            text.push(&format[self.at..self.at + len]);
            let from = self.at + len + 1;
            let (directive, target, end) = self.operands.directive(format, from, &mut text.out);
            text.directive = directive;
            self.at = end;
            match target {
                Target::Percent => text.out.push(b'%'),
                Target::NoVerb => text.push("%!(NOVERB)"),
                Target::BadIndex(verb) => self.printer.bad(verb, "(BADINDEX)"),
                Target::Missing(verb) => self.printer.bad(verb, "(MISSING)"),
                Target::Operand(verb, index) => {
                    if matches!(verb, 'v' | 'w') {
                        text.directive = of_value(directive);
                    }
                    return Some((self.operands.values.value(index)?, verb));
                }
            }
        }
        let text = &mut self.printer.text;
        text.push(&format[self.at..]);
        self.at = format.len();
        if self.operands.reordered || self.operands.next >= self.operands.values.len() {
            return None;
        }
        text.push("%!(EXTRA ");
        text.directive = Directive::default();
        (self.extra, self.at) = (true, self.operands.next);
        self.next_extra()
    }

    /// Operands that no directive asked for, with their types.
    fn next_extra(&mut self) -> Option<(Value<'a>, char)> {
        let text = &mut self.printer.text;
        while let Some(value) = self.operands.values.value(self.operands.next) {
            if self.operands.next > self.at {
                text.push(", ");
            }
            self.operands.next += 1;
            text.push(value.type_string());
            if !value.is_nil_iface() {
                text.out.push(b'=');
                return Some((value, 'v'));
            }
        }
        text.out.push(b')');
        None
    }

    /// Returns what the next call needs to go on behind a method's; zeros, if there is none.
    fn end(mut self, cx: &mut NativeCx<'a>, call: Option<Call<'a>>) {
        cx.give_buffer(std::mem::take(&mut self.printer.text.out));
        let Some(Call { method, value }) = call else {
            (0..6).for_each(|_| cx.ret_word(0));
            return;
        };
        let kept = self.printer.keep(cx);
        let Directive { flags, width, precision } = self.printer.text.directive;
        let verb = self.printer.verb_of_methods();
        let mut how = method as u64 | flags | (verb as u64) << 32;
        if self.printer.verb != verb {
            how |= WRAPPING;
        }
        if self.operands.reordered {
            how |= REORDERED;
        }
        if self.extra {
            how |= EXTRA;
        }
        cx.ret_uint(how);
        cx.ret_uint(u64::from(width) | u64::from(precision) << 32);
        cx.ret_uint(self.at as u64 | (self.operands.next as u64) << 32);
        cx.ret_kept(&kept);
        cx.ret_iface(value);
    }
}

/// The verb in a pause's first word.
fn verb_in(how: u64) -> char {
    char::from_u32((how >> 32) as u32).unwrap_or('v')
}

/// `+` and `#` mean something else for `%v`.
fn of_value(directive: Directive) -> Directive {
    let mut flags = directive.flags & !(PLUS | SHARP);
    if directive.has(PLUS) {
        flags |= PLUS_V;
    }
    if directive.has(SHARP) {
        flags |= SHARP_V;
    }
    Directive { flags, ..directive }
}

fn sprint(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut run = Run::begin(cx);
    let call = run.go(cx)?;
    cx.ret_str(&run.printer.text.out);
    run.end(cx, call);
    Ok(())
}

fn bprint(cx: &mut NativeCx<'_>) -> NativeResult {
    let run = Run::begin(cx);
    finish_bytes(cx, run)
}

/// Fields of a `bufio.Writer`.
mod writer {
    pub(super) const ERROR: usize = 0;
    pub(super) const BUFFER: usize = 1;
    pub(super) const FILLED: usize = 2;
}

/// `func printBuffered(w any, mode int, format string, a []any, m any) int`: prints into the buffer of a
/// `bufio.Writer`, and says how much; -1 if it has no room or an error, or a method has to be called.
fn print_buffered(cx: &mut NativeCx<'_>) -> NativeResult {
    let target = Place::target(cx.iface());
    let mut run = Run::begin(cx);
    let is_done = target.is_some() && run.go(cx)?.is_none();
    let text = std::mem::take(&mut run.printer.text.out);
    let added = target.filter(|_| is_done).and_then(|writer| add_to(writer, &text));
    cx.give_buffer(text);
    cx.ret_int(added.map_or(-1, |n| n as i64));
    Ok(())
}

/// Adds a text to what is in a writer's buffer; its length, if there is room.
fn add_to(writer: Place<'_>, text: &[u8]) -> Option<usize> {
    let filled = writer.field(writer::FILLED)?;
    let mut buffer = writer.field(writer::BUFFER)?.bytes();
    let at = filled.bits() as usize;
    let room = buffer.as_mut().get_mut(at..at.checked_add(text.len())?)?;
    if !writer.field(writer::ERROR)?.is_nil() {
        return None;
    }
    room.copy_from_slice(text);
    filled.set_bits((at + text.len()) as u64);
    Some(text.len())
}

fn resume(cx: &mut NativeCx<'_>) -> NativeResult {
    let run = Run::read(cx);
    finish_bytes(cx, run)
}

fn finish_bytes<'a>(cx: &mut NativeCx<'a>, mut run: Run<'a>) -> NativeResult {
    let call = run.go(cx)?;
    cx.ret_bytes(&run.printer.text.out);
    run.end(cx, call);
    Ok(())
}

/// `hasFlag(how uint64, c int) bool`: of the letters, `w` and `p` ask for width and precision.
fn has_flag(cx: &mut NativeCx<'_>) -> NativeResult {
    let (how, flag) = (cx.uint(), cx.int());
    let bits = match u8::try_from(flag) {
        Ok(b'-') => MINUS,
        Ok(b'+') => PLUS | PLUS_V,
        Ok(b'#') => SHARP | SHARP_V,
        Ok(b' ') => SPACE,
        Ok(b'0') => ZERO,
        Ok(b'w') => WIDTH,
        Ok(b'p') => PRECISION,
        _ => 0,
    };
    cx.ret_bool(how & bits != 0);
    Ok(())
}

fn panic_text(cx: &mut NativeCx<'_>) -> NativeResult {
    let (how, value) = (cx.uint(), cx.iface());
    let nil_receiver = value.kind() == Kind::Pointer && value.is_nil();
    if nil_receiver {
        cx.ret_str("<nil>");
    } else {
        let method = printer::method_name(how & METHOD);
        cx.ret_str(format!("%!{}(PANIC={method} method: ", verb_in(how)));
    }
    cx.ret_bool(nil_receiver);
    Ok(())
}

/// `wrapped(format string, a []any) []int`: the operands of `%w`.
fn wrapped(cx: &mut NativeCx<'_>) -> NativeResult {
    let format = cx.str().as_bytes();
    let mut operands = Operands::new(cx.slice());
    let (mut at, mut indexes) = (0, Vec::new());
    while let Some(len) = memchr::memchr(b'%', &format[at..]) {
        let (_, target, end) = operands.directive(format, at + len + 1, &mut Vec::new());
        at = end;
        if let Target::Operand('w', index) = target {
            indexes.push(index as i64);
        }
    }
    cx.ret_ints(&indexes);
    Ok(())
}

/// `func scanQuick(text []byte, whole, formatted bool, format string, a []any) int`: how much of a text
/// was read into all operands, -1 if none is stored because something is out of the ordinary. A text
/// that is not whole goes on.
fn scan_quick(cx: &mut NativeCx<'_>) -> NativeResult {
    let (text, whole, formatted) = (cx.bytes(), cx.bool(), cx.bool());
    let format = Some(cx.str()).filter(|_| formatted);
    let operands = cx.slice();
    let format = format.as_ref().map(|format| format.as_bytes());
    let read = scan::quick(cx, text.as_bytes(), whole, format, operands);
    cx.ret_int(read.map_or(-1, |n| n as i64));
    Ok(())
}
