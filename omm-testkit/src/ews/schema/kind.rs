//! Kinds of items.

/// What an item is, which is what its element is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// A mail, and whatever has no element of its own: notes, for one.
    Message,
    /// A person.
    Contact,
    /// A list of people.
    DistributionList,
    /// An appointment, a meeting, a series of them.
    CalendarItem,
    /// A task.
    Task,
    /// A post in a public folder.
    PostItem,
    /// An invitation.
    MeetingRequest,
    /// An answer to one.
    MeetingResponse,
    /// Word that a meeting does not take place.
    MeetingCancellation,
}

impl Kind {
    /// What its element is called.
    pub fn element(self) -> &'static str {
        match self {
            Self::Message => "Message",
            Self::Contact => "Contact",
            Self::DistributionList => "DistributionList",
            Self::CalendarItem => "CalendarItem",
            Self::Task => "Task",
            Self::PostItem => "PostItem",
            Self::MeetingRequest => "MeetingRequest",
            Self::MeetingResponse => "MeetingResponse",
            Self::MeetingCancellation => "MeetingCancellation",
        }
    }

    pub(in crate::ews) fn of_element(name: &str) -> Option<Self> {
        Some(match name {
            "Message" | "Item" => Self::Message,
            "Contact" => Self::Contact,
            "DistributionList" => Self::DistributionList,
            "CalendarItem" => Self::CalendarItem,
            "Task" => Self::Task,
            "PostItem" => Self::PostItem,
            "MeetingRequest" => Self::MeetingRequest,
            "MeetingResponse" => Self::MeetingResponse,
            "MeetingCancellation" => Self::MeetingCancellation,
            _ => return None,
        })
    }

    /// The class of such an item that names none.
    pub(in crate::ews) fn class(self) -> &'static str {
        match self {
            Self::Message => "IPM.Note",
            Self::Contact => "IPM.Contact",
            Self::DistributionList => "IPM.DistList",
            Self::CalendarItem => "IPM.Appointment",
            Self::Task => "IPM.Task",
            Self::PostItem => "IPM.Post",
            Self::MeetingRequest => "IPM.Schedule.Meeting.Request",
            Self::MeetingResponse => "IPM.Schedule.Meeting.Resp.Pos",
            Self::MeetingCancellation => "IPM.Schedule.Meeting.Canceled",
        }
    }

    /// What an item of this class is shown as.
    pub(in crate::ews) fn of_class(class: &str) -> Self {
        let is = |wanted: &str| {
            class.len() >= wanted.len()
                && class.is_char_boundary(wanted.len())
                && class[..wanted.len()].eq_ignore_ascii_case(wanted)
                && matches!(class.as_bytes().get(wanted.len()), None | Some(b'.'))
        };
        let special = [
            Self::Contact,
            Self::DistributionList,
            Self::CalendarItem,
            Self::Task,
            Self::PostItem,
            Self::MeetingRequest,
            Self::MeetingCancellation,
        ];
        let found = special.into_iter().find(|kind| is(kind.class()));
        let response = is("IPM.Schedule.Meeting.Resp").then_some(Self::MeetingResponse);
        found.or(response).unwrap_or(Self::Message)
    }

    /// Whether it travels by mail and so has senders, is read or not, is a draft or not.
    pub(in crate::ews) fn is_mail(self) -> bool {
        matches!(
            self,
            Self::Message
                | Self::PostItem
                | Self::MeetingRequest
                | Self::MeetingResponse
                | Self::MeetingCancellation
        )
    }
}
