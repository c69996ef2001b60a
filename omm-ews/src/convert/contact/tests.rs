use super::*;
use crate::{
    convert::node::read_back,
    xml::{Limits, Writer, read},
};
use chrono::NaiveDate;
use omm_content::card::{Address, CardDate, Email, Extra, Gender, Im, Name, Phone, PhoneKind, Place, Web};

/// What a server that keeps all gives back, and what neither way keeps.
fn round_trip(contact: &Contact) -> (Contact, Vec<String>) {
    let made = draft(contact);
    let mut writer = Writer::new();
    made.finish().write(&mut writer);
    let mut losses = made.losses;
    let found = super::contact(&read_back(writer), &mut losses);
    (found, losses)
}

fn full() -> Contact {
    let day = NaiveDate::from_ymd_opt(1970, 2, 28).expect("a day");
    let address = |place, preferred, city: &str| Address {
        place,
        post_box: "PO 1".into(),
        street: "1 Road\nBack yard".into(),
        city: city.into(),
        region: "R".into(),
        code: "0123".into(),
        country: "Land".into(),
        country_code: "LD".into(),
        preferred,
        ..Address::default()
    };
    Contact {
        uid: "urn:uuid:7".into(),
        revised: None,
        display_name: "Dr. Jane Q. Miller Jr.".into(),
        name: Name {
            prefix: "Dr.".into(),
            given: "Jane".into(),
            middle: "Q.".into(),
            family: "Miller".into(),
            suffix: "Jr.".into(),
            phonetic_given: "dʒeɪn".into(),
            phonetic_middle: String::new(),
            phonetic_family: "mɪlə".into(),
        },
        file_as: "Miller, Jane".into(),
        nicknames: vec!["Janey".into()],
        initials: "J.Q.M.".into(),
        organisation: "Example & Co".into(),
        phonetic_organisation: "egzampl".into(),
        department: "D".into(),
        job_title: "T".into(),
        role: "P".into(),
        office: "O".into(),
        location: "L".into(),
        manager: "M".into(),
        assistant: "A".into(),
        spouse: "S".into(),
        children: vec!["c1".into(), "c2".into()],
        addresses: vec![
            address(Place::Work, false, "W"),
            address(Place::Home, true, "H"),
            address(Place::Other, false, "X"),
        ],
        phones: phones(),
        emails: vec![
            Email { address: "jane@example.org".into(), display_name: "Jane".into(), ..Email::default() },
            Email::new("j2@example.org"),
            Email::new("j3@example.org"),
        ],
        ims: ["a", "sip:b@x", "c"].map(|one| Im { address: one.into(), ..Im::default() }).into(),
        webs: vec![
            Web { url: "http://w/".into(), place: Place::Work },
            Web { url: "http://h/".into(), place: Place::Home },
            Web { url: "http://o/".into(), place: Place::Other },
        ],
        free_busy: "http://fb/".into(),
        birthday: Some(CardDate::Day(day)),
        anniversary: Some(CardDate::Yearless { month: 12, day: 31 }),
        gender: Some(Gender::Female),
        language: "en".into(),
        hobbies: vec!["chess".into()],
        categories: vec!["Red, dark".into(), "b".into()],
        notes: "one\ntwo <3".into(),
        class: Class::Confidential,
        certificates: vec![vec![0x30, 1, 2], vec![0x30, 255]],
        government_id: "g".into(),
        customer_id: "cu".into(),
        organisational_id: "or".into(),
        account: "ac".into(),
        billing: "bi".into(),
        mileage: "mi".into(),
        referred_by: "re".into(),
        ftp_site: "ftp://f/".into(),
        computer_network: "net".into(),
        user_fields: vec!["1".into(), String::new(), "3".into(), "4".into()],
        extras: vec![
            Extra { name: "X-OMM-COMPANY".into(), parameter: None, value: "Other Ltd".into() },
            Extra { name: "X-KEYWORD".into(), parameter: None, value: "k".into() },
        ],
        ..Contact::default()
    }
}

/// One of each kind, and two where there are two places.
fn phones() -> Vec<Phone> {
    use PhoneKind::{
        Assistant, Callback, Car, CompanyMain, Home, HomeFax, Isdn, Mobile, Other, OtherFax, Pager, Primary,
        Radio, Telex, Tty, Work, WorkFax,
    };
    let kinds = [
        Primary,
        Work,
        Work,
        Home,
        Home,
        Mobile,
        WorkFax,
        HomeFax,
        OtherFax,
        Pager,
        Car,
        Callback,
        Radio,
        Telex,
        Tty,
        Isdn,
        Assistant,
        CompanyMain,
        Other,
    ];
    kinds.into_iter().zip(100..).map(|(kind, number)| Phone { kind, number: format!("+{number}") }).collect()
}

#[test]
fn a_contact_with_everything_comes_back() {
    let (found, losses) = round_trip(&full());
    assert_eq!(found, full());
    assert_eq!(losses, [""; 0]);
}

