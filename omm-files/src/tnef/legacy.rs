//! Attributes from before MAPI, as the properties that they stand for ([MS-OXTNEF] §2.1.3.3).

use super::{attribute::id, cursor::Cursor};
use crate::values::without_nul;
use chrono::NaiveDate;
use omm_mapi::property::{Value, tag};

/// PidTag… of [MS-OXPROPS] that only TNEF needs.
mod more {
    pub(super) const ORIGINAL_MESSAGE_CLASS: u16 = 0x004B;
    pub(super) const START_DATE: u16 = 0x0060;
    pub(super) const END_DATE: u16 = 0x0061;
    pub(super) const OWNER_APPOINTMENT_ID: u16 = 0x0062;
    pub(super) const RESPONSE_REQUESTED: u16 = 0x0063;
    pub(super) const RECEIVED_REPRESENTING_NAME: u16 = 0x0044;
    pub(super) const RECEIVED_REPRESENTING_ADDRESS_TYPE: u16 = 0x0077;
    pub(super) const RECEIVED_REPRESENTING_EMAIL_ADDRESS: u16 = 0x0078;
    pub(super) const ATTACH_FILENAME: u16 = 0x3704;
    pub(super) const ATTACH_RENDERING: u16 = 0x3709;
    pub(super) const RENDERING_POSITION: u16 = 0x370B;
    pub(super) const ATTACH_TRANSPORT_NAME: u16 = 0x370C;
}

/// The properties of an attribute; none if it has no meaning here, or its bytes have none.
pub(super) fn properties(attribute: u32, data: &[u8]) -> Vec<(u16, Value)> {
    let one = |tag, value: Option<Value>| value.map(|value| (tag, value)).into_iter().collect();
    match attribute {
        id::SUBJECT => one(tag::SUBJECT, text(data)),
        id::BODY => one(tag::BODY, text(data)),
        id::MESSAGE_CLASS => one(tag::MESSAGE_CLASS, Some(class(data))),
        id::ORIGINAL_MESSAGE_CLASS => one(more::ORIGINAL_MESSAGE_CLASS, Some(class(data))),
        id::MESSAGE_ID => one(tag::SEARCH_KEY, hexadecimal(without_nul(data)).map(Value::Binary)),
        id::DATE_SENT => one(tag::CLIENT_SUBMIT_TIME, date(data)),
        id::DATE_RECD => one(tag::MESSAGE_DELIVERY_TIME, date(data)),
        id::DATE_MODIFIED | id::ATTACH_MODIFY_DATE => one(tag::LAST_MODIFICATION_TIME, date(data)),
        id::ATTACH_CREATE_DATE => one(tag::CREATION_TIME, date(data)),
        id::DATE_START => one(more::START_DATE, date(data)),
        id::DATE_END => one(more::END_DATE, date(data)),
        id::PRIORITY => one(tag::IMPORTANCE, importance(data)),
        id::MESSAGE_STATUS => {
            one(tag::MESSAGE_FLAGS, data.first().map(|status| Value::Integer32(flags(*status))))
        }
        id::AID_OWNER => one(more::OWNER_APPOINTMENT_ID, number(data)),
        id::REQUEST_RES => one(more::RESPONSE_REQUESTED, data.first().map(|byte| Value::Boolean(*byte != 0))),
        id::FROM => from(data).unwrap_or_default(),
        id::SENT_FOR => named_address(data, SENT_REPRESENTING).unwrap_or_default(),
        id::ATTACH_TITLE => one(more::ATTACH_FILENAME, text(data)),
        id::ATTACH_TRANSPORT_FILENAME => one(more::ATTACH_TRANSPORT_NAME, text(data)),
        id::ATTACH_META_FILE => one(more::ATTACH_RENDERING, Some(Value::Binary(data.to_vec()))),
        id::ATTACH_REND_DATA => rendering(data).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// [MS-OXTNEF] §2.1.3.3.16: attOwner is whoever sent a request for a meeting, or whoever answers to one.
pub(super) fn owner(data: &[u8], answers: bool) -> Vec<(u16, Value)> {
    let whose = if answers { RECEIVED_REPRESENTING } else { SENT_REPRESENTING };
    named_address(data, whose).unwrap_or_default()
}

/// The code page of all 8-bit text, of attOemCodepage; its second number repeats it or is 0.
pub(super) fn code_page(data: &[u8]) -> Option<u32> {
    Cursor(data).u32().filter(|page| *page != 0)
}

type Person = [u16; 3];
const SENDER: Person = [tag::SENDER_NAME, tag::SENDER_ADDRESS_TYPE, tag::SENDER_EMAIL_ADDRESS];
const SENT_REPRESENTING: Person =
    [tag::SENT_REPRESENTING_NAME, tag::SENT_REPRESENTING_ADDRESS_TYPE, tag::SENT_REPRESENTING_EMAIL_ADDRESS];
const RECEIVED_REPRESENTING: Person = [
    more::RECEIVED_REPRESENTING_NAME,
    more::RECEIVED_REPRESENTING_ADDRESS_TYPE,
    more::RECEIVED_REPRESENTING_EMAIL_ADDRESS,
];

fn text(data: &[u8]) -> Option<Value> {
    let text = without_nul(data);
    (!text.is_empty()).then(|| Value::String8(text.to_vec()))
}

fn number(data: &[u8]) -> Option<Value> {
    Cursor(data).array().map(|bytes| Value::Integer32(i32::from_le_bytes(bytes)))
}

/// [MS-OXTNEF] §2.1.3.3: some classes have an older name here.
fn class(data: &[u8]) -> Value {
    const OLDER: [(&[u8], &[u8]); 8] = [
        (b"IPM.Microsoft Mail.Note", b"IPM.Note"),
        (b"IPM.Microsoft Mail.Read Receipt", b"REPORT.IPM.Note.IPNRN"),
        (b"IPM.Microsoft Mail.Non-Delivery", b"REPORT.IPM.Note.NDR"),
        (b"IPM.Microsoft Schedule.MtgRespP", b"IPM.Schedule.Meeting.Resp.Pos"),
        (b"IPM.Microsoft Schedule.MtgRespN", b"IPM.Schedule.Meeting.Resp.Neg"),
        (b"IPM.Microsoft Schedule.MtgRespA", b"IPM.Schedule.Meeting.Resp.Tent"),
        (b"IPM.Microsoft Schedule.MtgReq", b"IPM.Schedule.Meeting.Request"),
        (b"IPM.Microsoft Schedule.MtgCncl", b"IPM.Schedule.Meeting.Canceled"),
    ];
    let name = without_nul(data);
    let newer = OLDER.iter().find(|(older, _)| name.eq_ignore_ascii_case(older)).map(|(_, newer)| *newer);
    Value::String8(newer.unwrap_or(name).to_vec())
}

/// A date in fields: year, month, day, hour, minute, second, day of the week.
///
/// [MS-OXTNEF] §2.1.3.3.4 names no zone and leaves the encoding to the writer; taken as UTC, which the property is in that
/// it stands for ([MS-OXCMAIL] §2.1.3.2.7). The property of MAPI, which streams of Outlook carry too, goes before.
fn date(data: &[u8]) -> Option<Value> {
    let mut cursor = Cursor(data);
    let mut next = || cursor.u16();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?.and_hms_opt(
        u32::from(hour),
        u32::from(minute),
        u32::from(second),
    )?;
    let since = date.and_utc().timestamp().checked_add(11_644_473_600)?;
    (since > 0).then(|| since.checked_mul(10_000_000).map(Value::Time))?
}

/// [MS-OXTNEF] §2.1.3.3: 1 is high, 2 normal, 3 low; PidTagImportance counts the other way, from 0.
fn importance(data: &[u8]) -> Option<Value> {
    match Cursor(data).u16()? {
        priority @ 1..=3 => Some(Value::Integer32(3 - i32::from(priority))),
        _ => None,
    }
}

/// [MS-OXTNEF] §2.1.3.3: the bits of attMessageStatus as those of PidTagMessageFlags.
fn flags(status: u8) -> i32 {
    const BITS: [(u8, i32); 4] = [
        (0x20, 0x01), // read
        (0x04, 0x04), // submitted
        (0x02, 0x08), // not sent
        (0x80, 0x10), // has attachments
    ];
    let unmodified = if status & 0x01 == 0 { 0x02 } else { 0 };
    BITS.iter().filter(|(bit, _)| status & bit != 0).fold(unmodified, |flags, (_, flag)| flags | flag)
}

fn hexadecimal(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() || digits.is_empty() {
        return None;
    }
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.last()?)?)).collect()
}

