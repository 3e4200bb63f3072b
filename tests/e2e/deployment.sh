#!/usr/bin/env bash
# What already runs: containers under the product's names, in two real engines, a Swarm and its networks, from an image of one
# static program. Secrets are planted in all that they are started with. Needs root and Debian's archive.
# usage: tests/e2e/deployment.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rampcheck=$(realpath "$1")
work=${RAMPCHECK_WORK:-$(mktemp -d)}
started=()
. "$here/parts.sh"

# Fetched with the machine's network. Then everything runs in one of its own, and mounts of its own cannot be left behind.
if [ -z "${RAMPCHECK_WORK:-}" ]; then
  trap remove_work EXIT
  echo "== fetching engines"
  unpack bookworm "$work/debian12" docker.io containerd runc libdevmapper1.02.1
  unpack bookworm "$work/busybox" busybox-static
  unpack trixie "$work/debian13" docker.io docker-cli containerd
  # One runc for both, whose C library is no newer than that of the machine.
  cp "$work/debian12/usr/sbin/runc" "$work/debian13/usr/sbin/runc"
  RAMPCHECK_WORK=$work unshare --mount --net --propagation private "$0" "$@"
  exit
fi

cleanup() {
  set +e
  stop_started
  unmount
}
trap cleanup EXIT
mount -t tmpfs tmpfs /run
ip link set lo up
secret=s3cret-planted

docker() { env -i PATH=/usr/bin:/bin "HOME=$work" DOCKER_HOST="unix://$socket" "$work/debian13/usr/bin/docker" "$@"; }
# check NAME ARGUMENT...: a run; its report is $work/out/NAME.json. Which verdict it has is up to the machine.
check() {
  local name=$1 code=0; shift
  env -i "DOCKER_HOST=unix://$socket" "$rampcheck" check "$@" --format json > "$work/out/$name.json" 2> "$work/log" || code=$?
  expect "$name: a verdict" "$(case $code in 0 | 3 | 4) echo yes ;; *) echo "$code" ;; esac)" yes
}
finding() { jq -r --arg id "$2" '.findings[] | select(.id == $id) | .'"$3" "$work/out/$1.json"; }
fact() { jq -r --arg name "$2" '.facts[$name] | .'"$3" "$work/out/$1.json"; }
# A list of excerpts, in one line.
excerpts() { fact "$1" "$2" 'value // [] | map(.place + ": " + .text) | sort | join(", ")'; }
# Facts that the containers make.
of_containers() { jq -S '.facts | with_entries(select(.key | test("^(deployment|container|docker[.]networks)[.]")))' "$work/out/$1.json"; }

mkdir -p "$work/out" "$work/root/bin"
cp "$work/busybox/bin/busybox" "$work/root/bin/"
for name in sh sleep false true nc; do ln -s busybox "$work/root/bin/$name"; done
printf '#!/bin/sh\nexec sleep 600\n' > "$work/root/bin/mongod"
chmod +x "$work/root/bin/mongod"
# tag NAME: an image under this name, another one each time.
tag() { tar -C "$work/root" -c . | docker import --message "$RANDOM" --change 'CMD ["sleep", "600"]' - "$1" > "$work/log"; }

