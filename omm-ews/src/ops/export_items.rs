//! ExportItems ([MS-OXWSBTRF]): items as Exchange's own streams, which another Exchange takes in whole; since 2010 SP1.

use super::{ItemId, Operation};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer, stream},
};

/// Asks for items as streams.
#[derive(Clone, Debug)]
pub(crate) struct ExportItems {
    /// Which ones. A change key that is not the newest is refused, so that none is sent.
    pub(crate) items: Vec<ItemId>,
}

/// An item as a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exported {
    /// Which one it is.
    pub(crate) id: ItemId,
    /// The number of the stream.
    pub(crate) stream: usize,
}

impl Operation for ExportItems {
    const NAME: &'static str = "ExportItems";
    const WRITES: bool = false;
    type Answer = Batch<Exported>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        writer.element("m:ExportItems", |writer| {
            writer.element("m:ItemIds", |writer| {
                for item in &self.items {
                    writer.empty("t:ItemId", &[("Id", &item.id)]);
                }
            });
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.items.len(), |message| {
            let data = message.child("Data").and_then(stream).ok_or_else(|| Unreadable::without("Data"))?;
            Ok(Exported { id: ItemId::of(message)?, stream: data })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, bad, good, request};

    fn export() -> ExportItems {
        let id = |id: &str| ItemId { id: id.to_owned(), change_key: Some("k".to_owned()) };
        ExportItems { items: vec![id("a"), id("b"), id("c")] }
    }

    #[test]
    fn the_request() {
        assert_eq!(
            request(&export()),
            "<m:ExportItems><m:ItemIds><t:ItemId Id=\"a\"/><t:ItemId Id=\"b\"/><t:ItemId Id=\"c\"/></m:ItemIds></m:ExportItems>"
        );
    }

    #[test]
    fn the_answer() {
        let item = "<m:ItemId Id='a' ChangeKey='k'/><m:Data omm-stream='4'/>";
        let messages = [good(item), bad("ErrorItemNotFound"), good("<m:ItemId Id='c'/><m:Data/>")].concat();
        let batch = answered(&export(), &messages).expect("an answer");
        let [Ok(item), Err(_), Err(_)] = &batch.answered[..] else { panic!("{batch:?}") };
        assert_eq!((item.id.id.as_str(), item.stream), ("a", 4));
    }
}
