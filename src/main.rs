//! The command `gol`: see `cli` for what it can do.

#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Trees, tables and bytecode are many small objects of a thread that ends soon; what gol programs
/// allocate lies in the VM's own heap.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::internal_errors::report_instead_of_panicking();
    cli::main()
}
