//! Modules: `go.mod` above the program, its `replace` directives to local paths, and `vendor`.

use rustc_hash::FxHashMap as HashMap;
use std::path::{Path, PathBuf};

use super::LoadError;
use super::directory::{normalise, reason};

/// The module that the program's directory lies in.
#[derive(Debug)]
pub(super) struct Module {
    root: PathBuf,
    path: String,
    /// Local directories of modules that `replace` names, as it names them.
    replaced: HashMap<String, String>,
    /// Versions of modules that `require` names.
    required: HashMap<String, String>,
    /// N of the line `go 1.N`; without one Go takes 16.
    language: u32,
}

/// What a line of `go.mod` may begin with.
const DIRECTIVES: [&str; 10] = [
    "exclude",
    "go",
    "godebug",
    "ignore",
    "module",
    "replace",
    "require",
    "retract",
    "tool",
    "toolchain",
];

impl Module {
    /// Looks for a `go.mod` in `dir` and the directories above it.
    pub(super) fn find(dir: &Path) -> Result<Option<Module>, LoadError> {
        let start = normalise(dir);
        let Some(root) = start.ancestors().find(|d| d.join("go.mod").is_file()) else {
            return Ok(None);
        };
        let file = root.join("go.mod");
        let read = std::fs::read_to_string(&file);
        let text = read.map_err(|e| LoadError::Read {
            path: file.display().to_string(),
            reason: reason(&e),
        })?;
        Module::parse(root, &text).map(Some).map_err(LoadError::BadModule)
    }

    /// `Err`: the lines that say nothing, as the go command reports them.
    fn parse(root: &Path, text: &str) -> Result<Module, String> {
        let mut module = Module {
            root: root.to_path_buf(),
            path: String::new(),
            replaced: HashMap::default(),
            required: HashMap::default(),
            language: UNSTATED_LANGUAGE,
        };
        let mut block = String::new();
        let mut unknown = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default().trim();
            if line == ")" {
                block.clear();
            } else if let Some(verb) = line.strip_suffix('(') {
                verb.trim().clone_into(&mut block);
            } else if block.is_empty() {
                let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
                if !verb.is_empty() && !DIRECTIVES.contains(&verb) {
                    unknown.push(format!("go.mod:{}: unknown directive: {verb}", number + 1));
                }
                module.directive(verb, rest);
            } else {
                module.directive(&block, line);
            }
        }
        if unknown.is_empty() { Ok(module) } else { Err(unknown.join("\n")) }
    }

    fn directive(&mut self, verb: &str, rest: &str) {
        let unquote = |s: &str| s.trim().trim_matches('"').to_owned();
        match verb {
            "module" => self.path = unquote(rest),
            "go" => self.language = minor_of(rest).unwrap_or(UNSTATED_LANGUAGE),
            "require" => {
                let mut words = rest.split_whitespace();
                if let (Some(path), Some(version)) = (words.next(), words.next()) {
                    self.required.insert(unquote(path), version.to_owned());
                }
            }
            "replace" => {
                let Some((old, new)) = rest.split_once("=>") else { return };
                let old = unquote(old.split_whitespace().next().unwrap_or_default());
                let new = unquote(new.split_whitespace().next().unwrap_or_default());
                if new.starts_with('.') || new.starts_with('/') {
                    self.replaced.insert(old, new);
                }
            }
            _ => {}
        }
    }

    /// The directory of the package with this import path: of the module itself, of a replaced
    /// module, or under `vendor`.
    pub(super) fn package_dir(&self, path: &str) -> Option<PathBuf> {
        let own = below(path, &self.path).map(|rest| self.root.join(rest));
        let replaced = self.replaced.iter().find_map(|(m, dir)| {
            below(path, m).map(|rest| normalise(&self.root.join(dir)).join(rest))
        });
        let vendored = Some(self.root.join("vendor").join(path));
        [own, replaced, vendored].into_iter().flatten().find(|dir| dir.is_dir())
    }

    /// Why a package is not found whose module is replaced by a directory that is not there.
    fn missing_replacement(&self, path: &str) -> Option<String> {
        let (name, dir) = self.replaced.iter().find(|(name, _)| below(path, name).is_some())?;
        if self.root.join(dir).is_dir() {
            return None;
        }
        let version = self.required.get(name).map_or(String::new(), |v| format!("@{v}"));
        Some(format!("{name}{version}: replacement directory {dir} does not exist"))
    }

    /// The import path of a directory of the module.
    pub(super) fn import_path(&self, dir: &Path) -> Option<String> {
        let relative = dir.strip_prefix(&self.root).ok()?.to_string_lossy().replace('\\', "/");
        Some(if relative.is_empty() {
            self.path.clone()
        } else {
            format!("{}/{relative}", self.path)
        })
    }
}

