//! Writes the seeds of a target into a folder: `seed TARGET FOLDER`.

#[allow(dead_code, reason = "seeds ask what bodies ask")]
#[path = "../bodies.rs"]
mod bodies;
#[path = "../seeds.rs"]
mod seeds;

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [target, folder] = arguments.as_slice() else { return Err(io::Error::other("write: seed TARGET FOLDER")) };
    fs::create_dir_all(folder)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (number, seed) in seeds::seeds(target, &root).iter().enumerate() {
        fs::write(Path::new(folder).join(format!("seed-{number}")), seed)?;
    }
    Ok(())
}
