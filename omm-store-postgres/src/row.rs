//! An entry as a row of PostgreSQL's columns, and back.
//!
//! 64-bit sizes keep their bits in signed integers. Entries are written as one array for each column, so that one statement
//! takes them all.

use crate::{error::Fault, text};
use omm_core::journal::{
    Entry, EntryKey, Want,
    columns::{CopyColumns, EntryColumns},
};
use sqlx::{
    Decode, Postgres, Row, Type,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use std::borrow::Cow;

/// The columns that [`read`] wants, in its order.
pub(crate) const COLUMNS: &str = "key, folder, source, kind, revision, listed_size, received, received_nanos, \
     received_offset, flags, fate, detail, decided, gone, flagging, lasting, copy_folder, copy_id, copy_sent, \
     copy_adopted, copy_replaced, copy_body, copy_header, copy_line_feeds, copy_size, copy_stored_size, copy_flags, \
     copy_verified, copy_revision";

/// The entry in a row of [`COLUMNS`].
pub(crate) fn read(row: &PgRow) -> Result<Entry, Fault> {
    let mut at = Columns::of(row);
    let entry = EntryColumns {
        key: at.number()?,
        folder: at.small()?,
        source: at.text()?,
        kind: at.text()?,
        revision: at.some_text()?,
        listed_size: at.get::<Option<i64>>()?.map(i64::cast_unsigned),
        received: received(at.get()?, at.get()?, at.get()?),
        flags: at.text()?,
        fate: at.text()?,
        detail: at.some_text()?,
        decided: at.small()?,
        gone: at.some_small()?,
        flagging: at.some_text()?,
        lasting: at.some_text()?,
    };
    let copy = copy(&mut at)?;
    Ok(entry.entry(copy)?)
}

fn received(seconds: Option<i64>, nanos: Option<i32>, zone: Option<i32>) -> Option<(i64, u32, i32)> {
    Some((seconds?, nanos?.cast_unsigned(), zone?))
}

fn copy(at: &mut Columns<'_>) -> Result<Option<CopyColumns<'static>>, Fault> {
    let Some(folder) = at.some_small()? else { return Ok(None) };
    Ok(Some(CopyColumns {
        folder,
        id: at.text()?,
        sent: at.small()?,
        adopted: at.get()?,
        replaced: at.some_small()?,
        body: at.get().map(Cow::<[u8]>::Owned)?,
        header: at.get().map(Cow::<[u8]>::Owned)?,
        line_feeds: at.number()?,
        size: at.number()?,
        stored_size: at.number()?,
        flags: at.text()?,
        verified: at.text()?,
        revision: at.some_text()?,
    }))
}

macro_rules! arrays {
    ($($name:ident: $value:ty, $sql:literal;)*) => {
        /// Entries as one array for each column.
        #[derive(Debug, Default)]
        pub(crate) struct Arrays {
            $($name: Vec<$value>,)*
        }

        /// The columns that are written and their types, in the order of [`Arrays::bind`].
        pub(crate) const WRITTEN: &[(&str, &str)] = &[$((stringify!($name), $sql),)*];

        impl Arrays {
            /// The arrays as the next parameters of a statement.
            pub(crate) fn bind<'q>(
                self,
                query: Query<'q, Postgres, PgArguments>,
            ) -> Query<'q, Postgres, PgArguments> {
                query$(.bind(self.$name))*
            }
        }
    };
}

arrays! {
    key: i64, "bigint";
    folder: i32, "integer";
    source: String, "text";
    source_hash: Vec<u8>, "bytea";
    kind: String, "text";
    lasting: Option<String>, "text";
    lasting_short: Option<i64>, "bigint";
    revision: Option<String>, "text";
    listed_size: Option<i64>, "bigint";
    received: Option<i64>, "bigint";
    received_nanos: Option<i32>, "integer";
    received_offset: Option<i32>, "integer";
    flags: String, "text";
    fate: String, "text";
    detail: Option<String>, "text";
    decided: i32, "integer";
    gone: Option<i32>, "integer";
    flagging: Option<String>, "text";
    in_doubt: bool, "boolean";
    owed: bool, "boolean";
    failed: bool, "boolean";
    skipped: bool, "boolean";
    sent: Option<i32>, "integer";
    copy_folder: Option<i32>, "integer";
    copy_id: Option<String>, "text";
    copy_id_short: Option<i64>, "bigint";
    copy_sent: Option<i32>, "integer";
    copy_adopted: Option<bool>, "boolean";
    copy_replaced: Option<i32>, "integer";
    copy_short: Option<i64>, "bigint";
    copy_body: Option<Vec<u8>>, "bytea";
    copy_header: Option<Vec<u8>>, "bytea";
    copy_line_feeds: Option<i64>, "bigint";
    copy_size: Option<i64>, "bigint";
    copy_stored_size: Option<i64>, "bigint";
    copy_flags: Option<String>, "text";
    copy_verified: Option<String>, "text";
    copy_revision: Option<String>, "text";
}

