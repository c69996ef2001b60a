//! What a real server's schema and rules refuse.

use crate::talk::{Bench, create};
use omm_testkit::ews::Version;

#[test]
fn requests_that_are_refused_whole() {
    let get = |uri: &str| {
        format!(
            "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI=\"{uri}\"/>\
         </t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id=\"x\"/></m:ItemIds></m:GetItem>"
        )
    };
    let zones = "<m:GetServerTimeZones/>".to_owned();
    let wrong_order =
        create("inbox", "<t:Message><t:IsRead>true</t:IsRead><t:Subject>s</t:Subject></t:Message>");
    let export = "<m:ExportItems><m:ItemIds/></m:ExportItems>".to_owned();
    for (version, operation, is_refused) in [
        (Version::Exchange2016, wrong_order, true),
        (Version::Exchange2016, create("nonsense", ""), true),
        (Version::Exchange2016, "<m:MakeCoffee/>".to_owned(), true),
        (Version::Exchange2010, get("item:Flag"), true),
        (Version::Exchange2013, get("item:Flag"), false),
        (
            Version::Exchange2010,
            create("inbox", "").replace("<m:CreateItem", "<m:CreateItem SuppressReadReceipts=\"true\""),
            true,
        ),
        (Version::Exchange2007, zones.clone(), true),
        (Version::Exchange2010, zones, false),
        (Version::Exchange2007, export.clone(), true),
        (Version::Exchange2010, export, false),
    ] {
        let bench = Bench::of(version);
        let root = bench.ask(&operation);
        assert_eq!(
            root.text("faultcode") == "a:ErrorSchemaValidation",
            is_refused,
            "{version:?} {operation}"
        );
        assert_eq!(!root.all("Violation").is_empty(), is_refused, "{version:?} {operation}");
    }
}

#[test]
fn a_request_of_a_later_version_is_refused_and_one_without_is_the_oldest() {
    let bench = Bench::of(Version::Exchange2010);
    let login = "Authorization: Basic YW5uQGV4YW1wbGUuY29tOnNlY3JldA==\r\n";
    let body = bench.envelope("<m:GetServerTimeZones/>", "");
    let later = body.replace("Exchange2010_SP2", "Exchange2016");
    let reply = bench.post("/EWS/Exchange.asmx", login, &later).expect("an answer");
    assert_eq!(crate::talk::parse(&reply.body).text("ResponseCode"), "ErrorInvalidServerVersion");
    let without = body.replace("<t:RequestServerVersion Version=\"Exchange2010_SP2\"/>", "");
    let reply = bench.post("/EWS/Exchange.asmx", login, &without).expect("an answer");
    assert_eq!(crate::talk::parse(&reply.body).text("ResponseCode"), "ErrorSchemaValidation");
}

#[test]
fn rules_beside_the_schema() {
    let bench = Bench::of(Version::Exchange2016);
    let silent = |operation: String| {
        operation.replace("MessageDisposition=\"SaveOnly\" SendMeetingInvitations=\"SendToNone\"", "")
    };
    let event = "<t:CalendarItem><t:Start>2026-01-01T10:00:00Z</t:Start><t:End>2026-01-01T09:00:00Z</t:End></t:CalendarItem>";
    for (operation, code) in [
        (silent(create("inbox", "<t:Message/>")), "ErrorMessageDispositionRequired"),
        (silent(create("calendar", "<t:CalendarItem/>")), "ErrorSendMeetingInvitationsRequired"),
        (create("calendar", event), "ErrorCalendarEndDateIsEarlierThanStartDate"),
        (create("inbox", "<t:Contact/>"), "ErrorCannotCreateContactInNonContactFolder"),
        (
            create("contacts", "<t:Contact><t:HasPicture>true</t:HasPicture></t:Contact>"),
            "ErrorInvalidPropertySet",
        ),
        (
            create("contacts", "<t:Contact><t:MimeContent>QQ==</t:MimeContent></t:Contact>"),
            "ErrorUnsupportedMimeConversion",
        ),
        (
            create("inbox", "<t:Message><t:MimeContent>%%</t:MimeContent></t:Message>"),
            "ErrorMimeContentInvalidBase64String",
        ),
        (
            create(
                "calendar",
                "<t:CalendarItem><t:StartTimeZone Id=\"Middle Earth Standard Time\"/></t:CalendarItem>",
            ),
            "ErrorInvalidTimeZone",
        ),
        (create("inbox", "<t:Message/>"), "NoError"),
    ] {
        assert_eq!(bench.ask(&operation).codes(), [code], "{operation}");
    }
    assert_eq!(bench.server.mailbox("ann@example.com").items("inbox").len(), 1);
}
