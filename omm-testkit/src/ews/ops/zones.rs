//! GetServerTimeZones.

use crate::ews::{
    calendar::{WINDOWS, definition, named},
    call::Call,
    xml::Element,
};

pub(super) fn get(call: &mut Call<'_>) -> Element {
    let is_full = call.attribute("ReturnFullTimeZoneData") != Some("false");
    let wanted: Vec<String> = call.listed("Ids").iter().map(|id| id.text.trim().to_owned()).collect();
    // One message for all of them.
    call.each(&[Element::default()], &[], |call, _| {
        let known = call.world.settings.zones.as_ref();
        let is_known = |name: &str| known.is_none_or(|known| known.contains(name));
        let names: Vec<&str> = match wanted.is_empty() {
            true => WINDOWS.into_iter().filter(|name| is_known(name)).collect(),
            false => wanted.iter().map(String::as_str).filter(|name| named(name).is_some()).collect(),
        };
        let definitions = names.into_iter().map(|name| definition(name, is_full));
        Ok(vec![Element::message("TimeZoneDefinitions").holding_all(definitions)])
    })
}
