//! What to carry, and how.

use super::values;
use clap::Args;
use omm::{
    Options,
    core::model::{ItemKind, Received},
};

#[derive(Args, Debug)]
#[command(next_help_heading = "What to carry")]
pub(crate) struct Choices {
    /// Only these kinds: mail, contacts, calendars, tasks, notes
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = values::kind)]
    kinds: Vec<ItemKind>,
    /// Only folders like this; may be given again. Work/* is one level below Work, Work/** everything below
    #[arg(long, value_name = "GLOB")]
    folder: Vec<String>,
    /// No folder like this; may be given again, and wins over --folder
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Another name for a folder and what is below it; may be given again
    #[arg(long, value_name = "OLD=NEW", value_parser = values::rename)]
    rename: Vec<(String, String)>,
    /// Only items received on this day or later: 2024-01-31 (UTC), or 2024-01-31T08:00:00+01:00
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    since: Option<Received>,
    /// Only items received before this day
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    before: Option<Received>,
    /// Only items up to this size: 500K, 50M, 1G
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    max_size: Option<u64>,
    /// Copy everything, even what is already at the destination in the same bytes
    #[arg(long)]
    no_adopt: bool,
    /// Convert every item, even between two servers of one family that could hand it over whole
    #[arg(long)]
    no_native: bool,
    /// Copy again, in this run, what was deleted at the destination
    #[arg(long)]
    restore_missing: bool,
    /// Read every new copy back in full and compare its digest, in this run
    #[arg(long)]
    read_back: bool,
    /// Go on, in this run, although every folder of the source has emptied
    #[arg(long)]
    allow_emptied_source: bool,
}

impl Choices {
    /// Puts what was chosen for this and every later run over what was there.
    pub(crate) fn lasting(&self, mut options: Options) -> Options {
        let Self { kinds, folder, exclude, rename, .. } = self;
        if !kinds.is_empty() {
            options.kinds.clone_from(kinds);
        }
        if !folder.is_empty() {
            options.include.clone_from(folder);
        }
        if !exclude.is_empty() {
            options.exclude.clone_from(exclude);
        }
        if !rename.is_empty() {
            options.rename = rename.iter().cloned().collect();
        }
        options.since = self.since.or(options.since);
        options.before = self.before.or(options.before);
        options.max_size = self.max_size.or(options.max_size);
        options.adopt &= !self.no_adopt;
        options.native &= !self.no_native;
        options
    }

    /// Adds what was chosen for this run alone.
    pub(crate) fn this_time(&self, mut options: Options) -> Options {
        options.restore_missing |= self.restore_missing;
        options.read_back |= self.read_back;
        options.allow_emptied_source |= self.allow_emptied_source;
        options
    }
}
