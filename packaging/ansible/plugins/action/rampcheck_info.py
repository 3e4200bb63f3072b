# Copyright: the rampcheck authors
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The part of rampcheck_info that runs on the controller: it brings the program to the host, and keeps the report."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import glob
import hashlib
import json
import os
import shlex
import shutil
import tarfile
import tempfile

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible_collections.rampcheck.rampcheck.plugins.module_utils.options import EXCLUSIVE, argument_spec, result_of, said

# What `uname -m` says, and the architecture that a release calls it.
ARCHITECTURES = {
    'x86_64': 'x86_64',
    'amd64': 'x86_64',
    'aarch64': 'aarch64',
    'arm64': 'aarch64',
    'armv7l': 'armv7',
    'armv8l': 'armv7',
}
# The machine in the header of a program: elf(5), e_machine.
MACHINES = {62: 'x86_64', 183: 'aarch64', 40: 'armv7'}


class ActionModule(ActionBase):
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp=None, task_vars=None):
        result = super(ActionModule, self).run(tmp, task_vars)
        del tmp
        args = dict(self._task.args)
        binary_dir = args.pop('binary_dir', None)
        report_dir = args.pop('report_dir', None)
        if binary_dir:
            answer = self._shipped(binary_dir, args)
        else:
            answer = self._execute_module(module_args=args, task_vars=task_vars)
        if report_dir and 'report' in answer:
            answer['report_file'] = self._keep(report_dir, task_vars['inventory_hostname'], answer['report'])
        result.update(answer)
        return result

    def _shipped(self, binary_dir, args):
        """Brings the program and the options to the host, runs it, and takes both away again."""
        args = _validated(args)
        options = said(args, self._task.check_mode)
        options['_ansible_check_mode'] = self._task.check_mode
        machine = self._low_level_execute_command('uname -m', sudoable=False)['stdout'].strip()
        local = tempfile.mkdtemp(dir=C.DEFAULT_LOCAL_TMP)
        remote = self._make_tmp_path()
        join = self._connection._shell.join_path
        try:
            program, task = join(remote, 'rampcheck'), join(remote, 'args.json')
            files = [remote, program, task]
            self._transfer_file(_binary(self._loader.path_dwim(binary_dir), machine, local), program)
            if args.get('plan_content') is not None:
                options['plan'] = join(remote, 'plan.toml')
                self._transfer_data(options['plan'], args['plan_content'])
                files.append(options['plan'])
            self._transfer_data(task, json.dumps(options))
            self._fixup_perms2(files)
            done = self._low_level_execute_command(' '.join(shlex.quote(word) for word in (program, task)))
        finally:
            self._remove_tmp_path(remote)
            shutil.rmtree(local, ignore_errors=True)
        return _answer(done, machine)

    def _keep(self, report_dir, host, report):
        """Writes the report to the folder, whole or not at all."""
        if os.path.basename(host) != host or host in ('.', '..'):
            raise AnsibleActionFail('{0} cannot be the name of a file: give the host another name in the inventory'.format(host))
        folder = self._loader.path_dwim(report_dir)
        path = os.path.join(folder, host + '.json')
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            # A file that mkstemp makes is readable for its owner only.
            handle, temporary = tempfile.mkstemp(dir=folder, prefix='.')
            with os.fdopen(handle, 'w') as file:
                json.dump(report, file, indent=2)
                file.write('\n')
            os.replace(temporary, path)
        except OSError as error:
            raise AnsibleActionFail('cannot keep the report: {0}'.format(error))
        return path


def _validated(args):
    """The options as the module would get them. Paths are those of the host, so they stay as they are."""
    spec = argument_spec()
    for option in spec.values():
        for kind in ('type', 'elements'):
            if option.get(kind) == 'path':
                option[kind] = 'str'
    result = ArgumentSpecValidator(spec, mutually_exclusive=EXCLUSIVE).validate(args)
    if result.error_messages:
        prefix = 'unsupported options for rampcheck_info: ' if result.unsupported_parameters else ''
        raise AnsibleActionFail(prefix + '; '.join(result.error_messages))
    return result.validated_parameters


def _binary(folder, machine, local):
    """The program in the folder that runs on the machine. One that is packed is unpacked into the folder `local`."""
    arch = ARCHITECTURES.get(machine)
    if arch is None:
        raise AnsibleActionFail('there is no rampcheck for {0}: releases are for x86_64, aarch64 and armv7'.format(machine or 'this host'))
    name = 'rampcheck-*-{0}-linux'.format(arch)
    found = glob.glob(os.path.join(glob.escape(folder), name, 'rampcheck'))
    found = found or glob.glob(os.path.join(glob.escape(folder), name + '.tar.gz'))
    if len(found) != 1:
        what = 'several releases: {0}'.format(', '.join(sorted(found))) if found else 'no {0}.tar.gz, which this host needs'.format(name)
        raise AnsibleActionFail('binary_dir {0} has {1}'.format(folder, what))
    try:
        path = _unpacked(found[0], local) if found[0].endswith('.tar.gz') else found[0]
        with open(path, 'rb') as file:
            head = file.read(20)
    except (OSError, EOFError, tarfile.TarError) as error:
        raise AnsibleActionFail('{0} cannot be used: {1}'.format(found[0], error))
    is_for = MACHINES.get(int.from_bytes(head[18:20], 'little')) if head[:4] == b'\x7fELF' else None
    if is_for != arch:
        what = 'a program for {0}'.format(is_for) if is_for else 'no program for Linux that is known'
        raise AnsibleActionFail('{0} is {1}, but this host is {2}'.format(found[0], what, machine))
    return path


def _unpacked(archive, local):
    """Unpacks the program of a release's archive, after its checksum was compared."""
    with open(archive, 'rb') as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    sums = os.path.join(os.path.dirname(archive), 'SHA256SUMS')
    if os.path.exists(sums):
        with open(sums) as file:
            wanted = [line.split()[0] for line in file if line.split()[1:] == [os.path.basename(archive)]]
        if wanted != [digest]:
            raise AnsibleActionFail('{0} is not what SHA256SUMS beside it says: bring the release again'.format(archive))
    path = os.path.join(local, 'rampcheck')
    with tarfile.open(archive) as members, open(path, 'wb') as file:
        top = os.path.basename(archive)[: -len('.tar.gz')]
        program = members.extractfile(top + '/rampcheck') if top + '/rampcheck' in members.getnames() else None
        if program is None:
            raise AnsibleActionFail('{0} has no program in it'.format(archive))
        shutil.copyfileobj(program, file)
    return path


def _answer(done, machine):
    """The result that the program printed."""
    out = done['stdout']
    try:
        answer, end = json.JSONDecoder().raw_decode(out[out.index('{'):])
    except ValueError:
        why = (done.get('stderr') or out).strip() or 'exit code {0}'.format(done['rc'])
        hint = ' (is the temporary folder of Ansible mounted noexec? ansible_remote_tmp names another)' if done['rc'] == 126 else ''
        return {'failed': True, 'msg': 'rampcheck did not run on this host, which is {0}: {1}{2}'.format(machine, why, hint), 'rc': done['rc']}
    return result_of(answer['report']) if 'report' in answer else answer
