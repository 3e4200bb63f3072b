//! Files that hold what a test expects, to be read in review.

/// Compares text with a file of the source tree, or rewrites that file when `RAMPCHECK_BLESS` is set.
#[track_caller]
pub fn expected(path: &str, text: &str) {
    let full = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("RAMPCHECK_BLESS").is_some() {
        std::fs::write(&full, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let written = std::fs::read_to_string(&full).unwrap_or_default();
    if written == text {
        return;
    }
    let (old, new): (Vec<_>, Vec<_>) = (written.lines().collect(), text.lines().collect());
    let gone = old.iter().filter(|line| !new.contains(line)).map(|line| format!("- {line}"));
    let come = new.iter().filter(|line| !old.contains(line)).map(|line| format!("+ {line}"));
    let changed: Vec<_> = gone.chain(come).collect();
    panic!("{path} is not current: RAMPCHECK_BLESS=1 cargo test --test it rewrites it\n{}", changed.join("\n"));
}
