//! The zone of a mailbox, and the zones that its server knows by name.

use crate::{
    account::Account,
    convert::{self, Mailbox},
    error::Trouble,
    ops::{GetServerTimeZones, GetUserConfiguration, Operation},
    soap::Refusal,
};
use omm_content::calendar::{Zone, zone::iana_of};
use omm_core::{
    error::{Result, Retry, Scope, Side},
    model::ItemKind,
};
use std::{collections::BTreeSet, sync::Arc};

/// What was found out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    zone: Option<Zone>,
    names: Option<Arc<BTreeSet<String>>>,
}

impl Account {
    /// The mailbox with all that converters of this kind of item want to know of it. Asked for once in a run: a server that
    /// does not say where the mailbox is, or is too old to, is not asked again.
    ///
    /// # Errors
    /// If the server cannot be asked now.
    pub(crate) async fn whose(&self, kind: ItemKind) -> Result<Mailbox> {
        self.enter().await?;
        let mut mailbox = self.mailbox();
        if kind == ItemKind::Event {
            mailbox.owner.extend(self.owner().await?);
        }
        // Exchange 2007 knows neither question.
        if !matches!(kind, ItemKind::Event | ItemKind::Task) || mailbox.version < 14 {
            return Ok(mailbox);
        }
        let mut place = self.known.clock.lock().await;
        let clock = match &*place {
            Some(clock) => clock.clone(),
            None => place.insert(self.clock().await?).clone(),
        };
        let mailbox = match clock.zone {
            Some(zone) => mailbox.in_zone(zone),
            None => mailbox,
        };
        Ok(match clock.names {
            Some(names) => mailbox.knowing(names),
            None => mailbox,
        })
    }

    async fn clock(&self) -> Result<Clock> {
        let zone = match self.zone_name().await? {
            Some(name) => self.zone_called(&name).await?,
            None => None,
        };
        // Names are written on this side alone. Servers from 2013 on know all that Windows has had since.
        let is_asked = self.side == Side::Destination && self.mailbox().version < 15;
        let names = if is_asked { self.zone_names().await? } else { None };
        Ok(Clock { zone, names })
    }

    /// What the owner chose in Outlook on the web.
    async fn zone_name(&self) -> Result<Option<String>> {
        let entered = self.enter().await?;
        let question = GetUserConfiguration::web_options(entered.mailbox());
        let options = self.perhaps(&question).await?;
        let zone = options.as_ref().and_then(|options| options.setting("timezone"));
        Ok(zone.map(str::trim).filter(|zone| !zone.is_empty()).map(str::to_owned))
    }

    /// A zone by its Windows name, by its rules if the name is not one that everybody knows.
    async fn zone_called(&self, name: &str) -> Result<Option<Zone>> {
        if let Some(zone) = iana_of(name) {
            return Ok(Some(Zone::Iana(zone)));
        }
        let zones = self.perhaps(&GetServerTimeZones::rules_of(name)).await?.unwrap_or_default();
        let year = chrono::Datelike::year(&self.env.runtime.now());
        Ok(zones.iter().find_map(|zone| convert::zone(zone, year)))
    }

    async fn zone_names(&self) -> Result<Option<Arc<BTreeSet<String>>>> {
        let zones = self.perhaps(&GetServerTimeZones::names()).await?.unwrap_or_default();
        let names: BTreeSet<_> =
            zones.iter().filter_map(|zone| zone.attribute("Id")).map(str::to_owned).collect();
        // A list without UTC is none.
        Ok(names.contains("UTC").then(|| Arc::new(names)))
    }

    /// The answer to a question that a server need not answer: a plain no is none.
    pub(super) async fn perhaps<O, T>(&self, question: &O) -> Result<Option<T>>
    where
        O: Operation<Answer = Result<T, Refusal>> + Sync,
        T: Send,
    {
        let doing = self.doing::<O>("look at the mailbox", Scope::Item);
        let answer = match self.call(doing, question).await {
            Ok(answer) => answer.map_err(|refusal| self.failed(doing, Trouble::from(refusal))),
            Err(error) => Err(error),
        };
        match answer {
            Ok(answer) => Ok(Some(answer)),
            // It will say so every time.
            Err(error) if error.retry_advice() == Retry::Never && error.reach() <= Scope::Folder => Ok(None),
            Err(error) => Err(error),
        }
    }
}
