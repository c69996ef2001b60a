//! What is asked.

use crate::xml::{Part, Writer};

/// Where it is asked, below a host.
pub(super) const POX: &str = "/autodiscover/autodiscover.xml";
pub(super) const SOAP: &str = "/autodiscover/autodiscover.svc";
/// The action of the SOAP form.
pub(super) const ACTION: &str =
    "http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings";

const REQUEST: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
const RESPONSE: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
const NAMES: [(&str, &str); 3] = [
    ("xmlns:s", "http://schemas.xmlsoap.org/soap/envelope/"),
    ("xmlns:w", "http://www.w3.org/2005/08/addressing"),
    ("xmlns:a", "http://schemas.microsoft.com/exchange/2010/Autodiscover"),
];

/// The question in plain XML ([MS-OXDSCLI] §2.2.3).
pub(super) fn pox(address: &str) -> Vec<Part> {
    let mut writer = Writer::new();
    writer.element_with("Autodiscover", &[("xmlns", REQUEST)], |writer| {
        writer.element("Request", |writer| {
            writer.text("EMailAddress", address);
            writer.text("AcceptableResponseSchema", RESPONSE);
        });
    });
    writer.finish()
}

/// The same in SOAP ([MS-OXWSADISC] GetUserSettings), asked at this URL.
pub(super) fn soap(address: &str, url: &str) -> Vec<Part> {
    let mut writer = Writer::new();
    writer.element_with("s:Envelope", &NAMES, |writer| {
        writer.element("s:Header", |writer| {
            writer.text("a:RequestedServerVersion", "Exchange2010");
            writer.text("w:Action", ACTION);
            writer.text("w:To", url);
        });
        writer.element("s:Body", |writer| {
            writer.element("a:GetUserSettingsRequestMessage", |writer| {
                writer.element("a:Request", |writer| {
                    writer.element("a:Users", |writer| {
                        writer.element("a:User", |writer| writer.text("a:Mailbox", address));
                    });
                    writer.element("a:RequestedSettings", |writer| {
                        for setting in
                            ["ExternalEwsUrl", "InternalEwsUrl", "CasVersion", "PublicFolderInformation"]
                        {
                            writer.text("a:Setting", setting);
                        }
                    });
                });
            });
        });
    });
    writer.finish()
}
