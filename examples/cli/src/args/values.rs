//! From words to values.

use chrono::{DateTime, NaiveDate};
use clap::ValueEnum;
use omm::{
    Tls,
    core::model::{ItemKind, Received},
    project::{project::Told, store::State},
};
use tracing_subscriber::filter::LevelFilter;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
    Csv,
}

/// `500K`, `32M`, `1G`, `2T`, or plain bytes; `MB` and `MiB` mean the same as `M`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err("write a number of bytes, or for example 500K, 32M or 1G".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| "write a number first, for example 32M".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "that is too large".to_owned())
}

pub(super) fn memory(text: &str) -> Result<u64, String> {
    match size(text)? {
        bytes if bytes < 1 << 20 => Err("at least 1M is needed".to_owned()),
        bytes => Ok(bytes),
    }
}

/// `NAME=VALUE`. A password is refused: it would be kept with the account.
pub(super) fn setting(text: &str) -> Result<(String, String), String> {
    let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
        return Err("write NAME=VALUE, for example auth=xoauth2".to_owned());
    };
    let name = name.trim().to_ascii_lowercase();
    if ["password", "pass", "secret", "token"].contains(&name.as_str()) {
        return Err("a secret is no setting: name a variable or a file that holds it".to_owned());
    }
    Ok((name, value.trim().to_owned()))
}

pub(super) fn told(text: &str) -> Result<Told, String> {
    match text {
        "all" => Ok(Told::All),
        "trouble" => Ok(Told::Trouble),
        _ => Err("write all or trouble".to_owned()),
    }
}

pub(super) fn connections(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=1000) => Ok(number),
        _ => Err("write a number from 1 to 1000".to_owned()),
    }
}

pub(super) fn date(text: &str) -> Result<Received, String> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time);
    }
    let day: NaiveDate = text
        .parse()
        .map_err(|_| "write a day as 2024-01-31, or a time as 2024-01-31T08:00:00+01:00".to_owned())?;
    Ok(day.and_time(chrono::NaiveTime::MIN).and_utc().fixed_offset())
}

pub(super) fn moment(text: &str) -> Result<DateTime<chrono::Utc>, String> {
    date(text).map(|date| date.to_utc())
}

pub(super) fn yes(word: &str) -> Result<bool, String> {
    match word {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("write yes or no".to_owned()),
    }
}

/// Some kinds, or all: nothing is named then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(pub(crate) Vec<ItemKind>);

pub(super) fn kinds(text: &str) -> Result<Kinds, String> {
    match text {
        "all" => Ok(Kinds(Vec::new())),
        _ => text.split(',').map(kind).collect::<Result<_, _>>().map(Kinds),
    }
}

/// A limit, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) Option<u32>);

pub(super) fn limit(text: &str) -> Result<Limit, String> {
    match text {
        "none" => Ok(Limit(None)),
        _ => text.parse().map(|limit| Limit(Some(limit))).map_err(|_| "write a number, or none".to_owned()),
    }
}

/// The words of `omm project status`, with `-` for each blank.
pub(super) fn state(word: &str) -> Result<State, String> {
    let name = |state: State| state.name().replace(' ', "-");
    State::ALL.into_iter().find(|state| name(*state) == word).ok_or_else(|| {
        let known: Vec<_> = State::ALL.into_iter().map(name).collect();
        format!("the states are {}", known.join(", "))
    })
}

pub(super) fn kind(word: &str) -> Result<ItemKind, String> {
    ItemKind::from_plural(word).ok_or_else(|| {
        let known: Vec<_> = ItemKind::ALL.into_iter().map(ItemKind::plural).collect();
        format!("the kinds are {}", known.join(", "))
    })
}

pub(super) fn rename(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => Ok((old.to_owned(), new.to_owned())),
        _ => Err("write OLD=NEW, for example Sent=Archive/Sent".to_owned()),
    }
}

pub(super) fn level(word: &str) -> Result<LevelFilter, String> {
    match word {
        "error" | "warn" | "info" | "debug" | "trace" => word.parse().map_err(|_| "no level".to_owned()),
        _ => Err("write error, warn, info, debug or trace".to_owned()),
    }
}

pub(super) fn tls(word: &str) -> Result<Tls, String> {
    match word {
        "required" => Ok(Tls::Required),
        "starttls" => Ok(Tls::StartTls),
        "off" => Ok(Tls::Off),
        _ => Err("write required, starttls or off".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("500", Some(500)),
            ("500K", Some(500 << 10)),
            ("32m", Some(32 << 20)),
            ("1GiB", Some(1 << 30)),
            ("2 TB", Some(2 << 40)),
            ("M", None),
            ("-1M", None),
            ("1.5G", None),
            ("3X", None),
            ("99999999999T", None),
        ] {
            assert_eq!(size(text).ok(), bytes, "{text}");
        }
        assert!(memory("1000").is_err());
    }

    #[test]
    fn dates() {
        assert_eq!(date("2024-01-31").unwrap().to_rfc3339(), "2024-01-31T00:00:00+00:00");
        assert_eq!(date("2024-01-31T08:00:00+01:00").unwrap().to_rfc3339(), "2024-01-31T08:00:00+01:00");
        assert!(date("31.1.2024").is_err());
    }

    #[test]
    fn renames() {
        assert_eq!(rename("a/b=c=d").unwrap(), ("a/b".to_owned(), "c=d".to_owned()));
        assert!(rename("a=").is_err() && rename("=a").is_err() && rename("a").is_err());
    }
}
