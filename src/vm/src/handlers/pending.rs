//! Opcodes whose value modules are being merged.

use super::slow;
use crate::fault::Fault;

macro_rules! pending {
    ($($name:ident)*) => { slow! {$(
        $name(worker, r, ip, o) { Err(Fault::Internal(concat!(stringify!($name), " is not linked").into())) }
    )*} };
}

pending! {
    LoadRegIndex StoreRegIndex LoadIndexI8 LoadIndexU8 LoadIndexI16 LoadIndexU16 LoadIndexI32
    LoadIndexU32 LoadIndex64 LoadIndexPair StoreIndex8 StoreIndex16 StoreIndex32 StoreIndex64
    StoreIndexPtr StoreIndexPair IndexAddr CheckIndex StrIndex SliceLen SliceCap ArrayView
    SliceSlice SliceStr SliceToArrayPtr MakeSlice Append8 Append32 Append64 AppendPair AppendValue
    AppendZero AppendSlice AppendStr CopySlice CopyStr ClearSlice Concat ConcatN RuneToStr
    BytesToStr StrToBytes RunesToStr StrToRunes StrRange MakeMap MapGet MapGetOk MapSet MapDelete
    MapLen MapClear MapIterInit MapIterNext
}
