//! Items as answers show them: the id is read, the rest is a tree for those who know the kind.

use super::{ItemId, Moment, boolean};
use crate::{soap::Unreadable, xml::Element};

/// An item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// What it is called.
    pub(crate) id: ItemId,
    /// All that the answer said of it; the element's name is its kind: `Message`, `Contact`, `CalendarItem` …
    pub(crate) element: Element,
}

impl Item {
    /// Reads an element of `Items`.
    ///
    /// # Errors
    /// If it has no id.
    pub(crate) fn read(element: &Element) -> Result<Self, Unreadable> {
        Ok(Self { id: ItemId::of(element)?, element: element.clone() })
    }

    /// Reads the only item of a message.
    ///
    /// # Errors
    /// If there is none, or it has no id.
    pub(crate) fn of_message(message: &Element) -> Result<Self, Unreadable> {
        let items = message.child("Items").ok_or_else(|| Unreadable::without("Items"))?;
        Self::read(items.children.first().ok_or_else(|| Unreadable::without("item in Items"))?)
    }

    /// `IPM.Note` and such.
    pub(crate) fn class(&self) -> Option<&str> {
        self.element.text_of("ItemClass")
    }

    /// The text of a property, blanks around it left out.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.element.text_of(name)
    }

    /// A truth.
    pub(crate) fn truth(&self, name: &str) -> Option<bool> {
        boolean(self.text(name)?)
    }

    /// A time.
    pub(crate) fn moment(&self, name: &str) -> Option<Moment> {
        Moment::read(self.text(name)?)
    }

    /// How large the server says it is; it counts more than its MIME.
    pub(crate) fn size(&self) -> Option<u64> {
        self.text("Size")?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{HIDDEN, trial::element};

    #[test]
    fn what_every_item_has() {
        let item = Item::read(&element(
            "<t:Message><t:ItemId Id='a' ChangeKey='b'/><t:ItemClass>IPM.Note</t:ItemClass>\
             <t:New><t:Er/></t:New><t:DateTimeSent>2020-09-10T14:15:11.25Z</t:DateTimeSent><t:Size>881</t:Size>\
             <t:IsRead>false</t:IsRead><t:ExtendedProperty><t:ExtendedFieldURI PropertyTag='0x10f4' \
             PropertyType='Boolean'/><t:Value>true</t:Value></t:ExtendedProperty></t:Message>",
        ))
        .expect("an item");
        assert_eq!((item.id.id.as_str(), item.id.change_key.as_deref()), ("a", Some("b")));
        assert_eq!((item.class(), item.size()), (Some("IPM.Note"), Some(881)));
        assert_eq!((item.truth("IsRead"), item.truth("IsDraft")), (Some(false), None));
        assert!(item.moment("DateTimeSent").is_some());
        assert!(HIDDEN.is(&item.element));
        assert!(Item::read(&element("<Message><ItemId Id=''/></Message>")).is_err());
    }
}
