//! Checks the files named, each as a program of its own, and prints what is wrong.

use gol_diagnostic::SourceMap;
use gol_grammar::Source;
use gol_grammar::ast::{Mode, NodeId};
use gol_types::{Checker, ImportedPackage, Importer, Options};
use std::rc::Rc;

struct NoImports(SourceMap);
impl Importer for NoImports {
    fn import(
        &mut self,
        path: &str,
        _: &str,
        _: NodeId,
    ) -> Result<(ImportedPackage, NodeId), String> {
        Err(format!("could not import {path}"))
    }
    fn position(&self, pos: gol_diagnostic::Pos) -> Option<String> {
        self.0
            .location(pos)
            .map(|l| format!("./{}:{}:{}", l.name.rsplit('/').next().unwrap(), l.line, l.column))
    }
    fn std_by_name(&self, _: &str) -> Option<&str> {
        None
    }
}

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    for name in files {
        println!("FILE {name}");
        let text = std::fs::read(&name).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let mut map = SourceMap::new();
        let file = map.add(&name, text.clone());
        let base = map.file(file).base;
        let parsed =
            gol_grammar::parse_file(Source { file, base, text: &text, mode: Mode::Go }, NodeId(1));
        let mut all = parsed.diagnostics.clone();
        let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut c = Checker::new(
                Box::new(NoImports({
                    let mut m = SourceMap::new();
                    m.add(&name, text.clone());
                    m
                })),
                Options::default(),
                parsed.next_id,
            );
            c.check_main("main", vec![Rc::new(parsed.tree)]);
            c.take_diagnostics()
        }));
        match r {
            Ok(d) => all.extend(d),
            Err(_) => println!("PANIC"),
        }
        for d in &all {
            let l = map.location(d.span.lo);
            let (line, col) = l.map_or((0, 0), |l| (l.line, l.column));
            println!("{line}:{col}: {}", d.message.replace('\n', "\\n"));
        }
    }
}
