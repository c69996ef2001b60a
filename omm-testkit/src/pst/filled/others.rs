//! Notes, journal entries, posts.

use super::super::item::Item;
use super::super::property::{Key, Set, Value};
use super::at;

/// A sticky note with its colour and place ([MS-OXONOTE] §2.2.1).
pub fn note() -> Item {
    let lid = |lid: u32| Key::Number(Set::NOTE, lid);
    Item::new("IPM.StickyNote", "Milk, bread")
        .with(0x1000, "Milk, bread\r\nand coffee – café")
        .with(lid(0x8b00), 3) // yellow
        .with(lid(0x8b02), 200)
        .with(lid(0x8b03), 166)
        .with(lid(0x8b04), 80)
        .with(lid(0x8b05), 120)
        .with(0x1080, 0x303)
        .with(0x3007, at(2023, 3, 1, 8, 0))
        .with(0x3008, at(2023, 3, 2, 9, 30))
        .with(categories(), Value::ManyTexts(vec!["Errands".to_owned()]))
}

/// A journal entry: a telephone call ([MS-OXOJRNL] §2.2).
pub fn journal() -> Item {
    let lid = |lid: u32| Key::Number(Set::LOG, lid);
    let common = |lid: u32| Key::Number(Set::COMMON, lid);
    let (start, end) = (at(2023, 6, 5, 12, 0), at(2023, 6, 5, 12, 25));
    Item::new("IPM.Activity", "Call with Ana")
        .with(0x1000, "She asked about the invoice.\r\n")
        .with(lid(0x8700), "Phone call")
        .with(lid(0x8706), start.clone())
        .with(lid(0x8707), 25)
        .with(lid(0x8708), end.clone())
        .with(lid(0x870c), 0)
        .with(lid(0x8712), "Phone call")
        .with(common(0x8516), start)
        .with(common(0x8517), end)
        .with(common(0x8539), Value::ManyTexts(vec!["Example Ltd".to_owned()]))
        .with(common(0x853a), Value::ManyTexts(vec!["Ana Sample".to_owned()]))
        .with(categories(), Value::ManyTexts(vec!["Customers".to_owned()]))
}

/// A post in a folder ([MS-OXOPOST] §2.2).
pub fn post() -> Item {
    Item::new("IPM.Post", "Posted here")
        .with(0x1000, "A post is a message that was put into a folder and never sent.\r\n")
        .with(0x0c1a, "Ana Sample")
        .with(0x0c1e, "SMTP")
        .with(0x0c1f, "ana@example.org")
        .with(0x0042, "Ana Sample")
        .with(0x0064, "SMTP")
        .with(0x0065, "ana@example.org")
        .with(0x0039, at(2023, 7, 1, 7, 0))
        .with(0x0e06, at(2023, 7, 1, 7, 0))
        .with(0x0070, "Posted here")
}

/// `PidNameKeywords`: the categories of an item.
pub(super) fn categories() -> Key {
    Key::Word(Set::PUBLIC_STRINGS, "Keywords".to_owned())
}
