//! A message put together from its attributes.

use super::{
    attribute::{Attribute, SIGNATURE, attributes, id},
    cursor::Cursor,
    legacy,
    list::{Content, Property, properties},
    names::Names,
    remarks::Remarks,
};
use omm_mapi::{
    Error, Result, StoredAttachment, StoredMessage,
    property::{Guid, Properties, Value, tag},
};

/// How deep messages may lie in messages.
const MOST_DEPTH: u32 = 32;
/// How many recipients a message can have, and attachments.
const MOST_PARTS: usize = 2048;

/// The class of an object that is a message: IID_IMessage ([MS-OXTNEF] §2.1.3.4).
const MESSAGE: Guid = Guid::new(0x0002_0307, 0, 0, [0xC0, 0, 0, 0, 0, 0, 0, 0x46]);

/// The values of one object, before the names of all are known.
#[derive(Default)]
struct Gathered {
    values: Vec<(u16, Value)>,
    /// What older attributes say; a property of MAPI goes before them.
    legacy: Vec<(u16, Value)>,
}

#[derive(Default)]
struct Part {
    gathered: Gathered,
    data: Option<Vec<u8>>,
    message: Option<Box<StoredMessage>>,
}

/// What is being read: the message, and what all of its parts share.
struct Building<'r> {
    names: Names,
    message: Gathered,
    recipients: Vec<Gathered>,
    parts: Vec<Part>,
    code_page: Option<u32>,
    /// attOwner, whose meaning depends on the class of the message.
    owner: Option<Vec<u8>>,
    depth: u32,
    /// How many values may still be read, of all messages.
    values: &'r mut u32,
    remarks: &'r mut Remarks,
}

/// The message of a stream that lies `depth` messages deep; `outer` is the code page of the one around it.
pub(super) fn message(
    bytes: &[u8],
    outer: Option<u32>,
    depth: u32,
    values: &mut u32,
    remarks: &mut Remarks,
) -> Result<StoredMessage> {
    if depth > MOST_DEPTH {
        return Err(Error::malformed(format!("messages lie in messages more than {MOST_DEPTH} deep")));
    }
    let Some(rest) = bytes.strip_prefix(&SIGNATURE) else {
        return Err(Error::malformed("not TNEF: the signature is missing"));
    };
    // [MS-OXTNEF] §2.1.3: a key of two bytes follows, which meant something once.
    let found = attributes(rest.get(2..).unwrap_or_default(), remarks);
    let page =
        found.iter().find(|one| one.id == id::OEM_CODEPAGE).and_then(|one| legacy::code_page(one.data));
    let mut building = Building {
        names: Names::default(),
        message: Gathered::default(),
        recipients: Vec::new(),
        parts: Vec::new(),
        code_page: page.or(outer),
        owner: None,
        depth,
        values,
        remarks,
    };
    found.iter().for_each(|attribute| building.take(attribute));
    Ok(building.finish())
}

