//! Whose secret is shown, and when it is shown no more: a password that was refused once is not shown again by every
//! connection that follows, which would lock the account.

use futures::lock::Mutex;
use omm_core::{
    error::{Error, Result},
    host::{Env, Secret, SecretOf},
};

/// The secret of an account, for all its connections.
#[derive(Debug, Default)]
pub(crate) struct Login(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    secret: Option<Secret>,
    /// The server refused it, and there is no other.
    refused: Option<Error>,
}

impl Login {
    /// The secret to show.
    ///
    /// # Errors
    /// Those of the provider; the refusal, once there was one that nothing can be done about.
    pub(crate) async fn secret(&self, env: &Env, of: SecretOf<'_>) -> Result<Secret> {
        let mut state = self.0.lock().await;
        if let Some(refused) = &state.refused {
            return Err(refused.repeated());
        }
        if let Some(secret) = &state.secret {
            return Ok(secret.clone());
        }
        let secret = env.secret(of).await?;
        state.secret = Some(secret.clone());
        Ok(secret)
    }

    /// Another secret than the one that was refused, if there is one.
    ///
    /// # Errors
    /// Those of the provider; `refusal`, and from then on always that, if there is no other.
    pub(crate) async fn renewed(
        &self,
        env: &Env,
        of: SecretOf<'_>,
        shown: &Secret,
        refusal: Error,
    ) -> Result<Secret> {
        let mut state = self.0.lock().await;
        if let Some(refused) = &state.refused {
            return Err(refused.repeated());
        }
        // Another request has asked meanwhile.
        if let Some(newer) = state.secret.as_ref().filter(|secret| secret.expose() != shown.expose()) {
            return Ok(newer.clone());
        }
        match env.renewed_secret(of, shown).await? {
            Some(newer) => {
                state.secret = Some(newer.clone());
                Ok(newer)
            }
            None => {
                state.refused = Some(refusal.repeated());
                Err(refusal)
            }
        }
    }

    /// The newer secret was refused as well.
    pub(crate) async fn give_up(&self, refusal: &Error) {
        self.0.lock().await.refused = Some(refusal.repeated());
    }
}
