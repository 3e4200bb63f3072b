//! Takes documents out of what they arrived in: gzip, a bundle, a byte order mark, a list, an e-mail that quotes them, a code
//! fence. If nothing in it can be a document, it says what it is instead.
//!
//! From bytes to bytes, and bounded: whoever sent them is a stranger. It knows no files and reads no document;
//! [`super::read`] does.

use std::io::{self, Read};
use std::ops::Range;

use flate2::read::MultiGzDecoder;

use super::read::MOST_BYTES;

/// Most bytes that may arrive, and that may come out of them. A list holds several documents.
pub const MOST_ARRIVED: usize = 2 * MOST_BYTES;
/// Most documents in a list. Those of rampcheck's size are far fewer.
const MOST_DOCUMENTS: usize = 10_000;
/// Most files in a bundle; rampcheck writes six.
const MOST_FILES: usize = 100;
/// Largest signature, bytes.
const MOST_SIGNATURE: u64 = 64 << 10;
/// How much text is read in vain because it only looks like the beginning of a document, bytes.
const MOST_IN_VAIN: usize = 1 << 20;
/// How much of something else is looked at to say what it is, bytes.
const MOST_LOOKED: usize = 64 << 10;
/// What tells a document of rampcheck in other text.
const OURS: &[u8] = b"urn:rampcheck:";
/// A block of a tar archive, and where in its first one its kind stands.
const TAR_BLOCK: usize = 512;
const TAR_KIND: Range<usize> = 257..262;

/// Why nothing can be taken out. Messages are fragments that read after the file's name, and say what to do.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// No bytes, or white space.
    #[error("empty: the report was not written, or it was not copied whole")]
    Empty,
    /// More than [`MOST_ARRIVED`] bytes come out.
    #[error("larger than {} MiB when unpacked", MOST_ARRIVED >> 20)]
    TooLarge,
    /// What is packed cannot be unpacked.
    #[error("packed, but damaged or not copied whole ({0}): ask for the file again")]
    Damaged(io::Error),
    /// An archive without a report.
    #[error("this is an archive without a report.json, so not a bundle: name a bundle or a JSON report")]
    NoReport,
    /// An archive with more than one report.
    #[error("this is an archive with several files called report.json: unpack it, and name them")]
    SeveralReports,
    /// An archive or a list with too much in it.
    #[error("more than {0} {1}")]
    TooMany(usize, &'static str),
    /// Something else that is known.
    #[error("{0}")]
    Other(&'static str),
    /// Something else.
    #[error("not a report: ask for the JSON report (`--format json`)")]
    Unknown,
}

/// The documents in what arrived.
#[derive(Debug)]
pub struct Unpacked {
    text: Vec<u8>,
    /// Where in the text each document stands.
    documents: Vec<Range<usize>>,
    /// The signature that a bundle holds beside its report.
    pub signature: Option<String>,
}

impl Unpacked {
    fn whole(text: Vec<u8>, signature: Option<String>) -> Self {
        Self { documents: vec![Range { start: 0, end: text.len() }], text, signature }
    }

    /// Each document, in their order. There is at least one. None of them has been read: any may be no document.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.documents.iter().map(|part| self.text.get(part.clone()).unwrap_or_default())
    }
}

/// Takes the documents out of what arrived. A file that holds one document and nothing else comes out as it is, so that a
/// signature of it still counts.
///
/// # Errors
/// When nothing in it can be a document, or it is beyond a bound.
pub fn unpack(arrived: Vec<u8>) -> Result<Unpacked, UnpackError> {
    let (bytes, signature) = opened(arrived)?;
    let text = decoded(bytes)?;
    if text.trim_ascii().is_empty() {
        return Err(UnpackError::Empty);
    }
    if is_one(&text) {
        return Ok(Unpacked::whole(text, signature));
    }
    let text = unquoted(&text);
    let found = search(&text)?;
    if !found.documents.is_empty() {
        return Ok(Unpacked { signature, ..found });
    }
    if text.iter().filter(|sign| !sign.is_ascii_whitespace()).eq(b"[]") {
        return Err(UnpackError::Other("a list without a report"));
    }
    if let Some(other) = other(&text) {
        return Err(UnpackError::Other(other));
    }
    match text.trim_ascii_start().first() {
        // Whoever reads it says what is wrong with it.
        Some(b'{' | b'[') => Ok(Unpacked::whole(text, signature)),
        _ => Err(UnpackError::Unknown),
    }
}

