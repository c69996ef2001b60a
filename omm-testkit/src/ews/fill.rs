//! Mailboxes of [`crate::mailbox`] put into the server, and one item of every kind.

use super::{Element, MockMailbox, Property, PropertyName};
use crate::mailbox::{Mailbox, MailboxFolder, MailboxItem};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use omm_core::model::{ItemKind, Role};

/// The ids of what [`MockMailbox::add_one_of_each`] added, in the order of the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OneOfEach {
    /// In `inbox`: a mail that was read, with an attachment.
    pub mail: String,
    /// In `drafts`: a draft made of properties.
    pub draft: String,
    /// In `contacts`: a person with three addresses, telephones, a birthday and a picture.
    pub contact: String,
    /// In `contacts`: a list of two people.
    pub list: String,
    /// In `calendar`: a meeting with two others and a reminder.
    pub meeting: String,
    /// In `calendar`: a whole day.
    pub day: String,
    /// In `calendar`: a weekly series over a change of clocks; the second one is moved, the third does not take place.
    pub series: String,
    /// In `tasks`: a task half done.
    pub task: String,
    /// In `tasks`: one that comes every month.
    pub recurring_task: String,
    /// In `notes`: a note.
    pub note: String,
}

impl MockMailbox {
    /// Puts the mail of a generated mailbox into this one: folders, items in order with their flags. Other kinds are left
    /// out. Folders with a role are the ones every mailbox has.
    pub fn fill(&self, mailbox: &Mailbox) -> &Self {
        for folder in mailbox.folders.iter().filter(|folder| folder.kind == ItemKind::Mail) {
            let path = self.place(folder);
            for item in &folder.items {
                self.add_item(&path, item);
            }
        }
        self
    }

    /// One item of every kind, with as much in it as clients should bring over.
    pub fn add_one_of_each(&self) -> OneOfEach {
        let series = self.add_xml("calendar", SERIES);
        self.change_occurrence(
            &series,
            2,
            &[
                Element::text("Subject", "moved"),
                Element::text("Start", "2026-03-31T13:00:00Z"),
                Element::text("End", "2026-03-31T14:30:00Z"),
            ],
        );
        self.remove_occurrence(&series, 3);
        OneOfEach {
            mail: self.add_mail("inbox", MAIL.as_bytes(), "2026-02-03T04:05:06Z", true),
            draft: self.add_xml("drafts", DRAFT),
            contact: self.add_xml("contacts", CONTACT),
            list: self.add_xml("contacts", LIST),
            meeting: self.add_xml("calendar", MEETING),
            day: self.add_xml("calendar", DAY),
            series,
            task: self.add_xml("tasks", TASK),
            recurring_task: self.add_xml("tasks", RECURRING_TASK),
            note: self.add_xml("notes", NOTE),
        }
    }

    fn place(&self, folder: &MailboxFolder) -> String {
        let name = folder.path.to_string();
        let known = match folder.role {
            _ if name.eq_ignore_ascii_case("inbox") => Some("inbox"),
            Some(Role::Sent) => Some("sentitems"),
            Some(Role::Drafts) => Some("drafts"),
            Some(Role::Trash) => Some("deleteditems"),
            Some(Role::Junk) => Some("junkemail"),
            _ => None,
        };
        if let Some(known) = known {
            return known.to_owned();
        }
        // A slash inside a name would be a level here.
        let path: Vec<String> = folder.path.segments().map(|segment| segment.replace('/', "_")).collect();
        let path = path.join("/");
        self.add_folder(&path, "IPF.Note");
        path
    }

