//! What the user sees of the packages' tests: the words of `go test`.

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

use super::child::{self, Finished};
use super::flags::TestFlags;
use super::json::Events;
use super::packages::Package;

/// Prints outcomes, package by package.
pub(super) struct Reporter<'a> {
    flags: &'a TestFlags,
    failed: bool,
    local: bool,
}

/// What is said of a package at its end.
struct Verdict {
    /// Lines that come before the last one.
    before: String,
    line: String,
    passed: bool,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(flags: &'a TestFlags) -> Reporter<'a> {
        Reporter { flags, failed: false, local: false }
    }

    pub(super) fn run(&mut self, package: &Package) -> anyhow::Result<()> {
        self.local = package.local;
        if self.flags.json {
            return self.run_json(package);
        }
        let path = &package.input.path;
        if !package.has_tests {
            return print(&format!("?   \t{path}\t[no test files]\n"));
        }
        let mut kept: Vec<u8> = Vec::new();
        let mut is_empty = false;
        let streams = package.local || self.flags.verbose || self.flags.bench;
        let finished = child::run_package(
            &package.input,
            &self.flags.passed,
            self.flags.timeout,
            |line, started| {
                is_empty |= line == NO_TESTS.as_bytes();
                if streams && started {
                    std::io::stdout().write_all(line)?;
                } else {
                    kept.extend_from_slice(line);
                }
                Ok(())
            },
        )?;
        let verdict = self.verdict(package, &finished, is_empty);
        let shown = !verdict.passed || self.flags.list;
        if !finished.started {
            let headline = format!("# {path} [{path}.test]\n");
            std::io::stderr().write_all(&[headline.as_bytes(), &kept].concat())?;
        } else if shown {
            std::io::stdout().write_all(&kept)?;
        }
        self.failed |= !verdict.passed;
        print(&format!("{}{}", verdict.before, verdict.line))
    }

    fn verdict(&self, package: &Package, finished: &Finished, is_empty: bool) -> Verdict {
        let path = &package.input.path;
        let elapsed = seconds(finished.elapsed);
        if !finished.started {
            let line = format!("FAIL\t{path} [build failed]\n");
            return Verdict { before: String::new(), line, passed: false };
        }
        if finished.status.success() && !finished.killed {
            let note = if is_empty { " [no tests to run]" } else { "" };
            let line = format!("ok  \t{path}\t{elapsed}{note}\n");
            return Verdict { before: String::new(), line, passed: true };
        }
        let mut before = String::new();
        if finished.killed {
            before = format!("*** Test killed: ran too long ({elapsed}).\n");
        }
        // Of failing tests the output tells already; any other end is said here.
        if package.local || finished.status.code() != Some(1) {
            before += &format!("{}\n", end_of(finished.status));
        }
        Verdict { before, line: format!("FAIL\t{path}\t{elapsed}\n"), passed: false }
    }

    fn run_json(&mut self, package: &Package) -> anyhow::Result<()> {
        let mut events = Events::new(&package.input.path);
        if !package.has_tests {
            events.start()?;
            events.output(&format!("?   \t{}\t[no test files]\n", package.input.path))?;
            return events.end("skip", 0.0);
        }
        let mut is_empty = false;
        let mut built: Vec<String> = Vec::new();
        events.start()?;
        let finished = child::run_package(
            &package.input,
            &self.flags.passed,
            self.flags.timeout,
            |line, started| {
                is_empty |= line == NO_TESTS.as_bytes();
                let text = String::from_utf8_lossy(line);
                if started {
                    events.line(&text)
                } else {
                    built.push(text.into_owned());
                    Ok(())
                }
            },
        )?;
        for text in built {
            events.output(&text)?;
        }
        let verdict = self.verdict(package, &finished, is_empty);
        self.failed |= !verdict.passed;
        events.output(&verdict.before)?;
        events.output(&verdict.line)?;
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

/// What a test binary says that found nothing to run.
const NO_TESTS: &str = "testing: warning: no tests to run\n";

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
