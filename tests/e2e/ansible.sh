#!/usr/bin/env bash
# The Ansible collection: built, linted and imported; its module, action and roles with the newest and the oldest ansible-core, on
# local hosts and over ssh to an sshd of its own; and 200 hosts, with their time.
# usage: tests/e2e/ansible.sh BINARY [VENVS]      needs python3 with venv, ssh, sshd, git, jq; root; PyPI unless VENVS holds the tools
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(realpath "$here/../..")
binary=$(realpath "$1")
venvs=$(realpath -m "${2:-${CARGO_TARGET_DIR:-$repository/target}/ansible}")
collection="$repository/packaging/ansible"
hosts="$here/../hosts"
# The day of the recordings, so that ends of support do not age them.
today=2026-11-22
# The oldest ansible-core that is supported.
OLDEST=2.16
work=$(mktemp -d)
chmod 755 "$work"
started=()
. "$here/parts.sh"
trap 'set +e; stop_masters; stop_started; rm -rf "$work"' EXIT
case $(uname -m) in x86_64) arch=x86_64 other=aarch64 machine=183 ;; *) arch=aarch64 other=x86_64 machine=62 ;; esac

# The shared connections of ssh would outlive the test.
stop_masters() { local path; for path in "$work"/cp/*; do [ ! -S "$path" ] || ssh -o ControlPath="$path" -O exit host 2> /dev/null; done; }
has() { [ -x "$venvs/$1/bin/$2" ]; }
# tools NAME PROGRAM PACKAGE...: a virtual environment with these, made once.
tools() {
  local name=$1 program=$2; shift 2
  has "$name" "$program" && return 0
  rm -rf "${venvs:?}/$name"
  python3 -m venv "$venvs/$name"
  "$venvs/$name/bin/pip" install -q --disable-pip-version-check "$@" > "$work/log" 2>&1 || { tail -20 "$work/log"; exit 1; }
}
version=$(version_in "$repository/Cargo.toml")

echo "== tools"
tools newest ansible-lint ansible-core ansible-lint molecule
tools oldest ansible-playbook "ansible-core~=$OLDEST.0"
tools importer ansible-lint galaxy-importer
export HOME="$work/home" ANSIBLE_CONFIG="$work/ansible.cfg" ANSIBLE_HOME="$work/home/.ansible" LC_ALL=C.UTF-8 NO_COLOR=1
export ANSIBLE_COLLECTIONS_PATH="$work/collections" ANSIBLE_SSH_CONTROL_PATH_DIR="$work/cp" PYTHONDONTWRITEBYTECODE=1
mkdir -p "$HOME" "$work/cp" "$work/collections" "$work/bin" "$work/nodes"
cat > "$ANSIBLE_CONFIG" << END
[defaults]
host_key_checking = false
forks = 20
retry_files_enabled = false
localhost_warning = false
inventory_unparsed_warning = false
END
PATH="$venvs/newest/bin:$PATH"
for tool in newest oldest; do echo "$tool: $("$venvs/$tool/bin/ansible" --version | sed -n 1p)"; done

echo "== the collection is built"
"$repository/packaging/collection" "$work"
archive="$work/rampcheck-rampcheck-$version.tar.gz"
mkdir "$work/again"
"$repository/packaging/collection" "$work/again"
expect "the same files give the same bytes" "$(cmp "$archive" "$work/again/${archive##*/}" && echo same)" same
ansible-galaxy collection install --offline "$archive" -p "$ANSIBLE_COLLECTIONS_PATH" > "$work/log" 2>&1
root="$ANSIBLE_COLLECTIONS_PATH/ansible_collections/rampcheck/rampcheck"
expect "what it does not hold" "$(cd "$root" && find . -path '*molecule*' -o -name .gitignore -o -type l)" ""
expect "the units of the packages" "$(cmp "$root/roles/install/files/rampcheck.service" "$repository/packaging/systemd/rampcheck.service" && echo same)" same
ansible-doc -t module rampcheck.rampcheck.rampcheck_info > "$work/log"
expect "the module's page" "$(grep -c '^- binary_dir\|^   binary_dir\|binary_dir' "$work/log" | sed 's/^[1-9].*/there/')" there
ansible-doc -t role rampcheck.rampcheck.gate > "$work/log"
expect "the role's page" "$(grep -c rampcheck_gate_group "$work/log" | sed 's/^[1-9].*/there/')" there
for tool in newest oldest; do
  code=0
  "$venvs/$tool/bin/ansible" localhost -m rampcheck.rampcheck.rampcheck_info -a program=/nowhere > "$work/log" 2>&1 || code=$?
  expect "$tool supports this version of Ansible" "$code $(grep -c 'does not support Ansible version' "$work/log")" "2 0"
