//! The command `imports`: a program for each public package of Go's library that imports it, and
//! does nothing else. Packages that gol does not have are read from Go's tree.

use std::fs;
use std::time::Duration;

use crate::packages::{self, Set};
use crate::process::{self, Tools};

const LIMIT: Duration = Duration::from_mins(1);

/// Prints which packages cannot be imported, and why; `false` without Go's tree.
pub(crate) fn run(tools: &Tools) -> anyhow::Result<bool> {
    let Some(goroot) = tools.goroot.clone() else {
        println!("imports: there is no go command");
        return Ok(false);
    };
    let scratch = std::env::temp_dir().join(format!("gol-imports-{}", std::process::id()));
    fs::create_dir_all(&scratch)?;
    let packages = packages::of(Set::All, &goroot);
    let import = |package: &String, from_tree: bool| -> anyhow::Result<Result<(), String>> {
        let file = scratch.join(format!("{}-{from_tree}.go", package.replace('/', ".")));
        fs::write(&file, format!("package main\n\nimport _ \"{package}\"\n\nfunc main() {{}}\n"))?;
        let mut command = process::within_memory(&tools.gol);
        command.arg("run");
        if from_tree {
            command.arg("--goroot").arg(&goroot);
        }
        let ended = process::run(command.arg(&file), LIMIT)?;
        let output = String::from_utf8_lossy(&ended.output).into_owned();
        Ok(if ended.status == Some(0) { Ok(()) } else { Err(output) })
    };
    let outcomes = process::in_parallel(tools.jobs, &packages, |package| {
        let own = import(package, false)?;
        Ok((own.is_ok(), if own.is_ok() { Ok(()) } else { import(package, true)? }))
    });
    let (mut own, mut read) = (0, 0);
    for (package, outcome) in packages.iter().zip(outcomes) {
        let outcome: anyhow::Result<(bool, Result<(), String>)> = outcome;
        match outcome? {
            (true, _) => own += 1,
            (false, Ok(())) => read += 1,
            (false, Err(why)) => {
                println!("{package}: {}", why.lines().next().unwrap_or("no end"));
            }
        }
    }
    fs::remove_dir_all(&scratch)?;
    println!(
        "imports: {} public packages, {own} of gol's own, {read} read from Go's tree",
        packages.len()
    );
    Ok(true)
}
