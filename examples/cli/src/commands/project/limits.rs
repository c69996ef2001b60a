//! `omm project limits`: what all projects together may have.

use super::place::Place;
use crate::{
    args::{Global, project::HouseLimits, values::Limit},
    exit::{Exit, Failure},
    output,
};
use omm::project::project::all_valid;
use serde_json::json;

pub(super) async fn limits(global: &Global, args: &HouseLimits) -> Result<Exit, Failure> {
    let place = Place::look(global).await?;
    let before = place.projects.house_limits().await?;
    let mut limits = before;
    let changes = [
        (args.per_server, &mut limits.requests_per_server),
        (args.in_all, &mut limits.requests_at_once),
        (args.migrations, &mut limits.migrations_at_once),
    ];
    for (asked, known) in changes {
        if let Some(Limit(asked)) = asked {
            *known = asked;
        }
    }
    all_valid("limit what all projects may have", &limits.check())?;
    if limits != before {
        place.projects.limit_house(&limits).await?;
    }
    if global.json {
        output::json(&json!({ "event": "limits", "limits": limits }))?;
        return Ok(Exit::Done);
    }
    let shown = |limit: Option<u32>| limit.map_or_else(|| "no limit".to_owned(), |limit| limit.to_string());
    let rows = [
        ("requests per server", limits.requests_per_server),
        ("requests at once", limits.requests_at_once),
        ("migrations at once", limits.migrations_at_once),
    ];
    output::rows(&rows.map(|(name, limit)| vec![name.to_owned(), shown(limit)]))?;
    Ok(Exit::Done)
}
