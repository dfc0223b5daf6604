//! Tests of a package: which functions of its `_test` files are tests, and the main function that
//! runs them.
//!
//! `package foo` of a test file adds to the package under test, `package foo_test` is a package of
//! its own beside it. Both are overlays: the loader gives them under their import path instead of
//! what it would find there. The main function is generated as source text.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use gol_diagnostic::{FileId, Pos, SourceMap, Span};
use gol_grammar::ast::{Block, Decl, ExprKind, File, FuncDecl, Item, Mode, NodeId};
use gol_grammar::{LexemeKind, Source, lexemes, parse_file};

use super::cover::{self, CoverMode};
use super::module::Module;
use super::{LoadError, Loader, MainPackage, directory};

/// What `gol test` runs as one program.
#[derive(Clone, Debug)]
pub struct TestInput {
    /// The package's directory.
    pub dir: PathBuf,
    /// Its files, where not all of the directory's are wanted.
    pub files: Option<Vec<PathBuf>>,
    /// The import path by which the tests know the package.
    pub path: String,
    /// Whether and how the statements that run are counted.
    pub cover: Option<Coverage>,
}

/// How statements are counted, and whose.
#[derive(Clone, Debug)]
pub struct Coverage {
    pub mode: CoverMode,
    /// Without it, those of the package under test.
    pub packages: Option<CoveredPackages>,
}

/// Packages whose statements are counted.
#[derive(Clone, Debug)]
pub struct CoveredPackages {
    /// What messages call them.
    pub words: String,
    /// Their import paths and directories.
    pub packages: Vec<(String, PathBuf)>,
}

/// What is known of a directory before anything is read.
#[derive(Clone, Debug)]
pub struct FoundPackage {
    /// The whole path of its directory.
    pub dir: PathBuf,
    /// The import path: the module's, or, outside of modules, `_` and the absolute directory.
    pub path: String,
    pub has_sources: bool,
    pub has_tests: bool,
}

/// The directory of a package that the module of the current directory gives.
pub fn package_dir(path: &str) -> Option<PathBuf> {
    Module::find(Path::new(".")).ok()??.package_dir(path)
}

/// Looks for a package in a directory.
pub fn find_package(dir: &Path, tags: &[String]) -> Result<FoundPackage, LoadError> {
    let absolute = directory::normalise(dir);
    let in_module = Module::find(dir)?.and_then(|m| m.import_path(&absolute));
    let path = in_module.unwrap_or_else(|| format!("_{}", absolute.to_string_lossy()));
    let has_sources = directory::source_files(dir, tags).is_ok();
    let has_tests = !directory::test_files(dir, tags)?.is_empty();
    Ok(FoundPackage { dir: absolute, path, has_sources, has_tests })
}

/// The files of a package whose import path stands for them.
pub(super) struct Overlay {
    pub files: Vec<PathBuf>,
    /// Whether the statements of the files without tests are counted.
    pub cover: Option<CoverMode>,
}

/// What a function of a test file is, by its name and parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Test,
    Benchmark,
    Fuzz,
    Main,
}

/// What an example promises to print.
#[derive(Debug, PartialEq, Eq)]
struct Output {
    text: String,
    unordered: bool,
}

/// The tests found so far, as Go source: elements of the lists given to `testing.MainStart`.
#[derive(Default)]
struct Found {
    tests: String,
    benchmarks: String,
    fuzz: String,
    examples: String,
    /// The package that declares `TestMain`.
    main: Option<&'static str>,
    /// The call that hands over counters.
    cover: String,
    /// The packages that have counters, by import path.
    covered: Vec<String>,
}

