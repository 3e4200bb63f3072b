"""The API of a few Kubernetes clusters on the loopback interface, over TLS, as far as kubectl and Helm ask for it to read.

usage: kubernetes_api.py FOLDER CERTIFICATE KEY TOKEN SECRET       writes FOLDER/port, and each request to FOLDER/requests

The first part of the path says which cluster it is. TOKEN is what a caller must bring; SECRET is planted in all that is nobody's
business. Whatever is not a GET is refused, and stands in FOLDER/requests with the rest.

healthy          a control plane, two workers, and the vendor's chart with microservices, installed by Helm at the second attempt
not-ready        a worker has not been heard of
no-default       no StorageClass is the default, and there is no IngressClass
small            as many nodes, with little in them
old              Kubernetes 1.20, which lists its resources group by group
stale            what serves metrics is down, so that a part of the list of resources is missing
empty            nothing but the cluster's own workloads
degraded         a deployment lacks a replica, and the chart is another one
no-secrets       the caller must not read secrets
no-nodes         the caller must not read what belongs to no namespace
namespaced       the caller may read one namespace alone
large            700 nodes and 700 deployments, in pages
huge             700 deployments whose images have long names: more than is kept of an answer
gone             as large, but the second page has expired
failing          every answer but the version is an error of the server
slow             every answer takes longer than kubectl may wait for it
slow-helm        only the secrets do
slow-each        each answer takes a second, and all together more than there is time for
trickle          answers begin at once and never end
"""

import base64
import copy
import gzip
import http.server
import json
import pathlib
import re
import ssl
import sys
import threading
import time
import urllib.parse

folder, certificate, key, token, secret = pathlib.Path(sys.argv[1]), *sys.argv[2:6]
lock = threading.Lock()
CREATED = "2026-01-12T09:30:00Z"

# Kinds by group and version: name, kind, whether it has a namespace.
RESOURCES = {
    "v1": [("namespaces", "Namespace", False), ("nodes", "Node", False), ("pods", "Pod", True), ("secrets", "Secret", True),
           ("configmaps", "ConfigMap", True), ("services", "Service", True)],
    "apps/v1": [("daemonsets", "DaemonSet", True), ("deployments", "Deployment", True), ("statefulsets", "StatefulSet", True)],
    "networking.k8s.io/v1": [("ingressclasses", "IngressClass", False), ("ingresses", "Ingress", True)],
    "storage.k8s.io/v1": [("storageclasses", "StorageClass", False)],
}
SHORT = {"nodes": ["no"], "pods": ["po"], "deployments": ["deploy"], "statefulsets": ["sts"], "storageclasses": ["sc"]}
VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
METRICS = "metrics.k8s.io/v1beta1"


def metadata(name, namespace=None, labels=None, annotations=None):
    own = {"name": name, "uid": f"00000000-0000-4000-8000-{abs(hash((name, namespace))) % 10**12:012}", "resourceVersion": "4711",
           "creationTimestamp": CREATED, "labels": labels or {},
           "annotations": {"kubectl.kubernetes.io/last-applied-configuration": '{"note":"%s | \\n"}' % secret, **(annotations or {})},
           "managedFields": [{"manager": "k3s", "operation": "Update", "apiVersion": "v1", "time": CREATED,
                              "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": {"f:labels": {}}}}]}
    return own | ({"namespace": namespace} if namespace else {})


