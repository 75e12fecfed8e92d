# looks for a way out by links, devices, mounts, other roots and set-user-id programs
# cell: last
import glob
import os

for place in (
    "/proc/1/root",
    "/proc/self/root",
    "/proc/1/cwd",
    "/.",
    "/..",
    "/scratch/../..",
    "/proc/self/cwd/..",
):
    try:
        print(place, sorted(os.listdir(place)))
    except OSError as error:
        print(place, error)
for path in (
    "/work",
    "/root",
    "/home",
    "/etc/shadow",
    "/dev/mem",
    "/dev/sda",
    "/sys/fs/cgroup",
    "/run",
    "/boot",
):
    print(path, os.path.exists(path))
for name in ("/tmp/link", "/scratch/link"):
    os.symlink("/work/main/solutions", name)
    print(glob.glob(name + "/*"))
print([path for path in glob.glob("/usr/bin/*") if os.stat(path).st_mode & 0o6000])
print(
    os.getuid(),
    os.geteuid(),
    [line for line in open("/proc/self/status") if "Cap" in line or "Seccomp" in line],
)
os.system("su -c id; sudo -n id; unshare -Ur id; mount -t tmpfs none /mnt; chroot / id")
