//! Natives of time: formatting, parsing, zones. Clocks, timers and waiting are the scheduler's (see
//! the VM's `natives_sched`).

#[path = "layout.rs"]
mod layout;
#[path = "parse.rs"]
mod parse;

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use layout::Moment;
use parse::Misfit;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[
    ("zoneAt", zone_at),
    ("localName", local_name),
    ("zoneBounds", zone_bounds),
    ("zoneNamed", zone_named),
    ("zoneFromData", zone_from_data),
    ("formatTime", format_time),
    ("parseTime", parse_time),
    ("secondsOf", seconds_of),
    ("civil", civil),
    ("yearDay", year_day),
];

/// More changes of offset than a zone's data tell; what follows them repeats every year.
const MOST_CHANGES: usize = 512;

/// Zones by name, and those made of data; the local one has no name.
#[derive(Default)]
struct Zones(RwLock<HashMap<Vec<u8>, Option<TimeZone>>>);

fn zone(cx: &NativeCx<'_>, name: &[u8]) -> Option<TimeZone> {
    let zones = cx.state::<Zones>();
    if let Some(known) = zones.0.read().unwrap_or_else(PoisonError::into_inner).get(name) {
        return known.clone();
    }
    let found = if name.is_empty() {
        Some(local(cx))
    } else {
        std::str::from_utf8(name).ok().and_then(|name| TimeZone::get(name).ok())
    };
    zones.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_vec(), found.clone());
    found
}

/// The zone that the environment's TZ names, UTC if it names none that there is; without TZ, the
/// system's.
fn local(cx: &NativeCx<'_>) -> TimeZone {
    let env = cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner);
    let named = env.iter().find(|(key, _)| key == "TZ").map(|(_, value)| value.clone());
    drop(env);
    let Some(named) = named else { return TimeZone::system() };
    let named = named.strip_prefix(':').unwrap_or(&named);
    if named.starts_with('/') {
        let data = std::fs::read(named).ok();
        let zone = data.and_then(|data| TimeZone::tzif(named, &data).ok());
        return zone.unwrap_or(TimeZone::UTC);
    }
    if named.is_empty() { TimeZone::UTC } else { TimeZone::get(named).unwrap_or(TimeZone::UTC) }
}

fn local_name(cx: &mut NativeCx<'_>) -> NativeResult {
    let env = cx.shared().env.lock().unwrap_or_else(PoisonError::into_inner);
    let named = env.iter().find(|(key, _)| key == "TZ").map(|(_, value)| value.clone());
    drop(env);
    let named = named.as_deref().map(|name| name.strip_prefix(':').unwrap_or(name));
    cx.ret_str(match named {
        None => "Local",
        Some(name) if name.starts_with('/') => "Local",
        Some(name) if !name.is_empty() && TimeZone::get(name).is_ok() => name,
        Some(_) => "UTC",
    });
    Ok(())
}

fn instant(unix: i64) -> Timestamp {
    let limits = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
    Timestamp::from_second(unix.clamp(*limits.start(), *limits.end())).unwrap_or_default()
}

/// `zoneAt(name string, unix int64) (abbrev string, offset int, isDST, found bool)`
fn zone_at(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = cx.str();
    let unix = cx.int();
    match zone(cx, name.as_bytes()) {
        Some(zone) => {
            let info = zone.to_offset_info(instant(unix));
            cx.ret_str(info.abbreviation());
            cx.ret_int(i64::from(info.offset().seconds()));
            cx.ret_bool(info.dst().is_dst());
            cx.ret_bool(true);
        }
        None => {
            cx.ret_str("");
            cx.ret_int(0);
            cx.ret_bool(false);
            cx.ret_bool(false);
        }
    }
    Ok(())
}

/// `zoneBounds(name string, unix int64) (start, end int64, hasStart, hasEnd bool)`: when the offset
/// that holds at an instant started to hold, and when it ends.
fn zone_bounds(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = cx.str();
    let unix = cx.int();
    let zone = zone(cx, name.as_bytes());
    let after = Timestamp::from_second(instant(unix).as_second().saturating_add(1));
    let start = zone.as_ref().zip(after.ok()).and_then(|(z, t)| z.preceding(t).next());
    let end = zone.as_ref().and_then(|z| z.following(instant(unix)).next());
    let second = |t: Option<&jiff::tz::TimeZoneTransition<'_>>| t.map(|t| t.timestamp().as_second());
    let (start, end) = (second(start.as_ref()), second(end.as_ref()));
    cx.ret_int(start.unwrap_or(0));
    cx.ret_int(end.unwrap_or(0));
    cx.ret_bool(start.is_some());
    cx.ret_bool(end.is_some());
    Ok(())
}

/// `zoneNamed(key, abbrev string, unix int64) (offset int, found bool)`
fn zone_named(cx: &mut NativeCx<'_>) -> NativeResult {
    let (key, abbrev) = (cx.str(), cx.str().to_text().into_owned());
    let unix = cx.int();
    let offset = zone(cx, key.as_bytes()).and_then(|zone| offset_named(&zone, &abbrev, unix));
    cx.ret_int(offset.unwrap_or(0));
    cx.ret_bool(offset.is_some());
    Ok(())
}

