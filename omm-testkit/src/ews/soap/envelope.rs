//! What is around an answer.

use crate::ews::{
    fault::SoapFault,
    version::Version,
    xml::{Element, Space, written, written_standalone},
};

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const TYPES: &str = "http://schemas.microsoft.com/exchange/services/2006/types";
const ERRORS: &str = "http://schemas.microsoft.com/exchange/services/2006/errors";
const XSI: &str =
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"";

/// An answer as this version sends it.
pub(in crate::ews) fn envelope(version: Version, body: &Element) -> String {
    let content = written_standalone(body);
    let [major, minor, build, revision, name] = version.numbers();
    let numbers = format!(
        "MajorVersion=\"{major}\" MinorVersion=\"{minor}\" MajorBuildNumber=\"{build}\" MinorBuildNumber=\"{revision}\" \
         Version=\"{name}\""
    );
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
    if version == Version::Exchange2007 {
        return format!(
            "{HEAD}<soap:Envelope xmlns:soap=\"{SOAP}\" {XSI}><soap:Header><t:ServerVersionInfo {numbers} \
             xmlns:t=\"{TYPES}\" /></soap:Header><soap:Body>{content}</soap:Body></soap:Envelope>"
        );
    }
    format!(
        "{HEAD}<s:Envelope xmlns:s=\"{SOAP}\"><s:Header><h:ServerVersionInfo {numbers} xmlns:h=\"{TYPES}\" \
         xmlns=\"{TYPES}\" {XSI}/></s:Header><s:Body {XSI}>{content}</s:Body></s:Envelope>"
    )
}

/// A fault as it is sent.
pub(in crate::ews) fn fault_text(fault: &SoapFault) -> String {
    let is_schema = fault.code == "ErrorSchemaValidation";
    let error = |name: &str, text: &str| Element::of(Space::Errors, name).saying(text);
    let short = if is_schema { "The request failed schema validation." } else { fault.message.as_str() };
    let mut detail = String::new();
    if fault.has_detail {
        detail.push_str("<detail>");
        for element in [error("ResponseCode", &fault.code), error("Message", short)] {
            let text = written(&element);
            let declared = format!("<e:{} xmlns:e=\"{ERRORS}\"", element.name);
            detail.push_str(&text.replacen(&format!("<e:{}", element.name), &declared, 1));
        }
        if let Some(xml) = message_xml(fault, is_schema) {
            let declared = format!("<t:MessageXml xmlns:t=\"{TYPES}\"");
            detail.push_str(&written(&xml).replacen("<t:MessageXml", &declared, 1));
        }
        detail.push_str("</detail>");
    }
    let message =
        written(&Element::of(Space::Other, "faultstring").with("xml:lang", "en-US").saying(&fault.message));
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"{SOAP}\"><s:Body><s:Fault><faultcode \
         xmlns:a=\"{TYPES}\">a:{}</faultcode>{message}{detail}</s:Fault></s:Body></s:Envelope>",
        fault.code
    )
}

fn message_xml(fault: &SoapFault, is_schema: bool) -> Option<Element> {
    let xml = Element::new("MessageXml");
    if let Some(milliseconds) = fault.back_off {
        let value = Element::text("Value", milliseconds.to_string()).with("Name", "BackOffMilliseconds");
        return Some(xml.holding(value));
    }
    is_schema.then(|| {
        xml.holding(Element::text("LineNumber", "1"))
            .holding(Element::text("LinePosition", "1"))
            .holding(Element::text("Violation", &*fault.message))
    })
}
