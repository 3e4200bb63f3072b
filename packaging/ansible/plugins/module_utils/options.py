# Copyright: the rampcheck authors
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The options of `rampcheck check`, and the command line that says the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

# What concerns the way to the host, and not the judgement.
OWN = {
    'program': {'type': 'path', 'default': 'rampcheck'},
    'binary_dir': {'type': 'path'},
    'report_dir': {'type': 'path'},
    'plan_content': {'type': 'str'},
}

# Those of `rampcheck check`, with underscores.
CHECK = {
    'product': {'type': 'str'},
    'tier': {'type': 'str'},
    'users': {'type': 'str'},
    'concurrent': {'type': 'str'},
    'mau': {'type': 'str'},
    'pcc': {'type': 'str'},
    'number': {'type': 'dict'},
    'nodes': {'type': 'int'},
    'instances': {'type': 'int'},
    'deployment': {'type': 'str'},
    'microservices': {'type': 'bool', 'default': False},
    'mongodb': {'type': 'str'},
    'mongodb_version': {'type': 'str'},
    'phase': {'type': 'str'},
    'plan': {'type': 'path'},
    'waive': {'type': 'dict'},
    'strict': {'type': 'bool', 'default': False},
    'attest': {'type': 'dict'},
    'only': {'type': 'list', 'elements': 'str'},
    'plugin': {'type': 'list', 'elements': 'str'},
    'today': {'type': 'str'},
    'root': {'type': 'path'},
    'host': {'type': 'path'},
    'data_dir': {'type': 'path'},
    'measure': {'type': 'str'},
    'timeout': {'type': 'str'},
    'manifest': {'type': 'list', 'elements': 'path'},
    'facts': {'type': 'path'},
    'server': {'type': 'str'},
    'server_version': {'type': 'str'},
    'supported_versions': {'type': 'list', 'elements': 'path'},
    'online': {'type': 'bool', 'default': False},
    'list_url': {'type': 'str'},
    'trust_key': {'type': 'list', 'elements': 'path', 'no_log': False},
    'ca_file': {'type': 'path'},
    'reach': {'type': 'list', 'elements': 'str'},
    'reach_token_file': {'type': 'path', 'no_log': False},
    'pack': {'type': 'list', 'elements': 'path'},
    'output': {'type': 'dict'},
    'sign': {'type': 'path'},
    'redact': {'type': 'str'},
    'redact_map': {'type': 'path'},
    'wait': {'type': 'str'},
}

# With these something is written, so check mode passes over them.
WRITING = ('output', 'sign', 'redact_map')

EXCLUSIVE = [('plan', 'plan_content')]


def argument_spec():
    """The options of the module."""
    return dict(OWN, **CHECK)


def said(params, check_mode):
    """The options of check that were said, and that count in this mode."""
    names = [name for name in CHECK if not (check_mode and name in WRITING)]
    return dict((name, params[name]) for name in names if params.get(name) not in (None, False))


def command(params, check_mode):
    """The command line that says the same."""
    words = ['check', '--format=json']
    options = said(params, check_mode)
    product = options.pop('product', None)
    if params.get('plan_content') is not None:
        options['plan'] = '-'
    for name, value in options.items():
        option = '--' + name.replace('_', '-')
        if value is True:
            words.append(option)
        elif isinstance(value, dict):
            words.extend('{0}={1}={2}'.format(option, key, text) for key, text in value.items())
        elif isinstance(value, list):
            words.extend('{0}={1}'.format(option, text) for text in value)
        else:
            words.append('{0}={1}'.format(option, value))
    return words + ([] if product is None else ['--', product])


def result_of(report):
    """What a task returns of a report."""
    return {
        'changed': False,
        'msg': report['sentence'],
        'report': report,
        'verdict': report['verdict'],
        'findings': report['findings'],
        'summary': report['summary'],
    }