impl Module {
    /// The version of the language, N of 1.N, that files of a directory are written in: as the
    /// module says that the directory belongs to. `None`: as no module says.
    pub(super) fn language_of(&self, dir: &Path) -> Option<u32> {
        let dir = normalise(dir);
        let replacement = self
            .replaced
            .values()
            .map(|replaced| normalise(&self.root.join(replaced)))
            .find(|replaced| dir.starts_with(replaced) && *replaced != self.root);
        if let Some(root) = replacement {
            let text = std::fs::read_to_string(root.join("go.mod")).ok()?;
            return Some(Module::parse(&root, &text).ok()?.language);
        }
        let inside = dir.strip_prefix(&self.root).ok()?;
        match inside.strip_prefix("vendor") {
            Ok(path) => self.vendored_language(&path.to_string_lossy()),
            Err(_) => Some(self.language),
        }
    }

    /// `vendor/modules.txt` has a line `# MODULE VERSION` for each module, and behind it
    /// `## explicit; go 1.N`.
    fn vendored_language(&self, package: &str) -> Option<u32> {
        let text = std::fs::read_to_string(self.root.join("vendor/modules.txt")).ok()?;
        let mut lines = text.lines();
        lines.find(|line| {
            let module = line.strip_prefix("# ").and_then(|rest| rest.split(' ').next());
            module.is_some_and(|module| below(package, module).is_some())
        })?;
        let notes = lines.next()?.strip_prefix("## ")?;
        notes.split(';').find_map(|note| minor_of(note.trim().strip_prefix("go ")?))
    }
}

/// The language of a module whose `go.mod` has no `go` line.
const UNSTATED_LANGUAGE: u32 = 16;

/// N of `1.N`, `1.N.2`, `1.Nrc1`.
fn minor_of(version: &str) -> Option<u32> {
    let rest = version.trim().strip_prefix("1.")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// What stands behind `prefix` in a path; empty for the prefix itself.
fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(prefix)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Go's sentence for an import that leads nowhere.
pub(super) fn not_found(path: &str, module: Option<&Module>) -> String {
    let first = path.split('/').next().unwrap_or_default();
    if let Some(why) = module.and_then(|module| module.missing_replacement(path)) {
        return why;
    }
    match module {
        _ if !first.contains('.') => format!("package {path} is not in std"),
        Some(m) if below(path, &m.path).is_some() => {
            format!("module {} does not contain package {path}", m.path)
        }
        _ => format!("no required module provides package {path}"),
    }
}

/// The rule of `internal`: only what lies below the parent of that folder may import it.
pub(super) fn internal_forbidden(path: &str, from: &str) -> bool {
    let Some(at) = path
        .split('/')
        .scan(0, |sum, part| {
            let start = *sum;
            *sum += part.len() + 1;
            Some((start, part))
        })
        .filter(|(_, part)| *part == "internal")
        .last()
        .map(|(start, _)| start)
    else {
        return false;
    };
    let parent = path[..at].trim_end_matches('/');
    // Outside of a module, the program's own package has no path to compare; directories are all
    // its own.
    from != "main" && !parent.starts_with('.') && below(from, parent).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_go_mod_gives_paths_to_directories() {
        let text = "module example.com/app // the app\n\ngo 1.27\n\nreplace (\n\texample.com/lib v1 => ../lib\n)\n";
        let module = Module::parse(Path::new("/src/app"), text).expect("all lines are known");
        assert_eq!(module.path, "example.com/app");
        assert_eq!(module.replaced["example.com/lib"], "../lib");
        assert_eq!(module.language, 27);
        assert_eq!(module.language_of(Path::new("/src/app/a/b")), Some(27));
        assert_eq!(module.language_of(Path::new("/src/other")), None);
        assert_eq!(
            [minor_of("1.21.3"), minor_of("1.22rc1"), minor_of("2")],
            [Some(21), Some(22), None]
        );
        assert_eq!(
            module.import_path(Path::new("/src/app/a/b")).as_deref(),
            Some("example.com/app/a/b")
        );
        assert_eq!(below("example.com/application", &module.path), None);
        assert!(internal_forbidden("example.com/lib/internal/x", "example.com/app"));
        assert!(!internal_forbidden("example.com/lib/internal/x", "example.com/lib/y"));
    }
}
