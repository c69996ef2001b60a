//! Writes TNEF streams ([MS-OXTNEF]) by hand.

#![allow(dead_code, unreachable_pub)]

use super::mapi::{Content, Item, OBJECT, Property, STRING, STRING8};
use omm_mapi::property::Named;

/// IID_IMessage and IID_IStorage ([MS-OXTNEF] §2.1.3.4): what an object is.
const MESSAGE: [u8; 16] = [7, 3, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];
const STORAGE: [u8; 16] = [0x0B, 0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];

pub const SUBJECT: u32 = 0x0001_8004;
pub const DATE_SENT: u32 = 0x0003_8005;
pub const MESSAGE_CLASS: u32 = 0x0007_8008;
pub const FROM: u32 = 0x0000_8000;
pub const BODY: u32 = 0x0002_800C;
pub const ATTACH_DATA: u32 = 0x0006_800F;
pub const ATTACH_TITLE: u32 = 0x0001_8010;
pub const ATTACH_REND_DATA: u32 = 0x0006_9002;
pub const MAPI_PROPS: u32 = 0x0006_9003;
pub const RECIP_TABLE: u32 = 0x0006_9004;
pub const ATTACHMENT: u32 = 0x0006_9005;
pub const OEM_CODEPAGE: u32 = 0x0006_9007;

/// The stream of an item, in properties of MAPI.
pub fn write(item: &Item) -> Vec<u8> {
    let class = item.properties.iter().find(|property| property.id == 0x001A);
    let class: Vec<u8> =
        class.map(|class| class.values[0].iter().step_by(2).copied().collect()).unwrap_or_default();
    let mut out = start();
    attribute(&mut out, 1, OEM_CODEPAGE, &[&1252u32.to_le_bytes()[..], &[0; 4]].concat());
    attribute(&mut out, 1, MESSAGE_CLASS, &[&class[..], b"\0"].concat());
    attribute(&mut out, 1, MAPI_PROPS, &list(&item.properties));
    if !item.recipients.is_empty() {
        let rows: Vec<u8> = item.recipients.iter().flat_map(|recipient| list(recipient)).collect();
        let count = (item.recipients.len() as u32).to_le_bytes();
        attribute(&mut out, 1, RECIP_TABLE, &[&count[..], &rows].concat());
    }
    for file in &item.files {
        attribute(&mut out, 2, ATTACH_REND_DATA, &rendering(&file.content));
        let mut properties = file.properties.clone();
        match &file.content {
            Content::Bytes(bytes) => attribute(&mut out, 2, ATTACH_DATA, bytes),
            Content::Message(inner) => {
                properties.push(Property::new(0x3701, OBJECT, [&MESSAGE[..], &write(inner)].concat()));
            }
            Content::Storage(streams) => {
                let file = super::msg_writer::storage(streams);
                properties.push(Property::new(0x3701, OBJECT, [&STORAGE[..], &file].concat()));
            }
        }
        attribute(&mut out, 2, ATTACHMENT, &list(&properties));
    }
    out
}

/// The signature, a key, and the version.
pub fn start() -> Vec<u8> {
    let mut out = 0x223E_9F78u32.to_le_bytes().to_vec();
    out.extend([1, 0]);
    attribute(&mut out, 1, 0x0008_9006, &0x0001_0000u32.to_le_bytes());
    out
}

/// Adds an attribute: level, number, length, bytes, checksum.
pub fn attribute(out: &mut Vec<u8>, level: u8, id: u32, data: &[u8]) {
    out.push(level);
    out.extend(id.to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    let sum = data.iter().fold(0u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    out.extend(sum.to_le_bytes());
}

/// A list of properties ([MS-OXTNEF] §2.1.3.4).
pub fn list(properties: &[Property]) -> Vec<u8> {
    let mut out = (properties.len() as u32).to_le_bytes().to_vec();
    for (at, property) in properties.iter().enumerate() {
        out.extend(property.full_kind().to_le_bytes());
        match &property.name {
            None => out.extend(property.id.to_le_bytes()),
            Some(name) => {
                out.extend((0x8000 + at as u16).to_le_bytes());
                named(&mut out, name);
            }
        }
        if property.is_multiple || property.width().is_none() {
            out.extend((property.values.len() as u32).to_le_bytes());
        }
        for value in &property.values {
            let mut value = value.clone();
            match property.kind {
                STRING => value.extend([0, 0]),
                STRING8 => value.push(0),
                _ => {}
            }
            if property.width().is_none() {
                out.extend((value.len() as u32).to_le_bytes());
            }
            padded(&mut out, &value);
        }
    }
    out
}

fn named(out: &mut Vec<u8>, name: &Named) {
    match name {
        Named::Id(set, number) => {
            out.extend(set.0);
            out.extend(0u32.to_le_bytes());
            out.extend(number.to_le_bytes());
        }
        Named::Text(set, word) => {
            let word = [super::mapi::utf16(word), vec![0, 0]].concat();
            out.extend(set.0);
            out.extend(1u32.to_le_bytes());
            out.extend((word.len() as u32).to_le_bytes());
            padded(out, &word);
        }
    }
}

fn padded(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(bytes);
    out.resize(out.len() + bytes.len().next_multiple_of(4) - bytes.len(), 0);
}

/// [MS-OXTNEF] §2.1.3.3.15: a file, or an object of another program; where it is shown, how large, no Macintosh.
fn rendering(content: &Content) -> Vec<u8> {
    let kind: u16 = if matches!(content, Content::Storage(_)) { 2 } else { 1 };
    [&kind.to_le_bytes()[..], &[0xFF; 4], &[0; 8]].concat()
}
