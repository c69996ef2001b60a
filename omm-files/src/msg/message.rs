//! A message in a compound file: the file's own, or one within another.

use super::{
    attachment::MsgAttachment,
    code_page,
    compound::{Compound, is_damage},
    names,
    properties::{self, Owner, hex},
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

/// How many recipients a message can have, and attachments ([MS-OXMSG] §2.2).
const MOST_PARTS: usize = 2048;
/// How deep messages may lie in messages.
const MOST_DEPTH: u32 = 32;

/// A message of a `.msg` file. Its own properties are in memory, its recipients and attachments in the file.
pub struct MsgMessage {
    storage: PathBuf,
    context: Context,
    properties: Properties,
    remarks: Vec<String>,
}

/// What a message hands down to its parts.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) compound: Compound,
    pub(super) names: Arc<NameMap>,
    pub(super) code_page: Option<u32>,
    pub(super) depth: u32,
}

impl MsgMessage {
    /// What was left out of its properties, in words: what is damaged or too large.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The message of the file.
    pub(super) fn of_file(compound: Compound) -> Result<Self> {
        let context = Context { compound, names: Arc::default(), code_page: None, depth: 0 };
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
        let (properties, remarks) =
            properties::read(&context.compound, &storage, owner, Arc::clone(&context.names))?;
        context.code_page = code_page::of(&properties).or(context.code_page);
        let properties = properties.with_code_page(context.code_page);
        Ok(Self { storage, context, properties, remarks })
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
        let mut recipients = Vec::new();
        for storage in self.parts("__recip_version1.0_#")? {
            match self.context.part(&storage) {
                Ok(properties) => recipients.push(properties),
                Err(Error::Io(error)) if !is_damage(&error) => return Err(Error::Io(error)),
                Err(_) => {}
            }
        }
        Ok(recipients)
    }

    fn attachments(&self) -> Result<Vec<Box<dyn Attachment>>> {
        let mut attachments: Vec<Box<dyn Attachment>> = Vec::new();
        for storage in self.parts("__attach_version1.0_#")? {
            let properties = self.context.part(&storage).map_err(|error| error.at(storage.display()))?;
            attachments.push(Box::new(MsgAttachment::new(self.context.clone(), storage, properties)));
        }
        Ok(attachments)
    }
}

impl Context {
    /// The properties of a recipient or an attachment.
    fn part(&self, storage: &Path) -> Result<Properties> {
        let (properties, _) =
            properties::read(&self.compound, storage, Owner::Part, Arc::clone(&self.names))?;
        Ok(properties.with_code_page(self.code_page))
    }
}
