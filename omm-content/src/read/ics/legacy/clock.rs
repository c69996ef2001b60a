//! TZ and DAYLIGHT: the clock of the system that wrote a vCalendar, as a VTIMEZONE.

use super::moment::Moment;

/// `TZ:+01` with `DAYLIGHT:TRUE;+02;20100328T010000;20101031T010000;CET;CEST`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    standard: String,
    summers: Vec<Summer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Summer {
    offset: String,
    begins: Moment,
    ends: Moment,
    names: [String; 2],
}

impl Clock {
    /// Reads the lines of a calendar; nothing if they do not say the offset.
    pub(super) fn read(lines: &[String]) -> Option<Self> {
        let value = |name: &str| {
            let name = name.to_owned() + ":";
            lines.iter().filter_map(move |line| {
                line.get(..name.len())
                    .filter(|start| start.eq_ignore_ascii_case(&name))
                    .and(line.get(name.len()..))
            })
        };
        let standard = offset(value("TZ").next()?)?;
        Some(Self { standard, summers: value("DAYLIGHT").filter_map(summer).collect() })
    }

    /// The parameter of a time of this clock.
    pub(super) fn parameter(&self) -> String {
        let first =
            self.summers.first().map(|summer| format!("/{}", summer.begins.text())).unwrap_or_default();
        format!(";TZID=vCalendar{}{first}", self.standard)
    }

    /// Its VTIMEZONE (RFC 5545 §3.6.5).
    pub(super) fn lines(&self) -> Vec<String> {
        let id = self.parameter().replace(";TZID=", "TZID:");
        let mut lines = vec!["BEGIN:VTIMEZONE".to_owned(), id];
        let mut observance = |kind: &str, at: &str, from: &str, to: &str, name: &str| {
            lines.extend([
                format!("BEGIN:{kind}"),
                format!("DTSTART:{at}"),
                format!("TZOFFSETFROM:{from}"),
                format!("TZOFFSETTO:{to}"),
            ]);
            if !name.is_empty() {
                lines.push(format!("TZNAME:{}", super::super::repair::escaped(name, true)));
            }
            lines.push(format!("END:{kind}"));
        };
        observance("STANDARD", "19700101T000000", &self.standard, &self.standard, "");
        for summer in &self.summers {
            let (standard, offset) = (&self.standard, &summer.offset);
            observance("DAYLIGHT", &summer.begins.text(), standard, offset, &summer.names[1]);
            observance("STANDARD", &summer.ends.text(), offset, standard, &summer.names[0]);
        }
        lines.push("END:VTIMEZONE".to_owned());
        lines
    }
}

fn summer(value: &str) -> Option<Summer> {
    let mut fields = value.split(';').map(str::trim);
    if !fields.next()?.eq_ignore_ascii_case("TRUE") {
        return None;
    }
    let offset = offset(fields.next()?)?;
    let mut moment = || Moment::read(fields.next()?).filter(|moment| moment.has_time && !moment.is_utc);
    let (begins, ends) = (moment()?, moment()?);
    let mut name = || fields.next().unwrap_or_default().to_owned();
    Some(Summer { offset, begins, ends, names: [name(), name()] })
}

/// `+01`, `-0500`, `+05:30` → `+0100` …
fn offset(value: &str) -> Option<String> {
    let value: String = value.trim().chars().filter(|letter| *letter != ':').collect();
    let (sign, digits) = match value.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', value.strip_prefix('+').unwrap_or(&value)),
    };
    let digits = match digits.len() {
        1 => format!("0{digits}00"),
        2 => format!("{digits}00"),
        4 => digits.to_owned(),
        _ => return None,
    };
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{sign}{digits}"))
}
