//! The lists of `tests/outside` that name functions of Go's library: `examples.txt` and
//! `library.txt`. A name a line, `IMPORT/PATH.Function`; `#` starts a comment.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use anyhow::Context as _;

/// The names of a list.
pub(crate) fn read(list: &str) -> anyhow::Result<BTreeSet<String>> {
    let file = crate::root().join("tests/outside").join(list);
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let names = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    Ok(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// What came of the functions of one package.
#[derive(Default)]
pub(crate) struct Tally {
    pub passed: BTreeSet<String>,
    pub failed: BTreeMap<String, String>,
    pub skipped: usize,
}

impl Tally {
    /// Names of the list that did not pass, and names to add to it.
    pub(crate) fn against(
        &self,
        package: &str,
        listed: &BTreeSet<String>,
    ) -> (Vec<String>, Vec<String>) {
        let full = |name: &String| format!("{package}.{name}");
        let lost = self.failed.keys().map(full).filter(|name| listed.contains(name)).collect();
        let new = self.passed.iter().map(full).filter(|name| !listed.contains(name)).collect();
        (lost, new)
    }

    pub(crate) fn line(&self, package: &str) -> String {
        let all = self.passed.len() + self.failed.len();
        let skipped =
            if self.skipped == 0 { String::new() } else { format!(", {} skipped", self.skipped) };
        format!("{package}: {} of {all}{skipped}", self.passed.len())
    }
}