fn offset_named(zone: &TimeZone, abbrev: &str, unix: i64) -> Option<i64> {
    let at = |unix: i64| {
        let info = zone.to_offset_info(instant(unix));
        (info.abbreviation() == abbrev).then(|| i64::from(info.offset().seconds()))
    };
    let changes = || {
        let zone_changes = zone.following(Timestamp::MIN).take(MOST_CHANGES);
        std::iter::once(i64::MIN).chain(zone_changes.map(|change| change.timestamp().as_second()))
    };
    let holding = changes().filter_map(at).find(|offset| at(unix - offset).is_some());
    holding.or_else(|| changes().find_map(at))
}

/// `zoneFromData(name, key string, data []byte) bool`: keeps a zone under a key.
fn zone_from_data(cx: &mut NativeCx<'_>) -> NativeResult {
    let (name, key) = (cx.str(), cx.str());
    let data = cx.bytes();
    let zone = TimeZone::tzif(&name.to_text(), data.as_bytes()).ok();
    let is_valid = zone.is_some();
    if is_valid {
        let zones = cx.state::<Zones>();
        let mut zones = zones.0.write().unwrap_or_else(PoisonError::into_inner);
        zones.insert(key.as_bytes().to_vec(), zone);
    }
    cx.ret_bool(is_valid);
    Ok(())
}

/// `formatTime(layout string, local, nsec int64, zone string, offset int) string`
fn format_time(cx: &mut NativeCx<'_>) -> NativeResult {
    let layout = cx.str();
    let (local, nsec) = (cx.int(), cx.int());
    let zone = cx.str();
    let moment = Moment::new(local, nsec, zone.as_bytes(), cx.int());
    let mut out = cx.take_buffer();
    moment.format(layout.as_bytes(), &mut out);
    cx.ret_str(&out);
    cx.give_buffer(out);
    Ok(())
}

/// Bits of `parseTime`'s flags.
const FITS: i64 = 1;
const HAS_OFFSET: i64 = 2;
const IS_UTC: i64 = 4;

/// `parseTime(layout, value string) (sec, nsec int64, offset, flags int, zone, element, rest, problem
/// string)`; sec is from year 1 on as clocks show it.
fn parse_time(cx: &mut NativeCx<'_>) -> NativeResult {
    let (layout, value) = (cx.str(), cx.str());
    match parse::parse(layout.as_bytes(), value.as_bytes()) {
        Ok(p) => {
            let days = layout::days_since_1(p.year, p.month, p.day);
            let sec = days * layout::DAY + p.hour * 3600 + p.minute * 60 + p.second;
            cx.ret_int(sec);
            cx.ret_int(p.nsec);
            cx.ret_int(p.offset.unwrap_or(0));
            let has_offset = if p.offset.is_some() { HAS_OFFSET } else { 0 };
            cx.ret_int(FITS | has_offset | if p.utc { IS_UTC } else { 0 });
            cx.ret_str(p.zone);
            (0..3).for_each(|_| cx.ret_no_str());
        }
        Err(Misfit { element, value, problem }) => {
            for _ in 0..4 {
                cx.ret_int(0);
            }
            cx.ret_str("");
            cx.ret_str(element);
            cx.ret_str(value);
            cx.ret_str(problem);
        }
    }
    Ok(())
}

/// `secondsOf(year, month, day, hour, min, sec, nsec int) (s, ns int64)`: seconds from year 1 on;
/// parts out of range carry over.
fn seconds_of(cx: &mut NativeCx<'_>) -> NativeResult {
    let [year, month, day, hour, minute, second, nsec] = std::array::from_fn(|_| cx.int());
    let month = month.wrapping_sub(1);
    let year = year.wrapping_add(month.div_euclid(12));
    let second = second.wrapping_add(nsec.div_euclid(1_000_000_000));
    let days = layout::days_since_1(year, month.rem_euclid(12) + 1, 1).wrapping_add(day.wrapping_sub(1));
    let clock = hour.wrapping_mul(3600).wrapping_add(minute.wrapping_mul(60)).wrapping_add(second);
    cx.ret_int(days.wrapping_mul(layout::DAY).wrapping_add(clock));
    cx.ret_int(nsec.rem_euclid(1_000_000_000));
    Ok(())
}

/// The date that a clock shows, by seconds since year 1.
fn civil(cx: &mut NativeCx<'_>) -> NativeResult {
    let moment = Moment::new(cx.int(), 0, b"", 0);
    cx.ret_int(moment.year);
    cx.ret_int(moment.month as i64);
    cx.ret_int(moment.day);
    Ok(())
}

fn year_day(cx: &mut NativeCx<'_>) -> NativeResult {
    let moment = Moment::new(cx.int(), 0, b"", 0);
    cx.ret_int(moment.year_day);
    Ok(())
}
