//! A way on which letters leave.

use super::{Channel, Letter};
use async_trait::async_trait;
use omm_core::error::Result;
use std::time::Duration;

/// A way on which letters leave: e-mail, webhooks, or one of the host's.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Which addresses it serves.
    fn channel(&self) -> Channel;

    /// Carries a letter, once: it neither retries nor waits.
    ///
    /// Where a letter that was carried twice would arrive twice, `brink` is crossed after everything that can be asked of the
    /// other side was asked, and before the first byte that could make it arrive. When crossing fails nothing more is sent.
    ///
    /// # Cancel safety
    /// After a drop the letter has arrived or not. If the brink was crossed it is not sent again.
    async fn carry(&self, letter: &Letter, brink: &dyn Brink) -> Fate;
}

/// The step after which a letter may arrive.
#[async_trait]
pub trait Brink: Send + Sync {
    /// Notes it, durably.
    ///
    /// # Errors
    /// When it could not be noted, or somebody else has the letter by now: then it must not be sent.
    ///
    /// # Cancel safety
    /// After a drop it may have been noted.
    async fn cross(&self) -> Result<()>;
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The other side took it; its words.
    Taken(String),
    /// It did not arrive, for sure, and may later.
    Later {
        /// The pause that the other side asked for.
        after: Option<Duration>,
        /// Why.
        why: String,
    },
    /// It did not arrive, for sure, and never will.
    Refused(String),
    /// No answer came. It may have arrived if the brink was crossed.
    Unknown(String),
}

impl Fate {
    /// Not now, for this reason.
    pub fn later(why: impl Into<String>) -> Self {
        Self::Later { after: None, why: why.into() }
    }
}
