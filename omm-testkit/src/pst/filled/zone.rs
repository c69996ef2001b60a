//! Time zones as appointments have them.

/// Bias in minutes west of UTC: in winter, and what summer adds.
const BERLIN: [i32; 3] = [-60, 0, -60];
/// Standard time from the last Sunday of October, 3:00; summer time from the last Sunday of March, 2:00.
const CHANGES: [[u16; 8]; 2] = [[0, 10, 0, 5, 3, 0, 0, 0], [0, 3, 0, 5, 2, 0, 0, 0]];

/// `PidLidTimeZoneStruct` of Central Europe ([MS-OXOCAL] §2.2.1.39).
pub fn structure() -> Vec<u8> {
    let mut out = biases();
    for change in CHANGES {
        out.extend_from_slice(&[0, 0]); // wStandardYear, wDaylightYear: every year
        out.extend(change.iter().flat_map(|word| word.to_le_bytes()));
    }
    out
}

/// `PidLidAppointmentTimeZoneDefinitionRecur` and its like of Central Europe ([MS-OXOCAL] §2.2.1.41), with one rule.
/// `name` is the key of the zone, as `W. Europe Standard Time`; `flags` are those of the rule (1 for the recurrence's,
/// 2 for the one in effect).
pub fn definition(name: &str, flags: u16) -> Vec<u8> {
    let name: Vec<u16> = name.encode_utf16().collect();
    let mut out = vec![2, 1];
    out.extend_from_slice(&(6 + 2 * name.len() as u16).to_le_bytes());
    out.extend_from_slice(&2_u16.to_le_bytes());
    out.extend_from_slice(&(name.len() as u16).to_le_bytes());
    out.extend(name.iter().flat_map(|unit| unit.to_le_bytes()));
    out.extend_from_slice(&1_u16.to_le_bytes()); // cRules
    // TZRule ([MS-OXOCAL] §2.2.1.41.1).
    out.extend_from_slice(&[2, 1, 0x3e, 0]);
    out.extend_from_slice(&flags.to_le_bytes());
    out.extend_from_slice(&1601_u16.to_le_bytes());
    out.extend_from_slice(&[0; 14]);
    out.extend(biases());
    out.extend(CHANGES.iter().flatten().flat_map(|word| word.to_le_bytes()));
    out
}

fn biases() -> Vec<u8> {
    BERLIN.iter().flat_map(|bias| bias.to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sizes_are_those_of_the_document() {
        assert_eq!(super::structure().len(), 48);
        assert_eq!(super::definition("UTC", 2).len(), 8 + 6 + 2 + 66);
    }
}
