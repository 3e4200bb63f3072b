#!/usr/bin/python
# Copyright: the rampcheck authors
# SPDX-License-Identifier: MIT OR Apache-2.0

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: rampcheck_info
short_description: Judges whether a host qualifies for the support of a chat platform's vendor
version_added: 0.1.0
description:
  - Runs C(rampcheck check) on the host and returns its report. It only reads, so it changes nothing and runs in check mode, too.
  - A verdict is a result, whatever it is. The task fails only if there is none. RV(verdict) tells. To decide over all hosts together, use the
    role P(rampcheck.rampcheck.gate#role).
  - With O(binary_dir), the program comes from the controller, and nothing of it stays on the host.
author:
  - The rampcheck maintainers (@rampcheck)
requirements:
  - rampcheck on the host, or O(binary_dir) on the controller
notes:
  - Run it as root (C(become)), so that it sees everything. What another user may not see is unknown in the report.
  - Numbers are texts, so that C(25k) is one.
options:
  program:
    description:
      - The installed program, by name or path.
    type: path
    default: rampcheck
  binary_dir:
    description:
      - A folder on the controller that has the files of a release, C(rampcheck-VERSION-ARCH-linux.tar.gz) or folders unpacked from them.
        The program for the architecture of the host is copied to it, run, and removed.
      - The host needs neither rampcheck nor Python. An archive is compared with C(SHA256SUMS) if that lies beside it.
      - A relative path begins at the playbook.
    type: path
  report_dir:
    description:
      - A folder on the controller in which the report is kept as C(INVENTORY_NAME.json), readable for its owner only. In check mode, too.
    type: path
  plan_content:
    description:
      - The text of a plan file. It is not written to the host, except with O(binary_dir) for the time of the task.
      - Other options override it.
    type: str
  product:
    description:
      - Product, for example V(cometchat) or V(rocketchat). If it is left out, the one whose official containers run on the host.
    type: str
  tier:
    description:
      - Tier to judge against. C(rampcheck tiers PRODUCT) lists them.
    type: str
  users:
    description:
      - Users.
    type: str
  concurrent:
    description:
      - Users active at the same time.
    type: str
  mau:
    description:
      - Monthly active users.
    type: str
  pcc:
    description:
      - Peak concurrent connections.
    type: str
  number:
    description:
      - Other numbers that tiers of the product hold, by their names.
    type: dict
  nodes:
    description:
      - Hosts of the cluster. V(1) says that this host is all of it.
    type: int
  instances:
    description:
      - Application instances.
    type: int
  deployment:
    description:
      - How it is or will be deployed, for example V(compose) or V(swarm).
    type: str
  microservices:
    description:
      - It is or will be deployed as microservices.
    type: bool
    default: false
  mongodb:
    description:
      - Where MongoDB runs, V(local) or V(remote).
    type: str
  mongodb_version:
    description:
      - MongoDB version intended.
    type: str
  phase:
    description:
      - Moment judged, V(install), V(upgrade) or V(run).
    type: str
  plan:
    description:
      - A plan file on the host. Other options override it.
    type: path
  waive:
    description:
      - Findings that are accepted, with the reason for each. They are shown, but do not decide.
    type: dict
  strict:
    description:
      - Judge recommended checks as required ones.
    type: bool
    default: false
  attest:
    description:
      - Facts that the host cannot show, with their values. They are marked as attested.
    type: dict
  only:
    description:
      - Judge only these checks or groups of checks.
    type: list
    elements: str
  plugin:
    description:
      - Plugins whose reports are judged, files in C(/usr/lib/rampcheck/plugins.d) of the host.
    type: list
    elements: str
  today:
    description:
      - Judge as of this day.
    type: str
  root:
    description:
      - Read the tree below this folder instead of the host.
    type: path
  host:
    description:
      - Read a recorded host, a file on the host that C(rampcheck facts --record) wrote.
    type: path
  data_dir:
    description:
      - Directory that will hold the data. If it is left out, Docker's data root.
    type: path
  measure:
    description:
      - Also measure the disk that holds the data, with V(reads) or V(writes).
    type: str
  timeout:
    description:
      - Deadline of each probe, for example V(5s).
    type: str
  manifest:
    description:
      - Read what will be deployed from these Compose files on the host. Later files lie over earlier ones.
    type: list
    elements: path
  facts:
    description:
      - Judge the facts in a file on the host that C(rampcheck facts --format json) wrote.
    type: path
  server:
    description:
      - Ask this server for its release and the vendor's signed list.
    type: str
  server_version:
    description:
      - Judge this release instead of the one that is running.
    type: str
  supported_versions:
    description:
      - Also read the vendor's signed list from these files on the host.
    type: list
    elements: path
  online:
    description:
      - Fetch the signed list from the vendor, and test whether the vendor's services can be reached.
    type: bool
    default: false
  list_url:
    description:
      - With O(online), fetch the signed list from this address instead.
    type: str
  trust_key:
    description:
      - Also trust lists signed with the RSA public keys in these files on the host.
    type: list
    elements: path
  ca_file:
    description:
      - Also trust the certificate authorities in this file on the host.
    type: path
  reach:
    description:
      - Also test the ports of these nodes, on which C(rampcheck reach listen) runs.
    type: list
    elements: str
  reach_token_file:
    description:
      - Read the token of these listeners from this file on the host.
    type: path
  pack:
    description:
      - Folders on the host whose packs are added, or replace those of the same product.
    type: list
    elements: path
  output:
    description:
      - Files on the host to which the report is also written, by their formats. Nothing is written in check mode.
    type: dict
  sign:
    description:
      - Sign every JSON file of O(output) with this ssh key on the host.
    type: path
  redact:
    description:
      - Replace names and ids (V(identifiers)), and IP addresses too (V(strict)), with stand-ins.
    type: str
  redact_map:
    description:
      - Keep originals and stand-ins in this file on the host and use them again. Neither is done in check mode.
    type: path
  wait:
    description:
      - Until the host is supported, judge it again every 5 s, for at most this time, for example V(2m).
    type: str
extends_documentation_fragment:
  - action_common_attributes
  - action_common_attributes.flow
attributes:
  action:
    support: full
  async:
    support: none
  bypass_host_loop:
    support: none
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: linux
seealso:
  - name: Options of rampcheck check
    description: What each of them means, and which values it takes.
    link: https://github.com/rampcheck/rampcheck#the-plan
"""

EXAMPLES = r"""
- name: Judge the host with the installed program
  rampcheck.rampcheck.rampcheck_info:
    product: cometchat
    tier: qa
  become: true
  register: judged

- name: Stop on this host if it does not qualify
  ansible.builtin.assert:
    that: judged.verdict in ['supported', 'supported_with_warnings']
    fail_msg: "{{ judged.msg }}: {{ judged.summary.failed | join(', ') }}"

- name: Judge hosts that have neither rampcheck nor Python, and keep their reports
  rampcheck.rampcheck.rampcheck_info:
    binary_dir: files/rampcheck-0.1.0-airgap
    report_dir: reports
    product: rocketchat
    users: 800
    concurrent: 200
    waive:
      storage-media: flash array behind the hypervisor
    attest:
      storage.data.media: ssd
  become: true
"""

RETURN = r"""
msg:
  description: The verdict as a sentence, or why there is none.
  returned: always
  type: str
  sample: "this host qualifies for CometChat on-premise, tier qa"
verdict:
  description: V(supported), V(supported_with_warnings), V(undetermined) or V(unsupported).
  returned: success
  type: str
  sample: unsupported
summary:
  description: The ids of the findings by their status, those to put right in their order.
  returned: success
  type: dict
  sample: {"failed": ["docker-engine", "cpu"], "warning": [], "unknown": [], "waived": [], "passed": ["memory"], "skipped": []}
findings:
  description: What each check found, what is needed, and how to put it right.
  returned: success
  type: list
  elements: dict
report:
  description: The whole report, C(urn:rampcheck:report:1).
  returned: success
  type: dict
report_file:
  description: Where the report was kept on the controller.
  returned: with O(report_dir)
  type: str
error:
  description: Why there is no report, for programs.
  returned: when rampcheck could not judge
  type: dict
  sample: {"kind": "usage", "message": "...", "exit_code": 2}
"""

import errno
import json
import platform

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native
from ansible_collections.rampcheck.rampcheck.plugins.module_utils.options import EXCLUSIVE, argument_spec, command, result_of

# 0 is supported, 3 unsupported, 4 undetermined.
VERDICTS = (0, 3, 4)


def program(module):
    """The path of the installed program."""
    name = module.params['program']
    found = name if '/' in name else module.get_bin_path(name, opt_dirs=['/usr/local/bin', '/usr/bin'])
    if found is None:
        module.fail_json(
            msg='{0} is not installed on this host. Install it with the role rampcheck.rampcheck.install, '
            'or set binary_dir, so that the task brings it.'.format(name)
        )
    return found


def why_not_run(found, error):
    """What to do if the program could not be started."""
    if error.errno == errno.ENOEXEC:
        return '{0} is not a program for this host, which is {1}. Install the one for its architecture.'.format(found, platform.machine())
    return 'cannot run {0}: {1}'.format(found, to_native(error))


def main():
    module = AnsibleModule(argument_spec=argument_spec(), mutually_exclusive=EXCLUSIVE, supports_check_mode=True)
    found = program(module)
    words = [found] + command(module.params, module.check_mode)
    try:
        code, out, err = module.run_command(words, data=module.params['plan_content'], handle_exceptions=False)
    except (IOError, OSError) as error:
        module.fail_json(msg=why_not_run(found, error))
    try:
        answer = json.loads(out)
    except ValueError:
        answer = {}
    if code in VERDICTS and 'verdict' in answer:
        module.exit_json(**result_of(answer))
    error = answer.get('error', {})
    message = error.get('message') or err.strip() or '{0} ended with exit code {1} and no report'.format(found, code)
    module.fail_json(msg=message, error=error, rc=code)


if __name__ == '__main__':
    main()
