//! Finding out which form a server takes, with few tries.

use super::{Delegation, Family};
use omm_core::error::{Error, ErrorKind, Retry, Side};
use std::{sync::Arc, time::Duration};

/// So many passwords are shown to a server in all: many lock an account after five that were wrong.
const MOST_ATTEMPTS: u32 = 3;
/// When nobody answered so many: how long until one more. Nothing was refused, but the passwords may have been counted.
const PAUSE: Duration = Duration::from_secs(30 * 60);

/// What a server answered to a form, when it let nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It would not play it, and was shown no password.
    NotTaken,
    /// The password is wrong: `[AUTHENTICATIONFAILED]` (RFC 5530 §3) or a mechanism's own word for it.
    WrongPassword,
    /// The password is right, and the administrator may not act for that user: `[AUTHORIZATIONFAILED]`.
    NotAllowed,
    /// No, and no reason that can be relied on.
    Refused,
}

/// The search for the form that a server takes; one for all connections of an account. No I/O: the protocol plays what
/// [`Trial::next`] says and tells what came of it.
#[derive(Clone, Debug)]
pub struct Trial {
    administrator: String,
    whose: String,
    family: Option<Family>,
    /// Asked for by the host: no other is tried.
    fixed: bool,
    /// Still to be tried, in this order; once somebody is in, the one that was taken.
    forms: Vec<Delegation>,
    found: bool,
    attempts: u32,
    tried: Vec<Delegation>,
    /// What ended it, or what came last; with the server's words.
    last: Option<(Answer, String)>,
    ended: bool,
    /// What no form would change.
    ended_by: Option<Arc<Error>>,
}

impl Trial {
    /// A search that has not begun. With `fixed`, only that form is tried; `hint` is what an earlier run found.
    pub fn new(
        administrator: impl Into<String>,
        whose: impl Into<String>,
        fixed: Option<Delegation>,
        hint: Option<Delegation>,
    ) -> Self {
        let (administrator, whose) = (administrator.into(), whose.into());
        let forms = fixed.or(hint).into_iter().collect();
        let (family, found, attempts, tried, last, ended, ended_by) = Default::default();
        Self {
            administrator,
            whose,
            family,
            fixed: fixed.is_some(),
            forms,
            found,
            attempts,
            tried,
            last,
            ended,
            ended_by,
        }
    }

    /// Whether it is worth the while to find out which server this is, for [`Trial::meet`].
    pub fn wants_to_know(&self) -> bool {
        self.family.is_none() && !self.found
    }

    /// Which server it is; without it nothing is tried but what was said beforehand.
    pub fn meet(&mut self, family: Family) {
        if !self.wants_to_know() {
            return;
        }
        self.family = Some(family);
        if !self.fixed {
            let more = family.forms(&self.administrator).into_iter();
            let new: Vec<_> = more.filter(|form| !self.forms.contains(form)).collect();
            self.forms.extend(new);
        }
    }

    /// The form to play now; nothing when it is enough. It counts as an attempt until something else is heard, so that
    /// a connection that breaks in the middle of a login costs one.
    #[expect(clippy::should_implement_trait, reason = "what comes next depends on what was heard")]
    pub fn next(&mut self) -> Option<Delegation> {
        let form = *self.forms.first().filter(|_| !self.ended)?;
        if !self.found {
            if self.attempts >= MOST_ATTEMPTS {
                return None;
            }
            self.attempts += 1;
        }
        Some(form)
    }

    /// Whether the same form may be played once more, with another secret: that counts as well.
    pub fn again(&mut self) -> bool {
        let may = self.found || self.attempts < MOST_ATTEMPTS;
        self.attempts += u32::from(may && !self.found);
        may
    }

    /// The form was taken: every other connection does the same.
    pub fn entered(&mut self, form: Delegation) {
        (self.forms, self.found) = (vec![form], true);
    }

    /// The server answered without looking at the password: it is not available, say. The form stays.
    pub fn not_judged(&mut self) {
        self.attempts = self.attempts.saturating_sub(1);
    }

    /// The server said something that no form and no grant would change: the protocol is switched off, say. Nothing more
    /// is tried, and this is the reason.
    pub fn end(&mut self, reason: Error) {
        (self.ended, self.ended_by) = (true, Some(Arc::new(reason)));
    }

