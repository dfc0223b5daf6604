//! What the user sees of the packages' tests: the words of `go test`.

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use gol::{CompileOptions, Coverage, Input, TestInput};

use super::super::check::MAX_ERRORS;
use super::super::render;
use super::child::{self, Finished};
use super::flags::TestFlags;
use super::json::Events;
use super::packages::Package;
use super::parallel::{self, Run, Running};
use super::paths;

/// Prints outcomes, package by package.
pub(super) struct Reporter {
    flags: Arc<TestFlags>,
    /// The packages with tests, which run beside one another.
    runs: std::vec::IntoIter<Running>,
    /// Whose statements are counted.
    coverage: Option<Coverage>,
    failed: bool,
    local: bool,
    /// The coverage profile has been begun.
    profiled: bool,
}

/// What is said of a package at its end.
struct Verdict {
    /// Lines that come before the last one.
    before: String,
    line: String,
    passed: bool,
}

impl Reporter {
    /// Starts the tests of these packages, whose outcomes are asked for in the same order.
    pub(super) fn new(
        flags: &Arc<TestFlags>,
        coverage: Option<Coverage>,
        packages: &[Package],
    ) -> anyhow::Result<Reporter> {
        let mut runs = Vec::new();
        for package in packages.iter().filter(|p| p.problem.is_none() && p.has_tests) {
            let input = TestInput { cover: coverage.clone(), ..package.input.clone() };
            let profile = profile_part(flags, runs.len())?;
            runs.push(Run { input, profile });
        }
        let (flags, runs) = (Arc::clone(flags), parallel::start(runs, flags)?.into_iter());
        Ok(Reporter { flags, runs, coverage, failed: false, local: false, profiled: false })
    }

    pub(super) fn run(&mut self, package: &Package) -> anyhow::Result<()> {
        self.local = package.local;
        if self.flags.json {
            return self.run_json(package);
        }
        let path = &package.input.path;
        if let Some(text) = untestable(package, &self.flags.tags)? {
            self.failed = true;
            std::io::stderr().write_all(text.as_bytes())?;
            let what = if package.problem.is_some() { "setup" } else { "build" };
            return print(&format!("FAIL\t{path} [{what} failed]\n"));
        }
        if !package.has_tests {
            return print(&self.without_tests(package)?);
        }
        let mut kept: Vec<u8> = Vec::new();
        let mut said = Said::default();
        let streams = package.local || self.flags.verbose || self.flags.bench || self.flags.fuzz;
        let finished = self.run_tests(|line, started| {
            said.note(line);
            if streams && started {
                std::io::stdout().write_all(line)?;
            } else {
                kept.extend_from_slice(line);
            }
            Ok(())
        })?;
        let verdict = self.verdict(package, &finished, &said);
        let shown = !verdict.passed || self.flags.list;
        if !finished.started {
            let errors = paths::shorten(&String::from_utf8_lossy(&kept), &package.input.dir);
            write!(std::io::stderr(), "# {path} [{path}.test]\n{errors}")?;
        } else if shown {
            std::io::stdout().write_all(&kept)?;
        }
        self.failed |= !verdict.passed;
        print(&format!("{}{}", verdict.before, verdict.line))
    }

    /// Waits for the tests of the next package; what they write as a coverage profile goes behind those
    /// of other packages.
    fn run_tests(
        &mut self,
        line: impl FnMut(&[u8], bool) -> anyhow::Result<()>,
    ) -> anyhow::Result<Finished> {
        let next = self.runs.next().context("a package that was not started")?;
        let part = next.profile.clone();
        let finished = next.finish(line)?;
        if let Some(part) = part {
            self.add_profile(&part)?;
        }
        Ok(finished)
    }

    /// Moves a package's part into the coverage profile.
    fn add_profile(&mut self, part: &Path) -> anyhow::Result<()> {
        let Some(profile) = &self.flags.cover_profile else { return Ok(()) };
        let text = std::fs::read_to_string(part).unwrap_or_default();
        std::fs::remove_file(part).ok();
        let behind_head = text.find('\n').map_or(text.len(), |at| at + 1);
        let kept = if self.profiled { &text[behind_head..] } else { &text };
        let mut options = std::fs::OpenOptions::new();
        let options = options.create(true).write(true).append(self.profiled);
        let mut file = options.truncate(!self.profiled).open(profile)?;
        file.write_all(kept.as_bytes())?;
        self.profiled = true;
        Ok(())
    }

    /// What is said of a package that has no tests. If its statements are counted, none of them ran.
    fn without_tests(&mut self, package: &Package) -> anyhow::Result<String> {
        let path = &package.input.path;
        let is_counted = self.coverage.as_ref().is_some_and(|coverage| {
            let named = coverage.packages.as_ref().map(|named| &named.packages);
            named.is_none_or(|named| named.iter().any(|(other, _)| other == path))
        });
        if !is_counted {
            return Ok(format!("?   \t{path}\t[no test files]\n"));
        }
        if let Some(part) = profile_part(&self.flags, usize::MAX)? {
            let own = |coverage| Coverage { packages: None, ..coverage };
            let cover = self.coverage.clone().map(own);
            let input = TestInput { cover, ..package.input.clone() };
            child::run_package(&input, &self.flags, Some(&part), |_, _| Ok(()))?;
            self.add_profile(&part)?;
        }
        Ok(format!("\t{path}\t\tcoverage: 0.0% of statements\n"))
    }

