//! How much one item may hold, with all that lies in it: small files can name the same large things again and again.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Messages within an item, at all depths together.
const MOST_MESSAGES: u32 = 1000;
/// Attachments of an item and of the messages in it: more than any item has.
pub(crate) const MOST_ATTACHMENTS: u32 = 10_000;
/// Bytes of text that the messages within an item hold in memory while it is written.
const MOST_TEXT: u64 = 256 << 20;

/// What is left for an item.
#[derive(Debug)]
pub(crate) struct Budget {
    messages: AtomicU32,
    attachments: AtomicU32,
    text_bytes: AtomicU64,
}

impl Default for Budget {
    fn default() -> Self {
        Self::of(MOST_MESSAGES, MOST_ATTACHMENTS, MOST_TEXT)
    }
}

impl Budget {
    /// Room for so much.
    pub(crate) fn of(messages: u32, attachments: u32, text_bytes: u64) -> Self {
        Self { messages: messages.into(), attachments: attachments.into(), text_bytes: text_bytes.into() }
    }

    /// Room for a message; false if none is left.
    pub(crate) fn take_message(&self) -> bool {
        take(&self.messages)
    }

    /// Room for an attachment; false if none is left.
    pub(crate) fn take_attachment(&self) -> bool {
        take(&self.attachments)
    }

    /// Room for so many bytes of text; false, and nothing is taken, if less is left.
    pub(crate) fn take_text(&self, bytes: usize) -> bool {
        let less = |left: u64| left.checked_sub(bytes as u64);
        self.text_bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

fn take(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_is_gone() {
        let budget = Budget::default();
        assert_eq!((0..2 * MOST_MESSAGES).filter(|_| budget.take_message()).count(), 1000);
        assert_eq!((0..2 * MOST_ATTACHMENTS).filter(|_| budget.take_attachment()).count(), 10_000);
        for (bytes, fits) in [(MOST_TEXT as usize - 1, true), (2, false), (1, true), (1, false), (0, true)] {
            assert_eq!(budget.take_text(bytes), fits, "{bytes}");
        }
    }
}
