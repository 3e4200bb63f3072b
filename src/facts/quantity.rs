//! Sizes and counts with their units.
//!
//! Memory is sold in powers of two whatever the label says ("16 GB" of memory is 16 GiB, JEDEC 100B.01); storage is sold
//! in powers of ten ("100 GB" is 10^11 bytes). `GiB` and friends always mean powers of two.

use super::Kind;

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// No number in front.
    #[error("`{0}` does not begin with a number")]
    NoNumber(String),
    /// The unit is not known.
    #[error("`{0}` is not a unit of size: use B, KB, MB, GB, TB, KiB, MiB, GiB or TiB")]
    NoUnit(String),
    /// More than fits 64 bits.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

/// Reads a size such as `16 GB`, `1.5TiB` or `1048576` (bytes), by the rule for `kind` (memory or storage).
///
/// # Errors
/// When the number or the unit cannot be read, or the size does not fit 64 bits.
pub fn parse_bytes(text: &str, kind: Kind) -> Result<u64, QuantityError> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().map_err(|_| QuantityError::NoNumber(text.to_owned()))?;
    let unit = text[end..].trim();
    let thousand = if kind == Kind::Memory { 1024_f64 } else { 1000_f64 };
    let (base, letter) = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => (1.0, 'b'),
        unit if unit.len() == 3 && unit.ends_with("ib") => (1024.0, unit.chars().next().unwrap_or('?')),
        unit if unit.len() == 2 && unit.ends_with('b') => (thousand, unit.chars().next().unwrap_or('?')),
        _ => return Err(QuantityError::NoUnit(unit.to_owned())),
    };
    let power = match letter {
        'b' => 0,
        'k' => 1,
        'm' => 2,
        'g' => 3,
        't' => 4,
        'p' => 5,
        _ => return Err(QuantityError::NoUnit(unit.to_owned())),
    };
    let bytes = (number * f64::powi(base, power)).round();
    if bytes < 2f64.powi(63) { Ok(bytes as u64) } else { Err(QuantityError::TooLarge(text.to_owned())) }
}

/// Reads a count such as `25000`, `25,000`, `25_000`, `25k` or `1.5m`.
///
/// # Errors
/// When it is not a whole number, or does not fit 64 bits.
pub fn parse_count(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a whole number such as 25000, 25,000, 25k or 1.5m");
    let lower = text.trim().to_ascii_lowercase();
    let (number, zeros) = match (lower.strip_suffix('k'), lower.strip_suffix('m')) {
        (Some(number), _) => (number, 3),
        (_, Some(number)) => (number, 6),
        _ => (lower.as_str(), 0),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    // `1,5` is one and a half in many countries: a comma stands before three digits.
    let mut groups = whole.split([',', '_']);
    let is_grouped = groups.next().is_some_and(|first| !first.is_empty()) && groups.all(|group| group.len() == 3);
    let is_part = part.len() <= zeros && (!number.contains('.') || !part.is_empty());
    if !is_grouped || !is_part {
        return Err(wrong());
    }
    let digits = format!("{}{part}{}", whole.replace([',', '_'], ""), "0".repeat(zeros - part.len()));
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number).ok_or_else(wrong)
}

/// A size for people: memory in powers of two (`15.5 GiB`), storage in powers of ten (`107 GB`).
pub fn format_bytes(bytes: u64, kind: Kind) -> String {
    let (base, units) = if kind == Kind::Memory {
        (1024.0, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"])
    } else {
        (1000.0, ["B", "KB", "MB", "GB", "TB", "PB"])
    };
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= base && unit + 1 < units.len() {
        size /= base;
        unit += 1;
    }
    format!("{} {}", format_number(size), units[unit])
}

/// A number for people: up to one decimal below 100, none above.
pub(crate) fn format_number(number: f64) -> String {
    let text = if number < 99.95 { format!("{number:.1}") } else { format_count(number.round() as u64) };
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A count for people: thousands apart (`1,250`).
pub fn format_count(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn memory_is_binary_and_storage_decimal() {
        assert_eq!(parse_bytes("16 GB", Kind::Memory), Ok(16 << 30));
        assert_eq!(parse_bytes("16GiB", Kind::Memory), Ok(16 << 30));
        assert_eq!(parse_bytes("100 GB", Kind::Storage), Ok(100_000_000_000));
        assert_eq!(parse_bytes("1.5 TiB", Kind::Storage), Ok(3 << 39));
        assert_eq!(parse_bytes("4096", Kind::Memory), Ok(4096));
        assert_eq!(format_bytes(16 << 30, Kind::Memory), "16 GiB");
        assert_eq!(format_bytes(15_600 << 20, Kind::Memory), "15.2 GiB");
        assert_eq!(format_bytes(107_374_182_400, Kind::Storage), "107 GB");
        assert_eq!(format_count(25_000), "25,000");
        assert_eq!(format_count(1250), "1,250");
        assert_eq!(format_count(999), "999");
        assert_eq!(format_number(1250.4), "1,250");
    }

    #[test]
    fn what_is_no_size_says_so() {
        for text in ["", "GB", "-1 GB", "16 XB", "16 G", "1.2.3 GB", "99999999999 TB", "1e400 GB", "16 éb"] {
            assert!(parse_bytes(text, Kind::Memory).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse_bytes(&text, Kind::Memory);
        }

        #[test]
        fn whole_gibibytes_survive_format_and_parse(gib in 1u64..1000) {
            prop_assert_eq!(parse_bytes(&format_bytes(gib << 30, Kind::Memory), Kind::Memory), Ok(gib << 30));
        }
    }

    #[test]
    fn counts_are_written_in_several_ways() {
        for (text, count) in [
            ("0", 0),
            ("25000", 25_000),
            ("25,000", 25_000),
            ("10_000", 10_000),
            ("1,250,000", 1_250_000),
            ("25k", 25_000),
            ("25K", 25_000),
            ("1.5m", 1_500_000),
            ("0.5k", 500),
            ("1,000k", 1_000_000),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(parse_count(text), Ok(count), "{text}");
        }
        for wrong in [
            "",
            "k",
            "-1",
            "+1",
            "1.5",
            "1.5555k",
            "1.k",
            ".5k",
            "1,5",
            "1,5k",
            "1,00",
            ",100",
            "25 k",
            "25kk",
            "1e3",
            "18446744073709551616",
        ] {
            assert!(parse_count(wrong).is_err(), "{wrong}");
        }
        for count in [0, 7, 999, 1000, 25_000, 1_234_567] {
            assert_eq!(parse_count(&format_count(count)), Ok(count));
        }
    }
}
