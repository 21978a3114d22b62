"""The attack suite: real Python code that a child runs as if the engine's own wall had fallen.

An attack sets `result` to "reached" when it got through; an OSError, a killed process or a missing answer means that it was stopped.
Each is harmless where it succeeds, because every layer is also tried alone, and none at all. `call` makes a system call by name;
`inputs` holds what `arena.Arena` put up to be attacked. Names are sentences in the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack."""

    group: str
    name: str
    source: str


def _group(group: str, attacks: dict[str, str]) -> list[Attack]:
    return [Attack(group, name, source + "\nresult = result or 'reached'") for name, source in attacks.items()]


_FILES: Final = {
    "read a file that everyone may read": "os.read(os.open('/etc/passwd', os.O_RDONLY), 10)",
    "read a file that only root may read": "os.read(os.open(inputs['secret'], os.O_RDONLY), 10)",
    "list the root directory": "result = None if os.listdir('/') == [] else 'reached'\nif result is None: raise OSError(2, 'empty')",
    "look whether a file exists": "os.stat(inputs['open_file'])",
    "write a new file": "os.close(os.open(inputs['folder'] + '/new', os.O_WRONLY | os.O_CREAT))",
    "overwrite a file": "os.close(os.open(inputs['open_file'], os.O_WRONLY | os.O_TRUNC))",
    "cut a file short": "os.truncate(inputs['open_file'], 1)",
    "delete a file": "os.unlink(inputs['folder'] + '/doomed')",
    "rename a file": "os.rename(inputs['folder'] + '/movable', inputs['folder'] + '/moved')",
    "make a symbolic link": "os.symlink('/etc/passwd', inputs['folder'] + '/link')",
    "make a hard link": "os.link(inputs['open_file'], inputs['folder'] + '/hard')",
    "make a folder": "os.mkdir(inputs['folder'] + '/made')",
    "make a device": "os.mknod(inputs['folder'] + '/device', 0o20666, os.makedev(1, 3))",
    "make a named pipe": "os.mkfifo(inputs['folder'] + '/pipe')",
    "change a file's mode": "os.chmod(inputs['open_file'], 0o777)",
    "change a file's times": "os.utime(inputs['open_file'], (0, 0))",
    "change the working directory": "os.chdir(inputs['folder'])",
    "change the root directory": "os.chroot(inputs['folder'])",
    "mount a file system": (
        "call('mount', b'none', inputs['folder'].encode(), b'tmpfs', 0, b'size=4k')\ncall('umount2', inputs['folder'].encode(), 2)"
    ),
    "read the memory map of this process": "os.read(os.open('/proc/self/maps', os.O_RDONLY), 10)",
    "read the environment of another process": "os.read(os.open(f\"/proc/{inputs['victim']}/environ\", os.O_RDONLY), 10)",
    "open a device": "os.open('/dev/zero', os.O_RDONLY)",
    "make a file in memory": "call('memfd_create', b'x', 0)",
    "fill the disk": "f = os.open(inputs['folder'] + '/big', os.O_WRONLY | os.O_CREAT)\nos.write(f, bytes(1 << 20))",
    "watch files": "call('inotify_init1', 0)",
}
_NETWORK: Final = {
    "connect to a TCP port": "s = socket.socket()\ns.connect(('127.0.0.1', inputs['tcp_port']))",
    "send a datagram": ("s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.connect(('127.0.0.1', inputs['udp_port']))\ns.send(b'x')"),
    "listen on a TCP port": "s = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()",
    "connect to a socket in the file system": "s = socket.socket(socket.AF_UNIX)\ns.connect(inputs['socket_path'])",
    "connect to an abstract socket": "s = socket.socket(socket.AF_UNIX)\ns.connect('\\0' + inputs['socket_name'])",
    "open a raw socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "open a packet socket": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)",
    "talk to the kernel's routing": "s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)\ns.bind((0, 0))",
    "open a port for IPv6": "s = socket.socket(socket.AF_INET6)\ns.bind(('::1', 0))",
    "send a descriptor to the parent": "socket.send_fds(channel._data, [b''], [3])",
    "make a socket pair": "socket.socketpair()",
}
_PROCESSES: Final = {
    "fork": "pid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0)",
    "start a thread": "import _thread\n_thread.start_new_thread(time.monotonic, ())",
    "execute a program": "os.set_inheritable(3, True)\nos.execv('/bin/sh', ['sh', '-c', 'echo reached > ' + inputs['marker']])",
    "signal another process": "os.kill(inputs['victim'], 0)",
    "signal every process": "os.kill(-1, 0)",
    "signal the zygote": "os.kill(os.getppid(), 0)",
    "trace another process": "call('ptrace', 16, inputs['victim'], 0, 0)",
    # A traced zygote would stop for its tracer, so this one tells and goes.
    "trace the zygote": (
        "call('ptrace', 0x4206, os.getppid(), 0, 0)\nchannel.send(wire.Done(channel.number, 'ok', value=b'\"reached\"'))\nos._exit(0)"
    ),
    "read the memory of another process": (
        "b = ctypes.create_string_buffer(8)\n"
        "v = struct.pack('QQ', ctypes.addressof(b), 8)\n"
        "r = struct.pack('QQ', inputs['victim_address'], 8)\n"
        "call('process_vm_readv', inputs['victim'], v, 1, r, 1, 0)"
    ),
    "steal a descriptor of the zygote": "p = os.pidfd_open(os.getppid())\ncall('pidfd_getfd', p, 1, 0)",
    "hold a handle to another process": "os.pidfd_open(inputs['victim'])",
    "change another process's priority": "os.setpriority(os.PRIO_PROCESS, inputs['victim'], 1)",
    "gain priority": "os.setpriority(os.PRIO_PROCESS, 0, -5)",
    "change the limits of another process": "call('prlimit64', inputs['victim'], 4, struct.pack('QQ', 0, 0), 0)",
    "raise its own limits": (
        "h = resource.getrlimit(resource.RLIMIT_RTPRIO)[1]\ncall('prlimit64', 0, 14, struct.pack('QQ', h + 1, h + 1), 0)"
    ),
    "pin itself to a processor": "os.sched_setaffinity(0, {0})",
    "ask for real-time scheduling": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
    "leave its session": "os.setsid()",
    "outlive its parent": "call('prctl', 1, 0, 0, 0, 0)",
    "become inspectable again": "call('prctl', 4, 1, 0, 0, 0)",
    "set a timer": "signal.setitimer(signal.ITIMER_REAL, 100)",
    "catch signals": "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "send signals through its socket": "import fcntl\nfcntl.fcntl(3, fcntl.F_SETOWN, inputs['victim'])",
}
_PRIVILEGES: Final = {
    "become root": "os.setresuid(0, 0, 0)",
    "change its groups": "os.setgroups([0])",
    "gain capabilities in a new user namespace": "call('unshare', 0x10000000)",
    "enter new namespaces": "call('unshare', 0x00020000)",
    "take capabilities back": (
        "h = struct.pack('II', 0x20080522, 0)\nd = struct.pack('IIIIII', 1 << 21, 1 << 21, 0, 0, 0, 0)\ncall('capset', h, d)"
    ),
    "change the host name": "socket.sethostname(inputs['host_name'])",
    "read the kernel's log": "call('syslog', 10, 0, 0)",
    "switch accounting off": "call('acct', 0)",
    "lock memory": "call('mlock', ctypes.addressof(ctypes.create_string_buffer(8192)), 8192)",
}
_MEMORY: Final = {
    "map executable memory": "mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    "map writable and executable memory": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)",
    "make memory executable": (
        "m = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)\n"
        "a = ctypes.addressof(ctypes.c_char.from_buffer(m))\ncall('mprotect', a, 4096, 5)"
    ),
    "share memory with a child": "mmap.mmap(-1, 4096, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)",
    "take a gigabyte of memory": "b = bytearray(1 << 30)",
    "take memory in small pieces": "b = []\nfor _ in range(400): b.append(bytearray(1 << 20))",
    "make shared memory with a key": "i = call('shmget', 0, 4096, 0o1600)\ncall('shmctl', i, 0, 0)",
    "make a message queue": "i = call('msgget', 0, 0o1600)\ncall('msgctl', i, 0, 0)",
    "make semaphores": "i = call('semget', 0, 1, 0o1600)\ncall('semctl', i, 0, 0, 0)",
    "make a POSIX message queue": "call('mq_open', b'alloy-attack', 0o102, 0o600, 0)\ncall('mq_unlink', b'alloy-attack')",
}
_KERNEL: Final = {
    "load a BPF program": "call('bpf', 0, struct.pack('IIIIII', 2, 4, 4, 1, 0, 0) + bytes(96), 120)",
    "measure the machine": "call('perf_event_open', struct.pack('IIQQQQQ', 1, 112, 1, 0, 0, 0, 0x60) + bytes(64), 0, -1, -1, 0)",
    "open an io_uring": "call('io_uring_setup', 1, bytes(120))",
    "handle page faults": "call('userfaultfd', 1)",
    "store a key in the kernel": "call('add_key', b'user', b'alloy', b'x', 1, -1)",
    "watch the file system": "call('fanotify_init', 0, 0)",
    "make a poll set": "import select\nselect.epoll()",
    "make a pipe": "os.pipe()",
    "make an event counter": "os.eventfd(0)",
    "duplicate a descriptor": "os.dup(3)",
    "control its socket": "import fcntl\nfcntl.ioctl(3, 0x541B, bytearray(4))",
    "learn about the machine": "os.uname()",
    "learn its process id": "os.getpid()",
    "change its personality": "call('personality', 0x0040000)",
    "compare processes": "call('kcmp', os.getpid(), os.getpid(), 1, 0, 0)",
    "ask for a clock's resolution": "call('clock_getres', 0, bytes(16))",
}

ATTACKS: Final = [
    *_group("files", _FILES),
    *_group("network", _NETWORK),
    *_group("processes", _PROCESSES),
    *_group("privileges", _PRIVILEGES),
    *_group("memory", _MEMORY),
    *_group("kernel", _KERNEL),
]
