"""Mounts a file system whose server never answers, so that statfs(2) on it blocks: hung_fs.py DIRECTORY.

Speaks just enough of /dev/fuse to be mounted. Runs until it is killed; the mount goes with it."""

import ctypes
import os
import sys
import time

device = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(b"hung", sys.argv[1].encode(), b"fuse.hung", 0, options):
    sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
print("mounted", flush=True)
time.sleep(600)
