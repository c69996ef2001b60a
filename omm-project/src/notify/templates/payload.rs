//! What programs are told: the body of a webhook.

use crate::notify::outbox::Row;
use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

/// `type`, `timestamp` and `data`, as the Standard Webhooks specification advises. Several events are one `project.digest`
/// with `data.events`.
pub(super) fn of(rows: &[Row]) -> Value {
    match rows {
        [only] => event(only),
        rows => {
            let last = rows.iter().map(|row| row.at).max().unwrap_or_default();
            let events: Vec<Value> = rows.iter().map(event).collect();
            json!({
                "type": "project.digest",
                "timestamp": last.to_rfc3339_opts(SecondsFormat::Secs, true),
                "data": { "events": events },
            })
        }
    }
}

fn event(row: &Row) -> Value {
    let of = if row.about.migration.is_some() { "migration" } else { "project" };
    let mut data = Map::new();
    for value in [serde_json::to_value(&row.about), serde_json::to_value(&row.event)] {
        if let Ok(Value::Object(fields)) = value {
            data.extend(fields.into_iter().filter(|(name, value)| name != "event" && !value.is_null()));
        }
    }
    json!({
        "type": format!("{of}.{}", row.event.name()),
        "timestamp": row.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "data": data,
    })
}
