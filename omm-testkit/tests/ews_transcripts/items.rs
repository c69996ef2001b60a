//! Items: ids, change keys, what would be sent.

use crate::talk::{Bench, Node, create, get, server};
use omm_testkit::ews::PropertyName;

const MAIL: &[u8] = b"From: Bob <bob@example.com>\r\nTo: ann@example.com\r\nDisposition-Notification-To: bob@example.com\r\n\
                      Subject: one\r\nMessage-ID: <1@example.com>\r\nDate: Mon, 2 Feb 2026 11:00:00 +0100\r\n\r\nbody\r\n";

fn update(id: &str, attributes: &str, change: &str) -> String {
    format!(
        "<m:UpdateItem MessageDisposition=\"SaveOnly\" {attributes}><m:ItemChanges><t:ItemChange>{id}<t:Updates>{change}\
         </t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"
    )
}

const READ: &str = "<t:SetItemField><t:FieldURI FieldURI=\"message:IsRead\"/><t:Message><t:IsRead>true</t:IsRead></t:Message></t:SetItemField>";

#[test]
fn an_id_is_good_for_one_place_and_a_change_key_for_one_state() {
    let bench = Bench::new(server());
    let mailbox = bench.server.mailbox("ann@example.com");
    mailbox.add_mail("inbox", MAIL, "2026-02-03T00:00:00Z", false);
    let id = |root: &Node| root.id();
    let find = "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds>\
                <t:DistinguishedFolderId Id=\"inbox\"/></m:ParentFolderIds></m:FindItem>";
    let old = id(&bench.ask(find));
    assert_eq!(
        bench
            .ask(&update(&old, "ConflictResolution=\"NeverOverwrite\" SuppressReadReceipts=\"true\"", READ))
            .codes(),
        ["NoError"]
    );
    let again =
        bench.ask(&update(&old, "ConflictResolution=\"NeverOverwrite\" SuppressReadReceipts=\"true\"", READ));
    assert_eq!(again.codes(), ["ErrorIrresolvableConflict"]);
    let key = mailbox.items("inbox")[0].element.clone();
    let moved = bench.ask(&format!(
        "<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id=\"drafts\"/></m:ToFolderId><m:ItemIds>{old}</m:ItemIds></m:MoveItem>"
    ));
    assert_ne!(id(&moved), old);
    assert_eq!(bench.ask(&get(&old)).codes(), ["ErrorItemNotFound"]);
    let new = bench.ask(&get(&id(&moved)));
    assert_eq!(
        (new.text("Subject"), new.text("IsRead"), new.text("DateTimeReceived")),
        ("one", "true", "2026-02-03T00:00:00Z")
    );
    assert_eq!(key.text_of("InternetMessageId"), Some("<1@example.com>"));
    for wrong in ["<t:ItemId Id=\"nonsense\"/>", "<t:ItemId Id=\"AAMk\"/>"] {
        assert_eq!(bench.ask(&get(wrong)).codes(), ["ErrorInvalidIdMalformed"]);
    }
}

#[test]
fn what_a_real_server_would_send_is_seen() {
    let bench = Bench::new(server());
    let mailbox = bench.server.mailbox("ann@example.com");
    let event = "<t:CalendarItem><t:Subject>met</t:Subject><t:Start>2026-01-01T10:00:00Z</t:Start><t:End>2026-01-01T11:00:00Z</t:End>\
                 <t:RequiredAttendees><t:Attendee><t:Mailbox><t:EmailAddress>bob@example.com</t:EmailAddress></t:Mailbox></t:Attendee>\
                 </t:RequiredAttendees></t:CalendarItem>";
    let delete = |id: &str, more: &str| {
        format!("<m:DeleteItem DeleteType=\"SoftDelete\" {more}><m:ItemIds>{id}</m:ItemIds></m:DeleteItem>")
    };
    // Nothing of this sends.
    let quiet = bench.ask(&create("calendar", event)).id();
    bench.ask(&delete(&quiet, "SendMeetingCancellations=\"SendToNone\""));
    let id = format!("<t:ItemId Id=\"{}\"/>", mailbox.add_mail("inbox", MAIL, "2026-02-03T00:00:00Z", false));
    bench.ask(&delete(&id, "SuppressReadReceipts=\"true\""));
    assert_eq!(bench.server.outbox(), []);
    assert!(!bench.server.requests().iter().any(|request| request.may_send()));
    assert_eq!(mailbox.items("recoverableitemsdeletions").len(), 2);
    // All of this does.
    let loud = bench.ask(&create("calendar", event).replace("SendToNone", "SendToAllAndSaveCopy")).id();
    bench.ask(&delete(&loud, "SendMeetingCancellations=\"SendToAllAndSaveCopy\""));
    let id = format!("<t:ItemId Id=\"{}\"/>", mailbox.add_mail("inbox", MAIL, "2026-02-03T00:00:00Z", false));
    bench.ask(&update(&id, "ConflictResolution=\"AlwaysOverwrite\"", READ));
    let id = format!("<t:ItemId Id=\"{}\"/>", mailbox.add_mail("inbox", MAIL, "2026-02-03T00:00:00Z", false));
    bench.ask(&delete(&id, ""));
    let message = "<t:Message><t:Subject>out</t:Subject></t:Message>";
    bench.ask(&create("drafts", message).replace("SaveOnly", "SendAndSaveCopy"));
    let what: Vec<&str> = bench.server.outbox().iter().map(|sent| sent.what).collect();
    assert_eq!(what, ["invitation", "cancellation", "read receipt", "not-read receipt", "message"]);
}

