//! Bad habits.

use crate::talk::{Bench, create, get, server};
use omm_testkit::ews::Quirk;

#[test]
fn values_are_written_otherwise() {
    let task = "<t:Task><t:Subject/><t:DueDate>2026-05-02T00:00:00Z</t:DueDate></t:Task>";
    let ask = |quirk: Option<Quirk>| {
        let bench = Bench::new(quirk.map_or_else(server, |quirk| server().quirk(quirk)));
        bench.ask(&get(&bench.ask(&create("tasks", task)).id()))
    };
    let plain = ask(None);
    assert_eq!(
        (plain.text("DueDate"), plain.all("Subject").len(), plain.all("FutureProperty").len()),
        ("2026-05-02T00:00:00Z", 1, 0)
    );
    assert_eq!(ask(Some(Quirk::DatesForTimes)).text("DueDate"), "2026-05-02Z");
    assert_eq!(ask(Some(Quirk::FractionalSeconds)).text("DueDate"), "2026-05-02T00:00:00.1230000Z");
    assert_eq!(ask(Some(Quirk::LeavesOptionalOut)).all("Subject").len(), 0);
    assert_eq!(ask(Some(Quirk::UnknownElements)).all("FutureProperty").len(), 1);
}

#[test]
fn answers_come_otherwise() {
    let get = "<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>\
               <t:DistinguishedFolderId Id=\"inbox\"/></m:FolderIds></m:GetFolder>";
    let reply = Bench::new(server().quirk(Quirk::Chunked)).reply(get);
    assert_eq!((reply.header("transfer-encoding"), reply.header("content-length")), (Some("chunked"), None));
    assert_eq!(Bench::new(server()).reply(get).header("content-type"), Some("text/xml; charset=utf-8"));
    assert_eq!(
        Bench::new(server().quirk(Quirk::NoCharset)).reply(get).header("content-type"),
        Some("text/xml")
    );
    let bench = Bench::new(server());
    let packed = bench.post(
        "/EWS/Exchange.asmx",
        "Accept-Encoding: gzip\r\nAuthorization: Basic YW5uQGV4YW1wbGUuY29tOnNlY3JldA==\r\n",
        &bench.envelope(get, ""),
    );
    let packed = packed.expect("an answer");
    assert_eq!((packed.header("content-encoding"), &packed.body[..2]), (Some("gzip"), &[0x1f, 0x8b][..]));
}
