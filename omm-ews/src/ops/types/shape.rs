//! How much of an item or a folder an answer shall show ([MS-OXWSCDATA] ItemResponseShapeType).

use super::FieldPath;
use crate::{soap::Version, xml::Writer};

/// What an item is shown with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The properties to begin with.
    pub(crate) base: Base,
    /// Whether its MIME goes with it, as a stream.
    pub(crate) mime: bool,
    /// Whether its body is shown as it was stored; else as the server likes.
    pub(crate) body: bool,
    /// Properties besides.
    pub(crate) additional: Vec<FieldPath>,
}

/// The properties to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// The id.
    IdOnly,
    /// What a list shows.
    Default,
    /// All that the schema of the request's version has, but MIME.
    AllProperties,
}

/// What a folder is shown with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FolderShape {
    /// The properties to begin with.
    pub(crate) base: Base,
    /// Properties besides.
    pub(crate) additional: Vec<FieldPath>,
}

impl Shape {
    /// The id and nothing else.
    pub(crate) fn id_only() -> Self {
        Self::new(Base::IdOnly)
    }

    /// These properties and nothing else.
    pub(crate) fn new(base: Base) -> Self {
        Self { base, mime: false, body: false, additional: Vec::new() }
    }

    /// These properties as well.
    pub(crate) fn with(mut self, additional: impl IntoIterator<Item = FieldPath>) -> Self {
        self.additional.extend(additional);
        self
    }

    /// Its MIME as well.
    pub(crate) fn with_mime(mut self) -> Self {
        self.mime = true;
        self
    }

    /// Its body in HTML where there is any; the server makes none of plain text.
    pub(crate) fn with_body(mut self) -> Self {
        self.body = true;
        self
    }

    /// Writes it under the name that the operation has for it: `m:ItemShape`, `m:AttachmentShape`.
    pub(crate) fn write(&self, name: &str, writer: &mut Writer, version: Version) {
        writer.element(name, |writer| {
            if name != "m:AttachmentShape" {
                writer.text("t:BaseShape", self.base.word());
            }
            if self.mime {
                writer.text("t:IncludeMimeContent", "true");
            }
            writer.optional("t:BodyType", self.body.then_some("Best"));
            // Bodies as they were stored, not as a browser may be shown them. Exchange 2007 does not filter.
            if version >= Version::E2010 && self.shows_body() {
                writer.text("t:FilterHtmlContent", "false");
            }
            additional(writer, &self.additional);
        });
    }

    fn shows_body(&self) -> bool {
        self.body || self.base == Base::AllProperties
    }
}

impl FolderShape {
    /// These properties and nothing else.
    pub(crate) fn new(base: Base) -> Self {
        Self { base, additional: Vec::new() }
    }

    /// These properties as well.
    pub(crate) fn with(mut self, additional: impl IntoIterator<Item = FieldPath>) -> Self {
        self.additional.extend(additional);
        self
    }

    /// Writes `<m:FolderShape>…`.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.element("m:FolderShape", |writer| {
            writer.text("t:BaseShape", self.base.word());
            additional(writer, &self.additional);
        });
    }
}

impl Base {
    fn word(self) -> &'static str {
        match self {
            Self::IdOnly => "IdOnly",
            Self::Default => "Default",
            Self::AllProperties => "AllProperties",
        }
    }
}

fn additional(writer: &mut Writer, paths: &[FieldPath]) {
    if !paths.is_empty() {
        writer.element("t:AdditionalProperties", |writer| {
            paths.iter().for_each(|path| path.write(writer));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{HIDDEN, trial::written};

    #[test]
    fn shapes_by_version() {
        let whole = Shape::new(Base::IdOnly).with_mime().with_body().with([FieldPath::Field("item:Body")]);
        for (shape, version, xml) in [
            (
                Shape::id_only(),
                Version::E2016,
                "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>",
            ),
            (
                whole.clone(),
                Version::E2013,
                "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>\
                 <t:BodyType>Best</t:BodyType><t:FilterHtmlContent>false</t:FilterHtmlContent>\
                 <t:AdditionalProperties><t:FieldURI FieldURI=\"item:Body\"/></t:AdditionalProperties></m:ItemShape>",
            ),
            (
                whole,
                Version::E2007Sp1,
                "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>\
                 <t:BodyType>Best</t:BodyType><t:AdditionalProperties><t:FieldURI FieldURI=\"item:Body\"/>\
                 </t:AdditionalProperties></m:ItemShape>",
            ),
        ] {
            assert_eq!(written(|writer| shape.write("m:ItemShape", writer, version)), xml);
        }
    }

    #[test]
    fn folders_have_fewer_words() {
        let shape = FolderShape::new(Base::Default).with([HIDDEN.into()]);
        assert_eq!(
            written(|writer| shape.write(writer)),
            "<m:FolderShape><t:BaseShape>Default</t:BaseShape><t:AdditionalProperties><t:ExtendedFieldURI \
             PropertyTag=\"0x10f4\" PropertyType=\"Boolean\"/></t:AdditionalProperties></m:FolderShape>"
        );
    }
}
