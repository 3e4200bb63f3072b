//! As much of DER (ITU-T X.690) as it takes to find a member of a certificate or of a public key.
//!
//! No crate in the tree gives these members: webpki verifies a certificate but does not show when it ends, and ring wants an
//! RSA key without the SubjectPublicKeyInfo around it. Both keep their own DER readers private.

/// INTEGER.
pub(crate) const INTEGER: u8 = 0x02;
/// BIT STRING.
pub(crate) const BIT_STRING: u8 = 0x03;
/// OBJECT IDENTIFIER.
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
/// UTCTime, with two digits of the year.
pub(crate) const UTC_TIME: u8 = 0x17;
/// GeneralizedTime, with four.
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
/// SEQUENCE.
pub(crate) const SEQUENCE: u8 = 0x30;

/// Splits off the first element: its tag, its content, and the rest.
pub(crate) fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // The length itself takes one to four bytes. DER does not allow an indefinite length (0x80).
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// Splits off the first element if it has this tag: its content and the rest.
pub(crate) fn tagged(der: &[u8], expected: u8) -> Option<(&[u8], &[u8])> {
    element(der).filter(|(tag, ..)| *tag == expected).map(|(_, content, rest)| (content, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_have_short_and_long_lengths() {
        assert_eq!(element(&[0x02, 1, 7, 9]), Some((INTEGER, &[7][..], &[9][..])));
        let long = [&[0x30, 0x82, 0x01, 0x00][..], &[5; 256]].concat();
        assert_eq!(tagged(&long, SEQUENCE), Some((&[5; 256][..], &[][..])));
        assert_eq!(tagged(&long, INTEGER), None);
        for cut in
            [&[][..], &[0x30], &[0x30, 2, 1], &[0x30, 0x80, 0, 0], &[0x30, 0x82, 1], &[0x30, 0x85, 0, 0, 0, 0, 1]]
        {
            assert_eq!(element(cut), None, "{cut:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(der: Vec<u8>) {
            let _ = element(&der);
        }
    }
}