/// Takes away what rampcheck itself or a mail program packs with: gzip and tar. Of a bundle, its report and its signature
/// stay.
fn opened(bytes: Vec<u8>) -> Result<(Vec<u8>, Option<String>), UnpackError> {
    if !bytes.starts_with(b"\x1f\x8b") {
        return if is_tar(&bytes) { bundled(bytes.as_slice()) } else { Ok((bytes, None)) };
    }
    let mut unpacked = MultiGzDecoder::new(bytes.as_slice());
    let mut first = bounded(&mut unpacked, TAR_BLOCK)?;
    if is_tar(&first) {
        return bundled(first.chain(unpacked));
    }
    first.append(&mut bounded(&mut unpacked, MOST_ARRIVED + 1 - first.len())?);
    if first.len() > MOST_ARRIVED { Err(UnpackError::TooLarge) } else { Ok((first, None)) }
}

fn bounded(from: &mut impl Read, most: usize) -> Result<Vec<u8>, UnpackError> {
    let mut bytes = Vec::new();
    from.take(most as u64).read_to_end(&mut bytes).map_err(UnpackError::Damaged)?;
    Ok(bytes)
}

fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(TAR_KIND) == Some(b"ustar")
}

/// The report in a bundle, and its signature. Nothing is written anywhere, and what else is in it is passed over.
fn bundled(bytes: impl Read) -> Result<(Vec<u8>, Option<String>), UnpackError> {
    let mut archive = tar::Archive::new(bytes.take(MOST_ARRIVED as u64));
    let found = entries(&mut archive);
    if archive.into_inner().limit() == 0 {
        return Err(UnpackError::TooLarge);
    }
    let (report, signature) = found?;
    Ok((report.ok_or(UnpackError::NoReport)?, signature))
}

fn entries(archive: &mut tar::Archive<impl Read>) -> Result<(Option<Vec<u8>>, Option<String>), UnpackError> {
    let (mut report, mut signature) = (None, None);
    for (number, entry) in archive.entries().map_err(UnpackError::Damaged)?.enumerate() {
        if number >= MOST_FILES {
            return Err(UnpackError::TooMany(MOST_FILES, "files in an archive"));
        }
        let mut entry = entry.map_err(UnpackError::Damaged)?;
        let path = entry.path_bytes().into_owned();
        match path.rsplit(|sign| *sign == b'/').next() {
            _ if !entry.header().entry_type().is_file() => {}
            Some(b"report.json") if report.is_some() => return Err(UnpackError::SeveralReports),
            Some(b"report.json") => report = Some(bounded(&mut entry, MOST_ARRIVED)?),
            Some(b"report.json.sig") => {
                let bytes = bounded(&mut entry, MOST_SIGNATURE as usize)?;
                signature = Some(String::from_utf8_lossy(&bytes).into_owned());
            }
            _ => {}
        }
    }
    Ok((report, signature))
}

/// The text without a byte order mark, in UTF-8: programs of Windows write UTF-16.
fn decoded(mut bytes: Vec<u8>) -> Result<Vec<u8>, UnpackError> {
    let unit: fn([u8; 2]) -> u16 = match bytes.as_slice() {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        [0xef, 0xbb, 0xbf, ..] => {
            bytes.drain(..3);
            return Ok(bytes);
        }
        _ => return Ok(bytes),
    };
    let units = bytes.chunks_exact(2).skip(1).map(|pair| unit([pair[0], pair[1]]));
    let mut text = String::with_capacity(bytes.len() / 2);
    for sign in char::decode_utf16(units) {
        text.push(sign.unwrap_or(char::REPLACEMENT_CHARACTER));
        if text.len() > MOST_ARRIVED {
            return Err(UnpackError::TooLarge);
        }
    }
    Ok(text.into_bytes())
}

