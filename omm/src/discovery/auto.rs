//! Accounts that are to be found out: `auto:anna@example.org`.

use omm_core::seam::AccountSpec;
use omm_discover::Candidate;

/// What an account stands for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FoundOut {
    /// The account, now of a server type that this build has a connector for.
    pub account: AccountSpec,
    /// Why it is this one; nothing for an account that said so itself.
    pub candidate: Option<Candidate>,
}

impl FoundOut {
    /// One line for people: what was taken, and why.
    pub fn sentence(&self) -> Option<String> {
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
pub(crate) use finder::Finder;

#[cfg(feature = "sqlite")]
mod finder {
    use super::{AccountSpec, FoundOut};
    use crate::discovery::SystemNames;
    use omm_core::{error::Result, host::Env, seam::Registry};
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
            registry: &Registry,
        ) -> Result<FoundOut> {
            if account.server_type != "auto" {
                return Ok(FoundOut { account: account.clone(), candidate: None });
            }
            let names = match &self.names {
                Some(names) => Arc::clone(names),
                None => Arc::new(SystemNames::current()?),
            };
            let address = address(account)?;
            let mut options = self.options.clone();
            options.ca_file = account.ca_file.clone().or(options.ca_file);
            let found = discover(env, &*names, &address, &options).await;
            let known: Vec<&str> = registry.server_types().collect();
            let best = found.best(&known)?;
            Ok(FoundOut { account: filled(account, best, &address), candidate: Some(best.clone()) })
        }
    }

    /// The login is the address, unless somebody else logs in: then the domain alone is to be found out.
    fn address(account: &AccountSpec) -> Result<Address> {
        let is_address = account.login.rsplit_once('@').is_some_and(|(_, domain)| domain == account.server);
        if is_address {
            return Address::parse(&account.login);
        }
        Address::parse(&format!("postmaster@{}", account.server))
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
