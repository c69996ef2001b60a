"""What exchangelib makes of the mock: every kind of item created, listed, read, changed, followed and deleted.

Arguments: the port of plain HTTP, the port of HTTPS, the version of Exchange: 14, 15.0, 15.1.
"""

import datetime
import sys
from decimal import Decimal

from exchangelib import (
    DELEGATE, IMPERSONATION, Account, Attendee, CalendarItem, Configuration, Contact, Credentials, DistributionList,
    EWSDate, EWSDateTime, EWSTimeZone, ExtendedProperty, FileAttachment, Folder, HTMLBody, ItemAttachment, Mailbox,
    Message, Task, Version,
)
from exchangelib.autodiscover.protocol import AutodiscoverProtocol
from exchangelib.errors import (
    ErrorAccessDenied, ErrorFolderNotFound, ErrorImpersonateUserDenied, ErrorInvalidSyncStateData, ErrorItemNotFound,
    ErrorNonExistentMailbox, UnauthorizedError,
)
from exchangelib.folders import Calendar, Messages
from exchangelib.indexed_properties import EmailAddress, PhoneNumber, PhysicalAddress
from exchangelib.items import SEND_TO_NONE, SOFT_DELETE
from exchangelib.properties import Member
from exchangelib.recurrence import (
    AbsoluteMonthlyPattern, AbsoluteYearlyPattern, DailyPattern, Recurrence, RelativeMonthlyPattern,
    RelativeYearlyPattern, WeeklyPattern,
)
from exchangelib.transport import BASIC
from exchangelib.version import Build

PLAIN, SECURE = int(sys.argv[1]), int(sys.argv[2])
BUILD = Version(build={"14": Build(14, 2, 328, 9), "15.0": Build(15, 0, 847, 31), "15.1": Build(15, 1, 2507, 6)}[sys.argv[3]])
MODERN = sys.argv[3] != "14"
BERLIN = EWSTimeZone("Europe/Berlin")


class Mark(ExtendedProperty):
    property_set_id = "6f0b7a4e-54a5-4b3e-9d57-0c1f6a3d1e11"
    property_name = "OmmMark"
    property_type = "String"


class Keywords(ExtendedProperty):
    distinguished_property_set_id = "PublicStrings"
    property_name = "Words"
    property_type = "StringArray"


class SearchKey(ExtendedProperty):
    property_tag = 0x300B
    property_type = "Binary"


class MessageFlags(ExtendedProperty):
    property_tag = 0x0E07
    property_type = "Integer"


class Delivered(ExtendedProperty):
    property_tag = 0x0E06
    property_type = "SystemTime"


for kind in (Message, CalendarItem, Contact, Task):
    kind.register("mark", Mark)
    kind.register("words", Keywords)
Message.register("search_key", SearchKey)
Message.register("message_flags", MessageFlags)
Message.register("delivered", Delivered)


def config(user, password="secret", endpoint=None):
    return Configuration(
        service_endpoint=endpoint or f"http://127.0.0.1:{PLAIN}/EWS/Exchange.asmx",
        credentials=Credentials(user, password), auth_type=BASIC, version=BUILD,
    )


def account(address, user=None, password="secret", access=DELEGATE, endpoint=None):
    return Account(address, config=config(user or address, password, endpoint), autodiscover=False, access_type=access)


def raises(kind, act):
    try:
        act()
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


def folders(ann):
    root = ann.msg_folder_root
    names = {folder.name for folder in root.children}
    assert {"Inbox", "Sent Items", "Calendar", "Contacts", "Tasks", "Deleted Items"} <= names, names
    one = Messages(parent=ann.inbox, name="Projects")
    one.save()
    two = Messages(parent=one, name="Été / résumé & <co>")
    two.save()
    assert (ann.inbox / "Projects" / "Été / résumé & <co>").id == two.id
    two.refresh()
    assert two.folder_class == "IPF.Note"
    one.refresh()
    assert one.child_folder_count == 1
    calendar = Calendar(parent=ann.calendar, name="Team")
    calendar.save()
    calendar.refresh()
    assert calendar.folder_class == "IPF.Appointment"
    two.name = "Renamed"
    two.save(update_fields=["name"])
    assert two.name == "Renamed"
    two.delete()
    one.refresh()
    assert one.child_folder_count == 0
    return one


