//! Who somebody is ([MS-OXOCNTC] §2.2.1.1, §2.2.1.5 to §2.2.1.7, §2.2.1.10).

use super::names::{self, address as lid};
use crate::{
    midnight,
    property::{Named, Properties, filetime, named, tag},
};
use chrono::Datelike;
use omm_content::card::{CardDate, Contact, Extra, Gender, Im, Name, Place, Web};

pub(super) fn fill(properties: &Properties, contact: &mut Contact) {
    let text = |id: u16| properties.text(id).unwrap_or_default();
    let named_text = |id: u32| properties.named_text(&lid(id)).unwrap_or_default();
    let common = |id: u32| properties.named_text(&Named::Id(named::PSETID_COMMON, id)).unwrap_or_default();
    contact.name = Name {
        prefix: text(names::DISPLAY_NAME_PREFIX),
        given: text(names::GIVEN_NAME),
        middle: text(names::MIDDLE_NAME),
        family: text(names::SURNAME),
        suffix: text(names::GENERATION),
        phonetic_given: named_text(names::YOMI_FIRST_NAME),
        phonetic_middle: String::new(),
        phonetic_family: named_text(names::YOMI_LAST_NAME),
    };
    contact.display_name =
        properties.text(tag::DISPLAY_NAME).or_else(|| properties.text(tag::SUBJECT)).unwrap_or_default();
    contact.file_as = named_text(names::FILE_UNDER);
    contact.nicknames = properties.text(names::NICKNAME).into_iter().collect();
    contact.initials = text(names::INITIALS);
    contact.organisation = text(names::COMPANY_NAME);
    contact.phonetic_organisation = named_text(names::YOMI_COMPANY_NAME);
    contact.department = text(names::DEPARTMENT_NAME);
    contact.job_title = text(names::TITLE);
    contact.role = text(names::PROFESSION);
    contact.office = text(names::OFFICE_LOCATION);
    contact.location = text(names::LOCATION);
    contact.manager = text(names::MANAGER_NAME);
    contact.assistant = text(names::ASSISTANT);
    contact.spouse = text(names::SPOUSE_NAME);
    contact.children = properties.texts(properties.get(names::CHILDRENS_NAMES));
    contact.birthday = date(properties, names::BIRTHDAY_LOCAL, names::BIRTHDAY);
    contact.anniversary = date(properties, names::WEDDING_ANNIVERSARY_LOCAL, names::WEDDING_ANNIVERSARY);
    contact.gender = gender(properties);
    contact.language = text(names::LANGUAGE);
    contact.hobbies = properties.text(names::HOBBIES).into_iter().collect();
    contact.government_id = text(names::GOVERNMENT_ID_NUMBER);
    contact.customer_id = text(names::CUSTOMER_ID);
    contact.organisational_id = text(names::ORGANIZATIONAL_ID_NUMBER);
    contact.account = text(names::ACCOUNT);
    contact.billing = common(names::BILLING);
    contact.mileage = common(names::MILEAGE);
    contact.referred_by = text(names::REFERRED_BY_NAME);
    contact.ftp_site = text(names::FTP_SITE);
    contact.computer_network = text(names::COMPUTER_NETWORK_NAME);
    contact.user_fields = (0..4).map(|at| named_text(names::CONTACT_USER_FIELD_1 + at)).collect();
    contact.ims = im(named_text(names::INSTANT_MESSAGING_ADDRESS));
    contact.webs = webs(properties);
    let keyword = text(names::KEYWORD);
    if !keyword.is_empty() {
        contact.extras.push(Extra { name: "X-KEYWORD".into(), parameter: None, value: keyword });
    }
}

/// [MS-OXOCNTC] §2.2.1.5: the day as it is local (PidLidBirthdayLocal), which is at midnight as if that were UTC; else the
/// day of which the instant is the midnight.
fn date(properties: &Properties, local: u32, instant: u16) -> Option<CardDate> {
    let local = properties.named(&lid(local)).and_then(|value| match value {
        crate::property::Value::Time(ticks) => filetime(*ticks),
        _ => None,
    });
    let nearest = || properties.time(instant).map(|time| midnight::day(time.naive_utc()));
    let day = local.map(|time| time.date_naive()).or_else(nearest)?;
    Some(match day.year() {
        // Seen: address books of Apple write this year for "none" (2024).
        1604 => CardDate::Yearless { month: day.month(), day: day.day() },
        _ => CardDate::Day(day),
    })
}

/// [MS-OXOCNTC] §2.2.1.10.20.
fn gender(properties: &Properties) -> Option<Gender> {
    match properties.number(names::GENDER)? {
        1 => Some(Gender::Female),
        2 => Some(Gender::Male),
        _ => None,
    }
}

fn im(address: String) -> Vec<Im> {
    if address.is_empty() { Vec::new() } else { vec![Im { address, ..Im::default() }] }
}

/// Outlook keeps one page in two places: PidLidHtml and PidTagBusinessHomePage.
fn webs(properties: &Properties) -> Vec<Web> {
    let all = [
        (properties.text(names::BUSINESS_HOME_PAGE), Place::Work),
        (properties.text(names::PERSONAL_HOME_PAGE), Place::Home),
        (properties.named_text(&lid(names::HTML)), Place::Other),
    ];
    let mut webs: Vec<Web> = Vec::new();
    for (url, place) in all {
        if let Some(url) = url.filter(|url| !webs.iter().any(|web| web.url == *url)) {
            webs.push(Web { url, place });
        }
    }
    webs
}
