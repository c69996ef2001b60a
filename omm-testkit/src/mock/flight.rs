//! Round trips, told from what the client was given before it spoke.

/// What a client sends in one go after it was given everything the server had to say is one round trip.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    answers_were_taken: bool,
    is_new: bool,
}

impl Flight {
    /// The client has been given everything: what it says next is another round trip.
    pub(crate) fn was_heard(&mut self) {
        self.answers_were_taken = true;
    }

    /// The client has said something.
    pub(crate) fn arrives(&mut self) {
        self.is_new |= std::mem::take(&mut self.answers_were_taken);
    }

    /// Whether what the client says is a round trip that was not counted yet; it is counted by asking.
    pub(crate) fn counts(&mut self) -> bool {
        std::mem::take(&mut self.is_new)
    }
}
