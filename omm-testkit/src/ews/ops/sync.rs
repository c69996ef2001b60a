//! SyncFolderItems.

use crate::ews::{
    call::{Call, Outcome},
    quirk::Quirk,
    schema::Shape,
    soap::Refusal,
    store::{Ident, Item, Mailbox},
    view::{Purpose, View, item_element},
    xml::Element,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// How far a client has followed a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) era: u64,
    pub(super) mailbox: u32,
    pub(super) folder: u64,
    pub(super) at: u64,
}

impl State {
    pub(super) fn text(&self) -> String {
        let body = format!("{}:{}:{}:{}", self.era, self.mailbox, self.folder, self.at);
        // Long and of no meaning, as real ones are.
        let seal = blake3::hash(body.as_bytes()).to_hex();
        STANDARD.encode(format!("H4sIAAAAAAAEA{body}|{seal}"))
    }

    /// Nothing when it is not one of this era and this folder.
    pub(super) fn read(text: &str, era: u64, mailbox: u32, folder: u64) -> Option<Self> {
        let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
        let body = text.strip_prefix("H4sIAAAAAAAEA")?.split_once('|')?.0;
        let mut numbers = body.split(':').map(str::parse::<u64>);
        let mut next = || numbers.next()?.ok();
        let state =
            Self { era: next()?, mailbox: u32::try_from(next()?).ok()?, folder: next()?, at: next()? };
        let is_own = state.era == era && state.mailbox == mailbox && state.folder == folder;
        (is_own && state.text() == STANDARD.encode(&text)).then_some(state)
    }
}

pub(super) fn invalid() -> Refusal {
    Refusal::new("ErrorInvalidSyncStateData")
}

pub(super) fn sync(call: &mut Call<'_>) -> Element {
    let shape = Shape::read(call.request.child("ItemShape"));
    let folder: Vec<Element> = call.listed("SyncFolderId");
    call.each(&folder, &["SyncState", "IncludesLastItemInRange"], |call, id| {
        let (number, folder) = call.folder(id)?;
        if number == 0 {
            return Err(Refusal::new("ErrorInvalidOperation")
                .saying("SyncFolderItems is not supported for public folders."));
        }
        let state = match call.request.text_of("SyncState").filter(|text| !text.is_empty()) {
            Some(text) => State::read(text, call.world.era, number, folder).ok_or_else(invalid)?,
            None => State { era: call.world.era, mailbox: number, folder, at: 0 },
        };
        let most: usize =
            call.request.text_of("MaxChangesReturned").and_then(|text| text.parse().ok()).unwrap_or(0);
        if !(1..=512).contains(&most) {
            return Err(Refusal::new("ErrorInvalidRequest"));
        }
        call.check_page(call.request.text_of("MaxChangesReturned"))?;
        page(call, &state, most, &shape)
    })
}

/// What happened to one item.
enum Change<'a> {
    New(&'a Item),
    Changed(&'a Item),
    Read(&'a Item),
    Gone(u64),
}

fn page(call: &Call<'_>, state: &State, most: usize, shape: &Shape) -> Outcome<Vec<Element>> {
    let mailbox = call.open(state.mailbox)?;
    let ignored: Vec<&str> = call
        .request
        .child("Ignore")
        .map(|it| it.all("ItemId").filter_map(|id| id.attribute("Id")).collect())
        .unwrap_or_default();
    let (stands_still, goes_round) =
        (call.world.is_so(Quirk::StandsStill), call.world.is_so(Quirk::GoesRound));
    let from = if stands_still || goes_round { State { at: 0, ..state.clone() } } else { state.clone() };
    let mut changes = changes(call, mailbox, &from);
    changes.sort_by_key(|(at, _)| *at);
    let is_last = changes.len() <= most && !(stands_still || goes_round);
    changes.truncate(most);
    let at = if is_last { mailbox.clock } else { changes.last().map_or(state.at, |(at, _)| *at) };
    // The last one comes again on the next page.
    let at =
        if call.world.is_so(Quirk::RepeatsChanges) && !is_last && changes.len() > 1 { at - 1 } else { at };
    let at = match () {
        () if stands_still => 1,
        () if goes_round => state.at % 2 + 1,
        () => at,
    };
    let mut elements = Vec::new();
    for (_, change) in changes {
        let id = |key: u64| Ident::Item { mailbox: mailbox.number, key }.text();
        let key = match &change {
            Change::New(item) | Change::Changed(item) | Change::Read(item) => item.key,
            Change::Gone(key) => *key,
        };
        if !ignored.contains(&id(key).as_str()) {
            elements.push(element(call, mailbox, &change, shape)?);
        }
    }
    Ok(vec![
        Element::message("SyncState").saying(State { at, ..state.clone() }.text()),
        Element::message("IncludesLastItemInRange").saying(is_last.to_string()),
        Element::message("Changes").holding_all(elements),
    ])
}

fn changes<'a>(call: &Call<'_>, mailbox: &'a Mailbox, state: &State) -> Vec<(u64, Change<'a>)> {
    let reads_are_updates = call.world.is_so(Quirk::ReadIsUpdate);
    let with_hidden = call.request.text_of("SyncScope") == Some("NormalAndAssociatedItems");
    let shown = mailbox.items_of(state.folder).filter(|item| with_hidden || !item.is("IsAssociated"));
    let living = shown.filter(|item| item.changed > state.at).map(|item| {
        let change = match () {
            () if item.arrived > state.at => Change::New(item),
            () if item.changed_otherwise > state.at || reads_are_updates => Change::Changed(item),
            () => Change::Read(item),
        };
        (item.changed, change)
    });
    let gone = mailbox.gone.iter().filter(|gone| gone.folder == Some(state.folder));
    let gone = gone.filter(|gone| gone.at > state.at && gone.arrived <= state.at);
    living.chain(gone.map(|gone| (gone.at, Change::Gone(gone.key)))).collect()
}

fn element(call: &Call<'_>, mailbox: &Mailbox, change: &Change<'_>, shape: &Shape) -> Outcome<Element> {
    let view = |item| View { mailbox, item, instance: None, version: call.version };
    let shown = |item| item_element(call.world, view(item), shape, Purpose::Find);
    Ok(match change {
        Change::New(item) => Element::new("Create").holding(shown(item)?),
        Change::Changed(item) => Element::new("Update").holding(shown(item)?),
        Change::Read(item) => {
            let view = view(item);
            let id = Element::new("ItemId").with("Id", view.id()).with("ChangeKey", view.change_key());
            Element::new("ReadFlagChange")
                .holding(id)
                .holding(Element::text("IsRead", item.is("IsRead").to_string()))
        }
        Change::Gone(key) => {
            Element::new("Delete").holding(Element::new("ItemId").with("Id", mailbox.item_id(*key)))
        }
    })
}
