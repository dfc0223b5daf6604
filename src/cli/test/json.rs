//! `-json`: the output of a test binary as the events that `go doc test2json` describes.
//!
//! A binary run with `-test.v=test2json` puts the byte 0x16 before each line that tells of a test;
//! all other lines are output of the test named last. What tests report as errors stands between the
//! bytes 0x0f and 0x0e.

use std::io::Write as _;
use std::time::SystemTime;

use serde_json::{Value, json};

/// Writes the events of one package.
pub(super) struct Events {
    package: String,
    /// The test that output belongs to; empty: the package itself.
    test: String,
    /// Outcomes told by lines whose output may still go on.
    ended: Vec<(String, &'static str, f64)>,
    /// The text of an error has begun and not ended.
    in_error: bool,
}

impl Events {
    pub(super) fn new(package: &str) -> Events {
        Events {
            package: package.to_owned(),
            test: String::new(),
            ended: Vec::new(),
            in_error: false,
        }
    }

    fn emit(&self, action: &str, test: &str, more: &[(&str, Value)]) -> anyhow::Result<()> {
        let mut fields = vec![
            ("Time", json!(now())),
            ("Action", json!(action)),
            ("Package", json!(self.package)),
        ];
        if !test.is_empty() {
            fields.push(("Test", json!(test)));
        }
        fields.extend(more.iter().cloned());
        let fields: Vec<String> = fields.iter().map(|(n, v)| format!("{n:?}:{v}")).collect();
        writeln!(std::io::stdout(), "{{{}}}", fields.join(","))?;
        Ok(())
    }

    pub(super) fn start(&self) -> anyhow::Result<()> {
        self.emit("start", "", &[])
    }

    /// Output of the package itself.
    pub(super) fn output(&mut self, text: &str) -> anyhow::Result<()> {
        self.flush()?;
        self.test.clear();
        for line in text.split_inclusive('\n') {
            self.emit("output", "", &[("Output", json!(line))])?;
        }
        Ok(())
    }

    /// The last event of the package.
    pub(super) fn end(&mut self, action: &str, elapsed: f64) -> anyhow::Result<()> {
        self.flush()?;
        self.emit(action, "", &[("Elapsed", elapsed_value(elapsed))])
    }

    /// One line of the binary's output.
    pub(super) fn line(&mut self, text: &str) -> anyhow::Result<()> {
        // A mark may stand behind what the test wrote without ending its line.
        let Some((before, marked)) = text.split_once('\u{16}') else {
            return self.text(text);
        };
        if !before.is_empty() {
            self.text(before)?;
        }
        let bare = marked.trim_start().trim_end_matches('\n');
        if let Some(rest) = bare.strip_prefix("=== ") {
            let (verb, test) = rest.split_once(' ').unwrap_or((rest, ""));
            return self.update(verb, test.trim_start(), marked);
        }
        if let Some(rest) = bare.strip_prefix("--- ") {
            return self.outcome(rest, marked);
        }
        self.flush()?;
        self.test.clear();
        self.frame(marked)
    }

    /// Output that tells of no test.
    fn text(&mut self, text: &str) -> anyhow::Result<()> {
        let kind = match (self.in_error, text.starts_with('\u{f}')) {
            (_, true) => Some("error"),
            (true, false) => Some("error-continue"),
            _ => None,
        };
        self.in_error = kind.is_some() && !text.contains('\u{e}');
        let bare = text.replace(['\u{f}', '\u{e}'], "");
        let mut more = vec![("Output", json!(bare))];
        more.extend(kind.map(|kind| ("OutputType", json!(kind))));
        self.emit("output", &self.test, &more)
    }

