//! The columns that the standard tables have: ids and types of properties. Text is [`TEXT`], whatever the file's format.

use super::format::Format;

type Columns = &'static [(u16, u16)];

/// PtypString; becomes PtypString8 in an ANSI file.
const TEXT: u16 = 0x1f;
const I32: u16 = 0x03;
const BOOL: u16 = 0x0b;
const I64: u16 = 0x14;
const TIME: u16 = 0x40;
const BINARY: u16 = 0x102;

/// Sub-folders ([MS-PST] §2.4.4.4.1).
pub(super) const HIERARCHY: Columns = &[
    (0x0e30, I32),
    (0x0e33, I64),
    (0x0e34, BINARY),
    (0x0e38, I32),
    (0x3001, TEXT),
    (0x3602, I32),
    (0x3603, I32),
    (0x360a, BOOL),
    (0x3613, TEXT),
    (0x6635, I32),
    (0x6636, I32),
];

/// Messages of a folder ([MS-PST] §2.4.4.5.1).
pub(super) const CONTENTS: Columns = &[
    (0x0017, I32),
    (0x001a, TEXT),
    (0x0036, I32),
    (0x0037, TEXT),
    (0x0039, TIME),
    (0x0042, TEXT),
    (0x0057, BOOL),
    (0x0058, BOOL),
    (0x0070, TEXT),
    (0x0071, BINARY),
    (0x0e03, TEXT),
    (0x0e04, TEXT),
    (0x0e06, TIME),
    (0x0e07, I32),
    (0x0e08, I32),
    (0x0e17, I32),
    (0x0e30, I32),
    (0x0e33, I64),
    (0x0e34, BINARY),
    (0x0e38, I32),
    (0x0e3c, BINARY),
    (0x0e3d, BINARY),
    (0x1097, I32),
    (0x3008, TIME),
    (0x65c6, I32),
];

/// Messages that a search found ([MS-PST] §2.4.8.6.2): also where they are.
pub(super) const SEARCH: Columns = &[
    (0x0017, I32),
    (0x001a, TEXT),
    (0x0036, I32),
    (0x0037, TEXT),
    (0x0039, TIME),
    (0x0042, TEXT),
    (0x0057, BOOL),
    (0x0058, BOOL),
    (0x0e03, TEXT),
    (0x0e04, TEXT),
    (0x0e05, TEXT),
    (0x0e06, TIME),
    (0x0e07, I32),
    (0x0e08, I32),
    (0x0e17, I32),
    (0x0e2a, BOOL),
    (0x3008, TIME),
    (0x67f1, I32),
];

/// What a folder hides: views, rules, settings ([MS-PST] §2.4.4.6.1).
pub(super) const ASSOCIATED: Columns = &[
    (0x001a, TEXT),
    (0x0e07, I32),
    (0x0e17, I32),
    (0x3001, TEXT),
    (0x6800, TEXT),
    (0x6803, BOOL),
    (0x6805, 0x1003),
    (0x682f, TEXT),
    (0x7003, I32),
    (0x7004, BINARY),
    (0x7005, BINARY),
    (0x7006, TEXT),
    (0x7007, I32),
];

/// Recipients of a message ([MS-PST] §2.4.5.3.1).
pub(super) const RECIPIENTS: Columns = &[
    (0x0c15, I32),
    (0x0e0f, BOOL),
    (0x0ff9, BINARY),
    (0x0ffe, I32),
    (0x0fff, BINARY),
    (0x3001, TEXT),
    (0x3002, TEXT),
    (0x3003, TEXT),
    (0x300b, BINARY),
    (0x3900, I32),
    (0x39fe, TEXT),
    (0x39ff, TEXT),
    (0x3a40, BOOL),
    (0x5ff6, TEXT),
    (0x5ffd, I32),
    (0x5fff, I32),
];

/// Attachments of a message ([MS-PST] §2.4.6.1.1).
pub(super) const ATTACHMENTS: Columns = &[(0x0e20, I32), (0x3704, TEXT), (0x3705, I32), (0x370b, I32)];

/// Which folder mail of a class arrives in.
pub(super) const RECEIVE: Columns = &[(0x001a, TEXT), (0x6605, I32)];

/// Columns as the format has them.
pub(super) fn of(format: Format, columns: &[(u16, u16)]) -> Vec<(u16, u16)> {
    let narrow = |kind| if format == Format::Ansi && kind == TEXT { 0x1e } else { kind };
    columns.iter().map(|(id, kind)| (*id, narrow(*kind))).collect()
}
