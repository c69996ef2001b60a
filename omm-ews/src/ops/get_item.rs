//! GetItem ([MS-OXWSCORE]): items, whole or in part; MIME goes by as streams.

use super::{Item, ItemRef, Operation, Shape};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Asks for items.
#[derive(Clone, Debug)]
pub(crate) struct GetItem {
    /// Which ones.
    pub(crate) items: Vec<ItemRef>,
    /// What they are shown with.
    pub(crate) shape: Shape,
}

impl Operation for GetItem {
    const NAME: &'static str = "GetItem";
    const WRITES: bool = false;
    type Answer = Batch<Item>;

    fn write(&self, writer: &mut Writer, version: Version) {
        writer.element("m:GetItem", |writer| {
            self.shape.write("m:ItemShape", writer, version);
            ItemRef::write_all(&self.items, "m:ItemIds", writer);
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.items.len(), Item::of_message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ops::{
            ItemId,
            trial::{answered, bad, good, request},
        },
        soap::Failure,
    };

    fn get() -> GetItem {
        let id = |id: &str| ItemRef::Id(ItemId { id: id.to_owned(), change_key: None });
        GetItem { items: vec![id("a"), id("b"), id("c")], shape: Shape::id_only().with_mime() }
    }

    #[test]
    fn the_request() {
        assert_eq!(
            request(&get()),
            "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>\
             </m:ItemShape><m:ItemIds><t:ItemId Id=\"a\"/><t:ItemId Id=\"b\"/><t:ItemId Id=\"c\"/></m:ItemIds></m:GetItem>"
        );
    }

    #[test]
    fn the_answer() {
        let item =
            "<m:Items><t:Message><t:MimeContent omm-stream='0'/><t:ItemId Id='a'/></t:Message></m:Items>";
        let messages = [good(item), bad("ErrorItemNotFound"), good("<m:Items/>")].concat();
        let batch = answered(&get(), &messages).expect("an answer");
        assert_eq!(batch.unanswered, 0);
        match &batch.answered[..] {
            [Ok(item), Err(Failure::Refused(refusal)), Err(Failure::Unreadable(_))] => {
                let stream = item.element.child("MimeContent").and_then(crate::xml::stream);
                assert_eq!((item.id.id.as_str(), stream), ("a", Some(0)));
                assert_eq!(refusal.code.as_str(), "ErrorItemNotFound");
            }
            answers => panic!("{answers:?}"),
        }
    }
}
