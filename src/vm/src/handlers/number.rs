//! Constants, moves, arithmetic, conversions, comparisons to booleans.

use gol_bytecode::Reg;

use super::{hot, slow};
use crate::dispatch::Ctl;
use crate::fault::Fault;
use crate::frame::Regs;
use crate::{iface, mem};

/// `r[dst] = f(r[a], r[b])` on words.
macro_rules! binary {
    ($($name:ident |$a:ident, $b:ident| $value:expr;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let ($a, $b) = (r.get(o.a), r.get(o.b));
            r.set(o.dst, $value);
            Ctl::Next
        }
    )*} };
}

/// `r[dst] = f(r[a], imm)` on words.
macro_rules! immediate {
    ($($name:ident |$a:ident, $imm:ident| $value:expr;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let ($a, $imm) = (r.get(o.a), i64::from(o.imm) as u64);
            r.set(o.dst, $value);
            Ctl::Next
        }
    )*} };
}

/// `r[dst] = f(r[a])` on words.
macro_rules! unary {
    ($($name:ident |$a:ident| $value:expr;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let $a = r.get(o.a);
            r.set(o.dst, $value);
            Ctl::Next
        }
    )*} };
}

/// Division: `r[dst] = f(r[a], r[b])`, which panics for 0.
macro_rules! division {
    ($($name:ident |$a:ident, $b:ident| $value:expr;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let ($a, $b) = (r.get(o.a), r.get(o.b));
            if $b == 0 {
                return Ctl::Divide;
            }
            r.set(o.dst, $value);
            Ctl::Next
        }
    )*} };
}

fn boolean(value: bool) -> u64 {
    u64::from(value)
}

hot! {
    Nop(worker, r, ip, o) { Ctl::Next }

    Move(worker, r, ip, o) {
        r.set(o.dst, r.get(o.a));
        Ctl::Next
    }

    Move2(worker, r, ip, o) {
        r.move2(o.dst, o.a);
        Ctl::Next
    }

    MoveN(worker, r, ip, o) {
        // SAFETY: invariant *frames*.
        unsafe { Regs::copy(r.ptr(o.a), r.ptr(o.dst), o.n as usize) };
        Ctl::Next
    }

    LoadInt(worker, r, ip, o) {
        r.set(o.dst, i64::from(o.value) as u64);
        Ctl::Next
    }

    LoadConst(worker, r, ip, o) {
        r.set(o.dst, worker.local.constant(o.constant));
        Ctl::Next
    }

    LoadStr(worker, r, ip, o) {
        r.set2(o.dst, worker.local.string(o.string));
        Ctl::Next
    }

    LoadZero(worker, r, ip, o) {
        let dst = r.ptr(o.dst);
        for at in 0..o.n as usize {
            // SAFETY: invariant *frames*. Volatile, for a few words are not worth a vector.
            unsafe { dst.add(at).write_volatile(0) };
        }
        Ctl::Next
    }

    LoadFunc(worker, r, ip, o) {
        r.set(o.dst, worker.local.func(o.func).static_closure as u64);
        Ctl::Next
    }

    LoadType(worker, r, ip, o) {
        r.set(o.dst, iface::type_word(worker.local.rtype(o.ty)));
        Ctl::Next
    }

    CheckShift(worker, r, ip, o) {
        if r.int(o.a) < 0 {
            return Ctl::Slow(negative_shift);
        }
        Ctl::Next
    }

    SumI64Imm(worker, r, ip, o) {
        let sum = r.get(o.a).wrapping_add(r.get(o.b));
        r.set(o.dst, sum.wrapping_add_signed(i64::from(o.imm)));
        Ctl::Next
    }

    MulAddI64(worker, r, ip, o) {
        r.set(o.dst, r.get(o.a).wrapping_mul(r.get(o.b)).wrapping_add(r.get(o.c)));
        Ctl::Next
    }

    MulAddI64Imm(worker, r, ip, o) {
        let product = r.get(o.a).wrapping_mul(i64::from(o.imm) as u64);
        r.set(o.dst, product.wrapping_add(r.get(o.c)));
        Ctl::Next
    }

    DivI64Power(worker, r, ip, o) {
        let a = r.int(o.a);
        r.set(o.dst, (a.wrapping_add(below_zero(a, o.imm)) >> (o.imm & 63)) as u64);
        Ctl::Next
    }

    RemI64Power(worker, r, ip, o) {
        let a = r.int(o.a);
        let bias = below_zero(a, o.imm);
        let mask = (1 << (o.imm & 63)) - 1;
        r.set(o.dst, ((a.wrapping_add(bias) & mask) - bias) as u64);
        Ctl::Next
    }
}

