//! The flags of `gol test`, in one table, and reading them as Go's `flag` package does: one dash
//! or two, `-name value` or `-name=value`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use gol::CoverMode;

/// What a flag takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Value,
    Number,
    Duration,
    /// on, off or a seed.
    Shuffle,
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
    flag("count", Takes::Number, true, "Run each test and benchmark N times"),
    flag("bench", Takes::Value, true, "Run benchmarks that match (. for all)"),
    flag("benchtime", Takes::Value, true, "How long (2s) or often (100x) a benchmark runs"),
    flag("benchmem", Takes::Nothing, true, "Print allocations of benchmarks"),
    flag("cpu", Takes::Value, true, "Numbers of workers to run tests and benchmarks with: 1,2,4"),
    flag("short", Takes::Nothing, true, "Tell long tests to be short"),
    flag("timeout", Takes::Duration, true, "Panic when a package runs for longer (10m; 0: never)"),
    flag("fuzz", Takes::Value, true, "Fuzz the one fuzz test that matches, when all others passed"),
    flag(
        "fuzztime",
        Takes::Value,
        true,
        "How long (30s) or how often (1000x) to fuzz; else for ever",
    ),
    flag("fuzzminimizetime", Takes::Value, true, "How long to make a failing input smaller (60s)"),
    flag("failfast", Takes::Nothing, true, "Start no test after the first failure"),
    flag("parallel", Takes::Number, true, "How many parallel tests run at once"),
    flag("shuffle", Takes::Shuffle, true, "Change the order of tests: on, off or a seed"),
    flag("list", Takes::Value, true, "List tests that match, and run none"),
    flag("fullpath", Takes::Nothing, true, "Print whole file names in messages"),
    flag("outputdir", Takes::Value, true, "Where to write artifacts"),
    flag("artifacts", Takes::Nothing, true, "Keep what tests write to ArtifactDir"),
    flag("cover", Takes::Nothing, false, "Print which part of the package's statements ran"),
    flag("covermode", Takes::Value, false, "Count whether (set) or how often (count) they ran"),
    flag("coverprofile", Takes::Value, false, "Write what ran to a file, for go tool cover"),
    flag("goroot", Takes::Value, false, "A Go source tree, for packages that gol does not have"),
    flag("coverpkg", Takes::Value, false, "Count the statements of these packages: ./...,./a"),
    flag("p", Takes::Number, false, "How many packages are tested at once; one for each core"),
    flag("tags", Takes::Value, false, "Build tags that hold, for //go:build lines: a,b"),
    flag("json", Takes::Nothing, false, "Print events as JSON, one a line"),
    flag("args", Takes::Nothing, false, "What follows is for the tests: os.Args"),
];

/// Flags of Go's that gol cannot follow, and why.
const REFUSED: &[(&str, &str)] = &[
    ("c", "gol runs tests from their sources and writes no test binary"),
    ("o", "gol runs tests from their sources and writes no test binary"),
    ("exec", "gol runs tests itself"),
    ("n", "there are no commands to print: gol runs tests itself"),
    ("x", "there are no commands to print: gol runs tests itself"),
    ("cpuprofile", "gol writes no profiles"),
    ("memprofile", "gol writes no profiles"),
    ("blockprofile", "gol writes no profiles"),
    ("mutexprofile", "gol writes no profiles"),
    ("trace", "gol writes no traces"),
];

/// Flags of Go's that say nothing to gol.
const IGNORED: &[Flag] = &[
    flag("a", Takes::Nothing, false, ""),
    flag("buildvcs", Takes::Nothing, false, ""),
    flag("mod", Takes::Value, false, ""),
    flag("race", Takes::Nothing, false, ""),
    flag("trimpath", Takes::Nothing, false, ""),
    flag("vet", Takes::Value, false, ""),
];

impl Flag {
    fn check(&self, value: &str) -> Result<(), String> {
        let good = match self.takes {
            Takes::Nothing | Takes::Value => true,
            Takes::Number => value.parse::<i64>().is_ok(),
            Takes::Duration => duration(value).is_some(),
            Takes::Shuffle => matches!(value, "on" | "off") || value.parse::<i64>().is_ok(),
        };
        let reason = match self.takes {
            Takes::Shuffle => "it takes on, off or a number",
            _ => "parse error",
        };
        if good { Ok(()) } else { Err(wrong(self.name, value, reason)) }
    }
}

fn wrong(name: &str, value: &str, reason: &str) -> String {
    format!("invalid value {value:?} for flag -{name}: {reason}")
}

/// The text of `--help` on flags.
pub(crate) fn help() -> String {
    let mut out = String::from("Flags, as of go test:\n");
    for flag in FLAGS {
        let name = match flag.takes {
            Takes::Nothing => format!("-{}", flag.name),
            _ => format!("-{} VALUE", flag.name),
        };
        let _ = writeln!(out, "  {name:<18} {}", flag.help);
    }
    let ignored: Vec<String> = IGNORED.iter().map(|f| format!("-{}", f.name)).collect();
    let _ = writeln!(out, "Accepted, without effect: {}.", ignored.join(" "));
    out.push_str(
        "No race detector watches the tests; gol run --explore looks for schedules under which a\n\
         program goes wrong. What fuzzing finds worth keeping lies in ~/.cache/gol/fuzz.\n",
    );
    out.push_str(
        "Other flags, and all words behind one, go to the tests, which may declare them.\n\n\
         Exit status: 0 if all tests passed, 1 if not, 2 if the command was wrong.\n\n\
         Examples:\n  gol test\n  gol test ./...\n  gol test -v -run 'TestParse/empty' ./parser\n  \
         gol test -bench . -benchmem\n  \
         gol test -fuzz FuzzParse -fuzztime 30s\n  \
         gol test -coverprofile c.out ./...",
    );
    out
}

