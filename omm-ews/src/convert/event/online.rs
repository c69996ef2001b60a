//! Where a meeting can be joined from afar.

use super::names;
use crate::{convert::draft::Draft, ops::ExtendedPath, xml::Element};
use omm_content::calendar::Conference;

/// What a link is called, and where it is kept.
const PLACES: [(&str, ExtendedPath); 4] = [
    ("Microsoft Teams", names::TEAMS),
    ("Online meeting", names::EXTERNAL),
    ("Online meeting", names::INTERNAL),
    ("Skype conference", names::SKYPE),
];
const NET_SHOW: &str = "NetShow";

/// Each link once.
pub(super) fn read(item: &Element) -> Vec<Conference> {
    let mut found = Vec::<Conference>::new();
    let element = |name: &str| item.text_of(name).map(str::to_owned);
    let properties = PLACES.iter().map(|(label, property)| (*label, property.text(item)));
    let all = properties
        .chain([("Online meeting", element("JoinOnlineMeetingUrl")), (NET_SHOW, element("NetShowUrl"))]);
    for (label, uri) in all {
        let uri = uri.map(|uri| uri.trim().to_owned()).filter(|uri| is_uri(uri));
        if let Some(uri) = uri.filter(|uri| found.iter().all(|one| one.uri != *uri)) {
            found.push(Conference { uri, label: label.to_owned() });
        }
    }
    found
}

pub(super) fn write(conferences: &[Conference], draft: &mut Draft) {
    let mut taken = [false; PLACES.len()];
    let mut net_show = false;
    for one in conferences {
        if one.label == NET_SHOW && !net_show {
            net_show = true;
            draft.text("calendar:NetShowUrl", "t:NetShowUrl", &one.uri);
            continue;
        }
        let free = |taken: &[bool; PLACES.len()], any: bool| {
            PLACES.iter().zip(taken).position(|((label, _), taken)| !taken && (any || *label == one.label))
        };
        // A link of a kind that has no place of its own: as that of any online meeting.
        let place = free(&taken, false).or_else(|| free(&taken, true).filter(|at| *at > 0));
        match place.and_then(|at| Some((PLACES.get(at)?.1, taken.get_mut(at)?))) {
            Some((property, taken)) => {
                *taken = true;
                draft.property_text(property, &one.uri);
            }
            None => draft.lose(format!("the link {}", one.uri)),
        }
    }
}

/// RFC 3986 §3.1: a scheme first, and no space anywhere.
fn is_uri(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(letter)
        && !text.contains(char::is_whitespace)
}