/// Whether a text is one object and nothing else, as far as the beginnings of its lines show. This is the usual case, and
/// nothing of it is copied.
fn is_one(text: &[u8]) -> bool {
    // The lines of a `str` are found many times as fast as those of bytes.
    let Ok(text) = std::str::from_utf8(text.trim_ascii()) else { return false };
    let begins = |line: &str| line.is_empty() || line.starts_with([' ', '\t', '\r', '}', ']', '"', ',']);
    text.starts_with('{') && text.ends_with('}') && text.split('\n').skip(1).all(begins)
}

/// The text without what mail programs put before quoted lines. No line of JSON begins with `>`.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|sign| *sign == b'\n') {
        let mut rest = line;
        while let Some(inner) = rest.trim_ascii_start().strip_prefix(b">") {
            rest = inner.strip_prefix(b" ").unwrap_or(inner);
        }
        match rest.strip_suffix(b"\r\n") {
            Some(rest) => {
                out.extend(rest);
                out.push(b'\n');
            }
            None => out.extend(rest),
        }
    }
    out
}

/// The objects that begin at the beginning of a line, or right after another one. In a list, each counts. In other text,
/// those of rampcheck do.
fn search(text: &[u8]) -> Result<Unpacked, UnpackError> {
    let start = text.trim_ascii_start();
    let is_list = start.strip_prefix(b"[").unwrap_or(start).trim_ascii_start().starts_with(b"{");
    let (mut out, mut documents) = (Vec::with_capacity(text.len() + 1), Vec::new());
    let (mut at, mut in_vain) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty() && in_vain <= MOST_IN_VAIN) {
        let before = rest.iter().position(|sign| !matches!(sign, b' ' | b'\t' | b',' | b'[' | b']'));
        let line = rest.get(before.unwrap_or(rest.len())..).unwrap_or_default();
        at = text.len() - line.len();
        if line.starts_with(b"{") {
            let begin = out.len();
            let length = object(line, &mut out);
            let is_ours = is_list || out[begin..].windows(OURS.len()).any(|part| part == OURS);
            if !is_ours {
                out.truncate(begin);
            } else if documents.len() < MOST_DOCUMENTS {
                documents.push(begin..out.len());
            } else {
                return Err(UnpackError::TooMany(MOST_DOCUMENTS, "documents in a list"));
            }
            match length {
                Some(length) => {
                    at += length;
                    continue;
                }
                // Cut off: all of the rest is in it.
                None if is_ours => break,
                None => in_vain += line.len(),
            }
        }
        at += line.iter().position(|sign| *sign == b'\n').unwrap_or(line.len()) + 1;
    }
    Ok(Unpacked { text: out, documents, signature: None })
}

/// Appends the object that a text begins with, and a line end as rampcheck writes it; how long it is in the text, or `None`
/// if the text ends before it does. A line that a mail program broke inside of a string is joined again.
fn object(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, sign) in text.iter().enumerate() {
        match sign {
            b'\n' if in_string => {
                if !out.ends_with(b" ") {
                    out.push(b' ');
                }
                continue;
            }
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
        out.push(*sign);
        if depth == 0 {
            out.push(b'\n');
            return Some(at + 1);
        }
    }
    None
}

