//! Commands of the REPL: lines that begin with a colon.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use gol::bytecode::{Function, disasm};
use gol::session::{Named, NamedKind, Rejected, Values};

use super::saved::script_of;
use super::{Flow, Repl};
use crate::cli::{doc, highlight};

struct Command {
    name: &'static str,
    args: &'static str,
    help: &'static str,
    run: fn(&mut Repl, &str) -> Flow,
}

const COMMANDS: &[Command] = &[
    Command { name: "help", args: "", help: "list the commands", run: help },
    Command { name: "type", args: "EXPR", help: "the type of an expression", run: type_of },
    Command {
        name: "doc",
        args: "NAME",
        help: "documentation: strings.Cut, MyType",
        run: show_doc,
    },
    Command { name: "vars", args: "", help: "what the session has declared", run: vars },
    Command {
        name: "goroutines",
        args: "",
        help: "goroutines: state, what they wait for, where",
        run: goroutines,
    },
    Command {
        name: "time",
        args: "INPUT",
        help: "run an input and say how long it took",
        run: time,
    },
    Command {
        name: "disasm",
        args: "[FUNC]",
        help: "the bytecode of a function, or of the last input",
        run: show_code,
    },
    Command {
        name: "load",
        args: "FILE",
        help: "run a file as one input, and its main function",
        run: load,
    },
    Command { name: "save", args: "FILE", help: "write the inputs so far to a file", run: save },
    Command {
        name: "edit",
        args: "",
        help: "edit the last input in $EDITOR and run it",
        run: edit,
    },
    Command { name: "reset", args: "", help: "forget everything", run: reset },
    Command { name: "quit", args: "", help: "leave, as Ctrl-D does", run: quit },
];

/// The names of all commands.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|c| c.name)
}

impl Repl {
    /// Runs a command, given without its colon. A beginning of a name is enough.
    pub(super) fn command(&mut self, line: &str) -> Flow {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let exact = COMMANDS.iter().find(|c| c.name == word);
        let mut begins = COMMANDS.iter().filter(|c| c.name.starts_with(word) && !word.is_empty());
        let Some(command) = exact.or_else(|| begins.next()) else {
            return self.fail(&format!("unknown command :{word}; :help lists them"));
        };
        (command.run)(self, rest.trim())
    }

    fn fail(&self, message: &str) -> Flow {
        self.console.error(&format!("{message}\n"));
        Flow::Failed
    }

    /// Go text, with colours where there are some.
    fn show(&self, text: &str) {
        let text = if self.console.color { highlight::colored(text) } else { text.to_owned() };
        self.console.out(&text);
    }
}

fn help(repl: &mut Repl, _: &str) -> Flow {
    let mut text = String::from(
        "An input is any statement, expression or declaration; the value of an expression is shown\n\
         and kept in `it`. Standard packages need no import. Ctrl-C stops a running input, Ctrl-R\n\
         searches the history, Tab completes, two empty lines end an unfinished input.\n\n",
    );
    for c in COMMANDS {
        let usage = format!(":{} {}", c.name, c.args);
        let _ = writeln!(text, "  {usage:<18} {}", c.help);
    }
    repl.console.out(&text);
    Flow::On
}

fn type_of(repl: &mut Repl, text: &str) -> Flow {
    if text.is_empty() {
        return repl.fail("usage: :type EXPR");
    }
    let answer = repl.session.borrow_mut().type_of(text);
    match answer {
        Ok(ty) => {
            repl.show(&format!("{ty}\n"));
            Flow::On
        }
        Err(Rejected::Errors(found)) => {
            let first = found.first().map_or("not an expression", |d| d.message.as_str());
            repl.fail(first)
        }
        Err(Rejected::Empty | Rejected::Start(_)) => repl.fail("not an expression"),
    }
}

fn show_doc(repl: &mut Repl, name: &str) -> Flow {
    if name.is_empty() {
        return repl.fail("usage: :doc NAME");
    }
    let own = own_doc(repl, name);
    match own.or_else(|| doc::library(name)) {
        Some(text) => {
            repl.show(&text);
            Flow::On
        }
        None => repl.fail(&format!("there is no documentation of {name}")),
    }
}

