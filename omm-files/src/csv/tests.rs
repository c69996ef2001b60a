//! Files, and what becomes of them.

use super::*;

fn cards(text: &str) -> Vec<String> {
    let shown = |item: Item| match item.result {
        Ok(card) => String::from_utf8(card.vcard).unwrap().replace("\r\n ", ""),
        Err(reason) => format!("{}: {reason}", item.line),
    };
    read(text.as_bytes(), Version::V4).unwrap().items.into_iter().map(shown).collect()
}

#[test]
fn cells_become_properties() {
    for (text, expected) in [
        ("Name;E-mail\nJane;j@x.org\n", &["FN:Jane", "EMAIL:j@x.org"][..]),
        (
            "First Name,Last Name,Shoe size\nJane,Miller,43\n",
            &["FN:Jane Miller", "N:Miller;Jane;;;", "X-OMM-CSV;X-COLUMN=Shoe size:43"],
        ),
        (
            "Vorname\tNachname\tGeburtstag\tPrivat\nJane\tMüller\t1.2.1990\tEin",
            &["FN:Jane Müller", "BDAY:19900201", "X-CLASS:PRIVATE"],
        ),
        (
            "First Name,Birthday,Business Street,Business Street 2,Business City\nJane,2/1/1990,a,b,c",
            &["BDAY:19900201", "ADR;TYPE=work:;;a\\nb;c;;;"],
        ),
        (
            "Name,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\nJ,* Home,a@x ::: b@x,Ski hut,1",
            &[
                "EMAIL;TYPE=home;PREF=1:a@x",
                "EMAIL;TYPE=home:b@x",
                "TEL;TYPE=voice:1",
                "X-OMM-CSV;X-COLUMN=Phone 1 - Label:Ski hut",
            ],
        ),
        (
            "\"dlist\",\"fileAs\",\"fullName\",\"type\"\n\"\"\"A, B\"\" <a@x>,b@x\",\"8:G\",\"G\",\"group\"",
            &["KIND:group", "FN:G", "MEMBER;X-CN=\"A, B\":mailto:a@x", "MEMBER:mailto:b@x"],
        ),
        ("Prénom,Nom,Rue (bureau)\nJane,Meunier,1 r", &["N:Meunier;Jane;;;", "ADR;TYPE=work:;;1 r;;;;"]),
        ("sep=;\nName;Email\nJ;j@x", &["FN:J", "EMAIL:j@x"]),
        ("Name,Email\n\"J\r\n\";EVIL:1,j@x", &["FN:J\\n\\;EVIL:1"]),
    ] {
        let found = cards(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        for line in expected {
            assert!(found[0].lines().any(|found| found == *line), "{line} in {}", found[0]);
        }
    }
}

#[test]
fn a_broken_row_costs_itself() {
    let text = "Name,Email\nA,a@x\n\"B,b@x\nC,c@x,more\n,\n,nobody\nD,d@x\n";
    let found = cards(text);
    assert!(found[0].contains("FN:A\r\n"));
    assert_eq!(found[1], "3: a quotation mark that is never closed");
    assert_eq!(found[2], "4: 3 cells, but only 2 columns");
    // A lone address is enough, be it odd.
    assert!(found[3].contains("FN:nobody\r\n"));
    assert!(found[4].contains("FN:D\r\n"));
    assert_eq!(found.len(), 5);
    assert_eq!(cards("Name,Email,Notes\n,,alone\n"), ["2: neither a name nor an address"]);
}

#[test]
fn identities_are_those_of_the_rows() {
    let identities = |text: &str, version| {
        let cards = read(text.as_bytes(), version).unwrap().items;
        cards.into_iter().map(|item| item.result.unwrap().identity).collect::<Vec<_>>()
    };
    let first = identities("Name,Email\nA,a@x\nB,b@x\nA,a@x\n", Version::V4);
    assert_eq!(first[2], format!("{}-2", first[0]));
    assert_eq!(identities("Email,Name\nb@x,B\na@x,A\n", Version::V3), [first[1].clone(), first[0].clone()]);
    let own = identities("UID,Name\n7,A\n7,B\n", Version::V4);
    assert_eq!(own, ["7", "7-2"]);
}

#[test]
fn other_files_are_not_contacts() {
    for (text, expected) in [
        ("", NotContacts::Empty),
        ("\n \n", NotContacts::Empty),
        ("\0\0", NotContacts::Empty),
        ("Now, is the time, for all good men\n", NotContacts::UnknownHeader),
        ("id,price,amount\n1,2,3\n", NotContacts::UnknownHeader),
        ("BEGIN:VCARD\nVERSION:3.0\n", NotContacts::UnknownHeader),
        ("From x\nSubject: name,email\n", NotContacts::UnknownHeader),
    ] {
        assert_eq!(read(text.as_bytes(), Version::V4).err(), Some(expected), "{text:?}");
        assert!(!looks_like_contacts(text.as_bytes()));
    }
    assert!(looks_like_contacts(b"First Name,Last Name,E-mail Addr"));
}
