//! Attachments.

use super::{Context, PstMessage, bag::Budget, message::stream};
use crate::pst::{
    damage::OrDamage,
    ltp::{Place, PropertyContext},
    ndb::{Subnode, kind},
};
use omm_mapi::{
    Attachment, Error, Message, Result,
    property::{Properties, tag},
};
use std::{io::Read, sync::Arc};

/// PidTagAttachMethod: a message within the message ([MS-OXCMSG] §2.2.2.9).
const EMBEDDED_MESSAGE: i64 = 5;

/// An attachment of a message of a PST ([MS-PST] §2.4.6).
pub struct PstAttachment {
    context: Context,
    properties: Properties,
    content: Content,
    /// What it is called in remarks and errors.
    name: String,
    depth: u8,
}

enum Content {
    None,
    Data(Place),
    Message(Subnode),
    /// It cannot be read, for this reason.
    Lost(String),
}

impl PstAttachment {
    /// Reads all but its bytes, within the budget of all attachments. One that cannot be read says so when they are asked
    /// for.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(super) fn open(
        context: &Context,
        node: Option<Subnode>,
        name: String,
        depth: u8,
        budget: &mut Budget,
    ) -> Result<Self> {
        let read = node.map(|node| read(context, node, &name, budget).or_damage()).transpose()?;
        let (properties, content) = match read {
            Some(Ok(read)) => read,
            Some(Err(error)) => (context.bag(), Content::Lost(error.to_string())),
            None => (context.bag(), Content::Lost("its node is missing".to_owned())),
        };
        if let Content::Lost(why) = &content {
            context.ndb.remarks.add(format_args!("{name}: {why}"));
        }
        Ok(Self { context: context.clone(), properties, content, name, depth })
    }

    fn lost(&self, why: &str) -> Error {
        Error::malformed(why.to_owned()).at(&self.name)
    }
}

fn read(context: &Context, node: Subnode, name: &str, budget: &mut Budget) -> Result<(Properties, Content)> {
    let subnodes = Arc::new(context.ndb.subnodes(node.subnodes)?);
    let mut list = PropertyContext::open(&context.ndb, node.data, subnodes)?;
    let (properties, _) = context.bag_of(&mut list, name, budget)?;
    let place = list.entry(tag::ATTACH_DATA).map(|entry| list.place(entry).or_damage()).transpose()?;
    let content = match place {
        None => Content::None,
        Some(Err(error)) => Content::Lost(error.to_string()),
        Some(Ok(Place::Node(node))) if is_message(&properties, node) => Content::Message(node),
        Some(Ok(place)) => Content::Data(place),
    };
    Ok((properties, content))
}

/// By its method; when there is none, by the kind of its node.
fn is_message(properties: &Properties, node: Subnode) -> bool {
    match properties.number(tag::ATTACH_METHOD) {
        Some(method) => method == EMBEDDED_MESSAGE,
        None => node.nid.kind() == kind::NORMAL_MESSAGE,
    }
}

impl Attachment for PstAttachment {
    fn properties(&self) -> &Properties {
        &self.properties
    }

    fn data(&self) -> Result<Option<Box<dyn Read + Send>>> {
        match &self.content {
            Content::None | Content::Message(_) => Ok(None),
            Content::Data(place) => {
                stream(&self.context, place).map(Some).map_err(|error| error.at(&self.name))
            }
            Content::Lost(why) => Err(self.lost(why)),
        }
    }

    fn message(&self) -> Result<Option<Box<dyn Message>>> {
        match &self.content {
            Content::None | Content::Data(_) => Ok(None),
            Content::Message(node) => {
                let message = PstMessage::embedded(&self.context, *node, &self.name, self.depth)?;
                Ok(Some(Box::new(message)))
            }
            Content::Lost(why) => Err(self.lost(why)),
        }
    }
}
