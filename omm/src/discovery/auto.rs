//! Accounts that are to be found out: `auto:anna@example.org`.

use omm_core::seam::AccountSpec;
use omm_discover::Candidate;

/// What an account stands for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FoundOut {
    /// The account, now of a server type that this build has a connector for.
    pub account: AccountSpec,
    /// Why it is this one; nothing for an account that said so itself, or that is known from a migration.
    pub candidate: Option<Candidate>,
    /// The migration that goes on: the account is the one that was found when it began, and nobody was asked.
    pub migration: Option<String>,
}

impl FoundOut {
    /// One line for people: what was taken, and why.
    pub fn sentence(&self) -> Option<String> {
        if let (Some(id), Some(address)) = (&self.migration, &self.account.found_for) {
            return Some(format!(
                "{} is what was found for {address} when migration {id} began; write the address of a server to use another",
                self.account.label()
            ));
        }
        let candidate = self.candidate.as_ref()?;
        let mut sentence = format!(
            "{} was found by {} ({}: {})",
            candidate.address(),
            candidate.source.name(),
            candidate.sureness.name(),
            candidate.evidence
        );
        for remark in &candidate.remarks {
            sentence.push_str("; ");
            sentence.push_str(remark);
        }
        Some(sentence)
    }
}

#[cfg(feature = "sqlite")]
pub(crate) use finder::{Finder, sought};

#[cfg(feature = "sqlite")]
mod finder {
    use super::{AccountSpec, FoundOut};
    use crate::discovery::SystemNames;
    use omm_core::{
        error::{Result, Side},
        host::Env,
        seam::Registry,
    };
    use omm_discover::{Address, Candidate, Names, Options, discover};
    use std::{fmt, sync::Arc};

    /// Who finds accounts out.
    #[derive(Clone, Default)]
    pub(crate) struct Finder {
        pub(crate) names: Option<Arc<dyn Names>>,
        pub(crate) options: Options,
    }

    impl Finder {
        pub(crate) async fn find_out(
            &self,
            env: &Env,
            account: &AccountSpec,
            side: Side,
            registry: &Registry,
        ) -> Result<FoundOut> {
            let Some(sought) = sought(account) else { return Ok(FoundOut::said(account)) };
            let names = match &self.names {
                Some(names) => Arc::clone(names),
                None => Arc::new(SystemNames::current()?),
            };
            let address = address(account)?;
            let mut options = self.options.clone();
            options.ca_file = account.ca_file.clone().or(options.ca_file);
            let found = discover(env, &*names, &address, &options).await;
            // RFC 1939: nothing can be stored by POP3.
            let has_role = |word: &&str| side != Side::Destination || *word != "pop3";
            let known: Vec<&str> = registry.server_types().filter(has_role).collect();
            let best = found.best(&known)?;
            let mut account = filled(account, best, &address);
            account.found_for = Some(sought);
            Ok(FoundOut { account, candidate: Some(best.clone()), migration: None })
        }
    }

    impl FoundOut {
        /// An account that says itself what it is.
        pub(crate) fn said(account: &AccountSpec) -> Self {
            Self { account: account.clone(), candidate: None, migration: None }
        }

        /// The account that a migration has; how it is logged in to is as it is said now.
        pub(crate) fn before(account: &AccountSpec, known: &AccountSpec, migration: &str) -> Self {
            if sought(account).is_none() {
                return Self::said(account);
            }
            let mut own = account.clone();
            (own.server_type, own.server) = (known.server_type.clone(), known.server.clone());
            (own.login, own.tls) = (known.login.clone(), known.tls);
            own.found_for.clone_from(&known.found_for);
            Self { account: own, candidate: None, migration: Some(migration.to_owned()) }
        }
    }

    /// What an `auto:` account is remembered by: its address, or who logs in and the domain; nothing for any other account.
    pub(crate) fn sought(account: &AccountSpec) -> Option<String> {
        let is_auto = account.server_type == "auto";
        is_auto.then(|| match address(account) {
            Ok(address) if has_own_login(account) => address.to_string(),
            _ => format!("{} at {}", account.login, account.server.to_lowercase()),
        })
    }

    /// The login is the address, unless somebody else logs in: then the domain alone is to be found out.
    fn address(account: &AccountSpec) -> Result<Address> {
        if has_own_login(account) {
            return Address::parse(&account.login);
        }
        Address::parse(&format!("postmaster@{}", account.server))
    }

    fn has_own_login(account: &AccountSpec) -> bool {
        account.login.rsplit_once('@').is_some_and(|(_, domain)| domain == account.server)
    }

    /// Everything that the host said of the account stays; the server is the one that was found.
    fn filled(account: &AccountSpec, best: &Candidate, address: &Address) -> AccountSpec {
        let found = best.spec();
        let mut filled = account.clone();
        (filled.server_type, filled.server, filled.tls) = (found.server_type, found.server, found.tls);
        if account.login.is_empty() || Address::parse(&account.login).is_ok_and(|own| own == *address) {
            filled.login = found.login;
        }
        filled
    }

    impl fmt::Debug for Finder {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("Finder").field("options", &self.options).finish_non_exhaustive()
        }
    }
}
