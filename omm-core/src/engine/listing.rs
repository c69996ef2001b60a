//! The source's folders, listed while the destination is opened.

use super::{Migration, patience::Manners};
use crate::{error::Result, model::Folder};
use futures::future::{Either, select, try_join};
use std::{pin::pin, time::Duration};

/// A listing that is older than this when the work begins is taken again: the opening or the recovery took long.
const FRESH: Duration = Duration::from_secs(60);
/// So long a destination may take to open once it is known that the source cannot be listed.
const SOON: Duration = Duration::from_secs(10);

/// What came of listing the source, and when. An error waits until what is in doubt at the destination is settled.
pub(super) struct Listing {
    folders: Result<Vec<Folder>>,
    taken_at: Duration,
}

impl Listing {
    pub(super) async fn of(source: &Manners, m: &Migration) -> Self {
        let taken_at = m.env.runtime.monotonic();
        Self { folders: source.ask(|| m.source.folders()).await, taken_at }
    }

    /// The folders, as they are now or were a moment ago.
    pub(super) async fn still_good(self, source: &Manners, m: &Migration) -> Result<Vec<Folder>> {
        let folders = self.folders?;
        let age = m.env.runtime.monotonic().saturating_sub(self.taken_at);
        if age <= FRESH { Ok(folders) } else { source.ask(|| m.source.folders()).await }
    }
}

/// Opens the destination and lists the source, at once where they are two servers. When the source cannot be listed,
/// the destination is still opened if it can be had soon: what is in doubt there is settled even so.
pub(super) async fn open_and_list<T>(
    m: &Migration,
    opening: impl Future<Output = Result<T>>,
    listing: impl Future<Output = Listing>,
) -> Result<(T, Listing)> {
    if is_one_server(m) {
        return Ok((opening.await?, listing.await));
    }
    match select(pin!(opening), pin!(listing)).await {
        Either::Left((opened, listing)) => Ok((opened?, listing.await)),
        Either::Right((listing, opening)) => match listing.folders {
            Ok(_) => Ok((opening.await?, listing)),
            Err(why) => match select(opening, m.env.runtime.sleep(SOON)).await {
                Either::Left((opened, _)) => Ok((opened?, Listing { folders: Err(why), ..listing })),
                Either::Right(_) => Err(why),
            },
        },
    }
}

/// Then a password that is refused, an administrator's say, is not tried on both sides.
fn is_one_server(m: &Migration) -> bool {
    m.source.lane() == m.destination.lane()
}

/// Both sides at once: neither waits for the other's login, nor for the other to come back when it has failed. On one
/// server one after the other.
pub(super) async fn both<A, B>(
    m: &Migration,
    destination: impl Future<Output = Result<A>>,
    source: impl Future<Output = Result<B>>,
) -> Result<(A, B)> {
    if is_one_server(m) {
        let first = destination.await?;
        return Ok((first, source.await?));
    }
    try_join(destination, source).await
}