/// Three float64 operands.
macro_rules! chain {
    ($($name:ident |$a:ident, $b:ident, $c:ident| $value:expr;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let ($a, $b, $c) = (r.f64(o.a), r.f64(o.b), r.f64(o.c));
            r.set_f64(o.dst, $value);
            Ctl::Next
        }
    )*} };
}

chain! {
    MulAddF64 |a, b, c| a * b + c;
    MulSubF64 |a, b, c| a * b - c;
    MulMulF64 |a, b, c| a * b * c;
    AddAddF64 |a, b, c| a + b + c;
    SubAddF64 |a, b, c| a - b + c;
}

/// What makes a shift round towards 0: a negative number divided by 2 to the power of `power`
/// needs so much added first.
#[inline(always)]
fn below_zero(a: i64, power: u16) -> i64 {
    ((a >> 63) as u64 >> ((64 - power) & 63)) as i64
}

fn negative_shift(
    worker: &mut crate::local::VmWorker,
    r: Regs,
    ip: *const u64,
) -> crate::dispatch::Code {
    crate::dispatch::raise_at(worker, ip, r.0, Fault::Runtime("negative shift amount".into()))
}

binary! {
    AddI64 |a, b| a.wrapping_add(b);
    SubI64 |a, b| a.wrapping_sub(b);
    MulI64 |a, b| a.wrapping_mul(b);
    AndI64 |a, b| a & b;
    OrI64 |a, b| a | b;
    XorI64 |a, b| a ^ b;
    AndNotI64 |a, b| a & !b;
    ShlI64 |a, b| if b > 63 { 0 } else { a << b };
    ShrI64 |a, b| (a as i64 >> b.min(63)) as u64;
    ShrU64 |a, b| if b > 63 { 0 } else { a >> b };
    AddI32 |a, b| (a as i32).wrapping_add(b as i32) as i64 as u64;
    SubI32 |a, b| (a as i32).wrapping_sub(b as i32) as i64 as u64;
    MulI32 |a, b| (a as i32).wrapping_mul(b as i32) as i64 as u64;
    AddU32 |a, b| u64::from((a as u32).wrapping_add(b as u32));
    SubU32 |a, b| u64::from((a as u32).wrapping_sub(b as u32));
    MulU32 |a, b| u64::from((a as u32).wrapping_mul(b as u32));
    ShlU32 |a, b| if b > 31 { 0 } else { u64::from((a as u32) << b) };
    EqI64 |a, b| boolean(a == b);
    NeI64 |a, b| boolean(a != b);
    LtI64 |a, b| boolean((a as i64) < b as i64);
    LeI64 |a, b| boolean(a as i64 <= b as i64);
    LtU64 |a, b| boolean(a < b);
    LeU64 |a, b| boolean(a <= b);
}

division! {
    DivI64 |a, b| (a as i64).wrapping_div(b as i64) as u64;
    RemI64 |a, b| (a as i64).wrapping_rem(b as i64) as u64;
    DivU64 |a, b| a / b;
    RemU64 |a, b| a % b;
}

immediate! {
    AddI64Imm |a, imm| a.wrapping_add(imm);
    RsubI64Imm |a, imm| imm.wrapping_sub(a);
    MulI64Imm |a, imm| a.wrapping_mul(imm);
    AndI64Imm |a, imm| a & imm;
    OrI64Imm |a, imm| a | imm;
    XorI64Imm |a, imm| a ^ imm;
    ShlI64Imm |a, imm| a << (imm & 63);
    ShrI64Imm |a, imm| (a as i64 >> (imm & 63)) as u64;
    ShrU64Imm |a, imm| a >> (imm & 63);
    AddI32Imm |a, imm| (a as i32).wrapping_add(imm as i32) as i64 as u64;
    AddU32Imm |a, imm| u64::from((a as u32).wrapping_add(imm as u32));
    EqI64Imm |a, imm| boolean(a == imm);
    NeI64Imm |a, imm| boolean(a != imm);
}

