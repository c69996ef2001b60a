//! From one Exchange to another: items are handed over whole, and exchangelib finds in the copy what it found before.

use crate::{
    mailbox::{Mailbox, USER, dir, files, migrate, migrate_with},
    of_outlook::data_file,
    read_back::agrees,
    samples,
    tree::{self, Tree},
    world::World,
};
use omm::Options;
use omm_testkit::ews::{MockMailbox, Property, PropertyName};
use std::fs;

const SECRET: &str = "only Exchange knows";

fn secret() -> Property {
    Property::new(PropertyName::tagged(0x6001, "String"), SECRET)
}

fn secrets(account: &MockMailbox) -> usize {
    let folders = account.folders();
    // Folders beside the ones that people see, which hold nothing, are not found by their paths.
    let folders = folders.iter().filter(|folder| folder.items > 0);
    let items = folders.flat_map(|folder| account.items(&folder.path));
    items.filter(|item| item.property(&secret().name).is_some_and(|own| *own == secret())).count()
}

/// Kills: properties that a conversion loses, appointments that another client reads otherwise than before.
#[test]
fn a_mailbox_goes_from_exchange_to_exchange() {
    let (world, first, second) = (World::new(), Mailbox::new(), Mailbox::new());
    let account = first.server.mailbox(USER);
    account.add_one_of_each();
    let secret = "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag='0x6001' PropertyType='String'/>\
                  <t:Value>only Exchange knows</t:Value></t:ExtendedProperty>";
    account
        .add_xml("contacts", &format!("<t:Contact>{secret}<t:DisplayName>Rich</t:DisplayName></t:Contact>"));
    account.add_xml("inbox", &format!("<t:Message><t:Subject>rich</t:Subject>{secret}</t:Message>"));
    assert_eq!(secrets(&account), 2);
    let report = migrate(&world, &first.spec(), &second.spec());
    assert_eq!(secrets(&second.server.mailbox(USER)), 2);
    let copied = report.totals.copied;
    let said = format!("{copied} items were handed over whole, in the form exchange-fts");
    assert!(report.to_string().contains(&said), "{report}");
    assert_eq!(second.server.counters().operation("CreateItem"), 0);
    second.has_sent_nothing();
    // What the first one says of its items is what the second one says, and has.
    let root = tempfile::tempdir().expect("a folder");
    let (before, after) = (root.path().join("before"), root.path().join("after"));
    migrate(&world, &first.spec(), &dir(&before));
    migrate(&world, &second.spec(), &dir(&after));
    tree::same(&Tree::read(&before), &Tree::read(&after), &[]);
    agrees(&before, &second);
}

/// Everything that other tests put in from files goes on to another Exchange, whole and item by item. Kills: what one of the
/// two ways loses, as another client sees it.
#[test]
fn both_ways_keep_what_exchangelib_reads() {
    let root = tempfile::tempdir().expect("a folder");
    let (source, before) = (root.path().join("source"), root.path().join("before"));
    fs::create_dir(&source).expect("a folder");
    fs::write(source.join("Calendar.ics"), samples::calendar()).expect("a file");
    fs::write(source.join("People.vcf"), samples::people()).expect("a file");
    data_file(&source.join("old.pst"));
    let (world, first) = (World::new(), Mailbox::new());
    migrate(&world, &files(&source), &first.spec());
    migrate(&world, &first.spec(), &dir(&before));
    for native in [true, false] {
        let (second, mut options) = (Mailbox::new(), Options::default());
        options.native = native;
        let report = migrate_with(&world, &first.spec(), &second.spec(), &options);
        let created = second.server.counters().operation("CreateItem");
        assert_eq!(created == 0, native, "{report}");
        agrees(&before, &second);
        second.has_sent_nothing();
    }
}
