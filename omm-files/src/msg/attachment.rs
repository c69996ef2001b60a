//! An attachment of a message in a compound file ([MS-OXMSG] §2.2.2).

use super::{
    message::{Context, MsgMessage},
    ole, properties,
    stream::StreamReader,
};
use omm_mapi::{Attachment, Message, Result, property::Properties};
use std::{
    io::{Cursor, Read},
    path::PathBuf,
};

/// PidTagAttachDataBinary, a stream.
const DATA: &str = "__substg1.0_37010102";
/// PidTagAttachDataObject, a storage: a message ([MS-OXMSG] §2.2.2.1) or what another program made (§2.2.2.2).
const OBJECT: &str = "__substg1.0_3701000D";

pub(super) struct MsgAttachment {
    context: Context,
    storage: PathBuf,
    properties: Properties,
}

impl MsgAttachment {
    pub(super) fn new(context: Context, storage: PathBuf, properties: Properties) -> Self {
        Self { context, storage, properties }
    }

    /// The storage of the object, and whether it is a message. The storage tells, not PidTagAttachMethod: where the two
    /// differ, nothing is lost.
    fn object(&self) -> Option<(PathBuf, bool)> {
        let object = self.storage.join(OBJECT);
        let is_message = self.context.compound.is_stream(&object.join(properties::STREAM));
        self.context.compound.is_storage(&object).then_some((object, is_message))
    }
}

impl Attachment for MsgAttachment {
    fn properties(&self) -> &Properties {
        &self.properties
    }

    fn data(&self) -> Result<Option<Box<dyn Read + Send>>> {
        let data = self.storage.join(DATA);
        if self.context.compound.is_stream(&data) {
            return Ok(Some(Box::new(StreamReader::new(self.context.compound.clone(), data)?)));
        }
        match self.object() {
            Some((object, false)) => {
                Ok(Some(Box::new(Cursor::new(ole::compound_file(&self.context.compound, &object)?))))
            }
            _ => Ok(None),
        }
    }

    fn message(&self) -> Result<Option<Box<dyn Message>>> {
        match self.object() {
            Some((object, true)) => Ok(Some(Box::new(MsgMessage::within(&self.context, object)?))),
            _ => Ok(None),
        }
    }
}
