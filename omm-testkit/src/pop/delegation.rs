//! Login names that say two things: who logs in, and for whom.

/// A form of login name in which an administrator names somebody else's maildrop. None is understood unless asked for
/// with [`super::MockPop::delegation`]; an authorisation identity in SASL always is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delegation {
    /// Dovecot: `user*admin`, with this between the two.
    Separated(char),
    /// Exchange: `domain\admin\mailbox`, with this domain in any case.
    Domain(String),
}

/// Who logs in, and whose maildrop is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) who: String,
    pub(crate) wanted: String,
}

/// What a login name says.
pub(crate) fn claim(known: &[Delegation], name: &str) -> Claim {
    let read = |form: &Delegation| match form {
        Delegation::Separated(separator) => name.rsplit_once(*separator).map(|(user, admin)| (admin, user)),
        Delegation::Domain(domain) => {
            let (own, rest) = name.split_once('\\')?;
            rest.split_once('\\').filter(|_| own.eq_ignore_ascii_case(domain))
        }
    };
    let (who, wanted) = known.iter().find_map(read).unwrap_or((name, name));
    Claim { who: who.to_owned(), wanted: wanted.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_their_server_would() {
        let both = [Delegation::Separated('*'), Delegation::Domain("CORP".to_owned())];
        for (known, name, who, wanted) in [
            (&both[..0], "ann*root", "ann*root", "ann*root"),
            (&both[..], "ann", "ann", "ann"),
            (&both[..], "ann*root", "root", "ann"),
            (&both[..], "corp\\root\\ann", "root", "ann"),
            (&both[..], "other\\root\\ann", "other\\root\\ann", "other\\root\\ann"),
            (&both[..], "corp\\ann", "corp\\ann", "corp\\ann"),
        ] {
            assert_eq!(
                claim(known, name),
                Claim { who: who.to_owned(), wanted: wanted.to_owned() },
                "{name}"
            );
        }
    }
}
