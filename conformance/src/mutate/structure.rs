//! Damage that keeps the form of a program: what comes out is mostly parsed, and reaches the
//! checker and the compiler.
//!
//! Works on tokens (`mutant::split`), without a parser. A statement is a line, together with the
//! lines that follow until its brackets are closed; one in the first column is a declaration. An
//! operand is a name or a literal with what is selected, indexed and called behind it, or a group
//! in brackets. Edits exchange, double, remove, wrap and replace these by others of the same sort,
//! from the same program or from another one.

use std::ops::Range;

use super::mutant::Random;

type Tokens = Vec<Vec<u8>>;

const TYPES: &str = "int int8 uint16 uint64 float32 float64 complex128 string bool byte rune error any \
    uintptr []int [3]int [0]string map[string]int map[any]T chan~int <-chan~T *int *T **T func() \
    func(int)~string func(T)~T func(...int) struct{} struct{a~int;b~T} struct{T} struct{*T} \
    interface{~M()~} interface{~T~|~int~} comparable ~int T T[int] T[T] T[int,string] []T [5]T \
    func(yield~func(int)~bool) unsafe.Pointer [1<<40]int [...]T P[T] *P[*T]";
const PARAMETERS: &str = "[T~any] [T~comparable] [T~~int|~string] [T~any,~U~[]T] [T~interface{~*U~},~U~any] \
    [T~interface{~M(T)~}] [P~*T,~T~any] [S~~[]E,~E~any] [K~comparable,~V~int|string] [T~T] [T~[]T] \
    [T~fmt.Stringer] [_~any] [T,~T~any] [F~func(T)~T,~T~any] [int] [string,int] [T] [[]int] [] [int,~T] \
    [interface{}] [func(T)] [*T] [T[T]]";
const LITERALS: &str = "0 1 -1 2 7 255 256 1<<31 1<<63 1<<64 -1<<63 1e10 1e400 0x1p-1074 1i 0.5 'a' \
    '\u{10ffff}' \"\" \"abc\" `raw` nil true iota []int{1,2,3} []int{5:1} [...]string{\"a\"} map[string]int{\"a\":1} \
    struct{}{} func(){} func()~int{return~1} new(int) new(5) make([]int,3) make(chan~int) len(\"abc\") \
    min(1,2.5) max(1,x) cap([4]int{}) append([]int{},1) any(1) error(nil) T{} &T{} T(1) *new(int) \
    x.(int) x.(T) [](T)(nil) unsafe.Sizeof(1) complex(1,2) real(1i) recover() <-c f() f(f()) 1<<x 'a'+1";
const STATEMENTS: &str = "break continue return goto~L fallthrough L: var~x~int x~:=~1 _~=~x x~=~x x++ \
    x,~y~:=~y,~x x,~y~:=~f() defer~f() go~f() defer~recover() panic(1) {} ; var~_~T~=~x type~T~int \
    type~T~=~T type~T~struct{T} type~T[P~any]~struct{x~P} const~c~=~c const~(a~=~iota;b;c) var~x~=~x \
    switch{} select{} for{} for~range~x{} for~i~:=~range~10~{} for~i,x~:=~range~f~{} if~x~:=~f();x~{} \
    switch~x~:=~x.(type){case~int,string:~_~=~x} switch{case~true,true:~fallthrough;default:} \
    select{case~x~:=~<-c:~_~=~x;default:} x~<<=~y c~<-~1 *p~=~*p delete(m,~1) clear(x) func(){defer~func(){recover()}()}()";
const OPERATORS: [&[&str]; 4] = [
    &["+", "-", "*", "/", "%", "&", "|", "^", "<", ">"],
    &["==", "!=", "<=", ">=", "&&", "||", "<<", ">>", "&^", "<-"],
    &["=", ":=", "+=", "<<=", "&^=", "/="],
    &["++", "--"],
];
/// A statement stands for `$`.
const WRAPPERS: [&str; 16] = [
    "{\n$\n}",
    "if true {\n$\n}",
    "for range 3 {\n$\n}",
    "for i, x := range x {\n$\n}",
    "func() {\n$\n}()",
    "defer func() {\n$\n}()",
    "go func() {\n$\n}()",
    "switch {\ncase true:\n$\ndefault:\n$\n}",
    "switch x := any(x).(type) {\ncase int, T:\n$\ncase nil:\n}",
    "select {\ndefault:\n$\n}",
    "L:\nfor {\n$\nbreak L\n}",
    "if false {\n$\n} else {\n$\n}",
    "func[T any](x T) T {\n$\nreturn x\n}(1)",
    "{\ntype T struct{}\n$\n}",
    "{\nconst x = 1\n$\n}",
    "for x := range func(yield func(int) bool) {\n$\n} {\n$\n}",
];

