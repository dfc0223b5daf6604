//! Natives of fmt: printing.
//!
//! `sprint` and `fprint` print operands until they are done or a method has to be called (see
//! `printer.rs`). What they return then beside the text so far, a `pause`, they get back with what
//! the method returned. It has six words: the method's number, flags of the directive and of the run
//! and (in the upper half) the verb; width and precision; where the run stands; the open frames;
//! the value.

#[path = "directive.rs"]
mod directive;
#[path = "order.rs"]
mod order;
#[path = "printer.rs"]
mod printer;
#[path = "verbs.rs"]
mod verbs;

use gol_vm::Fault;
use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use gol_vm::value::{GoStr, Kind, Value};

use directive::{Directive, Operands, PLUS, PLUS_V, SHARP, SHARP_V, Target};
use printer::{Call, Interfaces, Printer, Step};

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("sprint", sprint), ("fprint", fprint), ("wrapped", wrapped)];

/// What is printed: the operands of `Print`, of `Println`, or a format.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Print,
    Println,
    Printf,
}

/// Flags of a run beside those of its directive.
const REORDERED: u64 = 1 << 16;
/// The verb is `%w`, which methods see as `%v`.
const WRAPPING: u64 = 1 << 18;
/// Operands that no directive asked for are printed.
const EXTRA: u64 = 1 << 17;

/// A call of `sprint` or `fprint`.
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
    /// Reads the arguments; the answer of the method that was called is printed.
    fn read(cx: &mut NativeCx<'a>) -> Result<Run<'a>, Fault> {
        let mode = cx.int();
        let (format, values, interfaces) = (cx.str(), cx.slice(), cx.iface());
        let (how, sizes, place) = (cx.uint(), cx.uint(), cx.uint());
        let kept = cx.kept();
        let (_, answer) = (cx.iface(), cx.str());
        let mut printer = Printer::new(Interfaces::of(interfaces)?, mode == 3);
        printer.text.out.reserve(format.len() + 64);
        let next = (place >> 32) as usize;
        if how != 0 {
            printer.text.directive = Directive {
                flags: how & 0xFFF0,
                width: sizes as u32,
                precision: (sizes >> 32) as u32,
            };
            let verb = if how & WRAPPING != 0 { 'w' as u32 } else { (how >> 32) as u32 };
            printer.verb = char::from_u32(verb).unwrap_or('v');
            printer.resume(kept);
            printer.answer(how & 15, answer.as_bytes());
        }
        Ok(Run {
            mode: match mode {
                0 => Mode::Print,
                1 => Mode::Println,
                _ => Mode::Printf,
            },
            format,
            operands: Operands::new(values, next, how & REORDERED != 0),
            at: place as u32 as usize,
            extra: how & EXTRA != 0,
            printer,
        })
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
    fn ret_pause(&self, cx: &mut NativeCx<'a>, call: Option<Call<'a>>) {
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
    let mut run = Run::read(cx)?;
    let call = run.go(cx)?;
    cx.ret_str(&run.printer.text.out);
    run.ret_pause(cx, call);
    Ok(())
}

fn fprint(cx: &mut NativeCx<'_>) -> NativeResult {
    let mut run = Run::read(cx)?;
    let call = run.go(cx)?;
    cx.ret_bytes(&run.printer.text.out);
    run.ret_pause(cx, call);
    Ok(())
}

/// `wrapped(format string, a []any) []int`: the operands of `%w`.
fn wrapped(cx: &mut NativeCx<'_>) -> NativeResult {
    let format = cx.str().as_bytes();
    let mut operands = Operands::new(cx.slice(), 0, false);
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
