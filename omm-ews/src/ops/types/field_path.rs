//! Which property of an item or a folder is meant ([MS-OXWSCDATA] PathToUnindexedFieldType and its kin).

use super::ExtendedPath;
use crate::xml::Writer;

/// A property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FieldPath {
    /// One of the schema's: `item:Subject`.
    Field(&'static str),
    /// One of MAPI's.
    Extended(ExtendedPath),
}

impl FieldPath {
    /// Writes `<t:FieldURI …/>` or one of its kin.
    pub(crate) fn write(self, writer: &mut Writer) {
        match self {
            Self::Field(uri) => writer.empty("t:FieldURI", &[("FieldURI", uri)]),
            Self::Extended(path) => path.write(writer),
        }
    }
}

impl From<ExtendedPath> for FieldPath {
    fn from(path: ExtendedPath) -> Self {
        Self::Extended(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{PropertyType, trial::written};

    #[test]
    fn paths_of_every_kind() {
        for (path, xml) in [
            (FieldPath::Field("item:Subject"), "<t:FieldURI FieldURI=\"item:Subject\"/>"),
            (
                ExtendedPath::tag(0x0E07, PropertyType::Integer).into(),
                "<t:ExtendedFieldURI PropertyTag=\"0x0e07\" PropertyType=\"Integer\"/>",
            ),
        ] {
            assert_eq!(written(|writer| path.write(writer)), xml);
        }
    }
}
