//! Writes an item: its properties, its recipients, its attachments, and what is embedded in them ([MS-PST] §2.4.5).

use super::block::{Blocks, Node};
use super::columns;
use super::context::Context;
use super::item::{Attachment, Content, Item, RecipientKind};
use super::names::Names;
use super::nid::{ATTACHMENTS, NidType, RECIPIENTS, nid};
use super::property::{Encoder, Key, Stored, Value};
use super::table::{self, Row};
use std::io::{self, Seek, Write};

const SUBJECT: u16 = 0x0037;
const FLAGS: u16 = 0x0e07;
const HAS_ATTACHMENT: i32 = 0x10;
const READ: i32 = 0x01;
/// Messages in messages in messages: deeper ones are a mistake of the test.
const DEEPEST: usize = 64;

/// What writing an item needs.
pub(super) struct Pen<'a, W> {
    pub(super) blocks: &'a mut Blocks<W>,
    pub(super) names: &'a mut Names,
    pub(super) encoder: Encoder,
}

/// An item as it was written: its blocks, and what a contents table says about it.
pub(super) struct Written {
    pub(super) node: Node,
    pub(super) row: Row,
    pub(super) is_read: bool,
}

impl<W: Write + Seek> Pen<'_, W> {
    /// Properties as a context has them; in the subject the prefix is marked.
    pub(super) fn context(&mut self, properties: &[(Key, Value)]) -> Context {
        let mut context = Context::default();
        for (key, value) in properties {
            let id = self.names.id(key);
            let stored = match value {
                Value::Text(text) if id == SUBJECT => self.encoder.encode(&Value::Text(marked(text))),
                _ => self.encoder.encode(value),
            };
            context.set(id, stored);
        }
        context
    }

    /// Writes an item. `serial` makes what has to be unique.
    pub(super) fn item(&mut self, item: &Item, serial: u64) -> io::Result<Written> {
        self.item_at(item, serial, 0)
    }

    fn item_at(&mut self, item: &Item, serial: u64, depth: usize) -> io::Result<Written> {
        if depth > DEEPEST {
            return Err(io::Error::other("messages are embedded too deep"));
        }
        let mut context = self.context(&item.properties);
        let mut size = 0;
        let mut rows = Vec::new();
        for (number, attachment) in item.attachments.iter().enumerate() {
            let below = nid(NidType::Attachment, 0x400 + number as u32 + 1);
            let (node, row, bytes) = self.attachment(attachment, below, serial, depth)?;
            context.subnodes.insert(below, node);
            rows.push(row);
            size += bytes;
        }
        if !rows.is_empty() {
            let columns = columns::of(self.encoder.format, columns::ATTACHMENTS);
            context.subnodes.insert(ATTACHMENTS, table::write(self.blocks, &columns, &rows)?);
        }
        // Every message has the table, if only an empty one ([MS-PST] §2.4.5.3).
        let columns = columns::of(self.encoder.format, columns::RECIPIENTS);
        let recipients = self.recipients(item);
        context.subnodes.insert(RECIPIENTS, table::write(self.blocks, &columns, &recipients)?);
        self.derive(&mut context, item, serial, size);
        let row = self.row(&context);
        let is_read =
            matches!(context.get(FLAGS), Some((_, Stored::Inline(flags))) if flags & READ as u32 != 0);
        Ok(Written { node: context.write(self.blocks)?, row, is_read })
    }

    /// What a store adds to an item when it is saved.
    fn derive(&mut self, context: &mut Context, item: &Item, serial: u64, attached: usize) {
        let encoder = self.encoder;
        let mut default = |id: u16, value: Value| {
            if !item.absent.contains(&id) {
                context.preset(id, encoder.encode(&value));
            }
        };
        let has_attachment = if item.attachments.is_empty() { 0 } else { HAS_ATTACHMENT };
        default(FLAGS, Value::I32(READ | has_attachment));
        default(0x0e1b, Value::Bool(has_attachment != 0));
        default(0x0e17, Value::I32(0));
        default(0x0036, Value::I32(0));
        default(0x0017, Value::I32(1));
        for (id, kind) in
            [(0x0e04, RecipientKind::To), (0x0e03, RecipientKind::Cc), (0x0e02, RecipientKind::Bcc)]
        {
            let names = item.recipients.iter().filter(|recipient| recipient.kind == kind);
            let names: Vec<&str> = names.map(|recipient| recipient.name.as_str()).collect();
            default(id, Value::Text(names.join("; ")));
        }
        if let Some(subject) = item.text(SUBJECT) {
            let (prefix, rest) = subject.split_at(prefix_length(subject));
            default(0x003d, Value::Text(prefix.to_owned()));
            default(0x0e1d, Value::Text(rest.to_owned()));
            default(0x0070, Value::Text(rest.to_owned()));
        }
        let mut search_key = vec![0; 16];
        search_key[..8].copy_from_slice(&serial.to_be_bytes());
        search_key[8..].copy_from_slice(b"omm-test");
        default(0x300b, Value::Binary(search_key));
        default(0x3007, Value::Time(super::time::EPOCH));
        default(0x3008, Value::Time(super::time::EPOCH));
        let size = context.size() + attached;
        context.preset(0x0e08, encoder.encode(&Value::I32(size as i32)));
    }

    /// The cells of a contents table that are properties of the item. One of another type than the column's is left out,
    /// as narrow text is in a wide table.
    fn row(&self, context: &Context) -> Row {
        let columns = [columns::CONTENTS, columns::ASSOCIATED].concat();
        let cells = columns::of(self.encoder.format, &columns).into_iter().filter_map(|(id, kind)| {
            context.get(id).filter(|(known, _)| *known == kind).map(|(_, stored)| (id, stored.clone()))
        });
        Row { id: 0, cells: cells.collect() }
    }

    fn recipients(&self, item: &Item) -> Vec<Row> {
        let rows = item.recipients.iter().enumerate().map(|(number, recipient)| {
            let key = format!("{}:{}\0", recipient.address_type, recipient.address).to_ascii_uppercase();
            let text = |text: &str| Value::Text(text.to_owned());
            let standard = [
                (0x0c15, Value::I32(recipient.kind as i32)),
                (0x0e0f, Value::Bool(true)),
                (0x0ffe, Value::I32(6)),
                (
                    0x0fff,
                    Value::Binary(one_off(&recipient.name, &recipient.address_type, &recipient.address)),
                ),
                (0x3001, text(&recipient.name)),
                (0x3002, text(&recipient.address_type)),
                (0x3003, text(&recipient.address)),
                (0x300b, Value::Binary(key.into_bytes())),
                (0x3900, Value::I32(0)),
                (0x39ff, text(&recipient.name)),
                (0x3a40, Value::Bool(false)),
                (0x5ff6, text(&recipient.name)),
                (0x5ffd, Value::I32(1)),
                (0x5fff, Value::I32(0)),
            ];
            let smtp = (recipient.address_type == "SMTP").then(|| (0x39fe, text(&recipient.address)));
            let all = standard.into_iter().chain(smtp).chain(recipient.more.clone());
            let cells = all.map(|(id, value)| (id, self.encoder.encode(&value).1));
            Row { id: number as u32, cells: cells.collect() }
        });
        rows.collect()
    }

    /// Writes an attachment; what comes back are its blocks, its row and its size.
    fn attachment(
        &mut self,
        attachment: &Attachment,
        below: u32,
        serial: u64,
        depth: usize,
    ) -> io::Result<(Node, Row, usize)> {
        let mut context = self.context(&attachment.properties);
        let encoder = self.encoder;
        let method = match &attachment.content {
            Content::Bytes(bytes) => {
                context.set(0x3701, (0x102, Stored::Bytes(bytes.clone())));
                1
            }
            Content::Reference(path) => {
                context.set(0x3708, encoder.encode(&Value::Text(path.clone())));
                2
            }
            Content::Embedded(item) => {
                let object = nid(NidType::Message, 0x400 + 1);
                let written = self.item_at(item, serial, depth + 1)?;
                let size = match written.row.cells.get(&0x0e08) {
                    Some(Stored::Inline(size)) => *size,
                    _ => 0,
                };
                context.subnodes.insert(object, written.node);
                context.set(0x3701, (0x0d, object_of(object, size)));
                5
            }
            Content::Ole(bytes) => {
                let object = nid(NidType::Value, 0x300);
                let node = Node { data: self.blocks.bytes(bytes)?, subnodes: 0 };
                context.subnodes.insert(object, node);
                context.set(0x3701, (0x0d, object_of(object, bytes.len() as u32)));
                6
            }
        };
        context.set(0x3705, encoder.encode(&Value::I32(method)));
        context.preset(0x370b, encoder.encode(&Value::I32(-1)));
        context.preset(0x3007, encoder.encode(&Value::Time(super::time::EPOCH)));
        context.preset(0x3008, encoder.encode(&Value::Time(super::time::EPOCH)));
        let size = context.size();
        context.preset(0x0e20, encoder.encode(&Value::I32(size as i32)));
        let ids = columns::ATTACHMENTS.iter().map(|(id, _)| *id);
        let cells = ids.filter_map(|id| context.get(id).map(|(_, stored)| (id, stored.clone())));
        let row = Row { id: below, cells: cells.collect() };
        Ok((context.write(self.blocks)?, row, size))
    }
}