/// What the session's inputs, or a package that they import from a directory, say about a name or a
/// member of a type, variable or package.
fn own_doc(repl: &Repl, path: &str) -> Option<String> {
    let (name, member) = path.split_once('.').unwrap_or((path, ""));
    let owner = repl.session.borrow_mut().find(name)?;
    match owner.kind {
        NamedKind::Package => package_doc(repl, &owner, member),
        NamedKind::Var if !member.is_empty() => {
            let ty = repl.session.borrow_mut().type_of(name).ok()?;
            let ty = ty.trim_start_matches('*').split('[').next().filter(|ty| !ty.is_empty())?;
            let path = format!("{ty}.{member}");
            own_doc(repl, &path).or_else(|| doc::library(&path))
        }
        _ => {
            // What was declared before the name was declared anew is about another one.
            let declares = |text: &&String| doc::declares(text, name);
            let from = repl.accepted.iter().rposition(|text| declares(&text)).unwrap_or(0);
            let texts = repl.accepted.iter().skip(from).map(String::as_str);
            doc::in_sources(texts, name, member).or_else(|| {
                Some(format!("{}\n", repl.session.borrow_mut().find(path)?.declaration))
            })
        }
    }
}

/// What the sources of a package outside the library say.
fn package_doc(repl: &Repl, package: &Named, path: &str) -> Option<String> {
    if doc::library(&package.name).is_some() {
        return None;
    }
    let mut session = repl.session.borrow_mut();
    let members = session.members(&package.name);
    if path.is_empty() {
        let lines: Vec<String> = members.into_iter().map(|m| m.declaration).collect();
        return Some(format!("{}\n\n{}\n", package.declaration, lines.join("\n")));
    }
    let (name, member) = path.split_once('.').unwrap_or((path, ""));
    let file = members.iter().find(|m| m.name == name)?.file?;
    let sources = session.sources();
    doc::in_sources(std::iter::once(&*sources.file(file).text), name, member)
}

/// Constants, types, functions and imports as they are declared; variables with their values.
fn vars(repl: &mut Repl, _: &str) -> Flow {
    let names = repl.session.borrow_mut().names();
    let (variables, others): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|n| n.kind == NamedKind::Var);
    let mut text = String::new();
    for named in &others {
        let _ = writeln!(text, "{}", named.declaration);
    }
    let list: Vec<&str> = variables.iter().map(|v| v.name.as_str()).collect();
    let flow = repl.input("variables", &list.join("\n"), Values::Peeked);
    let values = std::mem::take(&mut repl.peeked);
    for (variable, value) in variables.iter().zip(values) {
        let _ = writeln!(text, "{}", with_value(variable, &value.join(", ")));
    }
    repl.show(&text);
    flow
}

/// A variable's declaration, without a type that its value says anyway.
fn with_value(variable: &Named, value: &str) -> String {
    let name = &variable.name;
    let ty = variable.declaration.split_once(&format!("var {name} ")).map_or("", |(_, ty)| ty);
    let shown = value.trim_start_matches('&').trim_start_matches("main.");
    if shown.starts_with(ty.trim_start_matches('*')) {
        format!("var {name} = {value}")
    } else {
        format!("{} = {value}", variable.declaration)
    }
}

fn goroutines(repl: &mut Repl, _: &str) -> Flow {
    let found = repl.session.borrow().goroutines();
    let mut text = String::new();
    for g in &found {
        let _ = writeln!(text, "goroutine {} [{}] {} at {}", g.id, g.state, g.function, g.place);
    }
    if found.is_empty() {
        text.push_str("no goroutines\n");
    }
    repl.console.out(&text);
    Flow::On
}

