//! The items of a folder.

use super::{Context, Pst};
use crate::pst::{
    damage::OrDamage,
    ltp::{Column, Row, Table},
    ndb::{Nid, kind},
};
use omm_mapi::{
    Error, Result,
    property::{Properties, Value, tag},
};
use std::{collections::HashSet, sync::Arc};

/// How long a class may be; a longer one is none, so that rows of a small file do not fill the memory.
const CLASS_BYTES: usize = 1024;

/// PidTagMessageSize.
const MESSAGE_SIZE: u16 = 0x0E08;

/// An item, as the contents table of its folder has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemRow {
    /// Its node.
    pub nid: Nid,
    /// PidTagMessageSize: about how many bytes it has; 0 if the table does not say.
    pub size: u32,
    /// PidTagMessageFlags ([MS-OXCMSG] §2.2.1.6).
    pub flags: u32,
    /// PidTagLastModificationTime as a FILETIME; 0 if the table does not say.
    pub modified: i64,
    /// PidTagMessageClass; rows share it. Empty if the table does not say.
    pub class: Arc<str>,
}

impl Pst {
    pub(super) fn items_of(&self, folder: Nid) -> Result<Vec<ItemRow>> {
        if folder == Self::RECOVERED {
            let mut classes = Classes::default();
            let orphans = self.counted()?.orphans.iter();
            return orphans.map(|nid| self.context.row_of_message(*nid, &mut classes)).collect();
        }
        match self.context.table(folder.sibling(kind::CONTENTS_TABLE)).or_damage()? {
            Ok(table) => self.context.rows(folder, table),
            Err(error) => self.items_without_table(folder, &error),
        }
    }

    /// The messages whose node says that they lie in a folder.
    fn items_without_table(&self, folder: Nid, error: &Error) -> Result<Vec<ItemRow>> {
        let Some(found) = self.counted()?.without_table.get(&folder).filter(|found| !found.is_empty()) else {
            return Ok(Vec::new());
        };
        self.context.ndb.remarks.add(format_args!("folder {folder}: its contents table is lost: {error}"));
        let mut classes = Classes::default();
        found.iter().map(|nid| self.context.row_of_message(*nid, &mut classes)).collect()
    }
}

impl Context {
    fn rows(&self, folder: Nid, mut table: Table) -> Result<Vec<ItemRow>> {
        let columns = [MESSAGE_SIZE, tag::MESSAGE_FLAGS, tag::LAST_MODIFICATION_TIME, tag::MESSAGE_CLASS];
        let columns = columns.map(|id| table.column(id));
        let mut classes = Classes::default();
        let mut items = Vec::new();
        while let Some((nid, number)) = table.next_id()? {
            items.push(match table.row(nid, number).or_damage()? {
                Ok(row) => ItemRow::new(nid, &self.some_of_row(&mut table, &row, &columns)?, &mut classes),
                // The row is lost, the message need not be.
                Err(error) => {
                    self.ndb.remarks.add(format_args!("contents table of folder {folder}: {error}"));
                    self.row_of_message(nid, &mut classes)?
                }
            });
        }
        Ok(items)
    }

    fn some_of_row(&self, table: &mut Table, row: &Row, columns: &[Option<Column>]) -> Result<Properties> {
        let mut bag = self.bag();
        for column in columns.iter().flatten() {
            if let Some(value) = table.value(row, *column)? {
                bag.insert(column.id, value);
            }
        }
        Ok(bag)
    }

    /// The row of a message, from its own properties.
    fn row_of_message(&self, nid: Nid, classes: &mut Classes) -> Result<ItemRow> {
        let ids = [MESSAGE_SIZE, tag::MESSAGE_FLAGS, tag::LAST_MODIFICATION_TIME, tag::MESSAGE_CLASS];
        let mut bag = self.bag();
        if let Ok(mut list) = self.properties_of(nid).or_damage()? {
            for id in ids {
                if let Some(value) = list.get(id)? {
                    bag.insert(id, value);
                }
            }
        }
        Ok(ItemRow::new(nid, &bag, classes))
    }
}

impl ItemRow {
    fn new(nid: Nid, bag: &Properties, classes: &mut Classes) -> Self {
        let modified = match bag.get(tag::LAST_MODIFICATION_TIME) {
            Some(Value::Time(ticks)) => *ticks,
            _ => 0,
        };
        let class = bag.text(tag::MESSAGE_CLASS).filter(|class| class.len() <= CLASS_BYTES);
        Self {
            nid,
            size: bag.number(MESSAGE_SIZE).map_or(0, |size| u32::try_from(size).unwrap_or(u32::MAX)),
            flags: bag.number(tag::MESSAGE_FLAGS).unwrap_or(0) as u32,
            modified,
            class: classes.share(&class.unwrap_or_default()),
        }
    }
}

/// The classes met so far, each once in memory.
#[derive(Default)]
struct Classes(HashSet<Arc<str>>);

impl Classes {
    fn share(&mut self, class: &str) -> Arc<str> {
        if let Some(known) = self.0.get(class) {
            return Arc::clone(known);
        }
        let class: Arc<str> = class.into();
        self.0.insert(Arc::clone(&class));
        class
    }
}
