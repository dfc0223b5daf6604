//! Any bytes as a script: lexer, parser, checker and compiler end with a program or with errors.
//!
//! The same property on stable, with mutants of the project's own programs: the test `mutations`
//! of the suite (`tests/harness/mutation.rs`).

#![no_main]

use gol::{CompileOptions, Input};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let input = Input::Text { name: "fuzz.gol".to_owned(), text: text.to_vec() };
    if let Ok(compiled) = gol::compile(&input, CompileOptions::default()) {
        assert!(compiled.program.is_some() || compiled.has_errors());
    }
});
