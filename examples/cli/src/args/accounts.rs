//! The two accounts, and where their passwords are.

use super::{Discovering, values};
use crate::exit::Failure;
use clap::Args;
use omm::{AccountSpec, CredentialRef, Tls, address};
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct Pair {
    /// Where to copy from: a path, dir:PATH, a URL, or auto:ADDRESS
    #[arg(value_name = "SRC")]
    source: String,
    /// Where to copy to: dir:PATH, a URL, or auto:ADDRESS
    #[arg(value_name = "DST")]
    destination: String,
    #[command(flatten)]
    source_login: SourceLogin,
    #[command(flatten)]
    destination_login: DestinationLogin,
    #[command(flatten)]
    transport: Transport,
    #[command(flatten)]
    pub(crate) discovering: Discovering,
}

impl Pair {
    /// Both accounts, source first.
    pub(crate) fn accounts(&self) -> Result<(AccountSpec, AccountSpec), Failure> {
        let source = self.source_login.login().put_into(address::parse(&self.source)?)?;
        let destination =
            self.destination_login.login().put_into(address::parse_destination(&self.destination)?)?;
        Ok((self.transport.put_into(source)?, self.transport.put_into(destination)?))
    }
}

/// Both accounts of a migration of a project, as far as the project does not name their servers.
#[derive(Args, Debug)]
pub(crate) struct Ends {
    /// Where to copy from, as for `omm migrate`; or LOGIN@DOMAIN alone, at the project's own source
    #[arg(value_name = "SRC")]
    source: Option<String>,
    /// Where to copy to, as for `omm migrate`; or LOGIN@DOMAIN alone, at the project's own destination
    #[arg(value_name = "DST")]
    destination: Option<String>,
    #[command(flatten)]
    source_login: SourceLogin,
    #[command(flatten)]
    destination_login: DestinationLogin,
    #[command(flatten)]
    transport: Transport,
}

impl Ends {
    /// Both accounts, source first; `usual` are the servers of the project.
    pub(crate) fn accounts(
        &self,
        usual: (Option<&AccountSpec>, Option<&AccountSpec>),
    ) -> Result<(AccountSpec, AccountSpec), Failure> {
        let source = end(self.source.as_deref(), usual.0, address::parse, "source")?;
        let destination =
            end(self.destination.as_deref(), usual.1, address::parse_destination, "destination")?;
        let source = self.source_login.login().put_into(source)?;
        let destination = self.destination_login.login().put_into(destination)?;
        Ok((self.transport.put_into(source)?, self.transport.put_into(destination)?))
    }
}

/// An account without its login's particulars.
fn end(
    text: Option<&str>,
    usual: Option<&AccountSpec>,
    parse: fn(&str) -> omm::Result<AccountSpec>,
    side: &str,
) -> Result<AccountSpec, Failure> {
    let is_login = |text: &str| text.contains('@') && !text.contains(['/', ':', '\\']);
    match (text, usual) {
        (None, Some(usual)) => Ok(usual.clone()),
        (Some(login), Some(usual)) if is_login(login) => {
            let mut account = usual.clone();
            login.clone_into(&mut account.login);
            Ok(account)
        }
        (Some(text), usual) => {
            let mut account = parse(text)?;
            if needs_login(&account) {
                account.ca_file = usual.and_then(|usual| usual.ca_file.clone());
            }
            Ok(account)
        }
        (None, None) => Err(Failure::Usage(format!(
            "name the {side}, or give the project a server for it: `omm project options PROJECT --{side} URL`"
        ))),
    }
}

/// One account, or a pair.
#[derive(Args, Debug)]
pub(crate) struct Patients {
    /// Which account: a path, dir:PATH, or a URL
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// Where it is to be copied to, if that is to be looked at too
    #[arg(value_name = "DST")]
    destination: Option<String>,
    /// Look at ACCOUNT as a destination; its login is said by the options for destinations
    #[arg(long, conflicts_with = "destination")]
    as_destination: bool,
    #[command(flatten)]
    source_login: SourceLogin,
    #[command(flatten)]
    destination_login: DestinationLogin,
    #[command(flatten)]
    transport: Transport,
}

impl Patients {
    /// Whether the only one is a destination.
    pub(crate) fn is_destination(&self) -> bool {
        self.as_destination
    }

    /// The account, and the destination if there is one.
    pub(crate) fn accounts(&self) -> Result<(AccountSpec, Option<AccountSpec>), Failure> {
        let first = if self.as_destination {
            self.destination_login.login().put_into(address::parse_destination(&self.account)?)?
        } else {
            self.source_login.login().put_into(address::parse(&self.account)?)?
        };
        let second = self.destination.as_deref().map(|destination| {
            let account = address::parse_destination(destination)?;
            self.transport.put_into(self.destination_login.login().put_into(account)?)
        });
        Ok((self.transport.put_into(first)?, second.transpose()?))
    }
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Logins")]
pub(crate) struct SourceLogin {
    /// Who logs in at the source
    #[arg(long, value_name = "NAME")]
    source_login: Option<String>,
    /// The variable that holds the source's password; asked at the terminal otherwise
    #[arg(long, value_name = "VAR", conflicts_with = "source_password_file")]
    source_password_env: Option<String>,
    /// The file whose first line is the source's password
    #[arg(long, value_name = "PATH")]
    source_password_file: Option<PathBuf>,
    /// The command that writes the source's password or token, run for every connection
    #[arg(long, value_name = "CMD", conflicts_with_all = ["source_password_env", "source_password_file"])]
    source_password_command: Option<String>,
    /// The administrator who logs in at the source for that user
    #[arg(long, value_name = "NAME")]
    source_delegate: Option<String>,
    /// A setting of the source's connector, for example auth=xoauth2; may be given again
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::setting)]
    source_option: Vec<(String, String)>,
    /// Only here to be refused.
    #[arg(long, hide = true, num_args = 0..=1)]
    source_password: Option<Vec<String>>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Logins")]
