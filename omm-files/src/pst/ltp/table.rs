//! The table context (TC): rows of properties ([MS-PST] §2.3.4).

use super::{Heap, btree::Records, value::decode};
use crate::pst::{
    damage::OrDamage,
    ndb::{Bid, DataTree, Ndb, Nid, Subnodes, bytes::*, kind},
};
use bytes::Bytes;
use omm_mapi::{
    Error, Result,
    property::{PropertyType, Value},
};
use std::{fmt, sync::Arc};

/// A column: TCOLDESC ([MS-PST] §2.3.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) id: u16,
    pub(crate) kind: PropertyType,
    offset: usize,
    bytes: usize,
    bit: usize,
}

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its id: the node that it stands for.
    pub(crate) nid: Nid,
    bytes: Bytes,
}

/// A table, its rows one after the other.
pub(crate) struct Table {
    heap: Heap,
    pub(crate) columns: Vec<Column>,
    /// The size of a row, and where its bits of presence begin.
    row_bytes: usize,
    bits: usize,
    index: Records,
    rows: Rows,
}

enum Rows {
    Heap(Bytes),
    /// In a node of its own: whole rows in each block.
    Node {
        data: DataTree,
        block: Option<(usize, Bytes)>,
        in_first: usize,
    },
}

impl Table {
    /// Opens the table of a node.
    ///
    /// # Errors
    /// If the node has no table.
    pub(crate) fn open(ndb: &Arc<Ndb>, data: Bid, subnodes: Arc<Subnodes>) -> Result<Self> {
        let mut heap = Heap::open(ndb, data, subnodes)?;
        let root = heap.root;
        // TCINFO ([MS-PST] §2.3.4.1).
        let info = heap.get(root)?;
        let no_table = || Error::malformed("not a table");
        let (Some(0x7C), Some(count)) = (byte(&info, 0), byte(&info, 1)) else { return Err(no_table()) };
        let bits = word(&info, 6).ok_or_else(no_table)?.into();
        let row_bytes = word(&info, 8).ok_or_else(no_table)?.into();
        let (index, rows) = (dword(&info, 10).ok_or_else(no_table)?, dword(&info, 14).ok_or_else(no_table)?);
        if row_bytes < 4 {
            return Err(no_table());
        }
        let columns =
            (0..usize::from(count)).filter_map(|number| column(info.get(22 + number * 8..)?)).collect();
        let index = Records::open(&mut heap, index)?;
        let rows = rows_at(&mut heap, rows, row_bytes)?;
        Ok(Self { heap, columns, row_bytes, bits, index, rows })
    }

