//! STARTTLS, and connections that nobody protected.

use crate::{
    account::Account,
    error::{Doing, Named, Trouble},
    proto::{Status, StatusKind, command},
    session::Session,
};
use omm_core::error::{Error, ErrorKind, Result};

/// RFC 9051 §6.2.1. Required: there is no way on without it, and nothing that was said before it counts.
pub(super) async fn start(mut session: Session, account: &Account, greeting: &Status) -> Result<Session> {
    let doing = Doing::account(account.side, "start TLS");
    if greeting.kind == StatusKind::PreAuth {
        // RFC 9051 §11.1: whoever sits in between could have said so to keep us from TLS.
        return Err(refused(account, "it is logged in already (PREAUTH), so TLS cannot be started"));
    }
    match session.run(command::start_tls()).await {
        Ok(_) => {}
        Err(Trouble::Refused(status)) => {
            return Err(refused(account, "it refuses STARTTLS").with("answer", status.text));
        }
        Err(trouble) => return Err(doing.failed(trouble)),
    }
    session.start_tls(&account.env, &account.endpoint).await.doing(doing)
}

pub(super) fn refused(account: &Account, why: &str) -> Error {
    let server = account.config.server();
    let message = format!(
        "{server} offers no TLS on this port: {why}; try imaps://, or ask for an unprotected connection explicitly"
    );
    Error::new(ErrorKind::Config, account.side, "start TLS", message)
}
