//! Which properties a request is about.

use super::{Kind, PropertyName, is_in_default_shape};
use crate::ews::xml::Element;

/// One property, as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ews) enum Path {
    /// `item:Subject`
    Field(String),
    /// `contacts:EmailAddress` and `EmailAddress1`
    Indexed(String, String),
    Extended(PropertyName),
}

/// Which properties an answer has.
#[derive(Clone, Debug, Default)]
pub(in crate::ews) struct Shape {
    pub(in crate::ews) base: String,
    pub(in crate::ews) mime: bool,
    pub(in crate::ews) body: String,
    pub(in crate::ews) additional: Vec<Path>,
}

impl Path {
    /// Of a FieldURI, IndexedFieldURI or ExtendedFieldURI element.
    pub(in crate::ews) fn read(element: &Element) -> Option<Self> {
        let field = || element.attribute("FieldURI").map(str::to_owned);
        match element.name.as_str() {
            "FieldURI" => Some(Self::Field(field()?)),
            "IndexedFieldURI" => {
                Some(Self::Indexed(field()?, element.attribute("FieldIndex").unwrap_or_default().to_owned()))
            }
            "ExtendedFieldURI" => PropertyName::read(element).map(Self::Extended),
            _ => None,
        }
    }

    /// The first of these elements in `element`.
    pub(in crate::ews) fn in_element(element: &Element) -> Option<Self> {
        element.children.iter().find_map(Self::read)
    }
}

impl Shape {
    /// Of an ItemShape, FolderShape or AttachmentShape element.
    pub(in crate::ews) fn read(element: Option<&Element>) -> Self {
        let Some(element) = element else { return Self::default() };
        let additional = element.child("AdditionalProperties");
        let text = |name| element.text_of(name).unwrap_or_default().to_owned();
        Self {
            base: text("BaseShape"),
            mime: element.text_of("IncludeMimeContent") == Some("true"),
            body: text("BodyType"),
            additional: additional
                .map(|all| all.children.iter().filter_map(Path::read).collect())
                .unwrap_or_default(),
        }
    }

    /// Whether the answer has this element of an item.
    pub(in crate::ews) fn wants(&self, kind: Kind, name: &str) -> bool {
        // Never part of a shape, only asked for by name (Exchange's documentation of AllProperties says so of MIME).
        const ONLY_BY_NAME: [&str; 8] = [
            "MimeContent",
            "UniqueBody",
            "NormalizedBody",
            "TextBody",
            "Preview",
            "StoreEntryId",
            "UserSMIMECertificate",
            "MSExchangeCertificate",
        ];
        let by_shape = match self.base.as_str() {
            "AllProperties" => !ONLY_BY_NAME.contains(&name),
            "Default" => is_in_default_shape(kind, name),
            _ => name == "ItemId",
        };
        by_shape || (name == "MimeContent" && self.mime) || self.names(name)
    }

    /// Whether it is asked for by name.
    pub(in crate::ews) fn names(&self, name: &str) -> bool {
        self.additional.iter().any(|path| match path {
            Path::Field(uri) => element_of(uri) == name,
            _ => false,
        })
    }

    /// The indices that are asked for of a container.
    pub(in crate::ews) fn indices(&self, container: &str) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        for path in &self.additional {
            if let Path::Indexed(uri, index) = path
                && element_of(uri) == container
            {
                found.push((uri.as_str(), index.as_str()));
            }
        }
        found
    }
}

/// What the element is called that this is about.
pub(in crate::ews) fn element_of(uri: &str) -> &str {
    let mut parts = uri.split(':');
    let (_, name) = (parts.next(), parts.next().unwrap_or_default());
    match name {
        "EmailAddress" => "EmailAddresses",
        "PhoneNumber" => "PhoneNumbers",
        "PhysicalAddress" => "PhysicalAddresses",
        "ImAddress" => "ImAddresses",
        "InternetMessageHeader" => "InternetMessageHeaders",
        name => name,
    }
}