impl Arrays {
    /// One more entry.
    pub(crate) fn push(&mut self, entry: &Entry) -> Result<(), Fault> {
        let columns = EntryColumns::of(entry)?;
        self.key.push(signed(entry.key)?);
        self.folder.push(small(columns.folder)?);
        self.source.push(stored(&columns.source));
        self.source_hash.push(text::hash(&columns.source));
        self.kind.push(columns.kind.into_owned());
        self.lasting.push(columns.lasting.as_deref().map(stored));
        self.lasting_short.push(columns.lasting.as_deref().map(text::short));
        self.revision.push(columns.revision.as_deref().map(stored));
        self.listed_size.push(columns.listed_size.map(u64::cast_signed));
        self.received.push(columns.received.map(|(seconds, ..)| seconds));
        self.received_nanos.push(columns.received.map(|(_, nanos, _)| nanos.cast_signed()));
        self.received_offset.push(columns.received.map(|(.., zone)| zone));
        self.flags.push(stored(&columns.flags));
        self.fate.push(columns.fate.into_owned());
        self.detail.push(columns.detail.map(Cow::into_owned));
        self.decided.push(small(columns.decided)?);
        self.gone.push(columns.gone.map(small).transpose()?);
        self.flagging.push(columns.flagging.map(Cow::into_owned));
        self.in_doubt.push(Want::InDoubt.holds(entry));
        self.owed.push(Want::Owed.holds(entry));
        self.failed.push(Want::Failed.holds(entry));
        self.skipped.push(Want::Skipped.holds(entry));
        self.push_copy(entry)
    }

    fn push_copy(&mut self, entry: &Entry) -> Result<(), Fault> {
        let copy = entry.copy.as_ref();
        let columns = copy.map(CopyColumns::of);
        let columns = columns.as_ref();
        let sent = copy.map(|copy| copy.sent).filter(|sent| Want::SentSince(*sent).holds(entry));
        self.sent.push(sent.map(|point| small(point.0)).transpose()?);
        self.copy_folder.push(columns.map(|copy| small(copy.folder)).transpose()?);
        self.copy_id.push(columns.map(|copy| stored(&copy.id)));
        self.copy_id_short.push(columns.map(|copy| text::short(&copy.id)));
        self.copy_sent.push(columns.map(|copy| small(copy.sent)).transpose()?);
        self.copy_adopted.push(columns.map(|copy| copy.adopted));
        self.copy_replaced.push(columns.and_then(|copy| copy.replaced).map(small).transpose()?);
        self.copy_short.push(copy.map(|copy| copy.content.fingerprint.body.short().cast_signed()));
        self.copy_body.push(columns.map(|copy| copy.body.to_vec()));
        self.copy_header.push(columns.map(|copy| copy.header.to_vec()));
        self.copy_line_feeds.push(columns.map(|copy| copy.line_feeds.cast_signed()));
        self.copy_size.push(columns.map(|copy| copy.size.cast_signed()));
        self.copy_stored_size.push(columns.map(|copy| copy.stored_size.cast_signed()));
        self.copy_flags.push(columns.map(|copy| stored(&copy.flags)));
        self.copy_verified.push(columns.map(|copy| copy.verified.to_string()));
        self.copy_revision.push(columns.and_then(|copy| copy.revision.as_deref()).map(stored));
        Ok(())
    }
}

fn stored(text: &str) -> String {
    text::stored(text).into_owned()
}

/// A key as PostgreSQL stores it.
pub(crate) fn signed(key: EntryKey) -> Result<i64, Fault> {
    i64::try_from(key.0).map_err(|_| Fault::Refused(format!("the entry key {} is too large", key.0)))
}

/// The key of a folder, or a sync point, as PostgreSQL stores it.
pub(crate) fn small(number: u32) -> Result<i32, Fault> {
    i32::try_from(number).map_err(|_| Fault::Refused(format!("the number {number} is too large")))
}

/// The columns of a row from left to right.
pub(crate) struct Columns<'row> {
    row: &'row PgRow,
    next: usize,
}

impl<'row> Columns<'row> {
    pub(crate) fn of(row: &'row PgRow) -> Self {
        Self { row, next: 0 }
    }

    pub(crate) fn get<T: Decode<'row, Postgres> + Type<Postgres>>(&mut self) -> Result<T, Fault> {
        self.next += 1;
        Ok(self.row.try_get(self.next - 1)?)
    }

    pub(crate) fn number(&mut self) -> Result<u64, Fault> {
        self.get().map(i64::cast_unsigned)
    }

    pub(crate) fn small(&mut self) -> Result<u32, Fault> {
        self.get().map(i32::cast_unsigned)
    }

    pub(crate) fn some_small(&mut self) -> Result<Option<u32>, Fault> {
        Ok(self.get::<Option<i32>>()?.map(i32::cast_unsigned))
    }

    pub(crate) fn text(&mut self) -> Result<Cow<'static, str>, Fault> {
        self.get().map(|stored| Cow::Owned(text::read(stored)))
    }

    pub(crate) fn some_text(&mut self) -> Result<Option<Cow<'static, str>>, Fault> {
        Ok(self.get::<Option<String>>()?.map(|stored| Cow::Owned(text::read(stored))))
    }
}
