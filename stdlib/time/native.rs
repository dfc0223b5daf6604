//! Natives of time: zones. Clocks, timers and waiting are the scheduler's (see the VM's
//! `natives_sched`).

use gol_vm::native::{NativeCx, NativeFn, NativeResult};
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("zoneAt", zone_at)];

/// Abbreviation, offset and daylight saving of a zone (the system's for the empty name).
fn zone_at(cx: &mut NativeCx<'_>) -> NativeResult {
    let name = cx.str().to_text().into_owned();
    let unix = cx.int();
    let zone = if name.is_empty() { Some(TimeZone::system()) } else { TimeZone::get(&name).ok() };
    let limits = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
    let clamped = unix.clamp(*limits.start(), *limits.end());
    let instant = Timestamp::from_second(clamped).unwrap_or_default();
    match &zone {
        Some(zone) => {
            let info = zone.to_offset_info(instant);
            cx.ret_str(info.abbreviation());
            cx.ret_int(i64::from(info.offset().seconds()));
            cx.ret_bool(info.dst().is_dst());
        }
        None => {
            cx.ret_str("");
            cx.ret_int(0);
            cx.ret_bool(false);
        }
    }
    cx.ret_bool(zone.is_some());
    Ok(())
}
