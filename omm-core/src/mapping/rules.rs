//! What the names of a destination's folders cannot hold.

use std::borrow::Cow;

/// Rules that a destination states; by default every name is good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NameRules {
    /// Characters that no segment can hold, the separator first among them.
    pub forbidden: Cow<'static, str>,
    /// Whether control characters cannot be held either.
    pub no_controls: bool,
    /// Whether blanks at the ends of a segment, and several in a row, are lost or refused.
    pub trims_blanks: bool,
}

impl NameRules {
    /// Names without these characters.
    pub fn without(forbidden: impl Into<Cow<'static, str>>) -> Self {
        Self { forbidden: forbidden.into(), ..Self::default() }
    }

    /// A segment as it can be held: what cannot is replaced by `_`.
    pub fn spell(&self, segment: &str) -> String {
        let bad = |c: char| self.forbidden.contains(c) || (self.no_controls && c.is_control());
        let mut spelled: String = segment.chars().map(|c| if bad(c) { '_' } else { c }).collect();
        if self.trims_blanks {
            let words: Vec<&str> = spelled.split(' ').filter(|word| !word.is_empty()).collect();
            spelled = words.join(" ");
        }
        if spelled.is_empty() { "_".to_owned() } else { spelled }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_as_they_can_be_held() {
        let all = NameRules { forbidden: "/^".into(), no_controls: true, trims_blanks: true };
        for (segment, spelled) in
            [("a/b^c", "a_b_c"), ("\u{7}x", "_x"), ("  a   b ", "a b"), ("   ", "_"), ("Jörg.", "Jörg.")]
        {
            assert_eq!(all.spell(segment), spelled);
            assert_eq!(NameRules::default().spell(segment), segment);
        }
    }
}