def mail(ann, folder):
    body = HTMLBody("<html><body>Grüße &amp; <b>mehr</b></body></html>")
    message = Message(
        account=ann, folder=folder, subject="Über alles 漢字", body=body, categories=["Red", "Blau, hell"],
        importance="High", sensitivity="Private", is_read=True, mark="m1", words=["a", "b c"],
        to_recipients=[Mailbox(name="Bob", email_address="bob@example.com")], cc_recipients=["carol@example.com"],
        sender=Mailbox(name="Ann", email_address="ann@example.com"), message_id="<1@example.com>",
    )
    message.attach(FileAttachment(name="a.txt", content=b"hello \x00\xff", content_type="text/plain"))
    inner = Message(account=ann, folder=folder, subject="inner", body="text")
    message.attach(ItemAttachment(name="inner", item=inner))
    message.save()
    assert message.id and message.changekey
    found = folder.get(subject="Über alles 漢字")
    assert found.id == message.id
    assert found.body == body, found.body
    assert not MODERN or found.text_body == "Grüße & mehr", found.text_body
    assert set(found.categories) == {"Red", "Blau, hell"}
    assert (found.importance, found.sensitivity, found.is_read, found.is_draft) == ("High", "Private", True, True)
    assert [r.email_address for r in found.to_recipients] == ["bob@example.com"]
    assert [r.email_address for r in found.cc_recipients] == ["carol@example.com"]
    assert (found.mark, found.words) == ("m1", ["a", "b c"]), (found.mark, found.words)
    assert found.has_attachments and len(found.attachments) == 2
    files = {a.name: a for a in found.attachments}
    assert files["a.txt"].content == b"hello \x00\xff"
    assert files["a.txt"].content_type == "text/plain"
    assert files["inner"].item.subject == "inner"
    assert b"hello" not in found.mime_content and b"multipart/mixed" in found.mime_content
    # Changed, and who comes late is told.
    found.subject = "Changed"
    found.mark = "m2"
    found.save(update_fields=["subject", "mark"], conflict_resolution="NeverOverwrite")
    assert found.changekey != message.changekey
    again = folder.get(id=found.id)
    assert (again.subject, again.mark, again.importance) == ("Changed", "m2", "High")
    again.mark = None
    again.save(update_fields=["mark"])
    assert folder.get(id=found.id).mark is None
    again.detach(again.attachments[0])
    assert len(folder.get(id=again.id).attachments) == 1
    return again


