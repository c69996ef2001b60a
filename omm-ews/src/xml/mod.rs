//! XML as EWS speaks it: requests are written with [`Writer`], answers become trees ([`omm_net::xml::Element`]) once
//! [`Splitter`] has taken out what is too large for one.

mod splitter;
mod writer;

pub(crate) use omm_net::xml::{Element, Limits, TOO_MANY_ELEMENTS, read};
pub(crate) use splitter::{Piece, STREAM, Splitter, stream};
pub(crate) use writer::{Part, Writer};
