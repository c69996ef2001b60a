//! Where a meeting can be joined from afar.

use crate::{
    entry::name::{NET_SHOW_URL, public},
    property::Properties,
};
use omm_content::calendar::Conference;

/// Links that Outlook, Lync, Skype and Teams keep beside the text, each once.
pub(super) fn conferences(properties: &Properties) -> Vec<Conference> {
    let mut found = Vec::<Conference>::new();
    let named = [
        ("Microsoft Teams", public("SkypeTeamsMeetingUrl")),
        ("Online meeting", public("OnlineMeetingExternalLink")),
        ("Online meeting", public("OnlineMeetingInternalLink")),
        ("Skype conference", public("OnlineMeetingConfLink")),
        ("NetShow", NET_SHOW_URL),
    ];
    for (label, name) in named {
        let uri = properties.named_text(&name).map(|uri| uri.trim().to_owned()).filter(|uri| is_uri(uri));
        if let Some(uri) = uri.filter(|uri| found.iter().all(|one| one.uri != *uri)) {
            found.push(Conference { uri, label: label.to_owned() });
        }
    }
    found
}

/// RFC 3986 §3.1: a scheme first, and no space anywhere.
fn is_uri(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(letter)
        && !text.contains(char::is_whitespace)
}
