//! The checks inside the program without their examples, which the tests have run: half of a pack's text, and a sixth of a
//! run that waits for nothing. `tests/bench/speed.sh` measures the run. The build script leaves them out of a release.

/// The text up to its examples, if nothing else follows them; else the whole text.
pub(super) fn before_examples(text: &str) -> &str {
    let Some(start) = text.find("\n[[example]]") else { return text };
    let mut headers = text[start..].lines().filter(|line| line.starts_with('['));
    let last = headers.all(|line| line.starts_with("[[example]]") || line.starts_with("[example."));
    if last { &text[..start] } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_last_is_left_out() {
        for (text, read) in [
            ("id = 1\n[[example]]\na = 1\n[example.facts]\nb = [\n1]\n", "id = 1"),
            ("id = 1\n[[example]]\na = 1\n[[remedy]]\n", "id = 1\n[[example]]\na = 1\n[[remedy]]\n"),
            ("id = 1\n", "id = 1\n"),
        ] {
            assert_eq!(before_examples(text), read);
        }
    }
}
