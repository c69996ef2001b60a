//! People as Exchange names them ([MS-OXWSCDATA] EmailAddressType).

use super::ItemId;
use crate::xml::Element;

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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::element;

    #[test]
    fn what_a_server_says_is_read() {
        let text = |text: &str| Some(text.to_owned());
        let person = Mailbox { address: text("a@b.example"), ..Mailbox::default() };
        let list = Mailbox {
            name: text("A & B"),
            routing: text("MAPIPDL"),
            kind: text("PrivateDL"),
            item: Some(ItemId { id: "i".to_owned(), change_key: None }),
            address: None,
        };
        for (inside, mailbox) in [
            ("", Mailbox::default()),
            ("<t:EmailAddress>a@b.example</t:EmailAddress>", person),
            (
                "<t:Name>A &amp; B</t:Name><t:RoutingType>MAPIPDL</t:RoutingType><t:MailboxType>PrivateDL</t:MailboxType>\
                 <t:ItemId Id='i'/>",
                list,
            ),
        ] {
            assert_eq!(
                Mailbox::read(&element(&format!("<t:Mailbox>{inside}</t:Mailbox>"))),
                mailbox,
                "{inside}"
            );
        }
    }
}