fn time(repl: &mut Repl, text: &str) -> Flow {
    if text.is_empty() {
        return repl.fail("usage: :time INPUT");
    }
    let name = repl.session.borrow_mut().next_name();
    let start = Instant::now();
    let flow = repl.input(&name, text, Values::Shown);
    repl.console.start_line();
    repl.console.out(&format!("took {:.3?}\n", start.elapsed()));
    flow
}

fn show_code(repl: &mut Repl, name: &str) -> Flow {
    let session = repl.session.borrow();
    let code = session.program();
    let found: Vec<&Function> = if name.is_empty() {
        let is_input = |f: &&Function| f.name == "main.main";
        code.functions.iter().rfind(is_input).into_iter().collect()
    } else {
        crate::cli::disasm::named(&code.functions, name)
    };
    let sources = session.sources();
    let mut text = String::new();
    for (number, function) in found.iter().enumerate() {
        let separator = if number > 0 { "\n" } else { "" };
        let shown = disasm::function(&code, function, &mut |pos| {
            crate::cli::disasm::source_line(&sources, pos)
        });
        let _ = write!(text, "{separator}{shown}");
    }
    if found.is_empty() {
        return repl.fail("no such function; one that was never called has no code");
    }
    repl.console.out(&text);
    Flow::On
}

/// A program is run as `gol run` does it: its main function is called when all is declared.
fn load(repl: &mut Repl, file: &str) -> Flow {
    if file.is_empty() {
        return repl.fail("usage: :load FILE");
    }
    match std::fs::read(file) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let mut flow = repl.input(file, &text, Values::Unused);
            if flow == Flow::On {
                repl.accepted.push(text.trim_end().to_owned());
                if doc::declares(&text, "main") {
                    flow = repl.input(file, "main()", Values::Unused);
                }
            }
            flow
        }
        Err(error) => repl.fail(&format!("{file}: {}", reason(&error))),
    }
}

/// Why something failed, in the system's words without its number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

fn save(repl: &mut Repl, file: &str) -> Flow {
    if file.is_empty() {
        return repl.fail("usage: :save FILE");
    }
    let text = script_of(&repl.accepted);
    if let Err(error) = std::fs::write(file, &text) {
        return repl.fail(&format!("{file}: {}", reason(&error)));
    }
    let input = gol::Input::Text { name: file.to_owned(), text: text.into_bytes() };
    let options = gol::CompileOptions { check_only: true, ..Default::default() };
    match gol::compile(&input, options) {
        Ok(compiled) if compiled.has_errors() => {
            let errors = crate::cli::render::short_text(&compiled, 3).unwrap_or_default();
            repl.show(&format!("written, but as a script it has errors:\n{errors}"));
        }
        _ => {}
    }
    Flow::On
}

fn edit(repl: &mut Repl, _: &str) -> Flow {
    if !repl.console.is_terminal() {
        return repl.fail("an editor needs a terminal");
    }
    let editor = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR"));
    let editor = editor.unwrap_or_else(|_| "vi".to_owned());
    let file = std::env::temp_dir().join(format!("gol-input-{}.gol", std::process::id()));
    let last = repl.accepted.last().cloned().unwrap_or_default();
    let edited = edit_file(&editor, &file, &last);
    let _ = std::fs::remove_file(&file);
    match edited {
        Ok(text) if text.trim().is_empty() => Flow::On,
        Ok(text) => {
            repl.show(&text);
            repl.enter(&text)
        }
        Err(error) => repl.fail(&format!("{editor}: {}", reason(&error))),
    }
}

/// The text as the user's editor leaves it.
fn edit_file(editor: &str, file: &Path, text: &str) -> std::io::Result<String> {
    std::fs::write(file, format!("{text}\n"))?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    std::process::Command::new(program).args(words).arg(file).status()?;
    std::fs::read_to_string(file)
}

fn reset(repl: &mut Repl, _: &str) -> Flow {
    match repl.reset() {
        Ok(()) => Flow::On,
        Err(error) => repl.fail(&format!("{error:#}")),
    }
}

fn quit(_: &mut Repl, _: &str) -> Flow {
    Flow::Leave(0)
}
