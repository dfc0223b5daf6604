//! Finds and reads packages: the only place that reads source files.
//!
//! A program is one file, standard input, a text, or a directory ([`Input`]). What it imports is a
//! standard package ([`lazy`], embedded, or of a Go source tree: [`goroot`]), a directory (`import "./util"`), or a package of
//! the module or of the `vendor` folder above it ([`module`]). Which files of a directory belong
//! to its package, [`constraint`] decides. Canonical import paths are what keys packages: those of
//! Go for modules and the library, `./`-relative to the program's directory for plain directories.

mod assembly;
mod constraint;
mod cover;
mod depends;
mod directory;
mod embed;
mod goroot;
mod lazy;
mod module;
mod test_program;

use rustc_hash::FxHashMap as HashMap;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use gol_diagnostic::{Code, Diagnostic, Pos, SourceMap, Span};
use gol_grammar::ast::{File, Language, Mode, NodeId};
use gol_grammar::{Source, parse_file};
use gol_types::{EmbeddedFile, ImportedPackage, Importer};

use assembly::Assembly;
pub use cover::CoverMode;
pub use depends::dependencies;
pub use directory::{is_source, package_files};
use goroot::GoTree;
use lazy::LazySource;
use module::Module;
use test_program::Overlay;
pub use test_program::{
    Coverage, CoveredPackages, FoundPackage, TestInput, find_package, package_dir,
};

/// What a user asks to run.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file or a directory; a name without ending may stand for either.
    Path(PathBuf),
    /// Files of one directory that are the program's package.
    Files(Vec<PathBuf>),
    /// A script's text, and what messages call it.
    Text { name: String, text: Vec<u8> },
    /// The tests of a directory, with a main function that runs them.
    Tests(TestInput),
}

/// Why a program could not be read at all; what is wrong inside its files are diagnostics.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("{path}: {reason}")]
    Read { path: String, reason: String },
    #[error("{0}")]
    NoFiles(String),
    #[error("named files must all be in one directory; have {0} and {1}")]
    ManyDirectories(String, String),
    #[error("errors parsing go.mod:\n{0}")]
    BadModule(String),
    #[error("{path}: source files of more than {limit} bytes are not read")]
    TooLarge { path: String, limit: u64 },
}

/// The program's own package: its parsed files and what parsing found.
pub struct MainPackage {
    pub files: Vec<Rc<File>>,
    pub diagnostics: Vec<Diagnostic>,
    pub next_id: NodeId,
}

/// The largest source file, in bytes: far more than any program has, and little enough to be refused
/// or reported on in seconds. (Positions are 32 bits wide: all sources together stay below 4 GiB.)
const MAX_FILE: u64 = 32 << 20;

/// A text to be parsed.
struct Text<'a> {
    name: &'a str,
    bytes: &'a [u8],
    mode: Mode,
    language: Language,
}

/// Reads packages for one program.
pub struct Loader {
    pub sources: Rc<RefCell<SourceMap>>,
    /// Directory of the program's own package.
    main_dir: PathBuf,
    module: Option<Module>,
    /// Directories of the packages met so far, by canonical import path.
    dirs: HashMap<String, PathBuf>,
    std: HashMap<String, Rc<LazySource>>,
    /// Where packages are looked for that gol does not have.
    tree: Option<GoTree>,
    /// What the user's build tags choose.
    tags: Vec<String>,
    /// Packages whose files are given: those under test.
    overlays: HashMap<String, Overlay>,
}

impl Loader {
    /// `goroot`: a Go source tree for packages that gol does not have.
    /// `tags` are build tags that hold in addition to gol's own.
    pub fn new(goroot: Option<&Path>, tags: &[String]) -> Loader {
        Loader {
            sources: Rc::default(),
            main_dir: PathBuf::from("."),
            module: None,
            dirs: HashMap::default(),
            std: HashMap::default(),
            tree: goroot.and_then(GoTree::new),
            tags: tags.to_vec(),
            overlays: HashMap::default(),
        }
    }

