//! Requests, written down.

use std::time::Instant;

/// One request as it came, and how it was answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EwsRequest {
    /// Which request of the server, from 1.
    pub number: u64,
    /// On which connection, from 1.
    pub connection: u64,
    /// When the whole of it was there; in a simulation, by its clock.
    pub arrived: Instant,
    /// The operation, or the path where there is none.
    pub operation: String,
    /// Who logged in.
    pub user: Option<String>,
    /// Whose mailbox the request impersonates.
    pub impersonated: Option<String>,
    /// Its headers, names in small letters; of Authorization the scheme only.
    pub headers: Vec<(String, String)>,
    /// The attributes of the operation's element: MessageDisposition, SendMeetingInvitations, DeleteType.
    pub attributes: Vec<(String, String)>,
    /// How many items, folders or attachments it is about.
    pub count: usize,
    /// Bytes of the body, before compression is undone.
    pub bytes: usize,
    /// The status of the answer; nothing when it was lost.
    pub status: Option<u16>,
    /// The response codes of the answer, one for each message in it, or the one of a fault.
    pub codes: Vec<String>,
}

impl EwsRequest {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let is_it = |(own, _): &&(String, String)| own.eq_ignore_ascii_case(name);
        self.headers.iter().find(is_it).map(|(_, value)| value.as_str())
    }

    /// An attribute of the operation.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether it asks the server to send something to anybody. Attributes that default to sending count.
    pub fn may_send(&self) -> bool {
        let is_silent = |name: &str| self.attribute(name).is_none_or(|value| value == "SendToNone");
        let disposition = self.attribute("MessageDisposition");
        self.operation == "SendItem"
            || disposition.is_some_and(|value| value != "SaveOnly")
            || !is_silent("SendMeetingInvitations")
            || !is_silent("SendMeetingInvitationsOrCancellations")
            || !is_silent("SendMeetingCancellations")
    }
}
