//! Tests of the REPL at a terminal: files of steps that a person would take, on a pseudo-terminal.
//!
//! Steps, one a line: `type TEXT` and `enter TEXT` (with the Enter key behind), `key NAME` (tab,
//! enter, up, ctrl-c …), `see TEXT` (waits until that is printed, behind what was seen before; the
//! typed line is printed, too), `prompt` (waits for the next one), `paste FILE` (bracketed, as terminals do it; the file lies beside the test), `leave` (Ctrl-D; the status is
//! 0), `restart` (leaves and starts anew, with the same history). Lines with `#` are comments.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{Eof, Expect as _, Session};
use libtest_mimic::{Failed, Trial};

use super::{files, root};

/// What is not printed by then is not coming.
const LIMIT: Duration = Duration::from_mins(1);

/// What a terminal is told when a prompt appears: that pasted text is to be marked.
const PROMPT: &str = "\x1b[?2004h";

const KEYS: &[(&str, &str)] = &[
    ("enter", "\r"),
    ("tab", "\t"),
    ("up", "\x1b[A"),
    ("down", "\x1b[B"),
    ("left", "\x1b[D"),
    ("right", "\x1b[C"),
    ("home", "\x1b[H"),
    ("end", "\x1b[F"),
    ("backspace", "\x7f"),
    ("ctrl-c", "\x03"),
    ("ctrl-d", "\x04"),
    ("ctrl-r", "\x12"),
    ("ctrl-u", "\x15"),
];

pub(crate) fn trials() -> Vec<Trial> {
    let all = files("tests/repl", &["tty"]).into_iter();
    all.map(|path| Trial::test(path.display().to_string(), move || run(&path))).collect()
}

struct Person {
    session: OsSession,
    history: PathBuf,
    folder: PathBuf,
}

fn run(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(root().join(path)).map_err(|e| e.to_string())?;
    let name = path.display().to_string().replace(['/', '.'], "_");
    let history = std::env::temp_dir().join(format!("gol-history-{name}-{}", std::process::id()));
    let folder = root().join(path.parent().unwrap_or(Path::new(".")));
    let session = start(&history, &folder)?;
    let mut person = Person { session, history, folder };
    let steps = text.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
    let result = steps.into_iter().try_for_each(|(number, line)| {
        person.step(line).map_err(|e| format!("line {}: {line}\n{e}", number + 1).into())
    });
    let _ = fs::remove_file(&person.history);
    result
}

fn start(history: &Path, folder: &Path) -> Result<OsSession, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gol"));
    command.current_dir(folder).env("TERM", "xterm").env("GOL_HISTORY", history);
    command.env("NO_COLOR", "1").env_remove("GOMAXPROCS");
    let mut session = Session::spawn(command).map_err(|e| e.to_string())?;
    session.set_expect_timeout(Some(LIMIT));
    session.expect(PROMPT).map_err(|e| e.to_string())?;
    Ok(session)
}

impl Person {
    fn step(&mut self, line: &str) -> Result<(), String> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "type" => self.send(rest),
            "enter" => self.send(&format!("{rest}\r")),
            "key" => {
                let key = KEYS.iter().find(|(name, _)| *name == rest).ok_or("unknown key")?;
                self.send(key.1)
            }
            "prompt" => self.session.expect(PROMPT).map(drop).map_err(|e| e.to_string()),
            "see" => self.session.expect(rest).map(drop).map_err(|e| e.to_string()),
            "paste" => {
                let text = fs::read_to_string(self.folder.join(rest)).map_err(|e| e.to_string())?;
                self.send(&format!("\x1b[200~{}\x1b[201~", text.trim_end()))
            }
            "leave" => self.leave(),
            "restart" => {
                self.leave()?;
                self.session = start(&self.history, &self.folder)?;
                Ok(())
            }
            _ => Err("unknown step".to_owned()),
        }
    }

    fn send(&mut self, text: &str) -> Result<(), String> {
        self.session.send(text).map_err(|e| e.to_string())
    }

    fn leave(&mut self) -> Result<(), String> {
        self.send("\x04")?;
        self.session.expect(Eof).map_err(|e| e.to_string())?;
        match self.session.get_process().wait() {
            Ok(WaitStatus::Exited(_, 0)) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    }
}
