//! What can go wrong while an instruction runs: the Go panic or fatal error that it becomes.

use std::borrow::Cow;

/// A fault of one instruction. The dispatcher turns it into a panic value of the program (see
/// `panic`) at the instruction's position, or into the end of the program.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// A `runtime.Error` whose text is `runtime error: ` and this.
    Runtime(Cow<'static, str>),
    /// An index out of range. Whether it is unsigned, the function tells (`Function::unsigned`).
    Index { index: i64, len: usize },
    /// The same for a slice expression.
    Bounds(crate::slice::OutOfRange),
    /// A `*runtime.TypeAssertionError`: `interface conversion: …`.
    Assertion(String),
    /// `panic: ` and this, a `runtime.Error` without the prefix (`close of closed channel`,
    /// `assignment to entry in nil map`, `send on closed channel`).
    Plain(&'static str),
    /// As `Plain`, with a text made at run time.
    Text(String),
    /// A panic with the program's own value, an interface's two words.
    Value([u64; 2]),
    /// `fatal error: ` and this; cannot be recovered (`all goroutines are asleep - deadlock!`,
    /// `concurrent map writes`, `out of memory`).
    Fatal(Cow<'static, str>),
    /// The goroutine ends (`runtime.Goexit`), running its deferred calls.
    Goexit,
    /// The program ends with this status (`os.Exit`).
    Exit(i32),
    /// An error of gol itself.
    Internal(String),
}

impl Fault {
    pub fn nil_dereference() -> Fault {
        Fault::Runtime(Cow::Borrowed("invalid memory address or nil pointer dereference"))
    }

    pub fn divide() -> Fault {
        Fault::Runtime(Cow::Borrowed("integer divide by zero"))
    }

    /// The text of `Index`.
    pub(crate) fn index_text(index: i64, len: usize, unsigned: bool) -> String {
        if unsigned {
            format!("index out of range [{}] with length {len}", index as u64)
        } else if index < 0 {
            format!("index out of range [{index}]")
        } else {
            format!("index out of range [{index}] with length {len}")
        }
    }

    pub fn out_of_memory() -> Fault {
        Fault::Fatal(Cow::Borrowed("out of memory"))
    }
}
