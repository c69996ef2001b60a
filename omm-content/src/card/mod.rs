//! Contacts and groups of contacts, without any protocol, and how they are written as vCard.
//!
//! [`Contact`] and [`Group`] are plain records: a connector that keeps contacts as properties fills them in, in both directions. What is
//! large (a photo, a file) is no part of them, so that they can be cloned and compared; it is given to the writer beside them, as [`Inline`].
//!
//! # What is written where
//!
//! | model | vCard 4.0 (RFC 6350) | vCard 3.0 (RFC 2426) |
//! |---|---|---|
//! | name, nickname, title, role, organisation, notes, categories, URLs | the property of that name | the same |
//! | postal address as it is printed | `LABEL` parameter of `ADR` | `LABEL` property |
//! | birthday, anniversary | `BDAY`, `ANNIVERSARY` | `BDAY`, `X-ANNIVERSARY`; what is no whole date: `X-BDAY`, `X-ANNIVERSARY` |
//! | gender, language | `GENDER`, `LANG`; a language that is no tag of RFC 5646: `X-LANGUAGE` | `X-GENDER`, `X-LANGUAGE` |
//! | spouse, children, manager, assistant | `RELATED` as text (`spouse`, `child`, `x-manager`, `x-assistant`) | `X-SPOUSE`, `X-CHILD`, `X-MANAGER`, `X-ASSISTANT` |
//! | hobbies, interests | `HOBBY`, `INTEREST` (RFC 6715) | `X-HOBBY`, `X-INTEREST` |
//! | class | `X-CLASS`: RFC 6350 §A.2 took `CLASS` away | `CLASS` |
//! | photo, keys, files | `data:` URIs in `PHOTO`, `KEY`, `X-ATTACH` | `ENCODING=b` in the same |
//! | members of a group | `KIND:group`, `MEMBER` | `X-ADDRESSBOOKSERVER-KIND`, `X-ADDRESSBOOKSERVER-MEMBER` |
//! | phones without a registered type | `x-car`, `x-isdn`, `x-callback`, … | `car`, `isdn`, `x-callback`, … |
//! | everything else | an X- property; [`Contact`] names it at the field | the same |
//!
//! Properties beginning with X- that somebody else reads keep that name: `X-PHONETIC-FIRST-NAME` (Apple), `X-CUSTOM1` (Thunderbird),
//! `X-EVOLUTION-FILE-AS` (GNOME), `X-MAIDENNAME` (Roundcube).
//!
//! The way back, from a vCard to the records, is [`mod@read`].

mod contact;
mod group;
mod inline;
mod part;
pub mod read;
mod write;

pub use contact::Contact;
pub use group::{Group, Member, MemberAddress};
pub use inline::Inline;
pub use part::{Address, CardDate, Class, Email, Extra, Gender, Im, Name, Phone, PhoneKind, Place, Web};
pub use read::read;
pub use write::Version;