done

echo "== ansible-lint"
mkdir -p "$root/extensions"
cp -r "$collection/extensions/molecule" "$root/extensions/"
cp "$collection/.gitignore" "$collection/.ansible-lint" "$root/"
code=0
(cd "$root" && git init -q . && git add -A . && ansible-lint --offline --profile production -q --nocolor . > "$work/log" 2>&1) || code=$?
expect "the profile for production" "$code" 0
rm -rf "$root/.git" "$root/.ansible"

echo "== a release"
cp "$binary" "$work/bin/rampcheck"
! command -v strip > /dev/null || strip "$work/bin/rampcheck"
top="rampcheck-$version-$arch-linux"
mkdir -p "$work/release" "$work/stage/$top"
cp "$work/bin/rampcheck" "$work/stage/$top/"
tar -C "$work/stage" -c "$top" | gzip -1 > "$work/release/$top.tar.gz"
ssh-keygen -q -t ed25519 -N '' -C release -f "$work/key"
echo "release@rampcheck namespaces=\"rampcheck-release\" $(cut -d' ' -f1,2 "$work/key.pub")" > "$work/allowed_signers"
"$repository/packaging/packs" "$work/release" --key "$work/key" > "$work/log"
# sums: checksums and their signature.
sums() { (cd "$work/release" && sha256sum -- *.tar.gz > SHA256SUMS && rm -f SHA256SUMS.sig && ssh-keygen -q -Y sign -n rampcheck-release -f "$work/key" SHA256SUMS 2> "$work/log"); }
sums
export PATH="$work/bin:$PATH"

# A program for another architecture: its header is all that counts.
mkdir -p "$work/foreign/rampcheck-$version-$arch-linux"
{ printf '\177ELF\2\1\1'; head -c 11 /dev/zero; printf '%b' "\\x$(printf %02x $machine)"; head -c 200 /dev/zero; } > "$work/foreign/rampcheck-$version-$arch-linux/rampcheck"
chmod 755 "$work/foreign/rampcheck-$version-$arch-linux/rampcheck"

ansible_of=newest
# play FILE ARGUMENT...: $code and $work/log say how it ended, $opened whether the next play ran.
play() {
  code=0
  rm -f "$work/opened"
  "$venvs/$ansible_of/bin/ansible-playbook" "$@" -e "marker=$work/opened" -e "rampcheck_gate_dir=$work/gate" -e "rampcheck_gate_today=$today" \
    > "$work/log" 2>&1 < /dev/null || code=$?
  opened=no
  [ ! -e "$work/opened" ] || opened=yes
}
says() { expect "$1: says \"$2\"" "$(grep -cF -e "$2" "$work/log" | sed 's/^[1-9].*/said/')" said; }
says_not() { expect "$1: does not say \"$2\"" "$(grep -cF -e "$2" "$work/log")" 0; }
reports() { find "$work/gate/reports" -name '*.json' | wc -l; }
open() { expect "$1: the next play runs" "$code $opened" "0 yes"; }
closed() { expect "$1: the next play does not run" "$([ "$code" -ne 0 ] && echo failed) $opened" "failed no"; }
next() {
  cat << 'END'
- name: The next play
  hosts: all
  gather_facts: false
  tasks:
    - name: It runs
      ansible.builtin.command: touch {{ marker }}
      delegate_to: localhost
      run_once: true
END
}
{ echo '- import_playbook: rampcheck.rampcheck.cometchat_swarm'; next; } > "$work/six.yml"