    /// The id of the next row and its number, in the order of ids.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(crate) fn next_id(&mut self) -> Result<Option<(Nid, usize)>> {
        loop {
            // TCROWID ([MS-PST] §2.3.4.3.1): dwRowIndex has two bytes in ANSI files.
            let Some(record) = self.index.next(&mut self.heap)? else { return Ok(None) };
            let number = match self.index.value_bytes {
                2 => word(&record, 4).map(usize::from),
                _ => dword(&record, 4).map(|number| number as usize),
            };
            if let (Some(nid), Some(number)) = (dword(&record, 0).map(Nid), number) {
                return Ok(Some((nid, number)));
            }
        }
    }

    /// The next row. One that is lost is remarked as one `of` this table, and those after it are given.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(crate) fn next_row(&mut self, of: &dyn fmt::Display) -> Result<Option<Row>> {
        while let Some((nid, number)) = self.next_id()? {
            match self.row(nid, number).or_damage()? {
                Ok(row) => return Ok(Some(row)),
                Err(error) => self.heap.ndb.remarks.add(format_args!("{of}: {error}")),
            }
        }
        Ok(None)
    }

    /// How a column is described.
    pub(crate) fn column(&self, id: u16) -> Option<Column> {
        self.columns.iter().find(|column| column.id == id).copied()
    }

    /// The value of a row in a column, if it has one that is not damaged.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(crate) fn value(&mut self, row: &Row, column: Column) -> Result<Option<Value>> {
        let Some(cell) = self.cell(row, column) else { return Ok(None) };
        // Up to eight bytes lie in the row ([MS-PST] §2.3.4.4.2).
        let value = match dword(cell, 0) {
            _ if in_row(column.kind) => decode(column.kind, cell),
            None | Some(0) => return Ok(None),
            Some(hnid) => self.heap.bytes(hnid).and_then(|bytes| decode(column.kind, &bytes)),
        };
        Ok(value.or_damage()?.unwrap_or_default())
    }

    fn cell<'a>(&self, row: &'a Row, column: Column) -> Option<&'a [u8]> {
        // rgbCEB: the highest bit of a byte comes first.
        let bits = byte(&row.bytes, self.bits + column.bit / 8)?;
        if bits & (0x80 >> (column.bit % 8)) == 0 {
            return None;
        }
        row.bytes.get(column.offset..column.offset + column.bytes)
    }

    /// A row by its number, if it is that of this id.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn row(&mut self, nid: Nid, number: usize) -> Result<Row> {
        let bytes = self.row_at(number).map_err(|error| error.at(format_args!("row {nid}")))?;
        // dwRowID begins every row.
        if dword(&bytes, 0) != Some(nid.0) {
            return Err(Error::malformed("another row lies at its place").at(format_args!("row {nid}")));
        }
        Ok(Row { nid, bytes })
    }

    fn row_at(&mut self, number: usize) -> Result<Bytes> {
        let missing = || Error::malformed("a row of a table is missing");
        let (bytes, number) = match &mut self.rows {
            Rows::Heap(bytes) => (bytes.clone(), number),
            Rows::Node { data, block, in_first } => {
                let wanted = number.checked_div(*in_first).ok_or_else(missing)?;
                let in_block = number % *in_first;
                match block {
                    Some((held, bytes)) if *held == wanted => (bytes.clone(), in_block),
                    _ => {
                        let bytes = self.heap.ndb.block(*data.blocks.get(wanted).ok_or_else(missing)?)?;
                        *block = Some((wanted, bytes.clone()));
                        (bytes, in_block)
                    }
                }
            }
        };
        let from = number.checked_mul(self.row_bytes).ok_or_else(missing)?;
        let to = from.checked_add(self.row_bytes).filter(|to| *to <= bytes.len()).ok_or_else(missing)?;
        Ok(bytes.slice(from..to))
    }
}

/// The row matrix: on the heap while it is small, else in a subnode ([MS-PST] §2.3.4.4).
fn rows_at(heap: &mut Heap, hnid: u32, row_bytes: usize) -> Result<Rows> {
    if Nid(hnid).kind() == kind::HID {
        return Ok(Rows::Heap(heap.get(hnid)?));
    }
    let node =
        heap.subnodes.get(Nid(hnid)).ok_or_else(|| Error::malformed("the rows of a table are missing"))?;
    let data = heap.ndb.data(node.data)?;
    let first = data.blocks.first().map(|bid| heap.ndb.block(*bid)).transpose()?;
    // No row goes over the end of a block ([MS-PST] §2.3.4.4.1), and all blocks but the last are as long.
    let in_first = first.as_ref().map_or(0, |block| block.len() / row_bytes);
    Ok(Rows::Node { data, block: first.map(|block| (0, block)), in_first })
}

fn column(bytes: &[u8]) -> Option<Column> {
    Some(Column {
        kind: PropertyType(word(bytes, 0)?),
        id: word(bytes, 2)?,
        offset: word(bytes, 4)?.into(),
        bytes: byte(bytes, 6)?.into(),
        bit: byte(bytes, 7)?.into(),
    })
}

fn in_row(kind: PropertyType) -> bool {
    matches!(
        kind,
        PropertyType::BOOLEAN
            | PropertyType::INTEGER16
            | PropertyType::INTEGER32
            | PropertyType::FLOATING32
            | PropertyType::ERROR_CODE
            | PropertyType::INTEGER64
            | PropertyType::FLOATING64
            | PropertyType::CURRENCY
            | PropertyType::FLOATING_TIME
            | PropertyType::TIME
    )
}