struct DestinationLogin {
    /// Who logs in at the destination
    #[arg(long, value_name = "NAME")]
    destination_login: Option<String>,
    /// The variable that holds the destination's password
    #[arg(long, value_name = "VAR", conflicts_with = "destination_password_file")]
    destination_password_env: Option<String>,
    /// The file whose first line is the destination's password
    #[arg(long, value_name = "PATH")]
    destination_password_file: Option<PathBuf>,
    /// The command that writes the destination's password or token, run for every connection
    #[arg(
        long,
        value_name = "CMD",
        conflicts_with_all = ["destination_password_env", "destination_password_file"]
    )]
    destination_password_command: Option<String>,
    /// The administrator who logs in at the destination for that user
    #[arg(long, value_name = "NAME")]
    destination_delegate: Option<String>,
    /// A setting of the destination's connector, for example auth=xoauth2; may be given again
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::setting)]
    destination_option: Vec<(String, String)>,
    /// Only here to be refused.
    #[arg(long, hide = true, num_args = 0..=1)]
    destination_password: Option<Vec<String>>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Logins")]
struct Transport {
    /// How connections are protected [default: by the address]
    #[arg(long, value_name = "HOW", value_parser = values::tls)]
    tls: Option<Tls>,
    /// A file of certificates to trust beside the system's
    #[arg(long, value_name = "PATH")]
    ca_file: Option<PathBuf>,
}

impl Transport {
    fn put_into(&self, mut account: AccountSpec) -> Result<AccountSpec, Failure> {
        if needs_login(&account) {
            account.tls = self.tls.unwrap_or(account.tls);
            if let Some(path) = &self.ca_file {
                account.ca_file = Some(lasting(path)?);
            }
        }
        Ok(account)
    }
}

/// One side's login.
struct Login<'a> {
    name: &'a Option<String>,
    variable: &'a Option<String>,
    file: &'a Option<PathBuf>,
    command: &'a Option<String>,
    delegate: &'a Option<String>,
    settings: &'a [(String, String)],
    password_given: bool,
}

impl SourceLogin {
    fn login(&self) -> Login<'_> {
        Login {
            name: &self.source_login,
            variable: &self.source_password_env,
            file: &self.source_password_file,
            command: &self.source_password_command,
            delegate: &self.source_delegate,
            settings: &self.source_option,
            password_given: self.source_password.is_some(),
        }
    }

    /// The account of a source that was moved.
    pub(crate) fn account(&self, address: &str) -> Result<AccountSpec, Failure> {
        self.login().put_into(address::parse(address)?)
    }
}

impl DestinationLogin {
    fn login(&self) -> Login<'_> {
        Login {
            name: &self.destination_login,
            variable: &self.destination_password_env,
            file: &self.destination_password_file,
            command: &self.destination_password_command,
            delegate: &self.destination_delegate,
            settings: &self.destination_option,
            password_given: self.destination_password.is_some(),
        }
    }
}

impl Login<'_> {
    fn put_into(&self, mut account: AccountSpec) -> Result<AccountSpec, Failure> {
        if self.password_given {
            return Err(Failure::Usage(
                "a password as an argument is refused: other users can see it and the shell remembers it; \
                 use --source-password-env, --source-password-file, --source-password-command or the same with --destination-"
                    .to_owned(),
            ));
        }
        account.options.extend(self.settings.iter().cloned());
        if !needs_login(&account) {
            return Ok(account);
        }
        if let Some(name) = self.name {
            name.clone_into(&mut account.login);
        }
        if account.login.is_empty() && matches!(account.server_type.as_str(), "imap" | "pop3") {
            let (word, host) = (&account.server_type, &account.server);
            return Err(Failure::Usage(format!(
                "{host} needs to know who logs in: write {word}s://LOGIN@{host}, or add --source-login or \
                 --destination-login"
            )));
        }
        if self.delegate.is_some() {
            account.delegate.clone_from(self.delegate);
        }
        account.credentials = match (self.variable, self.file, self.command) {
            (Some(name), _, _) => CredentialRef::Variable(name.clone()),
            (None, Some(path), _) => CredentialRef::File(lasting(path)?),
            (None, None, Some(command)) => CredentialRef::Command(command.clone()),
            (None, None, None) => CredentialRef::Ask,
        };
        Ok(account)
    }
}

/// Whether somebody logs in there.
pub(crate) fn needs_login(account: &AccountSpec) -> bool {
    !matches!(account.server_type.as_str(), "files" | "dir")
}

/// The path as it will still be right when a later run starts in another folder.
pub(crate) fn lasting(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}
