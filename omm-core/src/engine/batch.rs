//! How items are cut into batches. Pure.

/// What a size that is not listed is taken for.
pub(super) const UNKNOWN_BYTES: u64 = 32 * 1024;

/// The limits of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) items: usize,
    pub(super) bytes: u64,
}

/// A run of consecutive items and what they are expected to weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) items: usize,
    pub(super) bytes: u64,
}

/// Cuts sizes, in order, into batches within the limits. An item that is larger alone is a batch alone.
pub(super) fn cut(sizes: impl IntoIterator<Item = Option<u64>>, limits: Limits) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    for size in sizes {
        let size = size.unwrap_or(UNKNOWN_BYTES);
        match cuts.last_mut() {
            Some(last) if last.items < limits.items && last.bytes.saturating_add(size) <= limits.bytes => {
                last.items += 1;
                last.bytes += size;
            }
            _ => cuts.push(Cut { items: 1, bytes: size }),
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_keep_order_and_limits() {
        let check = |sizes: &[u64], expected: &[usize]| {
            let cuts = cut(sizes.iter().copied().map(Some), Limits { items: 3, bytes: 10 });
            assert_eq!(cuts.iter().map(|cut| cut.items).collect::<Vec<_>>(), expected, "{sizes:?}");
        };
        check(&[], &[]);
        check(&[1, 1, 1, 1], &[3, 1]);
        check(&[5, 5, 1], &[2, 1]);
        check(&[1, 50, 1], &[1, 1, 1]);
        check(&[u64::MAX, u64::MAX], &[1, 1]);
    }
}
