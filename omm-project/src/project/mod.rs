//! What a project is, and who may see it.

mod attempts;
mod house;
mod id;
mod invalid;
mod login;
mod notices;
mod options;
mod password;
mod quiet;
mod session;

pub use attempts::{Attempts, Rule};
pub use house::HouseLimits;
pub use id::ProjectId;
pub use invalid::{Invalid, all_valid};
pub use login::{Logins, Visitor};
pub use notices::{Kept, Mail, MailServer, Notices, Told, Webhook};
pub use options::{Options, Project};
pub use password::PasswordHash;
pub use quiet::QuietHours;
pub use session::{Session, Token, TokenHash};