    /// For a session in a directory: imports are looked for from there.
    pub(crate) fn in_directory(dir: &Path) -> Result<Loader, LoadError> {
        let module = Module::find(dir)?;
        Ok(Loader { main_dir: dir.to_owned(), module, ..Loader::new(None, &[]) })
    }

    /// Reads and parses the program's own package.
    pub fn load_main(&mut self, input: &Input, first_id: NodeId) -> Result<MainPackage, LoadError> {
        let parsed = match input {
            Input::Text { name, text } if text.len() as u64 > MAX_FILE => {
                return Err(LoadError::TooLarge { path: name.clone(), limit: MAX_FILE });
            }
            Input::Text { name, text } => self.parse_text(name, text, Mode::Script, first_id),
            Input::Tests(tests) => self.load_tests(tests, first_id)?,
            Input::Path(path) => {
                let path = directory::resolve_name(path)?;
                let dir = if path.is_dir() { path.clone() } else { parent_of(&path) };
                self.enter(dir)?;
                if path.is_dir() {
                    let files = directory::source_files(&path, &self.tags)?;
                    self.parse_package(&path, &files, first_id)?
                } else {
                    self.parse_files(&[path], first_id)?
                }
            }
            Input::Files(files) => {
                let dir = directory::of_all(files)?;
                self.enter(dir.clone())?;
                self.parse_package(&dir, files, first_id)?
            }
        };
        Ok(parsed)
    }

    /// Sets the directory of the program's own package.
    fn enter(&mut self, dir: PathBuf) -> Result<(), LoadError> {
        self.module = Module::find(&dir)?;
        self.main_dir = dir;
        Ok(())
    }

    /// Parses files of a directory, which must be of one package.
    fn parse_package(
        &mut self,
        dir: &Path,
        files: &[PathBuf],
        first_id: NodeId,
    ) -> Result<MainPackage, LoadError> {
        let mut all = self.parse_files(files, first_id)?;
        if let Err(message) = one_package(dir, files, &mut all) {
            let code = Code("MismatchedPkgName");
            all.diagnostics.push(Diagnostic::error(code, Span::NONE, message));
        }
        Ok(all)
    }

    fn parse_files(
        &mut self,
        paths: &[PathBuf],
        first_id: NodeId,
    ) -> Result<MainPackage, LoadError> {
        let mut all = MainPackage { files: Vec::new(), diagnostics: Vec::new(), next_id: first_id };
        for path in paths {
            let mut text = read_file(path)?;
            if let Some(complete) = self.with_bodies(path, &text)? {
                text = complete.into_bytes();
            }
            let mode =
                if path.extension().is_some_and(|e| e == "go") { Mode::Go } else { Mode::Script };
            let name = directory::shown(path);
            let language = match mode {
                Mode::Go => self.language_of(path, &text),
                Mode::Script => Language::NEWEST,
            };
            let source = Text { name: &name.to_string_lossy(), bytes: &text, mode, language };
            let one = self.parse_source(source, all.next_id);
            all.files.extend(one.files);
            all.diagnostics.extend(one.diagnostics);
            all.next_id = one.next_id;
        }
        Ok(all)
    }

    /// The text of a file of a package with assembly, where functions of it lack bodies.
    fn with_bodies(&self, path: &Path, text: &[u8]) -> Result<Option<String>, LoadError> {
        let is_go = path.extension().is_some_and(|e| e == "go");
        let Some(text) = std::str::from_utf8(text).ok().filter(|_| is_go) else { return Ok(None) };
        if !assembly::may_lack_bodies(text) {
            return Ok(None);
        }
        let dir = parent_of(path);
        let assembly = Assembly::of(&dir, directory::target(&dir, &self.tags)?)?;
        Ok(assembly.and_then(|assembly| assembly.add_bodies(path, text)))
    }

    /// The version that a file's module says, or the file itself by a build constraint, which
    /// cannot ask for less than Go 1.21.
    fn language_of(&self, path: &Path, text: &[u8]) -> Language {
        if let Some(minor) = constraint::language_of(&String::from_utf8_lossy(text)) {
            return Language { minor: minor.max(21), by_file: true };
        }
        let module = self.module.as_ref().and_then(|module| module.language_of(&parent_of(path)));
        module.map_or(Language::NEWEST, |minor| Language { minor, by_file: false })
    }

