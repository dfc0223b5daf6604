//! Joins instructions as they are emitted.
//!
//! A temporary register is dead once it has been released, because registers are a stack and every
//! path that leaves an expression leaves its temporaries behind. So whenever registers are
//! released, the last two instructions are looked at: if the first one only makes a temporary for
//! the second, they become one. `barrier` keeps labels from getting lost between the two.

use gol_bytecode::{Op, OperandKind, Reg, op};

use crate::builder::Insn;

mod chain;
mod operand;

/// Joins the last instructions as far as it goes; registers from `mark` on are dead.
pub(crate) fn on_release(code: &mut Vec<Insn>, barrier: usize, mark: u16) {
    while code.len() >= barrier + 2 {
        let n = code.len();
        if n >= barrier + 4
            && let Some(joined) = operand::add_product(&code[n - 4..], mark)
                .or_else(|| operand::swap(&code[barrier..n - 4], &code[n - 4..], mark))
        {
            code.truncate(n - 3);
            code[n - 4] = joined;
            continue;
        }
        if n >= barrier + 3
            && let Some(joined) = operand::update_in_place(&code[n - 3..], mark)
                .or_else(|| step_to_length(&code[n - 3..], mark))
        {
            code.truncate(n - 2);
            code[n - 3] = joined;
            continue;
        }
        let (first, second) = (code[n - 2], code[n - 1]);
        let Some(joined) = join(&first, &second, mark) else { return };
        code.pop();
        code[n - 2] = joined;
        loop_step(code, barrier);
    }
}

fn join(first: &Insn, second: &Insn, mark: u16) -> Option<Insn> {
    if first.target.is_some() {
        return None;
    }
    let dead = |r: Reg| r.0 >= mark;
    let joined = move_of_result(first, second, dead)
        .or_else(|| immediate(first, second, dead))
        .or_else(|| compare_and_jump(first, second, dead))
        .or_else(|| chain::floats(first, second, dead))
        .or_else(|| chain::integers(first, second, dead))
        .or_else(|| operand::loaded(first, second, dead))?;
    Some(Insn { target: second.target, ..joined })
}

/// `i++` just before `if i < n` at a loop's end, and the like.
pub(crate) fn loop_step(code: &mut Vec<Insn>, barrier: usize) {
    if code.len() < barrier + 2 {
        return;
    }
    if code.len() >= barrier + 3 && step_apart(code) {
        return;
    }
    let n = code.len();
    let mut step = code[n - 1];
    let done = match (code[n - 2].get(), code[n - 2].get()) {
        (Some(op::AddI64Imm { dst, a, imm }), _) if dst == a => step_by_one(&mut step, dst, imm),
        (_, Some(op::AddI64 { dst, a, b })) if dst == a && dst != b => step_by(&mut step, dst, b),
        _ => false,
    };
    if done {
        code.pop();
        code[n - 2] = step;
    }
}

/// `i++; j--` just before `if i < j` that goes back; the two steps in any order.
fn step_apart(code: &mut Vec<Insn>) -> bool {
    let n = code.len();
    let steps = (code[n - 3].get(), code[n - 2].get(), code[n - 1].get());
    let (Some(one), Some(two), Some(op::LtI64Loop { a, b, off })) = steps else { return false };
    let step = |x: Reg, by: i16| op::AddI64Imm { dst: x, a: x, imm: by };
    let (up, down) = (step(a, 1), step(b, -1));
    if a == b || (one, two) != (up, down) && (one, two) != (down, up) {
        return false;
    }
    let mut joined = code[n - 1];
    joined.set(op::IncDecLtI64Loop { a, b, off });
    code.truncate(n - 2);
    code[n - 3] = joined;
    true
}

/// `x++` or `x--`, then a comparison of x that goes back.
fn step_by_one(step: &mut Insn, x: Reg, by: i16) -> bool {
    macro_rules! forms {
        ($($from:ident $by:literal $limit:ident => $to:ident);*) => {$(
            if let Some(op::$from { a, $limit, off }) = step.get() {
                if a != x || by != $by || !is_other(x, $limit) {
                    return false;
                }
                step.set(op::$to { a, $limit, off });
                return true;
            }
        )*};
    }
    forms!(LtI64Loop 1 b => IncLtI64Loop; LeI64Loop 1 b => IncLeI64Loop;
        LtI64ImmLoop 1 imm => IncLtI64ImmLoop; LeI64ImmLoop 1 imm => IncLeI64ImmLoop;
        GtI64ImmLoop -1 imm => DecGtI64ImmLoop; GeI64ImmLoop -1 imm => DecGeI64ImmLoop);
    false
}

