//! The manifests that the operator names, and the files that these name.

use std::io;
use std::path::Path;

use super::exit::Failure;
use super::input;
use crate::facts::{Manifest, Manifests};
use crate::probe::named_files;

/// Most files that manifests name and that are read.
const MOST_FILES: usize = 16;

/// Reads manifests and what they name, and refuses what is none.
pub fn read(paths: &[String]) -> Result<Manifests, Failure> {
    let mut manifests = Manifests::default();
    for path in paths {
        let (name, text) = input::manifest("--manifest", path.as_ref())?;
        manifests.files.push(Manifest { name, text });
    }
    let Some(folder) = paths.first().map(|path| Path::new(path).parent().unwrap_or(Path::new(""))) else {
        return Ok(manifests);
    };
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    loop {
        let named = named_files(&manifests).map_err(|why| Failure::usage(format!("--manifest {why}")))?;
        if named.is_empty() {
            return Ok(manifests);
        }
        for name in named {
            let content = if manifests.further.len() < MOST_FILES {
                further(folder, &name)
            } else {
                Err(format!("more than {MOST_FILES} files are named"))
            };
            manifests.further.insert(name, content);
        }
    }
}

/// A file in the folder of a manifest.
fn further(folder: &Path, name: &str) -> Result<Option<String>, String> {
    let read = || input::inside(&folder.join(name), &folder.canonicalize()?, "");
    match read() {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_files_in_the_folder_are_read() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("chat");
        fs::create_dir_all(folder.join("sub")).unwrap();
        fs::write(outer.path().join("secret"), "A=secret").unwrap();
        fs::write(folder.join("sub/a.env"), "A=1").unwrap();
        symlink("../secret", folder.join("out.env")).unwrap();
        symlink("sub/a.env", folder.join("in.env")).unwrap();
        fs::write(folder.join("large.env"), "#".repeat((1 << 20) + 1)).unwrap();
        assert_eq!(further(&folder, "sub/a.env"), Ok(Some("A=1".to_owned())));
        assert_eq!(further(&folder, "in.env"), Ok(Some("A=1".to_owned())));
        assert_eq!(further(&folder, "gone.env"), Ok(None));
        for name in ["out.env", "large.env", "sub"] {
            let why = further(&folder, name).unwrap_err();
            assert_eq!(why, "it is not a regular file in its folder, or larger than 1 MiB", "{name}");
        }
    }

    #[test]
    fn at_most_so_many_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<_> = (0..40).map(|number| format!("{number}.env")).collect();
        files.iter().for_each(|file| fs::write(folder.path().join(file), "A=1").unwrap());
        let compose = folder.path().join("compose.yml");
        fs::write(&compose, format!("services: {{ a: {{ env_file: [{}] }} }}", files.join(", "))).unwrap();
        let Ok(manifests) = read(&[compose.display().to_string()]) else { panic!() };
        let further = &manifests.further;
        assert_eq!(further.values().filter(|content| matches!(content, Ok(Some(_)))).count(), MOST_FILES - 1);
        assert_eq!(further[".env"], Ok(None));
    }
}