    fn parse_text(&mut self, name: &str, text: &[u8], mode: Mode, first_id: NodeId) -> MainPackage {
        let source = Text { name, bytes: text, mode, language: Language::NEWEST };
        self.parse_source(source, first_id)
    }

    /// Parses one text. Bytes that are not UTF-8 are reported by the lexer, at their position: they
    /// reach it as the replacement character, which no valid source need contain outside literals.
    fn parse_source(&mut self, source: Text<'_>, first_id: NodeId) -> MainPackage {
        let (text, invalid) = directory::decode(source.bytes);
        let mode = source.mode;
        let file = self.sources.borrow_mut().add(source.name, text.clone());
        let base = self.sources.borrow().file(file).base;
        let mut parsed = parse_file(Source { file, base, text: &text, mode }, first_id);
        parsed.tree.language = source.language;
        let directives = parsed.tree.positions.clone();
        self.sources.borrow_mut().set_line_directives(file, directives);
        let mut diagnostics = parsed.diagnostics;
        if let Some(offset) = invalid {
            diagnostics.insert(0, directory::invalid_utf8(base.after(offset)));
        }
        MainPackage { files: vec![Rc::new(parsed.tree)], diagnostics, next_id: parsed.next_id }
    }

    /// The directory of an imported package, and its canonical import path.
    fn locate(&self, path: &str, from: &str) -> Result<(PathBuf, String), String> {
        if path.starts_with("./") || path.starts_with("../") {
            let base = self.dirs.get(from).unwrap_or(&self.main_dir);
            let dir = directory::normalise(&base.join(path));
            let canonical = self.canonical_path(&dir);
            return if dir.is_dir() {
                Ok((dir, canonical))
            } else {
                Err(format!("directory {} not found", dir.display()))
            };
        }
        if let Some(dir) = self.module.as_ref().and_then(|m| m.package_dir(path)) {
            return Ok((dir, path.to_owned()));
        }
        Err(module::not_found(path, self.module.as_ref()))
    }

    /// The module's import path for a directory in it, otherwise its path from the program's.
    fn canonical_path(&self, dir: &Path) -> String {
        if let Some(path) = self.module.as_ref().and_then(|m| m.import_path(dir)) {
            return path;
        }
        let main = directory::normalise(&self.main_dir);
        match dir.strip_prefix(&main) {
            Ok(relative) => format!("./{}", relative.to_string_lossy()),
            Err(_) => dir.to_string_lossy().into_owned(),
        }
    }

    fn import_dir(
        &mut self,
        dir: PathBuf,
        canonical: String,
        first_id: NodeId,
    ) -> Result<(ImportedPackage, NodeId), String> {
        let files = directory::source_files(&dir, &self.tags).map_err(|e| e.to_string())?;
        self.dirs.insert(canonical.clone(), dir.clone());
        let mut parsed = self.parse_files(&files, first_id).map_err(|e| e.to_string())?;
        one_package(&dir, &files, &mut parsed)?;
        let (package, next_id) = package_of(parsed, &canonical);
        match &package {
            ImportedPackage::Files { name, .. } if name == "main" => {
                Err(format!("import {canonical:?} is a program, not an importable package"))
            }
            _ => Ok((package, next_id)),
        }
    }

    fn import_files(
        &mut self,
        files: &[PathBuf],
        canonical: String,
        first_id: NodeId,
    ) -> Result<(ImportedPackage, NodeId), String> {
        let parsed = self.parse_files(files, first_id).map_err(|e| e.to_string())?;
        Ok(package_of(parsed, &canonical))
    }

