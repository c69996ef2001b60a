//! From the cells of a row to a contact.

use super::{
    columns::Columns,
    dates::{self, Order},
    field::{Field, Group, GroupPart, Part},
    numbered, words,
};
use chrono::NaiveDate;
use omm_content::card::{Address, CardDate, Class, Contact, Email, Extra, Im, Phone, Place, Web};
use std::collections::BTreeMap;

/// What stands between several values in one cell of Google.
pub(super) const BETWEEN: &str = " ::: ";

/// What a row says, cell by cell.
pub(super) struct Row {
    pub(super) contact: Contact,
    order: Order,
    emails: BTreeMap<u8, Email>,
    streets: BTreeMap<(Place, u8), String>,
    birth: [Option<u32>; 3],
    numbered: BTreeMap<(Group, u8), BTreeMap<GroupPart, String>>,
    /// Zimbra's groups: the type, and the addresses.
    is_group: bool,
    pub(super) members: Option<String>,
}

impl Row {
    /// Reads the cells; those of which nothing is known are kept as `X-OMM-CSV`.
    pub(super) fn of(columns: &Columns, cells: &[String], order: Order) -> Self {
        let mut row = Self {
            contact: Contact::default(),
            order,
            emails: BTreeMap::new(),
            streets: BTreeMap::new(),
            birth: [None; 3],
            numbered: BTreeMap::new(),
            is_group: false,
            members: None,
        };
        for ((header, field), cell) in columns.columns.iter().zip(cells) {
            let cell = cell.trim();
            if !cell.is_empty() && !field.is_some_and(|field| row.put(field, cell)) {
                row.keep(header, cell);
            }
        }
        row.settle(columns);
        row
    }

    /// Whether it is a group of Zimbra.
    pub(super) fn is_group(&self) -> bool {
        self.is_group && self.members.is_some()
    }

    /// Keeps a cell under the name of its column.
    pub(super) fn keep(&mut self, header: &str, cell: &str) {
        let parameter = Some(("X-COLUMN".to_owned(), header.to_owned()));
        self.contact.extras.push(Extra { name: "X-OMM-CSV".into(), parameter, value: cell.to_owned() });
    }

    /// Puts a cell where it belongs; false if it has no place there.
    fn put(&mut self, field: Field, cell: &str) -> bool {
        if let Some(text) = self.text(field) {
            return put_text(text, cell);
        }
        match field {
            Field::Address(place, part) => return self.put_address(place, part, cell),
            Field::Phone(kind) => self.contact.phones.push(Phone { kind, number: cell.to_owned() }),
            Field::Email(number, place) => {
                let email = self.emails.entry(number).or_default();
                email.place = place;
                return put_text(&mut email.address, cell);
            }
            Field::EmailName(number) => {
                return put_text(&mut self.emails.entry(number).or_default().display_name, cell);
            }
            // Anything else is no mail address, and worth keeping.
            Field::EmailType(_) => return cell.eq_ignore_ascii_case("SMTP"),
            Field::Im(service) => self.contact.ims.push(Im {
                address: cell.to_owned(),
                service: service.to_owned(),
                place: Place::Other,
            }),
            Field::Web(place) => self.contact.webs.push(Web { url: cell.to_owned(), place }),
            Field::Birthday => self.contact.birthday = dates::date(cell, self.order),
            Field::Anniversary => self.contact.anniversary = dates::date(cell, self.order),
            Field::BirthYear => return self.put_birth(0, cell),
            Field::BirthMonth => return self.put_birth(1, cell),
            Field::BirthDay => return self.put_birth(2, cell),
            Field::Nickname => self.contact.nicknames.push(cell.to_owned()),
            Field::Children => self.contact.children.extend(list(cell, &[';', ','])),
            Field::Hobby => self.contact.hobbies.push(cell.to_owned()),
            Field::Categories => self.contact.categories.extend(list(cell, &[';', ','])),
            Field::Labels => self.contact.categories.extend(labels(cell)),
            Field::Gender => self.contact.gender = words::gender(cell),
            Field::Sensitivity => match words::class(cell) {
                Some(class) => self.contact.class = class,
                None => return false,
            },
            Field::Private if words::is_no(cell) => {}
            Field::Private => self.contact.class = Class::Private,
            Field::Priority => return words::is_normal(cell),
            Field::User(number) => return self.put_user(number, cell),
            Field::CardType => {
                self.is_group = cell.eq_ignore_ascii_case("group");
                return self.is_group;
            }
            Field::Members => self.members = Some(cell.to_owned()),
            Field::Numbered(group, number, part) => {
                return put_text(
                    self.numbered.entry((group, number)).or_default().entry(part).or_default(),
                    cell,
                );
            }
            _ => return false,
        }
        true
    }

