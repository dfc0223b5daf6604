//! Versions of the language: files of a module that names an older one in its `go.mod` may not use
//! what came later, and their loops keep what was changed since.
//!
//! The features and their versions are those of the specification's appendix on language versions.
//! A file says for itself which version it is written in; most are written in the newest one, so
//! only ranges of positions are kept in which that is not so.

use gol_diagnostic::{Code, Pos, Span};
use gol_grammar::ast::{File, Language};

use crate::checker::Checker;

/// What needs a version of its own is called after it here.
pub(crate) mod since {
    pub(crate) const ALIASES: u32 = 9;
    pub(crate) const NUMBER_LITERALS: u32 = 13;
    pub(crate) const SIGNED_SHIFTS: u32 = 13;
    pub(crate) const OVERLAPPING_METHODS: u32 = 14;
    pub(crate) const EMBEDDED_FILES: u32 = 16;
    pub(crate) const ARRAY_POINTERS_OF_SLICES: u32 = 17;
    pub(crate) const UNSAFE_SLICES: u32 = 17;
    pub(crate) const GENERICS: u32 = 18;
    pub(crate) const ARRAYS_OF_SLICES: u32 = 20;
    pub(crate) const DYNAMIC_COMPARABLE: u32 = 20;
    pub(crate) const UNSAFE_STRINGS: u32 = 20;
    pub(crate) const MIN_MAX_CLEAR: u32 = 21;
    pub(crate) const INFERENCE_OF_VALUES: u32 = 21;
    pub(crate) const RANGE_OVER_INTEGERS: u32 = 22;
    pub(crate) const VARIABLES_OF_ITERATIONS: u32 = 22;
    pub(crate) const RANGE_OVER_FUNCTIONS: u32 = 23;
    pub(crate) const GENERIC_ALIASES: u32 = 23;
    pub(crate) const NEW_OF_VALUES: u32 = 26;
    pub(crate) const GENERIC_METHODS: u32 = 27;
    pub(crate) const PROMOTED_KEYS: u32 = 27;
}

const UNSUPPORTED: Code = Code("UnsupportedFeature");

/// A file that is written in an older version.
pub(crate) struct OlderFile {
    span: Span,
    language: Language,
}

impl Checker {
    /// Remembers which version a file is written in.
    pub(crate) fn note_language(&mut self, file: &File) {
        if file.language != Language::NEWEST {
            let (span, language) = (file.span, file.language);
            self.core.older_files.push(OlderFile { span, language });
        }
    }

    fn language_at(&self, at: Pos) -> Language {
        let files = &self.core.older_files;
        let file = files.iter().find(|file| (file.span.lo..=file.span.hi).contains(&at));
        file.map_or(Language::NEWEST, |file| file.language)
    }

    /// Whether the file at a position is written in Go 1.`minor` or newer.
    pub(crate) fn allows(&self, minor: u32, at: Pos) -> bool {
        self.core.older_files.is_empty() || self.language_at(at).minor >= minor
    }

    /// Whether variables of a loop are new in each iteration.
    pub fn renews_loop_variables(&self, at: Pos) -> bool {
        self.allows(since::VARIABLES_OF_ITERATIONS, at)
    }

    /// Reports what is not allowed at a place; whether it is allowed.
    pub(crate) fn require(&mut self, minor: u32, at: Span, what: &str) -> bool {
        let allowed = self.allows(minor, at.lo);
        if !allowed {
            let message = format!("{what} {}", self.requires(minor, at.lo));
            self.error(UNSUPPORTED, at, message);
        }
        allowed
    }

    /// `requires go1.18 or later (…)`.
    pub(crate) fn requires(&self, minor: u32, at: Pos) -> String {
        let Language { minor: own, by_file } = self.language_at(at);
        if by_file {
            format!("requires go1.{minor} or later (file declares //go:build go1.{own})")
        } else {
            format!("requires go1.{minor} or later (-lang was set to go1.{own}; check go.mod)")
        }
    }
}
