//! Instructions for Go's compiler (`//go:…`): where they may stand.
//!
//! They mean nothing to gol, but `//go:linkname`, which the checker reads, and `//go:embed`. Some
//! belong to functions. Where one of these stands before nothing that is declared, that is said with
//! the syntax errors; before another declaration, once a program has no other errors.

use gol_diagnostic::{Pos, Span};

use crate::actions::Builder;
use crate::ast::{Decl, Directive, Item};
use crate::token::{Kind, Token};

/// Those that stand before functions.
const OF_FUNCTIONS: [&str; 8] = [
    "nocheckptr",
    "noescape",
    "noinline",
    "norace",
    "nosplit",
    "registerparams",
    "uintptrescapes",
    "uintptrkeepalive",
];

/// Those of Go's own runtime.
const OF_THE_RUNTIME: [&str; 4] =
    ["nowritebarrier", "nowritebarrierrec", "systemstack", "yeswritebarrierrec"];

/// Reports directives that stand in no good place, and marks those that are reported later.
pub(crate) fn check(
    builder: &Builder<'_>,
    tokens: &[Token],
    items: &[Item],
    directives: &mut [Directive],
) {
    let package = tokens.first().map_or(Pos::NONE, |token| token.span.lo);
    let declared = starts(items);
    let bodies: Vec<Span> = items.iter().filter_map(function).collect();
    for directive in directives {
        let at = directive.span.lo.after("//".len());
        let words = directive.text.strip_prefix("//go:").unwrap_or_default();
        let name = words.split([' ', '\t']).next().unwrap_or_default();
        let place = Span::at(at);
        if name.starts_with("cgo_") {
            builder.breach(place, format!("//go:{words} only allowed in cgo-generated code"));
        } else if OF_THE_RUNTIME.contains(&name) {
            builder.breach(place, format!("//go:{name} only allowed in runtime"));
        } else if name == "uintptrkeepalive" {
            let message = "//go:uintptrkeepalive is only allowed in the standard library";
            builder.breach(place, message);
        } else if name == "linkname" && words.contains([' ', '\t']) {
            if !matches!(words.split_whitespace().count(), 2 | 3) {
                builder.breach(place, "usage: //go:linkname localname [linkname]");
            }
        } else if OF_FUNCTIONS.contains(&name) || name == "build" {
            if name == "build" && directive.span.lo < package {
                continue;
            }
            let next = tokens.partition_point(|token| token.span.lo < directive.span.lo);
            let follows = next.checked_sub(1).is_some_and(|before| {
                !builder.between(tokens[before].span.hi, directive.span.lo).contains('\n')
            });
            let belongs = start_behind(tokens, next).filter(|_| !follows);
            let is_inside = bodies.iter().any(|body| body.lo < at && at < body.hi);
            let before_function = |at: &Pos| bodies.iter().any(|body| body.lo == *at);
            let of_function = !is_inside && belongs.as_ref().is_some_and(before_function);
            if of_function && name != "build" {
                continue;
            }
            let before_declaration = |at: Pos| at == package || declared.contains(&at);
            if of_function || belongs.is_some_and(before_declaration) {
                directive.misplaced = true;
            } else {
                builder.breach(place, "misplaced compiler directive");
            }
        }
    }
}

/// Where the declaration starts whose first token this may be: behind the keyword, but for functions.
fn start_behind(tokens: &[Token], at: usize) -> Option<Pos> {
    let first = tokens.get(at)?;
    let is_keyword = matches!(first.kind, Kind::Import | Kind::Const | Kind::Type | Kind::Var);
    let start = if is_keyword { tokens.get(at + 1)? } else { first };
    Some(start.span.lo)
}

fn function(item: &Item) -> Option<Span> {
    match item {
        Item::Decl(Decl::Func(func)) => Some(func.span),
        _ => None,
    }
}

/// Where the declarations that are no functions start.
fn starts(items: &[Item]) -> Vec<Pos> {
    let mut all = Vec::new();
    for item in items {
        match item {
            Item::Decl(Decl::Import(specs)) => all.extend(specs.iter().map(|s| s.span.lo)),
            Item::Decl(Decl::Const(specs)) => all.extend(specs.iter().map(|s| s.span.lo)),
            Item::Decl(Decl::Type(specs)) => all.extend(specs.iter().map(|s| s.span.lo)),
            Item::Decl(Decl::Var(specs)) => all.extend(specs.iter().map(|s| s.span.lo)),
            _ => {}
        }
    }
    all
}
