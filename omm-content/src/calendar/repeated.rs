//! What changed occurrences say again of their series.
//!
//! RFC 5545 §3.6.1 has each of them say all: the words and people of the series stand in it again. A series with a large
//! text and thousands of changes would fill any memory, so they are repeated only so far.

use super::{Attendee, Entry, Person};

/// So much is said again by all changed occurrences of a series together, in bytes.
const MOST: usize = 16 << 20;
/// A longer text is none that an occurrence needs.
const SHORT: usize = 1000;

/// Hands out the entries of changed occurrences.
#[derive(Debug)]
pub struct Repeated {
    whole: Entry,
    weight: usize,
    left: usize,
    bare: usize,
}

impl Repeated {
    /// For occurrences of a series that says this.
    pub fn of(series: Entry) -> Self {
        let whole = Entry { attachments: Vec::new(), ..series };
        Self { weight: weight(&whole), whole, left: MOST, bare: 0 }
    }

    /// What the next one says: all, or what it needs at least once that is too much.
    pub fn next_entry(&mut self) -> Entry {
        match self.left.checked_sub(self.weight) {
            Some(left) => {
                self.left = left;
                self.whole.clone()
            }
            None => {
                self.bare += 1;
                bare(&self.whole)
            }
        }
    }

    /// How many say no more than they need.
    pub fn bare(&self) -> usize {
        self.bare
    }
}

/// How much memory it takes, but for what each takes anyway.
fn weight(entry: &Entry) -> usize {
    let people = entry.attendees.iter().map(|one| &one.person).flat_map(|one| [&one.name, &one.address]);
    let own = [
        &entry.html,
        &entry.description,
        &entry.summary,
        &entry.location,
        &entry.url,
        &entry.mileage,
        &entry.billing,
    ];
    let texts = own.into_iter().chain(people).flatten().map(String::len);
    let words = entry.categories.iter().chain(&entry.contacts).chain(&entry.companies);
    let words = words.map(|word| size_of::<String>() + word.len());
    let links = entry.conferences.iter().map(|one| 2 * size_of::<String>() + one.uri.len() + one.label.len());
    let lines = entry.extra.iter().map(|line| size_of::<String>() + line.unfolded().len());
    let fixed = entry.attendees.len() * size_of::<Attendee>();
    texts.chain(words).chain(links).chain(lines).sum::<usize>() + fixed
}

fn bare(of: &Entry) -> Entry {
    let short = |text: &Option<String>| text.as_ref().filter(|text| text.len() <= SHORT).cloned();
    Entry {
        summary: short(&of.summary),
        location: short(&of.location),
        uid: of.uid.clone(),
        modified: of.modified,
        created: of.created,
        class: of.class,
        sequence: of.sequence,
        organizer: of
            .organizer
            .as_ref()
            .map(|one| Person { name: short(&one.name), address: short(&one.address) }),
        alarms: of.alarms.clone(),
        ..Entry::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Part, Role};

    #[test]
    fn what_is_large_is_not_said_for_ever() {
        let text = Entry { description: Some("x".repeat(MOST / 2)), ..Entry::default() };
        let nobody = Attendee {
            person: Person::default(),
            role: Role::Required,
            part: Part::NeedsAction,
            rsvp: false,
        };
        let people = Entry { attendees: vec![nobody; MOST / size_of::<Attendee>() / 2], ..Entry::default() };
        for series in [text, people] {
            let series = Entry { summary: Some("s".to_owned()), ..series };
            let mut repeated = Repeated::of(series.clone());
            let all: Vec<_> = (0..3).map(|_| repeated.next_entry()).collect();
            let whole = all.iter().filter(|entry| **entry == series).count();
            assert!((1..=2).contains(&whole), "{whole}");
            assert_eq!(repeated.bare(), 3 - whole);
            assert_eq!(all[2], Entry { summary: Some("s".to_owned()), ..Entry::default() });
        }
    }
}
