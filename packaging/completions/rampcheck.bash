_rampcheck() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="rampcheck"
                ;;
            rampcheck,bundle)
                cmd="rampcheck__subcmd__bundle"
                ;;
            rampcheck,check)
                cmd="rampcheck__subcmd__check"
                ;;
            rampcheck,completions)
                cmd="rampcheck__subcmd__completions"
                ;;
            rampcheck,diff)
                cmd="rampcheck__subcmd__diff"
                ;;
            rampcheck,evaluate)
                cmd="rampcheck__subcmd__evaluate"
                ;;
            rampcheck,explain)
                cmd="rampcheck__subcmd__explain"
                ;;
            rampcheck,facts)
                cmd="rampcheck__subcmd__facts"
                ;;
            rampcheck,fleet)
                cmd="rampcheck__subcmd__fleet"
                ;;
            rampcheck,help)
                cmd="rampcheck__subcmd__help"
                ;;
            rampcheck,packs)
                cmd="rampcheck__subcmd__packs"
                ;;
            rampcheck,reach)
                cmd="rampcheck__subcmd__reach"
                ;;
            rampcheck,releases)
                cmd="rampcheck__subcmd__releases"
                ;;
            rampcheck,schema)
                cmd="rampcheck__subcmd__schema"
                ;;
            rampcheck,show)
                cmd="rampcheck__subcmd__show"
                ;;
            rampcheck,tiers)
                cmd="rampcheck__subcmd__tiers"
                ;;
            rampcheck,verify)
                cmd="rampcheck__subcmd__verify"
                ;;
            rampcheck__subcmd__help,bundle)
                cmd="rampcheck__subcmd__help__subcmd__bundle"
                ;;
            rampcheck__subcmd__help,check)
                cmd="rampcheck__subcmd__help__subcmd__check"
                ;;
            rampcheck__subcmd__help,completions)
                cmd="rampcheck__subcmd__help__subcmd__completions"
                ;;
            rampcheck__subcmd__help,diff)
                cmd="rampcheck__subcmd__help__subcmd__diff"
                ;;
            rampcheck__subcmd__help,evaluate)
                cmd="rampcheck__subcmd__help__subcmd__evaluate"
                ;;
            rampcheck__subcmd__help,explain)
                cmd="rampcheck__subcmd__help__subcmd__explain"
                ;;
            rampcheck__subcmd__help,facts)
                cmd="rampcheck__subcmd__help__subcmd__facts"
                ;;
            rampcheck__subcmd__help,fleet)
                cmd="rampcheck__subcmd__help__subcmd__fleet"
                ;;
            rampcheck__subcmd__help,help)
                cmd="rampcheck__subcmd__help__subcmd__help"
                ;;
            rampcheck__subcmd__help,packs)
                cmd="rampcheck__subcmd__help__subcmd__packs"
                ;;
            rampcheck__subcmd__help,reach)
                cmd="rampcheck__subcmd__help__subcmd__reach"
                ;;
            rampcheck__subcmd__help,releases)
                cmd="rampcheck__subcmd__help__subcmd__releases"
                ;;
            rampcheck__subcmd__help,schema)
                cmd="rampcheck__subcmd__help__subcmd__schema"
                ;;
            rampcheck__subcmd__help,show)
                cmd="rampcheck__subcmd__help__subcmd__show"
                ;;
            rampcheck__subcmd__help,tiers)
                cmd="rampcheck__subcmd__help__subcmd__tiers"
                ;;
            rampcheck__subcmd__help,verify)
                cmd="rampcheck__subcmd__help__subcmd__verify"
                ;;
            rampcheck__subcmd__help__subcmd__packs,install)
                cmd="rampcheck__subcmd__help__subcmd__packs__subcmd__install"
                ;;
            rampcheck__subcmd__help__subcmd__packs,list)
                cmd="rampcheck__subcmd__help__subcmd__packs__subcmd__list"
                ;;
            rampcheck__subcmd__help__subcmd__packs,validate)
                cmd="rampcheck__subcmd__help__subcmd__packs__subcmd__validate"
                ;;
            rampcheck__subcmd__help__subcmd__reach,listen)
                cmd="rampcheck__subcmd__help__subcmd__reach__subcmd__listen"
                ;;
            rampcheck__subcmd__help__subcmd__reach,to)
                cmd="rampcheck__subcmd__help__subcmd__reach__subcmd__to"
                ;;
            rampcheck__subcmd__packs,help)
                cmd="rampcheck__subcmd__packs__subcmd__help"
                ;;
            rampcheck__subcmd__packs,install)
                cmd="rampcheck__subcmd__packs__subcmd__install"
                ;;
            rampcheck__subcmd__packs,list)
                cmd="rampcheck__subcmd__packs__subcmd__list"
                ;;
            rampcheck__subcmd__packs,validate)
                cmd="rampcheck__subcmd__packs__subcmd__validate"
                ;;
            rampcheck__subcmd__packs__subcmd__help,help)
                cmd="rampcheck__subcmd__packs__subcmd__help__subcmd__help"
                ;;
            rampcheck__subcmd__packs__subcmd__help,install)
                cmd="rampcheck__subcmd__packs__subcmd__help__subcmd__install"
                ;;
            rampcheck__subcmd__packs__subcmd__help,list)
                cmd="rampcheck__subcmd__packs__subcmd__help__subcmd__list"
                ;;
            rampcheck__subcmd__packs__subcmd__help,validate)
                cmd="rampcheck__subcmd__packs__subcmd__help__subcmd__validate"
                ;;
            rampcheck__subcmd__reach,help)
                cmd="rampcheck__subcmd__reach__subcmd__help"
                ;;
            rampcheck__subcmd__reach,listen)
                cmd="rampcheck__subcmd__reach__subcmd__listen"
                ;;
            rampcheck__subcmd__reach,to)
                cmd="rampcheck__subcmd__reach__subcmd__to"
                ;;
            rampcheck__subcmd__reach__subcmd__help,help)
                cmd="rampcheck__subcmd__reach__subcmd__help__subcmd__help"
                ;;
            rampcheck__subcmd__reach__subcmd__help,listen)
                cmd="rampcheck__subcmd__reach__subcmd__help__subcmd__listen"
                ;;
            rampcheck__subcmd__reach__subcmd__help,to)
                cmd="rampcheck__subcmd__reach__subcmd__help__subcmd__to"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        rampcheck)
            opts="-h -V --color --help --version check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__bundle)
            opts="-o -h --tier --users --concurrent --mau --pcc --number --nodes --instances --deployment --microservices --mongodb --mongodb-version --phase --plan --waive --strict --attest --only --plugin --today --root --host --data-dir --measure --timeout --server --server-version --supported-versions --online --list-url --trust-key --ca-file --reach --reach-token-file --manifest --facts --pack --output --sign --redact --redact-map --preview --color --help cometchat rocketchat"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --tier)
                    COMPREPLY=($(compgen -W "bare-metal baseline-100k baseline-10k baseline-200k baseline-25k baseline-50k enterprise-microservices guide-l-microservices guide-s-microservices guide-small-ha guide-vps high-concurrency-100k high-concurrency-10k high-concurrency-200k high-concurrency-25k high-concurrency-50k pro-ha qa small-office starter vps-minimal vps-recommended" -- "${cur}"))
                    return 0
                    ;;
                --users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --concurrent)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --mau)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pcc)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --number)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --nodes)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --instances)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --deployment)
                    COMPREPLY=($(compgen -W "compose swarm kubernetes rancher openshift nomad process snap other" -- "${cur}"))
                    return 0
                    ;;
                --mongodb)
                    COMPREPLY=($(compgen -W "local remote" -- "${cur}"))
                    return 0
                    ;;
                --mongodb-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --phase)
                    COMPREPLY=($(compgen -W "install upgrade run" -- "${cur}"))
                    return 0
                    ;;
                --plan)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --waive)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --attest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only)
                    COMPREPLY=($(compgen -W "architecture architecture-arm backend-ports-bound backend-ports-private clocks-close compose container-logs containers-healthy cpu cpu-clock cpu-cores curl deployment deployment-method docker docker-engine docker-engine-flavor docker-engine-maintained docker-installed engines-alike fleet git hosts-complete instances jq limits manifest-product memory memory-limit microservices-method microservices-variables mongodb mongodb-alike mongodb-cpu-arm mongodb-cpu-avx mongodb-elsewhere mongodb-hosts mongodb-kernel mongodb-maintained mongodb-memory mongodb-nofile mongodb-port-private mongodb-release mongodb-swappiness mongodb-thp mongodb-xfs monitoring monitoring-ports-private nats-port-private net-tools network node-mtu node-ports nofile official-image official-images openssl operating-system os-baseline os-maintained os-supported os-tested outbound-billing outbound-cloud outbound-collector outbound-gateway outbound-marketplace outbound-nps outbound-omni-gateway outbound-registry outbound-releases overlays-encrypted pinned-tag port-3000 port-3000-running port-443 port-443-running port-80 production-in-swarm published-backends published-metrics raspberry-pi release releases-alike replica-set restart-policy server-certificate server-certificate-ending server-release-build server-version server-version-ending service-variables shared-uploads size software storage storage-free storage-media storage-planning storage-size storage-start storage-write-latency support-list-trusted support-source-fresh swarm-active swarm-managers swarm-one tier-holds-plan unsupported-shortcuts" -- "${cur}"))
                    return 0
                    ;;
                --plugin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --today)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --root)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --data-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --measure)
                    COMPREPLY=($(compgen -W "reads writes" -- "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --server)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --server-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --supported-versions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --list-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --trust-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ca-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reach)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reach-token-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --manifest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --facts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --sign)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "none identifiers strict" -- "${cur}"))
                    return 0
                    ;;
                --redact-map)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__check)
            opts="-v -q -h --tier --users --concurrent --mau --pcc --number --nodes --instances --deployment --microservices --mongodb --mongodb-version --phase --plan --waive --strict --attest --only --plugin --today --root --host --data-dir --measure --timeout --server --server-version --supported-versions --online --list-url --trust-key --ca-file --reach --reach-token-file --manifest --facts --pack --format --verbose --quiet --output --sign --redact --redact-map --preview --wait --changed-since --color --help cometchat rocketchat"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --tier)
                    COMPREPLY=($(compgen -W "bare-metal baseline-100k baseline-10k baseline-200k baseline-25k baseline-50k enterprise-microservices guide-l-microservices guide-s-microservices guide-small-ha guide-vps high-concurrency-100k high-concurrency-10k high-concurrency-200k high-concurrency-25k high-concurrency-50k pro-ha qa small-office starter vps-minimal vps-recommended" -- "${cur}"))
                    return 0
                    ;;
                --users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --concurrent)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --mau)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pcc)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --number)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --nodes)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --instances)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --deployment)
                    COMPREPLY=($(compgen -W "compose swarm kubernetes rancher openshift nomad process snap other" -- "${cur}"))
                    return 0
                    ;;
                --mongodb)
                    COMPREPLY=($(compgen -W "local remote" -- "${cur}"))
                    return 0
                    ;;
                --mongodb-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --phase)
                    COMPREPLY=($(compgen -W "install upgrade run" -- "${cur}"))
                    return 0
                    ;;
                --plan)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --waive)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --attest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only)
                    COMPREPLY=($(compgen -W "architecture architecture-arm backend-ports-bound backend-ports-private clocks-close compose container-logs containers-healthy cpu cpu-clock cpu-cores curl deployment deployment-method docker docker-engine docker-engine-flavor docker-engine-maintained docker-installed engines-alike fleet git hosts-complete instances jq limits manifest-product memory memory-limit microservices-method microservices-variables mongodb mongodb-alike mongodb-cpu-arm mongodb-cpu-avx mongodb-elsewhere mongodb-hosts mongodb-kernel mongodb-maintained mongodb-memory mongodb-nofile mongodb-port-private mongodb-release mongodb-swappiness mongodb-thp mongodb-xfs monitoring monitoring-ports-private nats-port-private net-tools network node-mtu node-ports nofile official-image official-images openssl operating-system os-baseline os-maintained os-supported os-tested outbound-billing outbound-cloud outbound-collector outbound-gateway outbound-marketplace outbound-nps outbound-omni-gateway outbound-registry outbound-releases overlays-encrypted pinned-tag port-3000 port-3000-running port-443 port-443-running port-80 production-in-swarm published-backends published-metrics raspberry-pi release releases-alike replica-set restart-policy server-certificate server-certificate-ending server-release-build server-version server-version-ending service-variables shared-uploads size software storage storage-free storage-media storage-planning storage-size storage-start storage-write-latency support-list-trusted support-source-fresh swarm-active swarm-managers swarm-one tier-holds-plan unsupported-shortcuts" -- "${cur}"))
                    return 0
                    ;;
                --plugin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --today)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --root)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --data-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --measure)
                    COMPREPLY=($(compgen -W "reads writes" -- "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --server)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --server-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --supported-versions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --list-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --trust-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ca-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reach)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reach-token-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --manifest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --facts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human summary json html markdown junit nagios prometheus csv fix fix-ansible" -- "${cur}"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --sign)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "none identifiers strict" -- "${cur}"))
                    return 0
                    ;;
                --redact-map)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --changed-since)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__completions)
            opts="-h --color --help bash zsh fish"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__diff)
            opts="-h --exit-code --pack --format --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json" -- "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__evaluate)
            opts="-v -q -h --product --tier --users --concurrent --mau --pcc --number --nodes --instances --deployment --microservices --mongodb --mongodb-version --phase --plan --waive --strict --attest --only --plugin --today --pack --format --verbose --quiet --output --sign --redact --redact-map --preview --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --product)
                    COMPREPLY=($(compgen -W "cometchat rocketchat" -- "${cur}"))
                    return 0
                    ;;
                --tier)
                    COMPREPLY=($(compgen -W "bare-metal baseline-100k baseline-10k baseline-200k baseline-25k baseline-50k enterprise-microservices guide-l-microservices guide-s-microservices guide-small-ha guide-vps high-concurrency-100k high-concurrency-10k high-concurrency-200k high-concurrency-25k high-concurrency-50k pro-ha qa small-office starter vps-minimal vps-recommended" -- "${cur}"))
                    return 0
                    ;;
                --users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --concurrent)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --mau)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pcc)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --number)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --nodes)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --instances)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --deployment)
                    COMPREPLY=($(compgen -W "compose swarm kubernetes rancher openshift nomad process snap other" -- "${cur}"))
                    return 0
                    ;;
                --mongodb)
                    COMPREPLY=($(compgen -W "local remote" -- "${cur}"))
                    return 0
                    ;;
                --mongodb-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --phase)
                    COMPREPLY=($(compgen -W "install upgrade run" -- "${cur}"))
                    return 0
                    ;;
                --plan)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --waive)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --attest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only)
                    COMPREPLY=($(compgen -W "architecture architecture-arm backend-ports-bound backend-ports-private clocks-close compose container-logs containers-healthy cpu cpu-clock cpu-cores curl deployment deployment-method docker docker-engine docker-engine-flavor docker-engine-maintained docker-installed engines-alike fleet git hosts-complete instances jq limits manifest-product memory memory-limit microservices-method microservices-variables mongodb mongodb-alike mongodb-cpu-arm mongodb-cpu-avx mongodb-elsewhere mongodb-hosts mongodb-kernel mongodb-maintained mongodb-memory mongodb-nofile mongodb-port-private mongodb-release mongodb-swappiness mongodb-thp mongodb-xfs monitoring monitoring-ports-private nats-port-private net-tools network node-mtu node-ports nofile official-image official-images openssl operating-system os-baseline os-maintained os-supported os-tested outbound-billing outbound-cloud outbound-collector outbound-gateway outbound-marketplace outbound-nps outbound-omni-gateway outbound-registry outbound-releases overlays-encrypted pinned-tag port-3000 port-3000-running port-443 port-443-running port-80 production-in-swarm published-backends published-metrics raspberry-pi release releases-alike replica-set restart-policy server-certificate server-certificate-ending server-release-build server-version server-version-ending service-variables shared-uploads size software storage storage-free storage-media storage-planning storage-size storage-start storage-write-latency support-list-trusted support-source-fresh swarm-active swarm-managers swarm-one tier-holds-plan unsupported-shortcuts" -- "${cur}"))
                    return 0
                    ;;
                --plugin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --today)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human summary json html markdown junit nagios prometheus csv fix fix-ansible" -- "${cur}"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --sign)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "none identifiers strict" -- "${cur}"))
                    return 0
                    ;;
                --redact-map)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__explain)
            opts="-h --pack --color --help architecture architecture-arm backend-ports-bound backend-ports-private clocks-close compose container-logs containers-healthy cpu cpu-clock cpu-cores curl deployment-method docker-engine docker-engine-flavor docker-engine-maintained docker-installed engines-alike git hosts-complete instances jq manifest-product memory memory-limit microservices-method microservices-variables mongodb-alike mongodb-cpu-arm mongodb-cpu-avx mongodb-elsewhere mongodb-hosts mongodb-kernel mongodb-maintained mongodb-memory mongodb-nofile mongodb-port-private mongodb-release mongodb-swappiness mongodb-thp mongodb-xfs monitoring monitoring-ports-private nats-port-private net-tools node-mtu node-ports nofile official-image official-images openssl os-baseline os-maintained os-supported os-tested outbound-billing outbound-cloud outbound-collector outbound-gateway outbound-marketplace outbound-nps outbound-omni-gateway outbound-registry outbound-releases overlays-encrypted pinned-tag port-3000 port-3000-running port-443 port-443-running port-80 production-in-swarm published-backends published-metrics raspberry-pi releases-alike replica-set restart-policy server-certificate server-certificate-ending server-release-build server-version server-version-ending service-variables shared-uploads storage-free storage-media storage-planning storage-size storage-start storage-write-latency support-list-trusted support-source-fresh swarm-active swarm-managers swarm-one tier-holds-plan unsupported-shortcuts"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__facts)
            opts="-h --root --host --data-dir --measure --timeout --plugin --pack --format --record --redact --redact-map --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --root)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --data-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --measure)
                    COMPREPLY=($(compgen -W "reads writes" -- "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --plugin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json" -- "${cur}"))
                    return 0
                    ;;
                --record)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "none identifiers strict" -- "${cur}"))
                    return 0
                    ;;
                --redact-map)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__fleet)
            opts="-v -q -h --reports-from --hosts --role --roles --max-age --require-signed --product --tier --users --concurrent --mau --pcc --number --nodes --instances --deployment --microservices --mongodb --mongodb-version --phase --plan --waive --strict --attest --only --plugin --today --pack --format --verbose --quiet --output --sign --redact --redact-map --preview --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --reports-from)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --hosts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --role)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --roles)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-age)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --require-signed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --product)
                    COMPREPLY=($(compgen -W "cometchat rocketchat" -- "${cur}"))
                    return 0
                    ;;
                --tier)
                    COMPREPLY=($(compgen -W "bare-metal baseline-100k baseline-10k baseline-200k baseline-25k baseline-50k enterprise-microservices guide-l-microservices guide-s-microservices guide-small-ha guide-vps high-concurrency-100k high-concurrency-10k high-concurrency-200k high-concurrency-25k high-concurrency-50k pro-ha qa small-office starter vps-minimal vps-recommended" -- "${cur}"))
                    return 0
                    ;;
                --users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --concurrent)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --mau)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pcc)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --number)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --nodes)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --instances)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --deployment)
                    COMPREPLY=($(compgen -W "compose swarm kubernetes rancher openshift nomad process snap other" -- "${cur}"))
                    return 0
                    ;;
                --mongodb)
                    COMPREPLY=($(compgen -W "local remote" -- "${cur}"))
                    return 0
                    ;;
                --mongodb-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --phase)
                    COMPREPLY=($(compgen -W "install upgrade run" -- "${cur}"))
                    return 0
                    ;;
                --plan)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --waive)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --attest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --only)
                    COMPREPLY=($(compgen -W "architecture architecture-arm backend-ports-bound backend-ports-private clocks-close compose container-logs containers-healthy cpu cpu-clock cpu-cores curl deployment deployment-method docker docker-engine docker-engine-flavor docker-engine-maintained docker-installed engines-alike fleet git hosts-complete instances jq limits manifest-product memory memory-limit microservices-method microservices-variables mongodb mongodb-alike mongodb-cpu-arm mongodb-cpu-avx mongodb-elsewhere mongodb-hosts mongodb-kernel mongodb-maintained mongodb-memory mongodb-nofile mongodb-port-private mongodb-release mongodb-swappiness mongodb-thp mongodb-xfs monitoring monitoring-ports-private nats-port-private net-tools network node-mtu node-ports nofile official-image official-images openssl operating-system os-baseline os-maintained os-supported os-tested outbound-billing outbound-cloud outbound-collector outbound-gateway outbound-marketplace outbound-nps outbound-omni-gateway outbound-registry outbound-releases overlays-encrypted pinned-tag port-3000 port-3000-running port-443 port-443-running port-80 production-in-swarm published-backends published-metrics raspberry-pi release releases-alike replica-set restart-policy server-certificate server-certificate-ending server-release-build server-version server-version-ending service-variables shared-uploads size software storage storage-free storage-media storage-planning storage-size storage-start storage-write-latency support-list-trusted support-source-fresh swarm-active swarm-managers swarm-one tier-holds-plan unsupported-shortcuts" -- "${cur}"))
                    return 0
                    ;;
                --plugin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --today)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human summary json html markdown junit nagios prometheus csv fix fix-ansible" -- "${cur}"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --sign)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "none identifiers strict" -- "${cur}"))
                    return 0
                    ;;
                --redact-map)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help)
            opts="check facts tiers releases evaluate fleet bundle show diff verify schema completions packs reach explain help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__bundle)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__check)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__completions)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__diff)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__evaluate)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__explain)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__facts)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__fleet)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__help)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__packs)
            opts="list install validate"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__packs__subcmd__install)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__packs__subcmd__list)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__packs__subcmd__validate)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__reach)
            opts="listen to"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__reach__subcmd__listen)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__reach__subcmd__to)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__releases)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__schema)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__show)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__tiers)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__help__subcmd__verify)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__packs)
            opts="-h --color --help list install validate help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__packs__subcmd__help)
            opts="list install validate help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__packs__subcmd__help__subcmd__help)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__packs__subcmd__help__subcmd__install)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__packs__subcmd__help__subcmd__list)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__packs__subcmd__help__subcmd__validate)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__packs__subcmd__install)
            opts="-h --trust-key --dir --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --trust-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__packs__subcmd__list)
            opts="-h --pack --format --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json" -- "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__packs__subcmd__validate)
            opts="-h --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__reach)
            opts="-h --color --help listen to help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__reach__subcmd__help)
            opts="listen to help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__reach__subcmd__help__subcmd__help)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__reach__subcmd__help__subcmd__listen)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__reach__subcmd__help__subcmd__to)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__reach__subcmd__listen)
            opts="-h --for --token-file --token --for-time --peers --bind --pack --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --for)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --token-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --token)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --for-time)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --peers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bind)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__reach__subcmd__to)
            opts="-h --for --token-file --token --timeout --format --pack --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --for)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --token-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --token)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json" -- "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__releases)
            opts="-h --today --pack --format --color --help cometchat rocketchat"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --today)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json" -- "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__schema)
            opts="-h --color --help report fleet pack"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__show)
            opts="-v -q -h --ticket --format --verbose --quiet --pack --redact --redact-map --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --format)
                    COMPREPLY=($(compgen -W "human summary json html markdown junit nagios prometheus csv fix fix-ansible" -- "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --redact)
                    COMPREPLY=($(compgen -W "none identifiers strict" -- "${cur}"))
                    return 0
                    ;;
                --redact-map)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__tiers)
            opts="-h --node --root --host --data-dir --measure --timeout --pack --format --color --help cometchat rocketchat"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --node)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --root)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --data-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --measure)
                    COMPREPLY=($(compgen -W "reads writes" -- "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json" -- "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        rampcheck__subcmd__verify)
            opts="-h --allowed-signers --known-hosts --signature --format --pack --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --allowed-signers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --known-hosts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "human json" -- "${cur}"))
                    return 0
                    ;;
                --pack)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _rampcheck -o nosort -o bashdefault -o default rampcheck
else
    complete -F _rampcheck -o bashdefault -o default rampcheck
fi
