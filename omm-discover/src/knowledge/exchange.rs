//! An Exchange that answers where Exchange is looked for. It is recognised by how it asks for a login.

use super::{Draft, Evidence};
use crate::candidate::{Knowledge, ServerType, Sureness};
use omm_core::seam::Tls;

/// Where Exchange Web Services are, on every server that has them.
pub(crate) const EWS_PATH: &str = "/EWS/Exchange.asmx";

/// The ways to log in that Exchange offers; other web servers ask for none of the first two.
const WAYS: [&str; 4] = ["negotiate", "ntlm", "bearer", "basic"];

/// Whether 401 with these challenges (RFC 9110 §11.6.1) is how an Exchange answers somebody who has not logged in.
pub(crate) fn asks_like_exchange(status: u16, challenges: &[String]) -> bool {
    status == 401 && challenges.iter().any(|challenge| WAYS.contains(&scheme(challenge).as_str()))
}

pub(super) fn drafts(evidence: &Evidence) -> Vec<Draft> {
    let draft = |exchange: &super::Exchange| {
        let (sureness, evidence) = if exchange.by_srv {
            (Sureness::Told, format!("SRV _autodiscover._tcp {}", exchange.host))
        } else {
            (Sureness::Published, format!("https://{}/autodiscover", exchange.host))
        };
        let source = Knowledge::Autodiscover;
        let mut draft =
            Draft::new(ServerType::Ews, &exchange.host, Tls::Required, source, sureness, evidence);
        draft.port = exchange.port;
        if exchange.challenges.iter().all(|challenge| scheme(challenge) == "basic") {
            return draft.remark("it asks for a plain password only; it may be no Exchange");
        }
        draft
    };
    evidence.exchanges.iter().map(draft).collect()
}

fn scheme(challenge: &str) -> String {
    challenge.split([' ', ',']).next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_an_exchange_asks() {
        for (status, challenges, expected) in [
            (401, vec!["Negotiate", "NTLM", "Basic realm=\"mail\""], true),
            (401, vec!["NTLM"], true),
            (401, vec!["Basic realm=\"x\""], true),
            (401, vec!["Digest realm=\"x\""], false),
            (401, vec![], false),
            (200, vec!["NTLM"], false),
            (403, vec!["NTLM"], false),
        ] {
            let challenges: Vec<String> = challenges.into_iter().map(str::to_owned).collect();
            assert_eq!(asks_like_exchange(status, &challenges), expected, "{status} {challenges:?}");
        }
    }
}
