//! The response messages of an operation, in the shape that was recorded.

use super::Refusal;
use crate::ews::xml::Element;

/// The element in the body: an operation's answer with these messages.
pub(in crate::ews) fn response(operation: &str, messages: Vec<Element>) -> Element {
    let messages = Element::message("ResponseMessages").holding_all(messages);
    Element::message(&format!("{operation}Response")).holding(messages)
}

pub(in crate::ews) fn success(operation: &str, content: Vec<Element>) -> Element {
    Element::message(&format!("{operation}ResponseMessage"))
        .with("ResponseClass", "Success")
        .holding(Element::message("ResponseCode").saying("NoError"))
        .holding_all(content)
}

/// `rest`: names of elements that are there though they are empty.
pub(in crate::ews) fn failure(operation: &str, refusal: &Refusal, rest: &[&str]) -> Element {
    let message = Element::message(&format!("{operation}ResponseMessage"))
        .with("ResponseClass", "Error")
        .holding(Element::message("MessageText").saying(&refusal.text))
        .holding(Element::message("ResponseCode").saying(&refusal.code))
        .holding(Element::message("DescriptiveLinkKey").saying("0"));
    let xml = Element::message("MessageXml").holding_all(refusal.xml.clone());
    let message = if refusal.xml.is_empty() { message } else { message.holding(xml) };
    message.holding_all(rest.iter().map(|name| vacant(name)))
}

/// An element that says nothing; of those that must say something, what real servers do.
fn vacant(name: &str) -> Element {
    let text = if name.starts_with("IncludesLast") { "true" } else { "" };
    Element::message(name).saying(text)
}

/// What follows in a batch after what stopped it.
pub(in crate::ews) fn warning_stopped(operation: &str, rest: &[&str]) -> Element {
    Element::message(&format!("{operation}ResponseMessage"))
        .with("ResponseClass", "Warning")
        .holding(
            Element::message("MessageText")
                .saying("The batch processing was stopped because an earlier request in the batch failed."),
        )
        .holding(Element::message("ResponseCode").saying("ErrorBatchProcessingStopped"))
        .holding(Element::message("DescriptiveLinkKey").saying("0"))
        .holding_all(rest.iter().map(|name| vacant(name)))
}
