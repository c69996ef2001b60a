//! How an administrator opens somebody's mailbox.

use crate::soap::Refusal;

/// A way to say whose mailbox is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delegation {
    /// He acts as its owner, for which he has the role ApplicationImpersonation ([MS-OXWSCDATA] ExchangeImpersonation).
    Impersonation,
    /// He has full access to it, and names it with every folder that all mailboxes have.
    DelegateAccess,
}

impl Delegation {
    pub(crate) const NAMES: &'static str = "impersonation, delegate-access";

    /// The word for it in a setting.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Impersonation => "impersonation",
            Self::DelegateAccess => "delegate-access",
        }
    }

    /// For people, behind "logs in as admin for anna": how.
    pub(crate) fn manner(self) -> &'static str {
        match self {
            Self::Impersonation => "by impersonation",
            Self::DelegateAccess => "with full access to the mailbox",
        }
    }

    /// Whether the server says that he may not do so; another way may be open to him.
    pub(crate) fn is_refused_by(self, refusal: &Refusal) -> bool {
        const IMPERSONATION: [&str; 3] =
            ["ErrorImpersonateUserDenied", "ErrorImpersonationDenied", "ErrorImpersonationFailed"];
        // Who has no right is not even told that it is there.
        const ACCESS: [&str; 4] =
            ["ErrorAccessDenied", "ErrorItemNotFound", "ErrorFolderNotFound", "ErrorNotDelegate"];
        match self {
            Self::Impersonation => refusal.code.is(&IMPERSONATION),
            Self::DelegateAccess => refusal.code.is(&ACCESS),
        }
    }

    /// The way of this name, in any case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Impersonation, Self::DelegateAccess]
            .into_iter()
            .find(|way| way.name().eq_ignore_ascii_case(name))
    }
}