/// Divisions by a constant, which the compiler promises not to be 0.
macro_rules! by_constant {
    ($($name:ident |$a:ident, $imm:ident: $ty:ty| $value:expr;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let ($a, $imm) = (r.get(o.a) as $ty, <$ty>::from(o.imm));
            if $imm == 0 {
                return Ctl::Divide;
            }
            r.set(o.dst, $value as u64);
            Ctl::Next
        }
    )*} };
}

by_constant! {
    DivI64Imm |a, imm: i64| a.wrapping_div(imm);
    RemI64Imm |a, imm: i64| a.wrapping_rem(imm);
    DivU64Imm |a, imm: u64| a / imm;
    RemU64Imm |a, imm: u64| a % imm;
}

unary! {
    NegI64 |a| a.wrapping_neg();
    NotI64 |a| !a;
    NotBool |a| a ^ 1;
    SExt8 |a| a as i8 as i64 as u64;
    SExt16 |a| a as i16 as i64 as u64;
    SExt32 |a| a as i32 as i64 as u64;
    ZExt8 |a| a & 0xff;
    ZExt16 |a| a & 0xffff;
    ZExt32 |a| a & 0xffff_ffff;
    I64ToF64 |a| (a as i64 as f64).to_bits();
    U64ToF64 |a| (a as f64).to_bits();
    I64ToF32 |a| u64::from((a as i64 as f32).to_bits());
    U64ToF32 |a| u64::from((a as f32).to_bits());
    F64ToI64 |a| float_to_int(f64::from_bits(a)) as u64;
    F64ToU64 |a| float_to_uint(f64::from_bits(a));
    F64ToF32 |a| u64::from((f64::from_bits(a) as f32).to_bits());
    F32ToF64 |a| f64::from(f32::from_bits(a as u32)).to_bits();
    NegF32 |a| a ^ 0x8000_0000;
    NegF64 |a| a ^ 1 << 63;
    AbsF64 |a| a & !(1 << 63);
    SqrtF64 |a| f64::from_bits(a).sqrt().to_bits();
    FloorF64 |a| f64::from_bits(a).floor().to_bits();
    CeilF64 |a| f64::from_bits(a).ceil().to_bits();
    TruncF64 |a| f64::from_bits(a).trunc().to_bits();
}

/// As `cvttsd2si`: what does not fit becomes the smallest integer.
#[inline(always)]
fn float_to_int(value: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value) {
        value as i64
    } else {
        i64::MIN
    }
}

/// As Go on amd64: below 2^63 as a signed conversion, above it the rest with the top bit set.
#[inline(always)]
fn float_to_uint(value: f64) -> u64 {
    const TOP: f64 = 9_223_372_036_854_775_808.0;
    if value < TOP {
        float_to_int(value) as u64
    } else {
        float_to_int(value - TOP) as u64 ^ 1 << 63
    }
}

/// `r[dst] = f(r[a], r[b])` on floats.
macro_rules! float {
    ($($name:ident $get:ident $set:ident |$a:ident, $b:ident| $value:expr;)*) => { hot! {$(
        $name(worker, r, ip, o) {
            let ($a, $b) = (r.$get(o.a), r.$get(o.b));
            r.$set(o.dst, $value);
            Ctl::Next
        }
    )*} };
}

float! {
    AddF64 f64 set_f64 |a, b| a + b;
    SubF64 f64 set_f64 |a, b| a - b;
    MulF64 f64 set_f64 |a, b| a * b;
    DivF64 f64 set_f64 |a, b| a / b;
    AddF32 f32 set_f32 |a, b| a + b;
    SubF32 f32 set_f32 |a, b| a - b;
    MulF32 f32 set_f32 |a, b| a * b;
    DivF32 f32 set_f32 |a, b| a / b;
    EqF64 f64 set |a, b| boolean(a == b);
    NeF64 f64 set |a, b| boolean(a != b);
    LtF64 f64 set |a, b| boolean(a < b);
    LeF64 f64 set |a, b| boolean(a <= b);
    EqF32 f32 set |a, b| boolean(a == b);
    NeF32 f32 set |a, b| boolean(a != b);
    LtF32 f32 set |a, b| boolean(a < b);
    LeF32 f32 set |a, b| boolean(a <= b);
}

