use super::*;
use crate::card::{CardDate, MemberAddress, PhoneKind, Place};

fn contact_of(lines: &str) -> (Contact, Read) {
    let read = read(format!("BEGIN:VCARD\nVERSION:3.0\n{lines}END:VCARD\n")).unwrap();
    let Card::Contact(contact) = read.card.clone() else { panic!("{read:?}") };
    (*contact, read)
}

fn losses(read: &Read) -> Vec<Lost> {
    read.losses.iter().map(|loss| loss.reason).collect()
}

#[test]
fn labels_of_apple() {
    let (contact, read) = contact_of(
        "item1.TEL:1\nitem1.X-ABLabel:Ski hut\nitem2.URL:https://a\nitem2.X-ABLabel:_$!<HomePage>!$_\n\
         item3.X-ABDATE:2001-02-03\nitem3.X-ABLabel:_$!<Anniversary>!$_\nitem4.X-ABRELATEDNAMES:Jo\n\
         item4.X-ABLabel:_$!<Manager>!$_\nitem5.ADR:;;s;;;;\nitem5.X-ABADR:de\nitem6.X-ABDATE:2001-02-04\n\
         item6.X-ABLabel:first day\nitem7.TEL:2\nitem7.X-ABLabel:_$!<Mobile>!$_\n",
    );
    assert_eq!(
        contact.phones.iter().map(|phone| phone.kind).collect::<Vec<_>>(),
        [PhoneKind::Other, PhoneKind::Mobile]
    );
    assert_eq!((contact.manager.as_str(), contact.addresses[0].country_code.as_str()), ("Jo", "de"));
    assert_eq!(contact.anniversary, Some(CardDate::Day("2001-02-03".parse().unwrap())));
    // What is kept keeps its label; what is not is told.
    let kept: Vec<_> = contact.lines.iter().map(|line| line.unfolded()).collect();
    assert_eq!(kept, ["item6.X-ABDATE:2001-02-04", "item6.X-ABLabel:first day"]);
    assert_eq!(losses(&read), [Lost::Label]);
}

#[test]
fn what_is_preferred_goes_first() {
    let (contact, read) = contact_of(
        "EMAIL;TYPE=internet,home:a@b\nEMAIL;TYPE=work,pref:c@d\nTEL;TYPE=work:1\nTEL;TYPE=\"work,pref\":2\n\
         TEL;TYPE=pref:3\nADR;TYPE=dom,home:;;a\nADR;TYPE=work:;;b\nLABEL;TYPE=home:printed\n",
    );
    assert_eq!(contact.emails.iter().map(|email| email.address.as_str()).collect::<Vec<_>>(), ["c@d", "a@b"]);
    assert_eq!(contact.phones.iter().map(|phone| phone.number.as_str()).collect::<Vec<_>>(), ["2", "1", "3"]);
    assert_eq!(contact.phones[2].kind, PhoneKind::Primary);
    assert_eq!((contact.addresses[0].label.as_str(), contact.addresses[0].place), ("printed", Place::Home));
    assert_eq!(losses(&read), [Lost::Word]);
}

#[test]
fn dates() {
    for (line, expected, lost) in [
        ("BDAY:19960415", CardDate::Day("1996-04-15".parse().unwrap()), 0),
        ("BDAY:1996-04-15T00:00:00Z", CardDate::Day("1996-04-15".parse().unwrap()), 0),
        ("BDAY:1996-04-15T10:00:00Z", CardDate::Day("1996-04-15".parse().unwrap()), 1),
        ("BDAY:--0229", CardDate::Yearless { month: 2, day: 29 }, 0),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15", CardDate::Yearless { month: 4, day: 15 }, 0),
        ("BDAY;VALUE=text:19960415", CardDate::Text("19960415".into()), 0),
        ("BDAY:1996-04", CardDate::Text("1996-04".into()), 0),
        ("BDAY:2001-02-30", CardDate::Text("2001-02-30".into()), 0),
    ] {
        let (contact, read) = contact_of(&format!("{line}\n"));
        assert_eq!((contact.birthday, losses(&read).len()), (Some(expected), lost), "{line}");
    }
}

#[test]
fn what_no_field_has_is_kept() {
    let (contact, read) = contact_of(
        "FN:a\nFN:b\nNOTE:1\nNOTE:2\nX-One:t\\,x\nX-Two;A=b:t\nX-Three;A=b;C=d:t\nX-Four:a;b\nSOUND:http://x\n\
         PHOTO;VALUE=uri:http://y\nKEY:http://z\nPHOTO;ENCODING=b:!!\nORG:a;b;c\n",
    );
    let kept: Vec<_> = contact.lines.iter().map(|line| line.unfolded()).collect();
    assert_eq!(
        kept,
        [
            "FN:b",
            "NOTE:2",
            "X-Three;A=b;C=d:t",
            "X-Four:a;b",
            "SOUND:http://x",
            "PHOTO;VALUE=uri:http://y",
            "KEY:http://z",
            "PHOTO;ENCODING=b:!!"
        ]
    );
    let extras: Vec<_> = contact.extras.iter().map(|one| (one.name.as_str(), one.value.as_str())).collect();
    assert_eq!(extras, [("X-One", "t,x"), ("X-Two", "t")]);
    assert_eq!((contact.department.as_str(), losses(&read)), ("b; c", vec![Lost::Joined]));
}