impl Building<'_> {
    fn take(&mut self, Attribute { id, data }: &Attribute<'_>) {
        match *id {
            id::OEM_CODEPAGE => {}
            id::MAPI_PROPS => {
                for property in self.list(&mut Cursor(data), "the message") {
                    self.message.values.extend(self.names.valued(property));
                }
            }
            id::RECIP_TABLE => self.recipients(&mut Cursor(data)),
            id::OWNER => self.owner = Some(data.to_vec()),
            // [MS-OXTNEF] §2.1.3.3.15: it comes first of those of an attachment.
            id::ATTACH_REND_DATA => {
                if self.parts.len() < MOST_PARTS {
                    self.parts.push(Part::default());
                } else {
                    self.remarks.say(format_args!(
                        "more than {MOST_PARTS} attachments: their attributes are mixed up"
                    ));
                }
                self.part().gathered.legacy.extend(legacy::properties(*id, data));
            }
            id::ATTACH_DATA => {
                let data = data.to_vec();
                self.part().data.get_or_insert(data);
            }
            id::ATTACHMENT => self.attachment(data),
            id::ATTACH_TITLE
            | id::ATTACH_TRANSPORT_FILENAME
            | id::ATTACH_META_FILE
            | id::ATTACH_CREATE_DATE
            | id::ATTACH_MODIFY_DATE => self.part().gathered.legacy.extend(legacy::properties(*id, data)),
            other => self.message.legacy.extend(legacy::properties(other, data)),
        }
    }

    /// The attachment that attributes belong to: a first one without attAttachRendData is one all the same.
    fn part(&mut self) -> &mut Part {
        if self.parts.is_empty() {
            self.parts.push(Part::default());
        }
        let last = self.parts.len() - 1;
        &mut self.parts[last]
    }

    fn list<'a>(&mut self, cursor: &mut Cursor<'a>, whose: &str) -> Vec<Property<'a>> {
        let (properties, complete) = properties(cursor, self.values);
        if !complete {
            self.remarks.say(format_args!("properties of {whose} are cut off after {}", properties.len()));
        }
        properties
    }

    /// [MS-OXTNEF] §2.1.3.4: a count, then a list of properties for each.
    fn recipients(&mut self, cursor: &mut Cursor<'_>) {
        let count = cursor.u32().unwrap_or_default();
        for row in 0..count {
            if cursor.0.is_empty() || self.recipients.len() >= MOST_PARTS {
                self.remarks.say(format_args!("{row} of {count} recipients are read"));
                return;
            }
            let properties = self.list(cursor, "a recipient");
            let values = properties.into_iter().filter_map(|property| self.names.valued(property)).collect();
            self.recipients.push(Gathered { values, legacy: Vec::new() });
        }
    }

    /// The properties of an attachment; its bytes or the message inside may be among them.
    fn attachment(&mut self, data: &[u8]) {
        for property in self.list(&mut Cursor(data), "an attachment") {
            match property.content {
                Content::Object(class, bytes) if property.id == tag::ATTACH_DATA => self.object(class, bytes),
                Content::Value(Value::Binary(bytes)) if property.id == tag::ATTACH_DATA => {
                    self.part().data = Some(bytes);
                }
                _ => {
                    let value = self.names.valued(property);
                    self.part().gathered.values.extend(value);
                }
            }
        }
    }

    fn object(&mut self, class: Guid, bytes: &[u8]) {
        if class != MESSAGE {
            self.part().data = Some(bytes.to_vec());
            return;
        }
        let mut remarks = Remarks::default();
        match message(bytes, self.code_page, self.depth + 1, self.values, &mut remarks) {
            Ok(message) => self.part().message = Some(Box::new(message)),
            Err(error) => {
                remarks.say(error);
                self.part().data = Some(bytes.to_vec());
            }
        }
        for remark in remarks.all() {
            self.remarks.say(format_args!("in a message inside: {remark}"));
        }
    }

    fn finish(mut self) -> StoredMessage {
        let owner = self.owner.take();
        let names = self.names.done();
        let bag = |gathered: Gathered| {
            let mut properties = Properties::new(names.clone()).with_code_page(self.code_page);
            for (id, value) in gathered.values.into_iter().chain(gathered.legacy) {
                properties.insert(id, value);
            }
            properties
        };
        let mut properties = bag(self.message);
        if let Some(owner) = owner {
            let class = properties.text(tag::MESSAGE_CLASS).unwrap_or_default().to_ascii_lowercase();
            let answers = class.starts_with("ipm.schedule.meeting.resp");
            legacy::owner(&owner, answers).into_iter().for_each(|(id, value)| properties.insert(id, value));
        }
        StoredMessage {
            properties,
            recipients: self.recipients.into_iter().map(bag).collect(),
            attachments: self
                .parts
                .into_iter()
                .map(|part| StoredAttachment {
                    properties: bag(part.gathered),
                    data: part.data,
                    message: part.message,
                })
                .collect(),
        }
    }
}
