//! What was said, written down.

/// One thing that was said on a connection. Long ones are cut; what a login says is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TranscriptLine {
    /// Which connection, from 1.
    pub connection: u64,
    /// Said by the client; else by the server.
    pub by_client: bool,
    /// The words.
    pub text: String,
}

impl TranscriptLine {
    pub(crate) fn new(connection: u64, by_client: bool, bytes: &[u8]) -> Self {
        const LONGEST: usize = 600;
        let shown = &bytes[..bytes.len().min(LONGEST)];
        let mut text = String::from_utf8_lossy(shown).into_owned();
        if bytes.len() > LONGEST {
            text.push_str(&format!("… ({} bytes)", bytes.len()));
        }
        Self { connection, by_client, text }
    }

    /// To read: `C1: a NOOP`, a line for each line of it.
    pub(crate) fn shown(&self) -> String {
        let who = if self.by_client { 'C' } else { 'S' };
        self.text.lines().map(|text| format!("{who}{}: {text}\n", self.connection)).collect()
    }
}
