//! What is sent for an item, and whether it can be sent at all.

use super::Fate;
use crate::{account::Account, flags::keepable, proto::command::Wrapper, quirks::Quirks, session::Session};
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    model::{Body, Flags, Item, ItemKind, Received, SystemFlag},
    seam::Probe,
};

/// Headers are looked into as far as this.
const HEADER: usize = 256 * 1024;

/// A message as it will be sent.
pub(super) struct Draft {
    /// Its place in the batch.
    pub(super) at: usize,
    pub(super) body: Body,
    pub(super) flags: Vec<String>,
    /// What only STORE sets on this server.
    pub(super) by_store: Option<&'static str>,
    pub(super) received: Option<Received>,
    pub(super) wrapper: Wrapper,
    /// What the server wants behind it.
    pub(super) ending: &'static str,
}

impl Draft {
    /// Its length on the wire.
    pub(super) fn len(&self) -> u64 {
        self.body.crlf_len() + self.ending.len() as u64
    }

    /// Enough to recognise it.
    pub(super) fn probe(&self) -> Probe {
        Probe::new(ItemKind::Mail, self.body.fingerprint(), self.len(), self.received)
    }
}

/// Makes drafts for one folder of one server.
pub(super) struct Draftsman {
    side: Side,
    quirks: Quirks,
    permanent: Option<Vec<String>>,
    largest: Option<u64>,
    /// Whether UTF8=ACCEPT is enabled.
    utf8: bool,
    /// Whether BINARY is offered.
    binary: bool,
}

impl Draftsman {
    pub(super) fn new(account: &Account, session: &Session, permanent: Option<Vec<String>>) -> Self {
        Self {
            side: account.side,
            quirks: account.ask(|facts| facts.quirks.clone()),
            permanent,
            largest: account.ask(|facts| facts.append_limit),
            utf8: session.enabled.contains("UTF8=ACCEPT"),
            binary: session.capabilities.has("BINARY"),
        }
    }

    /// Drafts of all that can be sent; the others have their fate.
    pub(super) async fn draft(&self, batch: &[Item], fates: &mut [Fate]) -> Result<Vec<Draft>> {
        let mut drafts = Vec::new();
        for (at, item) in batch.iter().enumerate() {
            match self.refuses(item).await? {
                Some(error) => fates[at] = Some(Err(error)),
                None => drafts.push(self.draft_one(at, item).await?),
            }
        }
        Ok(drafts)
    }

    async fn draft_one(&self, at: usize, item: &Item) -> Result<Draft> {
        let (flags, by_store) = self.flags(&item.flags);
        let wants_crlf = self.quirks.wants_final_crlf && !ends_with_line_end(&item.body).await?;
        Ok(Draft {
            at,
            body: item.body.clone(),
            flags,
            by_store,
            received: item.received,
            wrapper: self.wrapper(&item.body).await?,
            ending: if wants_crlf { "\r\n" } else { "" },
        })
    }

    async fn wrapper(&self, body: &Body) -> Result<Wrapper> {
        // RFC 6855 §4: once UTF8=ACCEPT is enabled, headers in UTF-8 are said to be such.
        if self.utf8 && has_utf8_header(body).await? {
            return Ok(Wrapper::Utf8);
        }
        // RFC 3516 §4.4: a literal8 may hold NUL, a literal may not (RFC 9051 §4.3).
        Ok(if self.binary && has_nul(body).await? { Wrapper::Literal8 } else { Wrapper::Plain })
    }

    fn flags(&self, flags: &Flags) -> (Vec<String>, Option<&'static str>) {
        let mut flags = flags.clone();
        if self.quirks.gmail {
            // Seen: Gmail removes what is \Deleted at once, unless its user has switched that off.
            flags.remove(SystemFlag::Deleted);
        }
        let later = self.quirks.flagged_by_store && flags.contains(SystemFlag::Flagged);
        if later {
            flags.remove(SystemFlag::Flagged);
        }
        let by_store = later.then(|| SystemFlag::Flagged.name());
        (keepable(&flags, self.permanent.as_deref()), by_store)
    }

    /// Why an item need not even be sent.
    async fn refuses(&self, item: &Item) -> Result<Option<Error>> {
        let error = |kind, message: String| Some(Error::new(kind, self.side, "append", message));
        if item.kind != ItemKind::Mail {
            return Ok(error(ErrorKind::Rejected, "an IMAP account holds only mail".to_owned()));
        }
        let size = item.body.crlf_len();
        if let Some(largest) = self.largest.filter(|largest| size > *largest) {
            let message = format!("{size} bytes, and the server takes no message over {largest}");
            return Ok(error(ErrorKind::TooLarge, message));
        }
        if let Some(longest) = self.quirks.longest_line {
            let line = longest_line(&item.body).await?;
            if line > longest {
                let message =
                    format!("it has a line of {line} bytes, and Exchange takes none over {longest}");
                return Ok(error(ErrorKind::Rejected, message));
            }
        }
        Ok(None)
    }
}

/// The length of the longest line, without its end.
async fn longest_line(body: &Body) -> Result<u64> {
    let (mut longest, mut current) = (0u64, 0u64);
    let mut before = 0;
    let mut reader = body.reader();
    while let Some(chunk) = reader.chunk().await? {
        let mut from = 0;
        for at in memchr::memchr_iter(b'\n', &chunk) {
            let last = if at == 0 { before } else { chunk[at - 1] };
            let line = current + (at - from) as u64;
            longest = longest.max(line - u64::from(last == b'\r' && line > 0));
            (current, from) = (0, at + 1);
        }
        current += (chunk.len() - from) as u64;
        before = chunk.last().copied().unwrap_or(before);
    }
    Ok(longest.max(current))
}

