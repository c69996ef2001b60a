//! Answers that nobody can read: they cost what they are about, and nothing beside it.

use crate::{
    on_mock::{into, out_of},
    world::{ANN, server},
};
use omm_core::model::{FolderPath, ItemKind};
use omm_testkit::{
    ews::{Element, EwsAct, EwsFault},
    mailbox::{Mailbox, MailboxFolder, MailboxItem},
    memory::MemoryAccount,
    step_stop::Time,
};

fn broken(operation: &str, word: &str) -> EwsFault {
    EwsFault::at(operation, 1, EwsAct::Replace(word.to_owned(), "\"><<".to_owned())).always()
}

/// Kills: a run that ends at the first folder that cannot be read, and with it every later one.
#[test]
fn a_folder_costs_only_itself() {
    let server = server();
    let account = server.mailbox(ANN);
    for path in ["One", "Two", "Three"] {
        account.add_folder(path, "IPF.Note");
        account.add_mail(path, b"Subject: x\r\n\r\nx\r\n", "2026-01-31T12:00:00Z", true);
    }
    let id = account.items("Two")[0].id.clone();
    let world = out_of(server);
    let server = &world.source.server;
    server.add_fault(broken("SyncFolderItems", &id));
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(report.totals.copied, 2, "{report}");
    assert!(report.to_string().contains("not finished: Two"), "{report}");
    server.clear_faults();
    let report = world.clock.run(world.migration().run()).expect("a later run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
}

/// Kills: a folder, or all of them, that is lost with one item of it.
#[test]
fn an_item_costs_only_itself() {
    let server = server();
    let account = server.mailbox(ANN);
    for name in ["A", "B", "poison", "C", "D"] {
        account.add_xml("contacts", &format!("<t:Contact><t:DisplayName>{name}</t:DisplayName></t:Contact>"));
    }
    let world = out_of(server);
    world.source.server.add_fault(broken("GetItem", "poison"));
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (4, 1), "{report}");
}

/// Kills: a folder that is lost with a file of one of its items, or with one occurrence of a series.
#[test]
fn so_do_a_file_and_an_occurrence() {
    let server = server();
    let account = server.mailbox(ANN);
    for name in ["A", "B", "C"] {
        let file = if name == "B" { "arsenic" } else { "fine" };
        account.add_xml(
            "contacts",
            &format!(
                "<t:Contact><t:Attachments><t:FileAttachment><t:Name>{file}.txt</t:Name><t:Content>aGk=</t:Content>\
                 </t:FileAttachment></t:Attachments><t:DisplayName>{name}</t:DisplayName></t:Contact>"
            ),
        );
    }
    let series = account.add_one_of_each().series;
    account.change_occurrence(&series, 4, &[Element::text("Location", "poison")]);
    let world = out_of(server);
    for (operation, word) in [("GetAttachment", "arsenic"), ("GetItem", "poison")] {
        world.source.server.add_fault(broken(operation, word));
    }
    let report = world.clock.run(world.migration().run()).expect("a run");
    let text = report.to_string();
    assert_eq!(report.totals.failed, 0, "{text}");
    assert!(!text.contains("not finished"), "{text}");
    assert!(
        text.contains("arsenic.txt\" is left out") && text.contains("a changed occurrence cannot be read"),
        "{text}"
    );
    let contacts = world.destination.paths().into_iter().filter(|path| path.to_string() == "Contacts");
    assert_eq!(contacts.map(|path| world.destination.items(&path).len()).sum::<usize>(), 5);
}

/// Kills: a file that is left out for good because of one answer that was garbled on its way.
#[test]
fn what_is_garbled_once_is_asked_for_again() {
    let server = server();
    server.mailbox(ANN).add_xml(
        "contacts",
        "<t:Contact><t:Attachments><t:FileAttachment><t:Name>arsenic.txt</t:Name><t:Content>aGk=</t:Content>\
         </t:FileAttachment></t:Attachments><t:DisplayName>A</t:DisplayName></t:Contact>",
    );
    let world = out_of(server);
    let once = EwsAct::Replace("arsenic".to_owned(), "\"><<".to_owned());
    world.source.server.add_fault(EwsFault::at("GetAttachment", 1, once));
    let report = world.clock.run(world.migration().run()).expect("a run").to_string();
    assert!(!report.contains("left out"), "{report}");
}

/// Kills: an appointment whose text no memory has room for, and with it all that come behind it; either way.
#[test]
fn a_text_beyond_all_measure_costs_only_itself() {
    let text = "all work and no play ".repeat((17 << 20) / 21);
    let server = server();
    for (name, body) in [("A", "short"), ("B", text.as_str()), ("C", "short")] {
        let body = format!("<t:Body BodyType=\"Text\">{body}</t:Body><t:DisplayName>{name}</t:DisplayName>");
        server.mailbox(ANN).add_xml("contacts", &format!("<t:Contact>{body}</t:Contact>"));
    }
    let world = out_of(server);
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (2, 1), "{report}");
    assert!(report.to_string().contains("too large"), "{report}");
    let card = |name: &str, note: &str| {
        let text =
            format!("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{name}\r\nFN:{name}\r\nNOTE:{note}\r\nEND:VCARD\r\n");
        MailboxItem::new(ItemKind::Contact, text)
    };
    let items = [card("A", "short"), card("B", &text), card("C", "short")];
    let folder = MailboxFolder::new(FolderPath::new(["Contacts"]), ItemKind::Contact).with_items(items);
    let world =
        into(MemoryAccount::new().holding(&Mailbox { folders: vec![folder] }), crate::world::server());
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (2, 1), "{report}");
    assert!(report.to_string().contains("too large"), "{report}");
}

/// Kills: marks that are lost for good, since the server broke over one message for a moment.
#[test]
fn marks_that_cannot_be_told_now_are_asked_for_again() {
    for lasts in [false, true] {
        let server = server();
        let account = server.mailbox(ANN);
        let ids: Vec<String> = (0..3)
            .map(|at| {
                let text = format!("Subject: {at}\r\n\r\nx\r\n");
                account.add_mail("inbox", text.as_bytes(), "2026-01-31T12:00:00Z", false)
            })
            .collect();
        let world = out_of(server);
        world.clock.run(world.migration().run()).expect("a first run");
        let account = world.source.account();
        for id in &ids {
            account.mark_read(id, true);
        }
        let broke = EwsAct::CodeOf(ids[1].clone(), "ErrorInternalServerError".to_owned());
        let fault = EwsFault::at("GetItem", 1, broke);
        world.source.server.add_fault(if lasts { fault.always() } else { fault });
        let report = world.clock.run(world.migration().run()).expect("a later run");
        let copies = world.destination.paths().into_iter().flat_map(|path| world.destination.items(&path));
        let seen = copies.filter(|(_, item)| item.flags.to_string().contains("Seen")).count();
        assert_eq!(seen, if lasts { 2 } else { 3 }, "{report}");
        assert_eq!(report.to_string().contains("its new marks cannot be read"), lasts, "{report}");
    }
}
