//! Erasing what is known. The copies stay.

use super::{by, chosen::Those};
use crate::{
    args::{Global, project::Delete},
    exit::{Exit, Failure},
    output,
};
use omm::{Stop, project::work::bury};
use serde_json::json;

pub(super) async fn delete(global: &Global, args: &Delete) -> Result<Exit, Failure> {
    if !args.yes {
        return Err(Failure::Usage(
            "delete erases journals, passwords and numbers for good (the copies stay); say --yes if that is meant"
                .to_owned(),
        ));
    }
    let super::Opened { place, projects, project } = super::open(global, &args.chosen.named.project).await?;
    let mut chosen = Those::of(&args.chosen, &*projects, &project).await?;
    let (outbox, mut erased, mut left) = (place.outbox().await?, 0, 0);
    if args.chosen.numbers.is_empty() {
        erased = projects.counts(&project.id).await?.all();
        projects.erase(&project.id, &by()).await?;
        outbox.forget_project(project.id.as_str()).await?;
    } else {
        while let Some(rows) = chosen.next(&*projects, &project).await? {
            let keys = rows.iter().map(|row| row.key).collect();
            let gone = projects.erase_migrations(&project.id, keys, &by()).await?;
            erased += gone;
            left += rows.len() as u64 - gone;
            for row in &rows {
                outbox.forget(&row.key.to_string()).await?;
            }
        }
    }
    // What somebody works on just now is erased by the next worker.
    bury(&*projects, &*place.journals, &Stop::new()).await?;
    match (global.json, global.quiet) {
        (true, _) => output::json(&json!({ "event": "erased", "migrations": erased, "left": left }))?,
        (false, true) => {}
        (false, false) if left > 0 => output::line(format!(
            "{} erased; {left} left, because somebody works on them: stop them first",
            output::counted(erased, "migration")
        ))?,
        (false, false) => {
            output::line(format!("{} erased; the copies stay", output::counted(erased, "migration")))?
        }
    }
    Ok(Exit::problems_if(left > 0))
}
