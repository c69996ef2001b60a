//! Answers to batches: lined up with what was asked, even where the server stopped half-way.

use super::{
    Failure, Unreadable,
    response::{list, one},
};
use crate::xml::Element;

/// What was answered to a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Batch<T> {
    /// The answers to the first ones, in the order of the request.
    pub(crate) answered: Vec<Result<T, Failure>>,
    /// How many came behind them in the request and have no answer: nobody knows what became of them.
    pub(crate) unanswered: usize,
}

impl<T> Batch<T> {
    /// Reads the messages of an answer to `asked` things, each by `read` if it is a good one. One that cannot be read
    /// costs only itself.
    ///
    /// # Errors
    /// If there are no messages, or more than were asked for, so that nobody can say which belongs to what.
    pub(crate) fn read<'a>(
        answer: &'a Element,
        asked: usize,
        read: impl Fn(&'a Element) -> Result<T, Unreadable>,
    ) -> Result<Self, Unreadable> {
        let answered: Vec<_> = list(answer)?.map(|message| one(message, &read)).collect();
        let unanswered = asked.checked_sub(answered.len());
        let unanswered = unanswered
            .ok_or_else(|| Unreadable("the answer has more messages than were asked for".to_owned()))?;
        Ok(Self { answered, unanswered })
    }

    /// One for each thing asked, in their order; `None` where there is no answer.
    pub(crate) fn each(self) -> impl Iterator<Item = Option<Result<T, Failure>>> {
        let missing = (0..self.unanswered).map(|_| None);
        self.answered.into_iter().map(Some).chain(missing)
    }

    /// The answer where one thing was asked.
    ///
    /// # Errors
    /// As it was answered; or if it was not.
    pub(crate) fn only(self) -> Result<T, Failure> {
        let missing = || Err(Failure::Unreadable(Unreadable::without("message in ResponseMessages")));
        self.answered.into_iter().next().unwrap_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::element;

    fn batch(messages: &str, asked: usize) -> Result<Batch<String>, Unreadable> {
        let answer = element(&format!("<m:R><m:ResponseMessages>{messages}</m:ResponseMessages></m:R>"));
        let read = |message: &Element| {
            message.text_of("X").map(str::to_owned).ok_or_else(|| Unreadable::without("X"))
        };
        Batch::read(&answer, asked, read)
    }

    const GOOD: &str = "<m:M ResponseClass='Success'><m:ResponseCode>NoError</m:ResponseCode><X>1</X></m:M>";
    const BAD: &str = "<M ResponseClass='Error'><MessageText>no</MessageText><ResponseCode>ErrorItemNotFound</ResponseCode></M>";
    const EMPTY: &str = "<M ResponseClass='Success'><ResponseCode>NoError</ResponseCode></M>";
    const STOPPED: &str =
        "<M ResponseClass='Warning'><ResponseCode>ErrorBatchProcessingStopped</ResponseCode><X>2</X></M>";
    const BARE: &str = "<M><ResponseCode>NoError</ResponseCode><X>3</X></M>";
    const NAMELESS: &str = "<M ResponseClass='Success'><X>4</X></M>";

    /// What became of each: a text, a code, `?` for what cannot be read, `-` for what was not answered.
    fn fates(batch: Batch<String>) -> String {
        let word = |answer| match answer {
            Some(Ok(text)) => text,
            Some(Err(Failure::Refused(refusal))) if refusal.is_not_begun() => "stopped".to_owned(),
            Some(Err(Failure::Refused(refusal))) => refusal.code.to_string(),
            Some(Err(Failure::Unreadable(_))) => "?".to_owned(),
            None => "-".to_owned(),
        };
        batch.each().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn answers_line_up_with_what_was_asked() {
        for (messages, asked, expected) in [
            ([GOOD, BAD, BARE].concat(), 3, "1 ErrorItemNotFound 3"),
            ([GOOD, EMPTY, NAMELESS].concat(), 3, "1 ? 4"),
            ([GOOD, BAD].concat(), 4, "1 ErrorItemNotFound - -"),
            ([BAD, STOPPED, STOPPED].concat(), 3, "ErrorItemNotFound stopped stopped"),
            (String::new(), 1, "-"),
            ("<M ResponseClass='Error'/>".to_owned(), 1, "?"),
            (
                "<M ResponseClass='Error'><ResponseCode>NoError</ResponseCode><X>1</X></M>".to_owned(),
                1,
                "NoError",
            ),
        ] {
            let batch = batch(&messages, asked).expect("messages");
            assert_eq!(fates(batch), expected, "{messages}");
        }
    }

    #[test]
    fn more_answers_than_questions_belong_to_nothing() {
        assert!(batch(&[GOOD, GOOD].concat(), 1).is_err());
        assert!(Batch::read(&element("<R/>"), 1, |_| Ok(())).is_err());
    }

    #[test]
    fn the_only_answer() {
        assert_eq!(batch(GOOD, 1).expect("messages").only(), Ok("1".to_owned()));
        assert!(matches!(batch("", 1).expect("messages").only(), Err(Failure::Unreadable(_))));
    }
}
