//! Values as they are stored, and back.

use chrono::{DateTime, Utc};
use omm_store_postgres::sql::Fault;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Decode, Postgres, Row, Type, postgres::PgRow};

pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

pub(crate) fn time(micros: i64) -> Result<DateTime<Utc>, Fault> {
    DateTime::from_timestamp_micros(micros).ok_or(Fault::Unreadable("time"))
}

/// Our numbers begin with 1 and are given out one by one.
pub(crate) fn signed(number: u64) -> Result<i64, Fault> {
    i64::try_from(number).map_err(|_| Fault::Refused("there is no such number".to_owned()))
}

pub(crate) fn unsigned(number: i64) -> Result<u64, Fault> {
    u64::try_from(number).map_err(|_| Fault::Unreadable("number"))
}

pub(crate) fn json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::Refused("a value cannot be written as JSON".to_owned()))
}

pub(crate) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|_| Fault::Unreadable(what))
}

pub(crate) fn optional_json<T: DeserializeOwned>(
    text: Option<String>,
    what: &'static str,
) -> Result<Option<T>, Fault> {
    text.map(|text| from_json(&text, what)).transpose()
}

pub(crate) fn get<'r, T: Decode<'r, Postgres> + Type<Postgres>>(
    row: &'r PgRow,
    column: &str,
) -> Result<T, Fault> {
    Ok(row.try_get(column)?)
}
