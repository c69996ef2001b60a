//! Reading: all of a folder by one command, the next ones sent ahead.

use crate::{
    BATCH_BYTES, Batch, Folders, Message,
    wire::{Account, Connection, announced, ok},
};
use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{PoisonError, mpsc::SyncSender},
};

/// Folders that are asked for while the first of them is read.
const AHEAD: usize = 3;

/// Takes folders until there is none left, and hands on what is in them, at most `most` messages at once.
pub(crate) fn all(
    source: &Account,
    folders: &Folders,
    most: usize,
    to: &SyncSender<Batch>,
) -> io::Result<()> {
    let mut connection = Connection::open(source)?;
    let mut asked: VecDeque<(u32, Vec<u8>)> = VecDeque::new();
    let mut tag = 0;
    loop {
        while asked.len() < AHEAD {
            let next = folders.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some(folder) = next else { break };
            tag += 1;
            connection.output.write_all(b"e EXAMINE ")?;
            connection.output.write_all(&folder)?;
            write!(connection.output, "\r\n{tag} UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])\r\n")?;
            asked.push_back((tag, folder));
        }
        connection.output.flush()?;
        let Some((tag, folder)) = asked.pop_front() else { return Ok(()) };
        if !read(&mut connection, &format!("{tag} "), folder, most, to)? {
            return Ok(());
        }
    }
}

/// Whether anybody still takes what is read.
fn read(
    connection: &mut Connection,
    tag: &str,
    folder: Vec<u8>,
    most: usize,
    to: &SyncSender<Batch>,
) -> io::Result<bool> {
    let empty = || Batch { folder: folder.clone(), messages: Vec::new() };
    // Makes the folder, whatever is in it.
    let mut is_taken = to.send(empty()).is_ok();
    let (mut batch, mut bytes) = (empty(), 0);
    loop {
        let line = connection.input.line()?;
        if let Some(status) = line.strip_prefix(tag.as_bytes()) {
            ok(status)?;
            if !batch.messages.is_empty() {
                is_taken &= to.send(batch).is_ok();
            }
            return Ok(is_taken);
        }
        let Some((text, size)) = announced(&line) else { continue };
        let body = connection.input.literal(size)?;
        let head = [&line[..text], &connection.input.line()?].concat();
        bytes += body.len();
        batch.messages.push(Message {
            flags: flags(&head),
            date: after(&head, b"INTERNALDATE \"", b'"').to_vec(),
            body,
        });
        if batch.messages.len() >= most || bytes >= BATCH_BYTES {
            is_taken &= to.send(std::mem::replace(&mut batch, empty())).is_ok();
            bytes = 0;
        }
    }
}

/// What may be said in APPEND: \Recent may not.
fn flags(head: &[u8]) -> Vec<u8> {
    let flags = after(head, b"FLAGS (", b')').split(|byte| *byte == b' ');
    flags.filter(|flag| !flag.eq_ignore_ascii_case(b"\\Recent")).collect::<Vec<_>>().join(&b' ')
}

fn after<'a>(text: &'a [u8], begin: &[u8], end: u8) -> &'a [u8] {
    let begins = text.windows(begin.len()).position(|window| window == begin);
    let rest = begins.map_or(&[][..], |at| &text[at + begin.len()..]);
    rest.split(|byte| *byte == end).next().unwrap_or_default()
}
