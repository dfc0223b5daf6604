//! How diagnostics look: with source lines (codespan-reporting), one a line, or as JSON.

use std::borrow::Cow;
use std::io::Write;

use codespan_reporting::diagnostic::{Diagnostic as Report, Label, LabelStyle, Severity as Level};
use codespan_reporting::term::termcolor::{self, Buffer};
use codespan_reporting::term::{self, Config};
use gol::Compiled;
use gol::diagnostic::{Diagnostic, FileId, Location, Severity, SourceMap, Span};

use super::args::ErrorFormat;
use super::excerpt::Excerpts;

/// Prints the diagnostics to standard error, errors beyond `max` only as `too many errors`.
pub(crate) fn print(compiled: &Compiled, format: ErrorFormat, max: usize) -> anyhow::Result<()> {
    if compiled.diagnostics.is_empty() {
        return Ok(());
    }
    let errors = compiled.diagnostics.iter().filter(|d| d.is_error()).count();
    let mut printed = 0;
    let shown = compiled.diagnostics.iter().filter(|d| {
        printed += usize::from(d.is_error());
        !d.is_error() || printed <= max || format == ErrorFormat::Json
    });
    match format {
        ErrorFormat::Pretty => pretty(&compiled.sources, shown)?,
        ErrorFormat::Short => short(&mut std::io::stderr().lock(), &compiled.sources, shown)?,
        ErrorFormat::Json => json(&compiled.sources, shown)?,
    }
    if errors > max && format != ErrorFormat::Json {
        writeln!(std::io::stderr(), "too many errors")?;
    }
    Ok(())
}

/// The errors, one a line, as a text.
pub(crate) fn short_text(compiled: &Compiled, max: usize) -> anyhow::Result<String> {
    let mut out = Vec::new();
    let errors: Vec<&Diagnostic> = compiled.diagnostics.iter().filter(|d| d.is_error()).collect();
    short(&mut out, &compiled.sources, errors.iter().take(max).copied())?;
    if errors.len() > max {
        writeln!(out, "too many errors")?;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn short<'a>(
    out: &mut impl Write,
    sources: &SourceMap,
    diagnostics: impl Iterator<Item = &'a Diagnostic>,
) -> anyhow::Result<()> {
    for d in diagnostics {
        let kind = if d.is_error() { "" } else { "warning: " };
        match sources.origin(d.span.lo) {
            Some(at) => writeln!(out, "{}: {kind}{}", place_of(&at), readable(&d.message))?,
            None => writeln!(out, "{kind}{}", readable(&d.message))?,
        }
        for label in &d.labels {
            let Some(at) = sources.origin(label.span.lo) else { continue };
            let place = place_of(&at);
            // Some messages name the place themselves.
            if !d.message.contains(&place) {
                writeln!(out, "\t{place}: {}", label.text)?;
            }
        }
    }
    Ok(())
}

/// `file:line:column`; a column that is not known is left out.
fn place_of(at: &Location) -> String {
    match at.column {
        0 => format!("{}:{}", at.name, at.line),
        column => format!("{}:{}:{column}", at.name, at.line),
    }
}

/// The longest message that is printed whole, in bytes.
const LONGEST_MESSAGE: usize = 4000;

/// A message without the middle of what is too long to be read, such as an endless name.
fn readable(message: &str) -> Cow<'_, str> {
    if message.len() <= LONGEST_MESSAGE {
        return Cow::Borrowed(message);
    }
    let part = LONGEST_MESSAGE / 4;
    let head = message.floor_char_boundary(part);
    let tail = message.ceil_char_boundary(message.len() - part);
    Cow::Owned(format!("{} … {}", &message[..head], &message[tail..]))
}

fn pretty<'a>(
    sources: &SourceMap,
    diagnostics: impl Iterator<Item = &'a Diagnostic>,
) -> anyhow::Result<()> {
    let files = Excerpts::new(sources);
    let config = Config::default();
    let color = super::color(&std::io::stderr());
    let choice = if color { termcolor::ColorChoice::Auto } else { termcolor::ColorChoice::Never };
    let stream = termcolor::StandardStream::stderr(choice);
    for d in diagnostics {
        term::emit_to_write_style(
            &mut stream.lock(),
            &config,
            &files,
            &report(sources, &files, d),
        )?;
    }
    Ok(())
}