def mime(ann, folder):
    text = (
        b"Received: from x by y; Mon, 2 Feb 2026 10:00:00 +0000\r\nFrom: Bob <bob@example.com>\r\n"
        b"To: Ann <ann@example.com>\r\nSubject: =?utf-8?B?w6k=?=\r\nMessage-ID: <raw@example.com>\r\n"
        b"Date: Mon, 2 Feb 2026 11:00:00 +0100\r\n\r\nbody \x80\xff\r\n.\r\n"
    )
    when = EWSDateTime(2026, 2, 3, 4, 5, 6, tzinfo=EWSTimeZone("UTC"))
    Message(account=ann, folder=folder, mime_content=text, message_flags=1, delivered=when, is_read=True, mark="raw").save()
    found = folder.get(mark="raw")
    assert found.mime_content == text, found.mime_content
    assert (found.subject, found.is_read, found.is_draft) == ("é", True, False)
    assert found.datetime_received == when, found.datetime_received
    assert found.datetime_sent == EWSDateTime(2026, 2, 2, 10, 0, 0, tzinfo=EWSTimeZone("UTC"))
    assert found.message_id == "<raw@example.com>"
    assert found.sender.email_address == "bob@example.com"
    assert {h.name for h in found.headers} >= {"Received", "Date", "Message-ID"}
    key = found.search_key
    old = found.id
    other = Messages(parent=ann.inbox, name="Elsewhere")
    other.save()
    found.move(other)
    assert found.id != old and folder.filter(mark="raw").count() == 0
    assert other.get(mark="raw").search_key == key
    copy = other.get(mark="raw").copy(folder)
    assert folder.filter(mark="raw").count() == 1 and copy
    # Paging, sorting, restrictions.
    items = [Message(subject=f"n {n:03}", mark=f"n{n % 3}", is_read=n % 2 == 0, message_flags=int(n % 2 == 0)) for n in range(25)]
    for item in items:
        item.account, item.folder = ann, other
    ids = ann.bulk_create(folder=other, items=items, chunk_size=10)
    assert len(ids) == 25
    assert other.all().count() == 26
    query = other.filter(subject__startswith="n ").order_by("subject")
    query.page_size = 7
    assert [m.subject for m in query.only("subject")] == [f"n {n:03}" for n in range(25)]
    assert other.filter(mark="n1", is_read=True).count() == 4
    assert other.filter(subject__icontains="N 00").count() == 10
    assert other.exclude(mark="n1").filter(subject__contains="n ").count() == 17
    assert other.filter(mark__exists=False).count() == 0
    other.refresh()
    assert (other.total_count, other.unread_count) == (26, 12), (other.total_count, other.unread_count)
    got = list(ann.fetch(ids, chunk_size=7))
    assert [m.subject for m in got] == [f"n {n:03}" for n in range(25)]
    # Follow.
    changes = list(other.sync_items(max_changes_returned=10))
    assert [kind for kind, _ in changes] == ["create"] * 26, changes[:3]
    state = other.item_sync_state
    item = other.get(subject="n 000")
    item.subject = "new subject"
    item.save(update_fields=["subject"])
    read = other.get(subject="n 001")
    read.is_read = True
    read.save(update_fields=["is_read"])
    other.get(subject="n 002").delete()
    created = Message(account=ann, folder=other, subject="later")
    created.save()
    changes = list(other.sync_items(sync_state=state))
    kinds = sorted(kind for kind, _ in changes)
    assert kinds == ["create", "delete", "read_flag_change", "update"], changes
    raises(ErrorInvalidSyncStateData, lambda: list(other.sync_items(sync_state="H4sIAAA=")))
    ann.bulk_delete(ids[10:], delete_type=SOFT_DELETE)
    assert ann.recoverable_items_deletions.all().count() == 15
    other.get(subject="later").move_to_trash()
    assert ann.trash.filter(subject="later").count() == 1
    raises(ErrorItemNotFound, lambda: raise_first(ann.fetch([ids[12]])))
    # As a stream.
    streams = list(ann.export([other.get(mark="raw")]))
    uploaded = ann.upload([(folder, streams[0])])
    copy = folder.get(id=uploaded[0][0])
    assert (copy.mime_content, copy.mark, copy.is_draft) == (text, "raw", False)


def raise_first(results):
    for result in results:
        if isinstance(result, Exception):
            raise result


