# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_rampcheck_global_optspecs
    string join \n color= h/help V/version
end

function __fish_rampcheck_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_rampcheck_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_rampcheck_using_subcommand
    set -l cmd (__fish_rampcheck_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c rampcheck -n "__fish_rampcheck_needs_command" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -s V -l version -d 'Print version'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "check" -d 'Judge this host for a product: findings, fixes and a verdict'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "facts" -d 'Show what is known about this host, and where it was read; judges nothing'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "tiers" -d 'Show a product\'s tiers, which of them this host fits, and what it lacks for the others; or how many nodes they need'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "releases" -d 'Show a product\'s releases and when their support ends'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "evaluate" -d 'Judge the facts of saved reports again: another tier, product, pack or day; offline, on any machine'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "fleet" -d 'Judge many hosts together by their reports: totals against the tier, rules of the whole, and who is missing'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "bundle" -d 'Judge this host and pack everything that support needs into one file: report, page, facts, log, checksums'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "show" -d 'Show a saved report; or several in a table, worst first'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "diff" -d 'Show what changed between two reports, worst first'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "verify" -d 'Tell whether reports can be relied on: digest, form, pack, age, and whether they follow when they are judged anew'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "schema" -d 'Print the JSON Schema of reports, of reports on fleets, or of the files of a pack'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "completions" -d 'Print what a shell needs to complete words: commands, options, products, tiers and checks'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "packs" -d 'List the packs, install one, or validate one'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "reach" -d 'Test the ports between the nodes of a cluster, from both sides'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "explain" -d 'Explain a check (why, source, fixes), a group of checks or a fact'
complete -c rampcheck -n "__fish_rampcheck_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l tier -d 'Tier to judge against (`rampcheck tiers PRODUCT` lists them)' -r -f -a "bare-metal\t''
baseline-100k\t''
baseline-10k\t''
baseline-200k\t''
baseline-25k\t''
baseline-50k\t''
enterprise-microservices\t''
guide-l-microservices\t''
guide-s-microservices\t''
guide-small-ha\t''
guide-vps\t''
high-concurrency-100k\t''
high-concurrency-10k\t''
high-concurrency-200k\t''
high-concurrency-25k\t''
high-concurrency-50k\t''
pro-ha\t''
qa\t''
small-office\t''
starter\t''
vps-minimal\t''
vps-recommended\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l users -d 'Users; this and the other numbers can be written as 25000, 25,000 or 25k' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l concurrent -d 'Users active at the same time' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l mau -d 'Monthly active users' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l pcc -d 'Peak concurrent connections' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l number -d 'Another number that tiers of the product hold, for example seats=500' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l nodes -d 'Hosts of the cluster; 1 says that this host is all of it' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l instances -d 'Application instances' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l deployment -d 'How it is or will be deployed. With kubernetes, rancher or openshift, `check` asks the cluster, if kubectl is here' -r -f -a "compose\t''
swarm\t''
kubernetes\t''
rancher\t''
openshift\t''
nomad\t''
process\t''
snap\t''
other\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l mongodb -d 'Where MongoDB runs' -r -f -a "local\t''
remote\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l mongodb-version -d 'MongoDB version intended' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l phase -d 'Moment judged [default: install]' -r -f -a "install\t''
upgrade\t''
run\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l daily-gb -d 'GB of data that are added a day, such as 5 or 0.5, from which the storage that is needed is computed. Only for products whose vendor gives guidance for it, which Rocket.Chat\'s does not' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l retention-days -d 'Days that data is kept, with --daily-gb [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l growth -d 'Room for growth, with --daily-gb [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l backup-copies -d 'Copies of the data that backups keep on the same storage, with --daily-gb; 0 if they are kept elsewhere [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l plan -d 'Read the plan from a TOML file; command-line arguments override it, and what it says of a server is asked, too' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l waive -d 'Accept a finding: it is shown, but does not decide' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l attest -d 'Supply a fact that the host cannot show; it is marked as attested' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l only -d 'Judge only this check, or the checks of this group such as docker; the report says that its verdict is partial' -r -f -a "architecture\t''
architecture-arm\t''
backend-ports-bound\t''
backend-ports-private\t''
chart-host\t''
chart-ingress\t''
chart-ingress-class\t''
chart-microservices\t''
chart-official\t''
clocks-close\t''
cluster-cpu\t''
cluster-ingress\t''
cluster-memory\t''
cluster-nodes-ready\t''
cluster-reachable\t''
cluster-replicas\t''
cluster-storage-class\t''
compose\t''
container-logs\t''
containers-healthy\t''
cpu\t''
cpu-clock\t''
cpu-cores\t''
curl\t''
ddp-streamer\t''
deployment\t''
deployment-method\t''
docker\t''
docker-engine\t''
docker-engine-flavor\t''
docker-engine-maintained\t''
docker-installed\t''
engines-alike\t''
fleet\t''
git\t''
helm\t''
helm-tested\t''
hosts-complete\t''
instances\t''
jq\t''
limits\t''
manifest-product\t''
memory\t''
memory-limit\t''
microservices-method\t''
microservices-variables\t''
mongodb\t''
mongodb-alike\t''
mongodb-cpu-arm\t''
mongodb-cpu-avx\t''
mongodb-elsewhere\t''
mongodb-hosts\t''
mongodb-kernel\t''
mongodb-maintained\t''
mongodb-memory\t''
mongodb-nofile\t''
mongodb-port-private\t''
mongodb-release\t''
mongodb-swappiness\t''
mongodb-thp\t''
mongodb-xfs\t''
monitoring\t''
monitoring-ports-private\t''
nats-port-private\t''
net-tools\t''
network\t''
node-mtu\t''
node-ports\t''
nofile\t''
official-image\t''
official-images\t''
openssl\t''
operating-system\t''
os-baseline\t''
os-maintained\t''
os-supported\t''
os-tested\t''
outbound-billing\t''
outbound-cloud\t''
outbound-collector\t''
outbound-gateway\t''
outbound-marketplace\t''
outbound-nps\t''
outbound-omni-gateway\t''
outbound-registry\t''
outbound-releases\t''
overlays-encrypted\t''
pinned-tag\t''
port-3000\t''
port-3000-running\t''
port-443\t''
port-443-running\t''
port-80\t''
production-in-swarm\t''
published-backends\t''
published-metrics\t''
raspberry-pi\t''
release\t''
releases-alike\t''
replica-set\t''
restart-policy\t''
server-certificate\t''
server-certificate-ending\t''
server-redirect\t''
server-redirect-host\t''
server-release-build\t''
server-version\t''
server-version-ending\t''
server-websocket\t''
server-websocket-microservices\t''
service-variables\t''
shared-uploads\t''
size\t''
software\t''
storage\t''
storage-data\t''
storage-free\t''
storage-media\t''
storage-planning\t''
storage-size\t''
storage-start\t''
storage-write-latency\t''
stream-hub\t''
support-list-trusted\t''
support-source-fresh\t''
swarm-active\t''
swarm-managers\t''
swarm-one\t''
tier-holds-plan\t''
unsupported-shortcuts\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l plugin -d 'Judge what this plugin reports: the file NAME in /usr/lib/rampcheck/plugins.d, which is run if this host is read. Its check is called plugin-NAME; can be given several times' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l today -d 'Judge as of this day [default: today]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l root -d 'Read the tree below DIR instead of this host (a host mounted at /host, an image, a dump); runs no program' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l host -d 'Read a recorded host that `facts --record` wrote' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l data-dir -d 'Directory that will hold the data [default: Docker\'s data root]' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l measure -d 'Also measure the disk that holds the data: `reads` at random places for 2 s, which change nothing, or `writes` as well for 2 s, at most 2 MB to a new file that has no name [WHAT if left out: reads]' -r -f -a "reads\t''
writes\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l timeout -d 'Deadline of each probe; the whole run may take six times as long [default: 5s]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l server -d 'Ask this server for its release and the vendor\'s signed list, its certificate, its redirect from port 80 to HTTPS and its WebSocket, as far as the product has them; for example https://chat.example.com' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l server-version -d 'Judge this release instead of the one that is running [default: the server\'s, else the official container\'s]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l supported-versions -d 'Also read the vendor\'s signed list from FILE; /etc/rampcheck/supported-versions*.jwt and .json are found anyway' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l list-url -d 'With --online, fetch the signed list from this address instead, for example from a mirror' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l trust-key -d 'Also trust lists signed with the RSA public key in FILE (PEM)' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l ca-file -d 'Also trust the certificate authorities in FILE (PEM)' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l reach -d 'Also test the ports of these nodes, on which `rampcheck reach listen` runs; separate them with commas' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l reach-token-file -d 'Read the token of the listeners from FILE; `-` is standard input' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l manifest -d 'Read what will be deployed from a Compose file, or from values of the vendor\'s Helm chart; `-` is standard input. Later files override earlier ones. Variables come from the .env beside the first file and from defaults, never from this environment. Files that a file names are read only in its own folder' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l facts -d 'Judge the facts in a file that `facts --format json` or `check --format json` wrote' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l format -d 'Form of the result on standard output' -r -f -a "human\t'For people at a terminal'
summary\t'One line, for logs and for many hosts'
json\t'For programs and support teams'
html\t'One self-contained page, to look at and to print'
markdown\t'To paste into an issue or a chat'
junit\t'JUnit XML for CI systems: a test case per check'
nagios\t'Output and exit codes of a Nagios plugin'
prometheus\t'Metrics for the textfile collector of node_exporter'
csv\t'A row per host, for a spreadsheet'
fix\t'A shell script of the fixes, to read and then to run as root'
fix-ansible\t'The same as an Ansible playbook'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l output -d 'Also write the result to a file, or into a directory (DIR/) under a name of its own; can be given several times' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l sign -d 'Sign every JSON file of --output with this ssh key (Ed25519, no passphrase), into FILE.sig beside it; as root, the host\'s own key is /etc/ssh/ssh_host_ed25519_key' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l redact -d 'Replace names and ids (identifiers), and IP addresses too (strict), with stand-ins such as host-1' -r -f -a "none\t''
identifiers\t''
strict\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l redact-map -d 'Keep originals and stand-ins in FILE and use them again for other hosts; keep this file to yourself' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l wait -d 'Until this host is supported, judge it again every 5 s, for at most TIME such as 2m, and show the last report' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l changed-since -d 'If the verdict or the status of a check changed since the report in FILE (JSON), say so in one line on standard error. FILE is read before --output replaces it, and need not exist yet' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l microservices -d 'It is or will be deployed as microservices'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l strict -d 'Judge recommended checks as required ones: what would be a warning makes the host unsupported'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l online -d 'Fetch the signed list from the vendor, and test whether the vendor\'s services can be reached'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -s v -l verbose -d 'Show everything: a line per check; where it was read, why it matters and how it is put right. Files always have it'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -s q -l quiet -d 'Show the verdict alone'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -l preview -d 'Show exactly what would be written to files, and write nothing'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l root -d 'Read the tree below DIR instead of this host (a host mounted at /host, an image, a dump); runs no program' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l host -d 'Read a recorded host that `facts --record` wrote' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l data-dir -d 'Directory that will hold the data [default: Docker\'s data root]' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l measure -d 'Also measure the disk that holds the data: `reads` at random places for 2 s, which change nothing, or `writes` as well for 2 s, at most 2 MB to a new file that has no name [WHAT if left out: reads]' -r -f -a "reads\t''
writes\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l timeout -d 'Deadline of each probe; the whole run may take six times as long [default: 5s]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l plugin -d 'Run this plugin, the file NAME in /usr/lib/rampcheck/plugins.d; can be given several times' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l format -d 'Form of the result' -r -f -a "human\t'For people at a terminal'
json\t'For programs and support teams'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l record -d 'Also record everything that was read in a new file, to be replayed with --host' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l redact -d 'Replace names and ids (identifiers), and IP addresses too (strict), with stand-ins such as host-1' -r -f -a "none\t''
identifiers\t''
strict\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l redact-map -d 'Keep originals and stand-ins in FILE and use them again for other hosts; keep this file to yourself' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand facts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand tiers" -l node -d 'Show how many nodes of this size each tier of a cluster needs, and how many of them are managers, instead of what this host fits: CPUs, memory and storage such as 16x32GiBx500GB' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand tiers" -l root -d 'Read the tree below DIR instead of this host (a host mounted at /host, an image, a dump); runs no program' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand tiers" -l host -d 'Read a recorded host that `facts --record` wrote' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand tiers" -l data-dir -d 'Directory that will hold the data [default: Docker\'s data root]' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand tiers" -l measure -d 'Also measure the disk that holds the data: `reads` at random places for 2 s, which change nothing, or `writes` as well for 2 s, at most 2 MB to a new file that has no name [WHAT if left out: reads]' -r -f -a "reads\t''
writes\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand tiers" -l timeout -d 'Deadline of each probe; the whole run may take six times as long [default: 5s]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand tiers" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand tiers" -l format -d 'Form of the result' -r -f -a "human\t'For people at a terminal'
json\t'For programs and support teams'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand tiers" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand tiers" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand releases" -l today -d 'Show it as of this day [default: today]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand releases" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand releases" -l format -d 'Form of the result' -r -f -a "human\t'For people at a terminal'
json\t'For programs and support teams'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand releases" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand releases" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l product -d 'Judge for this product [default: the one of the report]' -r -f -a "cometchat\t''
rocketchat\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l tier -d 'Tier to judge against (`rampcheck tiers PRODUCT` lists them)' -r -f -a "bare-metal\t''
baseline-100k\t''
baseline-10k\t''
baseline-200k\t''
baseline-25k\t''
baseline-50k\t''
enterprise-microservices\t''
guide-l-microservices\t''
guide-s-microservices\t''
guide-small-ha\t''
guide-vps\t''
high-concurrency-100k\t''
high-concurrency-10k\t''
high-concurrency-200k\t''
high-concurrency-25k\t''
high-concurrency-50k\t''
pro-ha\t''
qa\t''
small-office\t''
starter\t''
vps-minimal\t''
vps-recommended\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l users -d 'Users; this and the other numbers can be written as 25000, 25,000 or 25k' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l concurrent -d 'Users active at the same time' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l mau -d 'Monthly active users' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l pcc -d 'Peak concurrent connections' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l number -d 'Another number that tiers of the product hold, for example seats=500' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l nodes -d 'Hosts of the cluster; 1 says that this host is all of it' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l instances -d 'Application instances' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l deployment -d 'How it is or will be deployed. With kubernetes, rancher or openshift, `check` asks the cluster, if kubectl is here' -r -f -a "compose\t''
swarm\t''
kubernetes\t''
rancher\t''
openshift\t''
nomad\t''
process\t''
snap\t''
other\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l mongodb -d 'Where MongoDB runs' -r -f -a "local\t''
remote\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l mongodb-version -d 'MongoDB version intended' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l phase -d 'Moment judged [default: install]' -r -f -a "install\t''
upgrade\t''
run\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l daily-gb -d 'GB of data that are added a day, such as 5 or 0.5, from which the storage that is needed is computed. Only for products whose vendor gives guidance for it, which Rocket.Chat\'s does not' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l retention-days -d 'Days that data is kept, with --daily-gb [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l growth -d 'Room for growth, with --daily-gb [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l backup-copies -d 'Copies of the data that backups keep on the same storage, with --daily-gb; 0 if they are kept elsewhere [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l plan -d 'Read the plan from a TOML file; command-line arguments override it, and what it says of a server is asked, too' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l waive -d 'Accept a finding: it is shown, but does not decide' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l attest -d 'Supply a fact that the host cannot show; it is marked as attested' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l only -d 'Judge only this check, or the checks of this group such as docker; the report says that its verdict is partial' -r -f -a "architecture\t''
architecture-arm\t''
backend-ports-bound\t''
backend-ports-private\t''
chart-host\t''
chart-ingress\t''
chart-ingress-class\t''
chart-microservices\t''
chart-official\t''
clocks-close\t''
cluster-cpu\t''
cluster-ingress\t''
cluster-memory\t''
cluster-nodes-ready\t''
cluster-reachable\t''
cluster-replicas\t''
cluster-storage-class\t''
compose\t''
container-logs\t''
containers-healthy\t''
cpu\t''
cpu-clock\t''
cpu-cores\t''
curl\t''
ddp-streamer\t''
deployment\t''
deployment-method\t''
docker\t''
docker-engine\t''
docker-engine-flavor\t''
docker-engine-maintained\t''
docker-installed\t''
engines-alike\t''
fleet\t''
git\t''
helm\t''
helm-tested\t''
hosts-complete\t''
instances\t''
jq\t''
limits\t''
manifest-product\t''
memory\t''
memory-limit\t''
microservices-method\t''
microservices-variables\t''
mongodb\t''
mongodb-alike\t''
mongodb-cpu-arm\t''
mongodb-cpu-avx\t''
mongodb-elsewhere\t''
mongodb-hosts\t''
mongodb-kernel\t''
mongodb-maintained\t''
mongodb-memory\t''
mongodb-nofile\t''
mongodb-port-private\t''
mongodb-release\t''
mongodb-swappiness\t''
mongodb-thp\t''
mongodb-xfs\t''
monitoring\t''
monitoring-ports-private\t''
nats-port-private\t''
net-tools\t''
network\t''
node-mtu\t''
node-ports\t''
nofile\t''
official-image\t''
official-images\t''
openssl\t''
operating-system\t''
os-baseline\t''
os-maintained\t''
os-supported\t''
os-tested\t''
outbound-billing\t''
outbound-cloud\t''
outbound-collector\t''
outbound-gateway\t''
outbound-marketplace\t''
outbound-nps\t''
outbound-omni-gateway\t''
outbound-registry\t''
outbound-releases\t''
overlays-encrypted\t''
pinned-tag\t''
port-3000\t''
port-3000-running\t''
port-443\t''
port-443-running\t''
port-80\t''
production-in-swarm\t''
published-backends\t''
published-metrics\t''
raspberry-pi\t''
release\t''
releases-alike\t''
replica-set\t''
restart-policy\t''
server-certificate\t''
server-certificate-ending\t''
server-redirect\t''
server-redirect-host\t''
server-release-build\t''
server-version\t''
server-version-ending\t''
server-websocket\t''
server-websocket-microservices\t''
service-variables\t''
shared-uploads\t''
size\t''
software\t''
storage\t''
storage-data\t''
storage-free\t''
storage-media\t''
storage-planning\t''
storage-size\t''
storage-start\t''
storage-write-latency\t''
stream-hub\t''
support-list-trusted\t''
support-source-fresh\t''
swarm-active\t''
swarm-managers\t''
swarm-one\t''
tier-holds-plan\t''
unsupported-shortcuts\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l plugin -d 'Judge what this plugin reports: the file NAME in /usr/lib/rampcheck/plugins.d, which is run if this host is read. Its check is called plugin-NAME; can be given several times' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l today -d 'Judge as of this day [default: today]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l format -d 'Form of the result on standard output' -r -f -a "human\t'For people at a terminal'
summary\t'One line, for logs and for many hosts'
json\t'For programs and support teams'
html\t'One self-contained page, to look at and to print'
markdown\t'To paste into an issue or a chat'
junit\t'JUnit XML for CI systems: a test case per check'
nagios\t'Output and exit codes of a Nagios plugin'
prometheus\t'Metrics for the textfile collector of node_exporter'
csv\t'A row per host, for a spreadsheet'
fix\t'A shell script of the fixes, to read and then to run as root'
fix-ansible\t'The same as an Ansible playbook'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l output -d 'Also write the result to a file, or into a directory (DIR/) under a name of its own; can be given several times' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l sign -d 'Sign every JSON file of --output with this ssh key (Ed25519, no passphrase), into FILE.sig beside it; as root, the host\'s own key is /etc/ssh/ssh_host_ed25519_key' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l redact -d 'Replace names and ids (identifiers), and IP addresses too (strict), with stand-ins such as host-1' -r -f -a "none\t''
identifiers\t''
strict\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l redact-map -d 'Keep originals and stand-ins in FILE and use them again for other hosts; keep this file to yourself' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l microservices -d 'It is or will be deployed as microservices'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l strict -d 'Judge recommended checks as required ones: what would be a warning makes the host unsupported'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -s v -l verbose -d 'Show everything: a line per check; where it was read, why it matters and how it is put right. Files always have it'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -s q -l quiet -d 'Show the verdict alone'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -l preview -d 'Show exactly what would be written to files, and write nothing'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand evaluate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l reports-from -d 'Also every report in DIR: *.json, *.json.gz, *.tar.gz' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l hosts -d 'The hosts that are expected, a name a line. A report is that of the host that its file is named after (app-3.json), or whose name it has. A host without a report leaves the verdict undetermined [default: those that have reports]' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l role -d 'Role of a host: node, which counts in the totals, or mongodb, which runs MongoDB and nothing else [default: node]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l roles -d 'Roles in a file, HOST=ROLE a line' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l max-age -d 'Do not count a host that was read longer ago than TIME, such as 24h' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l require-signed -d 'Count only reports signed with a key that this file allows for `rampcheck` (see ALLOWED SIGNERS in ssh-keygen(1))' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l product -d 'Judge for this product [default: the one of the first report]' -r -f -a "cometchat\t''
rocketchat\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l tier -d 'Tier to judge against (`rampcheck tiers PRODUCT` lists them)' -r -f -a "bare-metal\t''
baseline-100k\t''
baseline-10k\t''
baseline-200k\t''
baseline-25k\t''
baseline-50k\t''
enterprise-microservices\t''
guide-l-microservices\t''
guide-s-microservices\t''
guide-small-ha\t''
guide-vps\t''
high-concurrency-100k\t''
high-concurrency-10k\t''
high-concurrency-200k\t''
high-concurrency-25k\t''
high-concurrency-50k\t''
pro-ha\t''
qa\t''
small-office\t''
starter\t''
vps-minimal\t''
vps-recommended\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l users -d 'Users; this and the other numbers can be written as 25000, 25,000 or 25k' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l concurrent -d 'Users active at the same time' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l mau -d 'Monthly active users' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l pcc -d 'Peak concurrent connections' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l number -d 'Another number that tiers of the product hold, for example seats=500' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l nodes -d 'Hosts of the cluster; 1 says that this host is all of it' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l instances -d 'Application instances' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l deployment -d 'How it is or will be deployed. With kubernetes, rancher or openshift, `check` asks the cluster, if kubectl is here' -r -f -a "compose\t''
swarm\t''
kubernetes\t''
rancher\t''
openshift\t''
nomad\t''
process\t''
snap\t''
other\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l mongodb -d 'Where MongoDB runs' -r -f -a "local\t''
remote\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l mongodb-version -d 'MongoDB version intended' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l phase -d 'Moment judged [default: install]' -r -f -a "install\t''
upgrade\t''
run\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l daily-gb -d 'GB of data that are added a day, such as 5 or 0.5, from which the storage that is needed is computed. Only for products whose vendor gives guidance for it, which Rocket.Chat\'s does not' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l retention-days -d 'Days that data is kept, with --daily-gb [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l growth -d 'Room for growth, with --daily-gb [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l backup-copies -d 'Copies of the data that backups keep on the same storage, with --daily-gb; 0 if they are kept elsewhere [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l plan -d 'Read the plan from a TOML file; command-line arguments override it, and what it says of a server is asked, too' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l waive -d 'Accept a finding: it is shown, but does not decide' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l attest -d 'Supply a fact that the host cannot show; it is marked as attested' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l only -d 'Judge only this check, or the checks of this group such as docker; the report says that its verdict is partial' -r -f -a "architecture\t''
architecture-arm\t''
backend-ports-bound\t''
backend-ports-private\t''
chart-host\t''
chart-ingress\t''
chart-ingress-class\t''
chart-microservices\t''
chart-official\t''
clocks-close\t''
cluster-cpu\t''
cluster-ingress\t''
cluster-memory\t''
cluster-nodes-ready\t''
cluster-reachable\t''
cluster-replicas\t''
cluster-storage-class\t''
compose\t''
container-logs\t''
containers-healthy\t''
cpu\t''
cpu-clock\t''
cpu-cores\t''
curl\t''
ddp-streamer\t''
deployment\t''
deployment-method\t''
docker\t''
docker-engine\t''
docker-engine-flavor\t''
docker-engine-maintained\t''
docker-installed\t''
engines-alike\t''
fleet\t''
git\t''
helm\t''
helm-tested\t''
hosts-complete\t''
instances\t''
jq\t''
limits\t''
manifest-product\t''
memory\t''
memory-limit\t''
microservices-method\t''
microservices-variables\t''
mongodb\t''
mongodb-alike\t''
mongodb-cpu-arm\t''
mongodb-cpu-avx\t''
mongodb-elsewhere\t''
mongodb-hosts\t''
mongodb-kernel\t''
mongodb-maintained\t''
mongodb-memory\t''
mongodb-nofile\t''
mongodb-port-private\t''
mongodb-release\t''
mongodb-swappiness\t''
mongodb-thp\t''
mongodb-xfs\t''
monitoring\t''
monitoring-ports-private\t''
nats-port-private\t''
net-tools\t''
network\t''
node-mtu\t''
node-ports\t''
nofile\t''
official-image\t''
official-images\t''
openssl\t''
operating-system\t''
os-baseline\t''
os-maintained\t''
os-supported\t''
os-tested\t''
outbound-billing\t''
outbound-cloud\t''
outbound-collector\t''
outbound-gateway\t''
outbound-marketplace\t''
outbound-nps\t''
outbound-omni-gateway\t''
outbound-registry\t''
outbound-releases\t''
overlays-encrypted\t''
pinned-tag\t''
port-3000\t''
port-3000-running\t''
port-443\t''
port-443-running\t''
port-80\t''
production-in-swarm\t''
published-backends\t''
published-metrics\t''
raspberry-pi\t''
release\t''
releases-alike\t''
replica-set\t''
restart-policy\t''
server-certificate\t''
server-certificate-ending\t''
server-redirect\t''
server-redirect-host\t''
server-release-build\t''
server-version\t''
server-version-ending\t''
server-websocket\t''
server-websocket-microservices\t''
service-variables\t''
shared-uploads\t''
size\t''
software\t''
storage\t''
storage-data\t''
storage-free\t''
storage-media\t''
storage-planning\t''
storage-size\t''
storage-start\t''
storage-write-latency\t''
stream-hub\t''
support-list-trusted\t''
support-source-fresh\t''
swarm-active\t''
swarm-managers\t''
swarm-one\t''
tier-holds-plan\t''
unsupported-shortcuts\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l plugin -d 'Judge what this plugin reports: the file NAME in /usr/lib/rampcheck/plugins.d, which is run if this host is read. Its check is called plugin-NAME; can be given several times' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l today -d 'Judge as of this day [default: today]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l format -d 'Form of the result on standard output' -r -f -a "human\t'For people at a terminal'
summary\t'One line, for logs and for many hosts'
json\t'For programs and support teams'
html\t'One self-contained page, to look at and to print'
markdown\t'To paste into an issue or a chat'
junit\t'JUnit XML for CI systems: a test case per check'
nagios\t'Output and exit codes of a Nagios plugin'
prometheus\t'Metrics for the textfile collector of node_exporter'
csv\t'A row per host, for a spreadsheet'
fix\t'A shell script of the fixes, to read and then to run as root'
fix-ansible\t'The same as an Ansible playbook'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l output -d 'Also write the result to a file, or into a directory (DIR/) under a name of its own; can be given several times' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l sign -d 'Sign every JSON file of --output with this ssh key (Ed25519, no passphrase), into FILE.sig beside it; as root, the host\'s own key is /etc/ssh/ssh_host_ed25519_key' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l redact -d 'Replace names and ids (identifiers), and IP addresses too (strict), with stand-ins such as host-1' -r -f -a "none\t''
identifiers\t''
strict\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l redact-map -d 'Keep originals and stand-ins in FILE and use them again for other hosts; keep this file to yourself' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l microservices -d 'It is or will be deployed as microservices'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l strict -d 'Judge recommended checks as required ones: what would be a warning makes the host unsupported'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -s v -l verbose -d 'Show everything: a line per check; where it was read, why it matters and how it is put right. Files always have it'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -s q -l quiet -d 'Show the verdict alone'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -l preview -d 'Show exactly what would be written to files, and write nothing'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand fleet" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l tier -d 'Tier to judge against (`rampcheck tiers PRODUCT` lists them)' -r -f -a "bare-metal\t''
baseline-100k\t''
baseline-10k\t''
baseline-200k\t''
baseline-25k\t''
baseline-50k\t''
enterprise-microservices\t''
guide-l-microservices\t''
guide-s-microservices\t''
guide-small-ha\t''
guide-vps\t''
high-concurrency-100k\t''
high-concurrency-10k\t''
high-concurrency-200k\t''
high-concurrency-25k\t''
high-concurrency-50k\t''
pro-ha\t''
qa\t''
small-office\t''
starter\t''
vps-minimal\t''
vps-recommended\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l users -d 'Users; this and the other numbers can be written as 25000, 25,000 or 25k' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l concurrent -d 'Users active at the same time' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l mau -d 'Monthly active users' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l pcc -d 'Peak concurrent connections' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l number -d 'Another number that tiers of the product hold, for example seats=500' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l nodes -d 'Hosts of the cluster; 1 says that this host is all of it' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l instances -d 'Application instances' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l deployment -d 'How it is or will be deployed. With kubernetes, rancher or openshift, `check` asks the cluster, if kubectl is here' -r -f -a "compose\t''
swarm\t''
kubernetes\t''
rancher\t''
openshift\t''
nomad\t''
process\t''
snap\t''
other\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l mongodb -d 'Where MongoDB runs' -r -f -a "local\t''
remote\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l mongodb-version -d 'MongoDB version intended' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l phase -d 'Moment judged [default: install]' -r -f -a "install\t''
upgrade\t''
run\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l daily-gb -d 'GB of data that are added a day, such as 5 or 0.5, from which the storage that is needed is computed. Only for products whose vendor gives guidance for it, which Rocket.Chat\'s does not' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l retention-days -d 'Days that data is kept, with --daily-gb [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l growth -d 'Room for growth, with --daily-gb [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l backup-copies -d 'Copies of the data that backups keep on the same storage, with --daily-gb; 0 if they are kept elsewhere [default: the most that the vendor\'s guidance names]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l plan -d 'Read the plan from a TOML file; command-line arguments override it, and what it says of a server is asked, too' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l waive -d 'Accept a finding: it is shown, but does not decide' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l attest -d 'Supply a fact that the host cannot show; it is marked as attested' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l only -d 'Judge only this check, or the checks of this group such as docker; the report says that its verdict is partial' -r -f -a "architecture\t''
architecture-arm\t''
backend-ports-bound\t''
backend-ports-private\t''
chart-host\t''
chart-ingress\t''
chart-ingress-class\t''
chart-microservices\t''
chart-official\t''
clocks-close\t''
cluster-cpu\t''
cluster-ingress\t''
cluster-memory\t''
cluster-nodes-ready\t''
cluster-reachable\t''
cluster-replicas\t''
cluster-storage-class\t''
compose\t''
container-logs\t''
containers-healthy\t''
cpu\t''
cpu-clock\t''
cpu-cores\t''
curl\t''
ddp-streamer\t''
deployment\t''
deployment-method\t''
docker\t''
docker-engine\t''
docker-engine-flavor\t''
docker-engine-maintained\t''
docker-installed\t''
engines-alike\t''
fleet\t''
git\t''
helm\t''
helm-tested\t''
hosts-complete\t''
instances\t''
jq\t''
limits\t''
manifest-product\t''
memory\t''
memory-limit\t''
microservices-method\t''
microservices-variables\t''
mongodb\t''
mongodb-alike\t''
mongodb-cpu-arm\t''
mongodb-cpu-avx\t''
mongodb-elsewhere\t''
mongodb-hosts\t''
mongodb-kernel\t''
mongodb-maintained\t''
mongodb-memory\t''
mongodb-nofile\t''
mongodb-port-private\t''
mongodb-release\t''
mongodb-swappiness\t''
mongodb-thp\t''
mongodb-xfs\t''
monitoring\t''
monitoring-ports-private\t''
nats-port-private\t''
net-tools\t''
network\t''
node-mtu\t''
node-ports\t''
nofile\t''
official-image\t''
official-images\t''
openssl\t''
operating-system\t''
os-baseline\t''
os-maintained\t''
os-supported\t''
os-tested\t''
outbound-billing\t''
outbound-cloud\t''
outbound-collector\t''
outbound-gateway\t''
outbound-marketplace\t''
outbound-nps\t''
outbound-omni-gateway\t''
outbound-registry\t''
outbound-releases\t''
overlays-encrypted\t''
pinned-tag\t''
port-3000\t''
port-3000-running\t''
port-443\t''
port-443-running\t''
port-80\t''
production-in-swarm\t''
published-backends\t''
published-metrics\t''
raspberry-pi\t''
release\t''
releases-alike\t''
replica-set\t''
restart-policy\t''
server-certificate\t''
server-certificate-ending\t''
server-redirect\t''
server-redirect-host\t''
server-release-build\t''
server-version\t''
server-version-ending\t''
server-websocket\t''
server-websocket-microservices\t''
service-variables\t''
shared-uploads\t''
size\t''
software\t''
storage\t''
storage-data\t''
storage-free\t''
storage-media\t''
storage-planning\t''
storage-size\t''
storage-start\t''
storage-write-latency\t''
stream-hub\t''
support-list-trusted\t''
support-source-fresh\t''
swarm-active\t''
swarm-managers\t''
swarm-one\t''
tier-holds-plan\t''
unsupported-shortcuts\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l plugin -d 'Judge what this plugin reports: the file NAME in /usr/lib/rampcheck/plugins.d, which is run if this host is read. Its check is called plugin-NAME; can be given several times' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l today -d 'Judge as of this day [default: today]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l root -d 'Read the tree below DIR instead of this host (a host mounted at /host, an image, a dump); runs no program' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l host -d 'Read a recorded host that `facts --record` wrote' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l data-dir -d 'Directory that will hold the data [default: Docker\'s data root]' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l measure -d 'Also measure the disk that holds the data: `reads` at random places for 2 s, which change nothing, or `writes` as well for 2 s, at most 2 MB to a new file that has no name [WHAT if left out: reads]' -r -f -a "reads\t''
writes\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l timeout -d 'Deadline of each probe; the whole run may take six times as long [default: 5s]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l server -d 'Ask this server for its release and the vendor\'s signed list, its certificate, its redirect from port 80 to HTTPS and its WebSocket, as far as the product has them; for example https://chat.example.com' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l server-version -d 'Judge this release instead of the one that is running [default: the server\'s, else the official container\'s]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l supported-versions -d 'Also read the vendor\'s signed list from FILE; /etc/rampcheck/supported-versions*.jwt and .json are found anyway' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l list-url -d 'With --online, fetch the signed list from this address instead, for example from a mirror' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l trust-key -d 'Also trust lists signed with the RSA public key in FILE (PEM)' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l ca-file -d 'Also trust the certificate authorities in FILE (PEM)' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l reach -d 'Also test the ports of these nodes, on which `rampcheck reach listen` runs; separate them with commas' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l reach-token-file -d 'Read the token of the listeners from FILE; `-` is standard input' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l manifest -d 'Read what will be deployed from a Compose file, or from values of the vendor\'s Helm chart; `-` is standard input. Later files override earlier ones. Variables come from the .env beside the first file and from defaults, never from this environment. Files that a file names are read only in its own folder' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l facts -d 'Judge the facts in a file that `facts --format json` or `check --format json` wrote' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -s o -l output -d 'Write the bundle to FILE, for example support.tar.gz' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l sign -d 'Sign the report in it with this ssh key (Ed25519, no passphrase), for example /etc/ssh/ssh_host_ed25519_key' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l redact -d 'Replace names and ids (identifiers), and IP addresses too (strict), with stand-ins such as host-1' -r -f -a "none\t''
identifiers\t''
strict\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l redact-map -d 'Keep originals and stand-ins in FILE and use them again for other hosts; keep this file to yourself' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l microservices -d 'It is or will be deployed as microservices'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l strict -d 'Judge recommended checks as required ones: what would be a warning makes the host unsupported'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l online -d 'Fetch the signed list from the vendor, and test whether the vendor\'s services can be reached'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -l preview -d 'Show exactly what the bundle would contain, and write nothing'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand bundle" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand show" -l format -d 'Form of the result' -r -f -a "human\t'For people at a terminal'
summary\t'One line, for logs and for many hosts'
json\t'For programs and support teams'
html\t'One self-contained page, to look at and to print'
markdown\t'To paste into an issue or a chat'
junit\t'JUnit XML for CI systems: a test case per check'
nagios\t'Output and exit codes of a Nagios plugin'
prometheus\t'Metrics for the textfile collector of node_exporter'
csv\t'A row per host, for a spreadsheet'
fix\t'A shell script of the fixes, to read and then to run as root'
fix-ansible\t'The same as an Ansible playbook'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand show" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand show" -l redact -d 'Replace names and ids (identifiers), and IP addresses too (strict), with stand-ins such as host-1' -r -f -a "none\t''
identifiers\t''
strict\t''"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand show" -l redact-map -d 'Keep originals and stand-ins in FILE and use them again for other hosts; keep this file to yourself' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand show" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand show" -l ticket -d 'Show the lines that a vendor\'s bug form asks for, ready to paste'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand show" -s v -l verbose -d 'Show everything: a line per check; where it was read, why it matters and how it is put right. Files always have it'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand show" -s q -l quiet -d 'Show the verdict alone'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand diff" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand diff" -l format -d 'Form of the result' -r -f -a "human\t'For people at a terminal'
json\t'For programs and support teams'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand diff" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand diff" -l exit-code -d 'End with code 3 if a finding, a fact or the verdict differs'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand verify" -l allowed-signers -d 'The report must be signed with a key that this file allows for `rampcheck` (see ALLOWED SIGNERS in ssh-keygen(1))' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand verify" -l known-hosts -d 'The report must be signed by its own host: with the key that this file, such as ~/.ssh/known_hosts, has for its name' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand verify" -l signature -d 'Signature of the one report [default: REPORT.sig, if it is there, or the one in a bundle]' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand verify" -l format -d 'Form of the result' -r -f -a "human\t'For people at a terminal'
json\t'For programs and support teams'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand verify" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand verify" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand schema" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand completions" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and not __fish_seen_subcommand_from list install validate help" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and not __fish_seen_subcommand_from list install validate help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and not __fish_seen_subcommand_from list install validate help" -f -a "list" -d 'List the packs: version, day of review, where each comes from, and which one is used'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and not __fish_seen_subcommand_from list install validate help" -f -a "install" -d 'Install the pack in a signed archive, so that it is used in the place of an older one'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and not __fish_seen_subcommand_from list install validate help" -f -a "validate" -d 'Validate a pack and run its examples'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and not __fish_seen_subcommand_from list install validate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from list" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from list" -l format -d 'Form of the result' -r -f -a "human\t'For people at a terminal'
json\t'For programs and support teams'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from list" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from install" -l trust-key -d 'Also trust packs signed with the ssh key in FILE: a public key (Ed25519), or allowed signers as in ssh-keygen(1)' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from install" -l dir -d 'Install it in this folder; in any other than the default, use it with --pack DIR/PRODUCT' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from install" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from validate" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the packs: version, day of review, where each comes from, and which one is used'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from help" -f -a "install" -d 'Install the pack in a signed archive, so that it is used in the place of an older one'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from help" -f -a "validate" -d 'Validate a pack and run its examples'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand packs; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and not __fish_seen_subcommand_from listen to help" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and not __fish_seen_subcommand_from listen to help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and not __fish_seen_subcommand_from listen to help" -f -a "listen" -d 'Listen for a while on the ports that the product needs between its nodes, and answer who has the token'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and not __fish_seen_subcommand_from listen to help" -f -a "to" -d 'Test these ports on other hosts: open or closed, round-trip time, loss and path MTU'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and not __fish_seen_subcommand_from listen to help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from listen" -l for -d 'Product whose ports between nodes are listened on, for example cometchat' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from listen" -l token-file -d 'Read the token from FILE: at least 16 characters; `-` is standard input' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from listen" -l token -d 'The token itself. Every user of this machine can see it in the list of processes: --token-file keeps it from them' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from listen" -l for-time -d 'How long, at most a minute' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from listen" -l peers -d 'End as soon as so many hosts have finished' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from listen" -l bind -d 'Listen on this address of the host only [default: all]' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from listen" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from listen" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from listen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from to" -l for -d 'Product whose ports between nodes are tested, for example cometchat' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from to" -l token-file -d 'Read the token from FILE: at least 16 characters; `-` is standard input' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from to" -l token -d 'The token itself. Every user of this machine can see it in the list of processes: --token-file keeps it from them' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from to" -l timeout -d 'How long a port is waited for' -r
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from to" -l format -d 'Form of the result' -r -f -a "human\t'For people at a terminal'
json\t'For programs and support teams'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from to" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from to" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from to" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from help" -f -a "listen" -d 'Listen for a while on the ports that the product needs between its nodes, and answer who has the token'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from help" -f -a "to" -d 'Test these ports on other hosts: open or closed, round-trip time, loss and path MTU'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand reach; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand explain" -l pack -d 'Add the pack in DIR, or replace the one of the same product' -r -F
complete -c rampcheck -n "__fish_rampcheck_using_subcommand explain" -l color -d 'When to use color' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rampcheck -n "__fish_rampcheck_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "check" -d 'Judge this host for a product: findings, fixes and a verdict'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "facts" -d 'Show what is known about this host, and where it was read; judges nothing'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "tiers" -d 'Show a product\'s tiers, which of them this host fits, and what it lacks for the others; or how many nodes they need'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "releases" -d 'Show a product\'s releases and when their support ends'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "evaluate" -d 'Judge the facts of saved reports again: another tier, product, pack or day; offline, on any machine'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "fleet" -d 'Judge many hosts together by their reports: totals against the tier, rules of the whole, and who is missing'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "bundle" -d 'Judge this host and pack everything that support needs into one file: report, page, facts, log, checksums'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "show" -d 'Show a saved report; or several in a table, worst first'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "diff" -d 'Show what changed between two reports, worst first'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "verify" -d 'Tell whether reports can be relied on: digest, form, pack, age, and whether they follow when they are judged anew'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "schema" -d 'Print the JSON Schema of reports, of reports on fleets, or of the files of a pack'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "completions" -d 'Print what a shell needs to complete words: commands, options, products, tiers and checks'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "packs" -d 'List the packs, install one, or validate one'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "reach" -d 'Test the ports between the nodes of a cluster, from both sides'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "explain" -d 'Explain a check (why, source, fixes), a group of checks or a fact'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and not __fish_seen_subcommand_from check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and __fish_seen_subcommand_from packs" -f -a "list" -d 'List the packs: version, day of review, where each comes from, and which one is used'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and __fish_seen_subcommand_from packs" -f -a "install" -d 'Install the pack in a signed archive, so that it is used in the place of an older one'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and __fish_seen_subcommand_from packs" -f -a "validate" -d 'Validate a pack and run its examples'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and __fish_seen_subcommand_from reach" -f -a "listen" -d 'Listen for a while on the ports that the product needs between its nodes, and answer who has the token'
complete -c rampcheck -n "__fish_rampcheck_using_subcommand help; and __fish_seen_subcommand_from reach" -f -a "to" -d 'Test these ports on other hosts: open or closed, round-trip time, loss and path MTU'
