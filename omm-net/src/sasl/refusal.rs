//! What a server says about a token that it does not take.

use serde_json::Value;

/// How much of what a server says is kept.
const LONGEST: usize = 200;

/// The status and scope of the server's JSON (RFC 7628 §3.2.2); nothing else of it, since it may quote the token.
pub(super) fn of_token(challenge: &[u8]) -> String {
    let parsed: Value = serde_json::from_slice(challenge).unwrap_or_default();
    let said = |key: &str| match parsed.get(key) {
        Some(Value::String(text)) => Some(clean(text)),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let mut text = "the server refuses the token".to_owned();
    match said("status").as_deref() {
        Some(status @ ("401" | "invalid_token")) => {
            text += &format!(" ({status}): it has expired, or is not for this account; get a new one");
        }
        Some(status) => text += &format!(" ({status})"),
        None => {}
    }
    if let Some(scope) = said("scope").filter(|scope| !scope.is_empty()) {
        text += &format!("; it wants the scope {scope}");
    }
    text
}

fn clean(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_s_reasons_become_one_line() {
        for (challenge, expected) in [
            (
                r#"{"status":"401","schemes":"bearer","scope":"https://mail.example.com/"}"#,
                "the server refuses the token (401): it has expired, or is not for this account; get a new one; \
                 it wants the scope https://mail.example.com/",
            ),
            (r#"{"status":"insufficient_scope"}"#, "the server refuses the token (insufficient_scope)"),
            (r#"{"status":400,"scope":""}"#, "the server refuses the token (400)"),
            ("no\u{1b}[2J json", "the server refuses the token"),
            ("{\"status\":\"a\\u001b[2J\"}", "the server refuses the token (a[2J)"),
        ] {
            assert_eq!(of_token(challenge.as_bytes()), expected);
        }
    }
}
