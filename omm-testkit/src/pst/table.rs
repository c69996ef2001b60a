//! The table context ([MS-PST] §2.3.4): rows with the same columns.

use super::block::{Blocks, Node, Subnodes};
use super::bth;
use super::format::Format;
use super::heap::{Heap, LARGEST};
use super::nid::{NidType, nid};
use super::property::Stored;
use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

/// `bTypeTC`.
const TABLE: u8 = 0x7c;
/// The columns that every table begins with: PidTagLtpRowId and PidTagLtpRowVer.
const ROW_ID: (u16, u16) = (0x67f2, 3);
const ROW_VERSION: (u16, u16) = (0x67f3, 3);

/// A row: its id, and what its cells hold, by the ids of the properties.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) id: u32,
    pub(super) cells: BTreeMap<u16, Stored>,
}

/// A column and where it lies in a row.
#[derive(Clone, Copy, Debug)]
struct Column {
    id: u16,
    kind: u16,
    offset: usize,
    width: usize,
    bit: usize,
}

/// Where the columns of one width end, and where the row does.
struct Shape {
    columns: Vec<Column>,
    ends: [usize; 4],
}

/// Writes a table. `columns` are ids and types, without the two that every table has.
pub(super) fn write<W: Write + Seek>(
    blocks: &mut Blocks<W>,
    columns: &[(u16, u16)],
    rows: &[Row],
) -> io::Result<Node> {
    let shape = shape(columns);
    let mut heap = Heap::new(TABLE, blocks.format.block_data());
    let mut subnodes = Subnodes::new();
    let mut next = 0x400;
    let width = shape.ends[3];
    let mut matrix = Vec::with_capacity(width * rows.len());
    for (number, row) in rows.iter().enumerate() {
        let mut bytes = vec![0; width];
        for column in &shape.columns {
            let stored = match (column.id, column.kind) {
                ROW_ID => Some(Stored::Inline(row.id)),
                ROW_VERSION => Some(Stored::Inline(number as u32 + 1)),
                _ => row.cells.get(&column.id).cloned(),
            };
            // An empty value is no cell: there would be nothing for it to refer to.
            let Some(stored) = stored.filter(|stored| *stored != Stored::Bytes(Vec::new())) else { continue };
            let wide = match stored {
                Stored::Inline(value) => value.to_le_bytes().to_vec(),
                Stored::Wide(value) => value.to_vec(),
                Stored::Bytes(value) if value.len() <= LARGEST => heap.add(&value).to_le_bytes().to_vec(),
                Stored::Bytes(value) => {
                    next += 1;
                    let below = nid(NidType::Value, next);
                    subnodes.insert(below, Node { data: blocks.bytes(&value)?, subnodes: 0 });
                    below.to_le_bytes().to_vec()
                }
            };
            bytes[column.offset..column.offset + column.width].copy_from_slice(&wide[..column.width]);
            // [MS-PST] §2.3.4.4.1: the highest bit of a byte is the first column.
            bytes[shape.ends[2] + column.bit / 8] |= 0x80 >> (column.bit % 8);
        }
        matrix.extend_from_slice(&bytes);
    }
    let index = index(&mut heap, blocks.format, rows);
    let place = if matrix.len() <= LARGEST {
        heap.add(&matrix)
    } else {
        let below = nid(NidType::Value, 0x400);
        subnodes.insert(below, Node { data: matrix_blocks(blocks, &matrix, width)?, subnodes: 0 });
        below
    };
    let info = info(&shape, index, place);
    let root = heap.add(&info);
    let pages = heap.finish(root);
    let data = blocks.tree(pages.iter().map(Vec::as_slice))?;
    Ok(Node { data, subnodes: blocks.subnodes(&subnodes)? })
}

/// Rows do not cross blocks, and every block but the last is full ([MS-PST] §2.3.4.4).
fn matrix_blocks<W: Write + Seek>(blocks: &mut Blocks<W>, matrix: &[u8], width: usize) -> io::Result<u64> {
    let whole = blocks.format.block_data();
    let used = whole / width * width;
    let mut pieces: Vec<Vec<u8>> = matrix.chunks(used).map(<[u8]>::to_vec).collect();
    let last = pieces.len().saturating_sub(1);
    for piece in &mut pieces[..last] {
        piece.resize(whole, 0);
    }
    blocks.tree(pieces.iter().map(Vec::as_slice))
}

/// The tree from the ids of rows to their numbers ([MS-PST] §2.3.4.3.1); numbers are narrower in ANSI files.
fn index(heap: &mut Heap, format: Format, rows: &[Row]) -> u32 {
    let width = match format {
        Format::Unicode => 4,
        Format::Ansi => 2,
    };
    let mut ids: Vec<(u32, usize)> = rows.iter().enumerate().map(|(number, row)| (row.id, number)).collect();
    ids.sort_unstable();
    let mut records = Vec::new();
    for (id, number) in ids {
        records.extend_from_slice(&id.to_le_bytes());
        records.extend_from_slice(&(number as u32).to_le_bytes()[..width]);
    }
    bth::tree(heap, 4, width, &records)
}

/// Wide columns come first, so that every value is aligned; the bits that say which cells exist come last.
fn shape(columns: &[(u16, u16)]) -> Shape {
    let mut all = vec![ROW_ID, ROW_VERSION];
    all.extend(columns);
    // A column's bit is its place among the sorted ones, after the two that come first.
    let mut sorted = all.clone();
    sorted[2..].sort_unstable();
    let mut placed = Vec::new();
    let mut offset = 0;
    let mut ends = [0; 4];
    let mut place = |wanted: fn(usize) -> bool, offset: &mut usize| {
        for (bit, (id, kind)) in sorted.iter().copied().enumerate() {
            let width = cell_width(kind);
            let is_first = bit < 2;
            let rank = if is_first { 16 } else { width };
            if wanted(rank) {
                placed.push(Column { id, kind, offset: *offset, width, bit });
                *offset += width;
            }
        }
    };
    place(|rank| rank == 16, &mut offset);
    place(|rank| rank == 8, &mut offset);
    place(|rank| rank == 4, &mut offset);
    ends[0] = offset;
    place(|rank| rank == 2, &mut offset);
    ends[1] = offset;
    place(|rank| rank == 1, &mut offset);
    ends[2] = offset;
    ends[3] = offset + all.len().div_ceil(8);
    placed.sort_by_key(|column| (column.id, column.kind));
    Shape { columns: placed, ends }
}

/// Bytes of a cell ([MS-PST] §2.3.4.4.1): what is longer than eight is elsewhere.
fn cell_width(kind: u16) -> usize {
    match kind {
        0x0b => 1,
        0x02 => 2,
        0x05 | 0x06 | 0x07 | 0x14 | 0x40 => 8,
        _ => 4,
    }
}

/// TCINFO ([MS-PST] §2.3.4.1).
fn info(shape: &Shape, index: u32, rows: u32) -> Vec<u8> {
    let mut info = vec![TABLE, shape.columns.len() as u8];
    for end in shape.ends {
        info.extend_from_slice(&(end as u16).to_le_bytes());
    }
    for id in [index, rows, 0] {
        info.extend_from_slice(&id.to_le_bytes());
    }
    for column in &shape.columns {
        info.extend_from_slice(&column.kind.to_le_bytes());
        info.extend_from_slice(&column.id.to_le_bytes());
        info.extend_from_slice(&(column.offset as u16).to_le_bytes());
        info.extend_from_slice(&[column.width as u8, column.bit as u8]);
    }
    info
}
