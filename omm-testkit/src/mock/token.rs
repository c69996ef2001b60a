//! What a client says in SASL XOAUTH2 and OAUTHBEARER.

/// User (in OAUTHBEARER the authorisation identity, which may be empty) and token.
pub(crate) fn bearer_token(answer: &[u8], has_gs2_header: bool) -> Option<(String, String)> {
    let text = std::str::from_utf8(answer).ok()?;
    let mut fields = text.split('\x01');
    let head = fields.next()?;
    let user = match has_gs2_header {
        // RFC 7628 §3.1: a GS2 header, `n,a=user,`.
        true => head.split(',').find_map(|word| word.strip_prefix("a=")).unwrap_or_default().to_owned(),
        false => head.strip_prefix("user=")?.to_owned(),
    };
    let token = fields.find_map(|field| field.strip_prefix("auth="))?;
    let (scheme, token) = token.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| (user, token.to_owned()))
}
