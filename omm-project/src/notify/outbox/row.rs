//! One row: a notice to one recipient.

use super::{Illegal, State, Step};
use crate::notify::{About, Address, Channel, Event, Key, Notice, Recipient};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A notice to one recipient, and how far it is. One recipient each, so that each has one fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it is known by; unique in an outbox.
    pub key: Key,
    /// What happened.
    pub event: Event,
    /// To what.
    pub about: About,
    /// When.
    pub at: DateTime<Utc>,
    /// Who is told.
    pub address: Address,
    /// In which language.
    pub locale: String,
    /// When it was filed.
    pub filed: DateTime<Utc>,
    /// How far it is.
    pub state: State,
    /// How often it was tried and not taken.
    pub attempts: u32,
    /// Not to be tried before.
    pub due: DateTime<Utc>,
    /// The claim that it goes with, or went last; 0 before the first.
    pub claim: u64,
    /// Until when the claim holds.
    pub lease: Option<DateTime<Utc>>,
    /// When the message that may have arrived left.
    pub left: Option<DateTime<Utc>>,
    /// Whether something urgent went in the same message.
    pub left_urgently: bool,
    /// What the other side said last, for people.
    pub said: String,
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The other side took it; its words.
    Sent {
        /// As the server gave it.
        said: String,
    },
    /// It did not, and is asked again.
    Later {
        /// When.
        due: DateTime<Utc>,
        /// Why.
        said: String,
    },
    /// It did not, and is asked no more.
    GaveUp {
        /// Why.
        said: String,
    },
    /// Nobody knows.
    Lost {
        /// When to try again what cannot have arrived.
        due: DateTime<Utc>,
        /// What was seen.
        said: String,
    },
}

/// Of what is said by a server so much is kept.
const LONGEST_WORDS: usize = 300;

impl Row {
    /// Of a notice to one of its recipients, to be sent from now on.
    pub fn new(notice: &Notice, to: &Recipient, now: DateTime<Utc>) -> Self {
        Self {
            key: notice.key(&to.address),
            event: notice.event.clone(),
            about: notice.about.clone(),
            at: notice.at,
            address: to.address.clone(),
            locale: to.locale.clone(),
            filed: now,
            state: State::Waiting,
            attempts: 0,
            due: now,
            claim: 0,
            lease: None,
            left: None,
            left_urgently: false,
            said: String::new(),
        }
    }

    /// The project whose digest it goes into; nothing for what goes by itself: what belongs to no project, the creation of
    /// the project, and webhooks, whose readers are programs and want each event.
    pub fn bundle(&self) -> Option<&str> {
        let is_mail = self.address.channel() == Channel::Mail;
        let is_birth = self.about.migration.is_none() && self.event == Event::Created;
        self.about.project.as_deref().filter(|_| is_mail && !is_birth)
    }

    /// Takes it.
    ///
    /// # Errors
    /// [`Illegal`] when it is not waiting.
    pub fn take(&mut self, claim: u64, lease: DateTime<Utc>) -> Result<(), Illegal> {
        self.state = self.state.next(Step::Claim)?;
        (self.claim, self.lease) = (claim, Some(lease));
        Ok(())
    }

    /// Notes that it may arrive from now on.
    ///
    /// # Errors
    /// [`Illegal`] when it is not claimed any more.
    pub fn begin(&mut self, now: DateTime<Utc>, lease: DateTime<Utc>, urgently: bool) -> Result<(), Illegal> {
        self.state = self.state.next(Step::Begin)?;
        (self.lease, self.left, self.left_urgently) = (Some(lease), Some(now), urgently);
        Ok(())
    }

    /// Notes what became of it.
    ///
    /// # Errors
    /// [`Illegal`] when it is closed, or nobody had it.
    pub fn settle(&mut self, settlement: &Settlement, now: DateTime<Utc>) -> Result<(), Illegal> {
        let (step, said) = match settlement {
            Settlement::Sent { said } => (Step::Sent, said),
            Settlement::Later { said, .. } => (Step::Later, said),
            Settlement::GaveUp { said } => (Step::GiveUp, said),
            Settlement::Lost { said, .. } => (Step::Lost, said),
        };
        self.state = self.state.next(step)?;
        self.lease = None;
        self.said = plain(said);
        match (settlement, self.state) {
            (Settlement::Later { due, .. } | Settlement::Lost { due, .. }, State::Waiting) => {
                (self.due, self.left, self.left_urgently) = (*due, None, false);
                self.attempts = self.attempts.saturating_add(1);
            }
            (Settlement::GaveUp { .. }, _) => (self.left, self.left_urgently) = (None, false),
            _ => self.left = self.left.or(Some(now)),
        }
        Ok(())
    }

    /// Whether whoever took it has not been heard of for too long.
    pub fn is_stale(&self, now: DateTime<Utc>) -> bool {
        self.state.is_held() && self.lease.is_none_or(|lease| lease <= now)
    }

    /// Puts it back when whoever took it is gone; if it may have arrived, its fate is unknown from now on. Whether it is.
    pub fn expire(&mut self, now: DateTime<Utc>) -> bool {
        self.is_stale(now) && self.put_back(now)
    }

    /// The same, whether its lease is over or not.
    pub fn put_back(&mut self, now: DateTime<Utc>) -> bool {
        if !self.state.is_held() {
            return false;
        }
        let said = "whoever sent it ended before the answer was noted".to_owned();
        // Legal in both states in which it is held.
        let _ = self.settle(&Settlement::Lost { due: now, said }, now);
        self.state == State::Unknown
    }
}

/// One line, without what a terminal obeys, and not long.
fn plain(said: &str) -> String {
    said.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST_WORDS).collect()
}
