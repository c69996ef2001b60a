//! In which order the schema has the elements of an item ([MS-OXWSCDATA], types.xsd): a server refuses a request for one
//! that stands elsewhere.

/// Elements of every item, as far as they can be written ([MS-OXWSCORE]).
const ITEM: &[&str] = &[
    "MimeContent",
    "ItemClass",
    "Subject",
    "Sensitivity",
    "Body",
    "Attachments",
    "Categories",
    "Importance",
    "InReplyTo",
    "ReminderDueBy",
    "ReminderIsSet",
    "ReminderMinutesBeforeStart",
    "ExtendedProperty",
    "Culture",
];

/// [MS-OXWSMSG].
const MESSAGE: &[&str] = &["IsRead"];

/// [MS-OXWSCONT].
const CONTACT: &[&str] = &[
    "FileAs",
    "FileAsMapping",
    "DisplayName",
    "GivenName",
    "Initials",
    "MiddleName",
    "Nickname",
    "CompanyName",
    "EmailAddresses",
    "PhysicalAddresses",
    "PhoneNumbers",
    "AssistantName",
    "Birthday",
    "BusinessHomePage",
    "Children",
    "Companies",
    "Department",
    "Generation",
    "ImAddresses",
    "JobTitle",
    "Manager",
    "Mileage",
    "OfficeLocation",
    "PostalAddressIndex",
    "Profession",
    "SpouseName",
    "Surname",
    "WeddingAnniversary",
];

/// [MS-OXWSDLIST].
const LIST: &[&str] = &["DisplayName", "Members"];

/// [MS-OXWSMTGS].
const CALENDAR: &[&str] = &[
    "UID",
    "Start",
    "End",
    "IsAllDayEvent",
    "LegacyFreeBusyStatus",
    "Location",
    "IsResponseRequested",
    "RequiredAttendees",
    "OptionalAttendees",
    "Resources",
    "Recurrence",
    "MeetingTimeZone",
    "StartTimeZone",
    "EndTimeZone",
    "ConferenceType",
    "AllowNewTimeProposal",
    "MeetingWorkspaceUrl",
    "NetShowUrl",
];

/// [MS-OXWSTASK].
const TASK: &[&str] = &[
    "ActualWork",
    "BillingInformation",
    "Companies",
    "CompleteDate",
    "Contacts",
    "DueDate",
    "Mileage",
    "PercentComplete",
    "Recurrence",
    "StartDate",
    "Status",
    "TotalWork",
];

/// What kind of item an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// A message.
    Message,
    /// A contact.
    Contact,
    /// A distribution list.
    List,
    /// An appointment.
    Calendar,
    /// A task.
    Task,
}

impl Schema {
    /// What its element is called.
    pub(crate) fn element(self) -> &'static str {
        match self {
            Self::Message => "t:Message",
            Self::Contact => "t:Contact",
            Self::List => "t:DistributionList",
            Self::Calendar => "t:CalendarItem",
            Self::Task => "t:Task",
        }
    }

    /// Where an element stands among the others; nothing for one that the schema does not have.
    pub(crate) fn position(self, name: &str) -> Option<usize> {
        let own = match self {
            Self::Message => MESSAGE,
            Self::Contact => CONTACT,
            Self::List => LIST,
            Self::Calendar => CALENDAR,
            Self::Task => TASK,
        };
        let name = name.strip_prefix("t:").unwrap_or(name);
        ITEM.iter().chain(own).position(|known| *known == name)
    }
}
