//! Who asks.

use crate::{ews::world::World, mock::base64_decoded};

/// What an Authorization header comes to.
pub(super) enum Login {
    /// Somebody, by the name they log in with.
    Known(String),
    /// Nobody, with what the server says about it: the challenge of NTLM goes on where it began.
    Unknown(Option<String>),
}

/// Looks at an Authorization header.
pub(super) fn login(world: &World, header: Option<&str>) -> Login {
    let Some((scheme, rest)) = header.and_then(|header| header.split_once(' ')) else {
        return Login::Unknown(None);
    };
    match scheme.to_ascii_lowercase().as_str() {
        "basic" if world.settings.basic => basic(world, rest.trim()),
        "bearer" => match world.tokens.get(rest.trim()) {
            Some(user) => Login::Known(user.clone()),
            None => Login::Unknown(None),
        },
        // A challenge (a message of type 2) to the first message, a plain refusal of the third.
        "ntlm" => Login::Unknown(rest.trim().starts_with("TlRMTVNTUAAB").then(|| {
            "NTLM TlRMTVNTUAACAAAAAAAAADgAAAAFgomiESIzRFVmd4gAAAAAAAAAAAAAAAA4AAAABgGxHQAAAA8=".to_owned()
        })),
        _ => Login::Unknown(None),
    }
}

fn basic(world: &World, text: &str) -> Login {
    let decoded = base64_decoded(text.as_bytes()).and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((name, password)) = decoded.as_deref().and_then(|text| text.split_once(':')) else {
        return Login::Unknown(None);
    };
    // DOMAIN\name is understood as name.
    let name = name.rsplit('\\').next().unwrap_or(name);
    let is_it = |own: &&String| {
        own.eq_ignore_ascii_case(name)
            || own.split('@').next().is_some_and(|local| local.eq_ignore_ascii_case(name))
            || world.mailbox_at(name).is_some_and(|mailbox| mailbox.address.eq_ignore_ascii_case(own))
    };
    match world.users.keys().find(is_it).and_then(|own| world.users.get(own).map(|user| (own, user))) {
        Some((own, user)) if user.password == password => Login::Known(own.clone()),
        _ => Login::Unknown(None),
    }
}

/// The WWW-Authenticate headers of a refusal.
pub(super) fn challenges(world: &World, ntlm: Option<String>) -> Vec<(String, String)> {
    let mut schemes = vec!["Negotiate".to_owned(), ntlm.unwrap_or_else(|| "NTLM".to_owned())];
    if world.settings.basic {
        schemes.push("Basic realm=\"mail.example.com\"".to_owned());
    }
    if !world.tokens.is_empty() {
        schemes.push(
            "Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\", trusted_issuers=\"\"".to_owned(),
        );
    }
    schemes.into_iter().map(|scheme| ("WWW-Authenticate".to_owned(), scheme)).collect()
}
