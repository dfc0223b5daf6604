//! gol