echo "== six recorded nodes, for a tier that none of them holds"
nodes="$root/playbooks/inventory/nodes"
six="$root/playbooks/inventory/six_nodes.yml"
for ansible_of in oldest newest; do
  play "$work/six.yml" -i "$six"
  open "$ansible_of: totals suffice"
  says "$ansible_of" "Page:    $work/gate/fleet.html"
  expect "$ansible_of: the verdict" "$(jq -r '.verdict | .[:9]' "$work/gate/fleet.json")" supported
  expect "$ansible_of: reports of all, private" "$(stat -c '%a %n' "$work"/gate/reports/*.json | sed 's|/.*/||' | tr '\n' ' ')" \
    "600 chat-1.json 600 chat-2.json 600 chat-3.json 600 chat-4.json 600 chat-5.json 600 chat-6.json "
done
sed '/^    chat-6:/d' "$six" > "$root/playbooks/inventory/five.yml"
play "$work/six.yml" -i "$root/playbooks/inventory/five.yml"
closed "one node is taken away"
says "one node is taken away" "cpu: "
says_not "one node is taken away" "missing: "

# variant NAME HOST SED: an inventory in which one host has a recording that was changed.
variant() {
  sed "$3" "$nodes/$2.toml" > "$work/nodes/$1.toml"
  ! cmp -s "$nodes/$2.toml" "$work/nodes/$1.toml" || { echo "FAIL nothing was changed in $1"; exit 1; }
  sed "s|^    $2:|    $2: {rampcheck_gate_host: $work/nodes/$1.toml}|" "$six" > "$root/playbooks/inventory/$1.yml"
}
variant old-docker chat-3 's/29\.1\.3/20.10.24/g'
play "$work/six.yml" -i "$root/playbooks/inventory/old-docker.yml"
closed "one has Docker 20.10"
says "one has Docker 20.10" "unsupported: chat-3: docker-engine"

waiver() { printf '{"rampcheck_gate_waivers": [{"id": "docker-engine", "reason": "updated on Friday", "who": "operations", "until": "%s"}]}' "$1"; }
play "$work/six.yml" -i "$root/playbooks/inventory/old-docker.yml" -e "$(waiver 2026-12-31)"
open "a waiver"
says "a waiver" "updated on Friday"
expect "a waiver is shown" "$(jq -r '.summary.waived | index("docker-engine") != null' "$work/gate/fleet.json")" true
play "$work/six.yml" -i "$root/playbooks/inventory/old-docker.yml" -e "$(waiver 2026-10-31)"
closed "a waiver that has expired"
says "a waiver that has expired" "unsupported: chat-3: docker-engine"

sed "s|^    chat-2:|    chat-2: {ansible_connection: ssh, ansible_host: 127.0.0.1, ansible_port: 1}|" "$six" > "$root/playbooks/inventory/unreachable.yml"
play "$work/six.yml" -i "$root/playbooks/inventory/unreachable.yml"
closed "one is unreachable"
says "one is unreachable" "missing: chat-2"

# What a host sends is edited on the way: it says that it has more memory.
cat > "$work/bin/editing" << END
#!/bin/sh
"$work/bin/rampcheck" "\$@" | sed 's/"value": 6,/"value": 16,/'
END
chmod 755 "$work/bin/editing"
sed "s|^    chat-4:|    chat-4: {rampcheck_gate_program: $work/bin/editing}|" "$six" > "$root/playbooks/inventory/edited.yml"
play "$work/six.yml" -i "$root/playbooks/inventory/edited.yml"
closed "one report is edited"
says "one report is edited" "edited: chat-4"

play "$work/six.yml" -i "$six" --limit '!chat-5'
closed "--limit leaves one out"
says "--limit leaves one out" "missing: chat-5"