/// The flags as shells complete them.
pub(crate) fn arguments() -> impl Iterator<Item = clap::Arg> {
    FLAGS.iter().map(|flag| {
        let takes = match flag.takes {
            Takes::Nothing => clap::ArgAction::SetTrue,
            _ => clap::ArgAction::Set,
        };
        clap::Arg::new(flag.name).long(flag.name).help(flag.help).action(takes)
    })
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
    pub fuzz: bool,
    pub list: bool,
    pub cover: Option<CoverMode>,
    /// Patterns of the packages whose statements are counted.
    pub cover_packages: Vec<String>,
    pub tags: Vec<String>,
    pub race: bool,
    pub cover_profile: Option<PathBuf>,
    pub timeout: Option<Duration>,
    /// How many packages may run at a time, if the command line says.
    pub at_once: Option<usize>,
    pub goroot: Option<PathBuf>,
}

impl TestFlags {
    pub(super) fn parse(words: &[OsString]) -> Result<TestFlags, String> {
        let mut flags = TestFlags {
            packages: Vec::new(),
            passed: vec!["-test.paniconexit0".to_owned()],
            verbose: false,
            json: false,
            bench: false,
            fuzz: false,
            list: false,
            cover: None,
            cover_packages: Vec::new(),
            tags: Vec::new(),
            race: false,
            cover_profile: None,
            timeout: Some(Duration::from_mins(10)),
            at_once: None,
            goroot: None,
        };
        let mut timeout = "10m0s".to_owned();
        let mut program_args = Vec::new();
        // Behind a flag of the tests' own, words are no packages.
        let mut packages_over = false;
        let mut words = words.iter().map(|w| w.to_string_lossy().into_owned());
        while let Some(word) = words.next() {
            let Some(name) = word.strip_prefix('-').filter(|n| !n.is_empty()) else {
                (if packages_over { &mut program_args } else { &mut flags.packages }).push(word);
                continue;
            };
            let name = name.strip_prefix('-').unwrap_or(name);
            let (name, value) = name.split_once('=').map_or((name, None), |(n, v)| (n, Some(v)));
            let name = name.strip_prefix("test.").unwrap_or(name);
            if let Some((_, reason)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
                return Err(format!("-{name}: {reason}"));
            }
            let Some(flag) = FLAGS.iter().chain(IGNORED).find(|f| f.name == name) else {
                packages_over = true;
                program_args.push(word);
                continue;
            };
            if name == "args" {
                program_args.extend(words);
                break;
            }
            let value = match (flag.takes, value) {
                (_, Some(value)) => value.to_owned(),
                (Takes::Nothing, None) => "true".to_owned(),
                (_, None) => {
                    words.next().ok_or_else(|| format!("flag needs an argument: -{name}"))?
                }
            };
            flag.check(&value)?;
            if name == "timeout" {
                timeout.clone_from(&value);
            } else if flag.passed {
                flags.passed.push(format!("-test.{name}={value}"));
            }
            flags.note(name, &value)?;
        }
        // Fuzzing ends when it is told to.
        flags.timeout = duration(&timeout).filter(|d| !d.is_zero() && !flags.fuzz);
        flags.passed.push(format!("-test.timeout={timeout}"));
        if flags.json {
            flags.passed.push("-test.v=test2json".to_owned());
        }
        flags.passed.extend(program_args);
        Ok(flags)
    }

    /// How many packages are run beside one another. What is measured is measured alone.
    pub(super) fn packages_at_once(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        if self.bench { 1 } else { self.at_once.unwrap_or_else(cores) }
    }

    fn note(&mut self, name: &str, value: &str) -> Result<(), String> {
        let on = value != "false";
        match name {
            "v" => self.verbose = on,
            "json" => self.json = on,
            "bench" => self.bench = true,
            "fuzz" => self.fuzz = !value.is_empty(),
            "list" => self.list = true,
            "goroot" => self.goroot = Some(value.into()),
            "cover" if on => self.cover = self.cover.or(Some(CoverMode::Set)),
            "covermode" => {
                self.cover = Some(match value {
                    "set" => CoverMode::Set,
                    "count" | "atomic" => CoverMode::Count,
                    _ => return Err(wrong(name, value, "valid modes are set, count, atomic")),
                });
            }
            "coverpkg" => {
                self.cover = self.cover.or(Some(CoverMode::Set));
                self.cover_packages = value.split(',').map(str::to_owned).collect();
            }
            "tags" => {
                let tags = value.split([',', ' ']).filter(|tag| !tag.is_empty());
                self.tags = tags.map(str::to_owned).collect();
            }
            "p" => {
                let number = value.parse().ok().filter(|n| *n > 0);
                self.at_once = Some(number.ok_or_else(|| wrong(name, value, "it is at least 1"))?);
            }
            "race" => self.race = on,
            "coverprofile" => {
                self.cover = self.cover.or(Some(CoverMode::Set));
                self.cover_profile = Some(value.into());
            }
            _ => {}
        }
        Ok(())
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
        let words = ["-run", "X/y", "./...", "--v", "-count=2", "-own", "1", "-args", "-run"];
        let words: Vec<OsString> = words.iter().map(Into::into).collect();
        let flags = TestFlags::parse(&words).unwrap();
        assert_eq!(flags.packages, ["./..."]);
        assert!(flags.verbose);
        let passed = "-test.paniconexit0 -test.run=X/y -test.v=true -test.count=2 \
                      -test.timeout=10m0s -own 1 -run";
        assert_eq!(flags.passed.join(" "), passed);
        assert!(TestFlags::parse(&["-count=x".into()]).is_err());
        assert_eq!(duration("1m30s"), Some(Duration::from_secs(90)));
    }
}
