//! An administrator logs in for somebody: how servers want that to be said, and how it is found out which way one does.
//!
//! | room       | what lives there                                                               |
//! |------------|--------------------------------------------------------------------------------|
//! | here       | the forms, and what each puts into a login                                      |
//! | [`Family`] | which server it is, by its own words; which forms it may take; what must be granted there |
//! | [`Trial`]  | what is tried next, what an answer means, and when it is enough: a machine without I/O |
//!
//! A protocol plays the form that [`Trial::next`] names, tells what came of it, and goes on until somebody is in or
//! nothing is left.

mod family;
mod trial;

pub use family::Family;
pub use trial::{Answer, Trial};

use crate::{Endpoint, sasl::Identity};

/// A way to say in whose place an administrator logs in. The password is always the administrator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Delegation {
    /// SASL's own: the authorisation identity (RFC 4422 §2). Cyrus, Zimbra, Dovecot.
    AuthorizationIdentity,
    /// The login `anna*admin`. Dovecot with `auth_master_user_separator = *`.
    MasterUser,
    /// The administrator logs in and then says PROXYAUTH. Netscape, Sun, Oracle; IMAP only.
    ProxyAuth,
    /// The login `admin\anna`, or `domain\admin\anna` when the administrator is written with his domain. Exchange.
    Exchange,
}

const ALL: [Delegation; 4] =
    [Delegation::AuthorizationIdentity, Delegation::MasterUser, Delegation::ProxyAuth, Delegation::Exchange];

impl Delegation {
    /// The word for it in a setting.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthorizationIdentity => "authorization-identity",
            Self::MasterUser => "master-user",
            Self::ProxyAuth => "proxyauth",
            Self::Exchange => "exchange",
        }
    }

    /// The form of this name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.into_iter().find(|form| form.name().eq_ignore_ascii_case(name))
    }

    /// The names of all forms, for an error.
    pub fn names() -> String {
        ALL.map(Self::name).join(", ")
    }

    /// For people, behind "logs in as admin for anna": how.
    pub fn manner(self) -> &'static str {
        match self {
            Self::AuthorizationIdentity => "by SASL authorisation identity",
            Self::MasterUser => "as master user, by the login user*master",
            Self::ProxyAuth => "by PROXYAUTH",
            Self::Exchange => "by the login administrator\\mailbox",
        }
    }

    /// Who logs in with whose password, for SASL or a command that takes name and password.
    ///
    /// With [`Delegation::ProxyAuth`] this is the administrator himself: the protocol has to say more afterwards.
    pub fn identity(self, administrator: &str, whose: &str, endpoint: &Endpoint) -> Identity {
        let login = match self {
            Self::AuthorizationIdentity | Self::ProxyAuth => administrator.to_owned(),
            Self::MasterUser => format!("{whose}*{administrator}"),
            Self::Exchange => format!("{administrator}\\{whose}"),
        };
        let mut identity = Identity::new(login, endpoint);
        identity.on_behalf_of = (self == Self::AuthorizationIdentity).then(|| whose.to_owned());
        identity
    }

    /// Whether it goes together with a token, which says itself whose it is: not where the name has to say two things.
    pub fn takes_token(self) -> bool {
        self.is_himself()
    }

    /// Whether the server is asked about the administrator under his own name, so that its no is about him.
    fn is_himself(self) -> bool {
        matches!(self, Self::AuthorizationIdentity | Self::ProxyAuth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Delegation::*;
    use omm_core::{error::Side, seam::Tls};

    #[test]
    fn what_each_form_puts_into_a_login() {
        let endpoint = Endpoint::new("mail.example", 993, Tls::Required, Side::Source);
        for (form, administrator, login, on_behalf_of) in [
            (AuthorizationIdentity, "admin", "admin", Some("anna")),
            (MasterUser, "admin", "anna*admin", None),
            (ProxyAuth, "admin", "admin", None),
            (Exchange, "admin", r"admin\anna", None),
            (Exchange, r"CORP\admin", r"CORP\admin\anna", None),
        ] {
            let identity = form.identity(administrator, "anna", &endpoint);
            assert_eq!((identity.login.as_str(), identity.on_behalf_of.as_deref()), (login, on_behalf_of));
        }
    }

    #[test]
    fn forms_have_names() {
        for form in ALL {
            assert_eq!(Delegation::from_name(form.name()), Some(form));
        }
        assert_eq!(Delegation::from_name("Master-User"), Some(MasterUser));
        assert_eq!(Delegation::from_name("impersonation"), None);
    }
}
