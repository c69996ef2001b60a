//! PHOTO, LOGO, SOUND, KEY: bytes within the card, or where they are.

use super::{To, params};
use crate::read::old::Old;
use base64::{Engine, engine::general_purpose::STANDARD};

/// The property in the new version.
pub(super) fn line(old: &Old, to: To) -> String {
    let mut kinds = params::kinds(old);
    let value = old.value.trim();
    if !(old.says("BASE64") || old.says("B")) {
        let is_uri =
            ["URL", "URI", "CONTENT-ID", "CID"].iter().any(|word| old.says(word)) || value.contains("://");
        let line =
            params::with(old, &old.name, &kinds, to).param("VALUE", if is_uri { "uri" } else { "text" });
        let is_id = (old.says("CONTENT-ID") || old.says("CID")) && !value.starts_with("cid:");
        return match (is_uri, is_id) {
            (true, true) => line.plain(&format!("cid:{value}")),
            (true, false) => line.plain(value),
            _ => line.text(&old.text()),
        }
        .unfolded()
        .to_owned();
    }
    let bytes: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
    if to.vcard_3 {
        // RFC 2426 §3.1.4: TYPE is the format.
        kinds.iter_mut().for_each(|kind| *kind = kind.to_ascii_uppercase());
        let line = params::with(old, &old.name, &kinds, to).param("ENCODING", "b");
        return line.plain(&bytes).unfolded().to_owned();
    }
    let kind = media_type(&old.name, &kinds, &bytes);
    kinds.retain(|kind| is_place(kind));
    let line = params::with(old, &old.name, &kinds, to);
    line.plain(&format!("data:{kind};base64,{bytes}")).unfolded().to_owned()
}

/// RFC 2397.
pub(super) fn data_uri(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(bytes))
}

fn is_place(kind: &str) -> bool {
    matches!(kind, "home" | "work" | "pref")
}

/// By its kind, else by its first bytes.
fn media_type(name: &str, kinds: &[String], base64: &str) -> String {
    if let Some(kind) = kinds.iter().find(|kind| !is_place(kind)) {
        return match (kind.as_str(), name) {
            ("pgp", _) => "application/pgp-keys".to_owned(),
            ("x509", _) => "application/pkix-cert".to_owned(),
            ("wave" | "wav", _) => "audio/wav".to_owned(),
            ("pcm", _) => "audio/basic".to_owned(),
            ("jpg", _) => "image/jpeg".to_owned(),
            (full, _) if full.contains('/') => full.to_owned(),
            (kind, "SOUND") => format!("audio/{kind}"),
            (kind, "KEY") => format!("application/{kind}"),
            (kind, _) => format!("image/{kind}"),
        };
    }
    let starts = |start: &str| base64.starts_with(start);
    match () {
        () if starts("/9j/") => "image/jpeg",
        () if starts("iVBORw") => "image/png",
        () if starts("R0lGOD") => "image/gif",
        () if starts("Qk") => "image/bmp",
        () if starts("UklGR") && name == "SOUND" => "audio/wav",
        () => "application/octet-stream",
    }
    .to_owned()
}
