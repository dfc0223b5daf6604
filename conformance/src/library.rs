//! The command `library`: Go's own tests of its library that need nothing unexported (those in a
//! package `x_test`), run by `gol test` in a copy of their folder.
//!
//! Go's internal helper packages cannot be imported from outside of its tree; the copy has small
//! ones in their place (`STAND_INS`). Declarations that do not compile even so, because they use what only
//! Go's own package exports to its tests, are emptied, one round after the other, and then those
//! that used them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::examples::{percent, report};
use crate::names::{self, Tally};
use crate::packages::{self, Set};
use crate::process::{self, Tools};

/// The time that the tests of a package get, each time they are run.
const LIMIT: Duration = Duration::from_mins(5);
/// The time after which `gol test` itself ends them, with a trace of all goroutines.
const TIMEOUT: &str = "-timeout=4m";
const LIST: &str = "library.txt";

/// How often declarations that do not compile are taken out.
const ROUNDS: usize = 200;

/// Packages that tests import and that nobody outside of Go's tree can: the part that they use.
const STAND_INS: [(&str, &str); 7] = [
    ("internal/asan", "const Enabled = false"),
    ("internal/msan", "const Enabled = false"),
    ("internal/race", "const Enabled = false\nfunc Acquire(any) {}\nfunc Release(any) {}"),
    (
        "net",
        r#"import (
	"errors"
	"os"
)
type Listener interface {
	Close() error
	Addr() string
}
func FileListener(f *os.File) (Listener, error) { return nil, errors.New("no network") }
"#,
    ),
    ("internal/poll", "func IsPollDescriptor(fd uintptr) bool { return false }"),
    (
        "os/exec/internal/fdtest",
        r#"import (
	"fmt"
	"os"
)
func Exists(fd uintptr) bool {
	_, err := os.Lstat(fmt.Sprintf("/proc/self/fd/%d", fd))
	return err == nil
}
"#,
    ),
    (
        "internal/testenv",
        r#"import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
)
func CleanCmdEnv(cmd *exec.Cmd) *exec.Cmd    { return cmd }
func Command(t testing.TB, name string, args ...string) *exec.Cmd { return exec.Command(name, args...) }
func CommandContext(t testing.TB, ctx context.Context, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, name, args...)
}
func SyscallIsNotSupported(err error) bool   { return errors.Is(err, syscall.ENOSYS) }
func Builder() string                        { return "" }
func OptimizationOff() bool                  { return true }
func SkipIfOptimizationOff(t testing.TB)     { t.Skip("no optimizer") }
func MustHaveExec(t testing.TB)              {}
func MustHaveGoBuild(t testing.TB)           { t.Skip("no go build") }
func MustHaveGoRun(t testing.TB)             { t.Skip("no go run") }
func MustHaveSymlink(t testing.TB)           {}
func MustHaveLink(t testing.TB)              {}
func HasSymlink() bool                       { return true }
func HasExec() bool                          { return true }
func SkipFlaky(t testing.TB, issue int)      { t.Skip("flaky") }
func SkipIfShortAndSlow(t testing.TB)        {}
func CPUIsSlow() bool                        { return true }
func Executable(t testing.TB) string {
	// Where a TestMain was taken out, tests start all tests again.
	const name = "GOL_CONFORMANCE_DEPTH"
	depth := os.Getenv(name) + "+"
	if len(depth) > 20 {
		t.Fatal("tests that start tests that start tests")
	}
	os.Setenv(name, depth)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return exe
}
"#,
    ),
];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these packages
    packages: Vec<String>,
    /// The packages of the first list, or of both
    #[arg(long, default_value = "first")]
    set: Set,
    /// Only tests that match, as in `gol test -run`
    #[arg(long)]
    run: Option<String>,
    /// Print what failing tests say, which files are left out, and the names that could be added to
    /// the list
    #[arg(long)]
    find: bool,
}