#[test]
fn every_field_of_a_contact_comes_back_alone() {
    // A field that hangs on another would be seen in no contact that has both.
    let full = full();
    let none =
        Contact { uid: "u".into(), display_name: "d".into(), file_as: "f".into(), ..Contact::default() };
    type Set = fn(&mut Contact, Contact);
    let fields: [Set; 22] = [
        |to, from| to.name = from.name,
        |to, from| to.nicknames = from.nicknames,
        |to, from| to.organisation = from.organisation,
        |to, from| to.department = from.department,
        |to, from| to.manager = from.manager,
        |to, from| to.children = from.children,
        |to, from| to.addresses = from.addresses,
        |to, from| to.phones = from.phones,
        |to, from| to.emails = from.emails,
        |to, from| to.ims = from.ims,
        |to, from| to.webs = from.webs,
        |to, from| to.birthday = from.birthday,
        |to, from| to.anniversary = from.anniversary,
        |to, from| to.gender = from.gender,
        |to, from| to.hobbies = from.hobbies,
        |to, from| to.categories = from.categories,
        |to, from| to.notes = from.notes,
        |to, from| to.class = from.class,
        |to, from| to.certificates = from.certificates,
        |to, from| to.user_fields = from.user_fields,
        |to, from| to.extras = from.extras,
        |to, from| to.free_busy = from.free_busy,
    ];
    for (at, set) in fields.into_iter().enumerate() {
        let mut contact = none.clone();
        set(&mut contact, full.clone());
        assert_eq!(round_trip(&contact), (contact, Vec::new()), "field {at}");
    }
}

#[test]
fn what_has_no_place_goes_elsewhere_or_is_said() {
    let phone = |kind, number: &str| Phone { kind, number: number.into() };
    let contact = Contact {
        display_name: "d".into(),
        emails: (1..=5).map(|n| Email::new(format!("{n}@x.org"))).collect(),
        phones: vec![
            phone(PhoneKind::Mobile, "1"),
            phone(PhoneKind::Mobile, "2"),
            phone(PhoneKind::Video, "3"),
            phone(PhoneKind::WorkFax, "4"),
            phone(PhoneKind::WorkFax, "5"),
        ],
        addresses: ["a", "b", "c", "d"]
            .map(|city| Address { place: Place::Home, city: city.into(), ..Address::default() })
            .into(),
        ims: vec![Im { address: "j".into(), service: "xmpp".into(), place: Place::Work }],
        relations: vec![("friend".into(), "Joe".into())],
        birthday: Some(CardDate::Text("in spring".into())),
        position: Some((1.0, 2.0)),
        ..Contact::default()
    };
    let (found, losses) = round_trip(&contact);
    let kinds: Vec<_> = found.phones.iter().map(|one| (one.kind, one.number.as_str())).collect();
    assert_eq!(
        kinds,
        [
            (PhoneKind::Primary, "3"),
            (PhoneKind::Mobile, "1"),
            (PhoneKind::WorkFax, "4"),
            (PhoneKind::OtherFax, "5"),
            (PhoneKind::Other, "2")
        ]
    );
    let cities: Vec<_> = found.addresses.iter().map(|one| (one.place, one.city.as_str())).collect();
    assert_eq!(cities, [(Place::Work, "c"), (Place::Home, "a"), (Place::Other, "b")]);
    assert_eq!((found.emails.len(), found.ims[0].address.as_str()), (3, "xmpp:j"));
    // Two addresses of mail; three phones elsewhere; two addresses elsewhere and one nowhere; relation, birthday, position.
    assert_eq!(losses.len(), 2 + 3 + 3 + 3, "{losses:#?}");
    let shown = round_trip(&Contact { emails: vec![Email::new("only@x.org")], ..Contact::default() }).0;
    assert_eq!(shown.display_name, "only@x.org", "a contact without a name is shown as what is known of it");
}

#[test]
fn addresses_of_exchange() {
    let read_of = |entry: &str, property: &str| {
        let text = format!(
            "<c><ExtendedProperty><ExtendedFieldURI DistinguishedPropertySetId='Address' PropertyId='32900'/><Value>{property}\
             </Value></ExtendedProperty><EmailAddresses>{entry}</EmailAddresses></c>"
        );
        let mut losses = Vec::new();
        let contact =
            super::contact(&read(text.as_bytes(), Limits::SMALL).expect("well formed"), &mut losses);
        let email = contact.emails.into_iter().next().unwrap_or_default();
        (email.address, email.display_name, losses.len(), contact.extras)
    };
    let legacy = "<Entry Key='EmailAddress1' Name='Jane' RoutingType='EX'>/o=Org/cn=jane</Entry>";
    assert_eq!(read_of(legacy, "jane@x.org"), ("jane@x.org".into(), "Jane".into(), 0, Vec::new()));
    let (address, _, losses, extras) = read_of(legacy, "Jane");
    assert_eq!((address.as_str(), losses, extras.len()), ("", 1, 1));
    // And back, as it was.
    let contact = Contact { display_name: "d".into(), extras, ..Contact::default() };
    let (found, losses) = round_trip(&contact);
    assert_eq!((found.extras, losses.len()), (contact.extras, 1));
    let shown = "<Entry Key='EmailAddress1' Name=\"Jane (j@x.org)\">j@x.org</Entry>";
    assert_eq!(read_of(shown, ""), ("j@x.org".into(), "Jane".into(), 0, Vec::new()));
}

#[test]
fn days_of_every_form() {
    let birthday = |text: &str| {
        let item = read(format!("<c><Birthday>{text}</Birthday></c>").as_bytes(), Limits::SMALL);
        super::contact(&item.expect("well formed"), &mut Vec::new()).birthday
    };
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).map(CardDate::Day);
    for (text, expected) in [
        ("1970-02-28T11:59:00Z", day(1970, 2, 28)),
        ("1970-02-27T23:00:00Z", day(1970, 2, 28)),
        ("1970-02-28T05:00:00Z", day(1970, 2, 28)),
        ("1604-02-29T11:59:00Z", Some(CardDate::Yearless { month: 2, day: 29 })),
        ("never", None),
    ] {
        assert_eq!(birthday(text), expected, "{text}");
    }
}
