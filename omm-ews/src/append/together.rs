//! Making many with one request, and with as few requests as the server takes.

use crate::{
    account::Account,
    batches::{Batches, is_divisible},
    soap::Batch,
};
use omm_core::{
    error::{Effect, Error, Result, Scope},
    host::BoxFuture,
    model::DestFolderId,
    seam::Stored,
};

/// What came of a batch, as far as it is known.
pub(super) type Outcomes = [Option<Result<Stored>>];

/// Something of which one request makes many.
pub(super) trait Together: Sized + Sync {
    /// What is said of each that was made.
    type Made;

    /// Which one of the batch it is.
    fn at(&self) -> usize;

    /// How many go with one request.
    fn portions(account: &Account) -> &Batches;

    /// The request.
    fn ask<'a>(
        account: &'a Account,
        folder: &'a DestFolderId,
        these: &'a [Self],
    ) -> BoxFuture<'a, Result<Batch<Self::Made>>>;

    /// Takes the answers to it.
    fn take<'a>(
        account: &'a Account,
        these: &'a [Self],
        answers: Batch<Self::Made>,
        outcomes: &'a mut Outcomes,
    ) -> BoxFuture<'a, ()>;

    /// What a no means that is not about how many they are.
    fn refused(_: &Account, error: Error) -> No {
        No::Server(error)
    }
}

/// A no to a whole request.
pub(super) enum No {
    /// It says how far it reaches.
    Server(Error),
    /// It is about what was asked for, and nobody else.
    These(Error),
    /// It is about all that would be asked for in this way.
    All(Error),
}

/// Makes these.
///
/// # Errors
/// If nothing is known of any, so that the whole batch is looked for.
pub(super) async fn make<T: Together>(
    account: &Account,
    folder: &DestFolderId,
    all: &[T],
    outcomes: &mut Outcomes,
) -> Result<()> {
    let portions = T::portions(account);
    let mut rest = all;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(portions.size().min(rest.len()));
        if let Some(error) = of_the_account(outcomes) {
            put_all(outcomes, rest, &error);
            return Ok(());
        }
        let refused = match T::ask(account, folder, now).await {
            Ok(answers) => {
                T::take(account, now, answers, outcomes).await;
                rest = later;
                continue;
            }
            Err(error) => error,
        };
        portions.went_wrong(now.len(), &refused);
        if is_divisible(now.len(), &refused) {
            continue;
        }
        match T::refused(account, refused) {
            No::Server(error) if is_about_all(&error) && is_nothing_there(outcomes) => return Err(error),
            No::Server(error) | No::These(error) => put_all(outcomes, now, &error),
            No::All(error) => {
                put_all(outcomes, rest, &error);
                return Ok(());
            }
        }
        rest = later;
    }
    Ok(())
}

/// What keeps the others from being made as well; of them nothing was made.
pub(super) fn of_the_account(outcomes: &Outcomes) -> Option<Error> {
    outcomes.iter().flatten().find_map(unsaid)
}

/// The same of one.
pub(super) fn unsaid(outcome: &Result<Stored>) -> Option<Error> {
    let error = outcome.as_ref().err().filter(|error| error.reach() >= Scope::Account)?;
    let unsaid = Error::new(error.kind(), error.side(), error.operation(), error.message());
    let unsaid = unsaid.scope(error.reach()).retry(error.retry_advice());
    let unsaid = if error.is_alone() { unsaid.alone() } else { unsaid };
    // Codes and names, for those who decide by them.
    Some(error.context().fold(unsaid, |unsaid, (key, value)| unsaid.with(key, value)))
}

/// Puts the outcome of one into its place.
pub(super) fn put(outcomes: &mut Outcomes, at: usize, outcome: Result<Stored>) {
    if let Some(place) = outcomes.get_mut(at) {
        *place = Some(outcome);
    }
}

fn put_all<T: Together>(outcomes: &mut Outcomes, these: &[T], error: &Error) {
    these.iter().for_each(|one| put(outcomes, one.at(), Err(error.repeated())));
}

/// Whether nothing was made so far, for certain: what may be there must not be sent again unseen.
fn is_nothing_there(outcomes: &Outcomes) -> bool {
    let is_nothing =
        |outcome: &Result<Stored>| outcome.as_ref().is_err_and(|error| error.effect() == Effect::None);
    outcomes.iter().flatten().all(is_nothing)
}

fn is_about_all(error: &Error) -> bool {
    error.reach() >= Scope::Account || error.effect() == Effect::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm_core::error::{ErrorKind, Retry, Side};

    /// Kills: a pause of one mailbox that everybody on its server takes.
    #[test]
    fn what_is_the_matter_of_one_mailbox_stays_so() {
        for is_alone in [true, false] {
            let error = Error::new(ErrorKind::Throttled, Side::Destination, "append", "x");
            let error = error.scope(Scope::Account).retry(Retry::Backoff);
            let error = if is_alone { error.alone() } else { error };
            let pause = crate::append::maker::as_a_pause(error.repeated());
            assert_eq!(pause.is_alone(), is_alone);
            assert_eq!(unsaid(&Err(error)).map(|error| error.is_alone()), Some(is_alone));
        }
    }
}
