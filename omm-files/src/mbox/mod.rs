//! mbox files: one file is one folder.
//!
//! There is no one mbox format; there are four ways to keep a body line `From ` apart from the line that begins
//! the next message. What is read, and which bytes of a message are changed on the way:
//!
//! | option    | a message ends                              | changed in its body                       |
//! |-----------|---------------------------------------------|-------------------------------------------|
//! | `rd`      | at the next postmark                        | one `>` taken from lines `>From `, `>>From ` … |
//! | `o`       | at the next postmark                        | `>From ` becomes `From `, nothing else    |
//! | `cl`      | where Content-Length says, if it leads to a postmark or the end | as `rd`               |
//! | `cl2`     | the same                                    | nothing                                   |
//! | (none)    | by evidence, message by message: `cl2` where Content-Length leads there, else `rd` | |
//!
//! mboxo is ambiguous: a line `>From ` that the author wrote looks like a quoted one, and loses its `>`. mboxcl
//! cannot be told from mboxcl2 by looking, so without the option nothing is changed there. Header lines, line ends
//! and Status headers stay as they are. The postmark line itself and the one blank line that ends each message
//! belong to the file, not to the message.

mod lines;
mod listing;
mod notes;
mod postmark;
mod read;
mod scan;
mod variant;

pub(crate) use listing::MboxListing;
pub(crate) use postmark::looks_like_postmark;
use read::Reading;
use scan::{Index, Message, scan};
pub(crate) use variant::Variant;
