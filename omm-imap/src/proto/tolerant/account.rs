//! What a server says about itself and the account: CAPABILITY, ENABLED, ID, QUOTA, QUOTAROOT.

use super::{
    super::{QuotaResource, Response},
    scan::{Scan, readable},
};

/// The words up to the end.
pub(super) fn words(scan: &mut Scan<'_>) -> Vec<String> {
    scan.rest().split(|byte| *byte == b' ').filter(|word| !word.is_empty()).map(readable).collect()
}

pub(super) fn capability(scan: &mut Scan<'_>) -> Option<Response> {
    Some(Response::Capability(words(scan)))
}

pub(super) fn enabled(scan: &mut Scan<'_>) -> Option<Response> {
    Some(Response::Enabled(words(scan)))
}

/// RFC 2971 §3.2.
pub(super) fn id(scan: &mut Scan<'_>) -> Option<Response> {
    let mut fields = Vec::new();
    if scan.peek() != Some(b'(') {
        let is_nil = scan.word().eq_ignore_ascii_case(b"NIL");
        return is_nil.then_some(Response::Id(fields));
    }
    scan.in_parentheses(|scan| {
        let name = readable(&scan.astring()?);
        scan.skip_blanks();
        let value = if scan.peek() == Some(b')') { None } else { scan.nstring_text()? };
        fields.push((name, value));
        Some(())
    })?;
    Some(Response::Id(fields))
}

/// RFC 9208 §5.1.
pub(super) fn quota(scan: &mut Scan<'_>) -> Option<Response> {
    let root = readable(&scan.astring()?);
    scan.skip_blanks();
    let mut resources = Vec::new();
    scan.in_parentheses(|scan| {
        let name = readable(scan.word()).to_ascii_uppercase();
        scan.skip_blanks();
        let used = scan.number()?;
        scan.skip_blanks();
        resources.push(QuotaResource { name, used, limit: scan.number()? });
        Some(())
    })?;
    Some(Response::Quota { root, resources })
}

/// RFC 9208 §5.2.
pub(super) fn quota_root(scan: &mut Scan<'_>) -> Option<Response> {
    let mailbox = readable(&scan.astring()?);
    let mut roots = Vec::new();
    scan.skip_blanks();
    while !scan.is_at_end() {
        roots.push(readable(&scan.astring()?));
        scan.skip_blanks();
    }
    Some(Response::QuotaRoot { mailbox, roots })
}
