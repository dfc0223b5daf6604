//! Runs processes and takes down their time and memory.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4 as _;

/// One implementation with the command that runs the program.
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    program: PathBuf,
    args: Vec<OsString>,
}

/// One finished run.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// Seconds.
    pub(crate) wall: f64,
    /// User and system time of all threads, in seconds.
    pub(crate) cpu: f64,
    /// Peak resident memory in bytes.
    pub(crate) peak: f64,
    pub(crate) output: String,
    pub(crate) ok: bool,
}

impl Contestant {
    pub(crate) fn new(name: &'static str, program: &Path, args: &[&OsStr]) -> Contestant {
        let args = args.iter().map(|a| (*a).to_owned()).collect();
        Contestant { name, program: program.to_path_buf(), args }
    }

    fn run(&self, workers: Option<usize>) -> anyhow::Result<Sample> {
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some(n) = workers {
            command.env("GOMAXPROCS", n.to_string());
        }
        let start = Instant::now();
        let mut child = command.spawn()?;
        let mut output = String::new();
        if let Some(mut stdout) = child.stdout.take() {
            stdout.read_to_string(&mut output)?;
        }
        let used = child.wait4()?;
        let cpu = used.rusage.utime + used.rusage.stime;
        Ok(Sample {
            wall: start.elapsed().as_secs_f64(),
            cpu: cpu.as_secs_f64(),
            peak: used.rusage.maxrss as f64,
            output,
            ok: used.status.success(),
        })
    }
}

/// Runs each contestant once to warm up and then `runs` times, taking turns. The samples come back
/// in the contestants' order.
pub(crate) fn interleaved(
    contestants: &[Contestant],
    runs: usize,
    workers: Option<usize>,
) -> anyhow::Result<Vec<Vec<Sample>>> {
    let mut samples = vec![Vec::new(); contestants.len()];
    for round in 0..=runs {
        for (contestant, taken) in contestants.iter().zip(&mut samples) {
            let sample = contestant.run(workers)?;
            if round > 0 || !sample.ok {
                taken.push(sample);
            }
        }
    }
    Ok(samples)
}
