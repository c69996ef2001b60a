//! Properties, one by one.

use super::{About, Kind, moment::Moment, people, rule};
use crate::{
    line::Line,
    read::{lists, old::Old},
};

/// The lines of iCalendar for one of vCalendar.
pub(super) fn translate(old: &Old, about: &About) -> Vec<String> {
    let line = match old.name.as_str() {
        "DTSTART" | "DTEND" | "DUE" | "RECURRENCE-ID" => return dates(old, about),
        "RDATE" | "EXDATE" => return dates(old, about),
        "COMPLETED" | "LAST-MODIFIED" | "DTSTAMP" => moment(old, &old.name),
        "DCREATED" | "CREATED" => moment(old, "CREATED"),
        "RRULE" | "EXRULE" => return rules(old),
        // The number of occurrences, which the rule says as well.
        "RNUM" => return vec![],
        "CATEGORIES" | "RESOURCES" => {
            let fields = lists::fields(&old.value);
            let fields =
                fields.iter().flat_map(|field| field.split(',')).map(str::trim).filter(|one| !one.is_empty());
            let (line, any) =
                fields.fold((old.with_params(&old.name), false), |(line, _), one| (line.text(one), true));
            return if any { vec![line.unfolded().to_owned()] } else { vec![] };
        }
        "STATUS" => return status(old, about),
        "TRANSP" => {
            let is_free = old.value.trim().parse::<u32>().is_ok_and(|value| value > 0);
            let is_free = is_free || old.value.trim().eq_ignore_ascii_case("TRANSPARENT");
            Some(Line::new("TRANSP").plain(if is_free { "TRANSPARENT" } else { "OPAQUE" }))
        }
        "ATTENDEE" => return people::translate(old),
        "ATTACH" => Some(attachment(old)),
        "PRIORITY" | "SEQUENCE" | "PERCENT-COMPLETE" => {
            old.value.trim().parse::<u32>().ok().map(|number| Line::new(&old.name).plain(&number.to_string()))
        }
        "UID" | "CLASS" => Some(Line::new(&old.name).plain(old.value.trim())),
        "URL" => Some(old.with_params("URL").plain(old.value.trim())),
        // RFC 5545 §3.8.1.6 parts them with a semicolon.
        "GEO" => Some(Line::new("GEO").plain(&old.value.trim().replace(',', ";"))),
        "SUMMARY" | "DESCRIPTION" | "LOCATION" | "COMMENT" | "CONTACT" | "RELATED-TO" => {
            Some(old.with_params(&old.name).text(&old.text()))
        }
        name if name.starts_with("X-") => Some(old.with_params(name).text(&old.text())),
        _ => None,
    };
    line.map_or_else(|| old.kept(), |line| vec![line.unfolded().to_owned()])
}

fn moment(old: &Old, name: &str) -> Option<Line> {
    // RFC 5545 §3.8.7: these are in UTC.
    Moment::read(&old.value).map(|moment| Line::new(name).plain(&moment.as_utc()))
}

/// Dates; in a list they are parted by semicolons.
fn dates(old: &Old, about: &About) -> Vec<String> {
    let texts: Vec<&str> =
        old.value.split([';', ',']).map(str::trim).filter(|text| !text.is_empty()).collect();
    let moments: Vec<Moment> = texts.iter().filter_map(|text| Moment::read(text)).collect();
    if texts.is_empty() {
        return vec![];
    }
    if moments.len() < texts.len() {
        return old.kept();
    }
    let is_date = moments.iter().all(|moment| !moment.has_time);
    let is_local = moments.iter().all(|moment| moment.has_time && !moment.is_utc);
    let params = match &about.zone {
        // Not of the old grammar, and seen in it.
        _ if is_local && old.param("TZID").is_some() => {
            let zone = Line::new("").param("TZID", old.param("TZID").unwrap_or_default());
            zone.unfolded().to_owned()
        }
        _ if is_date => ";VALUE=DATE".to_owned(),
        Some(clock) if is_local => clock.parameter(),
        _ => String::new(),
    };
    let values: Vec<String> = moments.iter().map(Moment::text).collect();
    vec![format!("{}{params}:{}", old.name, values.join(","))]
}

fn rules(old: &Old) -> Vec<String> {
    let value = old.value.trim();
    // Seen: rules of iCalendar in a vCalendar.
    if value.to_ascii_uppercase().contains("FREQ=") {
        return vec![format!("{}:{value}", old.name)];
    }
    rule::translate(value).map_or_else(|| old.kept(), |rule| vec![format!("{}:{rule}", old.name)])
}

/// RFC 5545 §3.8.1.11; what it does not have is kept beside.
fn status(old: &Old, about: &About) -> Vec<String> {
    let word = old.value.trim().to_ascii_uppercase().replace(' ', "-");
    let now = match (about.kind, word.as_str()) {
        (Some(Kind::Event), "TENTATIVE" | "CONFIRMED" | "CANCELLED") => word.as_str(),
        (Some(Kind::Event), "ACCEPTED") => "CONFIRMED",
        (Some(Kind::Task), "NEEDS-ACTION" | "COMPLETED" | "IN-PROCESS" | "CANCELLED") => word.as_str(),
        (Some(Kind::Task), "ACCEPTED" | "CONFIRMED") => "IN-PROCESS",
        (Some(Kind::Journal), "DRAFT" | "FINAL" | "CANCELLED") => word.as_str(),
        _ => return old.kept(),
    };
    vec![format!("STATUS:{now}")]
}

fn attachment(old: &Old) -> Line {
    let value = old.value.trim();
    if old.says("BASE64") {
        let bytes: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
        return Line::new("ATTACH").param("ENCODING", "BASE64").param("VALUE", "BINARY").plain(&bytes);
    }
    let is_id = old.says("CONTENT-ID") || old.says("CID");
    Line::new("ATTACH").plain(&if is_id && !value.starts_with("cid:") {
        format!("cid:{value}")
    } else {
        value.to_owned()
    })
}