/// PtypObject in the heap ([MS-PST] §2.3.3.5): the subnode and the size of what is in it.
fn object_of(below: u32, size: u32) -> Stored {
    let mut object = [0; 8];
    object[..4].copy_from_slice(&below.to_le_bytes());
    object[4..].copy_from_slice(&size.to_le_bytes());
    Stored::Wide(object)
}

/// [MS-PST] §2.5.3.1.1.1: a mark, then where the subject proper begins, then the subject.
fn marked(subject: &str) -> String {
    let prefix = subject[..prefix_length(subject)].encode_utf16().count() as u8;
    format!("\u{1}{}{subject}", char::from(prefix + 1))
}

/// Up to three characters, a colon and a space ([MS-OXCMSG] §2.2.1.10), as `RE: `.
fn prefix_length(subject: &str) -> usize {
    let Some(colon) = subject.find(": ") else { return 0 };
    let word = &subject[..colon];
    let is_prefix = (1..=3).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic);
    if is_prefix { colon + 2 } else { 0 }
}

/// A one-off entry id ([MS-OXCDATA] §2.2.5.1): name and address of somebody who is in no address book.
pub(super) fn one_off(name: &str, address_type: &str, address: &str) -> Vec<u8> {
    let mut id = vec![0; 4];
    id.extend_from_slice(&[
        0x81, 0x2b, 0x1f, 0xa4, 0xbe, 0xa3, 0x10, 0x19, 0x9d, 0x6e, 0x00, 0xdd, 0x01, 0x0f, 0x54, 0x02,
    ]);
    // Version 0; Unicode, no rich text.
    id.extend_from_slice(&[0, 0, 0x01, 0x90]);
    for text in [name, address_type, address] {
        id.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_has_up_to_three_letters() {
        for (subject, length) in
            [("RE: a", 4), ("AW: a", 4), ("a", 0), ("Fwd: a", 5), ("Note: a", 0), ("12: a", 0), (": a", 0)]
        {
            assert_eq!(prefix_length(subject), length, "{subject}");
        }
        assert_eq!(marked("RE: a"), "\u{1}\u{5}RE: a");
    }
}