echo "== over ssh"
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$work/id"
cp "$work/id.pub" "$work/authorized_keys"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > "$work/sshd_config" << END
ListenAddress 127.0.0.1:$port
HostKey $work/host_key
AuthorizedKeysFile $work/authorized_keys
PidFile $work/sshd.pid
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
MaxSessions 100
MaxStartups 100
Subsystem sftp internal-sftp
END
"$(command -v sshd)" -D -e -f "$work/sshd_config" > "$work/sshd.log" 2>&1 & started+=($!)
for _ in $(seq 50); do (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null && break; sleep 0.1; done

# 20 hosts that differ, each a recording.
mapfile -t recorded < <(cd "$hosts" && for file in *.toml; do [ "$file" = hung-nfs.toml ] || echo "${file%.toml}"; done | head -n 20)
remote="ansible_connection: ssh, ansible_host: 127.0.0.1, ansible_port: $port, ansible_user: root, ansible_ssh_private_key_file: $work/id, remote_folder: $work/remote, ansible_remote_tmp: $work/remote"
{
  echo "recorded:"; echo "  vars: {$remote, ansible_python_interpreter: /usr/bin/python3}"; echo "  hosts:"
  for name in "${recorded[@]}"; do echo "    $name: {recording: $hosts/$name.toml}"; done
} > "$work/recorded.yml"
cat > "$work/judge.yml" << 'END'
- hosts: recorded
  gather_facts: false
  tasks:
    - name: Judge
      rampcheck.rampcheck.rampcheck_info:
        product: cometchat
        tier: qa
        host: "{{ recording }}"
        today: "{{ rampcheck_gate_today }}"
        report_dir: "{{ report_dir }}"
        program: "{{ program | default(omit) }}"
        binary_dir: "{{ binary_dir | default(omit) }}"
END
mkdir -p "$work/direct"
for name in "${recorded[@]}"; do
  "$work/bin/rampcheck" check cometchat --tier qa --host "$hosts/$name.toml" --today $today --format json > "$work/direct/$name.json" || true
done
verdicts() { (cd "$1" && jq -r '[input_filename, .verdict, (.summary.failed | join(","))] | join(" ")' ./*.json); }
expect "20 hosts that differ" "$(verdicts "$work/direct" | wc -l)" 20
for ansible_of in newest oldest; do
  play "$work/judge.yml" -i "$work/recorded.yml" -e "report_dir=$work/reports-$ansible_of" -e "program=$work/bin/rampcheck"
  expect "$ansible_of: the installed program: as if it ran there" "$code $(diff <(verdicts "$work/direct") <(verdicts "$work/reports-$ansible_of") && echo same)" "0 same"
  expect "$ansible_of: nothing is changed" "$(grep -c 'changed=0' "$work/log")" 20
  # No Python, and nothing installed.
  play "$work/judge.yml" -i "$work/recorded.yml" -e "report_dir=$work/shipped-$ansible_of" -e "binary_dir=$work/release" -e ansible_python_interpreter=/nonexistent
  expect "$ansible_of: the program is brought: as if it ran there" "$code $(diff <(verdicts "$work/direct") <(verdicts "$work/shipped-$ansible_of") && echo same)" "0 same"
  expect "$ansible_of: nothing is left behind" "$(find "$work/remote" -mindepth 1 )" ""
done
ansible_of=newest
rampcheck verify "$work"/shipped-newest/*.json > "$work/log" || { echo "FAIL a report that was brought home cannot be relied on"; cat "$work/log"; exit 1; }
play "$work/judge.yml" -i "$work/recorded.yml" --check -e "report_dir=$work/reports-check" -e "program=$work/bin/rampcheck"
expect "--check judges, too" "$code $(verdicts "$work/reports-check" | wc -l)" "0 20"

# failing WHAT ARGUMENT...: a run on one host that has to fail.
failing() { local what=$1; shift; play "$work/judge.yml" -i "$work/recorded.yml" --limit debian-12 -e "report_dir=$work/none" "$@"; expect "$what: fails" "$code" 2; }
failing "no program" -e program=rampcheck-nowhere
says "no program" "rampcheck-nowhere is not installed on this host. Install it with the role rampcheck.rampcheck.install"
failing "a program for $other" -e "program=$work/foreign/rampcheck-$version-$arch-linux/rampcheck"
says "a program for $other" "is not a program for this host, which is $(uname -m)"
failing "bringing a program for $other" -e "binary_dir=$work/foreign"
says "bringing a program for $other" "is a program for $other, but this host is $(uname -m)"
mkdir "$work/empty"
failing "a folder without a release" -e "binary_dir=$work/empty"
says "a folder without a release" "no rampcheck-*-$arch-linux.tar.gz, which this host needs"
cp -r "$work/release" "$work/damaged"
printf x >> "$work/damaged/$top.tar.gz"
failing "an archive that was changed" -e "binary_dir=$work/damaged"
says "an archive that was changed" "is not what SHA256SUMS beside it says"
for how in "program=$work/bin/rampcheck" "binary_dir=$work/release"; do
  failing "a recording that is not there, ${how%%=*}" -e "$how" -e '{"recording": "/nowhere.toml"}'
  says "a recording that is not there" "/nowhere.toml"
done
sed 's/tier: qa/teir: qa/' "$work/judge.yml" > "$work/wrong.yml"
for how in "program=$work/bin/rampcheck" "binary_dir=$work/release"; do
  code=0
  ansible-playbook "$work/wrong.yml" -i "$work/recorded.yml" --limit debian-12 -e "report_dir=$work/none rampcheck_gate_today=$today $how" > "$work/log" 2>&1 || code=$?
  expect "a wrong option, ${how%%=*}" "$code $(grep -cE 'teir' "$work/log" | sed 's/^[1-9].*/named/')" "2 named"
done

echo "== the gate, over ssh"
names=() count=20
for number in $(seq $count); do
  names+=("app-$number")
  sed "s/chat-1\\.example/app-$number.example/g; s/\\(\"\\/etc\\/machine-id\" = \"\\)../\\1$(printf %02x "$number")/; s/10\\.20\\.0\\.21/10.20.0.$((50 + number))/g" \
    "$nodes/chat-1.toml" > "$work/nodes/app-$number.toml"
done
# inventory FILE: hosts by name; what a test wants otherwise stands in $work/host_vars.
inventory() {
  echo "apps:"; echo "  vars: {$remote, ansible_python_interpreter: /usr/bin/python3, rampcheck_gate_program: $work/bin/rampcheck, rampcheck_gate_host: \"$work/nodes/{{ inventory_hostname }}.toml\"}"
  echo "  hosts:"
  local name; for name in "${names[@]}"; do echo "    $name: {${special[$name]:-}}"; done
}
declare -A special=()
gate() {
  cat << END
- name: Gate
  hosts: apps
  gather_facts: false
  ${1:-}
  roles:
    - role: rampcheck.rampcheck.gate
      vars: {rampcheck_gate_group: apps, rampcheck_gate_product: cometchat, rampcheck_gate_tier: baseline-25k, rampcheck_gate_deployment: swarm}
END
  next
}
gate > "$work/gate.yml"
gate "serial: 2" > "$work/serial.yml"
inventory > "$work/apps.yml"
play "$work/gate.yml" -i "$work/apps.yml"
open "20 hosts"
play "$work/gate.yml" -i "$work/apps.yml" --check
expect "--check: the gate passes, and its reports are there" "$code $(reports)" "0 20"
play "$work/serial.yml" -i "$work/apps.yml"
closed "serial: 2"
says "serial: 2" "Give it a play of its own, without serial."
play "$work/gate.yml" -i "$work/apps.yml" --limit 'app-1*'
closed "--limit"
says "--limit" "missing: app-2"
special=(["app-2"]="ansible_port: 1" ["app-5"]="rampcheck_gate_program: rampcheck-nowhere"
  ["app-7"]="rampcheck_gate_program: $work/foreign/rampcheck-$version-$arch-linux/rampcheck" ["app-9"]="rampcheck_gate_program: $work/bin/editing"
  ["app-11"]="rampcheck_gate_host: $work/nodes/old-docker.toml")
inventory > "$work/troubled.yml"
play "$work/gate.yml" -i "$work/troubled.yml"
closed "five hosts with five troubles"
for said in "missing: app-2" "missing: app-5" "missing: app-7" "edited: app-9" "unsupported: app-11: docker-engine"; do says "all are named at once" "$said"; done
says "why one is missing" "rampcheck-nowhere is not installed on this host"
expect "the others were asked" "$(reports)" 17
special=()
PATH="${PATH#*:}" play "$work/gate.yml" -i "$work/apps.yml" -e "rampcheck_gate_binary_dir=$work/release" -e ansible_python_interpreter=/usr/bin/python3
open "neither hosts nor controller have rampcheck"

echo "== the role install"
cat > "$work/install.yml" << 'END'
- hosts: apps
  gather_facts: true
  roles:
    - role: rampcheck.rampcheck.install
      vars: {rampcheck_install_bin_dir: "{{ remote_folder }}/{{ inventory_hostname }}/bin"}
END
install() { play "$work/install.yml" -i "$work/apps.yml" --limit app-1,app-2 "$@"; }
changed() { sed -n 's/^app-1 .*changed=\([0-9]*\).*/\1/p' "$work/log"; }
rm -rf "$work/remote"
install -e "rampcheck_install_release_dir=$work/release" --check
expect "--check installs nothing" "$code $(find "$work/remote" -name rampcheck)" "0 "
install -e "rampcheck_install_release_dir=$work/release" -e "rampcheck_install_allowed_signers=$work/allowed_signers" -e '{"rampcheck_install_packs": ["cometchat", "rocketchat"]}' -e "rampcheck_install_packs_trust_key=$work/allowed_signers"
expect "from a folder" "$code $("$work/remote/app-2/bin/rampcheck" --version | head -n 1)" "0 rampcheck $version"
install -e "rampcheck_install_release_dir=$work/release" -e "rampcheck_install_allowed_signers=$work/allowed_signers" -e '{"rampcheck_install_packs": ["cometchat", "rocketchat"]}' -e "rampcheck_install_packs_trust_key=$work/allowed_signers"
expect "again: nothing is changed" "$code $(changed)" "0 0"
rm -rf /var/cache/rampcheck
install -e "rampcheck_install_release_dir=$work/damaged"
expect "an archive that was changed is refused" "$code $(grep -c 'is missing, or not what SHA256SUMS says' "$work/log" | sed 's/^[1-9].*/said/')" "2 said"
ssh-keygen -q -t ed25519 -N '' -f "$work/stranger"
echo "release@rampcheck $(cut -d' ' -f1,2 "$work/stranger.pub")" > "$work/strangers"
install -e "rampcheck_install_release_dir=$work/release" -e "rampcheck_install_allowed_signers=$work/strangers"
expect "a signature of somebody else is refused" "$code" 2
install -e "rampcheck_install_release_dir=$work/release" -e rampcheck_install_version=9.9.9
says "another version" "Is rampcheck_install_version right?"
python3 "$here/web_server.py" "$work" > "$work/web-port" & started+=($!)
for _ in $(seq 50); do [ -s "$work/web-port" ] && break; sleep 0.1; done
rm -rf "$work/remote"
mirror="http://127.0.0.1:$(cat "$work/web-port")/whole/release"
install -e "rampcheck_install_mirror=$mirror" -e "rampcheck_install_cache=$work/cache"
expect "from a mirror" "$code $("$work/remote/app-1/bin/rampcheck" --version | head -n 1)" "0 rampcheck $version"
install -e "rampcheck_install_mirror=http://127.0.0.1:$(cat "$work/web-port")/whole/damaged" -e "rampcheck_install_cache=$work/cache-damaged"
expect "a download that was changed is refused" "$code" 2
expect "without a report the facts script prints an object" "$(sh "$root/roles/install/files/rampcheck.fact")" "$(cat /var/lib/rampcheck/report.json 2> /dev/null || echo '{}')"

echo "== molecule"
export RAMPCHECK_RELEASE="$work/release"
code=0
(cd "$root/extensions" && molecule test > "$work/log" 2>&1) || code=$?
expect "converge, idempotence, verify" "$code" 0
rm -rf "$root/extensions/molecule"

echo "== ansible-test sanity"
# It would fetch pip from a server of Ansible; ensurepip has one.
sanity() {
  local from; from=$(sed -n "s/.*pip='\([0-9.]*\)'.*/\1/p" "$venvs/$1"/lib/python3*/site-packages/ansible_test/_internal/python_requirements.py)
  mkdir -p "$HOME/.ansible/test/cache"
  local pip; for pip in $from; do printf 'import ensurepip\nensurepip.bootstrap()\n' > "$HOME/.ansible/test/cache/get_pip_${pip//./_}.py"; done
  code=0
  # It tries every Python that it finds. Those of a version manager may only be names of what is not installed.
  local path; path=$(printf %s "$PATH" | sed 's#[^:]*/shims:##g')
  (cd "$root" && PATH="$venvs/$1/bin:$path" ansible-test sanity --venv --python default --color no > "$work/log" 2>&1) || code=$?
  [ "$code" = 0 ] || tail -20 "$work/log"
  expect "$1: sanity" "$code" 0
}
sanity newest

echo "== galaxy-importer"
(cd "$work" && PATH="$venvs/importer/bin:$PATH" "$venvs/importer/bin/python" -m galaxy_importer.main "$archive" > "$work/log" 2>&1) || true
expect "it takes the archive" "$(grep -c 'Importer processing completed successfully' "$work/log")" 1
# The module is under the licence of rampcheck: tests/sanity says so, and the importer that it does.
expect "and has nothing else to say" "$(grep -E '^(ERROR|WARNING)' "$work/log" | grep -v 'found ignore-2')" ""

echo "== 200 hosts"
names=()
for number in $(seq 200); do
  names+=("app-$number")
  sed "s/chat-1\\.example/app-$number.example/g; s/\\(\"\\/etc\\/machine-id\" = \"\\)../\\1$(printf %02x "$number")/; s/10\\.20\\.0\\.21/10.20.1.$number/g" "$nodes/chat-1.toml" > "$work/nodes/app-$number.toml"
done
remote="ansible_connection: local"
inventory > "$work/many.yml"
sed -i 's/baseline-25k/baseline-200k/' "$work/gate.yml"
seconds() { local began; began=$(date +%s%N); "$@" > /dev/null 2>&1 || true; echo $((($(date +%s%N) - began) / 1000000)); }
for how in "rampcheck_gate_program=$work/bin/rampcheck" "rampcheck_gate_binary_dir=$work/release"; do
  began=$(date +%s%N)
  play "$work/gate.yml" -i "$work/many.yml" -e "$how"
  whole=$((($(date +%s%N) - began) / 1000000))
  open "200 hosts, ${how%%=*}"
  one=$(for _ in $(seq 10); do seconds "$work/bin/rampcheck" check cometchat --tier baseline-200k --host "$work/nodes/app-1.toml" --format json; done | sort -n | sed -n 5p)
  fleet=$(seconds "$work/bin/rampcheck" fleet --reports-from "$work/gate/reports" --hosts "$work/gate/hosts.txt" --plan "$work/gate/plan.toml" --output "html=$work/gate/again.html")
  own=$((200 * one + fleet))
  echo "200 hosts, ${how%%=*}: $whole ms, of which rampcheck $own ms on one core ($one ms a host, $fleet ms for the fleet): $((own * 100 / whole)) %"
done

echo "$passed passed"
