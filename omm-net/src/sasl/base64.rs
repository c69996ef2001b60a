//! Base64, as protocols wrap what SASL says (RFC 4648 §4).

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Servers are not held to their padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// With padding, in one line.
pub fn to_base64(bytes: &[u8]) -> String {
    LENIENT.encode(bytes)
}

/// What it says; nothing when it is no base64. Blanks around it and missing padding do no harm.
pub fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    LENIENT.decode(text.trim_ascii()).ok()
}
