//! Items to be made, written out beforehand.

use crate::xml::{Part, Writer};

/// An item to be made, or what of it is to be set.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    parts: Vec<Part>,
}

impl Draft {
    /// An item of this kind, such as `t:Contact`, with what is written inside. The schema wants the elements in its order.
    pub(crate) fn new(kind: &'static str, inside: impl FnOnce(&mut Writer)) -> Self {
        let mut writer = Writer::new();
        writer.element(kind, inside);
        Self { parts: writer.finish() }
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
    fn a_draft_is_written_as_it_was() {
        let draft = Draft::new("t:Message", |writer| {
            writer.base64("t:MimeContent", &[], Body::from_bytes("hallo"));
            writer.text("t:Subject", "a&b");
        });
        let xml =
            "<t:Message><t:MimeContent>aGFsbG8=</t:MimeContent><t:Subject>a&amp;b</t:Subject></t:Message>";
        let twice = written(|writer| {
            draft.write(writer);
            writer.element("m:x", |writer| draft.write(writer));
        });
        assert_eq!(twice, format!("{xml}<m:x>{xml}</m:x>"));
    }
}
