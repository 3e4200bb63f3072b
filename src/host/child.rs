//! Child processes: started without a shell, read from until a deadline, killed together with everything they started.
//!
//! Which programs are run, and what their output means, is the probes' business.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStderr, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

use super::{HostError, OUTPUT_LIMIT, Output, Result, SEARCH_PATH};

/// How long the outputs of an exited child are read while a process it started holds them open, and how long a killed child
/// is waited for. One that hangs in the kernel, for example on a dead NFS server, does not even die.
const GRACE: Duration = Duration::from_millis(200);

/// Pauses between two looks at a child that has closed its outputs and not exited yet.
const SHORTEST_PAUSE: Duration = Duration::from_micros(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// The running children of one host. Each leads a process group of its own.
#[derive(Default)]
pub(super) struct Children(Mutex<Running>);

#[derive(Default)]
struct Running {
    leaders: BTreeSet<Pid>,
    stopped: bool,
}

impl Children {
    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills the running children with everything they started. Later calls of [`Children::run`] start nothing.
    pub(super) fn stop(&self) {
        let mut running = self.running();
        running.stopped = true;
        running.leaders.iter().for_each(|leader| kill(*leader));
    }

    /// Runs a program to its end, at most until the deadline. Of the caller's environment, it gets `inherited` only.
    pub(super) fn run(
        &self,
        program: &Path,
        arguments: &[&str],
        inherited: &[(&str, OsString)],
        deadline: Duration,
    ) -> Result<Output> {
        let end = Instant::now() + deadline;
        if self.running().stopped {
            return Err(HostError::NotAsked("stopped before it was run".to_owned()));
        }
        let mut child = command(program, arguments, inherited).spawn().map_err(|error| start_error(program, error))?;
        let leader = Pid::from_raw(child.id().cast_signed());
        self.enter(leader);
        let mut reader = OutputReader::new(leader, child.stdout.take(), child.stderr.take());
        reader.read_until(end);
        let in_time = reader.exited;
        kill(leader);
        reader.wait_for_exit();
        let mut code = None;
        if reader.exited {
            // Not earlier: until the child is reaped, its number belongs to no other process.
            self.running().leaders.remove(&leader);
            code = child.wait()?.code();
        }
        if !in_time {
            return Err(HostError::TimedOut(deadline));
        }
        let [stdout, stderr] = reader.into_text();
        Ok(Output { code, stdout, stderr })
    }

    fn enter(&self, leader: Pid) {
        let mut running = self.running();
        running.leaders.insert(leader);
        // They were stopped while this child was being started.
        if running.stopped {
            kill(leader);
        }
    }
}

fn command(program: &Path, arguments: &[&str], inherited: &[(&str, OsString)]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("PATH", SEARCH_PATH.join(":"))
        .env("LC_ALL", "C")
        // Go programs, such as Compose: collecting garbage is a fifth of the time that they take to print a version.
        .env("GOGC", "1000")
        .envs(inherited.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    command
}

fn start_error(program: &Path, error: std::io::Error) -> HostError {
    match Errno::from_raw(error.raw_os_error().unwrap_or(0)) {
        Errno::ENOEXEC => HostError::Failed("this machine cannot run it (exec format error)".to_owned()),
        // execve(2) also says ENOENT if the program exists, but its interpreter or loader does not.
        Errno::ENOENT if program.exists() => HostError::Failed("its interpreter or loader is missing".to_owned()),
        _ => error.into(),
    }
}

/// Kills a process group. Members that changed their user may survive: only root and that user can kill them.
fn kill(leader: Pid) {
    let _ = killpg(leader, Signal::SIGKILL);
}

/// Whether the process has exited. It is not reaped.
fn has_exited(process: Pid) -> bool {
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | WaitPidFlag::WNOHANG;
    !matches!(waitid(Id::Pid(process), flags), Ok(WaitStatus::StillAlive) | Err(Errno::EINTR))
}

/// One output of a child.
struct PipeReader {
    /// `None` once it has ended.
    pipe: Option<File>,
    kept: Vec<u8>,
}

impl PipeReader {
    fn new(pipe: Option<OwnedFd>) -> Self {
        Self { pipe: pipe.map(File::from), kept: Vec::new() }
    }

    /// Reads once and keeps what fits. Does not block if poll(2) has reported data.
    fn read(&mut self, buffer: &mut [u8]) {
        let Some(pipe) = &mut self.pipe else { return };
        match pipe.read(buffer) {
            Ok(0) => self.pipe = None,
            Ok(read) => {
                let room = OUTPUT_LIMIT.saturating_sub(self.kept.len());
                self.kept.extend(buffer.iter().take(read.min(room)));
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => self.pipe = None,
        }
    }
}

/// Reads the two outputs of a child and notices its exit.
///
/// It looks for the exit between two reads, since the outputs usually end with it. A pidfd would announce the exit, but needs
/// Linux 5.3, and RHEL 8 has 4.18.
struct OutputReader {
    child: Pid,
    outputs: [PipeReader; 2],
    exited: bool,
    pause: Duration,
}

impl OutputReader {
    fn new(child: Pid, stdout: Option<ChildStdout>, stderr: Option<ChildStderr>) -> Self {
        let outputs = [PipeReader::new(stdout.map(OwnedFd::from)), PipeReader::new(stderr.map(OwnedFd::from))];
        Self { child, outputs, exited: false, pause: SHORTEST_PAUSE }
    }

    /// Reads until the child has exited and both outputs have ended. Stops at `end`, and [`GRACE`] after the exit.
    fn read_until(&mut self, end: Instant) {
        let mut buffer = vec![0; 64 << 10];
        let mut end = end;
        while self.read_some(&mut buffer, end) {
            if !self.exited && has_exited(self.child) {
                self.exited = true;
                end = end.min(Instant::now() + GRACE);
            }
        }
    }

    /// Waits for a killed child, at most [`GRACE`].
    fn wait_for_exit(&mut self) {
        let end = Instant::now() + GRACE;
        self.outputs.iter_mut().for_each(|output| output.pipe = None);
        while !self.exited && self.read_some(&mut [], end) {
            self.exited = has_exited(self.child);
        }
    }

    /// Waits a moment for data and reads it. If both outputs have ended, only waits. False when the time is up or nothing is
    /// left to wait for.
    fn read_some(&mut self, buffer: &mut [u8], end: Instant) -> bool {
        let left = end.saturating_duration_since(Instant::now());
        let mut open: Vec<_> = self.outputs.iter_mut().filter(|output| output.pipe.is_some()).collect();
        if left.is_zero() || open.is_empty() && self.exited {
            return false;
        }
        if open.is_empty() {
            std::thread::sleep(self.pause.min(left));
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            return true;
        }
        let mut polled: Vec<_> = open
            .iter()
            .filter_map(|output| Some(PollFd::new(output.pipe.as_ref()?.as_fd(), PollFlags::POLLIN)))
            .collect();
        // poll(2) counts whole milliseconds. Rounded down, the last one would be spent spinning.
        let timeout = left.min(LONGEST_PAUSE) + Duration::from_millis(1);
        match poll(&mut polled, PollTimeout::try_from(timeout).unwrap_or(PollTimeout::MAX)) {
            Ok(_) => {}
            Err(Errno::EINTR) => return true,
            Err(_) => return false,
        }
        let ready: Vec<_> = polled.iter().map(|polled| polled.any().unwrap_or(true)).collect();
        for (output, _) in open.iter_mut().zip(ready).filter(|(_, ready)| *ready) {
            output.read(buffer);
        }
        true
    }

    fn into_text(self) -> [String; 2] {
        self.outputs.map(|output| String::from_utf8_lossy(&output.kept).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const SHORT: Duration = Duration::from_millis(300);
    const LONG: Duration = Duration::from_secs(20);
    /// Far above every deadline here, far below the children's own ends: a bound against hanging, not a measurement.
    const HANGS: Duration = Duration::from_secs(5);

    fn run(program: &Path, arguments: &[&str], deadline: Duration) -> Result<Output> {
        Children::default().run(program, arguments, &[], deadline)
    }

    fn sh(script: &str, deadline: Duration) -> (Result<Output>, Duration) {
        let started = Instant::now();
        (run(Path::new("/bin/sh"), &["-c", script], deadline), started.elapsed())
    }

    /// Whether a process is there and has not been killed (a zombie without a parent to reap it counts as gone).
    fn alive(pid: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(" Z"))
    }

    /// A killed process takes a moment to vanish.
    fn dies(pid: &str) -> bool {
        (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            !alive(pid)
        })
    }

    #[test]
    fn output_code_and_environment() {
        let (output, _) = sh("echo out; echo err >&2; cat; exit 7", LONG);
        assert_eq!(output, Ok(Output { code: Some(7), stdout: "out\n".into(), stderr: "err\n".into() }));
        let (output, _) = sh("/usr/bin/env", LONG);
        let output = output.unwrap().stdout;
        assert!(output.lines().any(|line| line == "LC_ALL=C"), "{output}");
        assert!(output.lines().any(|line| line.starts_with("PATH=") && line.contains("/usr/sbin")), "{output}");
        assert!(!output.contains("CARGO"), "a child does not get the caller's environment: {output}");
        let (output, _) = sh("kill -9 $$", LONG);
        assert_eq!(output.map(|output| output.code), Ok(None));
    }

    #[test]
    fn a_child_that_ignores_sigterm_ends_at_the_deadline_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let (output, took) =
            sh(&format!("trap '' TERM; sleep 1000 & echo $! > {}; while :; do wait; done", pid.display()), SHORT);
        assert_eq!(output, Err(HostError::TimedOut(SHORT)));
        assert!(took < HANGS, "{took:?}");
        assert!(dies(&std::fs::read_to_string(pid).unwrap()));
    }

    #[test]
    fn a_grandchild_on_the_pipe_does_not_outlive_the_child() {
        let (output, took) = sh("sleep 1000 & echo $!", LONG);
        let output = output.unwrap();
        assert_eq!(output.code, Some(0));
        assert!(took < HANGS, "{took:?}");
        assert!(dies(&output.stdout));
    }

    #[test]
    fn a_grandchild_that_left_the_group_does_not_hold_us() {
        let (output, took) = sh("setsid sleep 3 & echo here", LONG);
        assert_eq!(output.map(|output| output.stdout), Ok("here\n".to_owned()));
        assert!(took < Duration::from_secs(2), "{took:?}");
    }

    #[test]
    fn outputs_are_cut_and_drained() {
        let (output, _) = sh("head -c 100000000 /dev/zero; echo done >&2", LONG);
        let output = output.unwrap();
        assert_eq!((output.code, output.stdout.len(), output.stderr.as_str()), (Some(0), OUTPUT_LIMIT, "done\n"));
        let (output, took) = sh("while :; do echo y; done", SHORT);
        assert_eq!(output, Err(HostError::TimedOut(SHORT)));
        assert!(took < HANGS, "{took:?}");
    }

    #[test]
    fn a_child_that_closed_its_outputs_is_still_waited_for() {
        let (output, took) = sh("exec >&- 2>&-; sleep 0.3; exit 3", LONG);
        assert_eq!(output.map(|output| output.code), Ok(Some(3)));
        assert!(took >= Duration::from_millis(300), "{took:?}");
    }

    #[test]
    fn what_cannot_be_started_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let program = |name: &str, content: &str, mode: u32| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            run(&path, &[], LONG)
        };
        assert_eq!(run(&folder.path().join("none"), &[], LONG), Err(HostError::NotFound));
        assert_eq!(program("plain", "#!/bin/sh\n", 0o644), Err(HostError::NotPermitted));
        assert!(matches!(program("foreign", "\u{7f}ELF but not really", 0o755), Err(HostError::Failed(_))));
        assert_eq!(
            program("orphan", "#!/nonexistent/interpreter\n", 0o755),
            Err(HostError::Failed("its interpreter or loader is missing".to_owned())),
        );
    }

    #[test]
    fn stopping_ends_the_children_of_one_host_and_no_others() {
        let (children, others) = (Children::default(), Children::default());
        let script = &["-c", "sleep 1000"];
        let started = Instant::now();
        std::thread::scope(|scope| {
            let running = scope.spawn(|| children.run(Path::new("/bin/sh"), script, &[], LONG));
            while children.running().leaders.is_empty() {
                std::thread::sleep(Duration::from_millis(1));
            }
            children.stop();
            assert_eq!(running.join().unwrap().map(|output| output.code), Ok(None));
        });
        assert!(matches!(children.run(Path::new("/bin/sh"), script, &[], LONG), Err(HostError::NotAsked(_))));
        assert!(started.elapsed() < HANGS);
        assert!(children.running().leaders.is_empty());
        assert_eq!(others.run(Path::new("/bin/true"), &[], &[], LONG).map(|output| output.code), Ok(Some(0)));
    }

    #[test]
    fn a_child_that_starts_while_the_host_is_stopped_is_killed() {
        let children = Children::default();
        children.stop();
        let mut child = command(Path::new("/bin/sh"), &["-c", "sleep 1000"], &[]).spawn().unwrap();
        children.enter(Pid::from_raw(child.id().cast_signed()));
        assert_eq!(child.wait().unwrap().code(), None);
    }
}
