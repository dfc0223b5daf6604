//! `gol check`: errors without running, and what `run` and `disasm` share with it.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use gol::{CompileOptions, Compiled, Input};

use super::args::{CheckArgs, SourceArgs};
use super::render;

/// Compilers stop reporting after so many errors, as Go's does.
pub(crate) const MAX_ERRORS: usize = 10;

pub(crate) fn check(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let source = SourceArgs { other_files: args.other_files.clone(), ..args.source.clone() };
    let compiled = compile(&source, true)?;
    Ok(ExitCode::from(u8::from(compiled.has_errors())))
}

/// Compiles what the arguments name and prints the diagnostics.
pub(crate) fn compile(source: &SourceArgs, check_only: bool) -> anyhow::Result<Compiled> {
    let options = CompileOptions {
        strict: source.strict,
        check_only,
        goroot: goroot(source.goroot.as_ref()),
        tags: source.tags.clone(),
    };
    let compiled = gol::compile(&input(source)?, options)?;
    render::print(&compiled, source.error_format, MAX_ERRORS)?;
    Ok(compiled)
}

/// The Go source tree: the option's, or the environment's.
pub(crate) fn goroot(option: Option<&PathBuf>) -> Option<PathBuf> {
    let named = || std::env::var_os("GOROOT").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    option.cloned().or_else(named)
}

fn input(source: &SourceArgs) -> anyhow::Result<Input> {
    if let Some(text) = &source.eval {
        return Ok(Input::Text { name: "-e".to_owned(), text: text.clone().into_bytes() });
    }
    match &source.file {
        None => Ok(Input::Path(".".into())),
        Some(path) if !source.other_files.is_empty() => {
            let files = std::iter::once(path).chain(&source.other_files);
            Ok(Input::Files(files.cloned().collect()))
        }
        Some(path) if path.as_os_str() != "-" => Ok(Input::Path(path.clone())),
        Some(_) => {
            let mut text = Vec::new();
            std::io::stdin().read_to_end(&mut text).context("standard input")?;
            Ok(Input::Text { name: "standard input".to_owned(), text })
        }
    }
}
