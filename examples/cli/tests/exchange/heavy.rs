//! Items that are no mail with large files: what they cost in memory, whatever form they travel in. `OMM_MEGABYTES` makes the
//! files larger; the soak does.

use crate::{
    server::{ANN, Exchange, between, with_ann},
    siege::asked,
    weight::measured,
    world::World,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use omm_testkit::ews::{MockEws, StoredItem};

/// In which folder, what is around its file, and how people call it.
const ITEMS: [(&str, &str, &str); 4] = [
    (
        "calendar",
        "CalendarItem",
        "<t:Start>2026-03-02T09:00:00Z</t:Start><t:End>2026-03-02T10:00:00Z</t:End><t:Subject>talk</t:Subject>",
    ),
    ("contacts", "Contact", "<t:DisplayName>Jane</t:DisplayName><t:GivenName>Jane</t:GivenName>"),
    ("tasks", "Task", "<t:Subject>do</t:Subject>"),
    ("notes", "Message", "<t:ItemClass>IPM.StickyNote</t:ItemClass><t:Subject>note</t:Subject>"),
];

/// Less than twice as much as there is for bodies, and more than the program has left.
fn file(salt: usize) -> Vec<u8> {
    let size = usize::try_from(asked("OMM_MEGABYTES", 24)).unwrap() << 20;
    (0..size).map(|at| ((at * 31) >> 3) as u8 ^ salt as u8).collect()
}

/// The first so many of each kind, each with a large file.
fn filled(items: usize) -> MockEws {
    let mock = with_ann();
    for (salt, (folder, element, fields)) in ITEMS.into_iter().enumerate().take(items) {
        let content = STANDARD.encode(file(salt));
        mock.mailbox(ANN).add_xml(
            folder,
            &format!(
                "<t:{element}>{fields}<t:Attachments><t:FileAttachment><t:Name>large.bin</t:Name><t:Content>{content}\
                 </t:Content></t:FileAttachment></t:Attachments></t:{element}>"
            ),
        );
    }
    mock
}

/// They are here, byte by byte.
#[track_caller]
fn arrived(to: &Exchange, items: usize) {
    for (salt, (folder, ..)) in ITEMS.into_iter().enumerate().take(items) {
        let items: Vec<StoredItem> = to.mock.mailbox(ANN).items(folder);
        let [item] = &items[..] else { panic!("{} items in {folder}", items.len()) };
        let [file] = &item.attachments[..] else { panic!("{} files in {folder}", item.attachments.len()) };
        assert!(file.bytes.as_deref() == Some(&self::file(salt)[..]), "the file in {folder}");
    }
}

fn two(items: usize) -> (World, Exchange, Exchange) {
    (World::new(), Exchange::in_the_clear(filled(items)), Exchange::in_the_clear(with_ann()))
}

// Would catch: the text of an appointment, a contact, a task or a note that is in memory with all of its files.
#[test]
fn converted_between_two() {
    let items = ITEMS.len();
    let (world, from, to) = two(items);
    for (run, copied) in [("first run", items), ("no change", 0)] {
        let mut omm = between(&world, "migrate", &from.address(), &to.address());
        omm.args(["--tls", "off", "--no-native"]);
        measured(&format!("large files, converted, {run}"), &world, copied, omm);
    }
    arrived(&to, items);
}

// Would catch: a text that is in memory so often that a long one is too much.
#[test]
fn a_long_text() {
    let (mock, text) = (with_ann(), "all work and no play ".repeat(50_000));
    let fields = format!("<t:DisplayName>Jane</t:DisplayName><t:Body BodyType=\"Text\">{text}</t:Body>");
    mock.mailbox(ANN).add_xml("contacts", &format!("<t:Contact>{fields}</t:Contact>"));
    let (world, from, to) = (World::new(), Exchange::in_the_clear(mock), Exchange::in_the_clear(with_ann()));
    let mut omm = between(&world, "migrate", &from.address(), &to.address());
    omm.args(["--tls", "off", "--no-native"]);
    measured("a text of 1 MB, converted", &world, 1, omm);
}

// Would catch: the same where items are handed over whole, and the text goes along.
#[test]
fn handed_over_whole() {
    let (world, from, to) = two(1);
    let mut omm = between(&world, "migrate", &from.address(), &to.address());
    omm.args(["--tls", "off"]);
    measured("large files, handed over whole", &world, 1, omm);
    arrived(&to, 1);
}

// Would catch: the same on its way into files, and out of them.
#[test]
fn out_to_files_and_in_again() {
    let items = 2;
    let (world, from, to) = two(items);
    let mut omm = between(&world, "migrate", &from.address(), "dir:files");
    omm.args(["--tls", "off"]);
    measured("large files, into files", &world, items, omm);
    drop(from);
    let mut omm = between(&world, "migrate", "dir:files", &to.address());
    omm.args(["--tls", "off"]);
    measured("large files, out of files", &world, items, omm);
    arrived(&to, items);
}
