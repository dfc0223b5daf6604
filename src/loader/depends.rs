//! Which directories packages under test lead to: their imports, and what those import in turn.
//! Packages of the library are left out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::module::Module;
use super::{directory, test_program};

/// The directories of these packages, with their tests, and of all that they depend on.
pub fn dependencies(dirs: &[PathBuf], tags: &[String]) -> BTreeSet<PathBuf> {
    let mut found: BTreeSet<PathBuf> = BTreeSet::new();
    let mut todo: Vec<(PathBuf, bool)> =
        dirs.iter().map(|dir| (directory::normalise(dir), true)).collect();
    while let Some((dir, tested)) = todo.pop() {
        if !found.insert(dir.clone()) {
            continue;
        }
        let mut files = directory::source_files(&dir, tags).unwrap_or_default();
        if tested {
            files.extend(directory::test_files(&dir, tags).unwrap_or_default());
        }
        let module = Module::find(&dir).ok().flatten();
        for path in files.iter().flat_map(|file| imports(file)) {
            let imported = if path.starts_with('.') {
                Some(directory::normalise(&dir.join(&path)))
            } else {
                module.as_ref().and_then(|m| m.package_dir(&path))
            };
            todo.extend(imported.map(|dir| (directory::normalise(&dir), false)));
        }
    }
    found
}

/// The import paths in a file.
fn imports(file: &Path) -> Vec<String> {
    let Ok(bytes) = super::read_file(file) else { return Vec::new() };
    let tree = test_program::parse(file, &directory::decode(&bytes).0);
    tree.imports().map(|spec| spec.path.to_string()).collect()
}
