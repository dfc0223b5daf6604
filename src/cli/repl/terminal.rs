//! Inputs from somebody at a terminal: the line editor, its history, Ctrl-C.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use rustyline::error::ReadlineError;
use rustyline::history::{FileHistory, History as _};
use rustyline::{
    Cmd, ColorMode, CompletionType, Config, Editor, EventHandler, ExternalPrinter as _, KeyCode,
    KeyEvent, Modifiers,
};

use super::console::{Console, Printer};
use super::errors::TAB;
use super::helper::{Close, Closing, Enter, ReplHelper, with_marks, without_marks};
use super::script::PROMPT;
use super::{Flow, Repl, ReplArgs};

/// Inputs that are remembered.
const HISTORY: usize = 10_000;

type LineEditor = Editor<ReplHelper, FileHistory>;

pub(super) fn run(args: &ReplArgs) -> anyhow::Result<ExitCode> {
    let color = crate::cli::color(&std::io::stdout());
    let closing = Closing::default();
    let mut editor = editor(&closing)?;
    let mut printer = editor.create_external_printer()?;
    let print: Printer = Box::new(move |text| printer.print(text).map_err(std::io::Error::other));
    let console = Console::terminal(print, color);
    let mut repl = Repl::new(args, console)?;
    editor.set_helper(Some(ReplHelper::new(repl.session.clone(), color, closing)));
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&repl.interrupted))?;
    let mut history = Remembered::load(history_file(), &mut editor)?;
    let version = env!("CARGO_PKG_VERSION");
    repl.console.out(&format!("gol {version} (Go 1.27); :help lists commands, Ctrl-D leaves\n"));
    let status = read_inputs(&mut repl, &mut editor, &mut history)?;
    Ok(crate::cli::run::status(status))
}

fn editor(closing: &Closing) -> anyhow::Result<LineEditor> {
    let config = Config::builder()
        .max_history_size(HISTORY)?
        .history_ignore_dups(true)?
        .completion_type(CompletionType::List)
        // The continuation prompt is a matter of highlighting, too; the helper knows of colours.
        .color_mode(ColorMode::Forced)
        .tab_stop(TAB as u8)
        .build();
    let mut editor = Editor::with_config(config)?;
    let enter = || EventHandler::Conditional(Box::new(Enter));
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::NONE), enter());
    editor.bind_sequence(KeyEvent::ctrl('j'), enter());
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), Cmd::Newline);
    for bracket in ['}', ')', ']'] {
        let close = Close { bracket, closing: closing.clone() };
        let close = EventHandler::Conditional(Box::new(close));
        editor.bind_sequence(KeyEvent(KeyCode::Char(bracket), Modifiers::NONE), close);
    }
    Ok(editor)
}

/// Reads and runs inputs until one of them or Ctrl-D ends the session.
fn read_inputs(
    repl: &mut Repl,
    editor: &mut LineEditor,
    history: &mut Remembered,
) -> anyhow::Result<i32> {
    let styled =
        if repl.console.color { format!("\x1b[1;32m{PROMPT}\x1b[0m") } else { PROMPT.to_owned() };
    let prompt = (PROMPT.to_owned(), styled);
    loop {
        if let Flow::Leave(status) = repl.between_inputs() {
            return Ok(status);
        }
        repl.console.start_line();
        if let Some((width, _)) = editor.dimensions() {
            repl.width = usize::from(width).max(20);
        }
        repl.console.set_prompting(true);
        let read = editor.readline(&prompt);
        repl.console.set_prompting(false);
        let line = match read {
            Ok(line) => without_marks(&line),
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => return Ok(0),
            Err(error) => return Err(error.into()),
        };
        if line.trim().is_empty() {
            continue;
        }
        history.add(line.trim_end(), editor)?;
        match repl.enter(&line) {
            Flow::On | Flow::Failed => {}
            Flow::Leave(status) => return Ok(status),
        }
    }
}

/// Where inputs are remembered: `GOL_HISTORY`, or a file of the user's state directory.
fn history_file() -> Option<PathBuf> {
    if let Some(file) = std::env::var_os("GOL_HISTORY") {
        return (!file.is_empty()).then(|| file.into());
    }
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).or_else(home)?;
    Some(state.join("gol").join("history"))
}

/// Inputs that outlive the session: each is written when it is entered, so that none is lost. The
/// editor's own list has them with the marks of further lines.
struct Remembered {
    file: Option<PathBuf>,
    entries: FileHistory,
}

impl Remembered {
    fn load(file: Option<PathBuf>, editor: &mut LineEditor) -> anyhow::Result<Remembered> {
        let builder = Config::builder().max_history_size(HISTORY)?.history_ignore_dups(true)?;
        let mut entries = FileHistory::with_config(&builder.build());
        if let Some(file) = &file {
            if let Some(folder) = file.parent() {
                // Where there can be no file, nothing is remembered.
                let _ = std::fs::create_dir_all(folder);
            }
            // There is none yet at the first start.
            let _ = entries.load(file);
        }
        for entry in entries.iter() {
            editor.add_history_entry(with_marks(entry))?;
        }
        Ok(Remembered { file, entries })
    }

    fn add(&mut self, input: &str, editor: &mut LineEditor) -> anyhow::Result<()> {
        editor.add_history_entry(with_marks(input))?;
        if self.entries.add(input)?
            && let Some(file) = &self.file
        {
            let _ = self.entries.append(file);
        }
        Ok(())
    }
}
