//! Who somebody is ([MS-OXOCNTC] §2.2.1.1, §2.2.1.5 to §2.2.1.7, §2.2.1.10).

use super::names::{self, USER_FIELDS};
use crate::{
    convert::{draft::Draft, words},
    ops::{ExtendedPath, bytes},
    xml::Element,
};
use omm_content::card::{Contact, Extra, Gender, Im, Name, Place, Web};

/// Companies beside the organisation.
const COMPANY: &str = "X-OMM-COMPANY";
/// PidTagKeyword.
const KEYWORD: &str = "X-KEYWORD";
const IMS: [&str; 3] = ["ImAddress1", "ImAddress2", "ImAddress3"];

/// Texts that both have as they are: the property, and the field of the model.
type Plain = (ExtendedPath, fn(&mut Contact) -> &mut String);
const PLAIN: [Plain; 15] = [
    (names::PREFIX, |contact| &mut contact.name.prefix),
    (names::YOMI_GIVEN, |contact| &mut contact.name.phonetic_given),
    (names::YOMI_FAMILY, |contact| &mut contact.name.phonetic_family),
    (names::YOMI_COMPANY, |contact| &mut contact.phonetic_organisation),
    (names::LOCATION, |contact| &mut contact.location),
    (names::LANGUAGE, |contact| &mut contact.language),
    (names::GOVERNMENT_ID, |contact| &mut contact.government_id),
    (names::CUSTOMER_ID, |contact| &mut contact.customer_id),
    (names::ORGANISATIONAL_ID, |contact| &mut contact.organisational_id),
    (names::ACCOUNT, |contact| &mut contact.account),
    (names::BILLING, |contact| &mut contact.billing),
    (names::REFERRED_BY, |contact| &mut contact.referred_by),
    (names::FTP_SITE, |contact| &mut contact.ftp_site),
    (names::COMPUTER_NETWORK, |contact| &mut contact.computer_network),
    (names::FREE_BUSY, |contact| &mut contact.free_busy),
];

/// The same for elements of the schema: their names, and those that requests have.
type Schema = (&'static str, &'static str, fn(&mut Contact) -> &mut String);
const SCHEMA: [Schema; 15] = [
    ("contacts:FileAs", "t:FileAs", |contact| &mut contact.file_as),
    ("contacts:DisplayName", "t:DisplayName", |contact| &mut contact.display_name),
    ("contacts:GivenName", "t:GivenName", |contact| &mut contact.name.given),
    ("contacts:Initials", "t:Initials", |contact| &mut contact.initials),
    ("contacts:MiddleName", "t:MiddleName", |contact| &mut contact.name.middle),
    ("contacts:CompanyName", "t:CompanyName", |contact| &mut contact.organisation),
    ("contacts:AssistantName", "t:AssistantName", |contact| &mut contact.assistant),
    ("contacts:Department", "t:Department", |contact| &mut contact.department),
    ("contacts:Generation", "t:Generation", |contact| &mut contact.name.suffix),
    ("contacts:JobTitle", "t:JobTitle", |contact| &mut contact.job_title),
    ("contacts:Manager", "t:Manager", |contact| &mut contact.manager),
    ("contacts:Mileage", "t:Mileage", |contact| &mut contact.mileage),
    ("contacts:OfficeLocation", "t:OfficeLocation", |contact| &mut contact.office),
    ("contacts:Profession", "t:Profession", |contact| &mut contact.role),
    ("contacts:SpouseName", "t:SpouseName", |contact| &mut contact.spouse),
];

