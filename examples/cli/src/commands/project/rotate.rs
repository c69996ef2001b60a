//! Another key for all passwords.

use super::{by, key, place::Place};
use crate::{
    args::{Global, project::KeyFile},
    exit::{Exit, Failure},
    output,
};
use omm::project::store::rotate as seal_anew;
use serde_json::json;

pub(super) async fn rotate(global: &Global, args: &KeyFile) -> Result<Exit, Failure> {
    let keys = key::read(args)?;
    let place = Place::look(global).await?;
    let rotated = seal_anew(&*place.projects, &keys, &by()).await?;
    let (resealed, current, lost) = (rotated.resealed, rotated.current, rotated.lost);
    match (global.json, global.quiet) {
        (true, _) => output::json(&json!({
            "event": "rotated", "resealed": resealed, "current": current, "lost": lost
        }))?,
        (false, true) => {}
        (false, false) => {
            output::line(format!(
                "{} sealed anew, {current} under this key already",
                output::counted(resealed, "password")
            ))?;
            output::line(match lost {
                0 => "the older keys are needed no more".to_owned(),
                _ => format!(
                    "{} cannot be opened: give the key that sealed them as another --key-file, or import their table again",
                    output::counted(lost, "password")
                ),
            })?;
        }
    }
    Ok(Exit::problems_if(lost > 0))
}
