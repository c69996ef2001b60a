//! An answer while it arrives.

use super::{
    client::Client,
    head::Head,
    inflate::{BURST, Inflate},
    link::{Link, Lost},
};
use crate::{
    error::Trouble,
    xml::{Element, Limits, Piece, Splitter, TOO_MANY_ELEMENTS, read},
};
use omm_core::model::{Body, Inbound};

/// A large text of an answer may be so long: a mail of 150 MB, as a server's own stream.
const LARGEST_TEXT: u64 = 2 << 30;
/// Of an answer that is no success, so much is read.
const LARGEST_COMPLAINT: usize = 256 << 10;

/// What an answer may hold beside its large texts.
const LIMITS: Limits = Limits { bytes: 16 << 20, depth: 64, elements: 250_000 };

/// An answer whose body is still to come. Dropped before its end, it ends its connection.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) head: Head,
    link: Link,
    client: &'a Client,
}

impl<'a> Answer<'a> {
    pub(super) fn new(head: Head, link: Link, client: &'a Client) -> Self {
        Self { head, link, client }
    }

    /// The body as a tree, and its large texts: each goes into the body that `begin` gives for its number.
    ///
    /// # Errors
    /// If it breaks off, is no XML, or is too large; or if a large text could not be kept.
    pub(crate) async fn tree(
        mut self,
        mut begin: impl FnMut(usize) -> Inbound + Send,
    ) -> Result<(Element, Vec<Body>), Trouble> {
        let mut inflate = Inflate::new(&self.head.encoding).map_err(Trouble::Unreadable)?;
        let mut splitter = Splitter::new(LIMITS.bytes);
        let mut texts = Texts::default();
        while let Some(bytes) = self.link.chunk().await? {
            for burst in bytes.chunks(BURST) {
                let plain = inflate.push(burst).map_err(Trouble::Unreadable)?;
                texts.take(splitter.push(&plain).map_err(not_split)?, &mut begin).await?;
            }
        }
        let plain = inflate.finish().map_err(Trouble::Unreadable)?;
        texts.take(splitter.push(&plain).map_err(not_split)?, &mut begin).await?;
        let rest = splitter.finish().map_err(not_split)?;
        let tree = read(&rest, LIMITS).map_err(|why| match why {
            TOO_MANY_ELEMENTS => Trouble::TooLarge(why),
            why => Trouble::foreign(why, &self.head, &rest),
        })?;
        self.client.give_back(self.link);
        Ok((tree, texts.whole))
    }

    /// The body of a complaint, which is short, and may be nothing.
    ///
    /// # Errors
    /// If it breaks off.
    pub(crate) async fn complaint(mut self) -> Result<(Head, Vec<u8>), Lost> {
        let mut whole = Vec::new();
        let mut inflate = Inflate::new(&self.head.encoding).ok();
        while let Some(bytes) = self.link.chunk().await? {
            for burst in bytes.chunks(BURST) {
                let plain = inflate.as_mut().and_then(|inflate| inflate.push(burst).ok());
                whole.extend(plain.unwrap_or_default());
            }
            if whole.len() > LARGEST_COMPLAINT {
                whole.truncate(LARGEST_COMPLAINT);
                return Ok((self.head, whole));
            }
        }
        whole.extend(inflate.and_then(|inflate| inflate.finish().ok()).unwrap_or_default());
        self.client.give_back(self.link);
        Ok((self.head, whole))
    }
}

/// Large texts while they arrive, in their order.
#[derive(Default)]
struct Texts {
    whole: Vec<Body>,
    open: Option<(Inbound, u64)>,
}

impl Texts {
    async fn take(
        &mut self,
        pieces: Vec<Piece>,
        begin: &mut (impl FnMut(usize) -> Inbound + Send),
    ) -> Result<(), Trouble> {
        for piece in pieces {
            match (piece, &mut self.open) {
                (Piece::Begin(number), _) => self.open = Some((begin(number), 0)),
                (Piece::Bytes(bytes), Some((inbound, len))) => {
                    *len += bytes.len() as u64;
                    if *len > LARGEST_TEXT {
                        return Err(Trouble::TooLarge("a text of the answer is too large"));
                    }
                    inbound.write(&bytes).await?;
                }
                (Piece::End, open) => {
                    if let Some((inbound, _)) = open.take() {
                        self.whole.push(inbound.finish().await?);
                    }
                }
                (Piece::Bytes(_), None) => {}
            }
        }
        Ok(())
    }
}

fn not_split(why: &'static str) -> Trouble {
    match why {
        "the answer is too large" => Trouble::TooLarge(why),
        why => Trouble::Unreadable(why.to_owned()),
    }
}
