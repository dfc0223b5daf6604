//! Packages as sources of single declarations: embedded ones, and those of a Go source tree
//! ([`super::goroot`]).

use rustc_hash::FxHashMap as HashMap;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gol_diagnostic::{FileId, Pos, SourceMap, Span};
use gol_grammar::ast::{Decl, File, Item, Mode, Name, NodeId};
use gol_grammar::{Source, parse_file};
use gol_stdlib::{StdDecl, StdPackage};
use gol_types::DeclSource;

/// Where a declaration's text lies: a range of bytes of one of the package's files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub file: usize,
    pub start: usize,
    pub end: usize,
    pub is_import: bool,
}

/// The files of a package, and what they declare where.
pub(super) trait Index {
    /// Name and text of a file.
    fn file(&self, number: usize) -> (&str, Cow<'static, str>);

    /// The package-level declarations of a name, or a type's methods of it.
    fn find(&self, recv: &str, name: &str) -> Vec<Piece>;

    /// All methods of a type; with an empty receiver, what stands at package level.
    fn methods(&self, recv: &str) -> Vec<Piece>;

    /// The names of a type's methods.
    fn method_names(&self, recv: &str) -> Vec<Name>;

    fn exported(&self) -> Vec<Name>;

    /// The body that a function gets which is declared without one; `None`: it is native.
    fn missing_body(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }
}

impl Index for &'static StdPackage {
    fn file(&self, number: usize) -> (&str, Cow<'static, str>) {
        let file = &self.files[number];
        (file.name, Cow::Borrowed(file.text))
    }

    fn find(&self, recv: &str, name: &str) -> Vec<Piece> {
        StdPackage::find(self, recv, name).iter().map(Piece::from).collect()
    }

    fn methods(&self, recv: &str) -> Vec<Piece> {
        StdPackage::methods(self, recv).iter().map(Piece::from).collect()
    }

    fn method_names(&self, recv: &str) -> Vec<Name> {
        StdPackage::methods(self, recv).iter().map(|d| Name::from(d.name)).collect()
    }

    fn exported(&self) -> Vec<Name> {
        self.find_exported().map(Name::from).collect()
    }
}

impl From<&StdDecl> for Piece {
    fn from(decl: &StdDecl) -> Piece {
        let &StdDecl { file, start, end, is_import, .. } = decl;
        Piece { file, start, end, is_import }
    }
}

/// One lazy package. A file's text enters the source map when something of it is parsed first.
pub(super) struct LazySource {
    package: Box<dyn Index>,
    sources: Rc<RefCell<SourceMap>>,
    files: RefCell<HashMap<usize, FileId>>,
    /// Import declarations of each file, parsed once.
    imports: RefCell<HashMap<usize, Rc<Vec<Item>>>>,
    inits_done: Cell<bool>,
}

impl LazySource {
    pub(super) fn new(package: Box<dyn Index>, sources: Rc<RefCell<SourceMap>>) -> LazySource {
        LazySource {
            package,
            sources,
            files: RefCell::default(),
            imports: RefCell::default(),
            inits_done: Cell::new(false),
        }
    }

    fn file_id(&self, file: usize) -> (FileId, Pos) {
        let mut files = self.files.borrow_mut();
        let id = *files.entry(file).or_insert_with(|| {
            let (name, text) = self.package.file(file);
            self.sources.borrow_mut().add(name, text)
        });
        (id, self.sources.borrow().file(id).base)
    }

    /// The items of one declaration's text.
    fn parse_range(&self, decl: &Piece, first_id: NodeId) -> (File, NodeId) {
        let (file, base) = self.file_id(decl.file);
        let sources = self.sources.borrow();
        let text = &sources.file(file).text[decl.start..decl.end];
        let base = base.after(decl.start);
        let parse =
            |text: &str| parse_file(Source { file, base, text, mode: Mode::Script }, first_id);
        let mut parsed = parse(text);
        if let [Item::Decl(Decl::Func(func))] = parsed.tree.items.as_slice()
            && func.body.is_none()
            && let Some(body) = self.package.missing_body(&func.name.name)
        {
            parsed = parse(&format!("{text} {body}"));
        }
        (parsed.tree, parsed.next_id)
    }

    fn imports_of(&self, file: usize, mut next_id: NodeId) -> (Rc<Vec<Item>>, NodeId) {
        if let Some(items) = self.imports.borrow().get(&file) {
            return (items.clone(), next_id);
        }
        let mut items = Vec::new();
        let mut seen = Vec::new();
        let all = self.package.methods("");
        for decl in all.iter().filter(|d| d.is_import && d.file == file) {
            if seen.contains(&decl.start) {
                continue;
            }
            seen.push(decl.start);
            let (tree, next) = self.parse_range(decl, next_id);
            items.extend(tree.items);
            next_id = next;
        }
        let items = Rc::new(items);
        self.imports.borrow_mut().insert(file, items.clone());
        (items, next_id)
    }

    /// A declaration as a file of its own, below the imports of the file that it stands in.
    fn piece(&self, decl: &Piece, first_id: NodeId) -> (Rc<File>, NodeId) {
        let (imports, next_id) = self.imports_of(decl.file, first_id);
        let (mut tree, next_id) = self.parse_range(decl, next_id);
        tree.mode = Mode::Go;
        tree.items.splice(0..0, imports.iter().cloned());
        tree.span = Span::NONE;
        (Rc::new(tree), next_id)
    }

    fn pieces(&self, decls: &[Piece], mut next_id: NodeId) -> (Vec<Rc<File>>, NodeId) {
        let mut files = Vec::new();
        for decl in decls.iter().filter(|d| !d.is_import) {
            let (file, next) = self.piece(decl, next_id);
            files.push(file);
            next_id = next;
        }
        (files, next_id)
    }
}

impl DeclSource for LazySource {
    fn parse(&self, name: &str, first_id: NodeId) -> Option<(Rc<File>, NodeId)> {
        let found = self.package.find("", name);
        let decl = found.iter().find(|d| !d.is_import)?;
        Some(self.piece(decl, first_id))
    }

    fn method_names(&self, type_name: &str) -> Vec<Name> {
        self.package.method_names(type_name)
    }

    fn parse_method(
        &self,
        type_name: &str,
        name: &str,
        first_id: NodeId,
    ) -> Option<(Rc<File>, NodeId)> {
        Some(self.piece(self.package.find(type_name, name).first()?, first_id))
    }

    fn exported(&self) -> Vec<Name> {
        self.package.exported()
    }

    fn parse_inits(&self, first_id: NodeId) -> (Vec<Rc<File>>, NodeId) {
        if self.inits_done.replace(true) {
            return (Vec::new(), first_id);
        }
        self.pieces(&self.package.find("", "init"), first_id)
    }
}
