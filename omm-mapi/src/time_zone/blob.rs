//! The blobs: TZDEFINITION ([MS-OXOCAL] §2.2.1.41) and TZREG (§2.2.1.39).

use crate::error::{Error, Result};
use chrono::{NaiveTime, Weekday};
use omm_content::calendar::zone::{Rules, Switch};

/// A zone's name and its rules over the years: PidLidAppointmentTimeZoneDefinitionRecur and its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// KeyName: the name of Windows' zone, the same in every language.
    pub name: String,
    /// Its rules, in the order of the blob.
    pub rules: Vec<Rule>,
}

/// TZRule ([MS-OXOCAL] §2.2.1.41.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// TZRULE_FLAG_EFFECTIVE_TZREG: the one that is used for a series.
    pub effective: bool,
    /// The first year in which it holds.
    pub year: i32,
    /// What it says.
    pub rules: Rules,
}

impl Definition {
    /// The rules that are used for a series: those that say so, else the latest.
    pub fn effective(&self) -> Option<Rules> {
        let marked = self.rules.iter().find(|rule| rule.effective);
        marked.or(self.rules.last()).map(|rule| rule.rules)
    }

    /// All of them, each with the year from which it holds.
    pub fn by_year(&self) -> Vec<(i32, Rules)> {
        self.rules.iter().map(|rule| (rule.year, rule.rules)).collect()
    }
}

/// [MS-OXOCAL] §2.2.1.41: no more than 1024 rules.
const MOST_RULES: u16 = 1024;

/// Reads a TZDEFINITION.
///
/// # Errors
/// If it is cut off before its first rule, or of another major version.
pub fn definition(bytes: &[u8]) -> Result<Definition> {
    let mut bytes = Fields(bytes);
    let [major, _minor] = *bytes.array::<2>()?;
    if major != 2 {
        return Err(Error::malformed(format!("a time zone of version {major}")));
    }
    let header = bytes.u16()?;
    let mut header = Fields(bytes.take(usize::from(header))?);
    let flags = header.u16()?;
    // Bit 0: a GUID; bit 1: the name. The specification writes 2 always.
    if flags & 1 != 0 {
        header.take(16)?;
    }
    let name = if flags & 2 != 0 {
        let length = header.u16()?;
        header.wide_text(usize::from(length))?
    } else {
        String::new()
    };
    let count = header.u16()?.min(MOST_RULES);
    // A definition that is cut off is as good as the rules that are whole.
    let rules: Vec<_> = (0..count).map_while(|_| rule(&mut bytes).ok()).collect();
    if rules.is_empty() {
        return Err(Error::malformed("a time zone without a rule"));
    }
    Ok(Definition { name, rules })
}

fn rule(bytes: &mut Fields<'_>) -> Result<Rule> {
    let _version = bytes.u16()?;
    let size = bytes.u16()?;
    let mut rule = Fields(bytes.take(usize::from(size))?);
    let flags = rule.u16()?;
    let year = rule.u16()?;
    // The rest of a SYSTEMTIME of which only the year counts.
    rule.take(14)?;
    let [bias, standard, daylight] = [rule.i32()?, rule.i32()?, rule.i32()?];
    let (winter, summer) = (system_time(&mut rule)?, system_time(&mut rule)?);
    Ok(Rule {
        effective: flags & 2 != 0,
        year: i32::from(year),
        rules: rules(bias, standard, daylight, winter, summer),
    })
}

/// Reads PidLidTimeZoneStruct, a TZREG ([MS-OXOCAL] §2.2.1.39).
///
/// # Errors
/// If it is cut off.
pub fn structure(bytes: &[u8]) -> Result<Rules> {
    let mut bytes = Fields(bytes);
    let [bias, standard, daylight] = [bytes.i32()?, bytes.i32()?, bytes.i32()?];
    bytes.u16()?;
    let winter = system_time(&mut bytes)?;
    bytes.u16()?;
    let summer = system_time(&mut bytes)?;
    Ok(rules(bias, standard, daylight, winter, summer))
}

/// Biases say how far clocks are behind UTC, in minutes.
fn rules(bias: i32, standard: i32, daylight: i32, winter: Option<Switch>, summer: Option<Switch>) -> Rules {
    // No zone is a day away from UTC; what says so is no zone.
    let ahead = |more: i32| bias.saturating_add(more).saturating_neg().clamp(-1439, 1439);
    match winter.zip(summer) {
        Some(switches) if ahead(standard) != ahead(daylight) => {
            Rules { standard: ahead(standard), daylight: ahead(daylight), switches: Some(switches) }
        }
        _ => Rules::fixed(ahead(standard)),
    }
}

/// A SYSTEMTIME as a yearly date ([MS-DTYP] §2.3.13); nothing for a month of 0, and for what is no date.
fn system_time(bytes: &mut Fields<'_>) -> Result<Option<Switch>> {
    let mut field = || bytes.u16().map(u32::from);
    let (year, month, weekday, day) = (field()?, field()?, field()?, field()?);
    let (hour, minute, second, _milliseconds) = (field()?, field()?, field()?, field()?);
    // [MS-OXOCAL] §2.2.1.39: with a year, it is a day of the month.
    let weekday = u8::try_from(weekday).ok().filter(|day| year == 0 && *day < 7);
    let weekday = weekday.and_then(|day| Weekday::try_from((day + 6) % 7).ok());
    let time = NaiveTime::from_hms_opt(hour, minute, second);
    let real = (1..=12).contains(&month) && (1..=31).contains(&day);
    Ok(time.filter(|_| real).map(|time| Switch { month, weekday, nth: day, time }))
}

/// Little-endian fields, one after another.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let cut_off = || Error::malformed("the time zone is cut off");
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(cut_off)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const COUNT: usize>(&mut self) -> Result<&'a [u8; COUNT]> {
        self.take(COUNT)?.first_chunk().ok_or_else(|| Error::malformed("the time zone is cut off"))
    }

    fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_le_bytes(*self.array()?))
    }

    fn i32(&mut self) -> Result<i32> {
        Ok(i32::from_le_bytes(*self.array()?))
    }

    fn wide_text(&mut self, letters: usize) -> Result<String> {
        let units: Vec<_> =
            self.take(letters * 2)?.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
        Ok(String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned())
    }
}