pub(super) fn read(item: &Element, contact: &mut Contact) {
    for (_, element, field) in SCHEMA {
        *field(contact) = words::word(item, element.trim_start_matches("t:"));
    }
    contact.name.family = words::word(item, "Surname");
    for (property, field) in PLAIN {
        *field(contact) = property.text(item).unwrap_or_default();
    }
    complete(item, &mut contact.name);
    if contact.display_name.is_empty() {
        contact.display_name = words::word(item, "Subject");
    }
    contact.nicknames = item.text_of("Nickname").map(str::to_owned).into_iter().collect();
    contact.children = words::list(item, "Children");
    contact.hobbies = names::HOBBIES.text(item).into_iter().collect();
    contact.gender = match names::GENDER.number(item) {
        Some(1) => Some(Gender::Female),
        Some(2) => Some(Gender::Male),
        _ => None,
    };
    contact.certificates = names::CERTIFICATES.texts(item).iter().filter_map(|text| bytes(text)).collect();
    contact.user_fields = user_fields(item);
    contact.ims = ims(item);
    contact.webs = webs(item);
    let companies = words::list(item, "Companies");
    let others = companies.into_iter().filter(|company| *company != contact.organisation);
    let keyword = names::KEYWORD.text(item).map(|value| (KEYWORD, value));
    let all = others.map(|company| (COMPANY, company)).chain(keyword);
    contact.extras.extend(all.map(|(name, value)| Extra { name: name.into(), parameter: None, value }));
}

/// CompleteName says the title, which has no element of its own, and all else once more.
fn complete(item: &Element, name: &mut Name) {
    let Some(complete) = item.child("CompleteName") else { return };
    for (part, element) in [
        (&mut name.prefix, "Title"),
        (&mut name.given, "FirstName"),
        (&mut name.middle, "MiddleName"),
        (&mut name.family, "LastName"),
        (&mut name.suffix, "Suffix"),
        (&mut name.phonetic_given, "YomiFirstName"),
        (&mut name.phonetic_family, "YomiLastName"),
    ] {
        if part.is_empty() {
            *part = words::word(complete, element);
        }
    }
}

/// Those behind the last one that says anything are not there.
fn user_fields(item: &Element) -> Vec<String> {
    let mut fields: Vec<_> = USER_FIELDS.iter().map(|field| field.text(item).unwrap_or_default()).collect();
    while fields.last().is_some_and(String::is_empty) {
        fields.pop();
    }
    fields
}

fn ims(item: &Element) -> Vec<Im> {
    let entries: Vec<_> = item.child("ImAddresses").into_iter().flat_map(|all| all.all("Entry")).collect();
    let of = |key: &str| {
        entries.iter().find(|entry| entry.attribute("Key") == Some(key)).map(|entry| entry.text())
    };
    let addresses = IMS.iter().filter_map(|key| of(key)).filter(|address| !address.is_empty());
    addresses.map(|address| Im { address: address.to_owned(), ..Im::default() }).collect()
}

/// Outlook keeps one page in two places: PidLidHtml and BusinessHomePage.
fn webs(item: &Element) -> Vec<Web> {
    let all = [
        (item.text_of("BusinessHomePage").map(str::to_owned), Place::Work),
        (names::PERSONAL_HOME_PAGE.text(item), Place::Home),
        (names::HTML.text(item), Place::Other),
    ];
    let mut webs: Vec<Web> = Vec::new();
    for (url, place) in all {
        if let Some(url) = url.filter(|url| !webs.iter().any(|web| web.url == *url)) {
            webs.push(Web { url, place });
        }
    }
    webs
}

pub(super) fn write(contact: &Contact, draft: &mut Draft) {
    let mut own = contact.clone();
    if own.display_name.is_empty() {
        own.display_name = contact.shown_name();
    }
    for (uri, element, field) in SCHEMA {
        draft.text(uri, element, field(&mut own));
    }
    draft.text("contacts:Surname", "t:Surname", &contact.name.family);
    if contact.file_as.is_empty() {
        // Under what Outlook files somebody of whom nobody says it.
        draft.text("contacts:FileAsMapping", "t:FileAsMapping", "LastCommaFirst");
    }
    for (property, field) in PLAIN {
        draft.property_text(property, field(&mut own));
    }
    draft.text("contacts:Nickname", "t:Nickname", &contact.nicknames.join(", "));
    draft.property_text(names::HOBBIES, &contact.hobbies.join(", "));
    words::set_list(draft, "contacts:Children", "t:Children", &contact.children);
    match &contact.gender {
        Some(Gender::Female) => draft.property(names::GENDER, "1"),
        Some(Gender::Male) => draft.property(names::GENDER, "2"),
        Some(Gender::Text(text)) => draft.lose(format!("the gender {text:?}")),
        None => {}
    }
    let certificates: Vec<_> = contact.certificates.iter().map(|bytes| words::base64(bytes)).collect();
    draft.property_texts(names::CERTIFICATES, &certificates);
    for (property, value) in USER_FIELDS.into_iter().zip(&contact.user_fields) {
        draft.property_text(property, value);
    }
    set_ims(&contact.ims, draft);
    set_webs(&contact.webs, draft);
    extras(contact, draft);
    lost(contact, draft);
}