    fn add_item(&self, path: &str, item: &MailboxItem) {
        let has = |name: &str| item.flags.system().any(|flag| flag.name().eq_ignore_ascii_case(name));
        let mut element =
            Element::new("Message").holding(Element::text("MimeContent", STANDARD.encode(&item.bytes)));
        let keywords: Vec<Element> =
            item.flags.keywords().map(|word| Element::text("String", word)).collect();
        if !keywords.is_empty() {
            element = element.holding(Element::new("Categories").holding_all(keywords));
        }
        let number = |tag: u16, value: &str| Property::new(PropertyName::tagged(tag, "Integer"), value);
        let flags = i32::from(has("\\Seen")) | if has("\\Draft") { 8 } else { 0 };
        let mut properties = vec![number(0x0E07, &flags.to_string())];
        if has("\\Flagged") {
            properties.push(number(0x1090, "2"));
        }
        if has("\\Answered") {
            properties.extend([number(0x1081, "102"), number(0x1080, "261")]);
        }
        if let Some(received) = item.received {
            let time = received.to_utc();
            let name = PropertyName::tagged(0x0E06, "SystemTime");
            properties.push(Property::new(name, time.format("%Y-%m-%dT%H:%M:%SZ").to_string()));
        }
        self.add(path, element, &properties);
    }
}

const MAIL: &str = "From: Bob Builder <bob@example.com>\r\nTo: Ann <ann@example.com>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\
Message-ID: <mail@example.com>\r\nDate: Tue, 3 Feb 2026 05:05:00 +0100\r\nMIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello \u{e9}\r\n\
--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\
Content-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--b--\r\n";

const DRAFT: &str = "<Message><Subject>draft</Subject><Body BodyType=\"HTML\">&lt;p&gt;not &lt;b&gt;yet&lt;/b&gt;&lt;/p&gt;</Body>\
<Categories><String>Red</String></Categories><Importance>High</Importance>\
<ToRecipients><Mailbox><Name>Bob</Name><EmailAddress>bob@example.com</EmailAddress></Mailbox></ToRecipients></Message>";

const CONTACT: &str = "<Contact><Body BodyType=\"Text\">notes</Body><Attachments><FileAttachment><Name>ContactPicture.jpg</Name>\
<ContentType>image/jpeg</ContentType><IsContactPhoto>true</IsContactPhoto><Content>/9j/4AAQ</Content></FileAttachment></Attachments>\
<Categories><String>Friends</String></Categories><FileAs>O'Neil, Zo\u{eb}</FileAs><DisplayName>Zo\u{eb} O'Neil</DisplayName>\
<GivenName>Zo\u{eb}</GivenName><MiddleName>Q.</MiddleName><Nickname>Zo</Nickname><CompanyName>Acme &amp; Co</CompanyName><EmailAddresses>\
<Entry Key=\"EmailAddress1\">zoe@example.com</Entry><Entry Key=\"EmailAddress2\">z@example.org</Entry>\
<Entry Key=\"EmailAddress3\">o@example.net</Entry></EmailAddresses><PhysicalAddresses><Entry Key=\"Business\"><Street>Main 1</Street>\
<City>K\u{f6}ln</City><State>NW</State><CountryOrRegion>Germany</CountryOrRegion><PostalCode>50667</PostalCode></Entry>\
<Entry Key=\"Home\"><Street>Side 2</Street><City>Bonn</City></Entry></PhysicalAddresses><PhoneNumbers>\
<Entry Key=\"BusinessPhone\">+49 1</Entry><Entry Key=\"HomePhone\">+49 2</Entry><Entry Key=\"MobilePhone\">+49 3</Entry></PhoneNumbers>\
<Birthday>1980-02-29T00:00:00Z</Birthday><BusinessHomePage>https://example.com</BusinessHomePage><Department>R&amp;D</Department>\
<Generation>Jr.</Generation><ImAddresses><Entry Key=\"ImAddress1\">sip:zoe@example.com</Entry></ImAddresses><JobTitle>Chief</JobTitle>\
<Manager>Max</Manager><SpouseName>Kim</SpouseName><Surname>O'Neil</Surname>\
<WeddingAnniversary>2010-06-05T00:00:00Z</WeddingAnniversary></Contact>";

