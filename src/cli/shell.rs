//! `gol completions` and `gol man`: what shells and `man` know of the command line.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Arg, Command};

use super::args::{self, CompletionsArgs};

pub(crate) fn completions(args: &CompletionsArgs) -> anyhow::Result<ExitCode> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut shown("gol", &args::command()), "gol", &mut text);
    std::io::stdout().write_all(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// A command without what its help does not show (the generators would offer that), and with the
/// flags of `gol test`, which that reads itself.
fn shown(name: &'static str, command: &Command) -> Command {
    let visible = command.get_arguments().filter(|arg| !arg.is_hide_set()).cloned();
    let mut out = Command::new(name).args(visible);
    if let Some(about) = command.get_about() {
        out = out.about(about.clone());
    }
    if name == "test" {
        let files = Arg::new("DIR").num_args(0..).value_hint(clap::ValueHint::AnyPath);
        out = out.args(super::test::arguments()).arg(files);
    }
    let known = |sub: &Command| args::COMMANDS.iter().find(|name| **name == sub.get_name());
    out.subcommands(command.get_subcommands().filter_map(|sub| Some(shown(known(sub)?, sub))))
}

/// The page of `gol` and, behind it, what each of its commands takes.
pub(crate) fn manual() -> anyhow::Result<ExitCode> {
    let mut command = args::command();
    command.build();
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_extra_section(&mut page)?;
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let title = format!("gol {}", sub.get_name()).to_uppercase();
        writeln!(page, ".SH \"{title}\"")?;
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        writeln!(page, "{about}.")?;
        let one = clap_mangen::Man::new(sub.clone());
        one.render_options_section(&mut page)?;
        one.render_extra_section(&mut page)?;
    }
    std::io::stdout().write_all(&page)?;
    Ok(ExitCode::SUCCESS)
}
