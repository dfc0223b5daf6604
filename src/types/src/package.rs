//! Packages, and where their declarations come from.

use std::rc::Rc;

use gol_diagnostic::Diagnostic;
use gol_grammar::ast::{File, Name, NodeId};

/// A package of the [`crate::Store`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PkgId(pub u32);

#[derive(Clone, Debug)]
pub struct Package {
    /// The import path; `main` for the program's own package.
    pub path: Name,
    pub name: Name,
    /// Packages that it imports directly, in the order in which they must be initialised.
    pub imports: Vec<PkgId>,
    pub is_std: bool,
}

/// A package as the loader hands it to the checker.
pub enum ImportedPackage {
    /// All files, parsed; checked whole.
    Files { name: Name, files: Vec<Rc<File>>, diagnostics: Vec<Diagnostic> },
    /// A standard package: declarations on demand.
    Lazy { name: Name, source: Rc<dyn DeclSource> },
}

/// A file that becomes part of the program.
#[derive(Clone, Debug)]
pub struct EmbeddedFile {
    /// Relative to the package's directory, with slashes.
    pub name: String,
    pub content: Vec<u8>,
}

/// Finds packages by import path; implemented by the loader, which also resolves `./util`,
/// modules and vendored packages relative to the importing package.
pub trait Importer {
    /// The canonical path of what `from` imports as `path`: it is the package's identity, and what
    /// `import` is then called with. `Err` as for `import`.
    fn resolve(&self, path: &str, from: &str) -> Result<String, String> {
        let _ = from;
        Ok(path.to_owned())
    }

    /// `first_id`: where the ids of nodes that are parsed for this may start; the next free one
    /// comes back. `Err` holds Go's sentence (`package foo is not in std`).
    fn import(
        &mut self,
        path: &str,
        from: &str,
        first_id: NodeId,
    ) -> Result<(ImportedPackage, NodeId), String>;

    /// The import path of the program's own package, for messages.
    fn main_path(&self) -> String {
        "command-line-arguments".to_owned()
    }

    /// The files that a `//go:embed` pattern at a position names; `Err` holds the cause as the go
    /// command words it.
    fn embed(&self, at: gol_diagnostic::Pos, pattern: &str) -> Result<Vec<EmbeddedFile>, String> {
        let _ = (at, pattern);
        Err("no matching files found".to_owned())
    }

    /// `file:line:col` of a position, for messages that mention one in their text.
    fn position(&self, pos: gol_diagnostic::Pos) -> Option<String> {
        let _ = pos;
        None
    }

    /// The import path of the standard package that a script means by an unimported qualifier
    /// (`rand` is `math/rand/v2`); `None` if no standard package has that name.
    fn std_by_name(&self, name: &str) -> Option<&str>;
}

/// The declarations of one lazy package. Every answer is the smallest parsed piece that declares
/// the name: a function, or a whole `const`, `var` or `type` group.
pub trait DeclSource {
    /// The package-level declaration of `name` as a file of its own (with the imports of the file
    /// that it stands in); `None` if the package does not declare it.
    fn parse(&self, name: &str, first_id: NodeId) -> Option<(Rc<File>, NodeId)>;

    /// Names of the methods declared on `type_name`, sorted.
    fn method_names(&self, type_name: &str) -> Vec<Name>;

    /// The method `name` declared on `type_name`, as `parse` would give it.
    fn parse_method(
        &self,
        type_name: &str,
        name: &str,
        first_id: NodeId,
    ) -> Option<(Rc<File>, NodeId)>;

    /// Exported names, for dot imports, completion and documentation.
    fn exported(&self) -> Vec<Name>;

    /// Names of the functions called `init`, in order, as pieces to be run when the package is
    /// used at all.
    fn parse_inits(&self, first_id: NodeId) -> (Vec<Rc<File>>, NodeId);
}