    /// The form was not taken; `said` are the server's words, without any secret. With [`Answer::NotTaken`], why it could
    /// not be played.
    pub fn heard(&mut self, form: Delegation, answer: Answer, said: &str) {
        let is_about_him = form.is_himself() && self.family.is_some_and(Family::tells_apart);
        match answer {
            Answer::NotTaken => self.not_judged(),
            _ => self.tried.push(form),
        }
        let answer = match answer {
            Answer::WrongPassword if !is_about_him => Answer::Refused,
            answer => answer,
        };
        // Both say which it is: nothing is gained by another form.
        self.ended |= matches!(answer, Answer::WrongPassword | Answer::NotAllowed);
        self.forms.retain(|other| *other != form);
        // A form that could not be played says less than one that was refused, and nothing less than something.
        let says_more = match &self.last {
            Some((Answer::NotTaken, _)) => !said.is_empty(),
            last => last.is_none(),
        };
        if answer != Answer::NotTaken || says_more {
            self.last = Some((answer, said.to_owned()));
        }
    }

    /// The form that was taken.
    pub fn found(&self) -> Option<Delegation> {
        self.forms.first().copied().filter(|_| self.found)
    }

    /// How the administrator came in, for people.
    pub fn remark(&self) -> Option<String> {
        let manner = self.found()?.manner();
        Some(format!("logs in as {} for {} {manner}", self.administrator, self.whose))
    }

    /// Why nobody came in, with the remedy, once [`Trial::next`] has nothing more.
    ///
    /// Where nothing was answered, it asks for a pause, and one more attempt may follow.
    pub fn error(&mut self, side: Side) -> Error {
        if let Some(reason) = &self.ended_by {
            return reason.repeated();
        }
        let error = if self.last.is_none() { self.unanswered(side) } else { self.refused(side) };
        error.with("login", &self.whose).with("delegate", &self.administrator)
    }

    fn unanswered(&mut self, side: Side) -> Error {
        let message = format!(
            "no answer to {} attempts to log in for {}: each broke off; another one follows after a pause",
            self.attempts, self.whose
        );
        self.attempts = MOST_ATTEMPTS - 1;
        Error::new(ErrorKind::Unreachable, side, "log in", message).retry(Retry::After(PAUSE))
    }

