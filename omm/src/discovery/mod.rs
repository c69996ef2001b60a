//! From a mail address to its server: see [`omm_discover`], and `auto:` accounts.
//!
//! ```no_run
//! use omm::{Env, TokioRuntime, discovery::{Address, Options, SystemNames}};
//! use std::sync::Arc;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> omm::Result<()> {
//! let env = Env::new(Arc::new(TokioRuntime::current()?));
//! let address = Address::parse("anna@example.org")?;
//! let found = omm::discover(&env, &SystemNames::current()?, &address, &Options::default()).await;
//! for candidate in &found.candidates {
//!     println!("{}: {}", candidate.address(), candidate.seen.sentence());
//! }
//! let account = found.best(&["imap"])?.spec();
//! # let _ = account;
//! # Ok(())
//! # }
//! ```

mod auto;
mod system;

pub use auto::FoundOut;
#[cfg(feature = "sqlite")]
pub(crate) use auto::{Finder, sought};
pub use omm_discover::{
    Address, Candidate, Discovery, Knowledge, LoginForm, Mx, Names, Options, Seen, ServerType, Srv, Sureness,
};
#[cfg(feature = "ews")]
pub(crate) use system::NamesOfNow;
pub use system::SystemNames;
