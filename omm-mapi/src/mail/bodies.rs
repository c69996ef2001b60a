//! The body of a message: its alternatives, and the images that belong to them.

use super::{
    encode::crlf,
    entity::{Body, Entity},
};
use crate::{
    property::{Properties, tag},
    text::{Bodies, Html},
};
use std::collections::HashSet;

/// More images than any message shows.
const MOST_IMAGES: usize = 10_000;
/// [MS-OXCMSG] §2.2.2.18: the attachment is shown by the HTML.
const RENDERED_IN_BODY: i64 = 0x4;

/// The body as alternatives (RFC 2046 §5.1.4), the plainest first. An empty text if there is none and nothing else in the message.
pub(super) fn alternatives(bodies: Bodies, calendar: Option<Entity>, alone: bool) -> Option<Entity> {
    let mut parts = Vec::new();
    if let Some(text) = bodies.plain {
        parts.push(Entity::text("plain", "utf-8", crlf(text).into_bytes(), &[]));
    }
    if let Some(html) = bodies.html {
        parts.push(Entity::text("html", html.charset, html.bytes, &[]));
    }
    parts.extend(calendar);
    if parts.is_empty() {
        return alone.then(|| Entity::text("plain", "us-ascii", Vec::new(), &[]));
    }
    Some(Entity::several("alternative", Vec::new(), parts))
}

/// The media type of the root of a multipart/related (RFC 2387 §3.1).
pub(super) fn root_type(root: Option<&Entity>) -> String {
    let kind = match root.map(|root| &root.body) {
        Some(Body::Parts { .. }) => "multipart/alternative",
        _ => "text/html",
    };
    kind.to_owned()
}

/// The Content-IDs that HTML shows (RFC 2392), in lower case.
pub(super) fn images(html: &Html) -> HashSet<Vec<u8>> {
    let found = memchr::memchr_iter(b':', &html.bytes).filter_map(|at| {
        let scheme = html.bytes.get(at.checked_sub(3)?..at)?;
        let rest = html.bytes.get(at + 1..).filter(|_| scheme.eq_ignore_ascii_case(b"cid"))?;
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"'>)<&;".contains(byte);
        let end = rest.iter().take(1000).position(ends)?;
        rest.get(..end).map(<[u8]>::to_ascii_lowercase)
    });
    found.take(MOST_IMAGES).collect()
}

/// Whether an attachment belongs to the HTML rather than to the message.
pub(super) fn is_inline(attachment: &Properties, images: &HashSet<Vec<u8>>) -> bool {
    let id = attachment.text(tag::ATTACH_CONTENT_ID);
    let id = id.as_deref().map(|id| id.trim().trim_matches(['<', '>']).to_ascii_lowercase());
    if id.as_ref().is_some_and(|id| images.contains(id.as_bytes())) {
        return true;
    }
    let shown = attachment.number(tag::ATTACH_FLAGS).is_some_and(|flags| flags & RENDERED_IN_BODY != 0)
        || attachment.is(tag::ATTACHMENT_HIDDEN);
    shown && (id.is_some() || attachment.text(tag::ATTACH_CONTENT_LOCATION).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_by_their_addresses() {
        let html = Html::utf8(
            "<img src=\"CID:A@b\"><img src=cid:c@d> cid: 12:30 :x acid:e <p style='url(cid:f)'>cid:"
                .to_owned(),
        );
        let mut found: Vec<_> = images(&html).into_iter().map(|id| String::from_utf8(id).unwrap()).collect();
        found.sort();
        assert_eq!(found, ["", "a@b", "c@d", "e", "f"]);
    }
}
