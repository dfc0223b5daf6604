//! Errors of gol itself while a program runs: Rust panics, and accesses to memory that is not there.

use std::cell::Cell;
use std::io::Write as _;
use std::ptr;
use std::sync::OnceLock;

thread_local! {
    static EXECUTING: Cell<bool> = const { Cell::new(false) };
}

/// Runs something whose Rust panics the caller reports as the program's end.
#[inline(always)]
pub(crate) fn catch<R>(run: impl FnOnce() -> R) -> std::thread::Result<R> {
    // `LocalKey::set` is a call, twice for each turn of a goroutine.
    EXECUTING.with(|executing| executing.set(true));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    EXECUTING.with(|executing| executing.set(false));
    result
}

/// Whether a Rust panic on this thread becomes the running program's end, which its [`Outcome`]
/// tells; a panic hook has nothing to say then.
///
/// [`Outcome`]: crate::Outcome
pub fn is_reported() -> bool {
    EXECUTING.get()
}

/// What happened before for SIGSEGV and SIGBUS: Rust's own handlers, which know stacks that
/// overflow.
static PREVIOUS: OnceLock<[libc::sigaction; 2]> = OnceLock::new();

const SIGNALS: [libc::c_int; 2] = [libc::SIGSEGV, libc::SIGBUS];

/// No program has memory below this address or from [`HIGHEST`] on: a script that goes there has
/// made up an address with package unsafe.
pub(crate) const LOWEST: u64 = 1 << 16;
pub(crate) const HIGHEST: u64 = 1 << 47;

/// From now on an access to memory that is not there ends the process with a message: Go's, if the
/// script has made the address up, else that of an internal error. For programs that own their
/// process; idempotent.
pub fn report_memory_faults() {
    PREVIOUS.get_or_init(|| {
        SIGNALS.map(|signal| {
            // SAFETY: all zero is a valid `sigaction`, and the pointers lead to such ones. The
            // handler does only what is allowed in one: it writes, and leaves.
            unsafe {
                let mut action: libc::sigaction = std::mem::zeroed();
                let mut previous: libc::sigaction = std::mem::zeroed();
                action.sa_sigaction = on_fault as *const () as usize;
                action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
                libc::sigaction(signal, &raw const action, &raw mut previous);
                previous
            }
        })
    });
}

extern "C" fn on_fault(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    _context: *mut libc::c_void,
) {
    // The processor does not say which address it was if no address can be like that.
    const KERNEL: libc::c_int = 0x80;
    // SAFETY: the kernel hands over a valid record of the fault.
    let (address, code) = unsafe { ((*info).si_addr() as u64, (*info).si_code) };
    if !(LOWEST..HIGHEST).contains(&address) || code == KERNEL {
        let mut text = Text::default();
        let _ = write!(
            text,
            "unexpected fault address {address:#x}\nfatal error: fault\n[signal SIGSEGV: \
             segmentation violation code={code:#x} addr={address:#x} pc=0x0]\n"
        );
        text.write_to_stderr();
        // SAFETY: ends the process without running anything of it.
        unsafe { libc::_exit(2) };
    }
    let mut text = Text::default();
    let _ = write!(
        text,
        "gol: internal error: memory fault at {address:#x}\nThis is a bug in gol, not in your \
         program; please report it.\n"
    );
    text.write_to_stderr();
    let at = usize::from(signal == libc::SIGBUS);
    let previous = PREVIOUS.get().map_or(ptr::null(), |all| &raw const all[at]);
    // SAFETY: what was there before is put back; the access is made once more and is its business.
    unsafe { libc::sigaction(signal, previous, ptr::null_mut()) };
}

/// Text of limited length, made without allocation.
struct Text {
    bytes: [u8; 256],
    len: usize,
}

impl Default for Text {
    fn default() -> Text {
        Text { bytes: [0; 256], len: 0 }
    }
}

impl Text {
    fn write_to_stderr(&self) {
        // SAFETY: `len` bytes are initialised. Nobody can be told that they were not written.
        unsafe { libc::write(libc::STDERR_FILENO, self.bytes.as_ptr().cast(), self.len) };
    }
}

impl std::io::Write for Text {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = bytes.len().min(self.bytes.len() - self.len);
        self.bytes[self.len..self.len + n].copy_from_slice(&bytes[..n]);
        self.len += n;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