/// Whether all tests of the list pass; without Go's tree nothing is run.
pub(crate) fn run(tools: &Tools, options: &Options) -> anyhow::Result<bool> {
    let Some(goroot) = tools.goroot.clone() else {
        println!("library: skipped, there is no go command");
        return Ok(true);
    };
    let listed = names::read(LIST)?;
    let scratch = std::env::temp_dir().join(format!("gol-library-{}", std::process::id()));
    let packages = match &*options.packages {
        [] => packages::of(options.set, &goroot),
        named => named.to_vec(),
    };
    // Only what is listed can be lost.
    let is_listed = |package: &String| {
        listed.iter().any(|name| name.rsplit_once('.').is_some_and(|(path, _)| path == package))
    };
    let packages: Vec<String> =
        packages.into_iter().filter(|package| options.find || is_listed(package)).collect();
    let (mut passed, mut all, mut lost) = (0, 0, 0);
    for some in packages.chunks(tools.jobs) {
        let tallies = process::in_parallel(tools.jobs, some, |package| {
            run_package(tools, options, &goroot, &scratch.join(package), package, &listed)
        });
        for (package, tally) in some.iter().zip(tallies) {
            let tally = tally?;
            if tally.passed.is_empty() && tally.failed.is_empty() {
                continue;
            }
            passed += tally.passed.len();
            all += tally.passed.len() + tally.failed.len();
            lost += report(package, &tally, &listed, options.find);
        }
    }
    fs::remove_dir_all(&scratch)?;
    println!("library: {passed} of {all} pass ({:.1} %)", percent(passed, all));
    Ok(lost == 0)
}

fn run_package(
    tools: &Tools,
    options: &Options,
    goroot: &Path,
    folder: &Path,
    package: &str,
    listed: &BTreeSet<String>,
) -> anyhow::Result<Tally> {
    copy_tests(goroot, package, folder)?;
    let prefix = format!("{package}.");
    let wanted: Vec<&str> = listed.iter().filter_map(|name| name.strip_prefix(&*prefix)).collect();
    // Without `--find`, those that are not listed are not run: they may take long.
    let all_wanted = || (!options.find).then(|| format!("^({})$", wanted.join("|")));
    let pattern = options.run.clone().or_else(all_wanted);
    let mut output = String::new();
    for _ in 0..ROUNDS {
        let mut command = process::within_memory(&tools.gol);
        command.args(["test", "-short", "-v", TIMEOUT]);
        // The zone that Go's own tests of `time` set.
        command.env("TZ", "America/Los_Angeles");
        command.args(pattern.iter().flat_map(|pattern| ["-run", pattern]));
        let ended = process::run(command.arg(".").current_dir(folder), LIMIT)?;
        output = String::from_utf8_lossy(&ended.output).into_owned();
        if ended.status.is_none() {
            println!("{package}: killed after {} s", LIMIT.as_secs());
        }
        let errors = errors(&output);
        if errors.is_empty() {
            break;
        }
        for (file, line) in errors {
            let path = folder.join(file);
            let text = fs::read_to_string(&path)?;
            fs::write(&path, without(&text, line))?;
        }
    }
    let mut tally = tally(&output);
    // What was not even run has failed.
    for test in wanted.into_iter().filter(|_| options.run.is_none()) {
        if !tally.passed.contains(test) && !tally.failed.contains_key(test) {
            let end: Vec<&str> = output.lines().rev().take(12).collect();
            let end: Vec<&str> = end.into_iter().rev().collect();
            tally.failed.insert(test.to_owned(), format!("was not run:\n{}", end.join("\n")));
        }
    }
    Ok(tally)
}

