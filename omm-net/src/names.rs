//! The lookups that the host lends. Addresses of hosts are not among them: dialling finds those.

use omm_core::host::BoxFuture;
use std::io;

/// A mail exchanger (RFC 5321 §5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mx {
    /// The lower, the sooner.
    pub preference: u16,
    /// The host; `.` says that the domain takes no mail (RFC 7505).
    pub exchanger: String,
}

/// Where a service is offered (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Srv {
    /// The lower, the sooner.
    pub priority: u16,
    /// Among equal priorities: the higher, the more often.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The host; `.` says that the service is not offered.
    pub target: String,
}

/// Asks the domain name system.
///
/// No such record, and no such domain, is an empty list. Names come with or without their final dot.
pub trait Names: Send + Sync {
    /// The MX records of a domain, in any order.
    ///
    /// # Errors
    /// When no name server gives an answer; it becomes a note.
    ///
    /// # Cancel safety
    /// The future is dropped when it takes too long.
    fn mail_exchangers<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, io::Result<Vec<Mx>>>;

    /// The SRV records of a name such as `_imaps._tcp.example.org`, in any order.
    ///
    /// # Errors
    /// As for [`Self::mail_exchangers`].
    ///
    /// # Cancel safety
    /// As for [`Self::mail_exchangers`].
    fn services<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<Srv>>>;
}
