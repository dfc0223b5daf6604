//! The command line, declared once: parsing, `--help` and completions come from these types.
//!
//! `gol FILE …` is short for `gol run FILE …`: if the first word is no command and no option of
//! the command itself, `run` is put before it.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

/// What was asked for.
pub(crate) struct Invocation {
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
A FILE is a .gol script, a .go file, or a directory with either; - is standard input.
`gol FILE` is short for `gol run FILE`; `gol` on a terminal starts the REPL.
`gol COMMAND --help` tells more.

Exit status:
  0  success
  1  errors in the source, a file that cannot be read, failed tests or inputs
  2  a panic or fatal error of the program, or a wrong command line
  70 an error of gol itself; please report it
  n  what the program chose by os.Exit(n)

Environment:
  NO_COLOR        no colours, even on a terminal; so do CLICOLOR=0 and TERM=dumb
  CLICOLOR_FORCE  colours, even where there is no terminal
  GOMAXPROCS      worker threads; one for each core if it is not set
  GOROOT          a Go source tree, for packages that gol does not have
  GOL_HISTORY     where the REPL remembers inputs

Examples:
  gol hello.gol
  gol -e 'fmt.Println(strings.ToUpper(\"go\"))'
  echo '1+2' | gol repl";

#[derive(Parser)]
#[command(
    name = "gol",
    about = "Go as a scripting language",
    disable_version_flag = true,
    arg_required_else_help = true,
    override_usage = "gol FILE [ARGS]…\n       gol -e 'STATEMENTS' [ARGS]…\n       gol COMMAND [OPTIONS]…\n       gol",
    after_help = AFTER_HELP
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run a script, a Go file or a directory
    #[command(
        after_help = "Examples:\n  gol run hello.gol\n  gol run examples/hello_goroutine\n  \
        gol -e 'fmt.Println(1 + 2)'\n  echo 'fmt.Println(os.Args)' | gol - a b c"
    )]
    Run(RunArgs),
    /// Check for errors without running
    #[command(after_help = "Example:\n  gol check --error-format=short src/")]
    Check(CheckArgs),
    /// Print the bytecode, instruction by instruction, beside the source
    #[command(after_help = "Examples:\n  gol disasm fib.gol\n  gol disasm fib.gol main.fib")]
    Disasm(DisasmArgs),
    /// Run tests, benchmarks and examples of packages
    #[command(override_usage = "gol test [FLAGS] [DIR | DIR/... | FILES]…", after_help = super::test::help())]
    Test(TestArgs),
    /// Lay source text out as gofmt does
    #[command(
        override_usage = "gol fmt [-l] [-w] [-d] [FILE | DIR]…",
        after_help = "Without files standard input is formatted. Of a directory all .gol and .go files are.\n\n\
        Examples:\n  gol fmt -w .\n  gol fmt -l src\n  gol fmt < a.gol"
    )]
    Fmt(FmtArgs),
    /// The process of one package's tests, which gol itself starts
    #[command(skip)]
    TestBinary(TestBinaryArgs),
    /// Show documentation from the sources
    #[command(
        after_help = "Examples:\n  gol doc strings\n  gol doc strings.Cut\n  gol doc strings.Builder.Len\n  \
        gol doc flag.Flag.Usage\n  gol doc -src strings.Cut\n  gol doc -all bufio\n  \
        gol doc MyType       a declaration in this directory"
    )]
    Doc(DocArgs),
    /// Read inputs, run them and show their values
    #[command(
        after_help = "On a terminal :help lists commands. Otherwise inputs come from standard \
        input\nand results are printed without prompts; the status is 1 if an input failed.\n\n\
        Examples:\n  gol\n  echo '1+2' | gol repl"
    )]
    Repl(ReplArgs),
    /// Print completions of the command for a shell
    #[command(
        after_help = "Examples:\n  gol completions bash > ~/.local/share/bash-completion/completions/gol\n  \
        gol completions zsh > ~/.zfunc/_gol\n  gol completions fish > ~/.config/fish/completions/gol.fish"
    )]
    Completions(CompletionsArgs),
    /// Print the manual page
    #[command(after_help = "Example:\n  gol man > ~/.local/share/man/man1/gol.1")]
    Man,
    /// Print the version
    #[command(after_help = "Example:\n  gol version")]
    Version,
}

