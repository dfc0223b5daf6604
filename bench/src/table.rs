//! Turns samples into lines of a table.

use std::fmt::Write as _;

use crate::measure::{Contestant, Sample};
use crate::median;

/// Programs about goroutines; the others are about computing.
const CONCURRENT: &[&str] = &[
    "chan_buffered",
    "mutex_contend",
    "parallel_mandelbrot",
    "parallel_sum",
    "pingpong",
    "pipeline",
    "prime_sieve",
    "ring",
    "select_fan",
    "skynet",
    "spawn_join",
    "spawn_park",
];

/// One program's figures.
pub(crate) struct Row {
    name: String,
    cells: Vec<Cell>,
}

struct Cell {
    who: &'static str,
    wall: f64,
    cpu: f64,
    peak: f64,
    fault: Option<&'static str>,
}

impl Row {
    pub(crate) fn new(name: &str, contestants: &[Contestant], samples: &[Vec<Sample>]) -> Row {
        let reference = contestants.iter().position(|c| c.name == "go").unwrap_or(0);
        let wanted = samples[reference].first().map(|s| s.output.clone()).unwrap_or_default();
        let cells = contestants.iter().zip(samples).map(|(c, taken)| Cell {
            who: c.name,
            wall: median(taken, |s| s.wall),
            cpu: median(taken, |s| s.cpu),
            peak: median(taken, |s| s.peak),
            fault: fault(c, taken, &wanted),
        });
        Row { name: name.to_owned(), cells: cells.collect() }
    }

    fn cell(&self, who: &str) -> Option<&Cell> {
        self.cells.iter().find(|c| c.who == who)
    }

    /// The ratio of gol's wall time to Go's, if both are right.
    fn ratio(&self) -> Option<f64> {
        let (gol, go) = (self.cell("gol")?, self.cell("go")?);
        (gol.fault.is_none() && go.fault.is_none()).then(|| gol.wall / go.wall)
    }

    pub(crate) fn line(&self) -> String {
        let mut out = format!("{:<20}", self.name);
        let go = self.cell("go").map(|c| (c.wall, c.peak));
        for cell in &self.cells {
            let mib = cell.peak / f64::from(1 << 20);
            let _ = write!(
                out,
                " | {:>5} {:7.3} s cpu {:7.3} s {mib:8.1} MiB",
                cell.who, cell.wall, cell.cpu
            );
            if let (Some((wall, peak)), false) = (go, cell.who == "go") {
                let _ =
                    write!(out, "  x{:.2} time x{:.2} memory", cell.wall / wall, cell.peak / peak);
            }
            if let Some(fault) = cell.fault {
                let _ = write!(out, " ({fault})");
            }
        }
        out
    }
}

fn fault(contestant: &Contestant, samples: &[Sample], wanted: &str) -> Option<&'static str> {
    if samples.iter().any(|s| !s.ok) {
        return Some("fails");
    }
    // Figures such as times may differ in the output of programs that print them; none here does.
    (contestant.name != "lua" && samples.iter().any(|s| s.output != wanted)).then_some("differs")
}

/// The geometric means over both groups.
pub(crate) fn summary(rows: &[Row]) -> String {
    let mean = |concurrent: bool| {
        let group = rows
            .iter()
            .filter(|r| CONCURRENT.contains(&r.name.as_str()) == concurrent && r.name != "hello");
        let logs: Vec<f64> = group.filter_map(Row::ratio).map(f64::ln).collect();
        let mean = (logs.iter().sum::<f64>() / logs.len() as f64).exp();
        format!("{mean:.2} ({} programs)", logs.len())
    };
    format!("geometric mean of time, gol/go: compute {}, goroutines {}", mean(false), mean(true))
}
