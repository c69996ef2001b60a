//! Values that somebody made to break out of their lines, and large ones.

use super::{
    card,
    fields::{Field, Set, What},
    message, photo, unfolded,
};
use omm_mapi::{Error, Options, StoredAttachment, convert, property::Value};

#[test]
fn no_value_breaks_out_of_its_line() {
    const EVIL: &str = "a\r\nEVIL:1\nEVIL:2\rEVIL:3;x,y\\\"z\u{0}\u{7}^n";
    let fields: Vec<Field> = [0x3001, 0x3A06, 0x3A08, 0x3A16, 0x3A51, 0x3A5D, 0x3A0C, 0x1000]
        .into_iter()
        .map(|id| Field { set: Set::Tag, id, value: What::Silent(EVIL), line_4: &[], line_3: &[] })
        .chain([0x801A, 0x8062, 0x8080, 0x8083, 0x80D8].into_iter().map(|id| Field {
            set: Set::Lid(super::ADDRESS),
            id,
            value: What::Silent(EVIL),
            line_4: &[],
            line_3: &[],
        }))
        .collect();
    for vcard_3 in [false, true] {
        let (text, _) = card(&message(&fields), vcard_3);
        assert!(!unfolded(&text).lines().any(|line| line.starts_with("EVIL")), "{text}");
        assert!(!text.contains(['\u{0}', '\u{7}']));
        assert_eq!(text.matches("BEGIN:VCARD").count(), 1);
        let read = calcard::vcard::VCard::parse(&text).unwrap();
        assert!(read.entries.len() >= 10, "{read:?}");
        if let Some(texts) = super::vobject(&text) {
            assert!(texts.iter().any(|found| found.contains("EVIL:3;x,y\\\"z")), "{texts:?}");
        }
    }
}

#[test]
fn eight_bit_text_is_decoded() {
    let mut latin = message(&[]);
    latin.properties.insert(0x3A11, Value::String8(b"M\xFCller".to_vec()));
    assert!(card(&latin, false).0.contains("N:Müller;;;;\r\n"));
}

#[test]
fn a_large_photo_is_the_same_when_it_is_read_again() {
    let bytes: Vec<u8> = (0..5 << 20).map(|at: u32| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut large = message(&[]);
    large.attachments.push(photo(bytes.clone()));
    for vcard_3 in [false, true] {
        let (text, losses) = card(&large, vcard_3);
        assert!(losses.is_empty());
        let read = calcard::vcard::VCard::parse(&text).unwrap();
        let data = read.entries.iter().flat_map(|entry| &entry.values).find_map(|value| match value {
            calcard::vcard::VCardValue::Binary(data) => Some(&data.data),
            _ => None,
        });
        assert!(data.is_some_and(|data| *data == bytes), "{vcard_3}");
    }
}

#[test]
fn files_that_are_too_large_are_told() {
    let mut heavy = message(&[]);
    let mut file = photo(vec![0; (1 << 20) + 1]);
    file.properties = omm_mapi::property::Properties::default();
    file.properties.insert(0x3707, Value::String("heavy.bin".into()));
    heavy.attachments.push(file.clone());
    heavy.attachments.push(StoredAttachment { data: None, ..file });
    let (text, losses) = card(&heavy, false);
    assert!(!text.contains("X-ATTACH"));
    assert_eq!(losses.len(), 2);
    assert!(losses[0].contains("heavy.bin"));
}

#[test]
fn a_damaged_photo_costs_itself_when_it_may() {
    struct Damaged(omm_mapi::StoredMessage);
    struct Attachment(omm_mapi::property::Properties);
    impl omm_mapi::Message for Damaged {
        fn properties(&self) -> &omm_mapi::property::Properties {
            &self.0.properties
        }
        fn recipients(&self) -> omm_mapi::Result<Vec<omm_mapi::property::Properties>> {
            Ok(Vec::new())
        }
        fn attachments(&self) -> omm_mapi::Result<Vec<Box<dyn omm_mapi::Attachment>>> {
            Ok(vec![Box::new(Attachment(photo(Vec::new()).properties))])
        }
    }
    impl omm_mapi::Attachment for Attachment {
        fn properties(&self) -> &omm_mapi::property::Properties {
            &self.0
        }
        fn data(&self) -> omm_mapi::Result<Option<Box<dyn std::io::Read + Send>>> {
            Err(Error::malformed("a block is damaged"))
        }
        fn message(&self) -> omm_mapi::Result<Option<Box<dyn omm_mapi::Message>>> {
            Ok(None)
        }
    }
    let damaged = Damaged(message(&[]));
    assert!(convert(&damaged, &Options::default()).is_err());
    let mut options = Options::default();
    options.without_damaged = true;
    let converted = convert(&damaged, &options).unwrap();
    assert_eq!(
        converted.losses,
        ["the attachment \"ContactPicture.jpg\" cannot be read: a block is damaged"]
    );
}