impl Loader {
    /// The generated main package; the packages under test are imported by it.
    pub(super) fn load_tests(
        &mut self,
        input: &TestInput,
        first_id: NodeId,
    ) -> Result<MainPackage, LoadError> {
        self.main_dir.clone_from(&input.dir);
        self.module = Module::find(&input.dir)?;
        let (sources, tests) = match &input.files {
            Some(files) => {
                let name =
                    |f: &Path| f.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let is_test = |f: &&PathBuf| directory::is_test(&name(f));
                let (tests, sources) = files.iter().cloned().partition(|f| is_test(&f));
                (sources, tests)
            }
            None => (
                directory::source_files(&input.dir, &self.tags).unwrap_or_default(),
                directory::test_files(&input.dir, &self.tags)?,
            ),
        };
        let mut found = Found::default();
        let (mut internal, mut external) = (sources, Vec::new());
        for path in tests {
            let bytes = super::read_file(&path)?;
            let (text, _) = directory::decode(&bytes);
            let tree = parse(&path, &text);
            let clause = tree.package.as_ref().map_or("main", |p| p.name.as_str());
            let is_external = clause.ends_with("_test");
            found.collect(&tree, &text, if is_external { "_xtest" } else { "_test" });
            (if is_external { &mut external } else { &mut internal }).push(path);
        }
        let counted = self.counted(input, &internal);
        if let Some(coverage) = &input.cover {
            found.cover = register(&input.path, &counted, coverage)?;
        }
        found.covered = counted.iter().map(|(path, _)| path.clone()).collect();
        let main = found.main_source(&input.path, !internal.is_empty(), !external.is_empty());
        let external_path = format!("{}_test", input.path);
        let mode = input.cover.as_ref().map(|coverage| coverage.mode);
        for (path, files) in counted {
            self.overlays.insert(path, Overlay { files, cover: mode });
        }
        for (path, files) in [(input.path.clone(), internal), (external_path, external)] {
            self.dirs.insert(path.clone(), input.dir.clone());
            if !files.is_empty() && !self.overlays.contains_key(&path) {
                self.overlays.insert(path, Overlay { files, cover: None });
            }
        }
        Ok(self.parse_text("_testmain.go", main.as_bytes(), Mode::Go, first_id))
    }
}

impl Loader {
    /// The packages whose statements are counted, by import path, with their files. Other programs
    /// than the one under test are left out: nothing can import them.
    fn counted(&mut self, input: &TestInput, internal: &[PathBuf]) -> Vec<(String, Vec<PathBuf>)> {
        let own = || (input.path.clone(), internal.to_vec());
        let Some(coverage) = &input.cover else { return Vec::new() };
        let Some(covered) = &coverage.packages else { return vec![own()] };
        let mut counted = Vec::new();
        for (path, dir) in &covered.packages {
            if *path == input.path {
                counted.push(own());
            } else if let Ok(files) = directory::source_files(dir, &self.tags)
                && !files.iter().any(|file| is_program(file))
            {
                self.dirs.insert(path.clone(), dir.clone());
                counted.push((path.clone(), files));
            }
        }
        counted.retain(|(_, files)| !files.is_empty());
        counted
    }
}

fn is_program(file: &Path) -> bool {
    let Ok(bytes) = super::read_file(file) else { return true };
    let tree = parse(file, &directory::decode(&bytes).0);
    tree.package.is_none_or(|clause| clause.name == "main")
}

/// The files of a package under test, with what counts their statements.
pub(super) fn count_statements(
    package: &mut MainPackage,
    sources: &SourceMap,
    mode: CoverMode,
) -> Option<String> {
    let clause = package.files.iter().find_map(|f| f.package.as_ref());
    let name = clause.map_or("main", |p| p.name.as_str()).to_owned();
    let mut sizes = Vec::new();
    for file in &mut package.files {
        let array = cover::array(sizes.len());
        let source = sources.file(file.file);
        let (tree, text) = (Rc::make_mut(file), (&*source.text, source.base));
        sizes.push(cover::instrument(tree, text, mode, &array, &mut package.next_id).len());
    }
    (!sizes.is_empty()).then(|| cover::declarations(&name, &sizes))
}

/// The call that tells package testing of the counters of these packages.
fn register(
    tested: &str,
    packages: &[(String, Vec<PathBuf>)],
    coverage: &Coverage,
) -> Result<String, LoadError> {
    let (mut counters, mut blocks) = (String::new(), String::new());
    for (number, (path, files)) in packages.iter().enumerate() {
        let name = alias(tested, path, number);
        register_files(&name, path, files, coverage.mode, (&mut counters, &mut blocks))?;
    }
    let mode = if coverage.mode == CoverMode::Guide { "" } else { coverage.mode.name() };
    let covered = coverage.packages.as_ref().map(|packages| format!(" in {}", packages.words));
    Ok(format!(
        "\ttesting.RegisterCover(testing.Cover{{\n\t\tMode: {mode:?},\n\
         \t\tCounters: map[string][]uint32{{\n{counters}\t\t}},\n\
         \t\tBlocks: map[string][]testing.CoverBlock{{\n{blocks}\t\t}},\n\
         \t\tCoveredPackages: {:?},\n\t}})\n",
        covered.unwrap_or_default()
    ))
}

