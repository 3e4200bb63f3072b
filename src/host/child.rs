//! Child processes: started without a shell, listened to for a limited time, ended together with all they started.
//!
//! Which programs are asked, and what their words mean, is the probes' business.

use std::collections::BTreeSet;
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

/// How long an exited child's outputs are listened to while something it started holds them open, and how long a killed
/// child is waited for (one that hangs in the kernel, on a dead NFS server, does not even die).
const GRACE: Duration = Duration::from_millis(200);

/// Variables of the caller that a child sees: docker and its plugins read their contexts below one of these.
const INHERITED: &[&str] = &["HOME", "DOCKER_CONFIG"];

/// How long is waited at a time for an exit that nothing announces.
const SHORTEST_PAUSE: Duration = Duration::from_micros(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

static GROUPS: Groups = Groups::new();

/// Runs a program and returns what it left.
pub(super) fn run(program: &Path, arguments: &[&str], deadline: Duration) -> Result<Output> {
    GROUPS.run(program, arguments, deadline)
}

/// Kills every running child with all it started, and from now on every child as soon as it was started.
pub fn stop_all() {
    GROUPS.stop_all();
}

/// The process groups of running children, each named by its leader, the child itself.
struct Groups(Mutex<Running>);

struct Running {
    leaders: BTreeSet<Pid>,
    stopped: bool,
}

impl Groups {
    const fn new() -> Self {
        Self(Mutex::new(Running { leaders: BTreeSet::new(), stopped: false }))
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop_all(&self) {
        let mut running = self.running();
        running.stopped = true;
        running.leaders.iter().for_each(|leader| kill(*leader));
    }

    fn run(&self, program: &Path, arguments: &[&str], deadline: Duration) -> Result<Output> {
        let end = Instant::now() + deadline;
        let mut child = command(program, arguments).spawn().map_err(|error| start_error(program, error))?;
        let leader = Pid::from_raw(child.id().cast_signed());
        self.enter(leader);
        let mut ears = Ears::new(leader, child.stdout.take(), child.stderr.take());
        ears.listen(end);
        let in_time = ears.exited;
        kill(leader);
        ears.wait_for_exit();
        let mut code = None;
        if ears.exited {
            // Only now is the leader's number free for others; before, killing its group could hit nobody else.
            self.running().leaders.remove(&leader);
            code = child.wait()?.code();
        }
        if !in_time {
            return Err(HostError::TimedOut(deadline));
        }
        let [stdout, stderr] = ears.heard();
        Ok(Output { code, stdout, stderr })
    }

    fn enter(&self, leader: Pid) {
        let mut running = self.running();
        running.leaders.insert(leader);
        if running.stopped {
            kill(leader);
        }
    }
}

fn command(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("PATH", SEARCH_PATH.join(":"))
        .env("LC_ALL", "C")
        // Go programs, such as Compose: to tell a version nothing needs collecting, and that takes a fifth of their time.
        .env("GOGC", "1000")
        .envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    command
}

fn start_error(program: &Path, error: std::io::Error) -> HostError {
    match Errno::from_raw(error.raw_os_error().unwrap_or(0)) {
        Errno::ENOEXEC => HostError::Failed("not a program this machine can run (exec format error)".to_owned()),
        // execve(2) says ENOENT, too, for a program that is there while the interpreter or loader it names is not.
        Errno::ENOENT if program.exists() => HostError::Failed("its interpreter or loader is missing".to_owned()),
        _ => error.into(),
    }
}

/// Group members that changed their user cannot be killed by another one; they are left.
fn kill(leader: Pid) {
    let _ = killpg(leader, Signal::SIGKILL);
}

/// Whether the process has exited; it is left unreaped.
fn has_exited(process: Pid) -> bool {
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | WaitPidFlag::WNOHANG;
    !matches!(waitid(Id::Pid(process), flags), Ok(WaitStatus::StillAlive) | Err(Errno::EINTR))
}

/// One pipe: what was read from it, and the pipe itself until it ends.
struct Stream {
    pipe: Option<File>,
    kept: Vec<u8>,
}

impl Stream {
    fn new(pipe: Option<OwnedFd>) -> Self {
        Self { pipe: pipe.map(File::from), kept: Vec::new() }
    }

    /// Reads once, which does not block after poll(2) said so, and keeps what fits.
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

/// The two outputs of a child, and whether it has exited.
///
/// The exit is looked for between reads: the outputs' end mostly comes with it. A pidfd would tell, but needs Linux 5.3, and
/// RHEL 8 has 4.18.
struct Ears {
    child: Pid,
    outputs: [Stream; 2],
    exited: bool,
    pause: Duration,
}

impl Ears {
    fn new(child: Pid, stdout: Option<ChildStdout>, stderr: Option<ChildStderr>) -> Self {
        let outputs = [Stream::new(stdout.map(OwnedFd::from)), Stream::new(stderr.map(OwnedFd::from))];
        Self { child, outputs, exited: false, pause: SHORTEST_PAUSE }
    }

    /// Reads until the child has exited and both outputs have ended, at most until `end`, and at most [`GRACE`] beyond
    /// the exit.
    fn listen(&mut self, end: Instant) {
        let mut buffer = vec![0; 64 << 10];
        let mut end = end;
        while self.hear(&mut buffer, end) {
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
        while !self.exited && self.hear(&mut [], end) {
            self.exited = has_exited(self.child);
        }
    }

    /// Waits a moment until an output has something to read, and reads it; without outputs, only waits. False when there is
    /// nothing left to wait for or time is up.
    fn hear(&mut self, buffer: &mut [u8], end: Instant) -> bool {
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
        let mut asked: Vec<_> = open
            .iter()
            .filter_map(|output| Some(PollFd::new(output.pipe.as_ref()?.as_fd(), PollFlags::POLLIN)))
            .collect();
        // poll(2) counts whole milliseconds; rounded down, the last one would be spent spinning.
        let timeout = left.min(LONGEST_PAUSE) + Duration::from_millis(1);
        match poll(&mut asked, PollTimeout::try_from(timeout).unwrap_or(PollTimeout::MAX)) {
            Ok(_) => {}
            Err(Errno::EINTR) => return true,
            Err(_) => return false,
        }
        let ready: Vec<_> = asked.iter().map(|asked| asked.any().unwrap_or(true)).collect();
        for (output, _) in open.iter_mut().zip(ready).filter(|(_, ready)| *ready) {
            output.read(buffer);
        }
        true
    }

    fn heard(self) -> [String; 2] {
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
        assert!(!output.contains("CARGO"), "the caller's environment is no child's business: {output}");
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
    fn stopping_ends_running_children_and_those_to_come() {
        let groups = Groups::new();
        let run = |script| groups.run(Path::new("/bin/sh"), &["-c", script], LONG);
        let started = Instant::now();
        std::thread::scope(|scope| {
            let running = scope.spawn(|| run("sleep 1000"));
            while groups.running().leaders.is_empty() {
                std::thread::sleep(Duration::from_millis(1));
            }
            groups.stop_all();
            assert_eq!(running.join().unwrap().map(|output| output.code), Ok(None));
        });
        assert_eq!(run("sleep 1000").map(|output| output.code), Ok(None));
        assert!(started.elapsed() < HANGS);
        assert!(groups.running().leaders.is_empty());
    }
}