const LIST: &str = "<DistributionList><DisplayName>Everybody</DisplayName><Members><Member><Mailbox><Name>Bob</Name>\
<EmailAddress>bob@example.com</EmailAddress><RoutingType>SMTP</RoutingType><MailboxType>OneOff</MailboxType></Mailbox></Member>\
<Member><Mailbox><Name>Carol</Name><EmailAddress>carol@example.com</EmailAddress><RoutingType>SMTP</RoutingType>\
<MailboxType>OneOff</MailboxType></Mailbox></Member></Members></DistributionList>";

const MEETING: &str = "<CalendarItem><Subject>meeting</Subject><Sensitivity>Private</Sensitivity><Body BodyType=\"Text\">agenda</Body>\
<Categories><String>Work</String></Categories><ReminderIsSet>true</ReminderIsSet><ReminderMinutesBeforeStart>30</ReminderMinutesBeforeStart>\
<UID>meeting@example.com</UID><Start>2026-03-02T09:00:00Z</Start><End>2026-03-02T10:00:00Z</End>\
<LegacyFreeBusyStatus>Tentative</LegacyFreeBusyStatus><Location>Room 1</Location><RequiredAttendees><Attendee><Mailbox><Name>Bob</Name>\
<EmailAddress>bob@example.com</EmailAddress></Mailbox><ResponseType>Accept</ResponseType></Attendee></RequiredAttendees>\
<OptionalAttendees><Attendee><Mailbox><EmailAddress>carol@example.com</EmailAddress></Mailbox><ResponseType>Tentative</ResponseType>\
</Attendee></OptionalAttendees><StartTimeZone Id=\"W. Europe Standard Time\"/></CalendarItem>";

const DAY: &str = "<CalendarItem><Subject>holiday</Subject><Start>2026-04-01T00:00:00+02:00</Start><End>2026-04-02T00:00:00+02:00</End>\
<IsAllDayEvent>true</IsAllDayEvent><LegacyFreeBusyStatus>OOF</LegacyFreeBusyStatus><StartTimeZone Id=\"W. Europe Standard Time\"/></CalendarItem>";

const SERIES: &str = "<CalendarItem><Subject>series</Subject><Start>2026-03-23T09:00:00+01:00</Start><End>2026-03-23T10:00:00+01:00</End>\
<Recurrence><WeeklyRecurrence><Interval>1</Interval><DaysOfWeek>Monday</DaysOfWeek><FirstDayOfWeek>Monday</FirstDayOfWeek>\
</WeeklyRecurrence><NumberedRecurrence><StartDate>2026-03-23</StartDate><NumberOfOccurrences>5</NumberOfOccurrences>\
</NumberedRecurrence></Recurrence><StartTimeZone Id=\"W. Europe Standard Time\"/></CalendarItem>";

const TASK: &str = "<Task><Subject>task</Subject><Body BodyType=\"Text\">do it</Body><Importance>Low</Importance>\
<ReminderDueBy>2026-05-02T07:00:00Z</ReminderDueBy><ReminderIsSet>true</ReminderIsSet><ActualWork>30</ActualWork>\
<DueDate>2026-05-02T00:00:00Z</DueDate><PercentComplete>50</PercentComplete><StartDate>2026-05-01T00:00:00Z</StartDate>\
<Status>InProgress</Status><TotalWork>120</TotalWork></Task>";

const RECURRING_TASK: &str = "<Task><Subject>monthly</Subject><DueDate>2026-05-15T00:00:00Z</DueDate><Recurrence><AbsoluteMonthlyRecurrence>\
<Interval>1</Interval><DayOfMonth>15</DayOfMonth></AbsoluteMonthlyRecurrence><NoEndRecurrence><StartDate>2026-05-15</StartDate>\
</NoEndRecurrence></Recurrence><StartDate>2026-05-15T00:00:00Z</StartDate></Task>";

const NOTE: &str = "<Message><ItemClass>IPM.StickyNote</ItemClass><Subject>note</Subject><Body BodyType=\"Text\">note\r\nmore</Body></Message>";
