//! THE table of opcodes: name, operands, and one line on the effect.
//!
//! `r[x]` is the register that operand `x` names; a wide value takes the registers from there on.
//! `if … goto off` jumps by `off` words, counted from the instruction. Jumps go forward; whatever
//! jumps backward is called `…Loop` and counts the budget down, so that every loop has a
//! safepoint. "Panics" means a Go run-time panic. Types say how wide a value is.

/// Expands a macro over the whole table.
#[macro_export]
macro_rules! for_each_op {
    ($expand:ident) => { $expand! {
        // -- Registers and constants
        #[doc = "Does nothing."]
        Nop { }
        #[doc = "r[dst] = r[a]"]
        Move { dst: Dst, a: Reg }
        #[doc = "r[dst..+2] = r[a..+2]"]
        Move2 { dst: Dst, a: Reg }
        #[doc = "r[dst..+n] = r[a..+n]; the ranges may overlap"]
        MoveN { dst: Dst, a: Reg, n: U16 }
        #[doc = "r[dst] = value"]
        LoadInt { dst: Dst, value: I32 }
        #[doc = "r[dst] = constant"]
        LoadConst { dst: Dst, constant: Const }
        #[doc = "r[dst..+2] = string constant"]
        LoadStr { dst: Dst, string: Str }
        #[doc = "r[dst..+n] = 0"]
        LoadZero { dst: Dst, n: U16 }
        #[doc = "r[dst] = the function's closure object without captures"]
        LoadFunc { dst: Dst, func: Func }
        #[doc = "r[dst] = the type word of a type"]
        LoadType { dst: Dst, ty: Type }

        // -- 64-bit integers; narrower ones are kept extended (see typedesc)
        #[doc = "r[dst] = r[a] + r[b]"]
        AddI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] - r[b]"]
        SubI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] * r[b]"]
        MulI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] / r[b], signed; panics if r[b] is 0"]
        DivI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] % r[b], signed; panics if r[b] is 0"]
        RemI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] / r[b], unsigned; panics if r[b] is 0"]
        DivU64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] % r[b], unsigned; panics if r[b] is 0"]
        RemU64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] & r[b]"]
        AndI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] | r[b]"]
        OrI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] ^ r[b]"]
        XorI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] &^ r[b]"]
        AndNotI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] << r[b]; 0 for counts over 63"]
        ShlI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] >> r[b] with sign; all sign for counts over 63"]
        ShrI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] >> r[b] without sign; 0 for counts over 63"]
        ShrU64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = -r[a]"]
        NegI64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = ^r[a]"]
        NotI64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = 1 - r[a], for booleans"]
        NotBool { dst: Dst, a: Reg }
        #[doc = "panics (negative shift amount) if r[a] < 0"]
        CheckShift { a: Reg }
        #[doc = "r[dst] = r[a] + imm"]
        AddI64Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] + 64-bit element"]
        AddIndexI64 { dst: Dst, a: Reg, slice: Reg, idx: Reg }
        #[doc = "r[dst] = r[a] + 64-bit integer at r[ptr] + off"]
        AddLoadI64 { dst: Dst, a: Reg, ptr: Reg, off: U16 }
        #[doc = "r[dst] = imm - r[a]"]
        RsubI64Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] * imm"]
        MulI64Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] + r[b] + imm"]
        SumI64Imm { dst: Dst, a: Reg, b: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] * r[b] + r[c]"]
        MulAddI64 { dst: Dst, a: Reg, b: Reg, c: Reg }
        #[doc = "r[dst] = r[a] * imm + r[c]"]
        MulAddI64Imm { dst: Dst, a: Reg, imm: I16, c: Reg }
        #[doc = "r[dst] = r[a] / imm, signed; imm is not 0"]
        DivI64Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] % imm, signed; imm is not 0"]
        RemI64Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] / 2 to the power of imm, signed; imm is 1 to 14"]
        DivI64Power { dst: Dst, a: Reg, imm: U16 }
        #[doc = "r[dst] = r[a] % 2 to the power of imm, signed; imm is 1 to 14"]
        RemI64Power { dst: Dst, a: Reg, imm: U16 }
        #[doc = "r[dst] = r[a] / imm, unsigned; imm is not 0"]
        DivU64Imm { dst: Dst, a: Reg, imm: U16 }
        #[doc = "r[dst] = r[a] % imm, unsigned; imm is not 0"]
        RemU64Imm { dst: Dst, a: Reg, imm: U16 }
        #[doc = "r[dst] = r[a] & imm"]
        AndI64Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] | imm"]
        OrI64Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] ^ imm"]
        XorI64Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] << imm; imm is at most 63"]
        ShlI64Imm { dst: Dst, a: Reg, imm: U16 }
        #[doc = "r[dst] = r[a] >> imm with sign; imm is at most 63"]
        ShrI64Imm { dst: Dst, a: Reg, imm: U16 }
        #[doc = "r[dst] = r[a] >> imm without sign; imm is at most 63"]
        ShrU64Imm { dst: Dst, a: Reg, imm: U16 }

        // -- 32-bit integers, wrapped in one step; other widths use the 64-bit operation and an extension
        #[doc = "r[dst] = int32(r[a] + r[b])"]
        AddI32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = int32(r[a] - r[b])"]
        SubI32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = int32(r[a] * r[b])"]
        MulI32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = uint32(r[a] + r[b])"]
        AddU32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = uint32(r[a] - r[b])"]
        SubU32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = uint32(r[a] * r[b])"]
        MulU32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = uint32(r[a] << r[b]); 0 for counts over 31"]
        ShlU32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = int32(r[a] + imm)"]
        AddI32Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = uint32(r[a] + imm)"]
        AddU32Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = int64(int8(r[a]))"]
        SExt8 { dst: Dst, a: Reg }
        #[doc = "r[dst] = int64(int16(r[a]))"]
        SExt16 { dst: Dst, a: Reg }
        #[doc = "r[dst] = int64(int32(r[a]))"]
        SExt32 { dst: Dst, a: Reg }
        #[doc = "r[dst] = uint64(uint8(r[a]))"]
        ZExt8 { dst: Dst, a: Reg }
        #[doc = "r[dst] = uint64(uint16(r[a]))"]
        ZExt16 { dst: Dst, a: Reg }
        #[doc = "r[dst] = uint64(uint32(r[a]))"]
        ZExt32 { dst: Dst, a: Reg }

        // -- Floats and complex numbers
        #[doc = "r[dst] = r[a] + r[b], float64"]
        AddF64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] - r[b], float64"]
        SubF64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] * r[b], float64"]
        MulF64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] / r[b], float64"]
        DivF64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] * r[b] + r[c], float64, both steps rounded"]
        MulAddF64 { dst: Dst, a: Reg, b: Reg, c: Reg }
        #[doc = "r[dst] = r[a] * r[b] - r[c], float64, both steps rounded"]
        MulSubF64 { dst: Dst, a: Reg, b: Reg, c: Reg }
        #[doc = "r[dst] = r[a] * r[b] * r[c], float64, both steps rounded, the left one first"]
        MulMulF64 { dst: Dst, a: Reg, b: Reg, c: Reg }
        #[doc = "r[dst] = r[a] + r[b] + r[c], float64, both steps rounded, the left one first"]
        AddAddF64 { dst: Dst, a: Reg, b: Reg, c: Reg }
        #[doc = "r[dst] = r[a] - r[b] + r[c], float64, both steps rounded, the left one first"]
        SubAddF64 { dst: Dst, a: Reg, b: Reg, c: Reg }
        #[doc = "r[dst] = r[a] + float64 element"]
        AddIndexF64 { dst: Dst, a: Reg, slice: Reg, idx: Reg }
        #[doc = "r[dst] = r[a] * float64 element"]
        MulIndexF64 { dst: Dst, a: Reg, slice: Reg, idx: Reg }
        #[doc = "r[dst] = r[a] * float64 element + r[c], each step rounded"]
        MulAddIndexF64 { dst: Dst, a: Reg, slice: Reg, idx: Reg, c: Reg }
        #[doc = "r[dst] = r[a] + float64 at r[ptr] + off"]
        AddLoadF64 { dst: Dst, a: Reg, ptr: Reg, off: U16 }
        #[doc = "r[dst] = r[a] - float64 at r[ptr] + off"]
        SubLoadF64 { dst: Dst, a: Reg, ptr: Reg, off: U16 }
        #[doc = "r[dst] = r[a] * float64 at r[ptr] + off"]
        MulLoadF64 { dst: Dst, a: Reg, ptr: Reg, off: U16 }
        #[doc = "r[dst] = float64 at r[ptr] + off - float64 at r[other] + at"]
        SubFieldsF64 { dst: Dst, ptr: Reg, off: U16, other: Reg, at: U16 }
        #[doc = "r[dst] = float64 at r[ptr] + off * float64 at r[other] + at"]
        MulFieldsF64 { dst: Dst, ptr: Reg, off: U16, other: Reg, at: U16 }
        #[doc = "r[dst] = -r[a], float64"]
        NegF64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = math.Sqrt(r[a])"]
        SqrtF64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = math.Abs(r[a])"]
        AbsF64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = math.Floor(r[a])"]
        FloorF64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = math.Ceil(r[a])"]
        CeilF64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = math.Trunc(r[a])"]
        TruncF64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = r[a] + r[b], float32"]
        AddF32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] - r[b], float32"]
        SubF32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] * r[b], float32"]
        MulF32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] / r[b], float32"]
        DivF32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = -r[a], float32"]
        NegF32 { dst: Dst, a: Reg }
        #[doc = "r[dst..+2] = r[a..+2] * r[b..+2], complex128"]
        MulC128 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst..+2] = r[a..+2] / r[b..+2], complex128, as Go's runtime divides"]
        DivC128 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst..+2] = r[a..+2] * r[b..+2], complex64"]
        MulC64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst..+2] = r[a..+2] / r[b..+2], complex64, computed in complex128"]
        DivC64 { dst: Dst, a: Reg, b: Reg }

        // -- Conversions of numbers
        #[doc = "r[dst] = float64(int64 r[a])"]
        I64ToF64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = float64(uint64 r[a])"]
        U64ToF64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = float32(int64 r[a])"]
        I64ToF32 { dst: Dst, a: Reg }
        #[doc = "r[dst] = float32(uint64 r[a])"]
        U64ToF32 { dst: Dst, a: Reg }
        #[doc = "r[dst] = int64(float64 r[a]), as amd64 converts"]
        F64ToI64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = uint64(float64 r[a]), as Go on amd64 converts"]
        F64ToU64 { dst: Dst, a: Reg }
        #[doc = "r[dst] = float32(float64 r[a])"]
        F64ToF32 { dst: Dst, a: Reg }
        #[doc = "r[dst] = float64(float32 r[a])"]
        F32ToF64 { dst: Dst, a: Reg }

        // -- Comparisons to a boolean
        #[doc = "r[dst] = r[a] == r[b]"]
        EqI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] != r[b]"]
        NeI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] < r[b], signed"]
        LtI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] <= r[b], signed"]
        LeI64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] < r[b], unsigned"]
        LtU64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] <= r[b], unsigned"]
        LeU64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] == imm"]
        EqI64Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] != imm"]
        NeI64Imm { dst: Dst, a: Reg, imm: I16 }
        #[doc = "r[dst] = r[a] == r[b], float64"]
        EqF64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] != r[b], float64"]
        NeF64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] < r[b], float64"]
        LtF64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] <= r[b], float64"]
        LeF64 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] == r[b], float32"]
        EqF32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] != r[b], float32"]
        NeF32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] < r[b], float32"]
        LtF32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = r[a] <= r[b], float32"]
        LeF32 { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = string r[a..+2] == r[b..+2]"]
        EqStr { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = string r[a..+2] != r[b..+2]"]
        NeStr { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = string r[a..+2] < r[b..+2]"]
        LtStr { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = string r[a..+2] <= r[b..+2]"]
        LeStr { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = interface r[a..+2] == r[b..+2]; panics on uncomparable dynamic types"]
        EqIface { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst] = *r[a] == *r[b], values of ty in memory; panics as EqIface"]
        EqMem { dst: Dst, a: Reg, b: Reg, ty: Type }
        #[doc = "r[dst] = r[a..] == r[b..], values of ty in registers; panics as EqIface"]
        EqRegs { dst: Dst, a: Reg, b: Reg, ty: Type }

        // -- Jumps forward
        #[doc = "goto off"]
        Jump { off: Off32 }
        #[doc = "if r[a] goto off"]
        JumpIf { a: Reg, off: Off16 }
        #[doc = "if !r[a] goto off"]
        JumpIfNot { a: Reg, off: Off16 }
        #[doc = "if the boolean element r[idx] of the slice goto off"]
        JumpIfIndex { slice: Reg, idx: Reg, off: Off16 }
        #[doc = "if not the boolean element r[idx] of the slice goto off"]
        JumpIfNotIndex { slice: Reg, idx: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice == r[b] goto off"]
        EqIndexJump { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice != r[b] goto off"]
        NeIndexJump { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice < r[b] goto off, signed"]
        LtIndexI64Jump { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice <= r[b] goto off, signed"]
        LeIndexI64Jump { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice > r[b] goto off, signed"]
        GtIndexI64Jump { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice >= r[b] goto off, signed"]
        GeIndexI64Jump { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] == r[b] goto off"]
        EqI64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] != r[b] goto off"]
        NeI64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] < r[b] goto off, signed"]
        LtI64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] <= r[b] goto off, signed"]
        LeI64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] < r[b] goto off, unsigned"]
        LtU64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] <= r[b] goto off, unsigned"]
        LeU64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] == imm goto off"]
        EqI64ImmJump { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] != imm goto off"]
        NeI64ImmJump { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] < imm goto off, signed"]
        LtI64ImmJump { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] <= imm goto off, signed"]
        LeI64ImmJump { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] > imm goto off, signed"]
        GtI64ImmJump { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] >= imm goto off, signed"]
        GeI64ImmJump { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] == r[b] goto off, float64"]
        EqF64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] != r[b] goto off, float64"]
        NeF64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] < r[b] goto off, float64"]
        LtF64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] <= r[b] goto off, float64"]
        LeF64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if !(r[a] < r[b]) goto off, float64"]
        NotLtF64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if !(r[a] <= r[b]) goto off, float64"]
        NotLeF64Jump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if string r[a..+2] == r[b..+2] goto off"]
        EqStrJump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if string r[a..+2] != r[b..+2] goto off"]
        NeStrJump { a: Reg, b: Reg, off: Off16 }
        #[doc = "if the dynamic type of r[a..+2] is ty goto off"]
        TypeEqJump { a: Reg, ty: Type, off: Off16 }
        #[doc = "if the dynamic type of r[a..+2] is not ty goto off"]
        TypeNeJump { a: Reg, ty: Type, off: Off16 }
        #[doc = "goto the offset that jump table `table` has for r[a]; on if it has none"]
        Switch { a: Reg, table: U16 }

        // -- Jumps backward: count the budget down and are safepoints
        #[doc = "goto off"]
        Loop { off: Off32 }
        #[doc = "if r[a] goto off"]
        JumpIfLoop { a: Reg, off: Off16 }
        #[doc = "if !r[a] goto off"]
        JumpIfNotLoop { a: Reg, off: Off16 }
        #[doc = "if r[a] == r[b] goto off"]
        EqI64Loop { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] != r[b] goto off"]
        NeI64Loop { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] < r[b] goto off, signed"]
        LtI64Loop { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] <= r[b] goto off, signed"]
        LeI64Loop { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] < r[b] goto off, unsigned"]
        LtU64Loop { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] <= r[b] goto off, unsigned"]
        LeU64Loop { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] == imm goto off"]
        EqI64ImmLoop { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] != imm goto off"]
        NeI64ImmLoop { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] < imm goto off, signed"]
        LtI64ImmLoop { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] <= imm goto off, signed"]
        LeI64ImmLoop { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] > imm goto off, signed"]
        GtI64ImmLoop { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] >= imm goto off, signed"]
        GeI64ImmLoop { a: Reg, imm: I16, off: Off16 }
        #[doc = "if r[a] < r[b] goto off, float64"]
        LtF64Loop { a: Reg, b: Reg, off: Off16 }
        #[doc = "if r[a] <= r[b] goto off, float64"]
        LeF64Loop { a: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice == r[b] goto off"]
        EqIndexLoop { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice != r[b] goto off"]
        NeIndexLoop { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice < r[b] goto off, signed"]
        LtIndexI64Loop { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice <= r[b] goto off, signed"]
        LeIndexI64Loop { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice > r[b] goto off, signed"]
        GtIndexI64Loop { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "if the word element r[idx] of the slice >= r[b] goto off, signed"]
        GeIndexI64Loop { slice: Reg, idx: Reg, b: Reg, off: Off16 }
        #[doc = "r[a] += 1; if r[a] < r[b] goto off, signed"]
        IncLtI64Loop { a: Dst, b: Reg, off: Off16 }
        #[doc = "r[a] += 1; if r[a] < imm goto off, signed"]
        IncLtI64ImmLoop { a: Dst, imm: I16, off: Off16 }
        #[doc = "r[a] += 1; if r[a] < length of the slice goto off"]
        IncLtLenLoop { a: Dst, slice: Reg, off: Off16 }
        #[doc = "r[a] += 1; if r[a] <= r[b] goto off"]
        IncLeI64Loop { a: Dst, b: Reg, off: Off16 }
        #[doc = "r[a] += 1; if r[a] <= imm goto off"]
        IncLeI64ImmLoop { a: Dst, imm: I16, off: Off16 }
        #[doc = "r[a] -= 1; if r[a] > imm goto off"]
        DecGtI64ImmLoop { a: Dst, imm: I16, off: Off16 }
        #[doc = "r[a] -= 1; if r[a] >= imm goto off"]
        DecGeI64ImmLoop { a: Dst, imm: I16, off: Off16 }
        #[doc = "r[a] += r[b]; if r[a] < r[c] goto off"]
        AddLtI64Loop { a: Dst, b: Reg, c: Reg, off: Off16 }
        #[doc = "r[a] += r[b]; if r[a] <= r[c] goto off"]
        AddLeI64Loop { a: Dst, b: Reg, c: Reg, off: Off16 }
        #[doc = "r[a] += 1; r[b] -= 1; if r[a] < r[b] goto off"]
        IncDecLtI64Loop { a: Dst, b: Dst, off: Off16 }

        // -- Memory through pointers; all of them panic on nil
        #[doc = "r[dst] = *(int8*)(r[ptr] + off)"]
        LoadI8 { dst: Dst, ptr: Reg, off: U16 }
        #[doc = "r[dst] = *(uint8*)(r[ptr] + off)"]
        LoadU8 { dst: Dst, ptr: Reg, off: U16 }
        #[doc = "r[dst] = *(int16*)(r[ptr] + off)"]
        LoadI16 { dst: Dst, ptr: Reg, off: U16 }
        #[doc = "r[dst] = *(uint16*)(r[ptr] + off)"]
        LoadU16 { dst: Dst, ptr: Reg, off: U16 }
        #[doc = "r[dst] = *(int32*)(r[ptr] + off)"]
        LoadI32 { dst: Dst, ptr: Reg, off: U16 }
        #[doc = "r[dst] = *(uint32*)(r[ptr] + off); float32 too"]
        LoadU32 { dst: Dst, ptr: Reg, off: U16 }
        #[doc = "r[dst] = *(word*)(r[ptr] + off)"]
        Load64 { dst: Dst, ptr: Reg, off: U16 }
        #[doc = "r[dst..+2] = *(string, slice or interface*)(r[ptr] + off), in one piece"]
        LoadPair { dst: Dst, ptr: Reg, off: U16 }
        #[doc = "*(8 bits*)(r[ptr] + off) = r[a]"]
        Store8 { ptr: Reg, off: U16, a: Reg }
        #[doc = "*(16 bits*)(r[ptr] + off) = r[a]"]
        Store16 { ptr: Reg, off: U16, a: Reg }
        #[doc = "*(32 bits*)(r[ptr] + off) = r[a]"]
        Store32 { ptr: Reg, off: U16, a: Reg }
        #[doc = "*(word*)(r[ptr] + off) = r[a], no pointer"]
        Store64 { ptr: Reg, off: U16, a: Reg }
        #[doc = "*(float64*)(r[ptr] + off) += r[a]"]
        AddToF64 { ptr: Reg, off: U16, a: Reg }
        #[doc = "*(float64*)(r[ptr] + off) -= r[a]"]
        SubFromF64 { ptr: Reg, off: U16, a: Reg }
        #[doc = "*(float64*)(r[ptr] + off) += r[a] * r[b], both steps rounded"]
        AddProductToF64 { ptr: Reg, off: U16, a: Reg, b: Reg }
        #[doc = "*(float64*)(r[ptr] + off) -= r[a] * r[b], both steps rounded"]
        SubProductFromF64 { ptr: Reg, off: U16, a: Reg, b: Reg }
        #[doc = "*(int64*)(r[ptr] + off) += r[a]"]
        AddToI64 { ptr: Reg, off: U16, a: Reg }
        #[doc = "*(int64*)(r[ptr] + off) += imm"]
        AddToI64Imm { ptr: Reg, off: U16, imm: I16 }
        #[doc = "*(pointer*)(r[ptr] + off) = r[a]"]
        StorePtr { ptr: Reg, off: U16, a: Reg }
        #[doc = "*(string, slice or interface*)(r[ptr] + off) = r[a..+2], in one piece"]
        StorePair { ptr: Reg, off: U16, a: Reg }
        #[doc = "r[dst..] = *(ty*)r[ptr], all leaves of a type of Repr::Regs"]
        LoadMem { dst: Dst, ptr: Reg, ty: Type }
        #[doc = "*(ty*)r[ptr] = r[a..], all leaves of a type of Repr::Regs"]
        StoreMem { ptr: Reg, a: Reg, ty: Type }
        #[doc = "*(ty*)r[dst] = *(ty*)r[src]; they may be the same"]
        CopyMem { dst: Reg, src: Reg, ty: Type }
        #[doc = "*(ty*)r[ptr] = zero value"]
        ZeroMem { ptr: Reg, ty: Type }
        #[doc = "r[dst] = r[ptr] + off; panics on nil"]
        AddPtr { dst: Dst, ptr: Reg, off: I32 }
        #[doc = "panics if r[ptr] is nil"]
        NilCheck { ptr: Reg }
        #[doc = "panics unless r[len] values of ty lie at r[ptr] in one variable, with pointers in the same places; nil is none"]
        UnsafeView { ptr: Reg, len: Reg, ty: Type }
        #[doc = "r[dst] = address of a new zero value of ty"]
        New { dst: Dst, ty: Type }
        #[doc = "r[dst] = address of a new copy of *(ty*)r[src]"]
        NewCopy { dst: Dst, src: Reg, ty: Type }

        // -- Package variables
        #[doc = "r[dst] = address of the package variable at off"]
        GlobalAddr { dst: Dst, off: Global }
        #[doc = "r[dst] = word of the package variable at off"]
        LoadGlobal64 { dst: Dst, off: Global }
        #[doc = "r[dst..+2] = pair of the package variable at off"]
        LoadGlobalPair { dst: Dst, off: Global }
        #[doc = "word of the package variable at off = r[a], no pointer"]
        StoreGlobal64 { a: Reg, off: Global }
        #[doc = "pointer of the package variable at off = r[a]"]
        StoreGlobalPtr { a: Reg, off: Global }
        #[doc = "pair of the package variable at off = r[a..+2]"]
        StoreGlobalPair { a: Reg, off: Global }

        // -- Arrays in registers
        #[doc = "r[dst..+words] = element r[idx] of the array at r[a] of len elements; panics out of range"]
        LoadRegIndex { dst: Dst, a: Reg, idx: Reg, len: U16, words: U16 }
        #[doc = "element r[idx] of the array at r[dst] of len elements = r[a..+words]; panics out of range"]
        StoreRegIndex { dst: Reg, idx: Reg, a: Reg, len: U16, words: U16 }

        // -- Slices and strings; indices panic out of range
        #[doc = "r[dst] = int8 element"]
        LoadIndexI8 { dst: Dst, slice: Reg, idx: Reg }
        #[doc = "r[dst] = uint8 element"]
        LoadIndexU8 { dst: Dst, slice: Reg, idx: Reg }
        #[doc = "r[dst] = int16 element"]
        LoadIndexI16 { dst: Dst, slice: Reg, idx: Reg }
        #[doc = "r[dst] = uint16 element"]
        LoadIndexU16 { dst: Dst, slice: Reg, idx: Reg }
        #[doc = "r[dst] = int32 element"]
        LoadIndexI32 { dst: Dst, slice: Reg, idx: Reg }
        #[doc = "r[dst] = uint32 or float32 element"]
        LoadIndexU32 { dst: Dst, slice: Reg, idx: Reg }
        #[doc = "r[dst] = word element"]
        LoadIndex64 { dst: Dst, slice: Reg, idx: Reg }
        #[doc = "r[dst] = word element r[idx] + imm"]
        LoadIndexOff64 { dst: Dst, slice: Reg, idx: Reg, imm: I16 }
        #[doc = "r[dst] = word element r[col] of the slice that is element r[row]"]
        LoadIndex2d64 { dst: Dst, slice: Reg, row: Reg, col: Reg }
        #[doc = "float64 element += r[a]"]
        AddToIndexF64 { slice: Reg, idx: Reg, a: Reg }
        #[doc = "float64 element -= r[a]"]
        SubFromIndexF64 { slice: Reg, idx: Reg, a: Reg }
        #[doc = "float64 element += r[a] * float64 element r[at] of r[from..+2], each step rounded"]
        AddProductF64 { slice: Reg, idx: Reg, a: Reg, from: Reg, at: Reg }
        #[doc = "64-bit element += r[a]"]
        AddToIndexI64 { slice: Reg, idx: Reg, a: Reg }
        #[doc = "64-bit element += imm"]
        AddToIndexI64Imm { slice: Reg, idx: Reg, imm: I16 }
        #[doc = "r[dst..+2] = string, slice or interface element, in one piece"]
        LoadIndexPair { dst: Dst, slice: Reg, idx: Reg }
        #[doc = "8-bit element = r[a]"]
        StoreIndex8 { slice: Reg, idx: Reg, a: Reg }
        #[doc = "16-bit element = r[a]"]
        StoreIndex16 { slice: Reg, idx: Reg, a: Reg }
        #[doc = "32-bit element = r[a]"]
        StoreIndex32 { slice: Reg, idx: Reg, a: Reg }
        #[doc = "word element = r[a], no pointer"]
        StoreIndex64 { slice: Reg, idx: Reg, a: Reg }
        #[doc = "pointer element = r[a]"]
        StoreIndexPtr { slice: Reg, idx: Reg, a: Reg }
        #[doc = "string, slice or interface element = r[a..+2], in one piece"]
        StoreIndexPair { slice: Reg, idx: Reg, a: Reg }
        #[doc = "word element r[idx] = word element r[at] + imm of r[from..+2], no pointer"]
        MoveIndex64 { slice: Reg, idx: Reg, from: Reg, at: Reg, imm: I16 }
        #[doc = "exchanges the word elements r[i] and r[j], pointers too; looks at r[j] first"]
        SwapIndex64 { slice: Reg, i: Reg, j: Reg }
        #[doc = "exchanges the string, slice or interface elements r[i] and r[j]; looks at r[j] first"]
        SwapIndexPair { slice: Reg, i: Reg, j: Reg }
        #[doc = "r[dst] = address of the element, elements being size bytes"]
        IndexAddr { dst: Dst, slice: Reg, idx: Reg, size: I32 }
        #[doc = "panics unless 0 <= r[idx] < len"]
        CheckIndex { idx: Reg, len: I32 }
        #[doc = "r[dst] = byte r[idx] of the string r[a..+2]"]
        StrIndex { dst: Dst, a: Reg, idx: Reg }
        #[doc = "r[dst] = length of the slice"]
        SliceLen { dst: Dst, slice: Reg }
        #[doc = "r[dst] = capacity of the slice"]
        SliceCap { dst: Dst, slice: Reg }
        #[doc = "r[dst..+2] = slice of all len elements of the array at address r[ptr]; panics on nil unless len is 0"]
        ArrayView { dst: Dst, ptr: Reg, len: I32 }
        #[doc = "r[dst..+2] = r[a..+2][lo:hi:max], elements of size bytes (!size: of an array, as panics word it); NO_REG where a bound is missing; panics out of range"]
        SliceSlice { dst: Dst, a: Reg, lo: Reg, hi: Reg, max: Reg, size: I32 }
        #[doc = "r[dst..+2] = string r[a..+2][lo:hi]; NO_REG where a bound is missing; panics out of range"]
        SliceStr { dst: Dst, a: Reg, lo: Reg, hi: Reg }
        #[doc = "r[dst] = address of the slice's array; panics if it has fewer than len elements"]
        SliceToArrayPtr { dst: Dst, slice: Reg, len: I32 }
        #[doc = "r[dst..+2] = make([]ty, r[len], r[cap]); panics if they are out of range"]
        MakeSlice { dst: Dst, len: Reg, cap: Reg, ty: Type }
        #[doc = "r[dst..+2] = append(r[slice..+2], r[a]), 8-bit elements of type ty"]
        Append8 { dst: Dst, slice: Reg, a: Reg, ty: Type }
        #[doc = "r[dst..+2] = append(r[slice..+2], r[a]), 32-bit elements of type ty"]
        Append32 { dst: Dst, slice: Reg, a: Reg, ty: Type }
        #[doc = "r[dst..+2] = append(r[slice..+2], r[a]), word elements of type ty, pointers too"]
        Append64 { dst: Dst, slice: Reg, a: Reg, ty: Type }
        #[doc = "r[dst..+2] = append(r[slice..+2], r[a..+2]), string, slice or interface elements of type ty"]
        AppendPair { dst: Dst, slice: Reg, a: Reg, ty: Type }
        #[doc = "r[dst..+2] = append(r[slice..+2], r[a..]), an element of any type ty (in memory: its address)"]
        AppendValue { dst: Dst, slice: Reg, a: Reg, ty: Type }
        #[doc = "r[dst..+2] = r[slice..+2] with n zero elements of type ty appended"]
        AppendZero { dst: Dst, slice: Reg, n: I32, ty: Type }
        #[doc = "r[dst..+2] = append(r[slice..+2], make([]ty, r[a])...); panics if r[a] is out of range"]
        AppendMade { dst: Dst, slice: Reg, a: Reg, ty: Type }
        #[doc = "r[dst..+2] = append(r[a..+2], r[b..+2]...), elements of type ty"]
        AppendSlice { dst: Dst, a: Reg, b: Reg, ty: Type }
        #[doc = "r[dst..+2] = append(r[a..+2], string r[b..+2]...)"]
        AppendStr { dst: Dst, a: Reg, b: Reg, ty: Type }
        #[doc = "r[dst] = copy(r[a..+2], r[b..+2]), elements of type ty"]
        CopySlice { dst: Dst, a: Reg, b: Reg, ty: Type }
        #[doc = "r[dst] = copy(r[a..+2], string r[b..+2])"]
        CopyStr { dst: Dst, a: Reg, b: Reg }
        #[doc = "clear(r[a..+2]), a slice with elements of type ty"]
        ClearSlice { a: Reg, ty: Type }
        #[doc = "r[dst..+2] = string r[a..+2] + r[b..+2]"]
        Concat { dst: Dst, a: Reg, b: Reg }
        #[doc = "r[dst..+2] = the n strings from r[a] on, one after the other"]
        ConcatN { dst: Dst, a: Reg, n: U16 }
        #[doc = "r[dst..+2] = string(rune r[a])"]
        RuneToStr { dst: Dst, a: Reg }
        #[doc = "r[dst..+2] = string([]byte r[a..+2])"]
        BytesToStr { dst: Dst, a: Reg }
        #[doc = "r[dst..+2] = []byte(string r[a..+2])"]
        StrToBytes { dst: Dst, a: Reg }
        #[doc = "r[dst..+2] = string([]rune r[a..+2])"]
        RunesToStr { dst: Dst, a: Reg }
        #[doc = "r[dst..+2] = []rune(string r[a..+2])"]
        StrToRunes { dst: Dst, a: Reg }
        #[doc = "if r[next] >= len(string r[a..+2]) goto off; r[rune] = the rune at r[next] (NO_REG: dropped), r[next] = index behind it"]
        StrRange { next: Dst, rune: Dst, a: Reg, off: Off16 }

        // -- Maps of type ty; in-memory elements go by their address, borrowed on the way out
        #[doc = "r[dst] = make(ty, r[hint]); NO_REG: no hint"]
        MakeMap { dst: Dst, hint: Reg, ty: Type }
        #[doc = "r[dst..] = r[map][r[key..]], the zero value if it is not there"]
        MapGet { dst: Dst, map: Reg, key: Reg, ty: Type }
        #[doc = "r[dst..], r[ok] = r[map][r[key..]]; dst may be NO_REG"]
        MapGetOk { dst: Dst, ok: Dst, map: Reg, key: Reg, ty: Type }
        #[doc = "r[map][r[key..]] = r[a..]; panics on a nil map"]
        MapSet { map: Reg, key: Reg, a: Reg, ty: Type }
        #[doc = "r[map][r[key..]] += r[a], 64-bit integers; panics on a nil map"]
        MapAddI64 { map: Reg, key: Reg, a: Reg, ty: Type }
        #[doc = "r[map][r[key..]] += imm, 64-bit integers; panics on a nil map"]
        MapAddI64Imm { map: Reg, key: Reg, imm: I16, ty: Type }
        #[doc = "r[map][r[key..]] += r[a], float64; panics on a nil map"]
        MapAddF64 { map: Reg, key: Reg, a: Reg, ty: Type }
        #[doc = "delete(r[map], r[key..])"]
        MapDelete { map: Reg, key: Reg, ty: Type }
        #[doc = "r[dst] = len(r[map])"]
        MapLen { dst: Dst, map: Reg }
        #[doc = "clear(r[map])"]
        MapClear { map: Reg, ty: Type }
        #[doc = "r[iter..+8] = an iterator over r[map], which starts at random"]
        MapIterInit { iter: Dst, map: Reg, ty: Type }
        #[doc = "if the iterator is at its end goto off; r[key..], r[val..] = its next entry; NO_REG: dropped"]
        MapIterNext { iter: Dst, key: Dst, val: Dst, off: Off16, ty: Type }

        // -- Interfaces
        #[doc = "r[dst..+2] = interface of r[a..], a value of the concrete type ty (in memory: its address)"]
        MakeIface { dst: Dst, a: Reg, ty: Type }
        #[doc = "r[dst..] = r[a..+2].(ty), a concrete type; from is the static type, for the panic"]
        AssertType { dst: Dst, a: Reg, ty: Type, from: Type }
        #[doc = "r[dst..], r[ok] = r[a..+2].(ty), a concrete type; dst may be NO_REG"]
        AssertTypeOk { dst: Dst, ok: Dst, a: Reg, ty: Type }
        #[doc = "r[dst..+2] = r[a..+2].(ty), an interface; from is the static type, for the panic"]
        AssertIface { dst: Dst, a: Reg, ty: Type, from: Type }
        #[doc = "r[dst..+2], r[ok] = r[a..+2].(ty), an interface; dst may be NO_REG"]
        AssertIfaceOk { dst: Dst, ok: Dst, a: Reg, ty: Type }
        #[doc = "r[dst..] = the value in r[a..+2], whose dynamic type is known to be ty"]
        UnpackIface { dst: Dst, a: Reg, ty: Type }

        // -- Calls: arguments from r[base] on, results there afterwards; the header's words lie below
        #[doc = "call func"]
        Call { base: Reg, func: Func }
        #[doc = "call the closure r[closure]; panics on nil"]
        CallClosure { base: Reg, closure: Reg }
        #[doc = "r[base] = data word; call the method of the dynamic type of r[a..+2]; panics on nil"]
        CallIface { base: Reg, a: Reg, method: Method }
        #[doc = "call a native function"]
        CallNative { base: Reg, native: Native }
        #[doc = "lock the mutex at r[base]; if somebody holds it, call the native, which waits"]
        MutexLock { base: Reg, native: Native }
        #[doc = "unlock the mutex at r[base]; if somebody waits for it, call the native"]
        MutexUnlock { base: Reg, native: Native }
        #[doc = "return without results"]
        Return0 { }
        #[doc = "return r[a]"]
        Return1 { a: Reg }
        #[doc = "return r[a..+2]"]
        Return2 { a: Reg }
        #[doc = "return r[a..+n]"]
        ReturnN { a: Reg, n: U16 }
        #[doc = "r[dst] = a new closure over func that captures r[a..+n]"]
        NewClosure { dst: Dst, a: Reg, n: U16, func: Func }
        #[doc = "r[dst] = word idx of what the running closure captured"]
        LoadCapture { dst: Dst, idx: U16 }
        #[doc = "r[dst..+n] = words idx.. of what the running closure captured"]
        LoadCaptureN { dst: Dst, idx: U16, n: U16 }

        // -- Goroutines: n words of arguments from r[base] on
        #[doc = "go func(...)"]
        GoFunc { base: Reg, n: U16, func: Func }
        #[doc = "go r[closure](...); a fatal error on nil"]
        GoClosure { base: Reg, n: U16, closure: Reg }
        #[doc = "go r[a..+2].method(...), r[base] being left free for the receiver; panics on nil"]
        GoIface { base: Reg, n: U16, a: Reg, method: Method }
        #[doc = "r[dst] = make(ty, r[cap]); NO_REG: unbuffered"]
        MakeChan { dst: Dst, cap: Reg, ty: Type }
        #[doc = "r[chan] <- r[a..+words]"]
        Send { chan: Reg, a: Reg, words: U16 }
        #[doc = "r[dst..+words] = <-r[chan]; dst may be NO_REG"]
        Recv { dst: Dst, chan: Reg, words: U16 }
        #[doc = "r[dst..+words], r[ok] = <-r[chan]; dst may be NO_REG"]
        RecvOk { dst: Dst, ok: Dst, chan: Reg, words: U16 }
        #[doc = "close(r[chan])"]
        Close { chan: Reg }
        #[doc = "r[dst] = len(r[chan])"]
        ChanLen { dst: Dst, chan: Reg }
        #[doc = "r[dst] = cap(r[chan])"]
        ChanCap { dst: Dst, chan: Reg }
        #[doc = "r[dst] = index of the case of select table `table` that was chosen and done"]
        Select { dst: Dst, table: U16 }

        // -- Defer, panic, recover
        #[doc = "defer func(...), n words of arguments from r[base] on"]
        DeferFunc { base: Reg, n: U16, func: Func }
        #[doc = "defer r[closure](...); nil panics when it runs"]
        DeferClosure { base: Reg, n: U16, closure: Reg }
        #[doc = "defer r[a..+2].method(...), r[base] being left free for the receiver; panics on nil"]
        DeferIface { base: Reg, n: U16, a: Reg, method: Method }
        #[doc = "runs this frame's deferred calls, the last one first"]
        RunDefers { }
        #[doc = "panic(r[a..+2])"]
        Panic { a: Reg }
        #[doc = "r[dst..+2] = recover()"]
        Recover { dst: Dst }
        #[doc = "r[dst] = the running frame, for RecoverFor"]
        ThisFrame { dst: Dst }
        #[doc = "r[dst..+2] = recover() on behalf of the frame r[a] below this one"]
        RecoverFor { dst: Dst, a: Reg }

        // -- The VM's own: where frames return to that no call instruction made
        #[doc = "ends the goroutine; its entry function has returned"]
        EndGoroutine { }
        #[doc = "leaves a frame block: copies the results to the caller's block and returns there"]
        LeaveBlock { }
        #[doc = "goes on with a panic whose deferred call has returned"]
        DeferDone { }
        #[doc = "goes on with printing a panic whose value's method has returned"]
        Printed { }

        // -- Functions made by reflect.MakeFunc
        #[doc = "r[dst..+2] = the running function's parameters as []reflect.Value; r[closure] = what it captured to be called with them"]
        ReflectArgs { dst: Dst, closure: Dst }
        #[doc = "the running function's results = r[a..+2], a []reflect.Value"]
        ReflectResults { a: Reg }
    } };
}