/// `i++; tmp = len(s)`, then `if i < tmp` that goes back.
fn step_to_length(code: &[Insn], mark: u16) -> Option<Insn> {
    let [step, length, jump] = code else { return None };
    let op::AddI64Imm { dst: i, a, imm: 1 } = step.get()? else { return None };
    let op::SliceLen { dst: tmp, slice } = length.get()?;
    let op::LtI64Loop { a: compared, b, off } = jump.get()?;
    let is_slice = i == slice || i.0 == slice.0 + 1;
    if a != i || compared != i || b != tmp || tmp.0 < mark || tmp == i || is_slice {
        return None;
    }
    let mut joined = *jump;
    joined.set(op::IncLtLenLoop { a: i, slice, off });
    Some(joined)
}

/// `x += by`, then a comparison of x that goes back.
fn step_by(step: &mut Insn, x: Reg, by: Reg) -> bool {
    if let Some(op::LtI64Loop { a, b: c, off }) = step.get()
        && a == x
        && c != x
    {
        step.set(op::AddLtI64Loop { a, b: by, c, off });
    } else if let Some(op::LeI64Loop { a, b: c, off }) = step.get()
        && a == x
        && c != x
    {
        step.set(op::AddLeI64Loop { a, b: by, c, off });
    } else {
        return false;
    }
    true
}

/// Whether what a variable is compared with is not that variable.
fn is_other(x: Reg, limit: impl Limit) -> bool {
    limit.register() != Some(x)
}

trait Limit {
    fn register(self) -> Option<Reg>;
}

impl Limit for Reg {
    fn register(self) -> Option<Reg> {
        Some(self)
    }
}

impl Limit for i16 {
    fn register(self) -> Option<Reg> {
        None
    }
}

/// How many registers an instruction's first operand says it writes; 0 where that depends on a
/// type or where writing another register would not be the same.
fn result_words(op: Op) -> u16 {
    use Op::*;
    if op.operands().first().is_none_or(|&(name, kind)| name != "dst" || kind != OperandKind::Dst) {
        return 0;
    }
    match op {
        MoveN | LoadZero | MulC128 | DivC128 | MulC64 | DivC64 | LoadMem | LoadRegIndex
        | MapGet | MapGetOk | AssertType | AssertTypeOk | AssertIfaceOk | UnpackIface
        | LoadCaptureN | Recv | RecvOk => 0,
        Move2 | LoadStr | LoadPair | LoadIndexPair | LoadGlobalPair | ArrayView | SliceSlice
        | SliceStr | MakeSlice | Append8 | Append32 | Append64 | AppendPair | AppendValue
        | AppendZero | AppendMade | AppendSlice | AppendStr | Concat | ConcatN | RuneToStr
        | BytesToStr | StrToBytes | RunesToStr | StrToRunes | MakeIface | AssertIface | Recover
        | RecoverFor => 2,
        _ => 1,
    }
}

/// `tmp = …; dst = tmp` is `dst = …`.
fn move_of_result(first: &Insn, second: &Insn, dead: impl Fn(Reg) -> bool) -> Option<Insn> {
    let (dst, from, words) = match (second.get(), second.get()) {
        (Some(op::Move { dst, a }), _) => (dst, a, 1),
        (_, Some(op::Move2 { dst, a })) => (dst, a, 2),
        _ => return None,
    };
    let written = Reg((first.words[0] >> 16) as u16);
    let fits = dead(from) && written == from && !overlaps(dst, from, words);
    let mut joined = *first;
    if fits && result_words(first.op) == words {
        joined.words[0] = joined.words[0] & !0xffff_0000 | u64::from(dst.0) << 16;
        return Some(joined);
    }
    let zero = first.get::<op::LoadZero>()?;
    if !fits || zero.n != words {
        return None;
    }
    joined.set(op::LoadZero { dst, n: words });
    Some(joined)
}

fn overlaps(a: Reg, b: Reg, words: u16) -> bool {
    a.0 < b.0.saturating_add(words) && b.0 < a.0.saturating_add(words)
}

/// `tmp = constant; dst = a op tmp` where the operation has a form with an immediate.
fn immediate(first: &Insn, second: &Insn, dead: impl Fn(Reg) -> bool) -> Option<Insn> {
    let op::LoadInt { dst: tmp, value } = first.get()?;
    if !dead(tmp) {
        return None;
    }
    let mut joined = *second;
    let done = immediate_arith(&mut joined, tmp, value)
        || immediate_shift(&mut joined, tmp, value)
        || immediate_jump(&mut joined, tmp, value);
    done.then_some(joined)
}

