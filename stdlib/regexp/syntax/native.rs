//! Natives of regexp/syntax: the parser, whose tree goes over as a list of numbers.

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

use crate::regexp::ast::{Node, SyntaxError};
use crate::regexp::parse;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("parse", parse_tree)];

/// `parse(s, flags) (tree []int, names []string, code, part string)`.
///
/// A node is its operation, flags, least and greatest count, group number, number of runes and the
/// runes, number of nodes below and these; names are those of groups in the same order.
fn parse_tree(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str();
    let flags = cx.uint() as u16;
    match parse::parse(text.as_bytes(), flags) {
        Ok((root, _)) => {
            let (mut numbers, mut names) = (Vec::new(), Vec::new());
            let mut left = vec![&root];
            while let Some(node) = left.pop() {
                write_node(node, &mut numbers, &mut names);
                left.extend(node.subs.iter().rev());
            }
            cx.ret_ints(&numbers);
            cx.ret_strs(names);
            cx.ret_str("");
            cx.ret_str("");
        }
        Err(SyntaxError { code, part }) => {
            cx.ret_nil_slice();
            cx.ret_nil_slice();
            cx.ret_str(code.text());
            cx.ret_str(part);
        }
    }
    Ok(())
}

fn write_node<'a>(node: &'a Node, numbers: &mut Vec<i64>, names: &mut Vec<&'a str>) {
    let head = [
        node.op as i64,
        i64::from(node.flags),
        i64::from(node.min),
        i64::from(node.max),
        i64::from(node.cap),
        node.runes.len() as i64,
    ];
    numbers.extend(head);
    numbers.extend(node.runes.iter().map(|&r| i64::from(r)));
    numbers.push(node.subs.len() as i64);
    if node.cap > 0 {
        names.push(&node.name);
    }
}