#[test]
fn groups_of_both_kinds() {
    for (version, text) in [
        (
            "4.0",
            "KIND:GROUP\nFN:g\nMEMBER;X-CN=a:mailto:a%2B@b?subject=x\nMEMBER:urn:uuid:1\nX-MEMBER:n\nTEL:1\n",
        ),
        (
            "3.0",
            "X-ADDRESSBOOKSERVER-KIND:group\nFN:g\nN:g;;;;\nX-ADDRESSBOOKSERVER-MEMBER;X-CN=a:mailto:a%2B@b\n\
             X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\nX-MEMBER:n\nTEL:1\n",
        ),
    ] {
        let read = read(format!("BEGIN:VCARD\nVERSION:{version}\n{text}END:VCARD\n")).unwrap();
        let Card::Group(group) = &read.card else { panic!("{version}") };
        let members: Vec<_> = group.members.iter().map(|member| member.address.clone()).collect();
        let expected = [
            MemberAddress::Mail("a+@b".into()),
            MemberAddress::Card("urn:uuid:1".into()),
            MemberAddress::Unknown,
        ];
        assert_eq!((group.name.as_str(), members), ("g", expected.to_vec()));
        assert_eq!((group.lines.len(), losses(&read).len()), (1, 0));
    }
}

#[test]
fn older_words_and_older_versions() {
    let (contact, _) =
        contact_of("X-AIM;TYPE=home:jane\nIMPP;X-SERVICE-TYPE=Skype:skype:jo\nX-EVOLUTION-SPOUSE:s\n");
    let ims: Vec<_> =
        contact.ims.iter().map(|im| (im.service.as_str(), im.address.as_str(), im.place)).collect();
    assert_eq!(ims, [("aim", "jane", Place::Home), ("Skype", "jo", Place::Other)]);
    assert_eq!(contact.spouse, "s");
    let old = "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Jo\nTEL;CELL:1\nEND:VCARD\n";
    let Card::Contact(contact) = read(old).unwrap().card else { panic!() };
    assert_eq!((contact.name.family.as_str(), contact.phones[0].kind), ("Müller", PhoneKind::Mobile));
    assert!(read("BEGIN:VCALENDAR\nEND:VCALENDAR\n").is_err());
}

#[test]
fn photos_as_programs_write_them() {
    for (line, media_type) in [
        ("PHOTO:data:image/png;base64,iVBORw0KGgo=", "image/png"),
        ("PHOTO:data:image/png;base64\\,iVBORw0KGgo=", "image/png"),
        ("PHOTO;TYPE=PNG:data:base64\\,iVBORw0KGgo=", "image/png"),
        ("PHOTO;ENCODING=b;TYPE=HOME:iVBORw0KGgo=", "image/png"),
        ("PHOTO;ENCODING=BASE64;TYPE=JPG:iVBORw0KGgo=", "image/jpeg"),
    ] {
        let (_, read) = contact_of(&format!("{line}\n"));
        let photo = read.photo.unwrap_or_else(|| panic!("{line}"));
        assert_eq!(photo.media_type, media_type, "{line}");
        assert_eq!(photo.data.to_bytes().unwrap(), &b"\x89PNG\r\n\x1a\n"[..], "{line}");
    }
}

/// Kills: a phone that is looked for among half a million before it, and lists as long as the file.
#[test]
fn more_than_anybody_has_is_told() {
    let (contact, read) = contact_of(&"TEL;TYPE=\"work,pref\":1\n".repeat(MOST + 1));
    assert_eq!((contact.phones.len(), losses(&read)), (MOST, vec![Lost::TooMany]));
    let (contact, read) = contact_of(&format!("CATEGORIES:{}\n", "a,".repeat(MOST + 1)));
    assert_eq!((contact.categories.len(), losses(&read)), (MOST, vec![Lost::TooMany]));
    let (contact, read) = contact_of("N:a;b,, c ;d;;\nORG:o,p;u;;v,w\n");
    assert_eq!((contact.name.given.as_str(), contact.department.as_str()), ("b c", "u; v, w"));
    assert_eq!((contact.organisation.as_str(), losses(&read)), ("o, p", vec![Lost::Joined]));
}
