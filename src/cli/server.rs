//! The server and its release: arguments, their merging with a plan file's, and the files they name.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Failure;
use crate::check::{Pack, ServerPlan, parse_base, parse_release};
use crate::facts::{Questions, ServerQuestions};
use crate::host::certificates;
use crate::probe::TrustKey;

/// Largest list, key or certificate file read.
const LIMIT: u64 = 4 << 20;

/// The server, its release, and what may be asked of whom.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Server and release")]
pub struct ServerArguments {
    /// Ask this server for its release and the vendor's signed list [example: https://chat.example.com]
    #[arg(long, value_name = "URL", value_parser = parse_base)]
    pub server: Option<String>,
    /// Judge this release, whatever runs [default: the server's, else that of the official container that runs here]
    #[arg(long, value_name = "VERSION", value_parser = parse_release)]
    pub server_version: Option<String>,
    /// Also read the vendor's signed list from FILE; /etc/rampcheck/supported-versions*.jwt and .json are found
    #[arg(long, value_name = "FILE")]
    pub supported_versions: Vec<PathBuf>,
    /// Fetch the signed list from the vendor, and see whether the vendor's services can be reached
    #[arg(long)]
    pub online: bool,
    /// Base address of the releases service, or of a mirror [default: https://releases.rocket.chat]
    #[arg(long, value_name = "URL", value_parser = parse_base)]
    pub releases_url: Option<String>,
    /// Also trust lists signed with the RSA public key in FILE (PEM)
    #[arg(long, value_name = "FILE")]
    pub trust_key: Vec<PathBuf>,
    /// Also trust the certificate authorities in FILE (PEM)
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}

impl ServerArguments {
    /// What the plan file says, with the arguments over it; files are added up.
    pub fn over(&self, filed: ServerPlan) -> ServerPlan {
        let both = |given: &[PathBuf], filed: Vec<PathBuf>| given.iter().cloned().chain(filed).collect();
        ServerPlan {
            url: self.server.clone().or(filed.url),
            version: self.server_version.clone().or(filed.version),
            supported_versions: both(&self.supported_versions, filed.supported_versions),
            online: self.online || filed.online,
            releases_url: self.releases_url.clone().or(filed.releases_url),
            trust_key: both(&self.trust_key, filed.trust_key),
            ca_file: self.ca_file.clone().or(filed.ca_file),
        }
    }
}

/// The plan's questions about the server, with the content of the files that it names.
pub fn questions(plan: &ServerPlan) -> Result<ServerQuestions, Failure> {
    let mut lists = Vec::new();
    for path in &plan.supported_versions {
        lists.push((path.display().to_string(), read("--supported-versions", path)?));
    }
    let mut keys = Vec::new();
    for path in &plan.trust_key {
        let pem = read("--trust-key", path)?;
        TrustKey::from_pem(&pem).map_err(|error| unusable("--trust-key", path, &error))?;
        keys.push(pem);
    }
    let mut authorities = String::new();
    if let Some(path) = &plan.ca_file {
        authorities = read("--ca-file", path)?;
        match certificates(&authorities) {
            Ok(found) if found.is_empty() => return Err(unusable("--ca-file", path, &"holds no certificate")),
            Ok(_) => {}
            Err(error) => return Err(unusable("--ca-file", path, &error)),
        }
    }
    Ok(ServerQuestions {
        url: plan.url.clone(),
        version: plan.version.clone(),
        lists,
        keys,
        authorities,
        online: plan.online,
        releases_url: plan.list_url(),
    })
}

/// Leaves out of the questions what only other products would have asked over the network.
pub fn only_of(pack: &Pack, plan: &ServerPlan, questions: &mut Questions) -> Result<(), Failure> {
    if pack.calendar.is_none() && !plan.is_empty() {
        let message =
            format!("the pack of {} knows no releases: questions about a server are not for it", pack.product);
        return Err(Failure::usage(message));
    }
    let mut own = Questions::default();
    pack.ask(&mut own);
    questions.outbound = own.outbound;
    Ok(())
}

fn unusable(option: &str, path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{option} {}: {error}", path.display()))
}

fn read(option: &str, path: &Path) -> Result<String, Failure> {
    let meta = fs::metadata(path).map_err(|error| unusable(option, path, &error))?;
    if !meta.is_file() || meta.len() > LIMIT {
        return Err(unusable(option, path, &"no regular file, or larger than 4 MiB"));
    }
    let bytes = fs::read(path).map_err(|error| unusable(option, path, &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
