//! The elements of each kind, in the order of the schema: requests must have it, answers do.

use super::Kind;

/// Names in the order in which an item of this kind has them; `ExtendedProperty` is where those are.
pub(in crate::ews) fn order(kind: Kind) -> impl Iterator<Item = &'static str> {
    ITEM.iter().chain(own(kind)).copied()
}

/// Whether the default shape has it. The lists of the documentation ("Default properties") are what real servers
/// keep to, by and large.
pub(in crate::ews) fn is_in_default_shape(kind: Kind, name: &str) -> bool {
    const ALWAYS: [&str; 3] = ["ItemId", "ParentFolderId", "HasAttachments"];
    let own: &[&str] = match kind {
        Kind::Message | Kind::PostItem => &[
            "Subject", "Sensitivity", "Body", "Size", "DateTimeSent", "DateTimeCreated", "ToRecipients", "CcRecipients",
            "BccRecipients", "IsReadReceiptRequested", "IsDeliveryReceiptRequested", "From", "IsRead", "ResponseObjects",
            "Attachments",
        ],
        Kind::Contact => &[
            "FileAs", "DisplayName", "CompanyName", "CompleteName", "EmailAddresses", "PhysicalAddresses", "PhoneNumbers",
            "ImAddresses", "JobTitle", "Attachments", "Body", "Subject",
        ],
        Kind::DistributionList => &["DisplayName", "FileAs", "Subject"],
        Kind::CalendarItem => &[
            "Subject", "Body", "Attachments", "ResponseObjects", "Start", "End", "LegacyFreeBusyStatus", "Location",
            "CalendarItemType", "Organizer", "RequiredAttendees", "OptionalAttendees", "Resources", "Recurrence",
            "FirstOccurrence", "LastOccurrence", "ModifiedOccurrences", "DeletedOccurrences", "IsRecurring", "OriginalStart",
        ],
        Kind::Task => &["Subject", "Body", "Attachments", "DueDate", "PercentComplete", "StartDate", "Status", "IsComplete"],
        Kind::MeetingRequest | Kind::MeetingResponse | Kind::MeetingCancellation => {
            &["Subject", "Body", "From", "ToRecipients", "Start", "End", "Location", "Organizer", "IsOutOfDate"]
        }
    };
    ALWAYS.contains(&name) || own.contains(&name)
}

/// What searches and synchronisations can answer: nothing that must be looked up in the item itself.
pub(in crate::ews) fn is_in_finds(name: &str) -> bool {
    const ONLY_IN_THE_ITEM: [&str; 30] = [
        "MimeContent", "Body", "Attachments", "ToRecipients", "CcRecipients", "BccRecipients", "ReplyTo", "ResponseObjects",
        "InternetMessageHeaders", "RequiredAttendees", "OptionalAttendees", "Resources", "Recurrence", "FirstOccurrence",
        "LastOccurrence", "ModifiedOccurrences", "DeletedOccurrences", "ConflictingMeetings", "AdjacentMeetings",
        "MeetingTimeZone", "UniqueBody", "NormalizedBody", "TextBody", "Members", "Photo", "Notes", "UserSMIMECertificate",
        "MSExchangeCertificate", "CompleteDateOfRegeneration", "EnhancedLocation",
    ];
    !ONLY_IN_THE_ITEM.contains(&name)
}

const ITEM: [&str; 58] = [
    "MimeContent", "ItemId", "ParentFolderId", "ItemClass", "Subject", "Sensitivity", "Body", "Attachments",
    "DateTimeReceived", "Size", "Categories", "Importance", "InReplyTo", "IsSubmitted", "IsDraft", "IsFromMe", "IsResend",
    "IsUnmodified", "InternetMessageHeaders", "DateTimeSent", "DateTimeCreated", "ResponseObjects", "ReminderDueBy",
    "ReminderIsSet", "ReminderNextTime", "ReminderMinutesBeforeStart", "DisplayCc", "DisplayTo", "DisplayBcc",
    "HasAttachments", "ExtendedProperty", "Culture", "EffectiveRights", "LastModifiedName", "LastModifiedTime",
    "IsAssociated", "WebClientReadFormQueryString", "WebClientEditFormQueryString", "ConversationId", "UniqueBody", "Flag",
    "StoreEntryId", "InstanceKey", "NormalizedBody", "EntityExtractionResult", "PolicyTag", "ArchiveTag", "RetentionDate",
    "Preview", "RightsManagementLicenseData", "NextPredictedAction", "GroupingAction", "PredictedActionReasons",
    "IsClutter", "BlockStatus", "HasBlockedImages", "TextBody", "IconIndex",
];