/// Copies the external tests of a package with what they read.
fn copy_tests(goroot: &Path, package: &str, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    for file in packages::test_files(goroot, package) {
        let mut text = String::from_utf8_lossy(&fs::read(&file)?).into_owned();
        let clause = text.lines().find(|line| line.starts_with("package "));
        let external = clause.is_some_and(|line| line.trim_end().ends_with("_test"));
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !external || name.contains("example") {
            continue;
        }
        for (path, _) in STAND_INS {
            text = text.replace(&format!("\"{path}\""), &format!("\"./{}\"", last(path)));
        }
        fs::write(folder.join(name), text)?;
    }
    for (path, text) in STAND_INS {
        let name = last(path);
        fs::create_dir_all(folder.join(name))?;
        fs::write(folder.join(name).join(format!("{name}.go")), format!("package {name}\n{text}"))?;
    }
    stand_in_for_files(&goroot.join("src").join(package), folder)?;
    copy_folder(&goroot.join("src").join(package).join("testdata"), &folder.join("testdata"))
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Some tests look for the package's own files: there are ones of their names, without contents.
fn stand_in_for_files(package: &Path, folder: &Path) -> anyhow::Result<()> {
    let Ok(entries) = fs::read_dir(package) else { return Ok(()) };
    for entry in entries.flatten() {
        let (from, to) = (entry.path(), folder.join(entry.file_name()));
        if from.is_dir() {
            fs::create_dir_all(to)?;
        } else if from.extension().is_some_and(|extension| extension == "go") && !to.exists() {
            let name = from.file_stem().unwrap_or_default().to_string_lossy();
            if !name.ends_with("_test") {
                fs::write(to, "//go:build ignore\n\npackage ignored\n")?;
            }
        }
    }
    Ok(())
}

/// Copies a folder, if it is there.
fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    fs::create_dir_all(to)?;
    for entry in entries.flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// Files and lines of the errors in tests that did not compile, the last line of a file first.
fn errors(output: &str) -> BTreeSet<(String, usize)> {
    if !output.contains("build failed") {
        return BTreeSet::new();
    }
    let place = |line: &str| {
        let mut parts = line.strip_prefix("./")?.split(':');
        let (name, line) = (parts.next()?, parts.next()?.parse().ok()?);
        name.ends_with("_test.go").then(|| (name.to_owned(), line))
    };
    output.lines().filter_map(place).collect()
}

/// The text with the declaration that the line lies in emptied; of imports, the line alone. Lines
/// keep their numbers.
fn without(text: &str, line: usize) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let at = line.saturating_sub(1).min(lines.len().saturating_sub(1));
    let starts = |line: &str| {
        ["func ", "var ", "type ", "const ", "import "].iter().any(|word| line.starts_with(word))
    };
    let start = lines[..=at].iter().rposition(|line| starts(line)).unwrap_or(at);
    if lines[start].starts_with("import ") {
        lines[at] = "";
        return lines.join("\n") + "\n";
    }
    let ends = |line: &str| matches!(line, "}" | ")" | "})");
    let opens = lines[start].ends_with(['{', '(']);
    let end = if opens { lines[start..].iter().position(|line| ends(line)) } else { Some(0) };
    let end = start + end.unwrap_or(lines.len() - 1 - start);
    lines[start..=end].fill("");
    lines.join("\n") + "\n"
}

/// What `gol test -v` said of each test.
fn tally(output: &str) -> Tally {
    let mut tally = Tally::default();
    let mut running: Option<&str> = None;
    let mut said = String::new();
    for line in output.lines() {
        if let Some(name) = line.strip_prefix("=== RUN   ") {
            if !name.contains('/') {
                running = Some(name);
                said.clear();
            }
        } else if let Some((verdict, name)) = verdict(line) {
            running = running.filter(|running| *running != name);
            match verdict {
                "PASS" => _ = tally.passed.insert(name.to_owned()),
                "SKIP" => tally.skipped += 1,
                _ => _ = tally.failed.insert(name.to_owned(), std::mem::take(&mut said)),
            }
            said.clear();
        } else {
            said.push_str(line);
            said.push('\n');
        }
    }
    if let Some(name) = running {
        tally.failed.insert(name.to_owned(), format!("died:\n{said}"));
    }
    tally
}

/// `--- PASS: TestX (0.00s)`.
fn verdict(line: &str) -> Option<(&str, &str)> {
    let (verdict, rest) = line.strip_prefix("--- ")?.split_once(": ")?;
    Some((verdict, rest.split_whitespace().next()?))
}