/// The name by which the main function knows a package with counters.
fn alias(tested: &str, path: &str, number: usize) -> String {
    if path == tested { "_test".to_owned() } else { format!("_cover{number}") }
}

fn register_files(
    package: &str,
    path: &str,
    files: &[PathBuf],
    mode: CoverMode,
    (counters, blocks): (&mut String, &mut String),
) -> Result<(), LoadError> {
    let is_source = |file: &&PathBuf| {
        !directory::is_test(&file.file_name().unwrap_or_default().to_string_lossy())
    };
    for (i, file) in files.iter().filter(is_source).enumerate() {
        let bytes = super::read_file(file)?;
        let (text, _) = directory::decode(&bytes);
        let array = cover::array(i);
        let mut tree = parse(file, &text);
        let found = cover::instrument(&mut tree, (&text, Pos(0)), mode, &array, &mut NodeId(0));
        if found.is_empty() {
            continue;
        }
        let name = format!("{path}/{}", file.file_name().unwrap_or_default().to_string_lossy());
        let _ = writeln!(counters, "\t\t\t{name:?}: {package}.{array}[:],");
        let _ = writeln!(blocks, "\t\t\t{name:?}: {{");
        for block in found {
            let ((line, column), (end, end_column)) = (block.lo, block.hi);
            let stmts = block.stmts;
            let _ = writeln!(blocks, "\t\t\t\t{{{line}, {column}, {end}, {end_column}, {stmts}}},");
        }
        blocks.push_str("\t\t\t},\n");
    }
    Ok(())
}

/// A tree only to look for tests in; what is wrong with the file is said when it is loaded.
pub(super) fn parse(path: &Path, text: &str) -> File {
    let mode = if path.extension().is_some_and(|e| e == "go") { Mode::Go } else { Mode::Script };
    let source = Source { file: FileId(0), base: Pos(0), text, mode };
    parse_file(source, NodeId(0)).tree
}

impl Found {
    fn collect(&mut self, tree: &File, text: &str, package: &'static str) {
        for item in &tree.items {
            let Item::Decl(Decl::Func(func)) = item else { continue };
            if func.recv.is_some() || !func.type_params.is_empty() {
                continue;
            }
            let name = func.name.name.as_str();
            if is_named(name, "Example") && func.ty.params.is_empty() && func.ty.results.is_empty()
            {
                let output = func.body.as_ref().and_then(|body| promised(body, tree.mode, text));
                if let Some(Output { mut text, unordered }) = output {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    let _ = writeln!(
                        self.examples,
                        "\t{{{name:?}, {package}.{name}, {}, {unordered}}},",
                        quote(&text)
                    );
                }
                continue;
            }
            let list = match kind(func) {
                Some(Kind::Test) => &mut self.tests,
                Some(Kind::Benchmark) => &mut self.benchmarks,
                Some(Kind::Fuzz) => &mut self.fuzz,
                Some(Kind::Main) => {
                    self.main = Some(package);
                    continue;
                }
                None => continue,
            };
            let _ = writeln!(list, "\t{{{name:?}, {package}.{name}}},");
        }
    }

    fn main_source(&self, path: &str, internal: bool, external: bool) -> String {
        let mut out = String::from("package main\n\nimport (\n\t\"os\"\n\t\"testing\"\n");
        let mut import = |wanted: bool, name: &str, path: String| {
            let used = self.uses(name);
            if wanted {
                let _ = writeln!(out, "\t{} {path:?}", if used { name } else { "_" });
            }
        };
        import(internal, "_test", path.to_owned());
        import(external, "_xtest", format!("{path}_test"));
        for (number, covered) in self.covered.iter().enumerate().filter(|(_, p)| *p != path) {
            import(true, &alias(path, covered, number), covered.clone());
        }
        let _ = writeln!(out, ")\n\nvar tests = []testing.InternalTest{{\n{}}}\n", self.tests);
        let _ = writeln!(
            out,
            "var benchmarks = []testing.InternalBenchmark{{\n{}}}\n",
            self.benchmarks
        );
        let _ = writeln!(out, "var fuzz = []testing.InternalFuzzTarget{{\n{}}}\n", self.fuzz);
        let _ = writeln!(out, "var examples = []testing.InternalExample{{\n{}}}\n", self.examples);
        let _ = writeln!(
            out,
            "func main() {{\n{}\tm := testing.MainStart(testing.Deps{{Path: {path:?}}}, tests, benchmarks, fuzz, examples)",
            self.cover
        );
        match self.main {
            Some(package) => {
                let _ = writeln!(out, "\t{package}.TestMain(m)\n\tos.Exit(m.ExitCode())\n}}");
            }
            None => out.push_str("\tos.Exit(m.Run())\n}\n"),
        }
        out
    }

