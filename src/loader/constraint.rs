//! Build constraints: `//go:build` lines and the system names in file names.
//!
//! gol is `linux`/`darwin`/`windows` as its host is, of the host's architecture, and has the tags
//! `gol`, `purego`, `safe` and `disableunsafe`, but neither `cgo` nor `gc`; a user may add others.
//! Packages of a Go source tree, and others that have assembly for the host, are read for an
//! architecture without assembly instead. Syntax as in `go help buildconstraint`.

use std::path::Path;

/// Systems and architectures that mean something in a file name.
const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];
const ARCHITECTURES: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "arm64",
    "arm64be",
    "armbe",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "mipsle",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// The newest Go release whose language gol has: `go1.1` to this one are satisfied tags.
const GO_MINOR: u32 = 27;

fn system() -> &'static str {
    if std::env::consts::OS == "macos" { "darwin" } else { std::env::consts::OS }
}

fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        other => other,
    }
}

/// What files are chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// The machine that gol runs on, with the user's tags.
    Host(&'a [String]),
    /// As `Host`, as Go's own compiler, which has assembly.
    Native(&'a [String]),
    /// The host as far as its architecture does not matter, with the user's tags: for packages that
    /// have assembly for the host's.
    PureGo(&'a [String]),
    /// A machine for which a Go source tree has pure Go: 64 bits wide, little-endian as the host.
    GoTree,
}

/// gol's own tag, and those by which packages are asked for versions without assembly or `unsafe`.
const HOST_TAGS: &[&str] = &["gol", "purego", "safe", "disableunsafe"];

/// The tag by which many packages are asked not to use assembly.
const NO_ASSEMBLY: &str = "noasm";

/// The architecture that Go's library, and other packages, have the least assembly for.
const PURE_ARCHITECTURE: &str = "mips64le";

/// Tags by which packages of Go's library are asked for their pure-Go versions.
const TREE_TAGS: &[&str] =
    &["gc", "purego", "math_big_pure_go", "netgo", "osusergo", "compiler_bootstrap"];

fn has_tag(tag: &str, target: Target<'_>) -> bool {
    let release = tag.strip_prefix("go1.").and_then(|minor| minor.parse::<u32>().ok());
    let given = |tags: &[String]| HOST_TAGS.contains(&tag) || tags.iter().any(|t| t == tag);
    let own = match target {
        Target::Host(tags) => tag == architecture() || given(tags),
        Target::Native(tags) => tag == architecture() || tag == "gc" || given(tags),
        Target::PureGo(tags) => tag == PURE_ARCHITECTURE || tag == NO_ASSEMBLY || given(tags),
        Target::GoTree => tag == PURE_ARCHITECTURE || TREE_TAGS.contains(&tag),
    };
    tag == system()
        || own
        || (tag == "unix"
            && matches!(system(), "linux" | "darwin" | "freebsd" | "netbsd" | "openbsd"))
        || release.is_some_and(|minor| minor <= GO_MINOR)
}

/// Whether a file belongs to the build, by its name and its `//go:build` line; `Err` says what is
/// wrong with that.
pub(super) fn file_matches(path: &Path, target: Target<'_>) -> Result<bool, String> {
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    if !name_matches(&stem, target) {
        return Ok(false);
    }
    let Ok(bytes) = std::fs::read(path) else { return Ok(true) };
    build_line(&String::from_utf8_lossy(&bytes)).map_or(Ok(true), |line| evaluate(&line, target))
}

/// `name_linux`, `name_amd64`, `name_linux_amd64`: the last parts restrict the file.
fn name_matches(stem: &str, target: Target<'_>) -> bool {
    let parts: Vec<&str> = stem.split('_').collect();
    let known = |part: &str| SYSTEMS.contains(&part) || ARCHITECTURES.contains(&part);
    let tail = parts.iter().skip(1).rev().take(2).take_while(|p| known(p));
    tail.into_iter().all(|p| has_tag(p, target))
}

/// The expression of the `//go:build` line, which stands before the package clause; without one, of
/// the `// +build` lines, which an empty line must follow.
fn build_line(text: &str) -> Option<String> {
    let mut plus_lines = Vec::new();
    // How many of them have an empty line behind them.
    let mut counted = 0;
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            in_comment = !line.contains("*/");
        } else if let Some(expr) = line.strip_prefix("//go:build ") {
            return Some(expr.to_owned());
        } else if let Some(comment) = line.strip_prefix("//") {
            plus_lines.extend(comment.trim_start().strip_prefix("+build ").map(plus_expression));
        } else if line.is_empty() {
            counted = plus_lines.len();
        } else if !line.starts_with("#!") {
            break;
        }
    }
    plus_lines.truncate(counted);
    (!plus_lines.is_empty()).then(|| plus_lines.join(" && "))
}

