//! Items to be made, written out beforehand: so their size is known before a batch is made of them.

use crate::xml::{Part, Writer};

/// An item to be made, or what of it is to be set.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    parts: Vec<Part>,
    bytes: u64,
}

impl Draft {
    /// An item of this kind, such as `t:Contact`, with what is written inside. The schema wants the elements in its order.
    pub(crate) fn new(kind: &'static str, inside: impl FnOnce(&mut Writer)) -> Self {
        let mut writer = Writer::new();
        writer.element(kind, inside);
        let parts = writer.finish();
        let bytes = parts.iter().map(Part::bytes).fold(0, u64::saturating_add);
        Self { parts, bytes }
    }

    /// How many bytes it takes in a request.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes it into a request.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.append(&self.parts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::written;
    use omm_core::model::Body;

    #[test]
    fn a_draft_knows_its_size_and_is_written_as_it_was() {
        let draft = Draft::new("t:Message", |writer| {
            writer.base64("t:MimeContent", &[], Body::from_bytes("hallo"));
            writer.text("t:Subject", "a&b");
        });
        let xml =
            "<t:Message><t:MimeContent>aGFsbG8=</t:MimeContent><t:Subject>a&amp;b</t:Subject></t:Message>";
        assert_eq!(draft.bytes(), xml.len() as u64);
        let twice = written(|writer| {
            draft.write(writer);
            writer.element("m:x", |writer| draft.write(writer));
        });
        assert_eq!(twice, format!("{xml}<m:x>{xml}</m:x>"));
    }
}
