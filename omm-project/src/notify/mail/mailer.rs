//! The carrier of e-mail: one mail, step by step, and what each answer means.

use super::{message, starttls::start_tls, stream::Stream};
use crate::{
    notify::{Address, Brink, Carrier, Channel, Fate, Letter},
    project::MailServer,
};
use async_trait::async_trait;
use futures::{
    FutureExt,
    future::{Either, select},
};
use lettre::{
    message::Mailbox,
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
        response::{Response, Severity},
    },
};
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::{CredentialRef, Env, SecretOf},
    seam::Tls,
};
use omm_net::{Endpoint, Wire};
use std::{fmt, pin::pin, time::Duration};

/// How long a command may take, and the answer to the text (RFC 5321 §4.5.3.2).
const PATIENCE: Duration = Duration::from_secs(300);
const PATIENCE_FOR_TEXT: Duration = Duration::from_secs(600);
/// What lettre hears as the greeting where the server has given it already.
const GREETED: &str = "220 greeted before STARTTLS\r\n";

/// Sends mails by one submission server, each over a connection of its own.
pub struct Mailer {
    env: Env,
    endpoint: Endpoint,
    from: Mailbox,
    hello: String,
    login: Option<Login>,
}

/// Who the mails are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// As people read it.
    pub name: String,
    /// `noreply@example.org`. What cannot be delivered comes back to it.
    pub address: String,
}

/// How the server knows us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Who logs in.
    pub user: String,
    /// Where the password is to be found; the host's provider is asked for it at each connection.
    pub password: CredentialRef,
}

type Answer = std::result::Result<Response, lettre::transport::smtp::Error>;

impl Mailer {
    /// Sends by the server at `endpoint`, usually port 465 with [`Tls::Required`] or 587 with [`Tls::StartTls`].
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the sender's address is none.
    pub fn new(env: &Env, endpoint: Endpoint, from: &Sender) -> Result<Self> {
        let address = message::address(&from.address)
            .map_err(|why| unusable(format!("{} is no address to send from: {why}", from.address)))?;
        let hello = address.domain().to_owned();
        let name = crate::notify::templates::one_line(&from.name);
        let from = Mailbox::new((!name.trim().is_empty()).then_some(name), address);
        Ok(Self { env: env.clone(), endpoint, from, hello, login: None })
    }

    /// By a project's mail server; its password is found there.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] as for [`Mailer::new`] and [`Mailer::with_login`].
    pub fn of(env: &Env, server: &MailServer, password: CredentialRef) -> Result<Self> {
        let mut endpoint = Endpoint::new(&server.host, server.port, server.tls, Side::Host);
        endpoint.ca_file.clone_from(&server.ca_file);
        let from = Sender { name: server.from_name.clone(), address: server.from.clone() };
        let mailer = Self::new(env, endpoint, &from)?;
        match &server.login {
            Some(user) => mailer.with_login(Login { user: user.clone(), password }),
            None => Ok(mailer),
        }
    }

    /// The same with a login.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the line is not encrypted: no password is said in the open.
    pub fn with_login(mut self, login: Login) -> Result<Self> {
        if self.endpoint.tls == Tls::Off {
            return Err(unusable("a mail server that needs a login must be reached by TLS or STARTTLS"));
        }
        self.login = Some(login);
        Ok(self)
    }