def contacts(ann):
    person = Contact(
        account=ann, folder=ann.contacts, given_name="Zoë", surname="O'Neil", middle_name="Q.", nickname="Zo",
        display_name="Zoë Q. O'Neil",
        company_name="Acme & Co", job_title="Chief", department="R&D", birthday=EWSDate(1980, 2, 29),
        email_addresses=[EmailAddress(email="zoe@example.com", label="EmailAddress1"), EmailAddress(email="z@example.org", label="EmailAddress2")],
        phone_numbers=[PhoneNumber(label="BusinessPhone", phone_number="+49 1"), PhoneNumber(label="MobilePhone", phone_number="+49 2")],
        physical_addresses=[PhysicalAddress(label="Home", street="Straße 1", city="Köln", zipcode="50667", country="DE")],
        body="notes\nmore", categories=["Red"], spouse_name="Max", business_homepage="https://example.com", mark="c1",
    )
    person.save()
    person.attach(FileAttachment(name="ContactPicture.jpg", content=b"\xff\xd8\xff", is_contact_photo=True))
    found = ann.contacts.get(mark="c1")
    assert (found.given_name, found.surname, found.middle_name, found.nickname) == ("Zoë", "O'Neil", "Q.", "Zo")
    assert found.complete_name.full_name == "Zoë Q. O'Neil", found.complete_name
    assert {e.label: e.email for e in found.email_addresses} == {"EmailAddress1": "zoe@example.com", "EmailAddress2": "z@example.org"}
    assert {p.label: p.phone_number for p in found.phone_numbers if p.phone_number} == {"BusinessPhone": "+49 1", "MobilePhone": "+49 2"}
    home = found.physical_addresses[0]
    assert (home.label, home.street, home.city, home.zipcode) == ("Home", "Straße 1", "Köln", "50667")
    assert found.body == "notes\nmore" and found.has_picture
    assert found.birthday == EWSDate(1980, 2, 29), found.birthday
    found.email_addresses = [EmailAddress(email="new@example.com", label="EmailAddress1")]
    found.surname = "Other"
    found.save(update_fields=["email_addresses", "surname"])
    found = ann.contacts.get(mark="c1")
    assert {e.label: e.email for e in found.email_addresses if e.email} == {"EmailAddress1": "new@example.com"}, found.email_addresses
    group = DistributionList(
        account=ann, folder=ann.contacts, display_name="Everybody",
        members=[Member(mailbox=Mailbox(name="Bob", email_address="bob@example.com", mailbox_type="OneOff"))],
    )
    group.save()
    group = [item for item in ann.contacts.all() if isinstance(item, DistributionList)][0]
    assert group.display_name == "Everybody"
    assert [m.mailbox.email_address for m in ann.fetch([group]).__next__().members] == ["bob@example.com"]
    group.delete()
    found.delete()
    assert ann.contacts.all().count() == 0