/// Whether the last byte is a line feed; a bare one becomes CRLF on the way.
pub(super) async fn ends_with_line_end(body: &Body) -> Result<bool> {
    let mut last = None;
    let mut reader = body.reader();
    while let Some(chunk) = reader.chunk().await? {
        last = chunk.last().copied().or(last);
    }
    Ok(last == Some(b'\n'))
}

async fn has_nul(body: &Body) -> Result<bool> {
    let mut reader = body.reader();
    while let Some(chunk) = reader.chunk().await? {
        if memchr::memchr(0, &chunk).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the header has letters beyond ASCII, and they are UTF-8.
async fn has_utf8_header(body: &Body) -> Result<bool> {
    let mut header = Vec::new();
    let mut reader = body.reader();
    while let Some(chunk) = reader.chunk().await? {
        header.extend_from_slice(&chunk[..chunk.len().min(HEADER)]);
        let end = header_end(&header);
        if let Some(end) = end {
            header.truncate(end);
        }
        if end.is_some() || header.len() >= HEADER {
            break;
        }
    }
    Ok(!header.is_ascii() && std::str::from_utf8(&header).is_ok())
}

/// Where the first empty line begins.
fn header_end(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"\n") || bytes.starts_with(b"\r\n") {
        return Some(0);
    }
    let ends = |at: &usize| matches!(&bytes[at + 1..], [b'\n', ..] | [b'\r', b'\n', ..]);
    memchr::memchr_iter(b'\n', bytes).find(ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    fn now<T>(future: impl Future<Output = Result<T>>) -> T {
        future.now_or_never().expect("bodies in memory are there at once").expect("and can be read")
    }

    fn draftsman(quirks: Quirks) -> Draftsman {
        Draftsman {
            side: Side::Destination,
            quirks,
            permanent: None,
            largest: Some(100),
            utf8: true,
            binary: true,
        }
    }

    fn item(bytes: &[u8]) -> Item {
        Item::new(ItemKind::Mail, Body::from_bytes(bytes.to_vec()))
    }

    #[test]
    fn lines_ends_and_headers() {
        for (bytes, line, ends, utf8) in [
            (&b""[..], 0, false, false),
            (b"abc", 3, false, false),
            (b"a\r\nbcd\r\n", 3, true, false),
            (b"a\nbcde", 4, false, false),
            ("Subject: ü\n\nx".as_bytes(), 11, false, true),
            ("Subject: u\r\n\r\nü".as_bytes(), 10, false, false),
            (b"Subject: \xfc\n\nx", 10, false, false),
            ("\nü".as_bytes(), 2, false, false),
        ] {
            let body = Body::from_bytes(bytes.to_vec());
            assert_eq!(now(longest_line(&body)), line, "{bytes:?}");
            assert_eq!(now(ends_with_line_end(&body)), ends, "{bytes:?}");
            assert_eq!(now(has_utf8_header(&body)), utf8, "{bytes:?}");
        }
    }

    #[test]
    fn a_message_that_cannot_be_stored_costs_itself_and_is_not_sent() {
        let mut exchange = draftsman(Quirks { longest_line: Some(20), ..Quirks::default() });
        let batch = [item(b"fine\n"), item(&[b'x'; 21]), item(&[b'\n'; 90]), item(b"fine too")];
        let mut fates: Vec<Fate> = batch.iter().map(|_| None).collect();
        let drafts = now(exchange.draft(&batch, &mut fates));
        assert_eq!(drafts.iter().map(|draft| draft.at).collect::<Vec<_>>(), [0, 3]);
        let kinds: Vec<_> =
            fates.iter().flatten().map(|fate| fate.as_ref().expect_err("refused").kind()).collect();
        assert_eq!(
            kinds,
            [ErrorKind::Rejected, ErrorKind::TooLarge],
            "180 bytes once its lines end with CRLF"
        );
        exchange.largest = None;
        assert!(now(exchange.refuses(&batch[2])).is_none());
    }

    #[test]
    fn what_no_plain_literal_can_hold_is_wrapped() {
        let draftsman = draftsman(Quirks::default());
        for (bytes, wrapper) in [
            (&b"Subject: x\n\nbody"[..], Wrapper::Plain),
            (b"Subject: x\n\n\0", Wrapper::Literal8),
            ("Subject: ü\n\nbody".as_bytes(), Wrapper::Utf8),
        ] {
            assert_eq!(now(draftsman.wrapper(&Body::from_bytes(bytes.to_vec()))), wrapper, "{bytes:?}");
        }
    }

    #[test]
    fn quirks_change_what_is_sent() {
        let mut flagged = item(b"x");
        flagged.flags = Flags::parse("\\Flagged \\Deleted Work");
        for (quirks, flags, by_store, len) in [
            (Quirks::default(), "\\Flagged \\Deleted Work", None, 1),
            (Quirks { flagged_by_store: true, ..Quirks::default() }, "\\Deleted Work", Some("\\Flagged"), 1),
            (Quirks { gmail: true, ..Quirks::default() }, "\\Flagged Work", None, 1),
            (Quirks { wants_final_crlf: true, ..Quirks::default() }, "\\Flagged \\Deleted Work", None, 3),
        ] {
            let draft = now(draftsman(quirks).draft_one(0, &flagged));
            assert_eq!((draft.flags.join(" ").as_str(), draft.by_store, draft.len()), (flags, by_store, len));
        }
    }
}