    /// The events of a package that could not be built, or found.
    pub(super) fn build_failed(&self, built: &str, text: &str, what: &str) -> anyhow::Result<()> {
        let build = |action: &str, more: String| {
            let path = json!(built);
            writeln!(std::io::stdout(), "{{\"ImportPath\":{path},\"Action\":{action:?}{more}}}")
        };
        for line in text.split_inclusive('\n') {
            build("build-output", format!(",\"Output\":{}", json!(line)))?;
        }
        build("build-fail", String::new())?;
        self.start()?;
        let line = format!("FAIL\t{} [{what} failed]\n", self.package);
        self.failure(&line)?;
        self.emit("fail", "", &[("Elapsed", json!(0)), ("FailedBuild", json!(built))])
    }

    /// The last line of a package that failed.
    pub(super) fn failure(&self, text: &str) -> anyhow::Result<()> {
        self.emit("output", "", &[("Output", json!(text)), ("OutputType", json!("frame"))])
    }

    fn frame(&self, text: &str) -> anyhow::Result<()> {
        self.emit("output", &self.test, &[("Output", json!(text)), ("OutputType", json!("frame"))])
    }

    fn update(&mut self, verb: &str, test: &str, text: &str) -> anyhow::Result<()> {
        self.flush()?;
        let name = test.split(' ').next().unwrap_or_default();
        name.clone_into(&mut self.test);
        if name.is_empty() {
            // What follows belongs to no test; nothing is said of that.
            return Ok(());
        }
        match verb {
            "RUN" => self.emit("run", name, &[])?,
            // Only a change of the test; nothing is said of that.
            "NAME" => return Ok(()),
            "PAUSE" => {
                self.frame(text)?;
                return self.emit("pause", name, &[]);
            }
            "CONT" => self.emit("cont", name, &[])?,
            "ATTR" => {
                let mut words = test.splitn(3, ' ').skip(1);
                let mut word = || json!(words.next().unwrap_or_default());
                self.emit("attr", name, &[("Key", word()), ("Value", word())])?;
            }
            _ => {}
        }
        self.frame(text)
    }

    /// `PASS: TestX (0.00s)`.
    fn outcome(&mut self, rest: &str, text: &str) -> anyhow::Result<()> {
        let (word, rest) = rest.split_once(": ").unwrap_or((rest, ""));
        let (test, elapsed) = rest.split_once(" (").unwrap_or((rest, ""));
        let elapsed = elapsed.trim_end_matches("s)").parse().unwrap_or_default();
        let action = match word {
            "PASS" => "pass",
            "SKIP" => "skip",
            "FAIL" => "fail",
            _ => "bench",
        };
        self.flush_from(test)?;
        test.clone_into(&mut self.test);
        self.frame(text)?;
        self.ended.push((test.to_owned(), action, elapsed));
        Ok(())
    }

    /// The end of a subtest is told below its parent's; what is told again is not below.
    fn flush_from(&mut self, test: &str) -> anyhow::Result<()> {
        let is_below = |(parent, ..): &(String, &str, f64)| {
            test.strip_prefix(parent.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        while let Some(last) = self.ended.pop() {
            if is_below(&last) {
                self.ended.push(last);
                break;
            }
            self.emit(last.1, &last.0, &[("Elapsed", elapsed_value(last.2))])?;
        }
        Ok(())
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        while let Some((test, action, elapsed)) = self.ended.pop() {
            self.emit(action, &test, &[("Elapsed", elapsed_value(elapsed))])?;
        }
        Ok(())
    }
}

/// Seconds with at most three places behind the point.
fn elapsed_value(seconds: f64) -> Value {
    let millis = (seconds * 1000.0).round();
    if millis % 1000.0 == 0.0 { json!((millis / 1000.0) as u64) } else { json!(millis / 1000.0) }
}

/// The time in UTC, as RFC 3339 writes it.
fn now() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86400, since.as_secs() % 86400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let nanos = since.subsec_nanos();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}Z")
}

/// Year, month and day of a day counted from 1970-01-01.
fn civil(days: u64) -> (u64, u64, u64) {
    let (mut year, mut rest) = (1970, days);
    let leap = |y: u64| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    while rest >= 365 + u64::from(leap(year)) {
        rest -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    (year, month, rest + 1)
}