/// The options of a `// +build` line: one of them must hold, and of it all parts.
fn plus_expression(options: &str) -> String {
    let option = |option: &str| option.split(',').map(plus_term).collect::<Vec<_>>().join(" && ");
    let options: Vec<String> = options.split_whitespace().map(option).collect();
    format!("({})", options.join(" || "))
}

/// A part of an option of a `// +build` line. What is no tag does not hold.
fn plus_term(term: &str) -> &str {
    let tag = term.strip_prefix('!').unwrap_or(term);
    let is_tag = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    match (tag.chars().all(is_tag), tag.len() < term.len()) {
        _ if tag.is_empty() || tag.starts_with('!') => "ignore",
        (true, _) => term,
        (false, true) => "!ignore",
        (false, false) => "ignore",
    }
}

/// The version of the language that the `//go:build` line of a file asks for: N of the oldest
/// `go1.N` with which its expression can hold.
pub(super) fn language_of(text: &str) -> Option<u32> {
    let mut before_package = text.lines().map(str::trim).take_while(|l| !l.starts_with("package "));
    let line = before_package.find_map(|line| line.strip_prefix("//go:build "))?;
    let value = parse(line, Target::Host(&[])).ok()?;
    (value.needs > 0).then_some(value.needs)
}

/// Evaluates `a && (b || !c)`; `Err`: Go's words for what cannot be read.
fn evaluate(expr: &str, target: Target<'_>) -> Result<bool, String> {
    parse(expr, target).map(|value| value.holds)
}

fn parse(expr: &str, target: Target<'_>) -> Result<Value, String> {
    let mut parser = Parser { rest: expr.trim_start(), target };
    let value = parser.or()?;
    match parser.rest.chars().next() {
        None => Ok(value),
        Some(_) => Err(format!("unexpected token {}", parser.token()?)),
    }
}

/// What is known of an expression.
#[derive(Clone, Copy)]
struct Value {
    holds: bool,
    /// N of the oldest release `go1.N` with which it can hold; 0: none is needed.
    needs: u32,
    /// The same of its opposite.
    denied_needs: u32,
}

impl Value {
    fn of_tag(tag: &str, target: Target<'_>) -> Value {
        let minor = tag.strip_prefix("go1.").and_then(|minor| minor.parse().ok());
        Value { holds: has_tag(tag, target), needs: minor.unwrap_or(0), denied_needs: 0 }
    }

    fn or(self, other: Value) -> Value {
        Value {
            holds: self.holds | other.holds,
            needs: self.needs.min(other.needs),
            denied_needs: self.denied_needs.max(other.denied_needs),
        }
    }

    fn not(self) -> Value {
        Value { holds: !self.holds, needs: self.denied_needs, denied_needs: self.needs }
    }

    fn and(self, other: Value) -> Value {
        self.not().or(other.not()).not()
    }
}

struct Parser<'a> {
    rest: &'a str,
    target: Target<'a>,
}

impl<'a> Parser<'a> {
    fn eat(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest.trim_start();
        true
    }

