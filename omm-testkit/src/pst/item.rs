//! Items as plain values: what a test wants in a file.

use super::property::{Key, Properties, Value};

/// An item: mail, contact, appointment, anything with a message class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// All properties that the item's own node has. What is derived is added when it is written: `PidTagMessageFlags`,
    /// `PidTagMessageSize`, `PidTagDisplayTo` and the like, unless they are here.
    pub properties: Properties,
    /// To, Cc and Bcc.
    pub recipients: Vec<Recipient>,
    /// In their order.
    pub attachments: Vec<Attachment>,
    /// Properties by id that are derived for other items, and that this one does not have.
    pub absent: Vec<u16>,
}

/// To whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipientKind {
    /// `To`, or a required attendee.
    To = 1,
    /// `Cc`, or an optional attendee.
    Cc = 2,
    /// `Bcc`, or a resource.
    Bcc = 3,
}

/// One recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// To, Cc or Bcc.
    pub kind: RecipientKind,
    /// What is shown.
    pub name: String,
    /// `SMTP`, or `EX` for an address in an Exchange organisation.
    pub address_type: String,
    /// The address.
    pub address: String,
    /// More columns of the table, by the ids of the properties. Only the standard columns are written.
    pub more: Vec<(u16, Value)>,
}

/// One attachment.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Properties of the attachment's node; `PidTagAttachMethod` and the size follow from the content.
    pub properties: Properties,
    /// What is attached.
    pub content: Content,
}

/// What is attached, and so `PidTagAttachMethod` ([MS-OXCMSG] §2.2.2.9).
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Bytes (`afByValue`).
    Bytes(Vec<u8>),
    /// A message (`afEmbeddedMessage`).
    Embedded(Box<Item>),
    /// An OLE object, as the compound file that it is (`afOle`).
    Ole(Vec<u8>),
    /// Only a reference: the path of a file (`afByReference`).
    Reference(String),
}

impl Item {
    /// An item of a class, with a subject.
    pub fn new(class: &str, subject: &str) -> Self {
        Self::default().with(0x001a, class).with(0x0037, subject)
    }

    /// The same with one more property.
    #[must_use]
    pub fn with(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        self.properties.push((key.into(), value.into()));
        self
    }

    /// The same with many more properties.
    #[must_use]
    pub fn with_all(mut self, properties: Properties) -> Self {
        self.properties.extend(properties);
        self
    }

    /// The same without a property that a store derives, as `PidTagSearchKey` (0x300b).
    #[must_use]
    pub fn without(mut self, id: u16) -> Self {
        self.absent.push(id);
        self
    }

    /// The same with a recipient at an Internet address.
    #[must_use]
    pub fn to(mut self, kind: RecipientKind, name: &str, address: &str) -> Self {
        self.recipients.push(Recipient {
            kind,
            name: name.to_owned(),
            address_type: "SMTP".to_owned(),
            address: address.to_owned(),
            more: Vec::new(),
        });
        self
    }

    /// The same with an attachment.
    #[must_use]
    pub fn attach(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }

    /// The value of a property; the last one counts.
    pub fn get(&self, key: impl Into<Key>) -> Option<&Value> {
        let key = key.into();
        self.properties.iter().rev().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// The text of a property that is a text.
    pub fn text(&self, key: impl Into<Key>) -> Option<&str> {
        match self.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

impl Attachment {
    /// A file of a media type.
    pub fn file(name: &str, media_type: &str, bytes: Vec<u8>) -> Self {
        let short: String = name.chars().take(8).filter(char::is_ascii_alphanumeric).collect();
        Self { properties: Vec::new(), content: Content::Bytes(bytes) }
            .with(0x3707, name)
            .with(0x3704, short.as_str())
            .with(0x3001, name)
            .with(0x370e, media_type)
    }

    /// A message.
    pub fn message(item: Item) -> Self {
        let name = item.text(0x0037).unwrap_or_default().to_owned();
        Self { properties: Vec::new(), content: Content::Embedded(Box::new(item)) }
            .with(0x3001, name.as_str())
    }

    /// An OLE object.
    pub fn ole(name: &str, compound_file: Vec<u8>) -> Self {
        Self { properties: Vec::new(), content: Content::Ole(compound_file) }.with(0x3001, name)
    }

    /// The same with one more property.
    #[must_use]
    pub fn with(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        self.properties.push((key.into(), value.into()));
        self
    }
}