/// The other operand of a commutative operation, if exactly one is the temporary.
fn other(a: Reg, b: Reg, tmp: Reg) -> Option<Reg> {
    match (a == tmp, b == tmp) {
        (true, false) => Some(b),
        (false, true) => Some(a),
        _ => None,
    }
}

fn immediate_arith(insn: &mut Insn, tmp: Reg, value: i32) -> bool {
    let Ok(imm) = i16::try_from(value) else { return false };
    let positive = u16::try_from(value).ok().filter(|&v| v != 0);
    macro_rules! commutative {
        ($($from:ident => $to:ident),*) => {$(
            if let Some(op::$from { dst, a, b }) = insn.get() {
                let Some(a) = other(a, b, tmp) else { return false };
                insn.set(op::$to { dst, a, imm });
                return true;
            }
        )*};
    }
    commutative!(AddI64 => AddI64Imm, MulI64 => MulI64Imm, AndI64 => AndI64Imm,
        OrI64 => OrI64Imm, XorI64 => XorI64Imm, AddI32 => AddI32Imm, AddU32 => AddU32Imm,
        EqI64 => EqI64Imm, NeI64 => NeI64Imm);
    if let Some(op::SubI64 { dst, a, b }) = insn.get() {
        match (other(a, b, tmp), imm.checked_neg()) {
            (Some(a), Some(imm)) if b == tmp => insn.set(op::AddI64Imm { dst, a, imm }),
            (Some(a), _) if b != tmp => insn.set(op::RsubI64Imm { dst, a, imm }),
            _ => return false,
        }
        return true;
    }
    macro_rules! right_only {
        ($($from:ident => $to:ident, $imm:expr);*) => {$(
            if let (Some(op::$from { dst, a, b }), Some(imm)) = (insn.get(), $imm) {
                if b != tmp || a == tmp {
                    return false;
                }
                insn.set(op::$to { dst, a, imm });
                return true;
            }
        )*};
    }
    right_only!(SubI32 => AddI32Imm, imm.checked_neg(); SubU32 => AddU32Imm, imm.checked_neg();
        AndNotI64 => AndI64Imm, Some(!imm);
        DivI64 => DivI64Imm, Some(imm).filter(|&v| v != 0);
        RemI64 => RemI64Imm, Some(imm).filter(|&v| v != 0);
        DivU64 => DivU64Imm, positive; RemU64 => RemU64Imm, positive);
    false
}

fn immediate_shift(insn: &mut Insn, tmp: Reg, value: i32) -> bool {
    let Some(imm) = u16::try_from(value).ok().filter(|&v| v <= 63) else { return false };
    macro_rules! shifts {
        ($($from:ident => $to:ident),*) => {$(
            if let Some(op::$from { dst, a, b }) = insn.get() {
                if b != tmp || a == tmp {
                    return false;
                }
                insn.set(op::$to { dst, a, imm });
                return true;
            }
        )*};
    }
    shifts!(ShlI64 => ShlI64Imm, ShrI64 => ShrI64Imm, ShrU64 => ShrU64Imm);
    false
}

fn immediate_jump(insn: &mut Insn, tmp: Reg, value: i32) -> bool {
    let Ok(imm) = i16::try_from(value) else { return false };
    macro_rules! jumps {
        ($($from:ident => $right:ident, $left:ident),*) => {$(
            if let Some(op::$from { a, b, off }) = insn.get() {
                match other(a, b, tmp) {
                    Some(a) if b == tmp => insn.set(op::$right { a, imm, off }),
                    Some(b) => insn.set(op::$left { a: b, imm, off }),
                    None => return false,
                }
                return true;
            }
        )*};
    }
    jumps!(EqI64Jump => EqI64ImmJump, EqI64ImmJump, NeI64Jump => NeI64ImmJump, NeI64ImmJump,
        LtI64Jump => LtI64ImmJump, GtI64ImmJump, LeI64Jump => LeI64ImmJump, GeI64ImmJump,
        EqI64Loop => EqI64ImmLoop, EqI64ImmLoop, NeI64Loop => NeI64ImmLoop, NeI64ImmLoop,
        LtI64Loop => LtI64ImmLoop, GtI64ImmLoop, LeI64Loop => LeI64ImmLoop, GeI64ImmLoop);
    false
}

