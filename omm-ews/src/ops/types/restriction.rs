//! Which items are looked for, and in what order they come ([MS-OXWSSRCH] SearchExpressionType, FieldOrderType).

use super::FieldPath;
use crate::xml::Writer;

/// What must be true of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Restriction {
    /// The property has this value.
    IsEqualTo(FieldPath, String),
    /// One of these at least. A server takes some hundreds of them at most.
    Or(Vec<Restriction>),
}

/// An order of items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SortOrder {
    /// By what.
    pub(crate) path: FieldPath,
    /// Whether the largest comes first.
    pub(crate) descending: bool,
}

impl Restriction {
    /// Writes `<m:Restriction>…`, if it restricts anything.
    pub(crate) fn write(&self, writer: &mut Writer) {
        if !self.is_empty() {
            writer.element("m:Restriction", |writer| self.expression(writer));
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Or(all) => all.iter().all(Self::is_empty),
            Self::IsEqualTo(..) => false,
        }
    }

    fn expression(&self, writer: &mut Writer) {
        match self {
            Self::IsEqualTo(path, value) => writer.element("t:IsEqualTo", |writer| {
                path.write(writer);
                let value = [("Value", value.as_str())];
                writer.element("t:FieldURIOrConstant", |writer| writer.empty("t:Constant", &value));
            }),
            Self::Or(any) => several(writer, "t:Or", any),
        }
    }
}

impl SortOrder {
    /// Writes `<m:SortOrder>…`, if there is any.
    pub(crate) fn write(orders: &[Self], writer: &mut Writer) {
        if orders.is_empty() {
            return;
        }
        writer.element("m:SortOrder", |writer| {
            for order in orders {
                let word = if order.descending { "Descending" } else { "Ascending" };
                writer.element_with("t:FieldOrder", &[("Order", word)], |writer| order.path.write(writer));
            }
        });
    }
}

/// The schema wants two at least.
fn several(writer: &mut Writer, name: &str, all: &[Restriction]) {
    let all: Vec<&Restriction> = all.iter().filter(|one| !one.is_empty()).collect();
    match &all[..] {
        [] => {}
        [only] => only.expression(writer),
        all => writer.element(name, |writer| all.iter().for_each(|one| one.expression(writer))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{OMM_MARK, trial::written};

    const MARK: &str = "<t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"omm-mark\" \
                        PropertyType=\"String\"/>";
    const SIZE: &str = "<t:FieldURI FieldURI=\"item:Size\"/>";

    fn mark(value: &str) -> Restriction {
        Restriction::IsEqualTo(OMM_MARK.into(), value.to_owned())
    }

    #[test]
    fn restrictions_of_every_kind() {
        let equal = |value: &str| {
            format!(
                "<t:IsEqualTo>{MARK}<t:FieldURIOrConstant><t:Constant Value=\"{value}\"/></t:FieldURIOrConstant>\
                 </t:IsEqualTo>"
            )
        };
        let a = equal("a&quot;");
        for (restriction, xml) in [
            (mark("a\""), a.clone()),
            (Restriction::Or(vec![mark("a\""), mark("b")]), format!("<t:Or>{a}{}</t:Or>", equal("b"))),
            (Restriction::Or(vec![mark("a\""), Restriction::Or(Vec::new())]), a.clone()),
        ] {
            let xml = format!("<m:Restriction>{xml}</m:Restriction>");
            assert_eq!(written(|writer| restriction.write(writer)), xml);
        }
        assert_eq!(written(|writer| Restriction::Or(Vec::new()).write(writer)), "");
    }

    #[test]
    fn orders() {
        let order = SortOrder { path: FieldPath::Field("item:Size"), descending: true };
        assert_eq!(
            written(|writer| SortOrder::write(&[order], writer)),
            format!("<m:SortOrder><t:FieldOrder Order=\"Descending\">{SIZE}</t:FieldOrder></m:SortOrder>")
        );
        assert_eq!(written(|writer| SortOrder::write(&[], writer)), "");
    }
}
