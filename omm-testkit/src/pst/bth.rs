//! The B-tree on a heap ([MS-PST] §2.3.2): sorted records of one size.

use super::heap::{Heap, LARGEST};

/// Writes a tree of records, which are sorted by the `key` bytes that they begin with (read as a little-endian number).
/// What comes back is the id of its header.
pub(super) fn tree(heap: &mut Heap, key: usize, value: usize, records: &[u8]) -> u32 {
    let width = key + value;
    let mut below = level(heap, key, width, records);
    let mut levels = 0;
    while below.len() > key + 4 {
        levels += 1;
        below = level(heap, key, key + 4, &below);
    }
    let root = below.get(key..key + 4).unwrap_or(&[0; 4]);
    let mut header = vec![0xb5, key as u8, value as u8, levels];
    header.extend_from_slice(root);
    heap.add(&header)
}

/// One level; what comes back are the records of the next: first keys and ids.
fn level(heap: &mut Heap, key: usize, width: usize, records: &[u8]) -> Vec<u8> {
    let most = LARGEST / width * width;
    let mut above = Vec::new();
    for few in records.chunks(most) {
        above.extend_from_slice(&few[..key]);
        above.extend_from_slice(&heap.add(few).to_le_bytes());
    }
    above
}
