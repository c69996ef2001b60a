//! From the header of a file to the meaning of its columns.

use super::{
    field::{Field, Group, GroupPart, Part},
    headers,
};
use omm_content::card::Place;
use std::{collections::HashMap, sync::LazyLock};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// All headers that are known, of all languages. Of two with one spelling the first stands.
static KNOWN: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for (header, field) in headers::all() {
        known.entry(key(header)).or_insert(field);
    }
    known
});

/// The columns of a file.
pub(super) struct Columns {
    /// The headers as they stand, and what they mean if that is known.
    pub(super) columns: Vec<(String, Option<Field>)>,
}

impl Columns {
    /// Reads a header.
    pub(super) fn of(header: &[String]) -> Self {
        let mut columns: Vec<_> = header.iter().map(|name| (name.trim().to_owned(), field(name))).collect();
        settle(&mut columns);
        Self { columns }
    }

    /// How many columns are known.
    pub(super) fn known(&self) -> usize {
        self.columns.iter().filter(|(_, field)| field.is_some()).count()
    }

    /// Whether this is a table of contacts: most columns are known, and by some a contact could be told from another.
    pub(super) fn are_contacts(&self) -> bool {
        let named = self.columns.iter().filter(|(name, _)| !name.is_empty()).count();
        let tells = |field: &Field| {
            matches!(
                field,
                Field::DisplayName
                    | Field::Given
                    | Field::Family
                    | Field::Company
                    | Field::Email(..)
                    | Field::Phone(_)
                    | Field::Numbered(Group::Email | Group::Phone, ..)
            )
        };
        let any = self.columns.iter().filter_map(|(_, field)| field.as_ref()).any(tells);
        any && self.known() >= 2 && self.known() * 2 >= named
    }

    /// Whether dates are likely to begin with the month: only the English of America does so.
    pub(super) fn is_english(&self) -> bool {
        self.columns
            .iter()
            .any(|(name, _)| matches!(key(name).as_str(), "firstname" | "givenname" | "first" | "birthday"))
    }
}

/// A header without what differs between versions of a program: case, accents, blanks, punctuation.
fn key(header: &str) -> String {
    header
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(|letter| {
            match letter {
                'ß' => ['s', 's'].iter(),
                'ł' => ['l'].iter(),
                _ => [].iter(),
            }
            .copied()
            .chain((!matches!(letter, 'ß' | 'ł')).then_some(letter))
        })
        .collect()
}

fn field(header: &str) -> Option<Field> {
    let key = key(header);
    KNOWN.get(&key).copied().or_else(|| numbered(&key))
}

/// Google's `E-mail 1 - Value`, `Address 2 - Postal Code`.
fn numbered(key: &str) -> Option<Field> {
    const GROUPS: [(&str, Group); 9] = [
        ("email", Group::Email),
        ("phone", Group::Phone),
        ("im", Group::Im),
        ("address", Group::Address),
        ("organization", Group::Organisation),
        ("relation", Group::Relation),
        ("website", Group::Website),
        ("event", Group::Event),
        ("customfield", Group::Custom),
    ];
    let (rest, group) =
        GROUPS.into_iter().find_map(|(name, group)| Some((key.strip_prefix(name)?, group)))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest.get(..digits)?.parse().ok()?;
    let part = match rest.get(digits..)? {
        "type" | "label" => GroupPart::Kind,
        "value" => GroupPart::Value,
        "service" => GroupPart::Service,
        "street" => GroupPart::Street,
        "city" => GroupPart::City,
        "region" => GroupPart::Region,
        "postalcode" => GroupPart::Code,
        "country" => GroupPart::Country,
        "pobox" => GroupPart::PostBox,
        "extendedaddress" => GroupPart::Extended,
        "formatted" => GroupPart::Formatted,
        "name" => GroupPart::Name,
        "yominame" => GroupPart::PhoneticName,
        "title" => GroupPart::Title,
        "department" => GroupPart::Department,
        "symbol" => GroupPart::Symbol,
        "location" => GroupPart::Location,
        "jobdescription" => GroupPart::Description,
        _ => return None,
    };
    Some(Field::Numbered(group, number, part))
}