    fn uses(&self, package: &str) -> bool {
        let prefix = format!(" {package}.");
        let lists = [&self.tests, &self.benchmarks, &self.fuzz, &self.examples];
        self.main == Some(package)
            || self.cover.contains(&prefix)
            || lists.iter().any(|list| list.contains(&prefix))
    }
}

/// A Go string literal.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_ascii_control() => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `Test`, `TestXxx`, but not `Testxxx`.
fn is_named(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}

fn kind(func: &FuncDecl) -> Option<Kind> {
    let name = func.name.name.as_str();
    let [param] = func.ty.params.as_slice() else { return None };
    let ExprKind::Star(pointed) = &param.ty.kind else { return None };
    let ty = match &pointed.kind {
        ExprKind::Selector { sel, .. } => sel.name.as_str(),
        ExprKind::Name(name) => name.as_str(),
        _ => return None,
    };
    let is = |prefix: &str, wanted: &str| is_named(name, prefix) && ty == wanted;
    match () {
        () if name == "TestMain" && ty == "M" => Some(Kind::Main),
        () if is("Test", "T") => Some(Kind::Test),
        () if is("Benchmark", "B") => Some(Kind::Benchmark),
        () if is("Fuzz", "F") => Some(Kind::Fuzz),
        () => None,
    }
}

/// What the last comment of a body says about the output, if it does.
fn promised(body: &Block, mode: Mode, text: &str) -> Option<Output> {
    let Span { lo, hi } = body.span;
    let (lo, hi) = (lo.0 as usize, hi.0 as usize);
    let comment = last_comment(text, lo, hi, mode)?;
    let start = comment.trim_start();
    let lower = start.to_ascii_lowercase();
    let (unordered, rest) = match lower.strip_prefix("unordered ") {
        Some(rest) => (true, rest),
        None => (false, lower.as_str()),
    };
    let rest = rest.strip_prefix("output:")?;
    let output = start[start.len() - rest.len()..].trim_start_matches(' ');
    let output = output.strip_prefix('\n').unwrap_or(output);
    Some(Output { text: output.to_owned(), unordered })
}

/// The text of the last group of comments in a range: comments on lines that follow one another.
fn last_comment(text: &str, lo: usize, hi: usize, mode: Mode) -> Option<String> {
    let inside = lexemes(text, mode).into_iter().filter(|l| lo <= l.lo && l.hi <= hi);
    let mut group: Vec<&str> = Vec::new();
    // Lines since the last comment; a token between two comments parts them, and one before a
    // comment on its line parts that from those below.
    let (mut newlines, mut behind_token) = (0, false);
    for lexeme in inside {
        match lexeme.kind {
            LexemeKind::Newline => {
                newlines += if behind_token { 2 } else { 1 };
                behind_token = false;
            }
            LexemeKind::LineComment | LexemeKind::BlockComment => {
                if newlines > 1 {
                    group.clear();
                }
                group.push(&text[lexeme.lo..lexeme.hi]);
                newlines = 0;
            }
            _ => (newlines, behind_token) = (2, true),
        }
    }
    (!group.is_empty()).then(|| group.iter().map(|c| bare(c)).collect::<Vec<_>>().join("\n"))
}

/// A comment without its marks, and without the one blank behind `//`.
fn bare(comment: &str) -> String {
    let lines = match comment.strip_prefix("//") {
        Some(line) => line.strip_prefix(' ').unwrap_or(line),
        None => comment.trim_start_matches("/*").trim_end_matches("*/"),
    };
    lines.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_comment_of_an_example_promises_its_output() {
        let text = "package p\nfunc ExampleX() {\n\t// one\n\tf()\n\t// Unordered output:\n\t// a\n\t//   b\n}\n";
        let tree = parse(Path::new("x_test.go"), text);
        let Item::Decl(Decl::Func(func)) = &tree.items[0] else { panic!("no function") };
        let output = promised(func.body.as_ref().unwrap(), Mode::Go, text).unwrap();
        assert_eq!(output, Output { text: "a\n  b".to_owned(), unordered: true });
        assert!(is_named("Test_x", "Test") && is_named("Test", "Test"));
        assert!(!is_named("Testing", "Test"));
    }
}
