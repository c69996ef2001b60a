//! What the network connectors share, beside core: TLS over any connection that the host dials, SASL, and the one
//! way in which bytes are moved: reading while writing, since two sides that only write lock each other.