def node(name, cpu, memory, ready="True", taints=(), unschedulable=False):
    def condition(kind, status, reason):
        return {"type": kind, "status": status, "lastHeartbeatTime": CREATED, "lastTransitionTime": CREATED, "reason": reason, "message": reason}

    size = {"cpu": cpu, "ephemeral-storage": "203056560Ki", "hugepages-2Mi": "0", "memory": memory, "pods": "110"}
    spec = {"podCIDR": "10.42.0.0/24", "providerID": f"k3s://{name}"}
    if taints:
        spec["taints"] = [{"effect": effect, "key": key, "timeAdded": CREATED} for key, effect in taints]
    if unschedulable:
        spec["unschedulable"] = True
    return {
        "metadata": metadata(name, labels={"kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}),
        "spec": spec,
        "status": {
            "addresses": [{"type": "InternalIP", "address": "192.0.2.10"}, {"type": "Hostname", "address": name}],
            "allocatable": size | {"pods": "100"}, "capacity": size,
            "conditions": [condition("MemoryPressure", "False", "KubeletHasSufficientMemory"), condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
                           condition("PIDPressure", "False", "KubeletHasSufficientPID"), condition("Ready", ready, "KubeletReady")],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "images": [{"names": [f"docker.io/rocketchat/rocket.chat@sha256:{0:064}", "docker.io/rocketchat/rocket.chat:8.5.1"], "sizeBytes": 812345678}],
            "nodeInfo": {"architecture": "amd64", "containerRuntimeVersion": "containerd://2.0.4-k3s2", "kernelVersion": "6.8.0-60-generic",
                         "kubeletVersion": "v1.31.5+k3s1", "operatingSystem": "linux", "osImage": "Ubuntu 24.04.2 LTS"},
        },
    }


def workload(namespace, name, image, replicas=1, ready=None, env=(), chart=None, release=None, memory=None, stateful=False):
    labels = {"app.kubernetes.io/name": name}
    if chart:
        labels |= {"helm.sh/chart": chart, "app.kubernetes.io/managed-by": "Helm"}
    annotations = {"deployment.kubernetes.io/revision": "2"}
    if release:
        annotations |= {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace}
    container = {"name": name, "image": image, "imagePullPolicy": "IfNotPresent", "command": ["sh", "-c", f"exec run --password={secret}"],
                 "env": list(env), "resources": {"limits": {"memory": memory}} if memory else {}, "terminationMessagePath": "/dev/termination-log"}
    ready = replicas if ready is None else ready
    status = {"observedGeneration": 2, "replicas": replicas, "updatedReplicas": replicas}
    # The API leaves a number out that is zero.
    if ready:
        status |= {"readyReplicas": ready, "availableReplicas": ready}
    if ready < replicas and not stateful:
        status["unavailableReplicas"] = replicas - ready
    spec = {"replicas": replicas, "revisionHistoryLimit": 10, "selector": {"matchLabels": {"app.kubernetes.io/name": name}},
            "template": {"metadata": {"labels": {"app.kubernetes.io/name": name}, "annotations": {"checksum/config": secret}},
                         "spec": {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "securityContext": {}}}}
    spec |= {"serviceName": name} if stateful else {"strategy": {"type": "RollingUpdate"}}
    return {"metadata": metadata(name, namespace, labels, annotations), "spec": spec, "status": status}


def from_secret(name):
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": "rc-rocketchat", "key": name.lower()}}}


def given(name):
    return {"name": name, "value": secret}


def release(version, status, values):
    """What Helm keeps of a revision: gzip in base64, in a secret, which is base64 again."""
    own = {"host": "", "replicaCount": 1, "image": {"repository": "registry.rocket.chat/rocketchat/rocket.chat"}, "ingress": {"enabled": False},
           "microservices": {"enabled": True, "ddpStreamer": {"replicas": 1}}, "mongodb": {"enabled": True}}
    body = {
        "name": "rc", "namespace": "chat", "version": version, "config": values,
        "info": {"first_deployed": CREATED, "last_deployed": CREATED, "deleted": "", "description": "Upgrade complete", "status": status, "notes": secret},
        "chart": {"metadata": {"name": "rocketchat", "version": "6.27.1", "appVersion": "8.5.1", "apiVersion": "v2"}, "lock": None, "templates": [],
                  "values": own, "schema": None, "files": []},
        "manifest": f"---\napiVersion: v1\nkind: Secret\nstringData:\n  x: {secret}\n",
    }
    packed = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(body).encode())))
    labels = {"name": "rc", "owner": "helm", "status": status, "version": str(version), "modifiedAt": "1768210200"}
    return {"metadata": metadata(f"sh.helm.release.v1.rc.v{version}", "chat", labels), "type": "helm.sh/release.v1", "data": {"release": packed.decode()}}