/// `tmp = a < b; if tmp goto …`.
fn compare_and_jump(first: &Insn, second: &Insn, dead: impl Fn(Reg) -> bool) -> Option<Insn> {
    let (tmp, holds, is_loop) = match second.op {
        Op::JumpIf => (second.get::<op::JumpIf>()?.a, true, false),
        Op::JumpIfNot => (second.get::<op::JumpIfNot>()?.a, false, false),
        Op::JumpIfLoop => (second.get::<op::JumpIfLoop>()?.a, true, true),
        Op::JumpIfNotLoop => (second.get::<op::JumpIfNotLoop>()?.a, false, true),
        _ => return None,
    };
    let written = Reg((first.words[0] >> 16) as u16);
    if !dead(tmp) || written != tmp {
        return None;
    }
    let mut joined = *second;
    let done = if is_loop {
        compare_loop(first, &mut joined, holds)
    } else if let Some(element) = first.get() {
        // It is the element that can panic.
        joined.move_to(first);
        element_jump(element, &mut joined, holds)
    } else {
        compare_jump(first, &mut joined, holds)
    };
    done.then_some(joined)
}

/// A boolean element that decides.
fn element_jump(element: op::LoadIndexU8, into: &mut Insn, holds: bool) -> bool {
    let op::LoadIndexU8 { slice, idx, .. } = element;
    if holds {
        into.set(op::JumpIfIndex { slice, idx, off: 0 });
    } else {
        into.set(op::JumpIfNotIndex { slice, idx, off: 0 });
    }
    true
}

/// Expands to the joined instruction for each comparison: its form where the condition holds and
/// where it does not (`swap`: with the operands exchanged).
macro_rules! compare {
    ($first:ident, $into:ident, $holds:ident;
     $($from:ident => $yes:ident, $no:ident $($swap:ident)?);*) => {$(
        if let Some(op::$from { dst: _, a, b }) = $first.get() {
            if $holds {
                $into.set(op::$yes { a, b, off: 0 });
            } else {
                let (a, b) = compare!(@order a b $($swap)?);
                $into.set(op::$no { a, b, off: 0 });
            }
            return true;
        }
    )*};
    (@order $a:ident $b:ident swap) => { ($b, $a) };
    (@order $a:ident $b:ident) => { ($a, $b) };
}

fn compare_jump(first: &Insn, into: &mut Insn, holds: bool) -> bool {
    compare!(first, into, holds;
        EqI64 => EqI64Jump, NeI64Jump; NeI64 => NeI64Jump, EqI64Jump;
        LtI64 => LtI64Jump, LeI64Jump swap; LeI64 => LeI64Jump, LtI64Jump swap;
        LtU64 => LtU64Jump, LeU64Jump swap; LeU64 => LeU64Jump, LtU64Jump swap;
        EqF64 => EqF64Jump, NeF64Jump; NeF64 => NeF64Jump, EqF64Jump;
        LtF64 => LtF64Jump, NotLtF64Jump; LeF64 => LeF64Jump, NotLeF64Jump;
        EqStr => EqStrJump, NeStrJump; NeStr => NeStrJump, EqStrJump);
    let off = 0;
    match (first.get(), first.get(), first.get()) {
        (Some(op::EqI64Imm { a, imm, .. }), _, _) if holds => {
            into.set(op::EqI64ImmJump { a, imm, off });
        }
        (Some(op::EqI64Imm { a, imm, .. }), _, _) => into.set(op::NeI64ImmJump { a, imm, off }),
        (_, Some(op::NeI64Imm { a, imm, .. }), _) if holds => {
            into.set(op::NeI64ImmJump { a, imm, off });
        }
        (_, Some(op::NeI64Imm { a, imm, .. }), _) => into.set(op::EqI64ImmJump { a, imm, off }),
        (_, _, Some(op::NotBool { a, .. })) if holds => into.set(op::JumpIfNot { a, off }),
        (_, _, Some(op::NotBool { a, .. })) => into.set(op::JumpIf { a, off }),
        _ => return false,
    }
    true
}

fn compare_loop(first: &Insn, into: &mut Insn, holds: bool) -> bool {
    compare!(first, into, holds;
        EqI64 => EqI64Loop, NeI64Loop; NeI64 => NeI64Loop, EqI64Loop;
        LtI64 => LtI64Loop, LeI64Loop swap; LeI64 => LeI64Loop, LtI64Loop swap;
        LtU64 => LtU64Loop, LeU64Loop swap; LeU64 => LeU64Loop, LtU64Loop swap);
    if !holds {
        return false;
    }
    if let Some(op::LtF64 { a, b, .. }) = first.get() {
        into.set(op::LtF64Loop { a, b, off: 0 });
    } else if let Some(op::LeF64 { a, b, .. }) = first.get() {
        into.set(op::LeF64Loop { a, b, off: 0 });
    } else {
        return false;
    }
    true
}