#[derive(Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Arguments of the program: os.Args[1:]. Behind a .go file, further .go files are of its package
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    pub(crate) args: Vec<OsString>,
}

#[derive(Args, Clone)]
pub(crate) struct SourceArgs {
    /// File or directory (without one, the current directory); - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The other files of the program's package.
    #[arg(skip)]
    pub(crate) other_files: Vec<PathBuf>,
    /// Run these statements
    #[arg(short = 'e', long = "eval", value_name = "STATEMENTS")]
    pub(crate) eval: Option<String>,
    /// How errors are printed
    #[arg(long, value_enum, default_value_t = ErrorFormat::Pretty)]
    pub(crate) error_format: ErrorFormat,
    /// Unused variables, imports and labels are errors in scripts, too
    #[arg(long)]
    pub(crate) strict: bool,
    /// A Go source tree, for packages that gol does not have (also: the environment's GOROOT)
    #[arg(long, value_name = "DIR")]
    pub(crate) goroot: Option<PathBuf>,
    /// Build tags that hold, for //go:build lines: a,b
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) tags: Vec<String>,
}

#[derive(Args, Clone)]
pub(crate) struct LimitArgs {
    /// The most memory the program may use: 512M, 2G
    #[arg(long, value_name = "BYTES", value_parser = parse_bytes)]
    pub(crate) memory_limit: Option<u64>,
    /// The most goroutines at a time
    #[arg(long, value_name = "N")]
    pub(crate) max_goroutines: Option<usize>,
    /// How long the program may run: 500ms, 10s, 2m
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Run deterministically: one worker, every choice from this seed
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Run under this many seeds; report the first under which the program goes wrong or differs
    #[arg(long, value_name = "N")]
    pub(crate) explore: Option<u64>,
    /// When main returns, report goroutines that wait for ever
    #[arg(long)]
    pub(crate) leaks: bool,
    /// Debugging of gol: request a collection at every Nth allocation
    #[arg(long, value_name = "N", hide = true)]
    pub(crate) gc_stress: Option<u32>,
    /// Debugging of gol: a safepoint after N loops and calls, and random pauses of the workers
    #[arg(long, value_name = "N", default_value_t = 0, hide = true)]
    pub(crate) safepoint_stress: u32,
}

#[derive(Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Other files of the same package
    #[arg(value_name = "FILES")]
    pub(crate) other_files: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct DisasmArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Only functions whose name contains this
    #[arg(value_name = "FUNC")]
    pub(crate) function: Option<String>,
    /// The standard library's functions, too
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Args)]
pub(crate) struct DocArgs {
    /// A package, or a name in one; without it, what this directory declares
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// A name in the package before it
    #[arg(value_name = "SYMBOL")]
    pub(crate) symbol: Option<String>,
    /// Show the whole source of the declaration
    #[arg(long = "src")]
    pub(crate) source: bool,
    /// Show all declarations of a package with their comments
    #[arg(long)]
    pub(crate) all: bool,
    /// One line for each declaration, without comments
    #[arg(long)]
    pub(crate) short: bool,
    /// What is not exported, too
    #[arg(short = 'u')]
    pub(crate) unexported: bool,
}

#[derive(Args, Clone)]
pub(crate) struct ReplArgs {
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Print prompts and inputs, too, and errors where results are: what a terminal would show
    #[arg(long)]
    pub(crate) transcript: bool,
}

#[derive(Args)]
pub(crate) struct CompletionsArgs {
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args)]
pub(crate) struct TestArgs {
    /// Flags, directories and files
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "WORDS", hide = true)]
    pub(crate) words: Vec<OsString>,
}

