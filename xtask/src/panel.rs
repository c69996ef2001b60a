//! The web panel: what it costs, and how it looks.

use crate::run::{Outcome, cargo, must};
use anyhow::{Context, Result, bail};
use std::{fs, path::Path};

/// A project of so many migrations, watched by so many browsers. With the release profile the figures are worth reading.
pub(crate) fn bench(rows: usize, browsers: usize) -> Result<Outcome> {
    let example = ["run", "--release", "--quiet", "-p", "omm-panel", "--example", "many", "--"];
    must(cargo(&example).args([rows, browsers].map(|count| count.to_string())))
}

/// The test that looks at every page.
const LOOKS: &str = "chromium::looks::every_page_in_light_and_dark_and_on_a_phone";

/// A picture of each page into a folder. What else is in it stays.
pub(crate) fn shots(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // Aside at first: pictures of an earlier time do not pass for these.
    let aside = tempfile::tempdir()?;
    let test =
        ["test", "--quiet", "-p", "omm-panel", "--test", "panel", "--", "--nocapture", "--exact", LOOKS];
    must(cargo(&test).env("OMM_PANEL_SHOTS", aside.path()))?;
    let mut count = 0;
    for entry in fs::read_dir(&aside)? {
        let entry = entry?;
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
        count += 1;
    }
    if count == 0 {
        bail!("no picture was made: is Chromium there? (cargo xtask install)");
    }
    println!("{count} pictures in {}", folder.display());
    Ok(())
}
