//! Proving who we are (RFC 4422), for every protocol that carries such proofs.