/// The two parts of a complex operand.
#[inline(always)]
fn complex(r: Regs, reg: Reg) -> (f64, f64) {
    let [re, im] = r.get2(reg);
    (f64::from_bits(re), f64::from_bits(im))
}

#[inline(always)]
fn complex64(r: Regs, reg: Reg) -> (f32, f32) {
    let [re, im] = r.get2(reg);
    (f32::from_bits(re as u32), f32::from_bits(im as u32))
}

#[inline(always)]
fn set_complex64(r: Regs, reg: Reg, re: f32, im: f32) {
    r.set2(reg, [u64::from(re.to_bits()), u64::from(im.to_bits())]);
}

hot! {
    MulC128(worker, r, ip, o) {
        let ((a, b), (c, d)) = (complex(r, o.a), complex(r, o.b));
        r.set2(o.dst, [(a * c - b * d).to_bits(), (a * d + b * c).to_bits()]);
        Ctl::Next
    }

    MulC64(worker, r, ip, o) {
        let ((a, b), (c, d)) = (complex64(r, o.a), complex64(r, o.b));
        set_complex64(r, o.dst, a * c - b * d, a * d + b * c);
        Ctl::Next
    }
}

slow! {
    DivC128(worker, r, ip, o) {
        let (re, im) = divide(complex(r, o.a), complex(r, o.b));
        r.set2(o.dst, [re.to_bits(), im.to_bits()]);
        Ok(())
    }

    DivC64(worker, r, ip, o) {
        let ((a, b), (c, d)) = (complex64(r, o.a), complex64(r, o.b));
        let wide = |re: f32, im: f32| (f64::from(re), f64::from(im));
        let (re, im) = divide(wide(a, b), wide(c, d));
        set_complex64(r, o.dst, re as f32, im as f32);
        Ok(())
    }

    EqIface(worker, r, ip, o) {
        r.set(o.dst, boolean(iface::equal(r.get2(o.a), r.get2(o.b))?));
        Ok(())
    }

    EqMem(worker, r, ip, o) {
        let (a, b) = (r.get(o.a), r.get(o.b));
        if a == 0 || b == 0 {
            return Err(Fault::nil_dereference());
        }
        let rtype = worker.local.rtype(o.ty);
        // SAFETY: both operands are addresses of values of the type.
        let equal = unsafe { mem::equal(rtype, a as *const u8, b as *const u8) };
        r.set(o.dst, boolean(equal?));
        Ok(())
    }

    EqRegs(worker, r, ip, o) {
        let rtype = worker.local.rtype(o.ty);
        // SAFETY: both operands are register forms of values of the type.
        let equal = unsafe { mem::equal_regs(rtype, r.ptr(o.a), r.ptr(o.b)) };
        r.set(o.dst, boolean(equal?));
        Ok(())
    }
}

/// Complex division by Smith's method, with the infinities and NaNs of C99's annex G.
fn divide((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    let (re, im) = if c.abs() >= d.abs() {
        let ratio = d / c;
        let denominator = c + ratio * d;
        ((a + b * ratio) / denominator, (b - a * ratio) / denominator)
    } else {
        let ratio = c / d;
        let denominator = d + ratio * c;
        ((a * ratio + b) / denominator, (b * ratio - a) / denominator)
    };
    if re.is_nan() && im.is_nan() { special_quotient((a, b), (c, d), (re, im)) } else { (re, im) }
}

fn special_quotient((a, b): (f64, f64), (c, d): (f64, f64), ordinary: (f64, f64)) -> (f64, f64) {
    let one = |x: f64| if x.is_infinite() { 1.0_f64 } else { 0.0 }.copysign(x);
    if c == 0.0 && d == 0.0 && (!a.is_nan() || !b.is_nan()) {
        let inf = f64::INFINITY.copysign(c);
        (inf * a, inf * b)
    } else if (a.is_infinite() || b.is_infinite()) && c.is_finite() && d.is_finite() {
        let (a, b) = (one(a), one(b));
        (f64::INFINITY * (a * c + b * d), f64::INFINITY * (b * c - a * d))
    } else if (c.is_infinite() || d.is_infinite()) && a.is_finite() && b.is_finite() {
        let (c, d) = (one(c), one(d));
        (0.0 * (a * c + b * d), 0.0 * (b * c - a * d))
    } else {
        ordinary
    }
}
