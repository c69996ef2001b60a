//! What items are called that no calendar gave a UID: two items differ in it, one item keeps it when it is changed.

use crate::support::{Bag, converted, lines, text, time};
use omm_mapi::{
    StoredMessage,
    property::{Value, named::PSETID_APPOINTMENT},
};

/// Subject, start, last change, key (id and bytes).
type Known = (&'static str, &'static str, &'static str, Option<(u16, [u8; 16])>);

fn uid(class: &str, (subject, start, changed, key): Known) -> String {
    let mut bag = Bag::default()
        .id(0x001A, text(class))
        .id(0x0037, text(subject))
        .id(0x3007, time("2024-01-01T00:00:00"))
        .id(0x3008, time(changed))
        // PidTagChangeKey moves with every change, as the time does.
        .id(0x65E2, Value::Binary(changed.as_bytes().to_vec()))
        .named(PSETID_APPOINTMENT, 0x820D, time(start));
    if let Some((id, bytes)) = key {
        bag = bag.id(id, Value::Binary(bytes.to_vec()));
    }
    let found = lines(&converted(&StoredMessage { properties: bag.done(), ..Default::default() }).0);
    found.into_iter().find(|line| line.starts_with("UID:")).unwrap()
}

const EARLY: &str = "2024-02-01T08:00:00";
const LATE: &str = "2024-02-08T08:00:00";
const SEARCH: u16 = 0x300B;
const RECORD: u16 = 0x0FF9;
const ENTRY: u16 = 0x0FFF;

#[test]
fn uids_tell_items_apart_and_stay() {
    for class in ["IPM.Appointment", "IPM.StickyNote", "IPM.Contact", "IPM.Task"] {
        for (one, two, same) in [
            // The same dates of two appointments in one minute, as imports make them.
            (("Plan", EARLY, EARLY, None), ("Plan", LATE, EARLY, None), false),
            (("Plan", EARLY, EARLY, None), ("Idea", EARLY, EARLY, None), false),
            (("Plan", EARLY, EARLY, None), ("Plan", EARLY, LATE, None), true),
            (
                ("Plan", EARLY, EARLY, Some((SEARCH, [1; 16]))),
                ("Idea", LATE, LATE, Some((SEARCH, [1; 16]))),
                true,
            ),
            (
                ("Plan", EARLY, EARLY, Some((RECORD, [1; 16]))),
                ("Idea", LATE, LATE, Some((RECORD, [1; 16]))),
                true,
            ),
            (
                ("Plan", EARLY, EARLY, Some((RECORD, [1; 16]))),
                ("Plan", EARLY, EARLY, Some((RECORD, [2; 16]))),
                false,
            ),
            (
                ("Plan", EARLY, EARLY, Some((ENTRY, [1; 16]))),
                ("Plan", EARLY, EARLY, Some((ENTRY, [2; 16]))),
                false,
            ),
            // A key of zeros is no key.
            (
                ("Plan", EARLY, EARLY, Some((SEARCH, [0; 16]))),
                ("Idea", EARLY, EARLY, Some((SEARCH, [0; 16]))),
                false,
            ),
        ] {
            assert_eq!(uid(class, one) == uid(class, two), same, "{class}: {one:?}, {two:?}");
        }
    }
}
