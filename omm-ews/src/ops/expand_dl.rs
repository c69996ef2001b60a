//! ExpandDL ([MS-OXWSDLIST]): who is on a list.

use super::{Mailbox, Operation};
use crate::{
    soap::{Refusal, Unreadable, Version, message},
    xml::{Element, Writer},
};

/// Asks who is on a list. Lists in it are members, not opened.
#[derive(Clone, Debug)]
pub(crate) struct ExpandDl {
    /// Which list: by its address, or by its item's id.
    pub(crate) list: Mailbox,
}

/// Who is on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expansion {
    /// They.
    pub(crate) members: Vec<Mailbox>,
    /// Whether these are all.
    pub(crate) is_complete: bool,
}

impl Operation for ExpandDl {
    const NAME: &'static str = "ExpandDL";
    const WRITES: bool = false;
    type Answer = Result<Expansion, Refusal>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        writer.element("m:ExpandDL", |writer| self.list.write("m:Mailbox", writer));
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        message(answer, |message| {
            let list = message.child("DLExpansion").ok_or_else(|| Unreadable::without("DLExpansion"))?;
            let members = list.all("Mailbox").map(Mailbox::read).collect();
            Ok(Expansion { members, is_complete: list.attribute("IncludesLastItemInRange") != Some("false") })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, bad, good, request};

    #[test]
    fn the_request_and_the_answer() {
        let operation = ExpandDl { list: Mailbox::smtp("all@b.example") };
        assert_eq!(
            request(&operation),
            "<m:ExpandDL><m:Mailbox><t:EmailAddress>all@b.example</t:EmailAddress></m:Mailbox></m:ExpandDL>"
        );
        for (last, is_complete) in [("true", true), ("false", false)] {
            let list = format!(
                "<m:DLExpansion TotalItemsInView='1' IncludesLastItemInRange='{last}'><t:Mailbox><t:EmailAddress>a@b.example\
                 </t:EmailAddress></t:Mailbox></m:DLExpansion>"
            );
            let found = answered(&operation, &good(&list)).expect("an answer").expect("a list");
            assert_eq!(found, Expansion { members: vec![Mailbox::smtp("a@b.example")], is_complete });
        }
        let none = answered(&operation, &bad("ErrorNameResolutionNoResults")).expect("an answer");
        assert_eq!(none.expect_err("a refusal").code.as_str(), "ErrorNameResolutionNoResults");
        assert!(answered(&operation, &good("")).is_err());
    }
}