fn own(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Message => &MESSAGE,
        Kind::Contact => &CONTACT,
        Kind::DistributionList => &LIST,
        Kind::CalendarItem => &CALENDAR,
        Kind::Task => &TASK,
        Kind::PostItem => &POST,
        Kind::MeetingRequest | Kind::MeetingResponse | Kind::MeetingCancellation => &MEETING,
    }
}

const MESSAGE: [&str; 17] = [
    "Sender", "ToRecipients", "CcRecipients", "BccRecipients", "IsReadReceiptRequested", "IsDeliveryReceiptRequested",
    "ConversationIndex", "ConversationTopic", "From", "InternetMessageId", "IsRead", "IsResponseRequested", "References",
    "ReplyTo", "ReceivedBy", "ReceivedRepresenting", "ApprovalRequestData",
];

const POST: [&str; 8] = [
    "ConversationIndex", "ConversationTopic", "From", "InternetMessageId", "IsRead", "PostedTime", "References", "Sender",
];

const LIST: [&str; 4] = ["DisplayName", "FileAs", "ContactSource", "Members"];

const CONTACT: [&str; 41] = [
    "FileAs", "FileAsMapping", "DisplayName", "GivenName", "Initials", "MiddleName", "Nickname", "CompleteName",
    "CompanyName", "EmailAddresses", "AbchEmailAddresses", "PhysicalAddresses", "PhoneNumbers", "AssistantName", "Birthday",
    "BusinessHomePage", "Children", "Companies", "ContactSource", "Department", "Generation", "ImAddresses", "JobTitle",
    "Manager", "Mileage", "OfficeLocation", "PostalAddressIndex", "Profession", "SpouseName", "Surname",
    "WeddingAnniversary", "HasPicture", "PhoneticFullName", "PhoneticFirstName", "PhoneticLastName", "Alias", "Notes",
    "Photo", "UserSMIMECertificate", "MSExchangeCertificate", "DirectoryId",
];

const CALENDAR: [&str; 56] = [
    "UID", "RecurrenceId", "DateTimeStamp", "Start", "End", "OriginalStart", "IsAllDayEvent", "LegacyFreeBusyStatus",
    "Location", "When", "IsMeeting", "IsCancelled", "IsRecurring", "MeetingRequestWasSent", "IsResponseRequested",
    "CalendarItemType", "MyResponseType", "Organizer", "RequiredAttendees", "OptionalAttendees", "Resources",
    "InboxReminders", "ConflictingMeetingCount", "AdjacentMeetingCount", "ConflictingMeetings", "AdjacentMeetings",
    "Duration", "TimeZone", "AppointmentReplyTime", "AppointmentSequenceNumber", "AppointmentState", "Recurrence",
    "FirstOccurrence", "LastOccurrence", "ModifiedOccurrences", "DeletedOccurrences", "MeetingTimeZone", "StartTimeZone",
    "EndTimeZone", "ConferenceType", "AllowNewTimeProposal", "IsOnlineMeeting", "MeetingWorkspaceUrl", "NetShowUrl",
    "EnhancedLocation", "StartWallClock", "EndWallClock", "StartTimeZoneId", "EndTimeZoneId", "IntendedFreeBusyStatus",
    "JoinOnlineMeetingUrl", "OnlineMeetingSettings", "IsOrganizer", "AppointmentReplyName", "IsSeriesCancelled",
    "CalendarActivityData",
];

const TASK: [&str; 23] = [
    "ActualWork", "AssignedTime", "BillingInformation", "ChangeCount", "Companies", "CompleteDate", "Contacts",
    "DelegationState", "Delegator", "DueDate", "IsAssignmentEditable", "IsComplete", "IsRecurring", "IsTeamTask", "Mileage",
    "Owner", "PercentComplete", "Recurrence", "StartDate", "Status", "StatusDescription", "TotalWork", "ModernReminders",
];

const MEETING: [&str; 40] = [
    "Sender", "ToRecipients", "CcRecipients", "BccRecipients", "IsReadReceiptRequested", "IsDeliveryReceiptRequested",
    "ConversationIndex", "ConversationTopic", "From", "InternetMessageId", "IsRead", "IsResponseRequested", "References",
    "ReplyTo", "ReceivedBy", "ReceivedRepresenting", "AssociatedCalendarItemId", "IsDelegated", "IsOutOfDate",
    "HasBeenProcessed", "ResponseType", "UID", "RecurrenceId", "DateTimeStamp", "MeetingRequestType",
    "IntendedFreeBusyStatus", "Start", "End", "OriginalStart", "IsAllDayEvent", "LegacyFreeBusyStatus", "Location",
    "IsMeeting", "IsCancelled", "IsRecurring", "Organizer", "RequiredAttendees", "OptionalAttendees", "Resources",
    "Recurrence",
];
