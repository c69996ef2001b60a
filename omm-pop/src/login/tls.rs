//! STLS, and connections that nobody protected.

use crate::{
    account::Account,
    error::{Doing, Named, Trouble},
    proto::Command,
    session::Session,
};
use omm_core::error::{Error, ErrorKind, Result, Side};

/// RFC 2595 §4. Required: there is no way on without it, and nothing that was said before it counts. It is asked for
/// without looking whether it is announced, since an announcement in clear is worth nothing either.
pub(super) async fn start(mut session: Session, account: &Account) -> Result<Session> {
    let doing = Doing::account("start TLS");
    match session.run(Command::stls()).await {
        Ok(_) => {}
        Err(Trouble::Refused(status)) => {
            return Err(refused(account, "it refuses STLS").with("answer", status.text));
        }
        Err(trouble) => return Err(doing.failed(trouble)),
    }
    session.start_tls(&account.env, &account.endpoint).await.doing(doing)
}

pub(super) fn refused(account: &Account, why: &str) -> Error {
    let server = account.config.server();
    let message = format!(
        "{server} offers no TLS on this port: {why}; try pop3s://, or ask for an unprotected connection explicitly"
    );
    Error::new(ErrorKind::Config, Side::Source, "start TLS", message)
}
