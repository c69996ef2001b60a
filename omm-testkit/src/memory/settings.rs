//! What kind of server a memory account plays.

use omm_core::{
    model::ItemKind,
    seam::{Capacity, LineEnds, Locating},
};

/// The character of an account. All fields have defaults: a server with a change feed that does everything right.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The lane; give both sides of a migration the same one to make them share permits.
    pub lane: String,
    /// How changes are told.
    pub feed: Feed,
    /// Whether folders have state tokens.
    pub tokens: bool,
    /// Whether folders say how much is in them.
    pub counts: bool,
    /// Whether items have names that stay with them wherever they are moved.
    pub lasting: bool,
    /// Changes per page.
    pub page_size: usize,
    /// Whether the digest of a copy is as cheap as looking.
    pub digests: bool,
    /// Whether copies have change keys, which change with everything that is done to them.
    pub revisions: bool,
    /// The kinds it holds as a destination.
    pub kinds: Vec<ItemKind>,
    /// Most items in one append.
    pub batch_items: usize,
    /// Most bytes in one append, as a target.
    pub batch_bytes: u64,
    /// The largest item it takes; declared.
    pub largest_item: Option<u64>,
    /// Bytes it holds in all; what is over is refused for want of quota.
    pub quota_bytes: Option<u64>,
    /// Whether it tells how much of the quota is left.
    pub tells_quota: bool,
    /// Whether lost copies can be looked for.
    pub searchable: bool,
    /// Whether bodies are stored with CRLF line ends.
    pub line_ends: LineEnds,
    /// Whether two names that differ only in case are one folder.
    pub folds_case: bool,
    /// The most keywords of a folder; declared only.
    pub keywords_per_folder: Option<u64>,
    /// What it says about itself to whoever plans.
    pub remarks: Vec<String>,
}

/// How a source tells changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    /// Everything is listed each time and what is gone is not named: Maildir, POP3.
    Listing,
    /// Changes since a cursor, what is gone named: EWS, IMAP with QRESYNC.
    Delta,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lane: "memory".to_owned(),
            feed: Feed::Delta,
            tokens: true,
            counts: true,
            lasting: false,
            page_size: 500,
            digests: true,
            revisions: false,
            kinds: ItemKind::ALL.to_vec(),
            batch_items: 64,
            batch_bytes: 4 << 20,
            largest_item: None,
            quota_bytes: None,
            tells_quota: false,
            searchable: true,
            line_ends: LineEnds::AsTheyAre,
            folds_case: false,
            keywords_per_folder: None,
            remarks: Vec::new(),
        }
    }
}

impl Settings {
    /// Of a source that lists everything each time, on a lane of its own.
    pub fn listing() -> Self {
        Self { feed: Feed::Listing, ..Self::default() }
    }

    pub(super) fn capacity(&self, rewrites: bool, used_bytes: u64) -> Capacity {
        let mut capacity = Capacity::new(self.kinds.clone());
        capacity.batch_items = self.batch_items;
        capacity.batch_bytes = self.batch_bytes;
        capacity.largest_item = self.largest_item;
        let free = self.quota_bytes.map(|quota| quota.saturating_sub(used_bytes));
        capacity.bytes_free = free.filter(|_| self.tells_quota);
        capacity.locating = if self.searchable { Locating::ByContent } else { Locating::Impossible };
        capacity.line_ends = self.line_ends;
        capacity.rewrites_bodies = rewrites;
        capacity.folds_case = self.folds_case;
        capacity.keywords_per_folder = self.keywords_per_folder;
        capacity.remarks.clone_from(&self.remarks);
        capacity
    }
}
