//! Messages and attachments, wherever they lie.

use crate::{error::Result, property::Properties};
use std::io::{Cursor, Read};

/// A MAPI message ([MS-OXCMSG] §2): an item of any kind.
///
/// Reading is lazy: recipients and attachments are read when they are asked for, the bytes of an attachment while they are copied.
pub trait Message: Send {
    /// Its properties. Values that are too large for memory are left out by the reader.
    fn properties(&self) -> &Properties;

    /// The ids of properties that were left out because they are too large for memory.
    fn too_large(&self) -> Vec<u16> {
        Vec::new()
    }

    /// The properties of its recipients, in the order of the table.
    ///
    /// # Errors
    /// If the table cannot be read at all; a row that cannot be read is left out.
    fn recipients(&self) -> Result<Vec<Properties>>;

    /// Its attachments, in the order of the table.
    ///
    /// # Errors
    /// If the table cannot be read at all. An attachment that cannot be read says so itself.
    fn attachments(&self) -> Result<Vec<Box<dyn Attachment>>>;
}

/// An attachment ([MS-OXCMSG] §2.2.2).
pub trait Attachment: Send {
    /// Its properties, without its bytes (PidTagAttachDataBinary, PidTagAttachDataObject).
    fn properties(&self) -> &Properties;

    /// Its bytes, if it has any: the data of an attachment by value, the storage of an OLE object (a compound file).
    ///
    /// # Errors
    /// If they cannot be read; an error may also come while reading, where a block is damaged.
    fn data(&self) -> Result<Option<Box<dyn Read + Send>>>;

    /// The message inside, of an embedded message (PidTagAttachMethod 5).
    ///
    /// # Errors
    /// If it cannot be read.
    fn message(&self) -> Result<Option<Box<dyn Message>>>;
}

/// A message in memory: what TNEF gives, and tests.
#[derive(Clone, Debug, Default)]
pub struct StoredMessage {
    /// Its properties.
    pub properties: Properties,
    /// Its recipients.
    pub recipients: Vec<Properties>,
    /// Its attachments.
    pub attachments: Vec<StoredAttachment>,
}

/// An attachment in memory.
#[derive(Clone, Debug, Default)]
pub struct StoredAttachment {
    /// Its properties.
    pub properties: Properties,
    /// Its bytes, if it has any.
    pub data: Option<Vec<u8>>,
    /// The message inside, if it is one.
    pub message: Option<Box<StoredMessage>>,
}

impl Message for StoredMessage {
    fn properties(&self) -> &Properties {
        &self.properties
    }

    fn recipients(&self) -> Result<Vec<Properties>> {
        Ok(self.recipients.clone())
    }

    fn attachments(&self) -> Result<Vec<Box<dyn Attachment>>> {
        Ok(self.attachments.iter().map(|one| Box::new(one.clone()) as Box<dyn Attachment>).collect())
    }
}

impl Attachment for StoredAttachment {
    fn properties(&self) -> &Properties {
        &self.properties
    }

    fn data(&self) -> Result<Option<Box<dyn Read + Send>>> {
        Ok(self.data.clone().map(|data| Box::new(Cursor::new(data)) as Box<dyn Read + Send>))
    }

    fn message(&self) -> Result<Option<Box<dyn Message>>> {
        Ok(self.message.clone().map(|message| message as Box<dyn Message>))
    }
}
