//! People as Exchange names them ([MS-OXWSCDATA] EmailAddressType).

use super::ItemId;
use crate::xml::{Element, Writer};

/// Somebody, or a list of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mailbox {
    /// What one sees.
    pub(crate) name: Option<String>,
    /// The address, of the kind that `routing` says.
    pub(crate) address: Option<String>,
    /// `SMTP`, or `EX` for names of the directory.
    pub(crate) routing: Option<String>,
    /// `Mailbox`, `PublicDL`, `PrivateDL`, `Contact`, `OneOff` …
    pub(crate) kind: Option<String>,
    /// A contact or a list in a mailbox.
    pub(crate) item: Option<ItemId>,
}

impl Mailbox {
    /// By a mail address.
    pub(crate) fn smtp(address: impl Into<String>) -> Self {
        Self { address: Some(address.into()), ..Self::default() }
    }

    /// Reads a `Mailbox`.
    pub(crate) fn read(element: &Element) -> Self {
        let text = |name| element.text_of(name).map(str::to_owned);
        Self {
            name: text("Name"),
            address: text("EmailAddress"),
            routing: text("RoutingType"),
            kind: text("MailboxType"),
            item: ItemId::of(element).ok(),
        }
    }

    /// Writes it under a name: `t:Mailbox`.
    pub(crate) fn write(&self, name: &str, writer: &mut Writer) {
        writer.element(name, |writer| {
            writer.optional("t:Name", self.name.as_deref());
            writer.optional("t:EmailAddress", self.address.as_deref());
            writer.optional("t:RoutingType", self.routing.as_deref());
            writer.optional("t:MailboxType", self.kind.as_deref());
            if let Some(item) = &self.item {
                item.write(writer);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{element, written};

    #[test]
    fn what_is_written_is_read() {
        let item = Some(ItemId { id: "i".to_owned(), change_key: None });
        let text = |text: &str| Some(text.to_owned());
        let list = Mailbox {
            name: text("A & B"),
            routing: text("MAPIPDL"),
            kind: text("PrivateDL"),
            item,
            address: None,
        };
        for mailbox in [Mailbox::smtp("a@b.example"), Mailbox::default(), list] {
            let xml = written(|writer| mailbox.write("t:Mailbox", writer));
            assert_eq!(Mailbox::read(&element(&xml)), mailbox, "{xml}");
        }
    }
}
