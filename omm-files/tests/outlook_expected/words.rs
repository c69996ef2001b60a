//! How values are written in lines, so that only what matters differs.

use sha2::{Digest, Sha256};

/// One space for each run of white space.
pub(crate) fn plain(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter == '\0')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A text by its digest: lines without white space at their ends, none empty at the begin and the end. Nothing for an
/// empty one.
pub(crate) fn text(text: &str) -> Option<String> {
    let lines: Vec<_> =
        text.replace("\r\n", "\n").split('\n').map(|line| line.trim_end().to_owned()).collect();
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then(|| sha256(text.as_bytes()))
}

/// In hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Somebody: an address of the Internet, or nothing, and a name that says more than it, or nothing.
pub(crate) fn mailbox(name: &str, address: &str) -> (String, String) {
    let bare = |text: &str| plain(text).trim_matches(['\'', '"', '<', '>', ';', ' ']).to_owned();
    let is_address = |text: &str| {
        text.contains('@')
            && !text.contains(|letter: char| letter.is_whitespace() || "/\"()".contains(letter))
            && !text.ends_with("@unresolved.invalid")
    };
    let (mut name, mut address) = (bare(name), bare(address).to_lowercase());
    if !is_address(&address) {
        address = if is_address(&name) { name.to_lowercase() } else { String::new() };
    }
    if name.to_lowercase() == address {
        name.clear();
    }
    (name, address)
}

/// The same in one line.
pub(crate) fn person(name: &str, address: &str) -> String {
    let (name, address) = mailbox(name, address);
    format!("{name} <{address}>")
}

/// A category as the keyword that it becomes.
pub(crate) fn keyword(category: &str) -> String {
    category.trim().replace(' ', "_")
}
