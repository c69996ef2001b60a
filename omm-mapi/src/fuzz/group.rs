//! Members of distribution lists and certificates of contacts: what lies in bytes.

use crate::{
    Options, StoredMessage, convert,
    property::{NameMap, Named, Properties, Value, named, tag},
};
use std::sync::Arc;

/// No bytes make the converters panic, and each member stays in its line.
pub fn group(data: &[u8]) {
    let mut names = NameMap::new();
    for (id, lid) in [(0x8001, 0x8054), (0x8002, 0x8055), (0x8003, 0x8064)] {
        names.insert(Named::Id(named::PSETID_ADDRESS, lid), id);
    }
    let names = Arc::new(names);
    let parts = || {
        Value::Multiple(data.split(|byte| *byte == 0xFF).map(|part| Value::Binary(part.to_vec())).collect())
    };
    for (class, id, value) in [
        ("IPM.DistList", 0x8001, parts()),
        ("IPM.DistList", 0x8002, parts()),
        ("IPM.DistList", 0x8003, Value::Binary(data.to_vec())),
        ("IPM.Contact", 0x3A70, parts()),
    ] {
        let mut properties = Properties::new(Arc::clone(&names));
        properties.insert(tag::MESSAGE_CLASS, Value::String(class.into()));
        properties.insert(id, value);
        let message = StoredMessage { properties, ..StoredMessage::default() };
        let converted = convert(&message, &Options::default()).expect("nothing here is read from elsewhere");
        let body = converted.body.into_bytes().expect("all of it is in memory");
        let text = String::from_utf8(body).expect("a card is text");
        assert_eq!(text.lines().filter(|line| *line == "BEGIN:VCARD").count(), 1);
    }
}