    /// Parses the package under test, with counters in the files that hold no tests.
    fn parse_counted(
        &mut self,
        files: &[PathBuf],
        mode: CoverMode,
        first_id: NodeId,
    ) -> Result<MainPackage, LoadError> {
        let name = |f: &Path| f.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_test = |f: &&PathBuf| directory::is_test(&name(f));
        let (tests, sources): (Vec<PathBuf>, Vec<PathBuf>) =
            files.iter().cloned().partition(|f| is_test(&f));
        let mut package = self.parse_files(&sources, first_id)?;
        let mut parts = Vec::new();
        let counters = test_program::count_statements(&mut package, &self.sources.borrow(), mode);
        if let Some(text) = counters {
            parts.push(self.parse_text("_cover.go", text.as_bytes(), Mode::Go, package.next_id));
        }
        let next_id = parts.last().map_or(package.next_id, |part: &MainPackage| part.next_id);
        parts.push(self.parse_files(&tests, next_id)?);
        for part in parts {
            package.files.extend(part.files);
            package.diagnostics.extend(part.diagnostics);
            package.next_id = part.next_id;
        }
        Ok(package)
    }

    fn import_std(&mut self, package: &'static gol_stdlib::StdPackage) -> ImportedPackage {
        let sources = &self.sources;
        let new = || Rc::new(LazySource::new(Box::new(package), sources.clone()));
        let source = self.std.entry(package.path.to_owned()).or_insert_with(new);
        ImportedPackage::Lazy { name: package.name.into(), source: source.clone() }
    }

    fn import_tree(&mut self, tree: &GoTree, path: &str) -> Result<ImportedPackage, String> {
        let (package, name) = tree.read(path)?;
        let source = Rc::new(LazySource::new(Box::new(package), self.sources.clone()));
        self.std.insert(path.to_owned(), source.clone());
        Ok(ImportedPackage::Lazy { name: name.into(), source })
    }

    /// Whether a package belongs to the library, gol's or the tree's; copies of the tree's tests,
    /// which are in no module, count as such.
    fn is_library(&self, path: &str) -> bool {
        let is_test = self.overlays.contains_key(path) && self.module.is_none();
        self.std.contains_key(path)
            || gol_stdlib::package(path).is_some()
            || (is_test && self.tree.is_some())
    }

    /// The tree, if it is to give this package: gol has it not, and what the module or `vendor`
    /// gives comes first. Internal packages are for the tree's own.
    fn tree_for(&self, path: &str, from: &str) -> Option<&GoTree> {
        let tree = self.tree.as_ref().filter(|tree| tree.package_dir(path).is_some())?;
        let allowed = self.is_library(from) || !gol_stdlib::is_internal(path);
        let elsewhere = self.module.as_ref().is_some_and(|m| m.package_dir(path).is_some());
        (allowed && !elsewhere).then_some(tree)
    }
}

impl Default for Loader {
    fn default() -> Loader {
        Loader::new(None, &[])
    }
}

impl Importer for Loader {
    fn resolve(&self, path: &str, from: &str) -> Result<String, String> {
        if path == "C" {
            return Err(
                "import \"C\": gol runs no C code; cgo is outside of the language".to_owned()
            );
        }
        if self.overlays.contains_key(path) {
            return Ok(path.to_owned());
        }
        if let Some(package) = gol_stdlib::package(path) {
            let allowed = !gol_stdlib::is_internal(path) || self.is_library(from);
            return if allowed {
                Ok(package.path.to_owned())
            } else {
                Err(format!("use of internal package {path} not allowed"))
            };
        }
        if self.tree_for(path, from).is_some() {
            return Ok(path.to_owned());
        }
        let own;
        let from = if from == "main" && self.module.is_some() {
            own = self.main_path();
            own.as_str()
        } else {
            from
        };
        let in_tree = self.tree.as_ref().is_some_and(|t| t.package_dir(path).is_some());
        let (_, canonical) = self.locate(path, from).map_err(|message| {
            // Go's library has more of them than gol's.
            let hidden =
                (in_tree || path.starts_with("internal/")) && gol_stdlib::is_internal(path);
            if hidden { format!("use of internal package {path} not allowed") } else { message }
        })?;
        // What a package may import, its external tests may.
        let tested = from.strip_suffix("_test").filter(|_| self.overlays.contains_key(from));
        if module::internal_forbidden(&canonical, tested.unwrap_or(from)) {
            return Err(format!("use of internal package {canonical} not allowed"));
        }
        Ok(canonical)
    }

