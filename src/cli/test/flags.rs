//! The flags of `gol test`, in one table, and reading them as Go's `flag` package does: one dash
//! or two, `-name value` or `-name=value`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::time::Duration;

/// What a flag takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Value,
}

struct Flag {
    name: &'static str,
    takes: Takes,
    /// Whether the test binary gets it, as `-test.NAME`.
    passed: bool,
    help: &'static str,
}

const fn flag(name: &'static str, takes: Takes, passed: bool, help: &'static str) -> Flag {
    Flag { name, takes, passed, help }
}

const FLAGS: &[Flag] = &[
    flag("run", Takes::Value, true, "Run only tests and examples that match: TestX/sub|TestY"),
    flag("skip", Takes::Value, true, "Do not run tests that match"),
    flag("v", Takes::Nothing, true, "Print every test as it runs, and its log"),
    flag("count", Takes::Value, true, "Run each test and benchmark N times"),
    flag("bench", Takes::Value, true, "Run benchmarks that match (. for all)"),
    flag("benchtime", Takes::Value, true, "How long (2s) or often (100x) a benchmark runs"),
    flag("benchmem", Takes::Nothing, true, "Print allocations of benchmarks"),
    flag("cpu", Takes::Value, true, "Numbers of workers to run tests and benchmarks with: 1,2,4"),
    flag("short", Takes::Nothing, true, "Tell long tests to be short"),
    flag("timeout", Takes::Value, true, "Panic when a package runs for longer (10m; 0: never)"),
    flag("failfast", Takes::Nothing, true, "Start no test after the first failure"),
    flag("parallel", Takes::Value, true, "How many parallel tests run at once"),
    flag("shuffle", Takes::Value, true, "Change the order of tests: on, off or a seed"),
    flag("list", Takes::Value, true, "List tests that match, and run none"),
    flag("fullpath", Takes::Nothing, true, "Print whole file names in messages"),
    flag("outputdir", Takes::Value, true, "Where to write artifacts"),
    flag("artifacts", Takes::Nothing, true, "Keep what tests write to ArtifactDir"),
    flag("json", Takes::Nothing, false, "Print events as JSON, one a line"),
    flag("args", Takes::Nothing, false, "What follows is for the tests: os.Args"),
];

/// The text of `--help` on flags.
pub(crate) fn help() -> String {
    let mut out = String::from("Flags, as of go test:\n");
    for flag in FLAGS {
        let name = match flag.takes {
            Takes::Nothing => format!("-{}", flag.name),
            Takes::Value => format!("-{} VALUE", flag.name),
        };
        let _ = writeln!(out, "  {name:<18} {}", flag.help);
    }
    out.push_str(
        "\nExamples:\n  gol test\n  gol test ./...\n  gol test -v -run 'TestParse/empty' ./parser\n  \
         gol test -bench . -benchmem",
    );
    out
}

/// What the command line says.
#[derive(Debug)]
pub(super) struct TestFlags {
    /// Directories, patterns (`./...`) or files; none: the current directory.
    pub packages: Vec<String>,
    /// For the test binaries.
    pub passed: Vec<String>,
    pub verbose: bool,
    pub json: bool,
    pub bench: bool,
    pub list: bool,
    pub timeout: Option<Duration>,
}

impl TestFlags {
    pub(super) fn parse(words: &[OsString]) -> Result<TestFlags, String> {
        let mut flags = TestFlags {
            packages: Vec::new(),
            passed: Vec::new(),
            verbose: false,
            json: false,
            bench: false,
            list: false,
            timeout: Some(Duration::from_mins(10)),
        };
        let mut timeout = "10m0s".to_owned();
        let mut program_args = Vec::new();
        let mut words = words.iter().map(|w| w.to_string_lossy().into_owned());
        while let Some(word) = words.next() {
            let Some(name) = word.strip_prefix('-').filter(|n| !n.is_empty()) else {
                flags.packages.push(word);
                continue;
            };
            let name = name.strip_prefix('-').unwrap_or(name);
            let (name, value) = name.split_once('=').map_or((name, None), |(n, v)| (n, Some(v)));
            let name = name.strip_prefix("test.").unwrap_or(name);
            let Some(flag) = FLAGS.iter().find(|f| f.name == name) else {
                return Err(format!("unknown flag -{name}"));
            };
            if name == "args" {
                program_args.extend(words);
                break;
            }
            let value = match (flag.takes, value) {
                (_, Some(value)) => value.to_owned(),
                (Takes::Nothing, None) => "true".to_owned(),
                (Takes::Value, None) => {
                    words.next().ok_or_else(|| format!("flag needs an argument: -{name}"))?
                }
            };
            if name == "timeout" {
                timeout.clone_from(&value);
            } else if flag.passed {
                flags.passed.push(format!("-test.{name}={value}"));
            }
            flags.note(name, &value);
        }
        flags.timeout = duration(&timeout).filter(|d| !d.is_zero());
        flags.passed.push(format!("-test.timeout={timeout}"));
        if flags.json {
            flags.passed.push("-test.v=test2json".to_owned());
        }
        flags.passed.extend(program_args);
        Ok(flags)
    }

    fn note(&mut self, name: &str, value: &str) {
        let on = value != "false";
        match name {
            "v" => self.verbose = on,
            "json" => self.json = on,
            "bench" => self.bench = true,
            "list" => self.list = true,
            _ => {}
        }
    }
}

/// A duration as Go writes it, of one or more numbers with units: `1m30s`, `100ms`.
fn duration(text: &str) -> Option<Duration> {
    let mut seconds = 0.0;
    let mut rest = text;
    while !rest.is_empty() && rest != "0" {
        let number = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let unit_end =
            rest[number..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |n| n + number);
        let scale = match &rest[number..unit_end] {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        seconds += rest[..number].parse::<f64>().ok()? * scale;
        rest = &rest[unit_end..];
    }
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_anywhere_with_one_dash_or_two() {
        let words = ["-run", "X/y", "./...", "--v", "-count=2", "-args", "-run", "z"];
        let words: Vec<OsString> = words.iter().map(Into::into).collect();
        let flags = TestFlags::parse(&words).unwrap();
        assert_eq!(flags.packages, ["./..."]);
        assert!(flags.verbose);
        let passed =
            ["-test.run=X/y", "-test.v=true", "-test.count=2", "-test.timeout=10m0s", "-run", "z"];
        assert_eq!(flags.passed, passed);
        assert!(TestFlags::parse(&["-nothing".into()]).is_err());
        assert_eq!(duration("1m30s"), Some(Duration::from_secs(90)));
    }
}
