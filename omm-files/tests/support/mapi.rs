//! Items of Outlook as plain values, from which `.msg` files and TNEF streams are written: one item, two formats.

// Each test file uses its own part of this.
#![allow(dead_code, unreachable_pub)]

use omm_mapi::property::{Guid, Named};

/// An item: a message, a contact, an appointment.
#[derive(Clone, Debug, Default)]
pub struct Item {
    pub properties: Vec<Property>,
    pub recipients: Vec<Vec<Property>>,
    pub files: Vec<File>,
}

/// An attachment.
#[derive(Clone, Debug)]
pub struct File {
    pub properties: Vec<Property>,
    pub content: Content,
}

/// What is attached.
#[derive(Clone, Debug)]
pub enum Content {
    Bytes(Vec<u8>),
    Message(Box<Item>),
    /// An OLE object: its streams.
    Storage(Vec<(&'static str, Vec<u8>)>),
}

/// A property with its bytes as both formats have them: little-endian, text without the NUL at its end.
#[derive(Clone, Debug)]
pub struct Property {
    pub id: u16,
    pub name: Option<Named>,
    /// [MS-OXCDATA] §2.11.1, without the bit of several values.
    pub kind: u16,
    pub values: Vec<Vec<u8>>,
    pub is_multiple: bool,
}

pub const INTEGER16: u16 = 0x0002;
pub const INTEGER32: u16 = 0x0003;
pub const FLOATING32: u16 = 0x0004;
pub const FLOATING64: u16 = 0x0005;
pub const CURRENCY: u16 = 0x0006;
pub const FLOATING_TIME: u16 = 0x0007;
pub const BOOLEAN: u16 = 0x000B;
pub const OBJECT: u16 = 0x000D;
pub const INTEGER64: u16 = 0x0014;
pub const STRING8: u16 = 0x001E;
pub const STRING: u16 = 0x001F;
pub const TIME: u16 = 0x0040;
pub const GUID: u16 = 0x0048;
pub const BINARY: u16 = 0x0102;

impl Property {
    pub fn new(id: u16, kind: u16, value: Vec<u8>) -> Self {
        Self { id, name: None, kind, values: vec![value], is_multiple: false }
    }

    pub fn several(id: u16, kind: u16, values: Vec<Vec<u8>>) -> Self {
        Self { id, name: None, kind, values, is_multiple: true }
    }

    pub fn text(id: u16, text: &str) -> Self {
        Self::new(id, STRING, utf16(text))
    }

    pub fn text8(id: u16, text: &[u8]) -> Self {
        Self::new(id, STRING8, text.to_vec())
    }

    pub fn number(id: u16, number: i32) -> Self {
        Self::new(id, INTEGER32, number.to_le_bytes().to_vec())
    }

    pub fn time(id: u16, ticks: i64) -> Self {
        Self::new(id, TIME, ticks.to_le_bytes().to_vec())
    }

    pub fn flag(id: u16, is: bool) -> Self {
        Self::new(id, BOOLEAN, vec![u8::from(is), 0])
    }

    pub fn binary(id: u16, bytes: &[u8]) -> Self {
        Self::new(id, BINARY, bytes.to_vec())
    }

    /// The same under a name; the id is one of this file only.
    #[must_use]
    pub fn named(mut self, set: Guid, number: u32) -> Self {
        self.name = Some(Named::Id(set, number));
        self
    }

    #[must_use]
    pub fn worded(mut self, set: Guid, word: &'static str) -> Self {
        self.name = Some(Named::Text(set, word.into()));
        self
    }

    /// How many bytes each value takes, if its type says so.
    pub fn width(&self) -> Option<usize> {
        match self.kind {
            INTEGER16 | BOOLEAN => Some(2),
            INTEGER32 | FLOATING32 => Some(4),
            FLOATING64 | CURRENCY | FLOATING_TIME | INTEGER64 | TIME => Some(8),
            GUID => Some(16),
            _ => None,
        }
    }

    pub fn full_kind(&self) -> u16 {
        self.kind | if self.is_multiple { 0x1000 } else { 0 }
    }
}

pub fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

impl Item {
    /// An item of a class.
    pub fn of(class: &str, properties: Vec<Property>) -> Self {
        let mut all = vec![Property::text(0x001A, class)];
        all.extend(properties);
        Self { properties: all, ..Self::default() }
    }

    #[must_use]
    pub fn to(mut self, kind: i32, name: &str, address: &str) -> Self {
        self.recipients.push(vec![
            Property::number(0x0C15, kind),
            Property::text(0x3001, name),
            Property::text(0x3002, "SMTP"),
            Property::text(0x3003, address),
            Property::text(0x39FE, address),
        ]);
        self
    }

    #[must_use]
    pub fn with(mut self, name: &str, content: Content) -> Self {
        // [MS-OXCMSG] §2.2.2.9: by value, a message, an object of another program.
        let method = match content {
            Content::Bytes(_) => 1,
            Content::Message(_) => 5,
            Content::Storage(_) => 6,
        };
        let properties = vec![
            Property::text(0x3001, name),
            Property::text(0x3707, name),
            Property::number(0x3705, method),
            Property::number(0x370B, -1),
        ];
        self.files.push(File { properties, content });
        self
    }
}

/// 2024-02-29 12:34:56 UTC as a FILETIME.
pub const LEAP_DAY: i64 = (1_709_210_096 + 11_644_473_600) * 10_000_000;
