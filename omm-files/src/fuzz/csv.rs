//! Tables of contacts.

use crate::csv::read;
use omm_content::card::Version;

/// No table makes the reader panic; identities are unique, and no cell breaks out of its line.
pub fn csv(data: &[u8]) {
    for version in [Version::V3, Version::V4] {
        let Ok(contacts) = read(data, version) else { return };
        let mut seen = std::collections::HashSet::new();
        for card in contacts.items.iter().filter_map(|item| item.result.as_ref().ok()) {
            assert!(seen.insert(&card.identity), "two rows are called {}", card.identity);
            let text = std::str::from_utf8(&card.vcard).expect("a card is text");
            assert_eq!(text.lines().filter(|line| *line == "BEGIN:VCARD").count(), 1);
            assert!(text.lines().all(|line| line.len() <= 75));
        }
    }
}
