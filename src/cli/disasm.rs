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
    let wanted = |f: &&Function| match &args.function {
        Some(name) => f.name.contains(name.as_str()),
        None => args.all || !(f.flags.is_std || f.flags.wrapper),
    };
    let mut out = std::io::stdout().lock();
    for (number, function) in code.functions.iter().filter(wanted).enumerate() {
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

/// The place and text of a line.
pub(crate) fn source_line(sources: &SourceMap, pos: Pos) -> Option<String> {
    let at = sources.location(pos)?;
    Some(format!("{}:{}: {}", at.name, at.line, sources.file(at.file).line_text(at.line).trim()))
}
