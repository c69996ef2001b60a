//! Mail addresses of people of whom an item has an address of Exchange alone: the directory knows them.
//!
//! Senders of mail are not among them: their addresses are in MIME, which the server makes, and which goes on byte for byte.

use crate::{
    account::Account,
    convert,
    ops::{Resolution, ResolveNames},
    xml::Element,
};
use omm_core::error::Result;
use std::collections::BTreeMap;

/// More people are not looked up in a run.
const MOST: usize = 2_000;

/// The same items with the mail addresses that the directory knows.
///
/// # Errors
/// If the server cannot be asked now.
pub(crate) async fn with_addresses(account: &Account, items: &mut [&mut Element]) -> Result<()> {
    let unknown: Vec<String> = items.iter().flat_map(|item| convert::exchange_addresses(item)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let known = resolved(account, unknown).await?;
    items.iter_mut().for_each(|item| convert::put_addresses(item, &known));
    Ok(())
}

/// What the directory has for these.
async fn resolved(account: &Account, unknown: Vec<String>) -> Result<BTreeMap<String, String>> {
    let mut cache = account.known.people.lock().await;
    let mut found = BTreeMap::new();
    for address in unknown {
        // Letter case means nothing in a distinguished name.
        let key = address.to_ascii_lowercase();
        let known = match cache.get(&key) {
            Some(known) => known.clone(),
            None if cache.len() >= MOST => None,
            None => {
                let known = look_up(account, &address).await?;
                cache.insert(key, known.clone());
                known
            }
        };
        found.extend(known.map(|known| (address, known)));
    }
    Ok(found)
}

/// Somebody whom the address means alone.
async fn look_up(account: &Account, address: &str) -> Result<Option<String>> {
    let answer = account.perhaps(&ResolveNames::in_directory(address)).await?;
    let found = answer.unwrap_or_default().found;
    Ok(match &found[..] {
        [one] => Resolution::smtp(one),
        _ => None,
    })
}