#[derive(Args)]
pub(crate) struct FmtArgs {
    /// Print only the names of files that would change
    #[arg(short = 'l')]
    pub(crate) list: bool,
    /// Write the result into the files
    #[arg(short = 'w')]
    pub(crate) write: bool,
    /// Print what would change
    #[arg(short = 'd')]
    pub(crate) diff: bool,
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Parser)]
#[command(name = "gol test-binary")]
pub(crate) struct TestBinaryArgs {
    /// The package's import path
    #[arg(long)]
    pub(crate) path: String,
    /// Where it is, if not in the current directory: the tests have started themselves once more
    #[arg(long)]
    pub(crate) dir: Option<PathBuf>,
    /// What the program is called: a file that starts the tests
    #[arg(long)]
    pub(crate) name: OsString,
    /// Its files, where not all of the directory's are wanted
    #[arg(long = "file")]
    pub(crate) files: Vec<PathBuf>,
    /// Count the statements that run: set or count
    #[arg(long)]
    pub(crate) cover: Option<String>,
    /// Count those of other packages: import path and directory, with a = between them
    #[arg(long, requires = "cover_words")]
    pub(crate) covered: Vec<String>,
    /// What messages call these packages
    #[arg(long)]
    pub(crate) cover_words: Option<String>,
    #[arg(long, value_delimiter = ',')]
    pub(crate) tags: Vec<String>,
    #[arg(long)]
    pub(crate) goroot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorFormat {
    /// With the source line and marks below it
    Pretty,
    /// file:line:column: message
    Short,
    /// One JSON object a line
    Json,
}

/// Words that are commands, so that everything else is a file.
pub(crate) const COMMANDS: &[&str] = &[
    "run",
    "check",
    "disasm",
    "test",
    "fmt",
    "test-binary",
    "doc",
    "repl",
    "completions",
    "man",
    "version",
    "help",
    "-h",
    "--help",
];

/// The command that somebody may have meant who wrote another word.
pub(crate) fn command_like(word: &str) -> Option<&'static str> {
    let near =
        |name: &&&str| !name.starts_with('-') && strsim::damerau_levenshtein(name, word) <= 2;
    let close = COMMANDS.iter().filter(|_| word.len() > 2).filter(near);
    close.min_by_key(|name| strsim::damerau_levenshtein(name, word)).copied()
}

/// The description of the command line, for completions and the manual page.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Reads the command line; the exit status if there is nothing to do but print help or an error.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, ExitCode> {
    let mut args: Vec<OsString> = args.into_iter().collect();
    let first = args.get(1).map(|a| a.to_string_lossy().into_owned());
    match first.as_deref() {
        None if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() => {
            args.push("repl".into());
        }
        Some("-V" | "--version") => args[1] = "version".into(),
        // Go's tools write long options with one dash, too.
        Some("doc") => double_dashes(&mut args, &["-src", "-all", "-short"]),
        Some("run" | "check" | "disasm") => double_dashes(&mut args, &["-tags"]),
        Some(word) if !COMMANDS.contains(&word) => args.insert(1, "run".into()),
        _ => {}
    }
    if first.as_deref() == Some("test-binary") {
        let read = TestBinaryArgs::try_parse_from(args.iter().skip(1));
        return finish(read.map(Command::TestBinary));
    }
    protect_program_arguments(&mut args);
    finish(Cli::try_parse_from(args).map(|cli| cli.command))
}

/// What has been read, or help and errors, printed.
fn finish(read: Result<Command, clap::Error>) -> Result<Invocation, ExitCode> {
    match read {
        Ok(command) => Ok(Invocation::new(command)),
        Err(error) => {
            let _ = error.print();
            Err(ExitCode::from(if error.use_stderr() { 2 } else { 0 }))
        }
    }
}

