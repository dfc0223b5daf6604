//! All tests that run programs, in one binary: one named test for each file.
//!
//! Which folder holds what, and how to add a test (no Rust is needed): see `README.md` here.

mod harness;
mod library;
mod tidy;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = Vec::new();
    trials.extend(harness::program::trials());
    trials.extend(harness::example::trials());
    trials.extend(harness::script::trials());
    trials.extend(harness::terminal::trials());
    trials.extend(harness::transcript::trials());
    trials.extend(harness::mutation::trials());
    trials.extend(tidy::trials());
    libtest_mimic::run(&arguments, trials).exit();
}