fn set_ims(ims: &[Im], draft: &mut Draft) {
    use crate::convert::node::Node;
    let known = ims.iter().filter(|im| !im.address.trim().is_empty());
    let entry = |(key, im): (&&'static str, &Im)| Node::text("t:Entry", &im_address(im)).with("Key", key);
    let entries: Vec<_> = IMS.iter().zip(known.clone()).map(entry).collect();
    if !entries.is_empty() {
        draft.set("contacts:ImAddresses", Node::parent("t:ImAddresses", entries));
    }
    known
        .skip(IMS.len())
        .for_each(|im| draft.lose(format!("the address {} of instant messaging", im.address)));
}

/// With its service, if that is a word and the address does not say it.
fn im_address(im: &Im) -> String {
    let service = im.service.trim().to_lowercase();
    let is_word = !service.is_empty() && service.bytes().all(|letter| letter.is_ascii_alphanumeric());
    if !is_word || im.address.contains(':') {
        im.address.clone()
    } else {
        format!("{service}:{}", im.address)
    }
}

fn set_webs(webs: &[Web], draft: &mut Draft) {
    let mut left: Vec<&Web> = webs.iter().filter(|web| !web.url.trim().is_empty()).collect();
    let mut take = |place: Place| {
        let at = left.iter().position(|web| web.place == place)?;
        Some(left.remove(at).url.clone())
    };
    let mut places = [take(Place::Work), take(Place::Home), take(Place::Other)];
    // What has no place of its own takes a free one, the business's last: that one is what Outlook shows.
    for web in left {
        match [2, 1, 0].into_iter().find(|at| places[*at].is_none()) {
            Some(at) => places[at] = Some(web.url.clone()),
            None => draft.lose(format!("the web page {}", web.url)),
        }
    }
    let [work, home, other] = places.map(Option::unwrap_or_default);
    draft.text("contacts:BusinessHomePage", "t:BusinessHomePage", &work);
    draft.property_text(names::PERSONAL_HOME_PAGE, &home);
    draft.property_text(names::HTML, &other);
}

fn extras(contact: &Contact, draft: &mut Draft) {
    let mut companies = Vec::new();
    for extra in &contact.extras {
        match extra.name.to_ascii_uppercase().as_str() {
            COMPANY => companies.push(extra.value.clone()),
            KEYWORD => draft.property_text(names::KEYWORD, &extra.value),
            // An address: written with the others.
            super::email::FOREIGN => {}
            _ => draft.lose(format!("{}: {}", extra.name, extra.value)),
        }
    }
    words::set_list(draft, "contacts:Companies", "t:Companies", &companies);
}

fn lost(contact: &Contact, draft: &mut Draft) {
    for (what, is) in [
        ("the maiden name", !contact.maiden_name.is_empty()),
        ("how additional names are pronounced", !contact.name.phonetic_middle.is_empty()),
        ("the position on the globe", contact.position.is_some()),
        ("interests", !contact.interests.is_empty()),
        ("OpenPGP keys", !contact.pgp_keys.is_empty()),
        (
            "fields of the user's own beyond the fourth",
            contact.user_fields.iter().skip(4).any(|field| !field.is_empty()),
        ),
    ] {
        if is {
            draft.lose(what);
        }
    }
    words::lose_lines(draft, &contact.lines);
    contact.relations.iter().for_each(|(kind, name)| draft.lose(format!("the relation {kind}: {name}")));
}