/// Gives options that begin with one dash a second one, up to the first word that is none.
fn double_dashes(args: &mut [OsString], names: &[&str]) {
    for arg in args.iter_mut().skip(2) {
        let text = arg.to_string_lossy();
        if names.iter().any(|name| text.split('=').next() == Some(name)) {
            *arg = format!("-{text}").into();
        }
    }
}

/// Puts `--` behind the file (or behind `-e TEXT`) of `run`, so that what follows is the program's.
fn protect_program_arguments(args: &mut Vec<OsString>) {
    if args.get(1).is_none_or(|a| a != "run") {
        return;
    }
    let mut at = 2;
    let mut evaluated = false;
    while let Some(word) = args.get(at).map(|a| a.to_string_lossy().into_owned()) {
        let takes_value = matches!(
            word.as_str(),
            "-e" | "--eval"
                | "--error-format"
                | "--goroot"
                | "--tags"
                | "--memory-limit"
                | "--max-goroutines"
                | "--timeout"
                | "--seed"
                | "--explore"
                | "--gc-stress"
                | "--safepoint-stress"
        );
        evaluated |= matches!(word.as_str(), "-e" | "--eval") || word.starts_with("--eval=");
        if !word.starts_with('-') || word == "-" {
            if !evaluated {
                at += 1;
            }
            break;
        }
        if word == "--" {
            return;
        }
        at += if takes_value { 2 } else { 1 };
    }
    if at < args.len() {
        args.insert(at, "--".into());
    }
}

/// `500ms`, `1.5s`, `2m`, `1h`.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("{text:?} is no duration; write 500ms, 10s or 2m")),
    };
    let number: f64 = digits.parse().map_err(|_| format!("{text:?} is no duration"))?;
    Duration::try_from_secs_f64(number * unit).map_err(|e| e.to_string())
}

/// `1024`, `64K`, `512M`, `2G`, with `iB` or `B` behind it if one likes.
fn parse_bytes(text: &str) -> Result<u64, String> {
    let upper = text.to_uppercase();
    let bare = upper.trim_end_matches('B').trim_end_matches('I');
    let (digits, shift) = match bare.chars().last() {
        Some('K') => (&bare[..bare.len() - 1], 10),
        Some('M') => (&bare[..bare.len() - 1], 20),
        Some('G') => (&bare[..bare.len() - 1], 30),
        _ => (bare, 0),
    };
    let number: u64 =
        digits.trim().parse().map_err(|_| format!("{text:?} is no size; write 64K, 512M or 2G"))?;
    number
        .checked_shl(shift)
        .filter(|n| n >> shift == number)
        .ok_or_else(|| format!("{text} is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_args(words: &[&str]) -> RunArgs {
        let args = std::iter::once("gol").chain(words.iter().copied()).map(OsString::from);
        match parse(args).ok().map(|i| i.command) {
            Some(Command::Run(run)) => run,
            _ => panic!("not a run command: {words:?}"),
        }
    }

    #[test]
    fn a_file_is_run_and_what_follows_is_the_programs() {
        let run = run_args(&["--strict", "a.gol", "-x", "--strict", "y"]);
        assert_eq!(run.source.file, Some("a.gol".into()));
        assert!(run.source.strict);
        assert_eq!(run.args, ["-x", "--strict", "y"]);
        let eval = run_args(&["-e", "f()", "a", "-b"]);
        assert_eq!(eval.source.eval.as_deref(), Some("f()"));
        assert_eq!(run_args(&["-", "x"]).args, ["x"]);
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(parse_duration("2m"), Ok(Duration::from_mins(2)));
        assert!(parse_duration("5").is_err() && parse_duration("-1s").is_err());
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_bytes("64K"), Ok(65536));
        assert_eq!(parse_bytes("2GiB"), Ok(2 << 30));
        assert!(parse_bytes("many").is_err());
        assert!(parse_bytes("99999999999999999999G").is_err());
    }
}
