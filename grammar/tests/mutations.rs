//! Whatever the text, parsing ends without a panic, errors lie in the text, and ids are dense.

#[path = "../../tests/harness/tokens.rs"]
mod tokens;

use gol_diagnostic::{FileId, Pos};
use gol_grammar::ast::{Mode, NodeId};
use gol_grammar::{Source, index_declarations, parse_file, parse_repl};
use tokens::TOKENS;

const SAMPLES: &[&str] = &[
    "package p\nimport \"fmt\"\ntype T[P interface{ ~int | *[3]int }] struct { a, b P `t`; *E }\n\
     func (t *T[P]) m(x int, y ...string) (n int, err error) { for i := range x { go func() {}() }; return }\n",
    "x := []struct{ a int }{{1}, {2}}\nif v, ok := m[K{1}]; ok { f(v...) } else if x == (T{}) { L: goto L }\n\
     switch v := y.(type) { case []int, map[string]chan<- int: fallthrough; default: v++ }\n",
    "const (\n\ta = 1 << iota\n\tb\n)\nvar f = func(a, b int) (c chan<- func()) { select { case c <- x: case v := <-d: } }\n\
     type I interface { M(); E[int] }\n var s = a[1:2:3] + 'x' + \"\\u00e9\" + `r` + 0x1p-2 + 1_000i /* c */ // d\n",
];

/// A small generator of pseudo-random numbers (xorshift), so that failures repeat.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn mutate(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(6) {
        let from = boundary(&text, random.below(text.len() + 1));
        let length = random.below(9);
        let to = boundary(&text, from + length).max(from);
        let piece = if random.below(3) == 0 { "" } else { TOKENS[random.below(TOKENS.len())] };
        text.replace_range(from..to, piece);
    }
    text
}

fn check(text: &str, mode: Mode) {
    let source = Source { file: FileId(0), base: Pos(7), text, mode };
    let parsed = parse_file(source, NodeId(5));
    for diagnostic in &parsed.diagnostics {
        assert!(
            diagnostic.span.lo >= Pos(7) && diagnostic.span.lo <= Pos(7).after(text.len()),
            "{text}"
        );
    }
    assert!(parsed.diagnostics.is_sorted_by_key(|diagnostic| diagnostic.span.lo));
    let _ = parse_repl(source, NodeId(5));
    let _ = index_declarations(text);
}

#[test]
fn mutated_programs_never_panic() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for sample in SAMPLES {
        check(sample, Mode::Script);
        for _ in 0..3000 {
            let text = mutate(sample, &mut random);
            check(&text, Mode::Script);
            check(&text, Mode::Go);
        }
    }
}

#[test]
fn token_soup_never_panics() {
    let mut random = Random(42);
    for _ in 0..3000 {
        let length = random.below(60);
        let pieces: Vec<&str> = (0..length).map(|_| TOKENS[random.below(TOKENS.len())]).collect();
        let text = pieces.join(" ");
        check(&text, Mode::Script);
        check(&text, Mode::Go);
    }
}

/// Runs on a stack of the size that the front end has.
fn with_big_stack(body: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(body);
    thread.expect("a thread starts").join().expect("no panic");
}

#[test]
fn hostile_nesting_is_refused_or_parsed_in_time() {
    with_big_stack(|| {
        let opener = |piece: &str| piece.repeat(100_000);
        let texts = [
            format!("x = {}1{}", opener("("), opener(")")),
            format!("x = 1{}", opener("+1")),
            format!("if a {{}}{}", opener(" else if x := f(); a {}")),
            opener("("),
            opener("{"),
            opener("[]"),
            format!("{}int", opener("x = []")),
            opener("{ ) "),
            opener("func() { ( "),
            opener(") ] } "),
            format!("{}{}", "{".repeat(900), opener(") ")),
            format!("x = {}y", opener("!")),
            format!("x = a{}", opener(".b")),
            format!("x = a{}", opener("()")),
            opener("L: "),
            format!("type T {}", opener("chan ")),
            format!("x = {}", opener("[func(){")),
        ];
        for text in texts {
            check(&text, Mode::Script);
        }
    });
}

#[test]
fn the_repl_asks_for_more_only_where_more_can_help() {
    let incomplete = |text: &str| {
        let source = Source { file: FileId(0), base: Pos(1), text, mode: Mode::Script };
        parse_repl(source, NodeId(0)).incomplete
    };
    for text in [
        "f(1,",
        "if x {",
        "x := 1 +",
        "a.",
        "var (",
        "switch x {\ncase 1:",
        "if x {\n} else",
        "f(g(1), func() {",
        "x := `a",
        "/* a",
    ] {
        assert!(incomplete(text), "{text}");
    }
    for text in ["", "x", "f(1\n", "func f() int", "L:", "x := 1", "x )", "\"a", "if x {\n}"] {
        assert!(!incomplete(text), "{text}");
    }
}
