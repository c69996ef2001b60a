//! Files of items: fetched one by one, so that a large one is in the spool before the next one comes.

use super::is_lost;
use crate::{
    account::Account,
    convert::{self, Attached},
    error::{Trouble, is_unreadable},
    ops::{AttachmentContent, GetAttachment, Shape},
};
use bytes::Bytes;
use omm_content::data::Data;
use omm_core::{
    error::{Result, Scope},
    model::{Body, Intake},
};
use std::io::{self, Read};

/// Files, with what their item says of them.
pub(super) type Files = Vec<(Attached, Data)>;

/// Files that were fetched; none for what lies elsewhere. They can be read as often as they belong to somebody.
pub(super) type Fetched = Vec<(Attached, Option<Body>)>;

/// The files of an item, and the items within it as messages. One that the server does not give costs itself, and is told. What
/// an occurrence has from its series is known, and not fetched again.
///
/// # Errors
/// If the server cannot be asked now.
pub(super) async fn files_of(
    account: &Account,
    item: &crate::xml::Element,
    known: &Fetched,
    intake: &Intake,
    losses: &mut Vec<String>,
) -> Result<Fetched> {
    let mut known: Vec<&(Attached, Option<Body>)> = known.iter().collect();
    let mut files = Vec::new();
    for attached in convert::attached(item) {
        if attached.location.contains("://") {
            files.push((attached, None));
            continue;
        }
        if let Some(at) = known.iter().position(|(known, body)| body.is_some() && known.is_same(&attached)) {
            files.push(known.swap_remove(at).clone());
            continue;
        }
        let name = attached.name.clone();
        let fetched = match file(account, &attached, intake).await {
            // An answer may be garbled once; what is so twice is this file.
            Err(error) if is_unreadable(&error) => file(account, &attached, intake).await,
            fetched => fetched,
        };
        match fetched {
            Ok(Some(body)) => files.push((attached, Some(body))),
            Ok(None) => {
                losses.push(format!("its file {name:?} is left out: the server gives no bytes of it"))
            }
            Err(error) if is_lost(&error) => {
                losses.push(format!("its file {name:?} is left out: {error}"));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(files)
}

/// Files as converters want them.
pub(super) fn read(fetched: &Fetched) -> Files {
    let one = |(attached, body): &(Attached, Option<Body>)| {
        let mut attached = attached.clone();
        let Some(body) = body else { return (attached, Data::default()) };
        if attached.is_item {
            named_as_message(&mut attached);
        }
        (attached, Data::once(Box::new(Reader::new(body.clone()))))
    };
    fetched.iter().map(one).collect()
}

async fn file(account: &Account, attached: &Attached, intake: &Intake) -> Result<Option<Body>> {
    let operation =
        GetAttachment { attachments: vec![attached.id.clone()], shape: Shape::id_only().with_mime() };
    let doing = account.doing::<GetAttachment>("fetch", Scope::Item);
    let (batch, bodies) = account.call_streaming(doing, &operation, |_| intake.begin(attached.size)).await?;
    let found = batch.only().map_err(|failure| account.failed(doing, Trouble::from(failure)))?;
    let stream = match &found {
        AttachmentContent::File(stream) => *stream,
        AttachmentContent::Item(Some(item)) => item.child("MimeContent").and_then(crate::xml::stream),
        AttachmentContent::Item(None) | AttachmentContent::Other(_) => None,
    };
    Ok(stream.and_then(|stream| bodies.into_iter().nth(stream)))
}

fn named_as_message(attached: &mut Attached) {
    "message/rfc822".clone_into(&mut attached.media_type);
    if !attached.name.to_ascii_lowercase().ends_with(".eml") {
        attached.name.push_str(".eml");
    }
}

/// A body as blocking code reads it.
struct Reader {
    body: Body,
    at: u64,
    chunk: Bytes,
}

impl Reader {
    fn new(body: Body) -> Self {
        Self { body, at: 0, chunk: Bytes::new() }
    }
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.chunk.is_empty() {
            self.chunk = self.body.read_blocking(self.at).map_err(io::Error::other)?;
            self.at += self.chunk.len() as u64;
        }
        let count = into.len().min(self.chunk.len());
        let piece = self.chunk.split_to(count);
        into.get_mut(..count).unwrap_or_default().copy_from_slice(&piece);
        Ok(count)
    }
}
