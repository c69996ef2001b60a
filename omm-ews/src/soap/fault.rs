//! Faults: a no to a whole request, with status 200 or 500, with or without a detail.

use super::Refusal;
use crate::xml::Element;

/// The fault in an envelope, if it is one.
pub(crate) fn fault(envelope: &Element) -> Option<Refusal> {
    let fault = envelope.at(&["Body", "Fault"])?;
    let detail = fault.child("detail").or_else(|| fault.child("Detail"));
    let of_detail = |name| detail.and_then(|detail| detail.text_of(name));
    // SOAP 1.2 has other names for the same.
    let reason = fault.at(&["Reason", "Text"]).map(Element::text);
    let text = of_detail("Message").or_else(|| fault.text_of("faultstring")).or(reason);
    let outer = fault.text_of("faultcode").or_else(|| fault.at(&["Code", "Value"]).map(Element::text));
    let code = of_detail("ResponseCode").or(outer).unwrap_or("Fault");
    Some(Refusal::read(code, text, detail.and_then(|detail| detail.child("MessageXml"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Limits, read};
    use std::time::Duration;

    #[test]
    fn faults_of_every_form() {
        let busy = "<s:Envelope><s:Body><s:Fault><faultcode>a:ErrorServerBusy</faultcode><faultstring>busy</faultstring>\
                    <detail><e:ResponseCode> ErrorServerBusy </e:ResponseCode><e:Message>later</e:Message><t:MessageXml>\
                    <t:Value Name=\"BackOffMilliseconds\">1500</t:Value></t:MessageXml></detail></s:Fault></s:Body></s:Envelope>";
        let bare = "<Envelope><Body><Fault><faultcode>soap:Client</faultcode><faultstring>no</faultstring></Fault></Body></Envelope>";
        let empty = "<Envelope><Body><Fault/></Body></Envelope>";
        for (text, code, words, pause) in [
            (busy, "ErrorServerBusy", "later", Some(Duration::from_millis(1500))),
            (bare, "Client", "no", None),
            (empty, "Fault", "", None),
        ] {
            let found = fault(&read(text.as_bytes(), Limits::SMALL).expect("well formed")).expect("a fault");
            assert_eq!((found.code.as_str(), found.text.as_str(), found.back_off), (code, words, pause));
        }
        let none = read(b"<Envelope><Body><x/></Body></Envelope>", Limits::SMALL).expect("well formed");
        assert_eq!(fault(&none), None);
    }
}
