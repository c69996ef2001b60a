//! From a plain line to an encrypted one (RFC 3207 §4), before anything else is said on it.

use omm_core::host::Env;
use omm_net::{Endpoint, Turn, Wire};
use std::time::Duration;

/// A server that says nothing for so long is gone (RFC 5321 §4.5.3.2.1).
const PATIENCE: Duration = Duration::from_secs(300);
/// An answer is no longer than this.
const LARGEST_REPLY: usize = 64 << 10;

/// Encrypts the line. A server that does not offer it gets nothing from us.
///
/// # Errors
/// What went wrong, for people.
pub(super) async fn start_tls(
    mut wire: Wire,
    env: &Env,
    endpoint: &Endpoint,
    hello: &str,
) -> Result<Wire, String> {
    expect(&mut wire, env, "220").await?;
    wire.queue(format!("EHLO {hello}\r\n").into());
    let offers = expect(&mut wire, env, "250").await?;
    let is_offered = offers
        .lines()
        .any(|line| line.get(4..).is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS")));
    if !is_offered {
        return Err("the server does not offer STARTTLS; nothing is sent in the open".to_owned());
    }
    wire.queue("STARTTLS\r\n".into());
    expect(&mut wire, env, "220").await?;
    wire.start_tls(env, endpoint).await.map_err(|error| error.to_string())
}

/// Reads one whole reply, which must have this code. What came after it is given back to the line, where `start_tls` finds
/// and refuses it.
async fn expect(wire: &mut Wire, env: &Env, code: &str) -> Result<String, String> {
    let mut whole: Vec<u8> = Vec::new();
    loop {
        if let Some(end) = end_of_reply(&whole) {
            let rest = whole.split_off(end);
            if !rest.is_empty() {
                wire.unread(rest.into());
            }
            let reply = String::from_utf8_lossy(&whole).into_owned();
            return if reply.starts_with(code) {
                Ok(reply)
            } else {
                Err(format!("the server said {}", reply.trim()))
            };
        }
        if whole.len() > LARGEST_REPLY {
            return Err("the server's answer has no end".to_owned());
        }
        match wire.turn_within(&*env.runtime, PATIENCE, 0).await {
            Ok(Turn::Arrived(bytes)) => whole.extend_from_slice(&bytes),
            Ok(Turn::Drained) => {}
            Ok(Turn::Closed) => return Err("the server hung up".to_owned()),
            Err(error) => return Err(format!("the connection broke: {error}")),
        }
    }
}

/// Where a reply ends: after the first line that has no hyphen behind its code (RFC 5321 §4.2.1).
fn end_of_reply(bytes: &[u8]) -> Option<usize> {
    let mut end = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        if line.ends_with(b"\n") && line.get(3) != Some(&b'-') {
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_reply_ends() {
        for (bytes, end) in [
            ("", None),
            ("220 mail.example.org", None),
            ("220 mail.example.org\r\n", Some(22)),
            ("250-mail\r\n250-SIZE 10\r\n", None),
            ("250-mail\r\n250 STARTTLS\r\nmore", Some(24)),
            ("220\r\n", Some(5)),
            ("-\n", Some(2)),
        ] {
            assert_eq!(end_of_reply(bytes.as_bytes()), end, "{bytes:?}");
        }
    }
}
