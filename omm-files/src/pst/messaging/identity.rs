//! What tells a message from others.

use super::Context;
use crate::pst::ndb::Nid;
use omm_mapi::{
    Result,
    property::{Value, tag},
};

/// What tells a message from others, also in another export of the same mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// PidTagSearchKey: stays with a message through copies and moves.
    pub search_key: Option<Vec<u8>>,
    /// PidTagInternetMessageId, as it is written.
    pub message_id: Option<String>,
    /// PidTagLastModificationTime as a FILETIME.
    pub modified: Option<i64>,
    /// PidTagMessageClass.
    pub class: String,
}

impl Identity {
    pub(super) fn read(context: &Context, nid: Nid) -> Result<Self> {
        let mut list = context.properties_of(nid)?;
        let mut bag = context.bag();
        for id in [tag::SEARCH_KEY, tag::INTERNET_MESSAGE_ID, tag::LAST_MODIFICATION_TIME, tag::MESSAGE_CLASS]
        {
            if let Some(value) = list.get(id)? {
                bag.insert(id, value);
            }
        }
        Ok(Self {
            search_key: bag.binary(tag::SEARCH_KEY).map(<[u8]>::to_vec),
            message_id: bag.text(tag::INTERNET_MESSAGE_ID),
            modified: match bag.get(tag::LAST_MODIFICATION_TIME) {
                Some(Value::Time(ticks)) => Some(*ticks),
                _ => None,
            },
            class: bag.text(tag::MESSAGE_CLASS).unwrap_or_default(),
        })
    }
}
