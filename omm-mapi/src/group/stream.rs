//! Members of a list that is too large for properties of several values (PidLidDistributionListStream, [MS-OXOCNTC] §2.2.2.2.4).

/// More members than these are not read.
const MOST: usize = 100_000;
/// Version, reserved, build, flags, count and three sums of sizes.
const HEADER: usize = 28;

/// An entry: the id of the member, and the one-off id that says who that is.
pub(super) type Entry<'a> = (&'a [u8], &'a [u8]);

/// The entries; nothing if the stream is not of this form. One that ends too early gives what is whole, and `false`.
pub(super) fn entries(stream: &[u8]) -> Option<(Vec<Entry<'_>>, bool)> {
    let count = number(stream.get(12..)?)?;
    let mut rest = stream.get(HEADER..)?;
    let mut entries = Vec::new();
    while entries.len() < count {
        let next = if entries.len() < MOST { entry(rest) } else { None };
        let Some((entry, after)) = next else { return Some((entries, false)) };
        entries.push(entry);
        rest = after;
    }
    Some((entries, true))
}

/// Three fields, each after its size: the entry id, the one-off id, and more about the member.
fn entry(bytes: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let (id, rest) = sized(bytes)?;
    let (one_off, rest) = sized(rest)?;
    let (_, rest) = sized(rest)?;
    Some(((id, one_off), rest))
}

fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    bytes.get(4..)?.split_at_checked(number(bytes)?)
}

fn number(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes.first_chunk()?)).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn stream(members: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
        let mut stream = vec![1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0];
        stream.extend((members.len() as u32).to_le_bytes());
        stream.extend([0; 12]);
        for (id, one_off) in members {
            for part in [&id[..], one_off, &[]] {
                stream.extend((part.len() as u32).to_le_bytes());
                stream.extend(part);
            }
        }
        stream.extend([0; 8]);
        stream
    }

    #[test]
    fn a_stream_is_read_as_far_as_it_is_whole() {
        let whole = stream(&[(vec![1], vec![2, 3]), (vec![], vec![4])]);
        let expected = vec![(&[1][..], &[2, 3][..]), (&[], &[4])];
        assert_eq!(entries(&whole), Some((expected, true)));
        assert_eq!(entries(&whole[..45]).map(|(entries, whole)| (entries.len(), whole)), Some((1, false)));
        assert_eq!(entries(&whole[..20]), None);
        let mut lying = whole.clone();
        lying[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(entries(&lying).map(|(_, whole)| whole), Some(false));
    }
}
