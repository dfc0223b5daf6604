//! Standard packages as sources of single declarations.

use rustc_hash::FxHashMap as HashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gol_diagnostic::{FileId, Pos, SourceMap, Span};
use gol_grammar::ast::{File, Item, Mode, Name, NodeId};
use gol_grammar::{Source, parse_file};
use gol_stdlib::{StdDecl, StdPackage};
use gol_types::DeclSource;

/// One embedded package. A file's text enters the source map when something of it is parsed first.
pub(super) struct StdSource {
    package: &'static StdPackage,
    sources: Rc<RefCell<SourceMap>>,
    files: RefCell<HashMap<usize, FileId>>,
    /// Import declarations of each file, parsed once.
    imports: RefCell<HashMap<usize, Rc<Vec<Item>>>>,
    inits_done: Cell<bool>,
}

impl StdSource {
    pub(super) fn new(package: &'static StdPackage, sources: Rc<RefCell<SourceMap>>) -> StdSource {
        StdSource {
            package,
            sources,
            files: RefCell::default(),
            imports: RefCell::default(),
            inits_done: Cell::new(false),
        }
    }

    fn file_id(&self, file: usize) -> (FileId, Pos) {
        let entry = &self.package.files[file];
        let mut files = self.files.borrow_mut();
        let id = *files
            .entry(file)
            .or_insert_with(|| self.sources.borrow_mut().add(entry.name, entry.text));
        (id, self.sources.borrow().file(id).base)
    }

    /// The items of one declaration's text.
    fn parse_range(&self, decl: &StdDecl, first_id: NodeId) -> (File, NodeId) {
        let (file, base) = self.file_id(decl.file);
        let text = &self.package.files[decl.file].text[decl.start..decl.end];
        let source = Source { file, base: base.after(decl.start), text, mode: Mode::Script };
        let parsed = parse_file(source, first_id);
        debug_assert!(
            parsed.diagnostics.is_empty(),
            "{}: {:?}",
            self.package.path,
            parsed.diagnostics
        );
        (parsed.tree, parsed.next_id)
    }

    fn imports_of(&self, file: usize, mut next_id: NodeId) -> (Rc<Vec<Item>>, NodeId) {
        if let Some(items) = self.imports.borrow().get(&file) {
            return (items.clone(), next_id);
        }
        let mut items = Vec::new();
        let mut seen = Vec::new();
        for decl in self.package.decls.iter().filter(|d| d.is_import && d.file == file) {
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
    fn piece(&self, decl: &StdDecl, first_id: NodeId) -> (Rc<File>, NodeId) {
        let (imports, next_id) = self.imports_of(decl.file, first_id);
        let (mut tree, next_id) = self.parse_range(decl, next_id);
        tree.mode = Mode::Go;
        tree.items.splice(0..0, imports.iter().cloned());
        tree.span = Span::NONE;
        (Rc::new(tree), next_id)
    }

    fn pieces(&self, decls: &[StdDecl], mut next_id: NodeId) -> (Vec<Rc<File>>, NodeId) {
        let mut files = Vec::new();
        for decl in decls.iter().filter(|d| !d.is_import) {
            let (file, next) = self.piece(decl, next_id);
            files.push(file);
            next_id = next;
        }
        (files, next_id)
    }
}

impl DeclSource for StdSource {
    fn parse(&self, name: &str, first_id: NodeId) -> Option<(Rc<File>, NodeId)> {
        let decl = self.package.find("", name).iter().find(|d| !d.is_import)?;
        Some(self.piece(decl, first_id))
    }

    fn method_names(&self, type_name: &str) -> Vec<Name> {
        self.package.methods(type_name).iter().map(|d| Name::from(d.name)).collect()
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
        let names = self.package.find_exported();
        names.map(Name::from).collect()
    }

    fn parse_inits(&self, first_id: NodeId) -> (Vec<Rc<File>>, NodeId) {
        if self.inits_done.replace(true) {
            return (Vec::new(), first_id);
        }
        self.pieces(self.package.find("", "init"), first_id)
    }
}
