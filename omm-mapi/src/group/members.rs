//! The members of a list, from the three places that may hold them.

use super::stream;
use crate::{
    contact::mail_address,
    entry_id::{self, Who},
    property::{Named, Properties, Value, named},
};
use omm_content::card::{Member, MemberAddress};

/// In PSETID_Address.
const ONE_OFF_MEMBERS: u32 = 0x8054;
const MEMBERS: u32 = 0x8055;
const STREAM: u32 = 0x8064;

/// [MS-OXOCNTC] §2.2.2.2: the stream when there is one, else the two lists, whose entries stand at the same places.
pub(super) fn members(properties: &Properties, losses: &mut Vec<String>) -> Vec<Member> {
    let name = |id: u32| Named::Id(named::PSETID_ADDRESS, id);
    let from_stream = properties.named_binary(&name(STREAM)).and_then(stream::entries);
    let ids = binaries(properties.named(&name(MEMBERS)));
    let one_offs = binaries(properties.named(&name(ONE_OFF_MEMBERS)));
    let entries = match from_stream {
        // A stream that is cut is still the better one if it holds more.
        Some((entries, whole)) if whole || entries.len() >= ids.len() => {
            if !whole {
                losses.push("the list of members ends too early".into());
            }
            entries
        }
        _ => (0..ids.len().max(one_offs.len()))
            .map(|at| {
                (ids.get(at).copied().unwrap_or_default(), one_offs.get(at).copied().unwrap_or_default())
            })
            .collect(),
    };
    let page = properties.code_page();
    entries.into_iter().map(|(id, one_off)| member(id, one_off, page, losses)).collect()
}

fn member(id: &[u8], one_off: &[u8], page: u32, losses: &mut Vec<String>) -> Member {
    // The one-off id says more: an id of a contact names no address.
    let (twin, own) = (entry_id::read(one_off, page), entry_id::read(id, page));
    let is_list = [&twin, &own].into_iter().flatten().any(|who| who.is_list);
    let mut known = [twin, own].into_iter().flatten();
    let first = known.next().unwrap_or_default();
    let second = known.next().unwrap_or_default();
    let address = [&first.address, &second.address, &first.name, &second.name]
        .into_iter()
        .find_map(|text| mail_address(text));
    let name = if first.name.is_empty() { second.name.clone() } else { first.name.clone() };
    match address {
        Some(address) => {
            let name = if name == address { String::new() } else { name };
            Member { address: MemberAddress::Mail(address.to_owned()), name }
        }
        None => unknown(name, &first, &second, is_list, losses),
    }
}

fn unknown(name: String, first: &Who, second: &Who, is_list: bool, losses: &mut Vec<String>) -> Member {
    let addresses = [&first.address, &second.address];
    let name = match (name.is_empty(), addresses.into_iter().find(|address| !address.is_empty())) {
        (true, Some(address)) => address.clone(),
        (true, None) => "(a member without a name)".into(),
        (false, _) => name,
    };
    losses.push(match is_list {
        true => format!("the list {name:?} within this list is kept by its name only"),
        false => format!("the member {name:?} has no mail address and is kept by its name only"),
    });
    Member { name, address: MemberAddress::Unknown }
}

fn binaries(value: Option<&Value>) -> Vec<&[u8]> {
    match value {
        Some(Value::Multiple(values)) => values.iter().map(bytes).collect(),
        Some(value) => vec![bytes(value)],
        None => Vec::new(),
    }
}

fn bytes(value: &Value) -> &[u8] {
    match value {
        Value::Binary(bytes) => bytes,
        _ => &[],
    }
}
