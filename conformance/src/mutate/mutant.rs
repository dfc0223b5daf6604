//! Mutants: a program of the corpus with a few places of damage: of bytes, of tokens, or of what
//! tokens form (`structure`).

use std::path::{Path, PathBuf};

/// What may be put anywhere: what the language has, in awkward pieces.
const TOKENS: &str = "( ) [ ] { } ; , : . ... = := == != < <= >> &^ && || <- ~ | + - ! * & % ++ += \
    \" ` ' /* // \\ 0 1 -1 0x 1e99 1i 'a' \"s\" nil iota _ x y T int string float64 any error \
    comparable true func type var const if else for range switch case default select chan map \
    struct interface return go defer break continue goto L: fallthrough import package len cap \
    make new append copy delete panic recover min max clear complex real unsafe.Sizeof [T~any] \
    [P~*T] [...]int{1} []int map[T]T *T T{} func(){} func()~T type~T~=~T type~T[P~any]~T[*P] \
    interface{~T~|~U;~M()~} struct{~T;~*U~} 1<<63 é \u{0} #! //go:embed //line~:1:1 x.(type) \
    for~range~10 x.y.z ~int|~string <-chan~T chan<-~T func(T)~(U) goto~L <- go~func(){}() a,b";

/// The tokens of several signs, longer ones first.
const OPERATORS: [&str; 25] = [
    "&^=", "<<=", ">>=", "...", "&&", "||", "<-", "++", "--", "==", "!=", "<=", ">=", ":=", "<<",
    ">>", "&^", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
];

/// Deterministic random numbers (SplitMix64).
pub(super) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// A part of `0..length`: short ones are more likely.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let reach = [1, 2, 5, 20, 120][self.below(5)];
        let from = self.below(length + 1);
        from..(from + 1 + self.below(reach)).min(length)
    }
}

/// The programs that mutants are made of.
pub(super) struct Corpus {
    texts: Vec<Vec<u8>>,
    seed: u64,
}

impl Corpus {
    /// The programs below `folders` of at most `largest` bytes.
    pub(super) fn read(folders: &[PathBuf], largest: u64, seed: u64) -> Corpus {
        let mut paths = Vec::new();
        for folder in folders {
            collect(folder, largest, &mut paths);
        }
        paths.sort();
        let texts = paths.iter().filter_map(|path| std::fs::read(path).ok()).collect();
        Corpus { texts, seed }
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The mutant of a number.
    pub(super) fn mutant(&self, number: u64) -> Vec<u8> {
        let mut random = Random(self.seed.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ number);
        let text = &self.texts[random.below(self.texts.len())];
        let other = &self.texts[random.below(self.texts.len())];
        let kind = random.below(10);
        if kind == 0 {
            let mut bytes = text.clone();
            for _ in 0..=random.below(4) {
                damage_bytes(&mut bytes, other, &mut random);
            }
            return bytes;
        }
        let mut tokens = split(text);
        let others = split(other);
        if kind < 4 {
            for _ in 0..=random.below(5) {
                damage_tokens(&mut tokens, &others, &mut random);
            }
        } else {
            for _ in 0..=random.below(4) {
                super::structure::damage(&mut tokens, &others, &mut random);
            }
        }
        tokens.concat()
    }
}

fn collect(folder: &Path, largest: u64, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, largest, paths);
        } else if path.extension().is_some_and(|e| e == "go" || e == "gol")
            && entry.metadata().is_ok_and(|data| data.len() <= largest)
        {
            paths.push(path);
        }
    }
}

/// Roughly the tokens of a text, blanks among them; together they are the text.
pub(crate) fn split(text: &[u8]) -> Vec<Vec<u8>> {
    let mut tokens: Vec<Vec<u8>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80;
        let first = text[at];
        let rest = &text[at..];
        let length = match first {
            b if word(&b) => rest.iter().take_while(|b| word(b)).count(),
            b' ' | b'\t' => rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count(),
            b'"' | b'\'' | b'`' => quoted(rest, first),
            b'/' if rest.starts_with(b"/*") => comment(rest),
            b'/' if rest.starts_with(b"//") => rest.iter().take_while(|b| **b != b'\n').count(),
            _ => OPERATORS.iter().find(|o| rest.starts_with(o.as_bytes())).map_or(1, |o| o.len()),
        };
        tokens.push(rest[..length].to_vec());
        at += length;
    }
    tokens
}

/// The length of a comment that may have several lines.
fn comment(text: &[u8]) -> usize {
    text.windows(2).skip(2).position(|pair| pair == b"*/").map_or(text.len(), |at| at + 4)
}

/// The length of a literal in quotes, or of what is there of it.
fn quoted(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b if b == quote => return at + 1,
            b'\\' if quote != b'`' => at += 1,
            b'\n' if quote != b'`' => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

fn some_token(random: &mut Random) -> Vec<u8> {
    let all: Vec<&str> = TOKENS.split_whitespace().collect();
    let token = all[random.below(all.len())];
    // In the list, `~` between others is a blank.
    let text = if token.len() > 1 && !token.starts_with('~') {
        token.replace('~', " ")
    } else {
        token.to_owned()
    };
    format!(" {text} ").into_bytes()
}

fn damage_tokens(tokens: &mut Vec<Vec<u8>>, others: &[Vec<u8>], random: &mut Random) {
    let range = random.range(tokens.len());
    let from = range.start;
    match random.below(14) {
        0 => drop(tokens.drain(range)),
        1 => {
            let piece = tokens[range].to_vec();
            tokens.splice(from..from, piece);
        }
        2 if !tokens.is_empty() => {
            let (a, b) = (random.below(tokens.len()), random.below(tokens.len()));
            tokens.swap(a, b);
        }
        3 => {
            let piece = others[random.range(others.len())].to_vec();
            tokens.splice(range, piece);
        }
        4 => {
            let piece = tokens[random.range(tokens.len())].to_vec();
            tokens.splice(range, piece);
        }
        5 | 8 | 9 if !tokens.is_empty() => {
            // A name in another's place: the tree stays, the types do not.
            let is_name = |t: &Vec<u8>| t[0].is_ascii_alphabetic();
            let names: Vec<usize> = (0..tokens.len()).filter(|&i| is_name(&tokens[i])).collect();
            if let (Some(&a), Some(&b)) =
                (names.get(random.below(names.len())), names.get(random.below(names.len())))
            {
                let token = tokens[b].clone();
                tokens[a] = token;
            }
        }
        6 if random.below(20) == 0 => {
            // Deep nesting, or a long chain.
            let piece = some_token(random).repeat([10, 300, 20_000][random.below(3)]);
            tokens.splice(from..from, [piece]);
        }
        7 => {
            tokens.splice(range, [some_token(random)]);
        }
        _ => {
            tokens.splice(from..from, [some_token(random)]);
        }
    }
}

fn damage_bytes(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let range = random.range(bytes.len());
    let from = range.start;
    match random.below(6) {
        0 => drop(bytes.drain(range)),
        1 => bytes.truncate(from),
        2 => {
            let piece = other[random.range(other.len())].to_vec();
            bytes.splice(range, piece);
        }
        3 if from < bytes.len() => bytes[from] ^= 1 << random.below(8),
        4 => {
            let piece = bytes[range].repeat(2);
            bytes.splice(from..from, piece);
        }
        _ => bytes.insert(from, random.next() as u8),
    }
}
