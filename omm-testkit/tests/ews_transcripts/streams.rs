//! Items as streams between two servers.

use crate::talk::{Bench, server};
use omm_testkit::ews::Element;

#[test]
fn a_stream_carries_everything() {
    let (from, to) = (Bench::new(server()), Bench::new(server()));
    let mailbox = from.server.mailbox("ann@example.com");
    let series = mailbox.add_xml(
        "calendar",
        "<t:CalendarItem><t:Subject>s &amp; é</t:Subject><t:Body BodyType=\"Text\">a\r\nb</t:Body><t:Start>2026-03-23T09:00:00Z</t:Start>\
         <t:End>2026-03-23T10:00:00Z</t:End><t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>\
         <t:NumberedRecurrence><t:StartDate>2026-03-23</t:StartDate><t:NumberOfOccurrences>5</t:NumberOfOccurrences></t:NumberedRecurrence>\
         </t:Recurrence></t:CalendarItem>",
    );
    mailbox.change_occurrence(&series, 2, &[Element::text("Subject", "two")]).remove_occurrence(&series, 3);
    let export =
        |id: &str| format!("<m:ExportItems><m:ItemIds><t:ItemId Id=\"{id}\"/></m:ItemIds></m:ExportItems>");
    let stream = from.ask(&export(&series)).text("Data").to_owned();
    let folder = to
        .server
        .mailbox("ann@example.com")
        .folders()
        .into_iter()
        .find(|folder| folder.path == "Calendar")
        .expect("a calendar");
    let upload = |data: &str| {
        format!(
            "<m:UploadItems><m:Items><t:Item CreateAction=\"CreateNew\"><t:ParentFolderId Id=\"{}\"/><t:Data>{data}</t:Data></t:Item></m:Items></m:UploadItems>",
            folder.id
        )
    };
    assert_eq!(to.ask(&upload(&stream)).codes(), ["NoError"]);
    let (old, new) = (
        mailbox.items("calendar").remove(0),
        to.server.mailbox("ann@example.com").items("calendar").remove(0),
    );
    // The UID that the server gave it goes along.
    assert!(new.fields.iter().any(|field| field.name == "UID"));
    let said =
        |fields: Vec<Element>| fields.into_iter().filter(|field| field.name != "UID").collect::<Vec<_>>();
    assert_eq!(
        (said(old.fields), old.occurrences, old.deleted, old.kind),
        (said(new.fields), new.occurrences, new.deleted, new.kind)
    );
    assert_eq!(to.ask(&upload("AAAA")).codes(), ["ErrorInvalidIdSerializedItem"]);
}

#[test]
fn streams_can_be_switched_off() {
    let bench = Bench::new(server().without_exports());
    let reply = bench.reply("<m:ExportItems><m:ItemIds/></m:ExportItems>");
    assert_eq!(
        (reply.status, crate::talk::parse(&reply.body).text("ResponseCode")),
        (500, "ErrorSchemaValidation")
    );
}