    fn or(&mut self) -> Result<Value, String> {
        let mut value = self.and()?;
        while self.eat("||") {
            value = value.or(self.and()?);
        }
        Ok(value)
    }

    fn and(&mut self) -> Result<Value, String> {
        let mut value = self.not()?;
        while self.eat("&&") {
            value = value.and(self.not()?);
        }
        Ok(value)
    }

    fn not(&mut self) -> Result<Value, String> {
        if !self.eat("!") {
            return self.atom();
        }
        if self.rest.starts_with('!') {
            return Err("double negation not allowed".to_owned());
        }
        Ok(self.not()?.not())
    }

    fn atom(&mut self) -> Result<Value, String> {
        if self.eat("(") {
            let value = self.or()?;
            return if self.eat(")") { Ok(value) } else { Err("missing close paren".to_owned()) };
        }
        let token = self.token()?;
        if token.is_empty() {
            return Err("unexpected end of expression".to_owned());
        }
        if !token.starts_with(is_tag_letter) {
            return Err(format!("unexpected token {token}"));
        }
        self.eat(token);
        Ok(Value::of_tag(token, self.target))
    }

    /// The next token; empty at the end.
    fn token(&self) -> Result<&'a str, String> {
        let Some(first) = self.rest.chars().next() else { return Ok("") };
        let operators = ["&&", "||", "!", "(", ")"];
        if let Some(length) =
            operators.iter().find(|op| self.rest.starts_with(**op)).map(|op| op.len())
        {
            return Ok(&self.rest[..length]);
        }
        if !is_tag_letter(first) {
            return Err(format!("invalid syntax at {first}"));
        }
        let end = self.rest.find(|c| !is_tag_letter(c)).unwrap_or(self.rest.len());
        Ok(&self.rest[..end])
    }
}

fn is_tag_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_follow_the_build_line() {
        let host = |expr| evaluate(expr, Target::Host(&[]));
        assert_eq!(evaluate("integration", Target::Host(&["integration".to_owned()])), Ok(true));
        assert_eq!(host("gol && !cgo"), Ok(true));
        assert_eq!(host("(windows && linux) || go1.20"), Ok(true));
        assert_eq!(host("ignore"), Ok(false));
        assert_eq!(host("!purego"), Ok(false));
        assert_eq!(host("linux &&"), Err("unexpected end of expression".to_owned()));
        assert_eq!(host("linux | darwin"), Err("invalid syntax at |".to_owned()));
        assert_eq!(host("(linux"), Err("missing close paren".to_owned()));
        assert_eq!(host("!!linux"), Err("double negation not allowed".to_owned()));
        assert!(!name_matches("sum_amd64", Target::GoTree));
        assert_eq!(build_line("// c\n\n//go:build x && y\n\npackage p"), Some("x && y".to_owned()));
        assert_eq!(build_line("package p\n//go:build x"), None);
        assert_eq!(
            build_line("// +build a,!b c\n// +build d\n\npackage p").as_deref(),
            Some("(a && !b || c) && (d)")
        );
        assert_eq!(
            build_line("/* x\n*/\n//go:build a\n// +build b\n\npackage p").as_deref(),
            Some("a")
        );
        assert_eq!(
            build_line("// +build !a,!b, !c !!d !e!\n\npackage p").as_deref(),
            Some("(!a && !b && ignore || !c || ignore || !ignore)"),
        );
        assert_eq!(build_line("// +build a\npackage p"), None);
        let language = |line| language_of(&format!("// c\n//go:build {line}\npackage p"));
        assert_eq!(language("(linux && go1.22) || (windows && go1.20)"), Some(20));
        assert_eq!(language("linux || (windows && go1.22)"), None);
        assert_eq!(language("!go1.22"), None);
        assert_eq!(language("!(!go1.22 || !linux)"), Some(22));
        assert!(name_matches("plain_name", Target::Host(&[])));
        assert!(!name_matches("file_plan9", Target::Host(&[])));
    }
}
