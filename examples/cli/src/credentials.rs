//! Passwords: read when a connection opens, from where the command line said, and kept nowhere on disk.

mod command;

use omm::{
    CredentialProvider, CredentialRef, Error, ErrorKind, Result, Secret,
    core::{error::Side, host::BoxFuture},
};
use std::{
    collections::HashMap,
    env, fmt, fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Knows variables, files, commands, and the terminal. What was typed is remembered until the program ends, or until a
/// server refuses it because its time is over.
#[derive(Default)]
pub(crate) struct Credentials {
    typed: Arc<Mutex<HashMap<Account, Secret>>>,
}

/// Who logs in, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Account {
    login: String,
    server: String,
}

impl CredentialProvider for Credentials {
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        login: &'a str,
        server: &'a str,
    ) -> BoxFuture<'a, Result<Secret>> {
        let account = Account { login: login.to_owned(), server: server.to_owned() };
        Box::pin(self.find(reference, account, None))
    }

    fn renewed<'a>(
        &'a self,
        reference: &'a CredentialRef,
        login: &'a str,
        server: &'a str,
        refused: &'a Secret,
    ) -> BoxFuture<'a, Result<Secret>> {
        let account = Account { login: login.to_owned(), server: server.to_owned() };
        Box::pin(self.find(reference, account, Some(refused)))
    }
}

impl Credentials {
    async fn find(
        &self,
        reference: &CredentialRef,
        account: Account,
        refused: Option<&Secret>,
    ) -> Result<Secret> {
        if let CredentialRef::Command(command) = reference {
            return command::secret_of(command, &account, refused.is_some()).await;
        }
        let (typed, reference, refused) = (Arc::clone(&self.typed), reference.clone(), refused.cloned());
        let read = move || match &reference {
            CredentialRef::Variable(name) => variable(name),
            CredentialRef::File(path) => file(path),
            CredentialRef::Ask => ask(&typed, &account, refused.as_ref()),
            _ => Err(no_password(format!("no password was named for {account}"))),
        };
        tokio::task::spawn_blocking(read)
            .await
            .unwrap_or_else(|_| Err(no_password("it could not be read".to_owned())))
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.login, self.server)
    }
}

fn variable(name: &str) -> Result<Secret> {
    match env::var(name) {
        Ok(text) if !text.is_empty() => Ok(Secret::new(text)),
        _ => Err(no_password(format!("the variable {name} is not set; set it, or name another"))),
    }
}

fn file(path: &Path) -> Result<Secret> {
    let text = fs::read_to_string(path).map_err(|cause| {
        no_password("the password file cannot be read".to_owned())
            .with("file", path.display())
            .caused_by(cause)
    })?;
    let empty = || no_password("the password file is empty".to_owned()).with("file", path.display());
    first_line(Secret::new(text)).ok_or_else(empty)
}

/// Without its end; nothing if it is empty.
fn first_line(whole: Secret) -> Option<Secret> {
    let line = whole.expose().lines().next().filter(|line| !line.is_empty())?;
    Some(Secret::new(line.to_owned()))
}

/// Asks once per account, and again after what was typed was refused; whoever comes meanwhile waits for the answer.
fn ask(
    typed: &Mutex<HashMap<Account, Secret>>,
    account: &Account,
    refused: Option<&Secret>,
) -> Result<Secret> {
    let mut typed = typed.lock().unwrap_or_else(PoisonError::into_inner);
    let is_refused = |secret: &Secret| refused.is_some_and(|refused| refused.expose() == secret.expose());
    if let Some(secret) = typed.get(account).filter(|secret| !is_refused(secret)) {
        return Ok(secret.clone());
    }
    let text = rpassword::prompt_password(format!("password of {account}: ")).map_err(|cause| {
        let message = format!(
            "no terminal to ask for the password of {account}; name a variable, a file or a command \
             with --source-password-env, --source-password-file, --source-password-command or the same with --destination-"
        );
        no_password(message).caused_by(cause)
    })?;
    let secret = Secret::new(text);
    typed.insert(account.clone(), secret.clone());
    Ok(secret)
}

fn no_password(message: String) -> Error {
    Error::new(ErrorKind::Config, Side::Host, "find the password", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_file_gives_its_first_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        fs::write(&path, "pass word \r\nsecond\n").unwrap();
        assert_eq!(file(&path).unwrap().expose(), "pass word ");
        fs::write(&path, "\nx").unwrap();
        assert!(file(&path).is_err());
        assert!(file(&dir.path().join("none")).is_err());
    }
}
