//! What Outlook and Exchange keep of appointments and tasks beside what iCalendar has ([MS-OXOCAL], [MS-OXOTASK]).
//!
//! They travel as X- properties: Microsoft's own where there are such ([MS-OXCICAL]), else ours. The writer puts them
//! behind the people of an item, and the reader takes them from there.

use super::Rule;

/// Facts about an appointment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFacts {
    /// How the time is shown to others. `X-MICROSOFT-CDO-BUSYSTATUS`.
    pub busy: Option<Busy>,
    /// How its organizer wanted it to be shown. `X-MICROSOFT-CDO-INTENDEDSTATUS`.
    pub intended: Option<Busy>,
    /// Whether it lasts all day, where somebody says so: its start tells as well. `X-MICROSOFT-CDO-ALLDAYEVENT`.
    pub all_day: Option<bool>,
    /// How important it is. `X-MICROSOFT-CDO-IMPORTANCE`.
    pub importance: Option<Importance>,
    /// What it is within its series. `X-MICROSOFT-CDO-INSTTYPE`.
    pub instance: Option<Instance>,
    /// PidTagOwnerAppointmentId. `X-MICROSOFT-CDO-OWNERAPPTID`.
    pub owner_id: Option<i64>,
    /// Whether another time may not be proposed. `X-MICROSOFT-DISALLOW-COUNTER`.
    pub disallow_counter: Option<bool>,
    /// What the owner of the mailbox answered. `X-OMM-RESPONSE`.
    pub response: Option<Response>,
}

/// Facts about a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFacts {
    /// Why it is not begun. `X-OMM-TASK-STATUS`.
    pub stage: Option<Stage>,
    /// Whose it is: a name. `X-OMM-TASK-OWNER`.
    pub owner: Option<String>,
    /// Who gave it: a name. `X-OMM-TASK-ASSIGNER`.
    pub assigner: Option<String>,
    /// Minutes of work that it took. `X-OMM-ACTUAL-WORK`.
    pub actual_minutes: Option<u32>,
    /// Minutes of work that it takes. `X-OMM-TOTAL-WORK`.
    pub total_minutes: Option<u32>,
    /// Whether it is a team's. `X-OMM-TEAM-TASK`.
    pub team: bool,
    /// The rule by which it is made anew once it is done, which no RRULE says. `X-OMM-REGENERATES`.
    pub regenerates: Option<Rule>,
}

/// How a time is shown to others ([MS-OXOCAL] §2.2.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Busy {
    Free,
    Tentative,
    Busy,
    OutOfOffice,
    WorkingElsewhere,
}

/// How important an item is (PidTagImportance).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Importance {
    Low,
    Normal,
    High,
}

/// What an appointment is within its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Instance {
    /// In none.
    Single,
    /// The series itself.
    Master,
    /// One of its occurrences, as the series has it.
    Occurrence,
    /// An occurrence that differs.
    Exception,
}

/// What the owner of a mailbox answered ([MS-OXOCAL] §2.2.1.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response {
    /// It is the owner's own meeting.
    Organized,
    /// Perhaps.
    Tentative,
    /// Yes.
    Accepted,
    /// No.
    Declined,
    /// Nothing yet.
    NotResponded,
}

/// Why a task is not begun ([MS-OXOTASK] §2.2.2.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// It waits for somebody else.
    Waiting,
    /// It was put off.
    Deferred,
}

/// Words of X- properties, there and back.
macro_rules! words {
    ($($kind:ident { $($name:ident = $word:literal,)* })*) => {$(
        impl $kind {
            /// As the property has it.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What a property says; nothing for a word that is not known.
            pub fn of_word(word: &str) -> Option<Self> {
                let word = word.trim();
                $(if word.eq_ignore_ascii_case($word) {
                    return Some(Self::$name);
                })*
                None
            }
        }
    )*};
}

words! {
    Busy {
        Free = "FREE",
        Tentative = "TENTATIVE",
        Busy = "BUSY",
        OutOfOffice = "OOF",
        WorkingElsewhere = "WORKINGELSEWHERE",
    }
    Importance {
        Low = "0",
        Normal = "1",
        High = "2",
    }
    Instance {
        Single = "0",
        Master = "1",
        Occurrence = "2",
        Exception = "3",
    }
    Response {
        Organized = "ORGANIZED",
        Tentative = "TENTATIVE",
        Accepted = "ACCEPTED",
        Declined = "DECLINED",
        NotResponded = "NOT-RESPONDED",
    }
    Stage {
        Waiting = "WAITING",
        Deferred = "DEFERRED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for busy in [Busy::Free, Busy::Tentative, Busy::Busy, Busy::OutOfOffice, Busy::WorkingElsewhere] {
            assert_eq!(Busy::of_word(&busy.word().to_lowercase()), Some(busy));
        }
        assert_eq!(Busy::of_word("ASLEEP"), None);
        assert_eq!(Response::of_word(" not-responded "), Some(Response::NotResponded));
    }
}