def calendar(ann):
    start = EWSDateTime(2026, 3, 23, 9, 0, tzinfo=BERLIN)
    single = CalendarItem(
        account=ann, folder=ann.calendar, subject="single", start=start, end=start + datetime.timedelta(hours=1), location="Here",
        required_attendees=[Attendee(mailbox=Mailbox(email_address="bob@example.com"), response_type="Accept")],
        legacy_free_busy_status="OOF", reminder_is_set=True, reminder_minutes_before_start=30, uid="uid-1", mark="e1", body=HTMLBody("<p>x</p>"),
    )
    single.save(send_meeting_invitations=SEND_TO_NONE)
    found = ann.calendar.get(subject="single")
    assert found.start == start and found.end == single.end, found.start
    assert (found.location, found.legacy_free_busy_status, found.type, found.uid) == ("Here", "OOF", "Single", "uid-1")
    assert found.required_attendees[0].mailbox.email_address == "bob@example.com"
    assert found.organizer.email_address == "ann@example.com"
    assert (found.is_meeting, found.reminder_is_set, found.reminder_minutes_before_start) == (True, True, 30)
    day = CalendarItem(account=ann, folder=ann.calendar, subject="day", start=EWSDate(2026, 4, 1), end=EWSDate(2026, 4, 2), is_all_day=True)
    day.save()
    found = ann.calendar.get(subject="day")
    assert found.is_all_day and (found.start, found.end) == (EWSDate(2026, 4, 1), EWSDate(2026, 4, 2)), (found.start, found.end)
    # A series over a change of clocks.
    series = CalendarItem(
        account=ann, folder=ann.calendar, subject="series", start=start, end=start + datetime.timedelta(hours=1),
        recurrence=Recurrence(pattern=WeeklyPattern(interval=1, weekdays=["Monday", "Thursday"], first_day_of_week="Monday"), start=start.date(), number=6),
    )
    series.save()
    master = ann.calendar.get(subject="series")
    assert master.type == "RecurringMaster" and master.recurrence.boundary.number == 6
    assert master.recurrence.pattern.weekdays == series.recurrence.pattern.weekdays
    assert master.first_occurrence.start == start
    assert master.last_occurrence.start == EWSDateTime(2026, 4, 9, 9, 0, tzinfo=BERLIN), master.last_occurrence.start
    second = master.occurrence(2)
    second.refresh()
    assert second.type == "Occurrence" and second.start == EWSDateTime(2026, 3, 26, 9, 0, tzinfo=BERLIN)
    third = master.occurrence(3)
    third.refresh()
    third.start = EWSDateTime(2026, 3, 30, 15, 0, tzinfo=BERLIN)
    third.end = EWSDateTime(2026, 3, 30, 17, 0, tzinfo=BERLIN)
    third.subject = "moved"
    third.save(update_fields=["start", "end", "subject"])
    second.delete()
    master = ann.calendar.get(subject="series")
    assert [o.start for o in master.modified_occurrences] == [EWSDateTime(2026, 3, 30, 15, 0, tzinfo=BERLIN)]
    assert [o.original_start for o in master.modified_occurrences] == [EWSDateTime(2026, 3, 30, 9, 0, tzinfo=BERLIN)]
    assert [o.start for o in master.deleted_occurrences] == [EWSDateTime(2026, 3, 26, 9, 0, tzinfo=BERLIN)]
    view = list(ann.calendar.view(start=EWSDateTime(2026, 3, 23, tzinfo=BERLIN), end=EWSDateTime(2026, 4, 12, tzinfo=BERLIN)))
    seen = sorted((i.start, i.subject) for i in view if i.subject in ("series", "moved"))
    expected = [(23, 3, 9, "series"), (30, 3, 15, "moved"), (2, 4, 9, "series"), (6, 4, 9, "series"), (9, 4, 9, "series")]
    assert seen == [(EWSDateTime(2026, m, d, h, 0, tzinfo=BERLIN), s) for d, m, h, s in expected], seen
    occurrence = [i for i in view if i.subject == "moved"][0]
    up = ann.calendar.get(id=occurrence.id).recurring_master()
    up.refresh()
    assert (up.subject, up.type) == ("series", "RecurringMaster")
    patterns = [
        (DailyPattern(interval=3), [1, 4, 7]),
        (AbsoluteMonthlyPattern(interval=1, day_of_month=31), None),
        (RelativeMonthlyPattern(interval=1, weekday="Friday", week_number="Last"), None),
        (AbsoluteYearlyPattern(day_of_month=29, month=2), None),
        (RelativeYearlyPattern(weekday="Thursday", week_number="Fourth", month=11), None),
    ]
    for pattern, _ in patterns:
        item = CalendarItem(
            account=ann, folder=ann.calendar, subject=str(type(pattern).__name__), start=start, end=start + datetime.timedelta(hours=1),
            recurrence=Recurrence(pattern=pattern, start=start.date(), end=EWSDate(2029, 1, 1)),
        )
        item.save()
        back = ann.calendar.get(subject=item.subject)
        assert back.recurrence.pattern == pattern, (back.recurrence.pattern, pattern)
        assert back.recurrence.boundary.end == EWSDate(2029, 1, 1)
    endless = CalendarItem(
        account=ann, folder=ann.calendar, subject="endless", start=start, end=start + datetime.timedelta(hours=1),
        recurrence=Recurrence(pattern=DailyPattern(interval=1), start=start.date()),
    )
    endless.save()
    assert ann.calendar.get(subject="endless").last_occurrence is None
    assert ann.calendar.all().count() == 9
    ann.calendar.all().delete()
    assert ann.calendar.all().count() == 0