/// As a text, with colours if they are wanted.
pub(crate) fn pretty_text(sources: &SourceMap, diagnostics: &[Diagnostic], color: bool) -> String {
    let files = Excerpts::new(sources);
    let mut out = if color { Buffer::ansi() } else { Buffer::no_color() };
    for d in diagnostics {
        let report = report(sources, &files, d);
        // Writing to memory does not fail.
        let _ = term::emit_to_write_style(&mut out, &Config::default(), &files, &report);
    }
    String::from_utf8_lossy(out.as_slice()).into_owned()
}

fn report(sources: &SourceMap, files: &Excerpts<'_>, d: &Diagnostic) -> Report<usize> {
    let level = match d.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    };
    let label = |style, span, text| {
        let mut label = label(sources, style, span, text)?;
        label.range = files.within_piece(label.file_id, label.range);
        Some(label)
    };
    let primary = label(LabelStyle::Primary, d.span, &d.here);
    let others = d.labels.iter().chain(&d.context).filter(|l| l.span != d.span);
    let others = others.filter_map(|l| label(LabelStyle::Secondary, l.span, &l.text));
    let fix = d.fix.as_ref().map(|f| format!("help: {}", f.title));
    Report::new(level)
        .with_message(readable(&d.message))
        .with_labels(primary.into_iter().chain(others).collect())
        .with_notes(d.notes.iter().cloned().chain(fix).collect())
}

fn label(sources: &SourceMap, style: LabelStyle, span: Span, text: &str) -> Option<Label<usize>> {
    let FileId(file) = sources.file_of(span.lo)?;
    let entry = sources.file(FileId(file));
    let offset = |pos: gol::diagnostic::Pos| {
        (pos.0.saturating_sub(entry.base.0) as usize).min(entry.text.len())
    };
    let (start, end) = (offset(span.lo), offset(span.hi));
    Some(Label::new(style, file as usize, start..end.max(start)).with_message(text))
}

fn json<'a>(
    sources: &SourceMap,
    diagnostics: impl Iterator<Item = &'a Diagnostic>,
) -> anyhow::Result<()> {
    let mut out = std::io::stderr().lock();
    for d in diagnostics {
        let places = |list: &[gol::diagnostic::Label]| -> Vec<serde_json::Value> {
            let place = |l: &gol::diagnostic::Label| {
                with_place(sources, l.span, serde_json::json!({ "text": l.text }))
            };
            list.iter().map(place).collect()
        };
        let fix = d.fix.as_ref().map(|f| {
            with_place(
                sources,
                f.span,
                serde_json::json!({ "title": f.title, "replacement": f.replacement }),
            )
        });
        let mut object = serde_json::json!({
            "severity": if d.is_error() { "error" } else { "warning" },
            "code": d.code.0,
            "message": d.message,
            "labels": places(&d.labels),
            "context": places(&d.context),
            "notes": d.notes,
            "fix": fix,
        });
        // Where `//line` directives say that the text comes from.
        if let (Some(origin), Some(place)) =
            (sources.origin(d.span.lo), sources.location(d.span.lo))
            && (&origin.name, origin.line) != (&place.name, place.line)
        {
            object["origin"] =
                serde_json::json!({ "file": origin.name.to_string(), "line": origin.line });
        }
        writeln!(out, "{}", with_place(sources, d.span, object))?;
    }
    Ok(())
}

/// Adds where a span starts and ends to a JSON object.
fn with_place(sources: &SourceMap, span: Span, mut object: serde_json::Value) -> serde_json::Value {
    let place = |prefix: [&str; 2], at: Option<Location>, object: &mut serde_json::Value| {
        if let Some(at) = at {
            object["file"] = at.name.to_string().into();
            object[prefix[0]] = at.line.into();
            object[prefix[1]] = at.column.into();
        }
    };
    place(["line", "column"], sources.location(span.lo), &mut object);
    place(["end_line", "end_column"], sources.location(span.hi), &mut object);
    object
}