CHART = {"chart": "rocketchat-6.27.1", "release": "rc"}
NATS = {"name": "TRANSPORTER", "value": "monolith+nats://rc-nats:4222"}
VALUES = {
    "host": "chat.example.com", "replicaCount": 2,
    "image": {"repository": "registry.rocket.chat/rocketchat/rocket.chat", "tag": "8.5.1"},
    "ingress": {"enabled": True, "ingressClassName": "nginx"},
    "externalMongodbUrl": f"mongodb://chat:{secret}@db.example.com:27017/rocketchat?replicaSet=rs0",
    "mongodb": {"enabled": False, "auth": {"rootPassword": secret}},
    "microservices": {"enabled": True, "ddpStreamer": {"replicas": 2}},
    "smtp": {"password": secret},
    "extraEnv": [{"name": "LICENSE", "value": secret}],
}
HEALTHY = {
    "version": "v1.31.5+k3s1",
    "nodes": [
        node("control", "4", "8145864Ki", taints=[("node-role.kubernetes.io/control-plane", "NoSchedule")]),
        node("worker-1", "16", "32654321Ki"), node("worker-2", "16", "32654321Ki"),
    ],
    "namespaces": [{"metadata": metadata(name), "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}} for name in ("chat", "kube-system", "shop")],
    "storageclasses": [
        {"metadata": metadata("local-path", annotations={"storageclass.kubernetes.io/is-default-class": "true"}), "provisioner": "rancher.io/local-path",
         "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer"},
        {"metadata": metadata("nfs"), "provisioner": "nfs.csi.k8s.io", "parameters": {"share": f"/{secret}"}, "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
    ],
    "ingressclasses": [{"metadata": metadata("nginx"), "spec": {"controller": "k8s.io/ingress-nginx"}}],
    "deployments": [
        workload("kube-system", "coredns", "rancher/mirrored-coredns-coredns:1.12.0", 1, memory="170Mi"),
        workload("chat", "rc-rocketchat", "registry.rocket.chat/rocketchat/rocket.chat:8.5.1", 2, memory="2Gi", **CHART,
                 env=[from_secret("MONGO_URL"), {"name": "ROOT_URL", "value": "https://chat.example.com"}, NATS, given("LICENSE")]),
        workload("chat", "rc-ddp-streamer", "docker.io/rocketchat/ddp-streamer-service:8.5.1", 2, **CHART, env=[from_secret("MONGO_URL"), NATS]),
        *(workload("chat", f"rc-{name}", f"docker.io/rocketchat/{name}-service:8.5.1", **CHART, env=[from_secret("MONGO_URL"), NATS])
          for name in ("account", "authorization", "presence")),
        workload("shop", "till", "registry.example.com/till:3", env=[given("PASSWORD")]),
    ],
    "statefulsets": [workload("shop", "db", "postgres:17", env=[given("POSTGRES_PASSWORD")], stateful=True)],
    "secrets": [
        release(1, "superseded", VALUES | {"host": "before.example.com", "replicaCount": 1}), release(2, "deployed", VALUES),
        {"metadata": metadata("rc-rocketchat", "chat"), "type": "Opaque", "data": {"mongo_url": base64.b64encode(secret.encode()).decode()}},
    ],
}


def cluster(name):
    """What there is in a cluster."""
    state = copy.deepcopy(HEALTHY)
    deployments = state["deployments"]
    if name == "not-ready":
        gone = [("node.kubernetes.io/unreachable", "NoSchedule"), ("node.kubernetes.io/unreachable", "NoExecute")]
        state["nodes"][2] = node("worker-2", "16", "32654321Ki", ready="Unknown", taints=gone)
    elif name == "no-default":
        del state["storageclasses"][0]["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"]
        state["ingressclasses"] = []
    elif name == "small":
        # One takes no pods, which leaves 5.5 CPUs and 1 GiB.
        state["nodes"] = [node("one", "3500m", "512Mi"), node("two", "2", "536870912"), node("three", "32", "64Gi", unschedulable=True)]
    elif name == "old":
        state["version"] = "v1.20.15"
        annotations = state["storageclasses"][0]["metadata"]["annotations"]
        annotations["storageclass.beta.kubernetes.io/is-default-class"] = annotations.pop("storageclass.kubernetes.io/is-default-class")
    elif name == "empty":
        state["deployments"], state["secrets"] = [deployments[0], deployments[-1]], []
    elif name == "degraded":
        deployments[2]["status"]["readyReplicas"] = 1
        for one in deployments:
            if "helm.sh/chart" in one["metadata"]["labels"]:
                one["metadata"]["labels"]["helm.sh/chart"] = "chat-1.0.0"
    elif name in ("large", "gone"):
        state["nodes"] = [node(f"node-{number}", "250m", "1Gi") for number in range(700)]
        state["deployments"] = [workload("shop", f"till-{number}", "registry.example.com/till:3", env=[given("PASSWORD")]) for number in range(700)] + deployments
    elif name == "huge":
        image = f"registry.example.com/{'team/' * 100}till@sha256:{0:064}"
        state["deployments"] = [workload("shop", f"till-{number}", image, env=[given("PASSWORD")]) for number in range(700)] + deployments
    return state


states, answers, served = {}, {}, re.findall("^([a-z-]+)  ", __doc__, re.MULTILINE)


def state_of(name):
    with lock:
        if name not in states:
            states[name] = cluster(name)
        return states[name]


class Refused(Exception):
    """An answer that is a Status."""

    def __init__(self, code, reason, message, **details):
        super().__init__(message)
        self.code = code
        self.body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason, "details": details, "code": code}


def group_of(version):
    return version.rpartition("/")[0]


def resource(name, kind, namespaced, version):
    return {"name": name, "singularName": kind.lower(), "namespaced": namespaced, "kind": kind, "verbs": VERBS, "shortNames": SHORT.get(name, [])}


def discovery(name, path, accepts):
    """The lists of what can be asked for, or None if the path is none of theirs."""
    groups = [version for version in RESOURCES if version != "v1"] + ([METRICS] if name == "stale" else [])
    if path in ("/api", "/apis") and name != "old" and "as=APIGroupDiscoveryList" in accepts:
        def listed(version):
            group, _, number = version.rpartition("/")
            scope = {True: "Namespaced", False: "Cluster"}
            own = [{"resource": one, "responseKind": {"group": group, "version": number, "kind": kind}, "scope": scope[namespaced],
                    "singularResource": kind.lower(), "verbs": VERBS, "shortNames": SHORT.get(one, [])} for one, kind, namespaced in RESOURCES.get(version, [])]
            freshness = {"freshness": "Stale"} if version == METRICS else {"freshness": "Current", "resources": own}
            return {"metadata": {"creationTimestamp": None} | ({"name": group} if group else {}), "versions": [{"version": number} | freshness]}

        as_version = "v2" if "v=v2;" in accepts else "v2beta1"
        body = {"kind": "APIGroupDiscoveryList", "apiVersion": f"apidiscovery.k8s.io/{as_version}", "metadata": {},
                "items": [listed(version) for version in (["v1"] if path == "/api" else groups)]}
        return body, f"application/json;g=apidiscovery.k8s.io;v={as_version};as=APIGroupDiscoveryList"
    plain = "application/json"
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": "192.0.2.10:6443"}]}, plain
    if path == "/apis":
        def group(version):
            one = {"groupVersion": version, "version": version.rpartition("/")[2]}
            return {"name": group_of(version), "versions": [one], "preferredVersion": one}

        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group(version) for version in groups]}, plain
    version = path.removeprefix("/apis/") if path.startswith("/apis/") else path.removeprefix("/api/")
    if version == METRICS and name == "stale":
        raise Refused(503, "ServiceUnavailable", "the server is currently unable to handle the request")
    if version in RESOURCES:
        own = [resource(*one, version) for one in RESOURCES[version]]
        return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": own}, plain
    return None


