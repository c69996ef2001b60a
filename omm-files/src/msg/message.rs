//! A message in a compound file: the file's own, or one within another.

use super::{
    attachment::MsgAttachment,
    code_page,
    compound::{Compound, is_damage},
    names,
    properties::{self, Owner, Room, hex},
    said::Said,
};
use cfb::Entry;
use omm_mapi::{
    Attachment, Error, Message, Result,
    property::{NameMap, Properties},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// How the names of storages begin ([MS-OXMSG] §2.2.1, §2.2.2).
const RECIPIENT: &str = "__recip_version1.0_#";
const ATTACHMENT: &str = "__attach_version1.0_#";

/// How many recipients a message can have, and attachments ([MS-OXMSG] §2.2).
const MOST_PARTS: usize = 2048;
/// How deep messages may lie in messages.
const MOST_DEPTH: u32 = 32;

/// A message of a `.msg` file. Its own properties are in memory, its recipients and attachments in the file.
pub struct MsgMessage {
    storage: PathBuf,
    context: Context,
    properties: Properties,
}

/// What a message hands down to its parts.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) compound: Compound,
    pub(super) names: Arc<NameMap>,
    pub(super) code_page: Option<u32>,
    pub(super) depth: u32,
    /// What was left out, of the file's message and of all in it.
    pub(super) said: Arc<Said>,
}

impl MsgMessage {
    /// The same with a code page for 8-bit text, if the message does not say its own.
    #[must_use]
    pub fn with_code_page(mut self, code_page: Option<u32>) -> Self {
        self.context.code_page = self.context.code_page.or(code_page);
        self.properties = self.properties.with_code_page(self.context.code_page);
        self
    }

    /// What was left out of the file so far, in words: what is damaged or too large. Recipients, attachments and the
    /// messages in them add theirs when they are read.
    pub fn remarks(&self) -> Vec<String> {
        self.context.said.all()
    }

    /// The message of the file.
    pub(super) fn of_file(compound: Compound) -> Result<Self> {
        let (names, said) = Default::default();
        let context = Context { compound, names, code_page: None, depth: 0, said };
        Self::read(context, PathBuf::from("/"), Owner::File)
    }

    /// A message within another.
    pub(super) fn within(outer: &Context, storage: PathBuf) -> Result<Self> {
        if outer.depth >= MOST_DEPTH {
            return Err(Error::malformed(format!("messages lie in messages more than {MOST_DEPTH} deep")));
        }
        Self::read(Context { depth: outer.depth + 1, ..outer.clone() }, storage, Owner::Embedded)
    }

    fn read(mut context: Context, storage: PathBuf, owner: Owner) -> Result<Self> {
        // [MS-OXMSG] §2.2.3: only the file has names, for all messages in it. If one has its own, it means them.
        if let Some(names) = names::read(&context.compound, &storage) {
            context.names = Arc::new(names);
        }
        let (properties, remarks) = properties::read(
            &context.compound,
            &storage,
            owner,
            Arc::clone(&context.names),
            &mut Room::new(),
        )?;
        context.code_page = code_page::of(&properties).or(context.code_page);
        let properties = properties.with_code_page(context.code_page);
        context.said.say(&place(&storage), remarks);
        Ok(Self { storage, context, properties })
    }

    /// The storages of its parts, in the order of their numbers ([MS-OXMSG] §2.2.1, §2.2.2).
    fn parts(&self, prefix: &str) -> Result<Vec<PathBuf>> {
        let number = |child: &Entry| match child.is_storage() {
            true => hex(child.name().strip_prefix(prefix)?),
            false => None,
        };
        let children = self.context.compound.children(&self.storage)?;
        let mut parts: Vec<_> = children
            .into_iter()
            .filter_map(|child| Some((number(&child)?, child.path().to_owned())))
            .collect();
        if parts.len() > MOST_PARTS {
            return Err(Error::malformed(format!("{} parts where {MOST_PARTS} are allowed", parts.len())));
        }
        parts.sort_unstable();
        Ok(parts.into_iter().map(|(_, path)| path).collect())
    }
}

impl Message for MsgMessage {
    fn properties(&self) -> &Properties {
        &self.properties
    }

    fn recipients(&self) -> Result<Vec<Properties>> {
        let (mut recipients, mut room) = (Vec::new(), Room::new());
        for storage in self.parts(RECIPIENT)? {
            match self.context.part(&storage, &mut room) {
                Ok(properties) => recipients.push(properties),
                Err(Error::Io(error)) if !is_damage(&error) => return Err(Error::Io(error)),
                Err(error) => self.context.said.say(&place(&storage), vec![format!("{error}, left out")]),
            }
        }
        Ok(recipients)
    }

    fn attachments(&self) -> Result<Vec<Box<dyn Attachment>>> {
        let mut attachments: Vec<Box<dyn Attachment>> = Vec::new();
        let mut room = Room::new();
        for storage in self.parts(ATTACHMENT)? {
            let properties =
                self.context.part(&storage, &mut room).map_err(|error| error.at(storage.display()))?;
            attachments.push(Box::new(MsgAttachment::new(self.context.clone(), storage, properties)));
        }
        Ok(attachments)
    }
}

impl Context {
    /// The properties of a recipient or an attachment.
    fn part(&self, storage: &Path, room: &mut Room) -> Result<Properties> {
        let (properties, remarks) =
            properties::read(&self.compound, storage, Owner::Part, Arc::clone(&self.names), room)?;
        self.said.say(&place(storage), remarks);
        Ok(properties.with_code_page(self.code_page))
    }
}

/// What a storage is, for people: `recipient 1`, `attachment 2, recipient 1`.
fn place(storage: &Path) -> String {
    let word = |part: std::path::Component<'_>| {
        let part = part.as_os_str().to_string_lossy().into_owned();
        let numbered = |prefix: &str| hex(part.strip_prefix(prefix)?).map(|number| u64::from(number) + 1);
        numbered(RECIPIENT)
            .map(|number| format!("recipient {number}"))
            .or_else(|| numbered(ATTACHMENT).map(|number| format!("attachment {number}")))
    };
    storage.components().filter_map(word).collect::<Vec<_>>().join(", ")
}