#[test]
fn properties_and_elements_show_the_same() {
    let bench = Bench::new(server());
    let property = |tag: &str, kind: &str, value: &str| {
        format!(
            "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag=\"{tag}\" PropertyType=\"{kind}\"/><t:Value>{value}</t:Value></t:ExtendedProperty>"
        )
    };
    let all = property("0x0E07", "Integer", "1")
        + &property("0x0E06", "SystemTime", "2020-01-01T01:00:00+01:00")
        + &property("3591", "Integer", "1")
        + &property("0x1090", "Integer", "2")
        + &property("0x0017", "Integer", "2")
        + &property("0x0039", "SystemTime", "2019-12-31T23:00:00.5Z")
        + &property("0x1081", "Integer", "102");
    let made = bench.ask(&create("inbox", &format!("<t:Message><t:Subject>s</t:Subject>{all}</t:Message>")));
    let root = bench.ask(&get(&made.id()));
    for (name, value) in [
        ("IsRead", "true"),
        ("IsDraft", "false"),
        ("DateTimeReceived", "2020-01-01T00:00:00Z"),
        ("DateTimeSent", "2019-12-31T23:00:00Z"),
        ("Importance", "High"),
        ("FlagStatus", "Flagged"),
    ] {
        assert_eq!(root.text(name), value, "{name}");
    }
    let stored = &bench.server.mailbox("ann@example.com").items("inbox")[0];
    let verb = PropertyName::tagged(0x1081, "Integer");
    assert_eq!(stored.property(&verb).map(|property| property.values.clone()), Some(vec!["102".to_owned()]));
    // Made without PidTagMessageFlags it is a draft, and stays one.
    let draft = bench.ask(&create("inbox", "<t:Message><t:Subject>d</t:Subject></t:Message>")).id();
    let flags =
        "<t:SetItemField><t:ExtendedFieldURI PropertyTag=\"0x0E07\" PropertyType=\"Integer\"/><t:Message>"
            .to_owned()
            + &property("0x0E07", "Integer", "1")
            + "</t:Message></t:SetItemField>";
    assert_eq!(
        bench.ask(&update(&draft, "ConflictResolution=\"AlwaysOverwrite\"", &flags)).codes(),
        ["NoError"]
    );
    assert_eq!(bench.ask(&get(&draft.replace("ChangeKey", "Old"))).text("IsDraft"), "true");
    let bad = create("inbox", &format!("<t:Message>{}</t:Message>", property("0x1081", "Integer", "many")));
    assert_eq!(bench.ask(&bad).codes(), ["ErrorInvalidExtendedPropertyValue"]);
}

#[test]
fn mime_comes_back_as_it_was_and_is_taken_apart() {
    let bench = Bench::new(server());
    let id = bench.server.mailbox("ann@example.com").add_mail("inbox", MAIL, "2026-02-03T00:00:00Z", true);
    let with_mime = get(&format!("<t:ItemId Id=\"{id}\"/>"))
        .replace("</t:BaseShape>", "</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>");
    let root = bench.ask(&with_mime);
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(root.text("MimeContent")).expect("base64");
    assert_eq!(bytes, MAIL);
    assert_eq!((root.text("Subject"), root.text("DateTimeSent")), ("one", "2026-02-02T10:00:00Z"));
    assert_eq!(root.find("From").map(|from| from.text("EmailAddress")), Some("bob@example.com"));
    assert_eq!((root.text("IsDraft"), root.text("IsReadReceiptRequested")), ("false", "true"));
    let headers: Vec<&str> =
        root.all("InternetMessageHeader").iter().map(|header| header.attributes[0].1.as_str()).collect();
    assert_eq!(headers, ["From", "To", "Disposition-Notification-To", "Subject", "Message-ID", "Date"]);
}
