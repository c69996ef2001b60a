//! Restrictions: which items and folders a search is about.

use crate::ews::{
    call::Outcome,
    schema::{Path, Shape, element_of},
    soap::Refusal,
    store::{Folder, Mailbox},
    view::{View, item_element_field, property_of},
    xml::Element,
};

/// A value as it is compared: numbers as numbers, the rest as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sought {
    None,
    Number(i64),
    Text(String),
}

impl Sought {
    pub(super) fn of(view: View<'_>, path: &Path) -> Self {
        let text = match path {
            Path::Field(uri) => {
                item_element_field(view, element_of(uri), &Shape::default()).map(|element| flat(&element))
            }
            Path::Indexed(uri, index) => {
                let container = item_element_field(view, element_of(uri), &Shape::default());
                let entry = container
                    .and_then(|it| it.children.into_iter().find(|it| it.attribute("Key") == Some(index)));
                entry.map(|entry| match uri.split(':').nth(2) {
                    Some(part) => entry.text_of(part).unwrap_or_default().to_owned(),
                    None => entry.text,
                })
            }
            Path::Extended(name) => {
                property_of(view, name).and_then(|property| property.values.into_iter().next())
            }
        };
        text.map_or(Self::None, |text| Self::text(&text))
    }

    fn text(text: &str) -> Self {
        // Booleans have two spellings each.
        let text = match text {
            "true" => "1",
            "false" => "0",
            text => text,
        };
        match text.parse::<i64>() {
            Ok(number) => Self::Number(number),
            // Times with and without a fraction are the same.
            Err(_) => match chrono::DateTime::parse_from_rfc3339(text) {
                Ok(time) => Self::Number(time.timestamp()),
                Err(_) => Self::Text(text.to_lowercase()),
            },
        }
    }
}

/// What is in an element that has others: the address of a sender, the statuses of a flag.
fn flat(element: &Element) -> String {
    let address = element.below("EmailAddress");
    match (address.first(), element.children.first()) {
        (Some(address), _) => address.text.clone(),
        (None, Some(child)) => child.text.clone(),
        (None, None) => element.text.clone(),
    }
}

/// Whether an item is what is sought.
pub(super) fn fits(view: View<'_>, test: &Element) -> Outcome<bool> {
    let value = |path: &Path| Sought::of(view, path);
    let exists = |path: &Path| Sought::of(view, path) != Sought::None;
    holds(test, &value, &exists, &|path| match path {
        Path::Field(uri) => item_element_field(view, element_of(uri), &Shape::default())
            .map(|it| all_text(&it))
            .unwrap_or_default(),
        _ => match Sought::of(view, path) {
            Sought::Text(text) => vec![text],
            Sought::Number(number) => vec![number.to_string()],
            Sought::None => Vec::new(),
        },
    })
}

/// Whether a folder is.
pub(super) fn folder_fits(mailbox: &Mailbox, folder: &Folder, test: &Element) -> bool {
    let text = |path: &Path| match path {
        Path::Field(uri) => match element_of(uri) {
            "DisplayName" => Some(folder.name.clone()),
            "FolderClass" => Some(folder.class.clone()),
            "TotalCount" => Some(mailbox.items_of(folder.key).count().to_string()),
            _ => None,
        },
        Path::Extended(name) => match name.tag {
            Some(0x3001) => Some(folder.name.clone()),
            Some(0x3613) => Some(folder.class.clone()),
            _ => folder
                .properties
                .iter()
                .find(|own| own.name == *name)
                .and_then(|own| own.values.first().cloned()),
        },
        Path::Indexed(..) => None,
    };
    let value = |path: &Path| text(path).map_or(Sought::None, |text| Sought::text(&text));
    holds(test, &value, &|path| text(path).is_some(), &|path| text(path).into_iter().collect())
        .unwrap_or(false)
}

fn holds(
    test: &Element,
    value: &dyn Fn(&Path) -> Sought,
    exists: &dyn Fn(&Path) -> bool,
    texts: &dyn Fn(&Path) -> Vec<String>,
) -> Outcome<bool> {
    let invalid = || Refusal::new("ErrorUnsupportedPathForQuery");
    let inner = |child: &Element| holds(child, value, exists, texts);
    match test.name.as_str() {
        "And" => test.children.iter().map(inner).try_fold(true, |all, one| Ok(all && one?)),
        "Or" => test.children.iter().map(inner).try_fold(false, |any, one| Ok(any || one?)),
        "Not" => Ok(!inner(test.children.first().ok_or_else(invalid)?)?),
        "Exists" => Ok(exists(&Path::in_element(test).ok_or_else(invalid)?)),
        "Contains" => {
            let path = Path::in_element(test).ok_or_else(invalid)?;
            let wanted = test.child("Constant").and_then(|it| it.attribute("Value")).unwrap_or_default();
            Ok(texts(&path).iter().any(|text| contains(test, text, wanted)))
        }
        "Excludes" => {
            let path = Path::in_element(test).ok_or_else(invalid)?;
            let mask = test
                .child("Bitmask")
                .and_then(|it| it.attribute("Value"))
                .and_then(|text| text.parse::<i64>().ok());
            let Sought::Number(number) = value(&path) else { return Ok(true) };
            Ok(number & mask.unwrap_or(0) == 0)
        }
        comparison => {
            let own = value(&Path::in_element(test).ok_or_else(invalid)?);
            let other = test.child("FieldURIOrConstant").ok_or_else(invalid)?;
            let other = match other.child("Constant").and_then(|it| it.attribute("Value")) {
                Some(text) => Sought::text(text),
                None => value(&Path::in_element(other).ok_or_else(invalid)?),
            };
            // What is not there is like nothing, and is unequal to everything.
            if own == Sought::None || other == Sought::None {
                return Ok(comparison == "IsNotEqualTo");
            }
            Ok(match comparison {
                "IsEqualTo" => own == other,
                "IsNotEqualTo" => own != other,
                "IsGreaterThan" => own > other,
                "IsGreaterThanOrEqualTo" => own >= other,
                "IsLessThan" => own < other,
                "IsLessThanOrEqualTo" => own <= other,
                _ => return Err(invalid()),
            })
        }
    }
}

fn contains(test: &Element, text: &str, wanted: &str) -> bool {
    let is_exact = test.attribute("ContainmentComparison").is_none_or(|how| how == "Exact");
    let (text, wanted) = match is_exact {
        true => (text.to_owned(), wanted.to_owned()),
        false => (text.to_lowercase(), wanted.to_lowercase()),
    };
    match test.attribute("ContainmentMode").unwrap_or("FullString") {
        "FullString" => text == wanted,
        "Prefixed" => text.starts_with(&wanted),
        _ => text.contains(&wanted),
    }
}

fn all_text(element: &Element) -> Vec<String> {
    match element.children.is_empty() {
        true => vec![element.text.clone()],
        false => element.children.iter().flat_map(all_text).collect(),
    }
}
