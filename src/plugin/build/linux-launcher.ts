/** What differs between the architectures, as Terraform's releases name them. */
export const ARCHITECTURES = {
  amd64: { loader: "/lib64/ld-linux-x86-64.so.2", triplet: "x86_64-linux-gnu" },
  arm64: { loader: "/lib/ld-linux-aarch64.so.1", triplet: "aarch64-linux-gnu" },
} as const;

export type Architecture = keyof typeof ARCHITECTURES;

/**
 * The numbers that Linux gives to SSSE3, SSE4.1, SSE4.2 and POPCNT stand in this short file in their order. /proc/cpuinfo
 * tells the same, but measures each processor first.
 */
const PROCESSOR_CHECK = `
if [ -r /sys/devices/system/cpu/modalias ]; then
  IFS= read -r processor </sys/devices/system/cpu/modalias
  case $processor in
  cpu:type:x86*,0089,*,0093,0094,*0097*) ;;
  cpu:type:x86*) fail "this processor lacks SSE4.2 or POPCNT. A virtual machine has them with another type of processor, such as host or x86-64-v2." ;;
  esac
fi
`;

/**
 * The program of a package for Linux, for any POSIX shell. It becomes the executable in the folder `runtime` beside it: as
 * that is where the system has glibc, else by way of the glibc that lies there too.
 *
 * It runs no other program, for there may be no PATH. The environment stays as it is, for what the provider starts belongs
 * to the system, but for LD_PRELOAD where glibc is carried: a library for musl would bring it down.
 *
 * @param name its own, and that of the executable
 */
export function linuxLauncher(name: string, architecture: Architecture): string {
  const { loader, triplet } = ARCHITECTURES[architecture];
  return `#!/bin/sh
# Starts the provider in runtime/: as it is where this system has glibc, else with the glibc that lies there.

fail() {
  printf '%s\\n' "The provider ${name} cannot start: $1" >&2
  # Terraform shows the person a first line of stdout that is no handshake, and keeps stderr for the log.
  [ -z "\${TF_PLUGIN_MAGIC_COOKIE-}" ] || printf '%s\\n' "The provider ${name} cannot start: $1"
  exit 1
}

# Ctrl-C reaches the whole process group, and Terraform decides what is stopped.
[ -z "\${TF_PLUGIN_MAGIC_COOKIE-}" ] || trap '' INT

file=$0
case $file in */*) ;; *) file=./$file ;; esac
while [ -L "$file" ]; do
  # The x keeps a line break at the end of a name.
  link=$(PATH=\${PATH:+$PATH:}/usr/bin:/bin && readlink "$file" && echo x) ||
    fail "$file is a symbolic link, and there is no readlink to follow it. Link to its folder instead."
  link=\${link%?x}
  case $link in /*) file=$link ;; *) file=\${file%/*}/$link ;; esac
done
runtime=\${file%/*}/runtime
refused="the files in $runtime may not be executed. Set their execute bits (chmod +x), and see that no noexec is on their mount."

for file in "$runtime/${name}" "$runtime/${loader.slice(loader.lastIndexOf("/") + 1)}"; do
  [ -e "$file" ] || fail "$file is missing. Unpack the whole zip, with its folder runtime."
  [ -x "$file" ] || fail "$refused"
done
[ -e /proc/self/exe ] || fail "it needs /proc, which is not mounted here."
${architecture === "amd64" ? PROCESSOR_CHECK : ""}
# For root, busybox sees only now what a mount refuses.
trap 'fail "$refused"' EXIT
if [ -x ${loader} ]; then
  for folder in /lib/${triplet} /lib64 /usr/lib64 /usr/lib/${triplet} /usr/lib /lib; do
    # What passes musl off as glibc, such as gcompat, has no such library.
    [ -e "$folder/libnss_dns.so.2" ] || continue
    for old in 5 6 7 8 9 10 11 12 13 14 15 16; do
      [ ! -e "$folder/libc-2.$old.so" ] || continue 2
    done
    exec "$runtime/${name}" "$@"
  done
fi

# What is to be preloaded is for this system's own C library.
unset LD_PRELOAD
# The loader knows $ORIGIN, its folder, whose path could hold a colon, which divides paths here.
exec "$file" --library-path '$ORIGIN' "$runtime/${name}" "$@"
`;
}
