//! Picks how handlers are dispatched: threaded sibling calls where the optimiser makes jumps of
//! them (opt-level 2 and up on targets that pass six integers in registers), else a loop.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=GOL_DISPATCH");
    println!("cargo::rustc-check-cfg=cfg(gol_tail)");
    let var = |name| env::var(name).unwrap_or_default();
    let optimised = matches!(var("OPT_LEVEL").as_str(), "2" | "3");
    let arch = matches!(var("CARGO_CFG_TARGET_ARCH").as_str(), "x86_64" | "aarch64");
    let unix = var("CARGO_CFG_TARGET_FAMILY").contains("unix");
    let wanted = match var("GOL_DISPATCH").as_str() {
        "tail" => true,
        "loop" => false,
        _ => optimised && arch && unix,
    };
    if wanted {
        println!("cargo::rustc-cfg=gol_tail");
    }
}
