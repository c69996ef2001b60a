//! Passwords at rest: only sealed, with a key that the host keeps elsewhere.
//!
//! A database is copied, backed up and looked into by more people than should know a customer's password, and half of them can write to
//! it. So a secret is sealed with XChaCha20-Poly1305, whose nonce is long enough to be drawn at random for every secret, and it is
//! bound to its [`Place`]: project, migration and field. One that was moved to another row does not open there. The
//! [`Key`] comes from the host by its name, so that it can be changed; without one nothing is sealed, and so nothing stored.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version, 1 |
//! | 1 | how long the key's name is |
//! | n | the key's name |
//! | 24 | the nonce |
//! | 64 or more | the secret with its length before it, filled up to a multiple of 64, and the tag of 16 |
//!
//! The filling hides how long a password is. Everything before the nonce and the place itself are authenticated.

mod key;
mod place;
mod seal;

pub use key::{Key, KeyId, KeyRing, Keys, NoKeys};
pub use place::{Field, Place};
pub use seal::{Sealed, open, reseal};
