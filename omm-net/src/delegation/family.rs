//! Which server it is, which forms it may take, and what must be granted there.

use super::Delegation;

/// A server as far as delegation goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Family {
    /// Dovecot. Seen: a wrong password, a form that is not set up and an administrator who is none are answered alike.
    Dovecot,
    /// Cyrus.
    Cyrus,
    /// Zimbra.
    Zimbra,
    /// Exchange. Seen: whatever is wrong with a login, it says `LOGIN failed`.
    Exchange,
    /// Netscape, iPlanet, Sun and Oracle messaging servers.
    Sun,
    /// Nothing that it said of itself is known.
    #[default]
    Unknown,
}

/// What a server says of itself: in its greeting, as its name in ID (RFC 2971) or IMPLEMENTATION (RFC 2449 §6.9), or by a
/// capability of its own.
const SIGNS: [(&str, Family); 11] = [
    ("dovecot", Family::Dovecot),
    ("cyrus", Family::Cyrus),
    ("zimbra", Family::Zimbra),
    ("microsoft exchange", Family::Exchange),
    ("microsoft.exchange", Family::Exchange),
    ("x-netscape", Family::Sun),
    ("x-sun-imap", Family::Sun),
    ("netscape messaging", Family::Sun),
    ("iplanet messaging", Family::Sun),
    ("sun java", Family::Sun),
    ("oracle communications messaging", Family::Sun),
];

impl Family {
    /// Which family these words are of: the greeting, names, capabilities.
    pub fn of<'a>(said: impl IntoIterator<Item = &'a str>) -> Self {
        let said: Vec<String> = said.into_iter().map(str::to_ascii_lowercase).collect();
        let sign = SIGNS.iter().find(|(sign, _)| said.iter().any(|text| text.contains(sign)));
        sign.map_or(Self::Unknown, |(_, family)| *family)
    }

    /// The forms that are worth a try, the likeliest first. A form that a server cannot know is not tried: each try is
    /// one towards a locked account.
    pub(super) fn forms(self, administrator: &str) -> Vec<Delegation> {
        use Delegation::*;
        match self {
            Self::Dovecot => vec![AuthorizationIdentity, MasterUser],
            Self::Cyrus | Self::Zimbra => vec![AuthorizationIdentity],
            Self::Exchange => vec![Exchange, AuthorizationIdentity],
            Self::Sun => vec![ProxyAuth, AuthorizationIdentity],
            // Who has a domain before his name belongs to Windows.
            Self::Unknown if administrator.contains('\\') => vec![AuthorizationIdentity, Exchange],
            Self::Unknown => vec![AuthorizationIdentity, MasterUser],
        }
    }

    /// Whether `[AUTHENTICATIONFAILED]` means the password and nothing else (RFC 5530 §3).
    pub(super) fn tells_apart(self) -> bool {
        !matches!(self, Self::Dovecot | Self::Exchange)
    }

    /// What the administrator must be granted, with where.
    pub(super) fn remedy(self, administrator: &str, whose: &str) -> String {
        match self {
            Self::Dovecot => format!(
                "make {administrator} a master user (a passdb with master = yes; for user*master also \
                 auth_master_user_separator = *)"
            ),
            Self::Cyrus => format!("name {administrator} in proxyservers or admins of imapd.conf"),
            Self::Zimbra => format!("make {administrator} an administrator of the domain of {whose}"),
            Self::Exchange => format!(
                "give {administrator} full access to the mailbox {whose} (Add-MailboxPermission), whose alias is \
                 wanted as the login"
            ),
            Self::Sun => format!("make {administrator} a store administrator (store.admins)"),
            Self::Unknown => format!(
                "give {administrator} the right to log in for others (Dovecot: a master user; Cyrus: proxyservers or \
                 admins; Exchange: full access to the mailbox), or name the form by the option delegation"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Family::*, *};
    use Delegation::{AuthorizationIdentity, MasterUser, ProxyAuth};

    #[test]
    fn what_servers_say_and_what_is_tried() {
        let by_name = vec![AuthorizationIdentity];
        for (said, administrator, family, forms) in [
            (&["Dovecot (Debian) ready."][..], "admin", Dovecot, vec![AuthorizationIdentity, MasterUser]),
            (&["ready", "Dovecot"], "admin", Dovecot, vec![AuthorizationIdentity, MasterUser]),
            (&["mail Cyrus IMAP 3.8.1-Debian server ready"], "admin", Cyrus, by_name.clone()),
            (&["mail IMAP4 server ready", "Zimbra"], "admin", Zimbra, by_name),
            (
                &["The Microsoft Exchange IMAP4 service is ready."],
                "admin",
                Exchange,
                vec![Delegation::Exchange, AuthorizationIdentity],
            ),
            (
                &["ready", "Microsoft.Exchange.Imap4.Imap4Server"],
                "admin",
                Exchange,
                vec![Delegation::Exchange, AuthorizationIdentity],
            ),
            // The words "Exchange Server" are in its name as well.
            (
                &["Oracle Communications Messaging Exchange Server 7u4-27.01 ready"],
                "admin",
                Sun,
                vec![ProxyAuth, AuthorizationIdentity],
            ),
            (&["ready", "X-NETSCAPE"], "admin", Sun, vec![ProxyAuth, AuthorizationIdentity]),
            (&["ready"], "admin", Unknown, vec![AuthorizationIdentity, MasterUser]),
            (&[], r"CORP\admin", Unknown, vec![AuthorizationIdentity, Delegation::Exchange]),
        ] {
            assert_eq!(Family::of(said.iter().copied()), family, "{said:?}");
            assert_eq!(family.forms(administrator), forms, "{said:?}");
        }
    }

    #[test]
    fn every_remedy_names_who_is_to_be_granted_it() {
        for family in [Dovecot, Cyrus, Zimbra, Exchange, Sun, Unknown] {
            let remedy = family.remedy("admin", "anna");
            assert!(remedy.contains("admin") && !remedy.ends_with('.'), "{remedy}");
        }
    }
}
