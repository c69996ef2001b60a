//! Every property of a contact ([MS-OXOCNTC] §2.2.1), and the lines that it must have in each version, written by hand after
//! RFC 6350 and RFC 2426. A property that is part of another's line has none of its own.

use omm_mapi::property::{Guid, Value, named};

pub(crate) const ADDRESS: Guid = named::PSETID_ADDRESS;
pub(crate) const COMMON: Guid = named::PSETID_COMMON;

/// Where a property is.
#[derive(Clone, Copy)]
pub(crate) enum Set {
    Tag,
    Lid(Guid),
    /// PidNameKeywords.
    Keywords,
}

/// What it holds.
#[derive(Clone, Copy)]
pub(crate) enum What {
    /// A text that must come out as it went in.
    Text(&'static str),
    /// A text that comes out in another form.
    Silent(&'static str),
    /// A text that stands in a parameter in 4.0 or in 3.0 not at all.
    Only4(&'static str),
    Only3(&'static str),
    /// A text with line ends.
    Parts(&'static str),
    Texts(&'static [&'static str]),
    Number(i32),
    Time(i64),
    Bytes(&'static [u8]),
    Blobs(&'static [&'static [u8]]),
}

impl What {
    pub(crate) fn value(self) -> Value {
        match self {
            Self::Text(text)
            | Self::Silent(text)
            | Self::Only4(text)
            | Self::Only3(text)
            | Self::Parts(text) => Value::String(text.to_owned()),
            Self::Texts(texts) => {
                Value::Multiple(texts.iter().map(|text| Value::String((*text).to_owned())).collect())
            }
            Self::Number(number) => Value::Integer32(number),
            Self::Time(ticks) => Value::Time(ticks),
            Self::Bytes(bytes) => Value::Binary(bytes.to_vec()),
            Self::Blobs(blobs) => {
                Value::Multiple(blobs.iter().map(|blob| Value::Binary(blob.to_vec())).collect())
            }
        }
    }

    /// The texts that any reader must find, in either version.
    pub(crate) fn texts(&self) -> Vec<&'static str> {
        match *self {
            Self::Text(text) => vec![text],
            Self::Texts(texts) => texts.to_vec(),
            _ => Vec::new(),
        }
    }
}

/// A row.
pub(crate) struct Field {
    pub(crate) set: Set,
    pub(crate) id: u32,
    pub(crate) value: What,
    pub(crate) line_4: &'static [&'static str],
    pub(crate) line_3: &'static [&'static str],
}

const fn row(
    set: Set,
    id: u32,
    value: What,
    line_4: &'static [&'static str],
    line_3: &'static [&'static str],
) -> Field {
    Field { set, id, value, line_4, line_3 }
}

use Set::{Keywords, Lid, Tag};
use What::{Blobs, Bytes, Number, Only3, Only4, Parts, Silent, Text, Texts, Time};

