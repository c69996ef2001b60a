//! What the fuzz targets call.

use crate::import::{Found, Limits, Rows, Settings};
use std::io::Cursor;

/// No table makes the reader panic, go on for ever or tell a password.
///
/// # Panics
/// When a promise is broken.
pub fn import(bytes: &[u8]) {
    let mut settings = Settings::default();
    settings.limits = Limits { rows: 1_000, unpacked_bytes: 4 << 20, ..Limits::default() };
    let Ok(rows) = Rows::open(Cursor::new(bytes.to_vec()), settings) else { return };
    for found in rows {
        let Ok(found) = found else { break };
        match found {
            Found::Row(row) => {
                assert!(!row.source.password.expose().trim().is_empty(), "a password is there");
                assert!(
                    !row.source.spec.login.is_empty() && !row.destination.spec.login.is_empty(),
                    "a login is there"
                );
                assert!(row.destination.spec.server_type != "pop3", "nothing is written by POP3");
            }
            Found::Trouble(trouble) => {
                assert!(trouble.to_string().len() < 500, "trouble is short");
            }
        }
    }
}
