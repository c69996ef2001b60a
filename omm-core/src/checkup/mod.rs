//! A check-up: what works between us and an account, step by step, with a remedy for what does not.
//!
//! Connectors say how far they came ([`crate::seam::Connector::examine`]); what follows is the same for every server and
//! is done here. Nothing is repeated and nothing waits for a server that rests: a check-up says how it is now.
//!
//! | room      | what lives there                                                |
//! |-----------|-----------------------------------------------------------------|
//! | `finding` | one step and what came of it                                    |
//! | `asking`  | one request, and not while its server rests                     |
//! | `remedy`  | what to do about an error that does not say so itself           |
//! | `reading` | what can be read of an account                                  |
//! | `writing` | what a destination takes; a folder is made there and removed    |

mod asking;
mod finding;
mod reading;
mod remedy;
mod writing;

pub use finding::{Check, Examined, Finding, Verdict};
pub use reading::examine_source;
pub use writing::examine_destination;
