//! Text as Outlook keeps it: code pages, compressed RTF, HTML in RTF.
//!
//! | room | what |
//! |---|---|
//! | `code_page`, `dos` | 8-bit text |
//! | `rtf` | compressed RTF ([MS-OXRTFCP]); what is inside RTF ([MS-OXRTFEX]); RTF as text and as simple HTML |
//! | `html` | HTML as text |
//! | `body` | which of an item's bodies is used, and as what |

mod body;
mod code_page;
mod dos;
mod html;
mod rtf;

pub(crate) use body::unread;
pub use body::{Bodies, Html, html_body, plain_body};
pub use code_page::{decode, is_code_page};
pub use rtf::{Rtf, Unpacked, read as read_rtf, unpack as unpack_rtf};
