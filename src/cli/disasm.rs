//! `gol disasm`: the bytecode of a program beside its source lines.

use std::io::Write as _;
use std::process::ExitCode;

use gol::bytecode::{Function, disasm};
use gol::diagnostic::{Pos, SourceMap};

use super::args::DisasmArgs;
use super::check;

pub(crate) fn disasm(args: &DisasmArgs) -> anyhow::Result<ExitCode> {
    let compiled = check::compile(&args.source, false)?;
    let Some(program) = &compiled.program else { return Ok(ExitCode::from(1)) };
    let code = program.code();
    let found: Vec<&Function> = match &args.function {
        Some(name) => named(&code.functions, name),
        None => {
            let own = |f: &&Function| args.all || !(f.flags.is_std || f.flags.wrapper);
            code.functions.iter().filter(own).collect()
        }
    };
    if let Some(name) = &args.function
        && found.is_empty()
    {
        anyhow::bail!("no function {name}; one that nothing calls has no code");
    }
    let mut out = std::io::stdout().lock();
    for (number, function) in found.into_iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        write!(
            out,
            "{}",
            disasm::function(code, function, &mut |pos| source_line(&compiled.sources, pos))
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The functions with a name, with their package or without; if there are none, those whose names
/// have it in them.
pub(crate) fn named<'a>(functions: &'a [Function], name: &str) -> Vec<&'a Function> {
    let own = |f: &&Function| !f.flags.wrapper;
    let exact = |f: &&Function| {
        f.name.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let found: Vec<&Function> = functions.iter().filter(own).filter(exact).collect();
    if !found.is_empty() {
        return found;
    }
    functions.iter().filter(own).filter(|f| f.name.contains(name)).collect()
}

/// The place and text of a line.
pub(crate) fn source_line(sources: &SourceMap, pos: Pos) -> Option<String> {
    let at = sources.location(pos)?;
    Some(format!("{}:{}: {}", at.name, at.line, sources.file(at.file).line_text(at.line).trim()))
}
