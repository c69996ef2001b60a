//! What a project is, and who may see it.

mod attempts;
mod id;
mod invalid;
mod login;
mod options;
mod password;
mod quiet;
mod session;

pub use attempts::{Attempts, Rule};
pub use id::ProjectId;
pub use invalid::{Invalid, all_valid};
pub use login::{Logins, Visitor};
pub use options::{Options, Project};
pub use password::PasswordHash;
pub use quiet::QuietHours;
pub use session::{Session, Token, TokenHash};
