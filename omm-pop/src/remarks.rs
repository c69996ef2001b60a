//! What a plan and a report say about this source: what POP3 cannot tell, and what this server does beside the standard.

use crate::{
    capability::Capabilities,
    maildrop::{Maildrop, Uid},
};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// Lines for people, each once.
#[derive(Debug, Default)]
pub(crate) struct Remarks(Mutex<BTreeSet<Remark>>);

/// In the order in which they are said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Remark {
    NoIds,
    SharedIds,
    Renamed,
    Expires,
    Delay(u64),
}

impl Remarks {
    pub(crate) fn learn(&self, capabilities: &Capabilities, maildrop: &Maildrop) {
        if maildrop.unsure().any(|place| maildrop.uid(place) == Uid::Missing) {
            self.add(Remark::NoIds);
        }
        if maildrop.unsure().any(|place| maildrop.uid(place) != Uid::Missing) {
            self.add(Remark::SharedIds);
        }
        if capabilities.expires_at_once() {
            self.add(Remark::Expires);
        }
        if let Some(delay) = capabilities.login_delay().filter(|delay| !delay.is_zero()) {
            self.add(Remark::Delay(delay.as_secs()));
        }
    }

    /// No id of the last run is there any more.
    pub(crate) fn renamed(&self) {
        self.add(Remark::Renamed);
    }

    pub(crate) fn all(&self) -> Vec<String> {
        let remarks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(ALWAYS.to_owned()).chain(remarks.iter().map(Remark::text)).collect()
    }

    fn add(&self, remark: Remark) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(remark);
    }
}

const ALWAYS: &str = "POP3 tells of INBOX alone, and neither flags nor dates of arrival: other folders cannot be read, \
                      every message arrives unread, with the date of its last Received line";

impl Remark {
    fn text(&self) -> String {
        match self {
            Self::NoIds => "the source gives no unique ids (UIDL) for some messages: they are told apart by header and \
                            size, which costs a look at each of them in every run"
                .to_owned(),
            Self::SharedIds => "the source gives several messages the same unique id: these are told apart by header \
                                and size"
                .to_owned(),
            Self::Renamed => "no message of the last run is at the source under its id: either all are new, or the \
                              server gives new ids; known messages are recognised by what they say and not copied twice"
                .to_owned(),
            Self::Expires => "the source says that it deletes what was read (EXPIRE 0): sessions are not ended by QUIT, \
                              and the standard forbids it to delete after any other end"
                .to_owned(),
            Self::Delay(seconds) => {
                format!("the source allows a login only every {seconds} seconds (LOGIN-DELAY)")
            }
        }
    }
}
