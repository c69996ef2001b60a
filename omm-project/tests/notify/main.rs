//! Notices: what is filed, what is sent, and that none is sent twice.

#![allow(clippy::unwrap_used)]

mod contract;
mod files;
mod killed;
mod mail;
mod post;
mod smtpd;
mod sockets;
mod webhook;

use chrono::{DateTime, Utc};
use omm_core::error::Side;
use omm_project::notify::{About, Event, Notice, Outcome, Reason, Recipient, Summary, Trouble};

/// What no mail and no row may hold.
const CANARY: &str = "c4nary-Pa55w0rd-tweet";

fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

/// A migration that stands alone.
fn notice(event: Event, occurrence: u64, to: &[&str]) -> Notice {
    let about = About {
        link: Some("https://panel.example.org/m/1".to_owned()),
        ..About::migration("mig-1", "Jörg Müller 🎉")
    };
    let to = to.iter().map(|address| Recipient::mail(*address, "en")).collect();
    Notice { event, about, occurrence, at: moment(), to }
}

/// One of a project.
fn of_project(event: Event, migration: &str, to: &[&str]) -> Notice {
    let about = About { project: Some("k7m3-q9xd".to_owned()), ..About::migration(migration, migration) };
    Notice { about, ..notice(event, 1, to) }
}

fn ended(outcome: Outcome) -> Event {
    Event::Ended {
        summary: Summary {
            outcome,
            grade: "A".to_owned(),
            found: 12,
            copied: 12,
            copied_bytes: 1 << 20,
            already_there: 0,
            skipped: 0,
            failed: 0,
            unsettled: 0,
            seconds: 61,
            reason: None,
        },
    }
}

fn full() -> Event {
    let trouble = Trouble {
        reason: Reason::FullMailbox,
        side: Side::Destination,
        remedy: "Make room, or give the mailbox more.".to_owned(),
    };
    Event::NeedsPerson { trouble }
}
