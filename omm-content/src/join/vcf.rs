//! A .vcf file of many cards.

use std::io::{self, Write};

/// Writes cards one behind the other (RFC 6350 §3.3).
#[derive(Debug)]
pub struct Vcf<W> {
    into: W,
}

impl<W: Write> Vcf<W> {
    /// A file without cards.
    pub fn new(into: W) -> Self {
        Self { into }
    }

    /// Adds a card, or several.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, card: &[u8]) -> io::Result<()> {
        self.into.write_all(card)?;
        if card.is_empty() || card.ends_with(b"\n") { Ok(()) } else { self.into.write_all(b"\r\n") }
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.into.flush()?;
        Ok(self.into)
    }
}
