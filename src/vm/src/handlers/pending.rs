//! Opcodes whose value modules are being merged.

use super::slow;
use crate::fault::Fault;

macro_rules! pending {
    ($($name:ident)*) => { slow! {$(
        $name(worker, r, ip, o) { Err(Fault::Internal(concat!(stringify!($name), " is not linked").into())) }
    )*} };
}

pending! {
    MakeMap MapGet MapGetOk MapSet MapDelete MapLen MapClear MapIterInit MapIterNext
}
