//! What every item has: subject, text, categories, dates, and who may see it.

use super::{draft::Draft, moment, node::Node};
use crate::{
    ops::{ExtendedPath, PropertySet, PropertyType, SEARCH_KEY, boolean},
    xml::Element,
};
use chrono::{DateTime, Utc};
use omm_content::line::Line;
use omm_mapi::text::Html;

/// What an item keeps the UID in that it had elsewhere, for kinds that have no element for it.
pub(crate) const UID: ExtendedPath =
    ExtendedPath::word(PropertySet::PUBLIC_STRINGS, "omm-uid", PropertyType::String);

/// The text of an item, plain and in HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    /// Plain.
    pub(crate) plain: Option<String>,
    /// In HTML, if it has that.
    pub(crate) html: Option<String>,
}

/// The text of an item: Body, of which there may be two, and TextBody, which servers from 2013 on have.
pub(crate) fn text(item: &Element) -> Text {
    let body = |kind: &str| {
        let found = item.all("Body").find(|body| body.attribute("BodyType").unwrap_or("Text") == kind)?;
        not_blank(found.raw_text.replace("\r\n", "\n").replace('\r', "\n").trim_end())
    };
    let html = body("HTML").and_then(|html| Html::utf8(html).for_readers());
    let own = item.text_of("TextBody").map(|text| text.replace("\r\n", "\n"));
    let plain = own.or_else(|| body("Text"));
    let plain = plain.or_else(|| not_blank(Html::utf8(html.clone()?).to_text().trim_end()));
    Text { plain, html }
}

fn not_blank(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// Sets the text: HTML if there is any, for the server makes plain text of it and not the other way round.
pub(crate) fn set_text(draft: &mut Draft, plain: Option<&str>, html: Option<&str>) {
    let body = match (html, plain) {
        (Some(html), _) => Node::text("t:Body", html).with("BodyType", "HTML"),
        (None, Some(plain)) if !plain.is_empty() => Node::text("t:Body", plain).with("BodyType", "Text"),
        _ => return,
    };
    draft.set("item:Body", body);
}

/// The texts of a list: `Categories`, `Companies`, `Children`.
pub(crate) fn list(item: &Element, name: &str) -> Vec<String> {
    let strings = item.child(name).into_iter().flat_map(|list| list.all("String"));
    let texts = strings.map(|one| one.text().to_owned()).filter(|text| !text.is_empty());
    texts.take(super::MOST).collect()
}

/// A list as an element.
pub(crate) fn set_list(draft: &mut Draft, uri: &'static str, element: &'static str, texts: &[String]) {
    let strings: Vec<_> = texts
        .iter()
        .filter(|text| !text.trim().is_empty())
        .map(|text| Node::text("t:String", text))
        .collect();
    if !strings.is_empty() {
        draft.set(uri, Node::parent(element, strings));
    }
}

/// The text of an element, blanks at its ends left out; empty if there is none.
pub(crate) fn word(item: &Element, name: &str) -> String {
    item.text_of(name).unwrap_or_default().to_owned()
}

/// Whether an element says so.
pub(crate) fn is(item: &Element, name: &str) -> bool {
    item.text_of(name).and_then(boolean).unwrap_or(false)
}

/// A time in UTC.
pub(crate) fn time(item: &Element, name: &str) -> Option<DateTime<Utc>> {
    item.text_of(name).and_then(moment::instant)
}

/// Adds what may be seen of an item: Sensitivity ([MS-OXWSCORE]).
pub(crate) fn set_sensitivity(draft: &mut Draft, word: &str) {
    draft.set("item:Sensitivity", Node::text("t:Sensitivity", word));
}

/// The name of an item for ever: what it had elsewhere, else what its search key makes of it, else its id. All readers of
/// a mailbox, those of its files included, make the same name of a search key.
pub(crate) fn urn(item: &Element) -> String {
    if let Some(uid) = UID.text(item) {
        return uid;
    }
    let key = SEARCH_KEY.bytes(item);
    let key = key.filter(|key| key.iter().any(|byte| *byte != 0));
    let id =
        || item.child("ItemId").and_then(|id| id.attribute("Id")).unwrap_or_default().as_bytes().to_vec();
    omm_mapi::urn_of_key(&key.unwrap_or_else(id))
}

/// Bytes as base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

/// Says that these properties of an interchange form have no place.
pub(crate) fn lose_lines(draft: &mut Draft, lines: &[Line]) {
    let mut names: Vec<_> =
        lines.iter().map(|line| line.unfolded().split([':', ';']).next().unwrap_or_default()).collect();
    names.sort_unstable();
    names.dedup();
    if !names.is_empty() {
        draft.lose(format!("the properties {}", names.join(", ")));
    }
}
