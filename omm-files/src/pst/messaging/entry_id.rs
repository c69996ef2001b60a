//! Entry ids of a store's own objects.

use crate::pst::ndb::{Nid, bytes::dword};
use omm_mapi::property::Value;

/// The node that an entry id names: four bytes of flags, the store's 16, then the nid ([MS-PST] §2.4.3.2).
/// Those of a server, which an OST has, are longer and name no node.
pub(super) fn node(value: &Value) -> Option<Nid> {
    match value {
        Value::Binary(bytes) if bytes.len() == 24 => dword(bytes, 20).map(Nid).filter(|nid| nid.0 != 0),
        _ => None,
    }
}
