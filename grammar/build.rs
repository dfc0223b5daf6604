//! Runs LALRPOP over `src/gol.lalrpop`; nothing else.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    lalrpop::process_src()
}