def tasks(ann):
    task = Task(
        account=ann, folder=ann.tasks, subject="task", due_date=EWSDate(2026, 5, 2), start_date=EWSDate(2026, 5, 1), status="InProgress",
        percent_complete=Decimal(50), body="do", total_work=120, actual_work=30, companies=["A"], mark="t1", importance="Low",
    )
    task.save()
    found = ann.tasks.get(mark="t1")
    assert (found.due_date, found.start_date) == (EWSDate(2026, 5, 2), EWSDate(2026, 5, 1)), found.due_date
    assert (found.status, found.percent_complete, found.total_work, found.actual_work) == ("InProgress", 50, 120, 30)
    found.status = "Completed"
    found.percent_complete = Decimal(100)
    found.save(update_fields=["status", "percent_complete"])
    found = ann.tasks.get(mark="t1")
    assert found.is_complete and found.complete_date, found
    found.delete()
    assert ann.tasks.all().count() == 0


def others(ann):
    assert ann.protocol.resolve_names(["ann@example.com"])[0].email_address == "ann@example.com"
    zones = list(ann.protocol.get_timezones(return_full_timezone_data=True))
    berlin = [z for z in zones if z.id == "W. Europe Standard Time"][0]
    period = berlin.get_std_and_dst(for_year=2025)[2]
    assert period.bias_in_minutes == -60, period
    conf = ann.calendar.get_user_configuration(name="CategoryList")
    assert b"Rot" in conf.xml_data
    hierarchy = list(ann.inbox.sync_hierarchy())
    assert {kind for kind, _ in hierarchy} == {"create"}, hierarchy
    Folder(parent=ann.inbox, name="new one").save()
    assert [(kind, f.name) for kind, f in ann.inbox.sync_hierarchy()] == [("create", "new one")]
    assert ann.archive_msg_folder_root.name == "Top of Information Store"
    assert [f.name for f in ann.public_folders_root.children] == ["Shared"]


def people():
    raises(UnauthorizedError, lambda: account("ann@example.com", password="wrong").inbox)
    admin = account("ann@example.com", user="admin", access=IMPERSONATION)
    assert admin.inbox.name == "Inbox"
    raises(ErrorImpersonateUserDenied, lambda: account("ann@example.com", user="plain", access=IMPERSONATION).inbox)
    raises(ErrorNonExistentMailbox, lambda: account("nobody@example.com", user="admin", access=IMPERSONATION).inbox)
    raises((ErrorFolderNotFound, ErrorAccessDenied), lambda: account("bob@example.com", user="ann@example.com").inbox)
    assert account("ann@example.com", user="bob@example.com").inbox.name == "Inbox"
    secure = account("ann@example.com", endpoint=f"https://localhost:{SECURE}/EWS/Exchange.asmx")
    assert secure.inbox.name == "Inbox"


def autodiscover():
    protocol = AutodiscoverProtocol(config=config("ann@example.com", endpoint=f"http://127.0.0.1:{PLAIN}/autodiscover/autodiscover.svc"))
    response = protocol.get_user_settings(user="ann@example.com")
    assert response.ews_url == f"http://127.0.0.1:{PLAIN}/EWS/Exchange.asmx", response.ews_url
    assert response.autodiscover_smtp_address == "ann@example.com"
    moved = protocol.get_user_settings(user="old@example.com")
    assert moved.redirect_address == "ann@example.com", moved


def main():
    ann = account("ann@example.com")
    steps = [("folders", None), ("mail", mail), ("mime", mime)]
    folder = folders(ann)
    for _, act in steps[1:]:
        act(ann, folder)
    for act in (contacts, calendar, tasks, others):
        act(ann)
    people()
    autodiscover()
    print("all well")


main()
