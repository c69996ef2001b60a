//! Contacts, appointments, tasks and notes: from the interchange form to what is done to make them.

use super::{Work, steps::Steps, text};
use crate::{
    account::Account,
    convert::{self, Plan},
    ops::NewAttachment,
    print::{self, Mark, Print},
};
use omm_content::{calendar::Attachment, data::Data};
use omm_core::{
    error::{Error, ErrorKind, Result},
    host::blocking,
    model::{Body, Intake, Item},
};
use std::io::Read;

/// Files up to this are kept in memory.
const SMALL: u64 = 64 << 10;
/// How much of a larger one is moved at a time.
const CHUNK: usize = 128 << 10;
/// What a photo of a contact is called: Exchange 2007 knows it by this name.
const PHOTO: &str = "ContactPicture.jpg";

/// What is done to make an item; in this folder first, if it is not made where it shall be.
pub(super) async fn work(account: &Account, item: &Item, workshop: Option<&'static str>) -> Result<Work> {
    let text = text::of(account, &item.body).await?;
    let mailbox = account.whose(item.kind).await?;
    let name = name_of(text.around());
    let kind = item.kind;
    let made = blocking(&account.env.runtime, move || Ok(convert::made(kind, text, &mailbox))).await?;
    let mut made = made.map_err(|why| refused(account, why))?;
    made.losses.extend(made.plans.iter_mut().flat_map(links));
    account.losses.note(&format!("{} {name:?}", item.kind.plural()), &made.losses);
    let print = Print::of(&item.body);
    if let [plan] = &made.plans[..]
        && is_simple(plan)
        && workshop.is_none()
    {
        let mut draft = plan.master.clone();
        print::put(&mut draft, &print, &Mark::Whole(1));
        return Ok(Work::Draft(draft.finish()));
    }
    let mut all = Vec::with_capacity(made.plans.len());
    for plan in made.plans {
        all.push(Steps { workshop, ..steps(account, plan).await? });
    }
    Ok(Work::Steps(print, all))
}

/// What people call the item of this text.
fn name_of(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let value = |line: &str| {
        let (name, value) = line.split_once(':')?;
        let name = name.split(';').next()?;
        ["SUMMARY", "FN"].iter().any(|known| known.eq_ignore_ascii_case(name)).then(|| value.to_owned())
    };
    text.lines().find_map(value).unwrap_or_default()
}

/// Whether one request can make it.
fn is_simple(plan: &Plan) -> bool {
    plan.attachments.is_empty() && plan.photo.is_none() && plan.changed.is_empty() && plan.deleted.is_empty()
}

async fn steps(account: &Account, plan: Plan) -> Result<Steps> {
    let mut files = files(account, plan.attachments).await?;
    if let Some(photo) = plan.photo {
        let photo = NewAttachment::file(PHOTO, bytes(account, &photo).await?);
        files.push(NewAttachment { is_contact_photo: true, ..photo });
    }
    let mut changed = Vec::with_capacity(plan.changed.len());
    for mut change in plan.changed {
        let own = self::files(account, std::mem::take(&mut change.attachments)).await?;
        changed.push((change, own));
    }
    Ok(Steps { master: plan.master, workshop: None, files, changed, deleted: plan.deleted })
}

/// Takes those away that are links, and says of each what is lost: no request makes one.
fn links(plan: &mut Plan) -> Vec<String> {
    let changed = plan.changed.iter_mut().map(|changed| &mut changed.attachments);
    let all = std::iter::once(&mut plan.attachments).chain(changed);
    let links = all.flat_map(|files| files.extract_if(.., |file| file.uri.is_some()));
    links.map(|file| format!("a link among its files: {}", file.uri.unwrap_or_default())).collect()
}

/// Files whose bytes are here.
async fn files(account: &Account, attachments: Vec<Attachment>) -> Result<Vec<NewAttachment>> {
    let mut files = Vec::with_capacity(attachments.len());
    for file in attachments {
        let made = NewAttachment::file(file.name.unwrap_or_default(), bytes(account, &file.data).await?);
        files.push(NewAttachment { content_type: file.media_type, content_id: file.content_id, ..made });
    }
    Ok(files)
}

/// The bytes of a file. A large one goes from where its base64 lies into the spool, and is in memory nowhere.
async fn bytes(account: &Account, data: &Data) -> Result<Body> {
    let unreadable =
        |cause: std::io::Error| refused(account, format!("a file of the item cannot be read: {cause}"));
    if data.size().is_some_and(|size| size <= SMALL) {
        return data.to_bytes().map(Body::from_bytes).map_err(unreadable);
    }
    let intake = Intake::new(&account.env, account.env.memory.reserve(0).await);
    let mut inbound = intake.begin(data.size());
    let mut reader = data.reader();
    loop {
        let read = move || {
            let mut chunk = vec![0; CHUNK];
            let read = reader.read(&mut chunk).map(|count| chunk.truncate(count));
            Ok((read.map(|()| chunk), reader))
        };
        let (chunk, rest) = blocking(&account.env.runtime, read).await?;
        let chunk = chunk.map_err(unreadable)?;
        if chunk.is_empty() {
            return inbound.finish().await;
        }
        reader = rest;
        inbound.write(&chunk).await?;
    }
}

fn refused(account: &Account, why: String) -> Error {
    Error::new(ErrorKind::Malformed, account.side, "append", why)
}