    /// Fields that are one text.
    fn text(&mut self, field: Field) -> Option<&mut String> {
        let contact = &mut self.contact;
        Some(match field {
            Field::DisplayName => &mut contact.display_name,
            Field::Prefix => &mut contact.name.prefix,
            Field::Given => &mut contact.name.given,
            Field::Middle => &mut contact.name.middle,
            Field::Family => &mut contact.name.family,
            Field::Suffix => &mut contact.name.suffix,
            Field::FileAs => &mut contact.file_as,
            Field::Initials => &mut contact.initials,
            Field::MaidenName => &mut contact.maiden_name,
            Field::PhoneticGiven => &mut contact.name.phonetic_given,
            Field::PhoneticMiddle => &mut contact.name.phonetic_middle,
            Field::PhoneticFamily => &mut contact.name.phonetic_family,
            Field::PhoneticCompany => &mut contact.phonetic_organisation,
            Field::Company => &mut contact.organisation,
            Field::Department => &mut contact.department,
            Field::JobTitle => &mut contact.job_title,
            Field::Role => &mut contact.role,
            Field::Office => &mut contact.office,
            Field::Location => &mut contact.location,
            Field::Manager => &mut contact.manager,
            Field::Assistant => &mut contact.assistant,
            Field::Spouse => &mut contact.spouse,
            Field::Language => &mut contact.language,
            Field::Notes => &mut contact.notes,
            Field::GovernmentId => &mut contact.government_id,
            Field::CustomerId => &mut contact.customer_id,
            Field::OrganisationalId => &mut contact.organisational_id,
            Field::Account => &mut contact.account,
            Field::Billing => &mut contact.billing,
            Field::Mileage => &mut contact.mileage,
            Field::ReferredBy => &mut contact.referred_by,
            Field::FreeBusy => &mut contact.free_busy,
            Field::Uid => &mut contact.uid,
            _ => return None,
        })
    }

    fn put_address(&mut self, place: Place, part: Part, cell: &str) -> bool {
        if let Part::Street(line) = part {
            return put_text(self.streets.entry((place, line)).or_default(), cell);
        }
        let address = self.address(place);
        put_text(address_part(address, part), cell)
    }

    fn address(&mut self, place: Place) -> &mut Address {
        let addresses = &mut self.contact.addresses;
        let at = addresses.iter().position(|address| address.place == place).unwrap_or_else(|| {
            addresses.push(Address { place, ..Address::default() });
            addresses.len() - 1
        });
        &mut addresses[at]
    }

    fn put_birth(&mut self, at: usize, cell: &str) -> bool {
        match (cell.parse(), self.birth.get_mut(at)) {
            (Ok(number), Some(place)) => *place = Some(number),
            _ => return false,
        }
        true
    }

    fn put_user(&mut self, number: u8, cell: &str) -> bool {
        let fields = &mut self.contact.user_fields;
        fields.resize(fields.len().max(usize::from(number)), String::new());
        usize::from(number)
            .checked_sub(1)
            .and_then(|at| fields.get_mut(at))
            .is_some_and(|text| put_text(text, cell))
    }

    /// Puts together what stands in several cells.
    fn settle(&mut self, columns: &Columns) {
        let mut streets: BTreeMap<Place, Vec<String>> = BTreeMap::new();
        for ((place, _), line) in std::mem::take(&mut self.streets) {
            streets.entry(place).or_default().push(line);
        }
        for (place, lines) in streets {
            self.address(place).street = lines.join("\n");
        }
        for mut email in std::mem::take(&mut self.emails).into_values() {
            // Outlook: `Jane (jane@example.org)`.
            let own = email
                .display_name
                .strip_suffix(&format!("({})", email.address))
                .map(|name| name.trim().to_owned());
            email.display_name = own.unwrap_or(email.display_name);
            if email.address.is_empty() {
                self.keep("E-mail Display Name", &email.display_name);
            } else {
                self.contact.emails.push(email);
            }
        }
        self.settle_birth();
        for ((group, number), parts) in std::mem::take(&mut self.numbered) {
            numbered::put(self, columns, group, number, parts);
        }
        // Zimbra writes a number for a way to file, and `8:` before a name of one's own.
        if let Some(own) = self.contact.file_as.strip_prefix("8:").map(str::to_owned) {
            self.contact.file_as = own;
        } else if self.contact.file_as.len() == 1
            && self.contact.file_as.bytes().all(|byte| byte.is_ascii_digit())
        {
            self.contact.file_as.clear();
        }
    }

    fn settle_birth(&mut self) {
        let date = match self.birth {
            [None, None, None] => return,
            [Some(year), Some(month), Some(day)] => i32::try_from(year)
                .ok()
                .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
                .map(CardDate::Day),
            [None, Some(month), Some(day)] => {
                NaiveDate::from_ymd_opt(2000, month, day).map(|_| CardDate::Yearless { month, day })
            }
            _ => None,
        };
        let words = || {
            let parts = self.birth.iter().flatten().filter(|part| **part != 0);
            let text = parts.map(u32::to_string).collect::<Vec<_>>().join("-");
            (!text.is_empty()).then_some(CardDate::Text(text))
        };
        let date = date.or_else(words);
        self.contact.birthday = self.contact.birthday.take().or(date);
    }
}

/// The text of a part of an address.
fn address_part(address: &mut Address, part: Part) -> &mut String {
    match part {
        Part::Street(_) => &mut address.street,
        Part::City => &mut address.city,
        Part::Region => &mut address.region,
        Part::Code => &mut address.code,
        Part::Country => &mut address.country,
        Part::PostBox => &mut address.post_box,
        Part::Label => &mut address.label,
    }
}

/// Puts a text into an empty place; false if another text is there already.
fn put_text(text: &mut String, cell: &str) -> bool {
    if text.is_empty() {
        cell.clone_into(text);
    }
    text == cell
}

fn list(cell: &str, between: &[char]) -> Vec<String> {
    cell.split(between).map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

/// Google's groups; the one that all contacts are in says nothing.
fn labels(cell: &str) -> impl Iterator<Item = String> {
    cell.split(BETWEEN)
        .map(|label| label.trim().trim_start_matches('*').trim())
        .filter(|label| !label.is_empty() && !matches!(*label, "My Contacts" | "myContacts"))
        .map(str::to_owned)
}