/// One edit.
pub(super) fn damage(tokens: &mut Tokens, others: &[Vec<u8>], random: &mut Random) {
    match random.below(20) {
        0..=2 => exchange_statements(tokens, random),
        3 => {
            if let Some(statement) = some_statement(tokens, random) {
                tokens.drain(statement);
            }
        }
        4 | 5 => double_statement(tokens, others, random),
        6 | 7 => wrap(tokens, random),
        8..=10 => replace_operand(tokens, others, random),
        11 => exchange_operands(tokens, random),
        12 | 13 => rename(tokens, random),
        14 | 15 => replace_type(tokens, random),
        16 => parameters(tokens, random),
        17 => operator(tokens, random),
        18 => {
            let at = some_statement(tokens, random).map_or(0, |s| s.start);
            tokens.splice(at..at, [listed(STATEMENTS, random), b"\n".to_vec()]);
        }
        _ => rename_everywhere(tokens, random),
    }
}

/// An entry of a list, in which `~` between others stands for a blank.
fn listed(list: &str, random: &mut Random) -> Vec<u8> {
    let all: Vec<&str> = list.split_whitespace().collect();
    let entry = all[random.below(all.len())];
    let (first, rest) = entry.split_at(1);
    // The first one, and the second of two, is the operator.
    let rest = rest.replace("~~", "\u{1}").replace('~', " ").replace('\u{1}', " ~");
    format!("{first}{rest}").into_bytes()
}

fn is_name(token: &[u8]) -> bool {
    token.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80)
}

fn is_operand(token: &[u8]) -> bool {
    is_name(token) && !is_keyword(token)
        || token.first().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'"' | b'\'' | b'`'))
}

fn is_keyword(token: &[u8]) -> bool {
    const KEYWORDS: &str = " break case chan const continue default defer else fallthrough for func go \
        goto if import interface map package range return select struct switch type var ";
    std::str::from_utf8(token).is_ok_and(|t| KEYWORDS.contains(&format!(" {t} ")))
}

