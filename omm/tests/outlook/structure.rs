//! Where the trees and tables of a Unicode file lie, read from its bytes ([MS-PST] §2.2.2.6, §2.2.2.7.7).

/// The places of the pages of a tree, and of its leaves alone.
#[derive(Debug)]
pub(crate) struct Pages {
    pub(crate) root: usize,
    pub(crate) leaves: Vec<usize>,
}

pub(crate) fn nodes(file: &[u8]) -> Pages {
    pages(file, number(file, 224, 8))
}

pub(crate) fn blocks(file: &[u8]) -> Pages {
    pages(file, number(file, 240, 8))
}

/// The block, by place and size, of the largest contents table (NID_TYPE_CONTENTS_TABLE, [MS-PST] §2.2.2.1).
pub(crate) fn contents_table(file: &[u8]) -> (usize, usize) {
    let nodes = nodes(file);
    let tables = entries(file, &nodes, 32).filter(|entry| number(entry, 0, 4) & 0x1f == 0x0e);
    let placed = tables.filter_map(|entry| block(file, number(entry, 8, 8) as u64));
    placed.max_by_key(|(_, size)| *size).expect("a table")
}

fn block(file: &[u8], bid: u64) -> Option<(usize, usize)> {
    let blocks = blocks(file);
    let found = entries(file, &blocks, 24).find(|entry| number(entry, 0, 8) as u64 == bid)?;
    Some((number(found, 8, 8), number(found, 16, 2)))
}

fn entries<'a>(file: &'a [u8], pages: &Pages, size: usize) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    let leaves = pages.leaves.clone();
    leaves.into_iter().flat_map(move |page| {
        (0..usize::from(file[page + 488])).map(move |at| &file[page + at * size..page + (at + 1) * size])
    })
}

fn pages(file: &[u8], root: usize) -> Pages {
    let (mut leaves, mut open) = (Vec::new(), vec![root]);
    while let Some(page) = open.pop() {
        match file[page + 491] {
            0 => leaves.push(page),
            _ => {
                open.extend((0..usize::from(file[page + 488])).map(|at| number(file, page + at * 24 + 16, 8)))
            }
        }
    }
    leaves.sort_unstable();
    Pages { root, leaves }
}

fn number(bytes: &[u8], at: usize, width: usize) -> usize {
    bytes[at..at + width].iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte))
}