/// [MS-OXTNEF] §2.1.3.3: a header of four numbers, then a name and an address of the lengths that it gives.
fn from(data: &[u8]) -> Option<Vec<(u16, Value)>> {
    /// trpidOneOff: a name and an address.
    const ONE_OFF: u16 = 4;
    let mut cursor = Cursor(data);
    let (kind, _size, name_length, address_length) =
        (cursor.u16()?, cursor.u16()?, cursor.u16()?, cursor.u16()?);
    if kind != ONE_OFF {
        return None;
    }
    let name = cursor.bytes(usize::from(name_length))?;
    Some(person(name, cursor.bytes(usize::from(address_length))?, SENDER))
}

/// A name and an address, each with its length in front.
fn named_address(data: &[u8], whose: Person) -> Option<Vec<(u16, Value)>> {
    let mut cursor = Cursor(data);
    let name_length = cursor.u16()?;
    let name = cursor.bytes(usize::from(name_length))?;
    let address_length = cursor.u16()?;
    Some(person(name, cursor.bytes(usize::from(address_length))?, whose))
}

/// The address has its type in front: `SMTP:anna@example.com`.
fn person(name: &[u8], address: &[u8], [name_tag, type_tag, address_tag]: Person) -> Vec<(u16, Value)> {
    let address = without_nul(address);
    let (kind, address) = match address.iter().position(|byte| *byte == b':') {
        Some(colon) => (address.get(..colon), address.get(colon + 1..)),
        None => (None, Some(address)),
    };
    [(name_tag, Some(name)), (type_tag, kind), (address_tag, address)]
        .into_iter()
        .filter_map(|(tag, bytes)| Some((tag, text(bytes?)?)))
        .collect()
}

/// [MS-OXTNEF] §2.1.3.3.15: the kind of an attachment, where it is shown, how large, whether it is a Macintosh file.
fn rendering(data: &[u8]) -> Option<Vec<(u16, Value)>> {
    /// PidTagAttachMethod: by value, an object of another program.
    const METHODS: [i32; 2] = [1, 6];
    let mut cursor = Cursor(data);
    let method = METHODS.get(usize::from(cursor.u16()?).checked_sub(1)?)?;
    let mut properties = vec![(tag::ATTACH_METHOD, Value::Integer32(*method))];
    properties.extend(number(cursor.0).map(|position| (more::RENDERING_POSITION, position)));
    Some(properties)
}