    fn import(
        &mut self,
        path: &str,
        from: &str,
        first_id: NodeId,
    ) -> Result<(ImportedPackage, NodeId), String> {
        if let Some(overlay) = self.overlays.get(path) {
            let (files, cover) = (overlay.files.clone(), overlay.cover);
            let Some(mode) = cover else {
                return self.import_files(&files, path.to_owned(), first_id);
            };
            let package = self.parse_counted(&files, mode, first_id).map_err(|e| e.to_string())?;
            return Ok(package_of(package, path));
        }
        if let Some(package) = gol_stdlib::package(path) {
            return Ok((self.import_std(package), first_id));
        }
        if let Some(tree) = self.tree_for(path, from).cloned() {
            return Ok((self.import_tree(&tree, path)?, first_id));
        }
        let (dir, canonical) = match self.dirs.get(path) {
            Some(dir) => (dir.clone(), path.to_owned()),
            None => self.locate(path, from)?,
        };
        self.import_dir(dir, canonical, first_id)
    }

    fn main_path(&self) -> String {
        let dir = directory::normalise(&self.main_dir);
        let path = self.module.as_ref().and_then(|module| module.import_path(&dir));
        path.unwrap_or_else(|| "command-line-arguments".to_owned())
    }

    fn embed(&self, at: Pos, pattern: &str) -> Result<Vec<EmbeddedFile>, String> {
        let dir = {
            let sources = self.sources.borrow();
            let file = sources.file_of(at).map(|file| PathBuf::from(&*sources.file(file).name));
            file.filter(|path| path.is_file())
                .map_or_else(|| self.main_dir.clone(), |path| parent_of(&path))
        };
        embed::files(&dir, pattern)
    }

    fn position(&self, pos: Pos) -> Option<String> {
        let sources = self.sources.borrow();
        let at = sources.origin(pos)?;
        Some(format!("{}:{}:{}", at.name, at.line, at.column))
    }

    fn std_by_name(&self, name: &str) -> Option<&str> {
        if name == "unsafe" { Some("unsafe") } else { gol_stdlib::package_by_name(name) }
    }
}

/// Leaves out files that only document, and says which packages there are if the rest is not one.
fn one_package(dir: &Path, paths: &[PathBuf], all: &mut MainPackage) -> Result<(), String> {
    let clause = |file: &Rc<File>| file.package.as_ref().map(|p| p.name.clone());
    let is_code = |file: &Rc<File>| clause(file).is_none_or(|name| name != "documentation");
    let mut first: Option<(gol_grammar::ast::Name, &Path)> = None;
    for (file, path) in all.files.iter().zip(paths).filter(|(file, _)| is_code(file)) {
        let Some(name) = clause(file) else { continue };
        match &first {
            None => first = Some((name, path)),
            Some((other, _)) if *other == name => {}
            Some((other, earlier)) => {
                let base = |path: &Path| {
                    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
                };
                return Err(format!(
                    "found packages {other} ({}) and {name} ({}) in {}",
                    base(earlier),
                    base(path),
                    directory::normalise(dir).display()
                ));
            }
        }
    }
    if all.files.iter().any(is_code) {
        all.files.retain(is_code);
    }
    Ok(())
}

/// A package of parsed files, and the next free node.
fn package_of(parsed: MainPackage, canonical: &str) -> (ImportedPackage, NodeId) {
    let MainPackage { files, diagnostics, next_id } = parsed;
    let clause = files.iter().find_map(|f| f.package.as_ref());
    let name = clause.map_or_else(|| last_part(canonical).into(), |p| p.name.clone());
    (ImportedPackage::Files { name, files, diagnostics }, next_id)
}

fn read_file(path: &Path) -> Result<Vec<u8>, LoadError> {
    let name = path.to_string_lossy().into_owned();
    let fail =
        |e: std::io::Error| LoadError::Read { path: name.clone(), reason: directory::reason(&e) };
    let size = std::fs::metadata(path).map_err(fail)?.len();
    if size > MAX_FILE {
        return Err(LoadError::TooLarge { path: name, limit: MAX_FILE });
    }
    std::fs::read(path).map_err(fail)
}

fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