/// The position behind the bracket that closes the one at `open`.
fn closed(tokens: &[Vec<u8>], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.as_slice() {
            b"(" | b"[" | b"{" => depth += 1,
            b")" | b"]" | b"}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// The statement that begins with the line in which a random token is, without its line's end.
fn some_statement(tokens: &[Vec<u8>], random: &mut Random) -> Option<Range<usize>> {
    let starts: Vec<usize> = (0..tokens.len())
        .filter(|&at| (at == 0 || tokens[at - 1] == b"\n") && tokens[at] != b"\n")
        .collect();
    for _ in 0..8 {
        let start = *starts.get(random.below(starts.len()))?;
        let word = tokens[start..].iter().find(|t| !matches!(t[0], b' ' | b'\t'))?;
        // What closes a block, or belongs to one, cannot go alone.
        if matches!(word.as_slice(), b"}" | b")" | b"]" | b"case" | b"default" | b"package") {
            continue;
        }
        let mut at = start;
        while at < tokens.len() && tokens[at] != b"\n" {
            at = match tokens[at].as_slice() {
                b"(" | b"[" | b"{" => closed(tokens, at),
                _ => at + 1,
            };
        }
        return Some(start..at);
    }
    None
}

fn exchange_statements(tokens: &mut Tokens, random: &mut Random) {
    let (Some(a), Some(b)) = (some_statement(tokens, random), some_statement(tokens, random))
    else {
        return;
    };
    exchange(tokens, a, b);
}

/// Exchanges two ranges that do not overlap.
fn exchange(tokens: &mut Tokens, a: Range<usize>, b: Range<usize>) {
    let (a, b) = if a.start < b.start { (a, b) } else { (b, a) };
    if a.end > b.start {
        return;
    }
    let (first, second) = (tokens[a.clone()].to_vec(), tokens[b.clone()].to_vec());
    tokens.splice(b, first);
    tokens.splice(a, second);
}

/// A statement of the program, or of another, at another place.
fn double_statement(tokens: &mut Tokens, others: &[Vec<u8>], random: &mut Random) {
    let from = if random.below(2) == 0 { others } else { tokens.as_slice() };
    let Some(statement) = some_statement(from, random) else { return };
    let mut piece = from[statement].to_vec();
    piece.push(b"\n".to_vec());
    let Some(place) = some_statement(tokens, random) else { return };
    tokens.splice(place.start..place.start, piece);
}

fn wrap(tokens: &mut Tokens, random: &mut Random) {
    let Some(statement) = some_statement(tokens, random) else { return };
    let inner = tokens[statement.clone()].concat();
    let wrapper = WRAPPERS[random.below(WRAPPERS.len())].as_bytes();
    let mut text = Vec::new();
    for &byte in wrapper {
        if byte == b'$' { text.extend_from_slice(&inner) } else { text.push(byte) }
    }
    tokens.splice(statement, super::mutant::split(&text));
}

/// An operand with what follows it.
fn some_operand(tokens: &[Vec<u8>], random: &mut Random) -> Option<Range<usize>> {
    let starts: Vec<usize> = (0..tokens.len())
        .filter(|&at| is_operand(&tokens[at]) && (at == 0 || tokens[at - 1] != b"."))
        .collect();
    let start = *starts.get(random.below(starts.len()))?;
    let mut end = start + 1;
    while random.below(4) != 0 {
        end = match tokens.get(end).map(Vec::as_slice) {
            Some(b"(" | b"[") => closed(tokens, end),
            Some(b".") if tokens.get(end + 1).is_some_and(|t| is_name(t)) => end + 2,
            _ => break,
        };
    }
    Some(start..end)
}

fn replace_operand(tokens: &mut Tokens, others: &[Vec<u8>], random: &mut Random) {
    let Some(place) = some_operand(tokens, random) else { return };
    let piece = match random.below(5) {
        0 | 1 => some_operand(tokens, random).map(|at| tokens[at].to_vec()),
        2 => some_operand(others, random).map(|at| others[at].to_vec()),
        3 => {
            // The operand within something.
            let inner = tokens[place.clone()].concat();
            let forms = [
                "($)",
                "&$",
                "*$",
                "-$",
                "$[0]",
                "$.x",
                "$()",
                "$[:]",
                "[]T{$}",
                "any($)",
                "<-$",
                "$ + $",
                "func() any { return $ }()",
                "T{x: $}",
                "$.(T)",
                "$...",
                "int($)",
                "$[int]",
            ];
            let form = forms[random.below(forms.len())];
            Some(vec![form.replace('$', &String::from_utf8_lossy(&inner)).into_bytes()])
        }
        _ => Some(vec![listed(LITERALS, random)]),
    };
    if let Some(piece) = piece {
        tokens.splice(place, piece);
    }
}

fn exchange_operands(tokens: &mut Tokens, random: &mut Random) {
    if let (Some(a), Some(b)) = (some_operand(tokens, random), some_operand(tokens, random)) {
        exchange(tokens, a, b);
    }
}

fn names(tokens: &[Vec<u8>]) -> Vec<usize> {
    (0..tokens.len()).filter(|&at| is_name(&tokens[at]) && !is_keyword(&tokens[at])).collect()
}

fn rename(tokens: &mut Tokens, random: &mut Random) {
    let names = names(tokens);
    if let (Some(&a), Some(&b)) =
        (names.get(random.below(names.len())), names.get(random.below(names.len())))
    {
        let name = tokens[b].clone();
        tokens[a] = name;
    }
}

/// Two things get the same name, or change theirs.
fn rename_everywhere(tokens: &mut Tokens, random: &mut Random) {
    let names = names(tokens);
    let (Some(&a), Some(&b)) =
        (names.get(random.below(names.len())), names.get(random.below(names.len())))
    else {
        return;
    };
    let (a, b) = (tokens[a].clone(), tokens[b].clone());
    let both_ways = random.below(2) == 0;
    for token in tokens {
        if *token == a {
            token.clone_from(&b);
        } else if both_ways && *token == b {
            token.clone_from(&a);
        }
    }
}

fn replace_type(tokens: &mut Tokens, random: &mut Random) {
    const BASIC: &str = " int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 float32 float64 \
        complex64 complex128 string bool byte rune error any T P S ";
    let known = |t: &Vec<u8>| {
        std::str::from_utf8(t)
            .is_ok_and(|t| is_name(t.as_bytes()) && BASIC.contains(&format!(" {t} ")))
    };
    let places: Vec<usize> = (0..tokens.len()).filter(|&at| known(&tokens[at])).collect();
    let Some(&place) = places.get(random.below(places.len())) else { return };
    let names = names(tokens);
    tokens[place] = match random.below(3) {
        // Any name may be a type's.
        0 => names.get(random.below(names.len())).map_or_else(Vec::new, |&at| tokens[at].clone()),
        _ => listed(TYPES, random),
    };
}

/// Type parameters or arguments behind a name, or another list in place of one.
fn parameters(tokens: &mut Tokens, random: &mut Random) {
    let declared = |at: usize| {
        at >= 2 && matches!(tokens[at - 2].as_slice(), b"func" | b"type") && is_name(&tokens[at])
    };
    let names = names(tokens);
    let declared: Vec<usize> = names.iter().copied().filter(|&at| declared(at)).collect();
    let from = if random.below(3) == 0 || declared.is_empty() { &names } else { &declared };
    let Some(&name) = from.get(random.below(from.len())) else { return };
    let old = tokens.get(name + 1).is_some_and(|t| t == b"[");
    let end = if old && random.below(3) != 0 { closed(tokens, name + 1) } else { name + 1 };
    tokens.splice(name + 1..end, [listed(PARAMETERS, random)]);
}

fn operator(tokens: &mut Tokens, random: &mut Random) {
    let class = |t: &[u8]| OPERATORS.iter().position(|all| all.iter().any(|o| o.as_bytes() == t));
    let places: Vec<usize> = (0..tokens.len()).filter(|&at| class(&tokens[at]).is_some()).collect();
    let Some(&place) = places.get(random.below(places.len())) else { return };
    let all = OPERATORS[class(&tokens[place]).unwrap_or(0)];
    tokens[place] = all[random.below(all.len())].as_bytes().to_vec();
}
