//! E-mail by `lettre`: its messages and its SMTP, over connections that the host dials.
//!
//! lettre's transports dial by themselves, through tokio's reactor, and send in one step. Its lower level does not: it takes
//! any stream (`AsyncSmtpConnection::connect_with_transport`) and lets each command be said alone. So a connection is the
//! host's, as with every connector ([`omm_core::host::Runtime::dial`]), encrypted by `omm-net` with the same verifier and the
//! same errors; of tokio only the traits of its streams are used, and any executor will do. lettre's own TLS is not
//! compiled, so STARTTLS is said before the connection is handed over.
//!
//! The order of one mail: `MAIL`, `RCPT`, `DATA`, the server's `354`, **then the brink is crossed**, durably, then the text.
//! What follows from a kill at each step is said in [`super::outbox`].
//!
//! | room | what lives there |
//! |---|---|
//! | `mailer` | the carrier: one mail, step by step, and what each answer means |
//! | `message` | the mail itself: headers, text and HTML |
//! | `starttls` | from a plain line to an encrypted one |
//! | `stream` | the host's connection as lettre wants it |

mod mailer;
mod message;
mod starttls;
mod stream;

pub use mailer::{Login, Mailer, Sender};