/// Settles words whose meaning follows from the other columns.
fn settle(columns: &mut [(String, Option<Field>)]) {
    let has = |columns: &[(String, Option<Field>)], wanted: Field| {
        columns.iter().any(|(_, field)| *field == Some(wanted))
    };
    let city = columns.iter().any(|(_, field)| matches!(field, Some(Field::Address(_, Part::City))));
    let (given, family) = (has(columns, Field::Given), has(columns, Field::Family));
    for (_, field) in columns.iter_mut() {
        *field = match *field {
            Some(Field::NameOrFamily) if given && !family => Some(Field::Family),
            Some(Field::NameOrGiven) if family => Some(Field::Given),
            Some(Field::NameOrFamily | Field::NameOrGiven) => Some(Field::DisplayName),
            Some(Field::LocationOrCity) if !city => Some(Field::Address(Place::Home, Part::City)),
            Some(Field::LocationOrCity) => Some(Field::Location),
            other => other,
        };
    }
    // Seen: Outlook's "Home Address" is the whole of it, beside a street; that of Thunderbird and Yahoo is the street.
    for place in [Place::Home, Place::Work, Place::Other] {
        if !has(columns, Field::Address(place, Part::Street(1))) {
            let label =
                columns.iter_mut().find(|(_, field)| *field == Some(Field::Address(place, Part::Label)));
            if let Some((_, field)) = label {
                *field = Some(Field::Address(place, Part::Street(1)));
            }
        }
    }
    // Seen: French Outlook calls both the form of address and the position "Titre"; Yahoo has a "Title", which is the position.
    if !has(columns, Field::JobTitle) {
        let titles: Vec<_> = (0..columns.len())
            .filter(|at| columns.get(*at).is_some_and(|(_, field)| *field == Some(Field::Prefix)))
            .collect();
        let position = match titles.as_slice() {
            [_, second, ..] => Some(*second),
            [only] if columns.get(*only).is_some_and(|(name, _)| key(name) == "title") => Some(*only),
            _ => None,
        };
        if let Some((_, field)) = position.and_then(|at| columns.get_mut(at)) {
            *field = Some(Field::JobTitle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm_content::card::PhoneKind;

    fn fields(header: &str) -> Vec<Option<Field>> {
        let header: Vec<_> = header.split('|').map(str::to_owned).collect();
        Columns::of(&header).columns.into_iter().map(|(_, field)| field).collect()
    }

    #[test]
    fn headers_mean_what_their_neighbours_say() {
        for (header, expected) in [
            ("Nom|Prénom", &[Some(Field::Family), Some(Field::Given)][..]),
            ("Nom|E-mail", &[Some(Field::DisplayName), Some(Field::Email(1, Place::Other))]),
            ("Nome|Cognome", &[Some(Field::Given), Some(Field::Family)]),
            ("Titre|Titre", &[Some(Field::Prefix), Some(Field::JobTitle)]),
            ("First|Title", &[Some(Field::Given), Some(Field::JobTitle)]),
            ("Title|Job Title", &[Some(Field::Prefix), Some(Field::JobTitle)]),
            ("E-mail 2 - Label", &[Some(Field::Numbered(Group::Email, 2, GroupPart::Kind))]),
            ("E-mail 2 Address", &[Some(Field::Email(2, Place::Other))]),
            ("STRASSE GESCHÄFTLICH", &[Some(Field::Address(Place::Work, Part::Street(1)))]),
            ("Telefon komórkowy", &[Some(Field::Phone(PhoneKind::Mobile))]),
            ("no such thing", &[None]),
        ] {
            assert_eq!(fields(header), expected, "{header}");
        }
    }
}
