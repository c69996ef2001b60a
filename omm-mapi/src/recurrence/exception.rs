//! Occurrences that differ: ExceptionInfo and ExtendedException ([MS-OXOCAL] §2.2.1.44.2, §2.2.1.44.4).

use super::bytes::{Bytes, time};
use chrono::NaiveDateTime;

/// An occurrence that differs from its series. What is nothing is as in the series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// When it begins, in the time of the series.
    pub start: NaiveDateTime,
    /// When it ends.
    pub end: NaiveDateTime,
    /// When it would have begun.
    pub original: NaiveDateTime,
    /// Its subject.
    pub subject: Option<String>,
    /// PidLidAppointmentStateFlags.
    pub meeting: Option<u32>,
    /// PidLidReminderDelta.
    pub reminder_minutes: Option<u32>,
    /// PidLidReminderSet.
    pub reminder: Option<bool>,
    /// Its location.
    pub location: Option<String>,
    /// PidLidBusyStatus.
    pub busy: Option<u32>,
    /// Whether it has attachments of its own.
    pub attachments: Option<bool>,
    /// PidLidAppointmentSubType: whether it lasts all day.
    pub all_day: Option<bool>,
    /// PidLidAppointmentColor.
    pub color: Option<u32>,
    /// Whether its text is another: it lies in the message of the exception.
    pub body: bool,
}

/// [MS-OXOCAL] §2.2.1.44.2: OverrideFlags.
mod flag {
    pub(super) const SUBJECT: u16 = 0x0001;
    pub(super) const MEETING_TYPE: u16 = 0x0002;
    pub(super) const REMINDER_DELTA: u16 = 0x0004;
    pub(super) const REMINDER: u16 = 0x0008;
    pub(super) const LOCATION: u16 = 0x0010;
    pub(super) const BUSY_STATUS: u16 = 0x0020;
    pub(super) const ATTACHMENT: u16 = 0x0040;
    pub(super) const SUB_TYPE: u16 = 0x0080;
    pub(super) const COLOR: u16 = 0x0100;
    pub(super) const BODY: u16 = 0x0200;
}

/// Reads so many of them, as far as they can be read. `writer` is WriterVersion2.
pub(super) fn read(
    bytes: &mut Bytes<'_>,
    (count, writer): (u16, u32),
    code_page: u32,
    exceptions: &mut Vec<Exception>,
    losses: &mut Vec<String>,
) {
    let mut flags = Vec::new();
    for at in 0..count {
        let Some((exception, with)) = info(bytes, code_page) else {
            losses.push(format!("{} of {count} changed occurrences cannot be read", count - at));
            return;
        };
        exceptions.push(exception);
        flags.push(with);
    }
    if bytes.block().is_none() {
        // Only text is said again there: without any, nothing is missing.
        if flags.iter().any(|with| with & (flag::SUBJECT | flag::LOCATION) != 0) {
            losses.push("the recurrence ends before the Unicode text of its changed occurrences".to_owned());
        }
        return;
    }
    for (exception, with) in exceptions.iter_mut().zip(flags) {
        // Their texts stay those in 8 bits, which may be fewer letters.
        if extended(bytes, with, writer, exception).is_none() {
            losses.push("the recurrence ends within the Unicode text of its changed occurrences".to_owned());
            return;
        }
    }
}

fn info(bytes: &mut Bytes<'_>, code_page: u32) -> Option<(Exception, u16)> {
    let [start, end, original] = bytes.fields::<3>()?;
    let with = bytes.u16()?;
    let has = |flag: u16| with & flag != 0;
    let mut exception = Exception {
        start: time(start),
        end: time(end),
        original: time(original),
        subject: None,
        meeting: None,
        reminder_minutes: None,
        reminder: None,
        location: None,
        busy: None,
        attachments: None,
        all_day: None,
        color: None,
        body: has(flag::BODY),
    };
    // In this order, each only if its flag is set.
    if has(flag::SUBJECT) {
        exception.subject = Some(text(bytes, code_page)?);
    }
    if has(flag::MEETING_TYPE) {
        exception.meeting = Some(bytes.u32()?);
    }
    if has(flag::REMINDER_DELTA) {
        exception.reminder_minutes = Some(bytes.u32()?);
    }
    if has(flag::REMINDER) {
        exception.reminder = Some(bytes.u32()? != 0);
    }
    if has(flag::LOCATION) {
        exception.location = Some(text(bytes, code_page)?);
    }
    if has(flag::BUSY_STATUS) {
        exception.busy = Some(bytes.u32()?);
    }
    if has(flag::ATTACHMENT) {
        exception.attachments = Some(bytes.u32()? != 0);
    }
    if has(flag::SUB_TYPE) {
        exception.all_day = Some(bytes.u32()? != 0);
    }
    if has(flag::COLOR) {
        exception.color = Some(bytes.u32()?);
    }
    Some((exception, with))
}

/// SubjectLength, which counts a NUL that is not there; SubjectLength2, which does not; and the letters.
fn text(bytes: &mut Bytes<'_>, code_page: u32) -> Option<String> {
    let _with_nul = bytes.u16()?;
    let length = bytes.u16()?;
    Some(crate::text::decode(bytes.take(usize::from(length))?, code_page))
}

/// [MS-OXOCAL] §2.2.1.44.4.
fn extended(bytes: &mut Bytes<'_>, with: u16, writer: u32, exception: &mut Exception) -> Option<()> {
    if writer >= 0x3009 {
        // ChangeHighlight.
        bytes.block()?;
    }
    // ReservedBlockEE1.
    bytes.block()?;
    if with & (flag::SUBJECT | flag::LOCATION) == 0 {
        return Some(());
    }
    // The three times once more.
    bytes.fields::<3>()?;
    if with & flag::SUBJECT != 0 {
        exception.subject = Some(bytes.wide_text()?);
    }
    if with & flag::LOCATION != 0 {
        exception.location = Some(bytes.wide_text()?);
    }
    // ReservedBlockEE2.
    bytes.block()?;
    Some(())
}
