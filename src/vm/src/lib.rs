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
//! - `native`: what native functions of the standard library see. Safe code on their side.

pub mod fault;
pub mod iface;
pub mod map;
pub mod mem;
pub mod rtype;
pub mod slice;
pub mod string;

pub use fault::Fault;
