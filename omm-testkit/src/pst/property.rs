//! Properties: what an item, a folder or an attachment is made of ([MS-OXCDATA] §2.11).

use super::format::Format;

/// A set of named properties: a GUID as it stands in a file, the first three fields little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set(pub [u8; 16]);

impl Set {
    /// `PSETID_Appointment` ([MS-OXPROPS] §1.3.2, as the following).
    pub const APPOINTMENT: Self = Self::of(0x0006_2002);
    /// `PSETID_Task`.
    pub const TASK: Self = Self::of(0x0006_2003);
    /// `PSETID_Address`.
    pub const ADDRESS: Self = Self::of(0x0006_2004);
    /// `PSETID_Common`.
    pub const COMMON: Self = Self::of(0x0006_2008);
    /// `PSETID_Log`.
    pub const LOG: Self = Self::of(0x0006_200a);
    /// `PSETID_Note`.
    pub const NOTE: Self = Self::of(0x0006_200e);
    /// `PSETID_Meeting`.
    pub const MEETING: Self = Self([
        0x90, 0xda, 0xd8, 0x6e, 0x0b, 0x45, 0x1b, 0x10, 0x98, 0xda, 0x00, 0xaa, 0x00, 0x3f, 0x13, 0x05,
    ]);
    /// `PS_PUBLIC_STRINGS`.
    pub const PUBLIC_STRINGS: Self = Self::of(0x0002_0329);
    /// `PS_INTERNET_HEADERS`.
    pub const INTERNET_HEADERS: Self = Self::of(0x0002_0386);
    /// `PS_MAPI`.
    pub const MAPI: Self = Self::of(0x0002_0328);

    /// The sets of Outlook differ in their first field only.
    const fn of(first: u32) -> Self {
        let [a, b, c, d] = first.to_le_bytes();
        Self([a, b, c, d, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46])
    }
}

/// Which property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The id of a property that has one, as `0x0037`.
    Id(u16),
    /// A property that is named by a number in a set.
    Number(Set, u32),
    /// A property that is named by a word in a set.
    Word(Set, String),
}

impl From<u16> for Key {
    fn from(id: u16) -> Self {
        Self::Id(id)
    }
}

/// The value of a property, which says its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// PtypInteger16.
    I16(i16),
    /// PtypInteger32.
    I32(i32),
    /// PtypInteger64.
    I64(i64),
    /// PtypCurrency, in ten-thousandths.
    Currency(i64),
    /// PtypFloating64.
    F64(f64),
    /// PtypFloatingTime: days since 1899-12-30.
    AppTime(f64),
    /// PtypBoolean.
    Bool(bool),
    /// PtypTime: 100-nanosecond steps since 1601 in UTC.
    Time(i64),
    /// PtypGuid.
    Guid([u8; 16]),
    /// PtypString; in an ANSI file PtypString8 in the file's code page.
    Text(String),
    /// PtypString8 in any code page, in either format.
    Text8(Vec<u8>),
    /// PtypBinary.
    Binary(Vec<u8>),
    /// PtypMultipleInteger32.
    ManyI32(Vec<i32>),
    /// PtypMultipleTime.
    ManyTimes(Vec<i64>),
    /// PtypMultipleString; in an ANSI file PtypMultipleString8.
    ManyTexts(Vec<String>),
    /// PtypMultipleBinary.
    ManyBinaries(Vec<Vec<u8>>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::I32(number)
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self::Bool(is)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes)
    }
}

/// Properties of one thing, in any order.
pub type Properties = Vec<(Key, Value)>;

/// How text is written.
#[derive(Clone, Copy)]
pub(super) struct Encoder {
    pub(super) format: Format,
    pub(super) code_page: &'static encoding_rs::Encoding,
}

/// A value as a context keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    /// Up to four bytes, where the value would be referred to.
    Inline(u32),
    /// Eight bytes: in the row of a table, in the heap of a property context.
    Wide([u8; 8]),
    /// Bytes in the heap, or in a subnode.
    Bytes(Vec<u8>),
}

impl Encoder {
    /// The bytes of a text.
    pub(super) fn text(self, text: &str) -> Vec<u8> {
        match self.format {
            Format::Unicode => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Format::Ansi => self.code_page.encode(text).0.into_owned(),
        }
    }

    /// PtypString or PtypString8.
    pub(super) fn text_type(self) -> u16 {
        match self.format {
            Format::Unicode => 0x1f,
            Format::Ansi => 0x1e,
        }
    }

    /// The type of a value and how it is kept ([MS-OXCDATA] §2.11.1).
    pub(super) fn encode(self, value: &Value) -> (u16, Stored) {
        match value {
            Value::I16(number) => (0x02, Stored::Inline(u32::from(*number as u16))),
            Value::I32(number) => (0x03, Stored::Inline(*number as u32)),
            Value::I64(number) => (0x14, Stored::Wide(number.to_le_bytes())),
            Value::Currency(number) => (0x06, Stored::Wide(number.to_le_bytes())),
            Value::F64(number) => (0x05, Stored::Wide(number.to_le_bytes())),
            Value::AppTime(days) => (0x07, Stored::Wide(days.to_le_bytes())),
            Value::Bool(is) => (0x0b, Stored::Inline(u32::from(*is))),
            Value::Time(time) => (0x40, Stored::Wide(time.to_le_bytes())),
            Value::Guid(guid) => (0x48, Stored::Bytes(guid.to_vec())),
            Value::Text(text) => (self.text_type(), Stored::Bytes(self.text(text))),
            Value::Text8(bytes) => (0x1e, Stored::Bytes(bytes.clone())),
            Value::Binary(bytes) => (0x102, Stored::Bytes(bytes.clone())),
            Value::ManyI32(numbers) => {
                (0x1003, Stored::Bytes(numbers.iter().flat_map(|number| number.to_le_bytes()).collect()))
            }
            Value::ManyTimes(times) => {
                (0x1040, Stored::Bytes(times.iter().flat_map(|time| time.to_le_bytes()).collect()))
            }
            Value::ManyTexts(texts) => {
                let texts: Vec<Vec<u8>> = texts.iter().map(|text| self.text(text)).collect();
                (0x1000 | self.text_type(), Stored::Bytes(many(&texts)))
            }
            Value::ManyBinaries(binaries) => (0x1102, Stored::Bytes(many(binaries))),
        }
    }
}

/// Values of differing sizes ([MS-PST] §2.3.3.4.2): their number, where each begins, the values.
fn many(values: &[Vec<u8>]) -> Vec<u8> {
    let mut out = (values.len() as u32).to_le_bytes().to_vec();
    let mut start = 4 + 4 * values.len();
    for value in values {
        out.extend_from_slice(&(start as u32).to_le_bytes());
        start += value.len();
    }
    out.extend(values.iter().flatten());
    out
}
