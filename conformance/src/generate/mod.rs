//! Random, well-typed Go programs that always end and print the same in every run.
//!
//! - `random`: numbers from a seed; `types`: the types used;
//! - `program`: declarations; `expr`, `statement` and, for what is seen less, `rare`, `control`,
//!   `embedded`, `sharing`: what stands in functions.
//!
//! What Go leaves open is left out: addresses, the order of maps, goroutines beside each other, and
//! as far as possible which of two operands of an expression fails first. Every
//! loop and function counts down the fuel of its program, whose end is a panic like any other.

mod control;
mod embedded;
mod expr;
mod program;
mod random;
mod rare;
mod sharing;
mod statement;
mod types;

use std::fmt::Write;

/// What all programs use.
const PRELUDE: &str = include_str!("prelude.go");

/// A file with programs made from the seeds, and a `main` that runs them one after the other.
pub(crate) fn file(seeds: &[u64]) -> String {
    let mut out = PRELUDE.to_owned();
    let mut calls = String::new();
    for (number, &seed) in seeds.iter().enumerate() {
        let _ = writeln!(out, "\n// seed {seed}\n{}", program::text(seed, number));
        let _ = writeln!(calls, "\trun({seed}, program_{number})");
    }
    let _ = writeln!(out, "func main() {{\n{calls}}}");
    out
}
