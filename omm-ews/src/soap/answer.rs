//! From a whole answer to what its operation says.

use super::{Failure, Unreadable, fault};
use crate::{ops::Operation, xml::Element};

/// Reads what the server answered to this operation.
///
/// # Errors
/// A fault of the server's; or something that is no answer to this operation.
pub(crate) fn answer<O: Operation>(operation: &O, envelope: &Element) -> Result<O::Answer, Failure> {
    let root = body(envelope)?;
    let expected = root.name.strip_prefix(O::NAME).is_some_and(|rest| rest == "Response");
    if !expected {
        return Err(Failure::Unreadable(unknown(&root.name)));
    }
    operation.read(root).map_err(Failure::Unreadable)
}

/// The element in the body of an envelope.
///
/// # Errors
/// The fault, if it is one; or it is no envelope, or an empty one.
pub(crate) fn body(envelope: &Element) -> Result<&Element, Failure> {
    if let Some(refusal) = fault(envelope) {
        return Err(Failure::Refused(refusal));
    }
    let body = envelope.child("Body").filter(|_| envelope.name == "Envelope");
    let root = body.and_then(|body| body.children.first());
    root.ok_or_else(|| Failure::Unreadable(Unreadable::without("body in a SOAP envelope")))
}

/// The answer of an operation that was not asked for.
pub(crate) fn unknown(name: &str) -> Unreadable {
    let name: String = name.chars().take(80).collect();
    Unreadable(format!("the answer is of an unknown operation: {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{FolderRef, GetFolder, trial::element};

    #[test]
    fn what_an_answer_can_be() {
        let operation = GetFolder { folders: vec![FolderRef::distinguished("inbox", None)] };
        let around = |body: &str| format!("<s:Envelope><s:Header/><s:Body>{body}</s:Body></s:Envelope>");
        for (text, expected) in [
            (around("<m:GetFolderResponse><m:ResponseMessages/></m:GetFolderResponse>"), "answer"),
            (
                around("<m:GetItemResponse><m:ResponseMessages/></m:GetItemResponse>"),
                "unknown operation: GetItemResponse",
            ),
            (around("<m:GetFolderResponseX/>"), "unknown operation"),
            (around("<s:Fault><faultcode>a:ErrorServerBusy</faultcode></s:Fault>"), "ErrorServerBusy"),
            (around(""), "no body"),
            ("<html><Body><GetFolderResponse/></Body></html>".to_owned(), "no body"),
        ] {
            let found = match answer(&operation, &element(&text)) {
                Ok(_) => "answer".to_owned(),
                Err(Failure::Refused(refusal)) => refusal.code.to_string(),
                Err(Failure::Unreadable(Unreadable(why))) => why,
            };
            assert!(found.contains(expected), "{text}: {found}");
        }
    }
}