    fn refused(&self, side: Side) -> Error {
        let (administrator, whose) = (&self.administrator, &self.whose);
        let remedy = self.family.unwrap_or_default().remedy(administrator, whose);
        let said = self.last.as_ref().map(|(_, said)| said.as_str()).unwrap_or_default();
        let (kind, message) = match self.last.as_ref().map(|(answer, _)| answer) {
            Some(Answer::WrongPassword) => {
                (ErrorKind::Auth, format!("the password of the administrator {administrator} was refused"))
            }
            Some(Answer::NotAllowed) => {
                let message = format!("{administrator} is known, but may not log in for {whose}: {remedy}");
                (ErrorKind::Auth, message)
            }
            Some(Answer::Refused) => {
                let manners: Vec<_> = self.tried.iter().map(|form| form.manner()).collect();
                let tried = manners.join(" and ");
                let message = format!(
                    "{administrator} is not let in for {whose} (tried {tried}): check the password, and {remedy}"
                );
                (ErrorKind::Auth, message)
            }
            Some(Answer::NotTaken) | None => {
                let message =
                    "the server offers no mechanism in which an administrator can say for whom he logs in";
                (ErrorKind::Config, message.to_owned())
            }
        };
        let message = match &self.last {
            _ if said.is_empty() => message,
            Some((Answer::NotTaken, why)) => format!("{message}: {why}"),
            _ => format!("{message}; the server says {said:?}"),
        };
        Error::new(kind, side, "log in", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Answer::{NotAllowed, NotTaken, Refused, WrongPassword};
    use Delegation::{AuthorizationIdentity, Exchange, MasterUser, ProxyAuth};

    /// Plays answers until it is enough; which forms were played.
    fn plays(mut trial: Trial, family: Family, answers: &[Answer]) -> (Vec<Delegation>, Trial) {
        trial.meet(family);
        let (mut played, mut answers) = (Vec::new(), answers.iter());
        while let Some(form) = trial.next() {
            played.push(form);
            match answers.next() {
                Some(answer) => trial.heard(form, *answer, "no"),
                None => {
                    trial.entered(form);
                    break;
                }
            }
        }
        (played, trial)
    }

    #[test]
    fn what_is_tried_after_each_answer() {
        let (by_name, master) = (AuthorizationIdentity, MasterUser);
        for (family, fixed, hint, answers, played, kind, says) in [
            (
                Family::Cyrus,
                None,
                None,
                &[WrongPassword][..],
                vec![by_name],
                Some(ErrorKind::Auth),
                "password of",
            ),
            (Family::Cyrus, None, None, &[NotAllowed], vec![by_name], Some(ErrorKind::Auth), "proxyservers"),
            (Family::Cyrus, None, None, &[NotTaken], vec![by_name], Some(ErrorKind::Config), "no mechanism"),
            // Dovecot says the same to everything.
            (Family::Dovecot, None, None, &[WrongPassword], vec![by_name, master], None, ""),
            (
                Family::Dovecot,
                None,
                None,
                &[WrongPassword, WrongPassword],
                vec![by_name, master],
                Some(ErrorKind::Auth),
                "master user",
            ),
            (
                Family::Unknown,
                None,
                None,
                &[WrongPassword],
                vec![by_name],
                Some(ErrorKind::Auth),
                "password of",
            ),
            (
                Family::Unknown,
                None,
                None,
                &[Refused, Refused],
                vec![by_name, master],
                Some(ErrorKind::Auth),
                "tried",
            ),
            (Family::Unknown, None, None, &[NotTaken], vec![by_name, master], None, ""),
            (
                Family::Sun,
                None,
                None,
                &[WrongPassword],
                vec![ProxyAuth],
                Some(ErrorKind::Auth),
                "password of",
            ),
            (Family::Exchange, None, None, &[WrongPassword], vec![Exchange, by_name], None, ""),
            (
                Family::Dovecot,
                Some(master),
                None,
                &[Refused],
                vec![master],
                Some(ErrorKind::Auth),
                "user*master",
            ),
            // A hint is only that.
            (Family::Dovecot, None, Some(master), &[Refused], vec![master, by_name], None, ""),
            (Family::Dovecot, None, Some(master), &[], vec![master], None, ""),
            (
                Family::Dovecot,
                None,
                Some(Exchange),
                &[Refused, Refused, Refused],
                vec![Exchange, by_name, master],
                Some(ErrorKind::Auth),
                "tried",
            ),
        ] {
            let trial = Trial::new("admin", "anna", fixed, hint);
            let (found, mut trial) = plays(trial, family, answers);
            assert_eq!(found, played, "{family:?} {answers:?}");
            assert_eq!(trial.found().is_none(), kind.is_some(), "{family:?} {answers:?}");
            if let Some(kind) = kind {
                let error = trial.error(Side::Source);
                assert_eq!(error.kind(), kind, "{error}");
                assert!(error.to_string().contains(says), "{error}");
            }
        }
    }

    #[test]
    fn never_more_than_three_passwords() {
        let mut trial = Trial::new("admin", "anna", None, Some(Exchange));
        trial.meet(Family::Unknown);
        // The connection breaks each time: nothing is heard.
        let forms: Vec<_> = std::iter::from_fn(|| trial.next()).collect();
        assert_eq!(forms, [Exchange; 3]);
        let error = trial.error(Side::Source);
        assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Unreachable, Retry::After(PAUSE)));
        assert!(error.to_string().contains("no answer to 3 attempts"), "{error}");
        // After the pause, one.
        assert_eq!((trial.next(), trial.next()), (Some(Exchange), None));
        // Another secret is one more.
        let mut trial = Trial::new("admin", "anna", Some(MasterUser), None);
        assert!(trial.next().is_some() && trial.again() && trial.again() && !trial.again());
        // A server that is not available has not looked at any.
        let mut trial = Trial::new("admin", "anna", Some(MasterUser), None);
        for _ in 0..20 {
            assert_eq!(trial.next(), Some(MasterUser));
            trial.not_judged();
        }
    }

    #[test]
    fn the_second_connection_does_as_the_first() {
        let (_, mut trial) = plays(Trial::new("admin", "anna", None, None), Family::Dovecot, &[Refused]);
        assert_eq!(
            trial.remark().as_deref(),
            Some("logs in as admin for anna as master user, by the login user*master")
        );
        assert!(!trial.wants_to_know());
        let forms: Vec<_> = (0..9).map_while(|_| trial.next()).collect();
        assert_eq!(forms, [MasterUser; 9]);
    }
}
