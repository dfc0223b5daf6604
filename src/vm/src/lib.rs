//! Executes programs: loading, dispatch, handlers, calls, channels, maps, panics.
//!
//! The crate's parts and who may call whom:
//!
//! - `load`: a `gol_bytecode::Program` becomes [`rtype::RType`]s and functions with addresses.
//! - `dispatch`, `handlers`: one handler for each opcode; cold paths are functions of the modules
//!   below, which know registers only as words.
//! - `frame`: frame blocks, calls, returns. `defer`, `panic`, `traceback`.
//! - `mem`, `map`, `string`, `slice`, `iface`: values. They allocate through [`Local`]'s cache,
//!   return [`Fault`]s and never switch goroutines.
//! - `chan`: channels and select; parks and readies goroutines through `gol-sched`.
//! - `native`, `value`, `assign`, `place`: what native functions of the standard library see. Safe code on their side.
//! - `reflect`: the natives of package reflect, which do with memory what its values ask for.
//! - `runtime`, `machine`: one runtime, and how the scheduler runs goroutines in it. `collect`: its
//!   roots, and when its workers collect; `liveness`: which registers are roots. `session`: one whose program grows while it runs.
//! - `control`: what outsiders want of a running program. `special`: natives of finalizers and weak
//!   pointers.
//!
//! Terms that SAFETY lines refer to: invariant *frames* (`frame`), *code* (`dispatch`), *running
//! frame* (`local`).

// For the model checker, whose atomics are not those of programs' memory, only the channels are
// built, by `tests/channel_models.rs`.
#![cfg(not(shuttle))]
// Addresses of bytes lead to values at their types' alignment.
#![allow(clippy::cast_ptr_alignment)]

mod assign;
mod bubble;
pub mod builtin;
pub mod chan;
mod code;
mod collect;
mod context;
mod control;
mod defer;
mod dispatch;
mod emergency;
pub mod fault;
mod float;
mod frame;
mod handlers;
pub mod iface;
pub mod kept;
mod liveness;
mod load;
mod local;
mod machine;
pub mod map;
pub mod mem;
pub mod native;
pub mod natives_sched;
mod panic;
pub mod place;
mod reflect;
pub mod rtype;
pub mod runtime;
pub mod session;
pub mod slice;
mod special;
pub mod string;
mod timers;
mod traceback;
pub mod value;

pub use control::Handle;
pub use emergency::{is_reported, report_memory_faults};
pub use fault::Fault;
pub use float::{Shortest, shortest};
pub use load::LoadError;
pub use local::{Local, VmG, VmWorker};
pub use runtime::{Config, Outcome, Runtime, RuntimeError};
pub use session::{Event, Session};
