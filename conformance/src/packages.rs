//! The packages of Go's library, as its source tree has them, and the two lists of those that gol
//! has to have.

use std::fs;
use std::path::Path;

/// What scripts need most: whole, to the last exported name.
const FIRST: &str = "fmt strings os errors time math sort strconv slices maps cmp bytes io bufio \
    sync sync/atomic context testing math/rand math/rand/v2 unicode unicode/utf8 unicode/utf16 log \
    flag path path/filepath io/fs regexp regexp/syntax reflect os/exec os/signal os/user \
    encoding/json iter runtime runtime/debug math/bits math/cmplx";

/// What scripts use too.
const SECOND: &str = "math/big encoding/csv encoding/hex encoding/base64 encoding/base32 \
    encoding/binary encoding/xml encoding/gob encoding/pem encoding/ascii85 crypto/sha256 \
    crypto/sha512 crypto/sha1 crypto/md5 crypto/rand crypto/hmac crypto/aes crypto/cipher \
    crypto/subtle hash hash/crc32 hash/crc64 hash/adler32 hash/fnv hash/maphash container/heap \
    container/list container/ring log/slog text/template text/tabwriter text/scanner html \
    html/template compress/gzip compress/zlib compress/flate compress/bzip2 compress/lzw \
    archive/zip archive/tar embed unique weak net/url mime mime/multipart mime/quotedprintable \
    index/suffixarray image image/color image/draw image/png image/jpeg image/gif go/token \
    go/scanner go/ast go/parser go/format go/printer go/constant testing/fstest testing/iotest \
    testing/quick testing/slogtest testing/synctest expvar uuid encoding/json/v2 \
    encoding/json/jsontext";

/// Which packages are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Set {
    /// The first list.
    First,
    /// Both lists.
    Lists,
    /// Every public package of the tree.
    All,
}

/// The packages of a set, in the order of the lists.
pub(crate) fn of(set: Set, goroot: &Path) -> Vec<String> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    match set {
        Set::First => words(FIRST),
        Set::Lists => [words(FIRST), words(SECOND)].concat(),
        Set::All => public(goroot),
    }
}

/// The public packages of a tree: what a program outside of it may import.
fn public(goroot: &Path) -> Vec<String> {
    let mut found = Vec::new();
    visit(&goroot.join("src"), "", &mut found);
    found.sort();
    found
}

fn visit(folder: &Path, path: &str, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut has_source = false;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            let hidden = name.starts_with(['.', '_']);
            if !hidden && !matches!(&*name, "internal" | "vendor" | "testdata" | "cmd" | "builtin")
            {
                let inside = if path.is_empty() { name } else { format!("{path}/{name}") };
                visit(&entry.path(), &inside, found);
            }
        } else {
            let stem = name.strip_suffix(".go");
            has_source |= stem.is_some_and(|stem| !stem.ends_with("_test"));
        }
    }
    if has_source && !path.is_empty() {
        found.push(path.to_owned());
    }
}

/// The test files of a package that are for every system.
pub(crate) fn test_files(goroot: &Path, package: &str) -> Vec<std::path::PathBuf> {
    const OTHERS: [&str; 8] =
        ["windows", "plan9", "js", "wasm", "darwin", "bsd", "freebsd", "wasip1"];
    let Ok(entries) = fs::read_dir(goroot.join("src").join(package)) else { return Vec::new() };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix("_test.go") else { return false };
        let system = stem.rsplit('_').next().unwrap_or_default();
        !OTHERS.contains(&system)
    });
    files.sort();
    files
}