#[rustfmt::skip]
pub(crate) const FIELDS: &[Field] = &[
    row(Tag, 0x300B, Bytes(b"search key"), &["UID:urn:uuid:@@"], &["UID:urn:uuid:@@"]),
    row(Tag, 0x3008, Time(133_500_000_000_000_000), &["REV:20240117T212000Z"], &["REV:2024-01-17T21:20:00Z"]),
    row(Tag, 0x3001, Text("Dr. Jané Q. Müller Jr."),
        &["FN:Dr. Jané Q. Müller Jr."],
        &["FN:Dr. Jané Q. Müller Jr."]),
    row(Tag, 0x3A11, Text("Müller"), &["N:Müller;Jané;Q.;Dr.;Jr."], &["N:Müller;Jané;Q.;Dr.;Jr."]),
    row(Tag, 0x3A06, Text("Jané"), &[], &[]),
    row(Tag, 0x3A44, Text("Q."), &[], &[]),
    row(Tag, 0x3A45, Text("Dr."), &[], &[]),
    row(Tag, 0x3A05, Text("Jr."), &[], &[]),
    row(Lid(ADDRESS), 0x8005, Text("Müller, Jané"),
        &["X-EVOLUTION-FILE-AS:Müller\\, Jané"],
        &["X-EVOLUTION-FILE-AS:Müller\\, Jané"]),
    row(Tag, 0x3A4F, Text("Jan"), &["NICKNAME:Jan"], &["NICKNAME:Jan"]),
    row(Tag, 0x3A0A, Text("J.M."), &["X-INITIALS:J.M."], &["X-INITIALS:J.M."]),
    row(Lid(ADDRESS), 0x802C, Text("jane-yomi"),
        &["X-PHONETIC-FIRST-NAME:jane-yomi"],
        &["X-PHONETIC-FIRST-NAME:jane-yomi"]),
    row(Lid(ADDRESS), 0x802D, Text("muller-yomi"),
        &["X-PHONETIC-LAST-NAME:muller-yomi"],
        &["X-PHONETIC-LAST-NAME:muller-yomi"]),
    row(Lid(ADDRESS), 0x802E, Text("firm-yomi"),
        &["X-PHONETIC-ORG:firm-yomi"],
        &["X-PHONETIC-ORG:firm-yomi"]),
    row(Tag, 0x3A16, Text("Firm; Sons"), &["ORG:Firm\\; Sons;Research"], &["ORG:Firm\\; Sons;Research"]),
    row(Tag, 0x3A18, Text("Research"), &[], &[]),
    row(Tag, 0x3A17, Text("Director"), &["TITLE:Director"], &["TITLE:Director"]),
    row(Tag, 0x3A46, Text("Chemist"), &["ROLE:Chemist"], &["ROLE:Chemist"]),
    row(Tag, 0x3A19, Text("Room 5"), &["X-OFFICE-LOCATION:Room 5"], &["X-OFFICE-LOCATION:Room 5"]),
    row(Tag, 0x3A0D, Text("Lab"), &["X-LOCATION:Lab"], &["X-LOCATION:Lab"]),
    row(Tag, 0x3A4E, Text("Max Boss"),
        &["RELATED;TYPE=x-manager;VALUE=text:Max Boss"],
        &["X-MANAGER:Max Boss"]),
    row(Tag, 0x3A30, Text("Ann Aide"),
        &["RELATED;TYPE=x-assistant;VALUE=text:Ann Aide"],
        &["X-ASSISTANT:Ann Aide"]),
    row(Tag, 0x3A48, Text("Joe Spouse"),
        &["RELATED;TYPE=spouse;VALUE=text:Joe Spouse"],
        &["X-SPOUSE:Joe Spouse"]),
    row(Tag, 0x3A58, Texts(&["Kid One", "Kid Two"]),
        &["RELATED;TYPE=child;VALUE=text:Kid One", "RELATED;TYPE=child;VALUE=text:Kid Two"],
        &["X-CHILD:Kid One", "X-CHILD:Kid Two"]),
    row(Lid(ADDRESS), 0x8045, Text("Work Street 1"),
        &["ADR;TYPE=work;PREF=1;CC=DE;LABEL=\"Firm^nWork: Street 1\":WorkBox;;Work Street 1;Workville;WorkState;W-1;Workland"],
        &["ADR;TYPE=work,pref:WorkBox;;Work Street 1;Workville;WorkState;W-1;Workland"]),
    row(Lid(ADDRESS), 0x8046, Text("Workville"), &[], &[]),
    row(Lid(ADDRESS), 0x8047, Text("WorkState"), &[], &[]),
    row(Lid(ADDRESS), 0x8048, Text("W-1"), &[], &[]),
    row(Lid(ADDRESS), 0x8049, Text("Workland"), &[], &[]),
    row(Lid(ADDRESS), 0x804A, Text("WorkBox"), &[], &[]),
    row(Lid(ADDRESS), 0x80DB, Only4("DE"), &[], &[]),
    row(Lid(ADDRESS), 0x801B, Parts("Firm\r\nWork: Street 1"),
        &[],
        &["LABEL;TYPE=work,pref:Firm\\nWork: Street 1"]),
    row(Lid(ADDRESS), 0x8022, Number(2), &[], &[]),
    row(Tag, 0x3A5D, Text("Home Street 2"),
        &["ADR;TYPE=home;LABEL=Home label:HomeBox;;Home Street 2;Hometown;HomeState;H-2;Homeland"],
        &["ADR;TYPE=home:HomeBox;;Home Street 2;Hometown;HomeState;H-2;Homeland"]),
    row(Tag, 0x3A59, Text("Hometown"), &[], &[]),
    row(Tag, 0x3A5C, Text("HomeState"), &[], &[]),
    row(Tag, 0x3A5B, Text("H-2"), &[], &[]),
    row(Tag, 0x3A5A, Text("Homeland"), &[], &[]),
    row(Tag, 0x3A5E, Text("HomeBox"), &[], &[]),
    row(Lid(ADDRESS), 0x801A, Only3("Home label"), &[], &["LABEL;TYPE=home:Home label"]),
    row(Tag, 0x3A63, Text("Other Street 3"),
        &["ADR:OtherBox;;Other Street 3;Othertown;OtherState;O-3;Otherland"],
        &["ADR;TYPE=postal:OtherBox;;Other Street 3;Othertown;OtherState;O-3;Otherland"]),
    row(Tag, 0x3A5F, Text("Othertown"), &[], &[]),
    row(Tag, 0x3A62, Text("OtherState"), &[], &[]),
    row(Tag, 0x3A61, Text("O-3"), &[], &[]),
    row(Tag, 0x3A60, Text("Otherland"), &[], &[]),
    row(Tag, 0x3A64, Text("OtherBox"), &[], &[]),
    row(Tag, 0x3A29, Text("Work Street 1"), &[], &[]),
    row(Tag, 0x3A1A, Text("+1 01"), &["TEL;TYPE=voice;PREF=1:+1 01"], &["TEL;TYPE=voice,pref:+1 01"]),
    row(Tag, 0x3A08, Text("+1 02"), &["TEL;TYPE=work,voice:+1 02"], &["TEL;TYPE=work,voice:+1 02"]),
    row(Tag, 0x3A1B, Text("+1 03"), &["TEL;TYPE=work,voice:+1 03"], &["TEL;TYPE=work,voice:+1 03"]),
    row(Tag, 0x3A09, Text("+1 04"), &["TEL;TYPE=home,voice:+1 04"], &["TEL;TYPE=home,voice:+1 04"]),
    row(Tag, 0x3A1C, Text("+1 06"), &["TEL;TYPE=cell,voice:+1 06"], &["TEL;TYPE=cell,voice:+1 06"]),
    row(Tag, 0x3A24, Text("+1 07"), &["TEL;TYPE=work,fax:+1 07"], &["TEL;TYPE=work,fax:+1 07"]),
    row(Tag, 0x3A25, Text("+1 08"), &["TEL;TYPE=home,fax:+1 08"], &["TEL;TYPE=home,fax:+1 08"]),
    row(Tag, 0x3A23, Text("+1 09"), &["TEL;TYPE=fax:+1 09"], &["TEL;TYPE=fax:+1 09"]),
    row(Tag, 0x3A21, Text("+1 10"), &["TEL;TYPE=pager:+1 10"], &["TEL;TYPE=pager:+1 10"]),
    row(Tag, 0x3A1E, Text("+1 11"), &["TEL;TYPE=voice,x-car:+1 11"], &["TEL;TYPE=car,voice:+1 11"]),
    row(Tag, 0x3A02, Text("+1 12"),
        &["TEL;TYPE=voice,x-callback:+1 12"],
        &["TEL;TYPE=voice,x-callback:+1 12"]),
    row(Tag, 0x3A1D, Text("+1 13"), &["TEL;TYPE=voice,x-radio:+1 13"], &["TEL;TYPE=voice,x-radio:+1 13"]),
    row(Tag, 0x3A2C, Text("+1 14"), &["TEL;TYPE=x-telex:+1 14"], &["TEL;TYPE=x-telex:+1 14"]),
    row(Tag, 0x3A4B, Text("+1 15"), &["TEL;TYPE=textphone:+1 15"], &["TEL;TYPE=x-tty:+1 15"]),
    row(Tag, 0x3A2D, Text("+1 16"), &["TEL;TYPE=x-isdn:+1 16"], &["TEL;TYPE=isdn:+1 16"]),
    row(Tag, 0x3A2E, Text("+1 17"),
        &["TEL;TYPE=voice,x-assistant:+1 17"],
        &["TEL;TYPE=voice,x-assistant:+1 17"]),
    row(Tag, 0x3A57, Text("+1 18"), &["TEL;TYPE=work,x-company:+1 18"], &["TEL;TYPE=work,x-company:+1 18"]),
    row(Tag, 0x3A1F, Text("+1 19"), &["TEL;TYPE=voice:+1 19"], &["TEL;TYPE=voice:+1 19"]),
    row(Tag, 0x3A2F, Texts(&["+1 05", "+1 055"]),
        &["TEL;TYPE=home,voice:+1 05", "TEL;TYPE=home,voice:+1 055"],
        &["TEL;TYPE=home,voice:+1 05", "TEL;TYPE=home,voice:+1 055"]),
    row(Lid(ADDRESS), 0x80B3, Silent("Jane@+1 07"), &[], &[]),
    row(Lid(ADDRESS), 0x8083, Text("jane@example.org"),
        &["EMAIL;PREF=1;X-DISPLAY-NAME=Jane at work:jane@example.org"],
        &["EMAIL;TYPE=internet,pref;X-DISPLAY-NAME=Jane at work:jane@example.org"]),
    row(Lid(ADDRESS), 0x8080, Silent("Jane at work (jane@example.org)"), &[], &[]),
    row(Lid(ADDRESS), 0x8082, Silent("SMTP"), &[], &[]),
    row(Lid(ADDRESS), 0x8093, Silent("/o=Org/ou=X/cn=jane"),
        &["EMAIL;X-DISPLAY-NAME=Jane of Exchange:jane@exchange.example"],
        &["EMAIL;TYPE=internet;X-DISPLAY-NAME=Jane of Exchange:jane@exchange.example"]),
    row(Lid(ADDRESS), 0x8090, Silent("Jane of Exchange"), &[], &[]),
    row(Lid(ADDRESS), 0x8092, Silent("EX"), &[], &[]),
    row(Lid(ADDRESS), 0x8094, Text("jane@exchange.example"), &[], &[]),
    row(Lid(ADDRESS), 0x80A3, Text("three@example.org"),
        &["EMAIL:three@example.org"],
        &["EMAIL;TYPE=internet:three@example.org"]),
    row(Lid(ADDRESS), 0x80A2, Silent("SMTP"), &[], &[]),
    row(Lid(ADDRESS), 0x80A0, Silent("three@example.org"), &[], &[]),
    row(Lid(ADDRESS), 0x8062, Text("jane@chat.example"),
        &["IMPP:im:jane@chat.example"],
        &["IMPP:im:jane@chat.example"]),
    row(Tag, 0x3A51, Text("https://work.example/a,b;c"),
        &["URL;TYPE=work:https://work.example/a,b;c"],
        &["URL;TYPE=work:https://work.example/a,b;c"]),
    row(Lid(ADDRESS), 0x802B, Silent("https://work.example/a,b;c"), &[], &[]),
    row(Tag, 0x3A50, Text("https://home.example"),
        &["URL;TYPE=home:https://home.example"],
        &["URL;TYPE=home:https://home.example"]),
    row(Lid(ADDRESS), 0x80D8, Text("https://fb.example/jane"),
        &["FBURL:https://fb.example/jane"],
        &["FBURL:https://fb.example/jane"]),
    row(Lid(ADDRESS), 0x80DE, Time(125_911_584_000_000_000), &["BDAY:20000101"], &["BDAY:2000-01-01"]),
    row(Tag, 0x3A42, Time(125_911_548_000_000_000), &[], &[]),
    row(Tag, 0x3A41, Time(127_173_780_000_000_000), &["ANNIVERSARY:20040101"], &["X-ANNIVERSARY:2004-01-01"]),
    row(Tag, 0x3A4D, Number(1), &["GENDER:F"], &["X-GENDER:F"]),
    row(Tag, 0x3A0C, Text("de"), &["LANG:de"], &["X-LANGUAGE:de"]),
    row(Tag, 0x3A43, Text("Chess"), &["HOBBY:Chess"], &["X-HOBBY:Chess"]),
    row(Keywords, 0x0000, Texts(&["Red, dark", "Blue"]),
        &["CATEGORIES:Red\\, dark,Blue"],
        &["CATEGORIES:Red\\, dark,Blue"]),
    row(Tag, 0x1000, Parts("Line one\r\nLine two; done"),
        &["NOTE:Line one\\nLine two\\; done"],
        &["NOTE:Line one\\nLine two\\; done"]),
    row(Tag, 0x0036, Number(2), &["X-CLASS:PRIVATE"], &["CLASS:PRIVATE"]),
    row(Tag, 0x3A07, Text("GOV-1"), &["X-GOVERNMENT-ID:GOV-1"], &["X-GOVERNMENT-ID:GOV-1"]),
    row(Tag, 0x3A4A, Text("CUST-1"), &["X-CUSTOMER-ID:CUST-1"], &["X-CUSTOMER-ID:CUST-1"]),
    row(Tag, 0x3A10, Text("ORG-1"), &["X-ORGANIZATIONAL-ID:ORG-1"], &["X-ORGANIZATIONAL-ID:ORG-1"]),
    row(Tag, 0x3A00, Text("ACC-1"), &["X-ACCOUNT:ACC-1"], &["X-ACCOUNT:ACC-1"]),
    row(Lid(COMMON), 0x8535, Text("BILL-1"), &["X-BILLING:BILL-1"], &["X-BILLING:BILL-1"]),
    row(Lid(COMMON), 0x8534, Text("12 km"), &["X-MILEAGE:12 km"], &["X-MILEAGE:12 km"]),
    row(Tag, 0x3A47, Text("A Friend"), &["X-REFERRED-BY:A Friend"], &["X-REFERRED-BY:A Friend"]),
    row(Tag, 0x3A4C, Text("ftp://ftp.example"),
        &["X-FTP-SITE:ftp://ftp.example"],
        &["X-FTP-SITE:ftp://ftp.example"]),
    row(Tag, 0x3A49, Text("NET-1"), &["X-COMPUTER-NETWORK:NET-1"], &["X-COMPUTER-NETWORK:NET-1"]),
    row(Tag, 0x3A0B, Text("a keyword"), &["X-KEYWORD:a keyword"], &["X-KEYWORD:a keyword"]),
    row(Lid(ADDRESS), 0x804F, Text("User field 1"), &["X-CUSTOM1:User field 1"], &["X-CUSTOM1:User field 1"]),
    row(Lid(ADDRESS), 0x8050, Text("User field 2"), &["X-CUSTOM2:User field 2"], &["X-CUSTOM2:User field 2"]),
    row(Lid(ADDRESS), 0x8051, Text("User field 3"), &["X-CUSTOM3:User field 3"], &["X-CUSTOM3:User field 3"]),
    row(Lid(ADDRESS), 0x8052, Text("User field 4"), &["X-CUSTOM4:User field 4"], &["X-CUSTOM4:User field 4"]),
    row(Tag, 0x3A70, Blobs(&[&[0x30, 0x82, 0, 9, 0x30, 0x82, 0, 5, 0xA0, 3, 2, 1, 2]]),
        &["KEY:data:application/pkix-cert;base64,MIIACTCCAAWgAwIBAg=="],
        &["KEY;ENCODING=b;TYPE=X509:MIIACTCCAAWgAwIBAg=="]),
];
