use super::*;

fn upgraded(lines: &[&str], vcard_3: bool) -> Vec<String> {
    let lines: Vec<Vec<u8>> = lines.iter().map(|line| line.as_bytes().to_vec()).collect();
    card(&lines, Options { vcard_3 })
}

#[test]
fn properties_take_their_new_form() {
    for (old, new, new_3) in [
        ("TEL;HOME;VOICE;PREF:1", "TEL;TYPE=home,voice;PREF=1:1", "TEL;TYPE=home,voice,pref:1"),
        ("item1.EMAIL;INTERNET:a@b.c", "item1.EMAIL;TYPE=internet:a@b.c", "item1.EMAIL;TYPE=internet:a@b.c"),
        (
            "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:B=FCro, a;b=0D=0Ac",
            "NOTE:Büro\\, a\\;b\\nc",
            "NOTE:Büro\\, a\\;b\\nc",
        ),
        ("N;CHARSET=UTF-8;QUOTED-PRINTABLE:M=C3=BC;H", "N:Mü;H", "N:Mü;H"),
        ("ORG:A\\;B;C, D", "ORG:A\\;B;C\\, D", "ORG:A\\;B;C\\, D"),
        (
            "ADR;WORK:;;Street 1;Town;;1",
            "ADR;TYPE=work:;;Street 1;Town;;1;",
            "ADR;TYPE=work:;;Street 1;Town;;1;",
        ),
        ("LABEL;HOME;QUOTED-PRINTABLE:a=0D=0Ab", "ADR;LABEL=a^nb;TYPE=home:;;;;;;", "LABEL;TYPE=home:a\\nb"),
        (
            "PHOTO;JPEG;ENCODING=BASE64:/9j/ AAA=",
            "PHOTO:data:image/jpeg;base64,/9j/AAA=",
            "PHOTO;TYPE=JPEG;ENCODING=b:/9j/AAA=",
        ),
        (
            "PHOTO;VALUE=URL;TYPE=GIF:http://x/a,b",
            "PHOTO;TYPE=gif;VALUE=uri:http://x/a,b",
            "PHOTO;TYPE=gif;VALUE=uri:http://x/a,b",
        ),
        ("BDAY:1996-04-15", "BDAY:19960415", "BDAY:1996-04-15"),
        ("BDAY:spring", "BDAY;VALUE=text:spring", "BDAY:spring"),
        ("GEO:37.24,-17.87", "GEO:geo:37.24,-17.87", "GEO:37.24;-17.87"),
        ("CATEGORIES:a;b,c", "CATEGORIES:a,b,c", "CATEGORIES:a,b,c"),
        ("URL:http://x/a;b,c", "URL:http://x/a;b,c", "URL:http://x/a;b,c"),
        ("X-MY OWN;HOME:a", "X-MY-OWN;TYPE=home:a", "X-MY-OWN;TYPE=home:a"),
        ("X-MINE;FOO=bar:a,b", "X-MINE;FOO=bar:a\\,b", "X-MINE;FOO=bar:a\\,b"),
    ] {
        for (vcard_3, new) in [(false, new), (true, new_3)] {
            let lines = upgraded(&["BEGIN:VCARD", "VERSION:2.1", "FN:x", old, "END:VCARD"], vcard_3);
            assert!(lines.iter().any(|line| same(line, new)), "{old}: {lines:?}");
        }
    }
}

/// Parameters stand in any order.
fn same(a: &str, b: &str) -> bool {
    let parts = |text: &str| {
        let (head, value) = text.split_once(':').unwrap();
        let mut params: Vec<String> = head.split(';').map(str::to_owned).collect();
        params.sort();
        (params, value.to_owned())
    };
    parts(a) == parts(b)
}

#[test]
fn a_label_goes_with_its_address() {
    let lines = upgraded(
        &["BEGIN:VCARD", "VERSION:2.1", "FN:x", "LABEL;HOME:a b", "ADR;HOME;PREF:;;a", "END:VCARD"],
        false,
    );
    assert!(same(&lines[3], "ADR;TYPE=home;PREF=1;LABEL=a b:;;a;;;;"), "{lines:?}");
    assert_eq!(lines.len(), 5);
}

#[test]
fn a_card_within_a_card_and_a_name_from_its_parts() {
    let old = [
        "BEGIN:VCARD",
        "VERSION:2.1",
        "N:Miller;Ann;;Dr.",
        "AGENT:",
        "BEGIN:VCARD",
        "VERSION:2.1",
        "FN:y",
        "END:VCARD",
        "END:VCARD",
    ];
    let lines = upgraded(&old, false);
    assert_eq!(lines[2], "FN:Dr. Ann Miller");
    let agent = lines
        .iter()
        .find_map(|line| line.strip_prefix("RELATED;TYPE=agent:data:text/vcard;base64,"))
        .unwrap();
    use base64::{Engine, engine::general_purpose::STANDARD};
    assert_eq!(STANDARD.decode(agent).unwrap(), b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:y\r\nEND:VCARD\r\n");
    let lines = upgraded(&old, true);
    assert!(lines.iter().any(|line| line.starts_with("AGENT:BEGIN:VCARD\\nVERSION:3.0\\n")), "{lines:?}");
}

#[test]
fn labels_belong_to_addresses_in_their_order() {
    let lines = [
        "BEGIN:VCARD",
        "ADR;HOME:;;a",
        "LABEL;HOME:1",
        "LABEL;HOME:2",
        "g.LABEL;HOME:3",
        "ADR;HOME:;;b",
        "END:VCARD",
    ];
    let card = upgraded(&lines, false);
    let of = |start: &str| card.iter().filter(|line| line.contains(start)).cloned().collect::<Vec<_>>();
    assert_eq!(
        of("ADR"),
        ["ADR;TYPE=home;LABEL=1:;;a;;;;", "ADR;TYPE=home;LABEL=2:;;b;;;;", "g.ADR;TYPE=home;LABEL=3:;;;;;;"]
    );
    let words: String = (0..200).map(|at| format!(";W{at}")).collect();
    let card = upgraded(&["BEGIN:VCARD", &format!("TEL{words}:1"), "END:VCARD"], false);
    assert_eq!(
        card.iter().find(|line| line.starts_with("TEL")).map(|line| line.matches(",w").count()),
        Some(99)
    );
}