def may_read(name, kind, group, namespace):
    """What RBAC says, as the API server says it."""
    no = {"no-secrets": kind == "secrets", "no-nodes": kind in ("nodes", "storageclasses", "ingressclasses"), "namespaced": namespace != "chat"}
    if no.get(name):
        where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
        message = f'{kind}.{group}'.rstrip(".") + f' is forbidden: User "operator" cannot list resource "{kind}" in API group "{group}" {where}'
        raise Refused(403, "Forbidden", message, group=group, kind=kind)


def selected(one, selector):
    labels = one["metadata"]["labels"]
    return all(labels.get(key) == value for key, _, value in (part.partition("=") for part in selector.split(",") if part))


def answer(name, path, query, accepts):
    if path == "/version":
        version = state_of(name)["version"]
        major, minor = version.lstrip("v").split(".")[:2]
        return {"major": major, "minor": minor, "gitVersion": version, "gitCommit": f"{0:040}", "gitTreeState": "clean", "buildDate": CREATED,
                "goVersion": "go1.22.10", "compiler": "gc", "platform": "linux/amd64"}, "application/json"
    if name == "failing":
        raise Refused(500, "InternalError", "an error on the server: etcdserver: leader changed")
    lists = discovery(name, path, accepts)
    if lists:
        return lists
    parts = path.strip("/").split("/")
    version, rest = ("v1", parts[2:]) if parts[0] == "api" else ("/".join(parts[1:3]), parts[3:])
    namespace = None
    if rest[:1] == ["namespaces"] and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    known = {one: kind for one, kind, _ in RESOURCES.get(version, [])}
    if parts[0] not in ("api", "apis") or not rest or rest[0] not in known:
        raise Refused(404, "NotFound", "the server could not find the requested resource")
    may_read(name, rest[0], group_of(version), namespace)
    items = [one for one in state_of(name).get(rest[0], []) if namespace in (None, one["metadata"].get("namespace"))]
    if len(rest) > 1:
        found = [one for one in items if one["metadata"]["name"] == rest[1]]
        if not found:
            raise Refused(404, "NotFound", f'{rest[0]} "{rest[1]}" not found', kind=rest[0], name=rest[1])
        return {"kind": known[rest[0]], "apiVersion": version, **found[0]}, "application/json"
    items = [one for one in items if selected(one, query.get("labelSelector", ""))]
    begin, limit = int(query.get("continue", 0)), int(query.get("limit", 0))
    if name == "gone" and begin:
        raise Refused(410, "Expired", "The provided continue parameter is too old to display a consistent list result.")
    page, about = items[begin:begin + limit] if limit else items[begin:], {"resourceVersion": "4711"}
    if begin + len(page) < len(items):
        about |= {"continue": str(begin + len(page)), "remainingItemCount": len(items) - begin - len(page)}
    return {"kind": known[rest[0]] + "List", "apiVersion": version, "metadata": about, "items": page}, "application/json"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def respond(self):
        with lock, open(folder / "requests", "a") as log:
            log.write(f"{self.command} {self.path}\n")
        address = urllib.parse.urlsplit(self.path)
        name, _, path = address.path.lstrip("/").partition("/")
        query = dict(urllib.parse.parse_qsl(address.query))
        code, form = 200, "application/json"
        try:
            if self.command != "GET":
                raise Refused(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
            if self.headers["Authorization"] != f"Bearer {token}":
                raise Refused(401, "Unauthorized", "Unauthorized")
            if name not in served:
                raise Refused(404, "NotFound", "the server could not find the requested resource")
            time.sleep({"slow": 20, "slow-each": 1}.get(name, 20 if name == "slow-helm" and "/secrets" in path else 0))
            asked = self.path, self.headers["Accept"] or ""
            if asked not in answers:
                body, form = answer(name, f"/{path}", query, asked[1])
                answers[asked] = json.dumps(body).encode(), form
            text, form = answers[asked]
        except Refused as refused:
            code, text = refused.code, json.dumps(refused.body).encode()
        self.send_response(code)
        self.send_header("Content-Type", form)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if name == "trickle":
            for at in range(20):
                self.wfile.write(text[at:at + 1])
                time.sleep(1)
            self.close_connection = True
            return
        self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = respond


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def finish_request(self, request, client_address):
        # The handshake is the connection's own business: one that hangs stops no other.
        try:
            request.settimeout(30)
            super().finish_request(context.wrap_socket(request, server_side=True), client_address)
        except OSError:  # a client that does not trust the certificate, or gave up
            pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server = Server(("127.0.0.1", 0), Handler)
(folder / "port.new").write_text(str(server.server_port))
(folder / "port.new").rename(folder / "port")
server.serve_forever()