    fn verdict(&self, package: &Package, finished: &Finished, said: &Said) -> Verdict {
        let path = &package.input.path;
        let elapsed = seconds(finished.elapsed);
        if !finished.started {
            let line = format!("FAIL\t{path} [build failed]\n");
            return Verdict { before: String::new(), line, passed: false };
        }
        if finished.status.success() && !finished.killed {
            let mut line = format!("ok  \t{path}\t{elapsed}");
            // What the tests have printed themselves is not said again.
            let repeats = !package.local && !self.flags.bench;
            if !said.coverage.is_empty() && repeats {
                line += &format!("\t{}", said.coverage);
            }
            line += if said.nothing_ran && repeats { " [no tests to run]\n" } else { "\n" };
            return Verdict { before: String::new(), line, passed: true };
        }
        let mut before = String::new();
        if finished.killed {
            before = format!("*** Test killed: ran too long ({elapsed}).\n");
        }
        // What is printed tells of the failure already, unless nothing is.
        if package.local || self.flags.bench || !said.anything {
            before += &format!("{}\n", end_of(finished.status));
        }
        Verdict { before, line: format!("FAIL\t{path}\t{elapsed}\n"), passed: false }
    }

    fn run_json(&mut self, package: &Package) -> anyhow::Result<()> {
        let path = &package.input.path;
        let mut events = Events::new(path);
        if let Some(text) = untestable(package, &self.flags.tags)? {
            self.failed = true;
            let what = if package.problem.is_some() { "setup" } else { "build" };
            return events.build_failed(path, &text, what);
        }
        if !package.has_tests {
            events.start()?;
            events.output(&self.without_tests(package)?)?;
            return events.end("skip", 0.0);
        }
        let mut said = Said::default();
        let mut built = String::new();
        let mut begun = false;
        let finished = self.run_tests(|line, started| {
            said.note(line);
            let text = String::from_utf8_lossy(line);
            if !started {
                built += &text;
                return Ok(());
            }
            if !std::mem::replace(&mut begun, true) {
                events.start()?;
            }
            events.line(&text)
        })?;
        if !finished.started {
            self.failed = true;
            let errors = paths::shorten(&built, &package.input.dir);
            let text = format!("# {path} [{path}.test]\n{errors}");
            return events.build_failed(&format!("{path} [{path}.test]"), &text, "build");
        }
        if !begun {
            events.start()?;
        }
        let verdict = self.verdict(package, &finished, &said);
        self.failed |= !verdict.passed;
        events.output(&verdict.before)?;
        if verdict.passed {
            events.output(&verdict.line)?;
        } else {
            events.failure(&verdict.line)?;
        }
        events.end(if verdict.passed { "pass" } else { "fail" }, finished.elapsed.as_secs_f64())
    }

    /// The last line, and the exit status.
    pub(super) fn finish(&self) -> anyhow::Result<u8> {
        if self.failed && !self.local && !self.flags.json {
            print("FAIL\n")?;
        }
        Ok(u8::from(self.failed))
    }
}

/// Where one package's coverage profile goes first, if there is to be one.
fn profile_part(flags: &TestFlags, number: usize) -> anyhow::Result<Option<PathBuf>> {
    let Some(profile) = &flags.cover_profile else { return Ok(None) };
    let mut part = std::path::absolute(profile)?.into_os_string();
    part.push(format!(".{}.{number}", std::process::id()));
    Ok(Some(part.into()))
}

/// What a test binary says that found nothing to run.
const NO_TESTS: &str = "testing: warning: no tests to run\n";

/// What a binary's lines say that the last line repeats.
#[derive(Default)]
struct Said {
    anything: bool,
    nothing_ran: bool,
    coverage: String,
}

impl Said {
    fn note(&mut self, line: &[u8]) {
        self.anything = true;
        self.nothing_ran |= line == NO_TESTS.as_bytes();
        if line.starts_with(b"coverage: ") {
            String::from_utf8_lossy(line).trim_end().clone_into(&mut self.coverage);
        }
    }
}

/// Why a package cannot be tested, in `go test`'s words: it is not there, or, where it has no
/// tests, it has errors.
fn untestable(package: &Package, tags: &[String]) -> anyhow::Result<Option<String>> {
    let path = &package.input.path;
    if let Some(problem) = &package.problem {
        return Ok(Some(format!("# {path}\n{problem}\n")));
    }
    if package.has_tests {
        return Ok(None);
    }
    let dir = std::fs::canonicalize(&package.input.dir)?;
    let input = TestInput { dir, ..package.input.clone() };
    let tags = tags.to_vec();
    let options = CompileOptions { check_only: true, tags, ..CompileOptions::default() };
    let compiled = gol::compile(&Input::Tests(input), options)?;
    if !compiled.has_errors() {
        return Ok(None);
    }
    let errors = paths::shorten(&render::short_text(&compiled, MAX_ERRORS)?, &package.input.dir);
    Ok(Some(format!("# {path}\n{errors}")))
}

fn print(text: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

fn seconds(elapsed: Duration) -> String {
    format!("{:.3}s", elapsed.as_secs_f64())
}

/// How a process ended, in Go's words.
fn end_of(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(9)) => "signal: killed".to_owned(),
        (None, Some(11)) => "signal: segmentation fault".to_owned(),
        (None, signal) => format!("signal: {}", signal.unwrap_or_default()),
    }
}
