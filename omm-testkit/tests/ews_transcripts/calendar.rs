//! Series and the single ones of them.

use crate::talk::{Bench, create, get, server};

const SERIES: &str = "<t:CalendarItem><t:Subject>s</t:Subject><t:Start>2026-03-23T09:00:00+01:00</t:Start><t:End>2026-03-23T10:00:00+01:00</t:End>\
                      <t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence>\
                      <t:NumberedRecurrence><t:StartDate>2026-03-23</t:StartDate><t:NumberOfOccurrences>3</t:NumberOfOccurrences>\
                      </t:NumberedRecurrence></t:Recurrence><t:StartTimeZone Id=\"W. Europe Standard Time\"/></t:CalendarItem>";

#[test]
fn a_series_keeps_to_the_clock_on_the_wall() {
    let bench = Bench::new(server());
    let master = bench.ask(&create("calendar", SERIES)).attribute("ItemId", "Id").to_owned();
    let one = |index: u32| {
        format!("<t:OccurrenceItemId RecurringMasterId=\"{master}\" InstanceIndex=\"{index}\"/>")
    };
    let second = bench.ask(&get(&one(2)));
    assert_eq!(
        (second.text("Start"), second.text("CalendarItemType")),
        ("2026-03-30T07:00:00Z", "Occurrence")
    );
    assert_eq!(second.all("Recurrence").len(), 0);
    // By its id it is the same one, and it leads to the series.
    let by_id = bench.ask(&get(&second.id()));
    assert_eq!(by_id.text("Start"), "2026-03-30T07:00:00Z");
    let up = format!("<t:RecurringMasterItemId OccurrenceId=\"{}\"/>", second.attribute("ItemId", "Id"));
    assert_eq!(bench.ask(&get(&up)).text("CalendarItemType"), "RecurringMaster");
    let delete = format!(
        "<m:DeleteItem DeleteType=\"HardDelete\" SendMeetingCancellations=\"SendToNone\"><m:ItemIds>{}</m:ItemIds></m:DeleteItem>",
        one(1)
    );
    assert_eq!(bench.ask(&delete).codes(), ["NoError"]);
    for (index, code) in [
        (0, "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange"),
        (1, "ErrorCalendarOccurrenceIsDeletedFromRecurrence"),
        (3, "NoError"),
        (4, "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange"),
    ] {
        assert_eq!(bench.ask(&get(&one(index))).codes(), [code], "{index}");
    }
    let update = format!(
        "<m:UpdateItem ConflictResolution=\"AlwaysOverwrite\" SendMeetingInvitationsOrCancellations=\"SendToNone\"><m:ItemChanges><t:ItemChange>{}\
         <t:Updates><t:SetItemField><t:FieldURI FieldURI=\"item:Subject\"/><t:CalendarItem><t:Subject>other</t:Subject></t:CalendarItem>\
         </t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>",
        one(3)
    );
    assert_eq!(bench.ask(&update).codes(), ["NoError"]);
    let root = bench.ask(&get(&format!("<t:ItemId Id=\"{master}\"/>")));
    assert_eq!(root.find("FirstOccurrence").map(|it| it.text("Start")), Some("2026-03-30T07:00:00Z"));
    assert_eq!(
        root.find("ModifiedOccurrences").map(|it| it.text("OriginalStart")),
        Some("2026-04-06T07:00:00Z")
    );
    assert_eq!(root.find("DeletedOccurrences").map(|it| it.text("Start")), Some("2026-03-23T08:00:00Z"));
    assert_eq!(root.find("Recurrence").map(|it| it.text("StartDate")), Some("2026-03-23+01:00"));
    let stored = &bench.server.mailbox("ann@example.com").items("calendar")[0];
    let seen: Vec<_> =
        stored.occurrences.iter().map(|it| (it.index, it.start.as_str(), it.is_exception)).collect();
    assert_eq!(seen, [(2, "2026-03-30T07:00:00Z", false), (3, "2026-04-06T07:00:00Z", true)]);
    assert_eq!(
        stored.occurrences[1].changes.iter().find(|it| it.name == "Subject").map(|it| it.text.as_str()),
        Some("other")
    );
    assert_eq!(stored.deleted, ["2026-03-23T08:00:00Z"]);
}

#[test]
fn days_are_whole_where_the_appointment_is() {
    let bench = Bench::new(server());
    let item = "<t:CalendarItem><t:Start>2026-06-10T09:00:00+02:00</t:Start><t:End>2026-06-11T09:00:00+02:00</t:End><t:IsAllDayEvent>true</t:IsAllDayEvent>\
                <t:StartTimeZone Id=\"W. Europe Standard Time\"/></t:CalendarItem>";
    let root = bench.ask(&get(&bench.ask(&create("calendar", item)).id()));
    assert_eq!((root.text("Start"), root.text("End")), ("2026-06-09T22:00:00Z", "2026-06-11T22:00:00Z"));
    assert_eq!((root.text("LegacyFreeBusyStatus"), root.text("Duration")), ("Free", "P2D"));
}