    /// The same under this name in its greeting: this machine's, as DNS has it. Unless set it is the sender's domain.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it is no host name.
    pub fn with_hello(mut self, name: &str) -> Result<Self> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-[]:".contains(&byte);
        if name.is_empty() || name.len() > 255 || !name.bytes().all(is_name) {
            return Err(unusable("the name to greet a mail server with must be a host name"));
        }
        self.hello = name.to_owned();
        Ok(self)
    }

    /// One mail, up to the server's answer to its text.
    async fn send(&self, letter: &Letter, brink: &dyn Brink) -> std::result::Result<String, Fate> {
        let Address::Mail(to) = &letter.address else {
            return Err(Fate::Refused("this is no mail address".to_owned()));
        };
        let to =
            message::address(to).map_err(|why| Fate::Refused(format!("this is no mail address: {why}")))?;
        let mail = message::build(letter, &self.from, &to, self.env.runtime.now()).map_err(Fate::Refused)?;
        let mut connection = self.connect().await?;
        let parameters = parameters(&connection, &to, &mail)?;
        let from = Mail::new(Some(self.from.email.clone()), parameters);
        // What the server has against us, a person may mend; what it has against the recipient or the text stays.
        self.command(connection.command(from)).await?.map_err(|error| Fate::later(said(&error)))?;
        let rcpt = self.command(connection.command(Rcpt::new(to, Vec::new()))).await?;
        rcpt.map_err(|error| refusal(&error))?;
        let data = self.command(connection.command(Data)).await?.map_err(|error| refusal(&error))?;
        if !data.has_code(354) {
            return Err(Fate::later("the server did not ask for the text"));
        }
        // Durable before the act: from the first byte of the text on, a kill leaves a mail that may arrive. If it cannot be
        // noted, the connection is dropped, and with it the mail (RFC 5321 §4.1.1.10).
        brink.cross().await.map_err(|error| Fate::later(error.to_string()))?;
        let answer = self.within(PATIENCE_FOR_TEXT, connection.message(&mail)).await;
        // Not waited for: the sooner the answer is noted the better. It reaches the server if the line takes it at once.
        let _ = connection.quit().now_or_never();
        accepted(answer)
    }

    async fn connect(&self) -> std::result::Result<AsyncSmtpConnection, Fate> {
        let failed = |error: Error| Fate::later(error.to_string());
        let wire = Wire::dial(&self.env, &self.endpoint).await.map_err(failed)?;
        let stream = match self.endpoint.tls {
            Tls::StartTls => {
                let wire =
                    start_tls(wire, &self.env, &self.endpoint, &self.hello).await.map_err(Fate::later)?;
                Stream::new(wire.into_connection(), GREETED)
            }
            _ => Stream::new(wire.into_connection(), ""),
        };
        let hello = ClientId::Domain(self.hello.clone());
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello);
        let mut connection = self.command(greeting).await?.map_err(|error| Fate::later(said(&error)))?;
        if let Some(login) = &self.login {
            self.log_in(&mut connection, login).await?;
        }
        Ok(connection)
    }

    async fn log_in(
        &self,
        connection: &mut AsyncSmtpConnection,
        login: &Login,
    ) -> std::result::Result<(), Fate> {
        let server = omm_net::address::written(&self.endpoint.host, self.endpoint.port);
        let of =
            SecretOf { reference: &login.password, login: &login.user, server: &server, side: Side::Host };
        let secret = self.env.secret(of).await.map_err(|error| Fate::later(error.to_string()))?;
        // lettre keeps it in a String until the login is over; nothing of ours does.
        let credentials = Credentials::new(login.user.clone(), secret.expose().to_owned());
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        let answer = self.command(connection.auth(&mechanisms, &credentials)).await?;
        // The code only: some servers say back what they were told.
        answer.map(drop).map_err(|error| {
            let code = error.status().map_or_else(|| "no code".to_owned(), |code| code.to_string());
            Fate::later(format!("the mail server refused our own login ({code})"))
        })
    }

    async fn command<T>(&self, work: impl Future<Output = T>) -> std::result::Result<T, Fate> {
        let silent = || Fate::later("the mail server said nothing for too long");
        self.within(PATIENCE, work).await.ok_or_else(silent)
    }

    async fn within<T>(&self, patience: Duration, work: impl Future<Output = T>) -> Option<T> {
        match select(pin!(work), self.env.runtime.sleep(patience)).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(((), _)) => None,
        }
    }
}

#[async_trait]
impl Carrier for Mailer {
    fn channel(&self) -> Channel {
        Channel::Mail
    }

    async fn carry(&self, letter: &Letter, brink: &dyn Brink) -> Fate {
        self.send(letter, brink).await.map_or_else(|fate| fate, Fate::Taken)
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer")
            .field("endpoint", &self.endpoint)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// What the server must be able to do for this mail.
fn parameters(
    connection: &AsyncSmtpConnection,
    to: &lettre::Address,
    mail: &[u8],
) -> std::result::Result<Vec<MailParameter>, Fate> {
    let mut parameters = Vec::new();
    let info = connection.server_info();
    let mut needs = |is_needed: bool, extension: Extension, parameter: MailParameter, what: &str| {
        if is_needed && !info.supports_feature(extension) {
            return Err(Fate::Refused(format!("the mail server does not take {what}")));
        }
        parameters.extend(is_needed.then_some(parameter));
        Ok(())
    };
    let is_foreign = !to.to_string().is_ascii();
    needs(is_foreign, Extension::SmtpUtfEight, MailParameter::SmtpUtfEight, "addresses with such letters")?;
    let eight = MailParameter::Body(MailBodyParameter::EightBitMime);
    needs(!mail.is_ascii(), Extension::EightBitMime, eight, "letters that are not ASCII")?;
    Ok(parameters)
}

/// What the answer to the text means; nothing where none came.
fn accepted(answer: Option<Answer>) -> std::result::Result<String, Fate> {
    match answer {
        Some(Ok(answer)) if answer.code().severity == Severity::PositiveCompletion => {
            Ok(answer.message().collect::<Vec<_>>().join(" "))
        }
        Some(Ok(answer)) => Err(Fate::Unknown(format!("the server answered {} to the text", answer.code()))),
        Some(Err(error)) if error.is_transient() || error.is_permanent() => Err(refusal(&error)),
        Some(Err(error)) => Err(Fate::Unknown(said(&error))),
        None => Err(Fate::Unknown("the mail server did not answer to the text".to_owned())),
    }
}

/// A server that said no, for good or for now; a line that broke, for now.
fn refusal(error: &lettre::transport::smtp::Error) -> Fate {
    if error.is_permanent() { Fate::Refused(said(error)) } else { Fate::later(said(error)) }
}

/// The error with what caused it.
fn said(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(&format!(": {inner_text}"));
        }
        cause = inner.source();
    }
    text
}

fn unusable(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, Side::Host, "set up notices by mail", message)
}
