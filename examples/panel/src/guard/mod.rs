//! What stands between a browser and the house: who asks ([`visit`]), whether he means it ([`csrf`], [`sent`]), how often
//! ([`pace`]), what his browser may do with the answer ([`headers`]), and which servers he may have us talk to ([`fence`]).

pub(crate) mod cookies;
pub(crate) mod csrf;
pub(crate) mod failure;
mod fence;
pub(crate) mod headers;
mod network;
pub(crate) mod pace;
pub(crate) mod sent;
pub(crate) mod visit;

pub(crate) use fence::Fence;
pub use fence::Servers;
pub use network::Network;
