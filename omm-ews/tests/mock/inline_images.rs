//! Images that the text of an appointment shows: the text calls them by their Content-ID.

use crate::{
    items::agenda,
    on_mock::{into, out_of},
    world::{ANN, server},
};
use omm_core::model::{FolderPath, ItemKind, Role};
use omm_testkit::{
    mailbox::{Mailbox, MailboxFolder, MailboxItem},
    memory::MemoryAccount,
    step_stop::Time,
};

const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:image@example.org\r\n\
    DTSTAMP:20250101T000000Z\r\nDTSTART:20250303T090000Z\r\nDTEND:20250303T100000Z\r\nSUMMARY:Image\r\n\
    ATTACH;FMTTYPE=image/png;FILENAME=a.png;X-CONTENT-ID=\"one@x\";ENCODING=BASE64;VALUE=BINARY:aGk=\r\n\
    ATTACH;FMTTYPE=text/plain;FILENAME=b.txt;ENCODING=BASE64;VALUE=BINARY:aGk=\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// Kills: an image whose name for the text is lost on the way in, or on the way out.
#[test]
fn keep_their_names() {
    let item = MailboxItem::new(ItemKind::Event, EVENT);
    let folder = MailboxFolder::new(agenda(), ItemKind::Event).with_items([item]).with_role(Role::Calendar);
    let server = server();
    let inward = into(MemoryAccount::new().holding(&Mailbox { folders: vec![folder] }), server.clone());
    let report = inward.clock.run(inward.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    let item = server.mailbox(ANN).items("calendar").swap_remove(0);
    let said = |name: &str| -> Vec<Option<String>> {
        let of = |fields: &[omm_testkit::ews::Element]| {
            fields.iter().find(|field| field.name == name).map(|field| field.text.clone())
        };
        item.attachments.iter().map(|attachment| of(&attachment.fields)).collect()
    };
    assert_eq!(said("ContentId"), [Some("one@x".to_owned()), None]);
    assert_eq!(said("IsInline"), [Some("true".to_owned()), None]);
    let outward = out_of(server);
    let report = outward.clock.run(outward.migration().run()).expect("a run");
    assert_eq!(report.totals.failed, 0, "{report}");
    let items = outward.destination.items(&FolderPath::new(["Calendar"]));
    let text = String::from_utf8_lossy(&items[0].1.bytes).replace("\r\n ", "");
    assert_eq!(text.matches("X-CONTENT-ID").count(), 1, "{text}");
    assert!(text.contains("X-CONTENT-ID=one@x") || text.contains("X-CONTENT-ID=\"one@x\""), "{text}");
}
