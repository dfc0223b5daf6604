//! The channels, built by themselves for the model checker: see `src/chan/models.rs`.

#![cfg(shuttle)]
#![allow(dead_code, unreachable_pub, reason = "only what the models use is used")]

#[path = "../src/chan/mod.rs"]
mod chan;

/// What channel operations make of their panics.
mod fault {
    #[derive(Debug, PartialEq)]
    pub enum Fault {
        Plain(&'static str),
        Fatal(String),
    }

    impl Fault {
        pub fn out_of_memory() -> Fault {
            Fault::Fatal("out of memory".to_owned())
        }
    }
}
