//! INTERNALDATE (RFC 3501 §9, date-time): ` 1-Feb-2003 04:05:06 +0700`.

use chrono::DateTime;
use omm_core::model::Received;

const FORM: &str = "%d-%b-%Y %H:%M:%S %z";

pub(super) fn read(text: &str) -> Option<Received> {
    DateTime::parse_from_str(text.trim(), FORM).ok()
}

pub(super) fn write(received: &Received) -> String {
    received.format(FORM).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_two_digits_and_zones() {
        for (text, written) in [
            (" 1-Feb-2003 04:05:06 +0700", "01-Feb-2003 04:05:06 +0700"),
            ("31-Dec-1969 23:59:59 -1130", "31-Dec-1969 23:59:59 -1130"),
        ] {
            assert_eq!(write(&read(text).expect("a date")), written);
        }
        assert_eq!(read("yesterday"), None);
    }
}
