//! For tests: what is written, and trees of what was answered.

use super::Operation;
use crate::{
    soap::{Failure, Version, answer},
    xml::{Element, Limits, Part, Writer, read},
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// What is written, as it is sent.
pub(crate) fn written(write: impl FnOnce(&mut Writer)) -> String {
    let mut writer = Writer::new();
    write(&mut writer);
    let text = |part| match part {
        Part::Text(text) => text,
        Part::Base64(body) => STANDARD.encode(body.in_memory().expect("a body in memory")),
    };
    writer.finish().into_iter().map(text).collect()
}

/// A request, as the newest server is sent it.
pub(crate) fn request(operation: &impl Operation) -> String {
    request_for(Version::E2016, operation)
}

/// A request for a server of this version.
pub(crate) fn request_for(version: Version, operation: &impl Operation) -> String {
    written(|writer| operation.write(writer, version))
}

/// A tree.
pub(crate) fn element(text: &str) -> Element {
    read(text.as_bytes(), Limits::SMALL).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// What an operation makes of messages in an answer to it.
pub(crate) fn answered<O: Operation>(operation: &O, messages: &str) -> Result<O::Answer, Failure> {
    let name = O::NAME;
    answer(
        operation,
        &element(&format!(
            "<s:Envelope xmlns:s='s' xmlns:m='m' xmlns:t='t'><s:Body><m:{name}Response><m:ResponseMessages>{messages}\
             </m:ResponseMessages></m:{name}Response></s:Body></s:Envelope>"
        )),
    )
}

/// A good message with something in it.
pub(crate) fn good(inside: &str) -> String {
    format!("<m:M ResponseClass='Success'><m:ResponseCode>NoError</m:ResponseCode>{inside}</m:M>")
}

/// A bad one.
pub(crate) fn bad(code: &str) -> String {
    format!(
        "<m:M ResponseClass='Error'><m:MessageText>no</m:MessageText><m:ResponseCode>{code}</m:ResponseCode>\
         <m:DescriptiveLinkKey>0</m:DescriptiveLinkKey></m:M>"
    )
}
