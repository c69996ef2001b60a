//! From a mail address to the address of the services ([MS-OXDSCLI], [MS-OXWSADISC]).
//!
//! | asked, in this order | with the password |
//! |---|---|
//! | `https://DOMAIN/autodiscover/autodiscover.xml` | once it asks for one as an Exchange does |
//! | `https://autodiscover.DOMAIN/autodiscover/autodiscover.xml` | likewise |
//! | `http://autodiscover.DOMAIN/autodiscover/autodiscover.xml`, for where it sends us | never |
//! | where SRV `_autodiscover._tcp.DOMAIN` points | only within DOMAIN, or where everybody knows whose host it is |
//!
//! A password is shown over verified TLS alone: to the domain's own hosts, to whom these send us, and to nobody that only an
//! unprotected answer names.
//!
//! | room | what lives there |
//! |---|---|
//! | `search` | the order, one place after the other: the edge |
//! | `question` | what is asked: plain XML, and SOAP where that is not there |
//! | `told` | what is answered, in both forms |
//! | `rules` | who may be asked, and with what |

mod question;
mod rules;
mod search;
#[cfg(test)]
mod tests;
mod told;

pub(crate) use search::find;
#[cfg(feature = "fuzzing")]
pub(crate) use told::read;