/// What else somebody sends, and what to do about it.
fn other(text: &[u8]) -> Option<&'static str> {
    const BINARY: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "this is a ZIP file: unpack it, and name the report in it"),
        (b"\xfd7zXZ", "this is compressed with xz: unpack it first"),
        (b"BZh", "this is compressed with bzip2: unpack it first"),
        (b"\x28\xb5\x2f\xfd", "this is compressed with zstd: unpack it first"),
        (b"\x1f\x8b", "this is compressed more than once: unpack it first"),
        (b"%PDF", "this is a PDF: ask for the JSON report (`--format json`)"),
        (b"\x89PNG", "this is a picture: ask for the JSON report (`--format json`)"),
        (b"\xff\xd8\xff", "this is a picture: ask for the JSON report (`--format json`)"),
    ];
    const TEXT: [(&[&str], &str); 5] = [
        (&["<!doctype html", "<html"], "this is the HTML page: ask for the JSON report (`--format json`)"),
        (&["<?xml", "<testsuite"], "this is JUnit XML: ask for the JSON report (`--format json`)"),
        (&["rampcheck "], "this is the output for Nagios: ask for the JSON report (`--format json`)"),
        (&["-----begin ssh signature"], "this is a signature: name the report that it was made for"),
        (&["-----begin "], "this is a key or a certificate: name a report"),
    ];
    const LINES: [(&[&str], &str); 5] = [
        (
            &["[files]", "[tools]", "[errors]", "[stat]", "[[command]]", "[[http]]"],
            "this is a recorded host, not a report: `rampcheck check --host FILE` judges it",
        ),
        (
            &["[[tier]]", "[[example]]", "[[endpoint]]", "[source.", "reviewed = ", "expect = "],
            "this is a file of a pack, not a report: `rampcheck packs validate DIR` looks at its folder",
        ),
        (
            &["product = ", "tier = ", "phase = ", "numbers = ", "[[waiver]]", "[[attestation]]"],
            "this is a plan, not a report: `rampcheck check --plan FILE` takes it",
        ),
        (
            &["content-transfer-encoding: "],
            "this is an e-mail with an encoded report: save the attachment, and name that",
        ),
        (&["judged with pack "], "this is the log of a bundle: name the bundle or its report.json"),
    ];
    const VERDICTS: [&str; 2] = ["SUPPORTED", "UNDETERMINED"];
    const WORDS: &str = "this is the report as text: ask for the JSON report (`--format json`)";
    if let Some((_, what)) = BINARY.iter().find(|(start, _)| text.starts_with(start)) {
        return Some(what);
    }
    let written = String::from_utf8_lossy(text.get(..MOST_LOOKED).unwrap_or(text));
    let text = written.to_ascii_lowercase();
    let begins = |line: &str, starts: &[&str]| starts.iter().any(|start| line.starts_with(start));
    let by_text = TEXT.iter().find(|(starts, _)| begins(text.trim_start(), starts));
    let by_line = || LINES.iter().find(|(starts, _)| text.lines().any(|line| begins(line, starts)));
    let by_word = || VERDICTS.iter().any(|word| written.contains(word)).then_some(WORDS);
    by_text.or_else(by_line).map(|(_, what)| *what).or_else(by_word)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    const REPORT: &str = "{\n  \"schema\": \"urn:rampcheck:report:1\",\n  \"why\": \"one two { \\\" three\"\n}\n";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            archive.append_data(&mut header, name, *bytes).unwrap();
        }
        archive.into_inner().unwrap()
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
    }

    /// The documents, or why there are none.
    fn said(bytes: impl Into<Vec<u8>>) -> Vec<String> {
        match unpack(bytes.into()) {
            Ok(unpacked) => unpacked.documents().map(|part| String::from_utf8_lossy(part).into_owned()).collect(),
            Err(error) => vec![error.to_string()],
        }
    }

    #[test]
    fn one_document_comes_out_as_it_was_written_whatever_it_arrived_in() {
        let quoted = |text: &str, sign: &str| text.lines().map(|line| format!("{sign}{line}\n")).collect::<String>();
        let dos = REPORT.replace('\n', "\r\n");
        let broken = REPORT.replace("two {", "two\n{");
        let flowed = REPORT.replace("two {", "two \n{");
        for arrived in [
            REPORT.as_bytes().to_vec(),
            gzip(REPORT.as_bytes()),
            format!("\u{feff}{REPORT}").into_bytes(),
            utf16(REPORT, u16::to_le_bytes),
            utf16(REPORT, u16::to_be_bytes),
            gzip(&utf16(REPORT, u16::to_le_bytes)),
            tar(&[("x/report.html", b"<html>"), ("x/report.json", REPORT.as_bytes())]),
            gzip(&tar(&[(&format!("{}/report.json", "x".repeat(120)), REPORT.as_bytes())])),
            format!("Hello,\n\n```json\n{REPORT}```\n-- \nAda {{1}}\n").into_bytes(),
            format!("On Friday Ada wrote:\n{}\n{{no report}}\n", quoted(REPORT, "> ")).into_bytes(),
            quoted(REPORT, ">> > ").into_bytes(),
            quoted(&dos, "> ").into_bytes(),
            quoted(&broken, "> ").into_bytes(),
            flowed.into_bytes(),
            format!("See below.\n{{ that is\nnot }}\n{REPORT}").into_bytes(),
            format!("[{}]", REPORT.trim_end()).into_bytes(),
        ] {
            assert_eq!(said(arrived.clone()), [REPORT], "{}", String::from_utf8_lossy(&arrived));
        }
        // Nothing of a file that holds one document is changed, so it may be signed.
        assert_eq!(said(dos.clone()), [dos]);
        // It is for the reader to say where a document is no text.
        assert_eq!(
            unpack(b"{\"a\": \"\xff\"}\n".to_vec()).unwrap().documents().next(),
            Some(&b"{\"a\": \"\xff\"}\n"[..])
        );
    }

    #[test]
    fn a_list_has_its_documents_and_what_is_none_is_not_lost() {
        for arrived in
            ["[\n  {\"a\": 1},\n  {\"b\": [{}]}\n]", "[{\"a\": 1},{\"b\": [{}]}]", "{\"a\": 1}\n{\"b\": [{}]}\n"]
        {
            assert_eq!(said(arrived), ["{\"a\": 1}\n", "{\"b\": [{}]}\n"], "{arrived}");
        }
        assert_eq!(said("[{\"a\": 1}, {\"b\": "), ["{\"a\": 1}\n", "{\"b\": "]);
        assert_eq!(said("[ ]\n"), ["a list without a report"]);
        assert_eq!(said(format!("[{}]", "{},".repeat(MOST_DOCUMENTS + 1))), ["more than 10000 documents in a list"]);
    }

    #[test]
    fn a_bundle_gives_its_signature_and_no_more_than_one_report() {
        let unpacked = unpack(tar(&[("x/report.json.sig", b"signed"), ("x/report.json", b"{}")])).unwrap();
        assert_eq!(unpacked.signature.as_deref(), Some("signed"));
        let twice = tar(&[("x/report.json", b"{}"), ("y/report.json", b"{}")]);
        assert_eq!(said(twice), ["this is an archive with several files called report.json: unpack it, and name them"]);
        let many: Vec<_> = (0..=MOST_FILES).map(|_| ("x", &b""[..])).collect();
        assert_eq!(said(tar(&many)), ["more than 100 files in an archive"]);
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let zeros = vec![0; MOST_ARRIVED + 1];
        let before = tar(&[("x/other", &zeros), ("x/report.json", REPORT.as_bytes())]);
        for bomb in
            [gzip(&zeros), gzip(&before), before, utf16(&"\u{20ac}".repeat(MOST_ARRIVED / 3 + 1), u16::to_le_bytes)]
        {
            assert_eq!(said(bomb), ["larger than 16 MiB when unpacked"]);
        }
        assert!(said(gzip(&gzip(&zeros)))[0].starts_with("this is compressed more than once"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn never_panics_and_makes_no_more_of_it(text in "(> |\\{|\\}|\"|\\\\|\n|\\[|,|urn:rampcheck:|a){0,40}", bytes: Vec<u8>) {
            for arrived in [text.clone().into_bytes(), gzip(text.as_bytes()), bytes.clone(), gzip(&bytes), tar(&[("report.json", &bytes)])] {
                let Ok(unpacked) = unpack(arrived) else { continue };
                let all: usize = unpacked.documents().map(<[u8]>::len).sum();
                // Each object may get a line end.
                prop_assert!(all <= 2 * text.len().max(3 * bytes.len()));
                prop_assert!(unpacked.documents().len() > 0);
            }
        }
    }
}
