//! Passwords: read when a connection opens, from where the command line said, and kept nowhere on disk.

use omm::{
    CredentialProvider, CredentialRef, Error, ErrorKind, Result, Secret,
    core::{error::Side, host::BoxFuture},
};
use std::{
    collections::HashMap,
    env, fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Knows variables, files, and the terminal. What was typed is remembered until the program ends.
#[derive(Default)]
pub(crate) struct Credentials {
    typed: Arc<Mutex<HashMap<String, Secret>>>,
}

impl CredentialProvider for Credentials {
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        login: &'a str,
        server: &'a str,
    ) -> BoxFuture<'a, Result<Secret>> {
        let (typed, reference) = (Arc::clone(&self.typed), reference.clone());
        let account = format!("{login} at {server}");
        Box::pin(async move {
            let read = move || match &reference {
                CredentialRef::Variable(name) => variable(name),
                CredentialRef::File(path) => first_line(path),
                CredentialRef::Ask => ask(&typed, &account),
                _ => Err(no_password(format!("no password was named for {account}"))),
            };
            tokio::task::spawn_blocking(read)
                .await
                .unwrap_or_else(|_| Err(no_password("it could not be read".to_owned())))
        })
    }
}

fn variable(name: &str) -> Result<Secret> {
    match env::var(name) {
        Ok(text) if !text.is_empty() => Ok(Secret::new(text)),
        _ => Err(no_password(format!("the variable {name} is not set; set it, or name another"))),
    }
}

fn first_line(path: &Path) -> Result<Secret> {
    let text = fs::read_to_string(path).map_err(|cause| {
        no_password("the password file cannot be read".to_owned())
            .with("file", path.display())
            .caused_by(cause)
    })?;
    let whole = Secret::new(text);
    match whole.expose().lines().next() {
        Some(line) if !line.is_empty() => Ok(Secret::new(line.to_owned())),
        _ => Err(no_password("the password file is empty".to_owned()).with("file", path.display())),
    }
}

/// Asks once per account; whoever comes meanwhile waits for the answer.
fn ask(typed: &Mutex<HashMap<String, Secret>>, account: &str) -> Result<Secret> {
    let mut typed = typed.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(secret) = typed.get(account) {
        return Ok(secret.clone());
    }
    let text = rpassword::prompt_password(format!("password of {account}: ")).map_err(|cause| {
        let message = format!(
            "no terminal to ask for the password of {account}; name a variable or a file with \
             --source-password-env, --source-password-file or the same with --destination-"
        );
        no_password(message).caused_by(cause)
    })?;
    let secret = Secret::new(text);
    typed.insert(account.to_owned(), secret.clone());
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
        assert_eq!(first_line(&path).unwrap().expose(), "pass word ");
        fs::write(&path, "\nx").unwrap();
        assert!(first_line(&path).is_err());
        assert!(first_line(&dir.path().join("none")).is_err());
    }
}
