//! Values of properties ([MS-OXCDATA] §2.11).

use super::Guid;
use chrono::{DateTime, Utc};

/// The type of a property as it is stored: the low half of a tag ([MS-OXCDATA] §2.11.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PropertyType(pub u16);

impl PropertyType {
    /// PtypInteger16.
    pub const INTEGER16: Self = Self(0x0002);
    /// PtypInteger32.
    pub const INTEGER32: Self = Self(0x0003);
    /// PtypFloating32.
    pub const FLOATING32: Self = Self(0x0004);
    /// PtypFloating64.
    pub const FLOATING64: Self = Self(0x0005);
    /// PtypCurrency.
    pub const CURRENCY: Self = Self(0x0006);
    /// PtypFloatingTime.
    pub const FLOATING_TIME: Self = Self(0x0007);
    /// PtypErrorCode.
    pub const ERROR_CODE: Self = Self(0x000A);
    /// PtypBoolean.
    pub const BOOLEAN: Self = Self(0x000B);
    /// PtypObject.
    pub const OBJECT: Self = Self(0x000D);
    /// PtypInteger64.
    pub const INTEGER64: Self = Self(0x0014);
    /// PtypString8: bytes in the code page of the store or the message.
    pub const STRING8: Self = Self(0x001E);
    /// PtypString: UTF-16.
    pub const STRING: Self = Self(0x001F);
    /// PtypTime.
    pub const TIME: Self = Self(0x0040);
    /// PtypGuid.
    pub const GUID: Self = Self(0x0048);
    /// PtypServerId.
    pub const SERVER_ID: Self = Self(0x00FB);
    /// PtypBinary.
    pub const BINARY: Self = Self(0x0102);
    /// The bit of types with several values.
    pub const MULTIPLE: u16 = 0x1000;

    /// Whether there are several values.
    pub fn is_multiple(self) -> bool {
        self.0 & Self::MULTIPLE != 0
    }

    /// The type of one of its values.
    #[must_use]
    pub fn single(self) -> Self {
        Self(self.0 & !Self::MULTIPLE)
    }
}

/// A value. Text in UTF-16 is decoded when it is read, text in a code page when it is asked for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// PtypInteger16.
    Integer16(i16),
    /// PtypInteger32; PtypErrorCode too.
    Integer32(i32),
    /// PtypInteger64; PtypCurrency too, in units of 1/10000.
    Integer64(i64),
    /// PtypFloating32, PtypFloating64; PtypFloatingTime, in days since 1899-12-30.
    Floating(f64),
    /// PtypBoolean.
    Boolean(bool),
    /// PtypTime: a FILETIME, 100 ns since 1601-01-01 UTC. [`filetime`] makes it a date.
    Time(i64),
    /// PtypGuid.
    Guid(Guid),
    /// PtypString, decoded; what is no UTF-16 became U+FFFD. Without the NUL at its end.
    String(String),
    /// PtypString8, not decoded. Without the NUL at its end.
    String8(Vec<u8>),
    /// PtypBinary; PtypServerId too.
    Binary(Vec<u8>),
    /// Several of them.
    Multiple(Vec<Value>),
}

/// 1601-01-01 to 1970-01-01, in units of 100 ns.
const EPOCH: i64 = 116_444_736_000_000_000;

/// A FILETIME as a date; nothing for 0, for "never" and for what no calendar has ([MS-DTYP] §2.3.3).
pub fn filetime(ticks: i64) -> Option<DateTime<Utc>> {
    // [MS-OXOCAL] §2.2.1.44.1, [MS-OXCDATA]: 0x0CB34557A3DD4000 is 4501-01-01, "none".
    const NONE: i64 = 0x0CB3_4557_A3DD_4000;
    if ticks <= 0 || ticks >= NONE {
        return None;
    }
    let since = ticks - EPOCH;
    DateTime::from_timestamp(since.div_euclid(10_000_000), since.rem_euclid(10_000_000) as u32 * 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (ticks, expected) in [
            (EPOCH, Some("1970-01-01T00:00:00+00:00")),
            (EPOCH - 10_000_000, Some("1969-12-31T23:59:59+00:00")),
            (0, None),
            (-1, None),
            (0x0CB3_4557_A3DD_4000, None),
            (i64::MAX, None),
        ] {
            assert_eq!(filetime(ticks).map(|date| date.to_rfc3339()).as_deref(), expected, "{ticks}");
        }
    }
}
