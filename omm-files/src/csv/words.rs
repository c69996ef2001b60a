//! Words that stand for one of few things, in the languages of Outlook.

use omm_content::card::{Class, Gender, PhoneKind, Place};

/// A gender; `None` for the words for "not said", and the words themselves if they are no known ones.
pub(super) fn gender(text: &str) -> Option<Gender> {
    let word = text.trim().to_lowercase();
    match word.as_str() {
        "f" | "female" | "weiblich" | "femme" | "féminin" | "mujer" | "femenino" | "femmina"
        | "femminile" | "vrouw" | "vrouwelijk" | "kobieta" | "feminino" | "女性" | "女" => {
            Some(Gender::Female)
        }
        "m" | "male" | "männlich" | "homme" | "masculin" | "hombre" | "masculino" | "maschio"
        | "maschile" | "man" | "mannelijk" | "mężczyzna" | "男性" | "男" => Some(Gender::Male),
        ""
        | "unspecified"
        | "keine angabe"
        | "nicht angegeben"
        | "non spécifié"
        | "sin especificar"
        | "no especificado"
        | "non specificato"
        | "niet-gespecificeerd"
        | "nieokreślona"
        | "não especificado"
        | "指定なし" => None,
        _ => Some(Gender::Text(text.trim().to_owned())),
    }
}

/// What a sensitivity says; nothing for words that are not known.
pub(super) fn class(text: &str) -> Option<Class> {
    let word = text.trim().to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    match () {
        () if is_normal(&word) => Some(Class::Public),
        () if has(&["confiden", "vertraulich", "vertrouwelijk", "poufn", "riservat", "社外秘"]) => {
            Some(Class::Confidential)
        }
        () if has(&["privat", "privé", "privad", "prywat", "person", "persönlich", "親展", "個人"]) => {
            Some(Class::Private)
        }
        () => None,
    }
}

/// Whether a priority or a sensitivity is the usual one.
pub(super) fn is_normal(text: &str) -> bool {
    let word = text.trim().to_lowercase();
    matches!(
        word.as_str(),
        "" | "normal" | "normale" | "normaal" | "normalny" | "normalna" | "standard" | "public" | "標準"
    )
}

/// Whether a yes-or-no column says no.
pub(super) fn is_no(text: &str) -> bool {
    let word = text.trim().to_lowercase();
    matches!(
        word.as_str(),
        "" | "0"
            | "false"
            | "no"
            | "off"
            | "falsch"
            | "nein"
            | "aus"
            | "faux"
            | "non"
            | "falso"
            | "onwaar"
            | "nee"
            | "uit"
            | "fałsz"
            | "nie"
            | "não"
    )
}

/// Where something is, by a label of Google; nothing for a label of the user's own.
pub(super) fn place(label: &str) -> Option<Place> {
    match bare(label).as_str() {
        "home" | "privat" | "domicile" | "casa" | "thuis" | "dom" => Some(Place::Home),
        "work" | "arbeit" | "bureau" | "trabajo" | "lavoro" | "werk" | "praca" | "trabalho" => {
            Some(Place::Work)
        }
        "" | "other" | "internet" | "andere" | "autre" | "otro" | "altro" | "overige" | "inny" | "outro" => {
            Some(Place::Other)
        }
        _ => None,
    }
}

/// What a number is for, by a label of Google.
pub(super) fn phone(label: &str) -> Option<PhoneKind> {
    Some(match bare(label).as_str() {
        "mobile" | "cell" | "mobil" | "móvil" | "cellulare" | "mobiel" | "komórka" | "celular" => {
            PhoneKind::Mobile
        }
        "home fax" | "homefax" => PhoneKind::HomeFax,
        "work fax" | "workfax" => PhoneKind::WorkFax,
        "fax" | "other fax" => PhoneKind::OtherFax,
        "main" | "primary" => PhoneKind::Primary,
        "pager" => PhoneKind::Pager,
        "car" => PhoneKind::Car,
        "callback" => PhoneKind::Callback,
        "radio" => PhoneKind::Radio,
        "telex" => PhoneKind::Telex,
        "tty tdd" | "tty/tdd" => PhoneKind::Tty,
        "isdn" => PhoneKind::Isdn,
        "assistant" => PhoneKind::Assistant,
        "company main" | "companymain" => PhoneKind::CompanyMain,
        "google voice" | "grandcentral" => return None,
        other => match place(other)? {
            Place::Home => PhoneKind::Home,
            Place::Work => PhoneKind::Work,
            Place::Other => PhoneKind::Other,
        },
    })
}

/// Without the star that Google puts before the first of several.
fn bare(label: &str) -> String {
    label.trim().trim_start_matches('*').trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_languages() {
        for (text, expected) in [
            ("Female", Some(Gender::Female)),
            ("Männlich", Some(Gender::Male)),
            ("Unspecified", None),
            ("指定なし", None),
            ("Nonbinary", Some(Gender::Text("Nonbinary".into()))),
        ] {
            assert_eq!(gender(text), expected, "{text}");
        }
        for (text, expected) in [
            ("Normal", Some(Class::Public)),
            ("Vertraulich", Some(Class::Confidential)),
            ("Privé", Some(Class::Private)),
            ("Persönlich", Some(Class::Private)),
            ("odd", None),
        ] {
            assert_eq!(class(text), expected, "{text}");
        }
        for (label, expected) in [
            ("* Work", Some(PhoneKind::Work)),
            ("Home Fax", Some(PhoneKind::HomeFax)),
            ("", Some(PhoneKind::Other)),
            ("Ski hut", None),
        ] {
            assert_eq!(phone(label), expected, "{label}");
        }
    }
}
