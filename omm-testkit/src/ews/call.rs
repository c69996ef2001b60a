//! One operation that is going on: who asks, for whose mailbox, and what goes wrong item by item.

use super::{
    fault::{EwsAct, SoapFault},
    schema::Kind,
    soap::{Refusal, failure, response, success, warning_stopped},
    store::{Ident, Item, Mailbox, change_number},
    version::Version,
    world::World,
    xml::Element,
};
use chrono_tz::Tz;

pub(super) type Outcome<T> = Result<T, Refusal>;

pub(super) struct Call<'a> {
    pub(super) world: &'a mut World,
    /// The operation's element.
    pub(super) request: &'a Element,
    pub(super) operation: String,
    /// The schema that the request follows.
    pub(super) version: Version,
    /// Whose mailbox is meant when none is named.
    pub(super) mailbox: Option<u32>,
    /// X-PublicFolderMailbox.
    pub(super) public: Option<String>,
    /// TimeZoneContext.
    pub(super) zone: Option<Tz>,
    /// Faults of single items.
    pub(super) acts: Vec<EwsAct>,
}

impl Call<'_> {
    /// Does something with each of these, and makes the answer of it. `rest` is what an error has that is empty.
    pub(super) fn each(
        &mut self,
        subjects: &[Element],
        rest: &[&str],
        mut act: impl FnMut(&mut Self, &Element) -> Outcome<Vec<Element>>,
    ) -> Element {
        let operation = self.operation.clone();
        let mut messages = Vec::new();
        let mut is_stopped = false;
        for (index, subject) in subjects.iter().enumerate() {
            if is_stopped {
                messages.push(warning_stopped(&operation, rest));
                continue;
            }
            let result = match self.scripted(index, subject) {
                Some(refusal) => Err(refusal),
                None => act(self, subject),
            };
            messages.push(match result {
                Ok(content) => success(&operation, content),
                Err(refusal) => {
                    is_stopped = refusal.code == "ErrorServerBusy";
                    failure(&operation, &refusal, rest)
                }
            });
        }
        response(&operation, messages)
    }

    /// What was scripted to go wrong with this item, at this place.
    fn scripted(&self, index: usize, subject: &Element) -> Option<Refusal> {
        if let Some(most) = self.world.settings.policy.items_per_request
            && index >= most
        {
            return Some(Refusal::busy(1000));
        }
        self.acts.iter().find_map(|act| match act {
            EwsAct::Code(None, code) => Some(Refusal::new(code)),
            EwsAct::Code(Some(at), code) if *at == index => Some(Refusal::new(code)),
            EwsAct::CodeOf(id, code) if subject.attribute("Id") == Some(id.as_str()) => {
                Some(Refusal::new(code))
            }
            EwsAct::BusyFrom(at, back_off) if index >= *at => Some(Refusal::busy(*back_off)),
            _ => None,
        })
    }

    /// The mailbox that is asked for; whether it may be opened is looked at.
    pub(super) fn open(&self, number: u32) -> Outcome<&Mailbox> {
        let mailbox = self.world.mailboxes.get(&number).ok_or_else(Refusal::not_found)?;
        let own = self.mailbox.and_then(|own| self.world.mailboxes.get(&own)).map(|own| own.address.as_str());
        let is_open = number == 0
            || self.mailbox == Some(number)
            || own.is_some_and(|own| mailbox.delegates.contains(&own.to_ascii_lowercase()));
        if is_open { Ok(mailbox) } else { Err(Refusal::new("ErrorAccessDenied")) }
    }

    pub(super) fn open_mut(&mut self, number: u32) -> Outcome<&mut Mailbox> {
        self.open(number)?;
        self.world.mailboxes.get_mut(&number).ok_or_else(Refusal::not_found)
    }

    /// The folder that a FolderId or DistinguishedFolderId means.
    pub(super) fn folder(&self, id: &Element) -> Outcome<(u32, u64)> {
        let text = id.attribute("Id").unwrap_or_default();
        if id.name == "DistinguishedFolderId" {
            return self.distinguished(id, text);
        }
        match Ident::read(text) {
            Some(Ident::Folder { mailbox, key }) => {
                let has = self.open(mailbox)?.folders.contains_key(&key);
                if has { Ok((mailbox, key)) } else { Err(Refusal::not_found()) }
            }
            Some(_) => Err(Refusal::new("ErrorInvalidId")),
            None => Err(Refusal::new("ErrorInvalidIdMalformed")),
        }
    }

    fn distinguished(&self, id: &Element, name: &str) -> Outcome<(u32, u64)> {
        let not_found = || Refusal::new("ErrorFolderNotFound");
        let address = id.at(&["Mailbox", "EmailAddress"]).map(|address| address.text.trim());
        let number = match (name, address) {
            ("publicfoldersroot", _) => 0,
            (_, Some(address)) => {
                let mailbox = self.world.mailbox_at(address);
                mailbox.ok_or_else(|| Refusal::new("ErrorNonExistentMailbox"))?.number
            }
            (_, None) => self.mailbox.ok_or_else(|| Refusal::new("ErrorMissingEmailAddress"))?,
        };
        // Seen: who has no right to a mailbox is told that it has no such folder.
        let mailbox = self.open(number).map_err(|_| not_found())?;
        let key = mailbox.distinguished(name).ok_or_else(not_found)?;
        Ok((number, key))
    }

    /// A page of so many entries is no more than the policy allows.
    pub(super) fn check_page(&self, most: Option<&str>) -> Outcome<()> {
        let most = most.and_then(|text| text.parse::<usize>().ok()).unwrap_or(usize::MAX);
        match &self.world.settings.policy.page {
            Some((limit, code)) if most > *limit => Err(Refusal::new(code)),
            _ => Ok(()),
        }
    }

    /// The items of a public folder are asked for in the mailbox that holds them, if it is said to be in one.
    pub(super) fn check_holder(&self, mailbox: &Mailbox, folder: u64) -> Outcome<()> {
        let folder = mailbox.folders.get(&folder).filter(|_| mailbox.number == 0);
        let Some(holder) = folder.and_then(|folder| folder.holder.as_deref()) else { return Ok(()) };
        let asked = self.public.as_deref().and_then(|address| address.split('@').next());
        let is_right = asked.is_some_and(|asked| asked.eq_ignore_ascii_case(holder));
        if is_right { Ok(()) } else { Err(Refusal::new("ErrorNoPublicFolderReplicaAvailable")) }
    }

    /// The item that an ItemId, OccurrenceItemId or RecurringMasterItemId means; for one of a series, which.
    pub(super) fn item(&self, id: &Element) -> Outcome<(u32, u64, Option<i64>)> {
        let text = |name: &str| id.attribute(name).unwrap_or_default();
        let read = |id: &str| Ident::read(id).ok_or_else(|| Refusal::new("ErrorInvalidIdMalformed"));
        let found = match id.name.as_str() {
            "ItemId" => match read(text("Id"))? {
                Ident::Item { mailbox, key } => (mailbox, key, None),
                Ident::Occurrence { mailbox, key, original } => (mailbox, key, Some(original)),
                _ => return Err(Refusal::new("ErrorInvalidId")),
            },
            "OccurrenceItemId" => {
                let Ident::Item { mailbox, key } = read(text("RecurringMasterId"))? else {
                    return Err(Refusal::new("ErrorCalendarIsNotRecurringMaster"));
                };
                let item = self.open(mailbox)?.items.get(&key).ok_or_else(Refusal::not_found)?;
                let index = text("InstanceIndex").parse().unwrap_or(0);
                (mailbox, key, Some(super::calendar::original_at(item, index)?))
            }
            "RecurringMasterItemId" => match read(text("OccurrenceId"))? {
                Ident::Occurrence { mailbox, key, .. } => (mailbox, key, None),
                _ => return Err(Refusal::new("ErrorCalendarIsNotOccurrence")),
            },
            _ => return Err(Refusal::new("ErrorInvalidId")),
        };
        let (mailbox, key, original) = found;
        let place = self.open(mailbox)?;
        let item = place.items.get(&key).ok_or_else(Refusal::not_found)?;
        self.check_holder(place, item.folder)?;
        if let Some(original) = original {
            super::calendar::check_original(item, original)?;
        }
        Ok(found)
    }

    /// The change key of an id, if it has one, must be the item's.
    pub(super) fn check_change_key(&self, id: &Element, item: &Item, when_stale: &str) -> Outcome<()> {
        match id.attribute("ChangeKey").filter(|key| !key.is_empty()) {
            None => Ok(()),
            Some(text) => match change_number(text) {
                None => Err(Refusal::new("ErrorInvalidChangeKey")),
                Some(number) if number == item.changed => Ok(()),
                Some(_) => Err(Refusal::new(when_stale)),
            },
        }
    }

    /// The elements in one of the request's elements.
    pub(super) fn listed(&self, name: &str) -> Vec<Element> {
        self.request.child(name).map(|list| list.children.clone()).unwrap_or_default()
    }

    /// The request does not keep to the schema.
    pub(super) fn violation(text: impl std::fmt::Display) -> SoapFault {
        let message = format!("The request failed schema validation: {text}");
        SoapFault::new("ErrorSchemaValidation", &message)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.request.attribute(name)
    }

    /// Whether an item of this kind may lie there.
    pub(super) fn check_place(kind: Kind, class: &str) -> Outcome<()> {
        let is = |wanted: &str| class == wanted || class.starts_with(&format!("{wanted}."));
        match kind {
            Kind::Contact | Kind::DistributionList if !is("IPF.Contact") => {
                Err(Refusal::new("ErrorCannotCreateContactInNonContactFolder"))
            }
            Kind::CalendarItem if !is("IPF.Appointment") => {
                Err(Refusal::new("ErrorCannotCreateCalendarItemInNonCalendarFolder"))
            }
            Kind::Task if !is("IPF.Task") => Err(Refusal::new("ErrorCannotCreateTaskInNonTaskFolder")),
            _ => Ok(()),
        }
    }
}
