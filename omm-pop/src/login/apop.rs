//! APOP (RFC 1939 §7): the password hashed with the greeting's timestamp. MD5 is broken, but still better than the
//! password itself where somebody may listen.

use md5::{Digest, Md5};

/// What is sent beside the login, in hexadecimal.
pub(super) fn digest(timestamp: &str, secret: &str) -> String {
    let hash = Md5::new().chain_update(timestamp).chain_update(secret).finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 1939 §7.
    #[test]
    fn the_example_of_the_standard() {
        let digest = digest("<1896.697170952@dbc.mtview.ca.us>", "tanstaaf");
        assert_eq!(digest, "c4c9334bac560ecc979e58001b3e22fb");
    }
}