running=(rocketchat --phase run --users 150 --concurrent 40)
mongo_url="mongodb://chat:$secret@db:27017/rocketchat?replicaSet=rs0&password=$secret"
for engine in old new; do
  [ "$engine" = old ] && root=$work/debian12 || root=$work/debian13
  engine "$engine" "$root" --ip6tables=false
  socket="$work/$engine/docker.sock"
  echo "== engine $(docker version --format '{{.Server.Version}}')"
  tag rocketchat/rocket.chat:8.5.1
  tag mongo:8.0
  check "$engine-none" "${running[@]}"
  expect "nothing runs, and nothing is judged" "$(fact "$engine-none" deployment.from state) $(finding "$engine-none" containers-healthy status)" "absent skipped"

  docker run -d --name chat --restart unless-stopped --memory 64m --log-opt max-size=10m -p 3000:3000 -p 127.0.0.1:9458:9458 \
    -v uploads:/app/uploads -v "/$secret:/x" --label "secret=$secret" -e "MONGO_URL=$mongo_url" -e ROOT_URL=https://chat.example.com \
    -e "ADMIN_PASS=$secret" rocketchat/rocket.chat:8.5.1 sh -c 'sleep 600' "$secret" > "$work/log"
  docker run -d --name db -p 27017:27017 -e "MONGO_INITDB_ROOT_PASSWORD=$secret" --log-driver local \
    mongo:8.0 mongod --replSet rs0 --keyFile "/$secret" > "$work/log"
  check "$engine" "${running[@]}"
  expect "the deployment is what runs" "$(fact "$engine" deployment.from value) $(fact "$engine" deployment.release value)" "containers 8.5.1"
  expect "its service" "$(excerpts "$engine" deployment.services)" "container chat: Image: rocketchat/rocket.chat:8.5.1"
  expect "one instance with a limit" "$(fact "$engine" deployment.instances value) $(fact "$engine" deployment.memory_limit value)" "1 67108864"
  expect "MongoDB is of a replica set" "$(fact "$engine" deployment.standalone_mongodb state)" absent
  expect "its port is for everybody" "$(excerpts "$engine" deployment.public_backends)" "container db: 0.0.0.0:27017 -> 27017/tcp"
  expect "and the port of metrics is not" "$(fact "$engine" deployment.public_metrics state)" absent
  expect "uploads are on this host" "$(excerpts "$engine" deployment.local_uploads)" "container chat: volume uploads -> /app/uploads"
  expect "no fault in the rest" "$(for name in unpinned unofficial no_restart shortcuts variables_missing unhealthy logs_unbounded; do
    fact "$engine" deployment.$name state; done | sort | uniq -c | xargs)" "7 absent"
  for id in containers-healthy container-logs; do expect "$id" "$(finding "$engine" $id status)" passed; done
  expect "nobody offers or collects metrics" "$(fact "$engine" deployment.metrics value) $(finding "$engine" monitoring status)" "false warning"
  check "$engine-before" rocketchat --users 150 --concurrent 40
  expect "before an installation nothing of it is judged" "$(finding "$engine-before" containers-healthy status)" skipped

  echo "== with faults, and a tag that has moved"
  docker rm -f chat db > "$work/log"
  docker run -d --name chat -e BYPASS_OPLOG_VALIDATION=true --health-cmd false --health-interval 1s --health-retries 1 \
    rocketchat/rocket.chat:8.5.1 > "$work/log"
  docker run -d --name db --restart always mongo:8.0 mongod > "$work/log"
  docker run -d --name crash --restart always mongo:8.0 false > "$work/log"
  tag rocketchat/rocket.chat:8.5.1
  # The engine waits twice as long each time: by then it is seen waiting.
  for _ in $(seq 120); do
    [ "$(docker inspect --format '{{.State.Health.Status}}' chat)" = unhealthy ] &&
      [ "$(docker inspect --format '{{.State.Restarting}} {{ge .RestartCount 6}}' crash)" = "true true" ] && break
    sleep 0.5
  done
  check "$engine-faults" "${running[@]}"
  expect "the image is the one it was started from" "$(excerpts "$engine-faults" deployment.services)" "container chat: Image: rocketchat/rocket.chat:8.5.1"
  expect "who is not well" "$(excerpts "$engine-faults" deployment.unhealthy)" "container chat: Health: unhealthy, container crash: State: restarting"
  expect "logs" "$(fact "$engine-faults" deployment.logs_unbounded 'value | length')" 3
  expect "no restart" "$(excerpts "$engine-faults" deployment.no_restart)" "container chat: RestartPolicy: no"
  expect "a shortcut" "$(excerpts "$engine-faults" deployment.shortcuts)" "container chat: BYPASS_OPLOG_VALIDATION=true"
  expect "alone" "$(excerpts "$engine-faults" deployment.standalone_mongodb)" "container db: Command: mongod"
  expect "variables" "$(fact "$engine-faults" deployment.variables_missing 'value | length')" 2
  for id in containers-healthy container-logs; do expect "$id" "$(finding "$engine-faults" $id status)" warning; done
  docker rm -f chat db crash > "$work/log"

  echo "== no secret in any format, nor in a recording, which says the same"
  docker run -d --name chat -e "MONGO_URL=$mongo_url" -e "ROOT_URL=$secret" -e "A=$secret" rocketchat/rocket.chat:8.5.1 sh -c 'nc -l -p 9458' "$secret" > "$work/log"
  check "$engine-secret" "${running[@]}"
  expect "it offers metrics" "$(fact "$engine-secret" deployment.metrics value) $(finding "$engine-secret" monitoring status)" "true passed"
  for format in human json html markdown junit nagios prometheus csv summary fix fix-ansible; do
    env -i "DOCKER_HOST=unix://$socket" "$rampcheck" check "${running[@]}" -v --format "$format" > "$work/out/$engine.$format" 2>> "$work/out/$engine.err" || true
    expect "$format is written" "$([ -s "$work/out/$engine.$format" ] && echo yes)" yes
  done
  env -i "DOCKER_HOST=unix://$socket" "$rampcheck" facts --record "$work/out/$engine.toml" > "$work/out/$engine.facts" 2>> "$work/out/$engine.err"
  expect "no secret" "$(grep -rl "$secret" "$work/out")" ""
  env -i "$rampcheck" check "${running[@]}" --host "$work/out/$engine.toml" --format json > "$work/out/$engine-replayed.json" 2> "$work/log" || true
  expect "replayed, it is the same" "$(diff <(of_containers "$engine-secret") <(of_containers "$engine-replayed"))" ""
  docker rm -f chat > "$work/log"

  echo "== a Swarm"
  swarm=(cometchat --tier baseline-10k --phase run --deployment swarm)
  check "$engine-alone" "${swarm[@]}"
  expect "outside a Swarm there are no overlays" "$(fact "$engine-alone" docker.networks.unencrypted state)" absent
  docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1 > "$work/log"
  docker network create -d overlay --opt encrypted inside > "$work/log"
  check "$engine-encrypted" "${swarm[@]}"
  expect "an encrypted overlay, and the ingress" "$(finding "$engine-encrypted" overlays-encrypted status)" passed
  docker network create -d overlay open > "$work/log"
  check "$engine-open" "${swarm[@]}"
  expect "one that is not" "$(finding "$engine-open" overlays-encrypted status) $(fact "$engine-open" docker.networks.unencrypted 'value | join(",")')" "warning open"
  docker service create --detach --name chat --replicas 3 --network host --restart-condition none -e "MONGO_URL=$mongo_url" \
    -e ROOT_URL=https://chat.example.com rocketchat/rocket.chat:8.5.1 sleep 600 > "$work/log" 2>&1
  for _ in $(seq 60); do [ "$(docker ps -q | wc -l)" = 3 ] && break; sleep 0.5; done
  check "$engine-tasks" "${running[@]}" --deployment swarm --instances 3
  expect "three tasks of one service" "$(fact "$engine-tasks" deployment.instances value)" 3
  expect "which the Swarm does not start again" "$(fact "$engine-tasks" deployment.no_restart 'value | length')" 1
  expect "no secret" "$(grep -rl "$secret" "$work/out")" ""
  docker service rm chat > "$work/log"
  docker swarm leave --force > "$work/log"
done

echo "$passed passed, 0 failed"
