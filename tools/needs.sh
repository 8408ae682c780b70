# What Tusk needs of the system it is built on, and the names of the packages that have it.
# shellcheck shell=bash
# Sourced by setup.sh and doctor.sh.

# name | part | apt | dnf | pacman | brew | what for
# A part is what a goal of make asks for, see parts_of; what `test-wants` has, the tests can do without: those that are
# for it are left out where it is not to be had. An apt name of @rust is decided by rust_packages in setup.sh.
NEEDS='
certificates|base|ca-certificates|ca-certificates|ca-certificates|ca-certificates|fetching crates
rust|base|@rust|rust cargo rust-src|rust rust-src|rustup|compiling the kernel: rustc >= 1.95 with its library sources
cc|base|gcc libc6-dev|gcc|gcc|gcc|linking what runs on the host
lld|base|lld|lld|lld|lld|linking the kernel
binutils|base|binutils|binutils|binutils|binutils|stripping what goes into the ISO
cpio|base|cpio|cpio|cpio|cpio|packing the root filesystem
grub|base|grub-common grub-pc-bin|grub2-tools-minimal grub2-tools-extra grub2-pc-modules|grub|i686-elf-grub|making the ISO bootable
xorriso|base|xorriso|xorriso|libisoburn|xorriso|writing the ISO
mtools|base|mtools|mtools|mtools|mtools|writing the ISO
qemu|qemu|qemu-system-x86|qemu-system-x86-core|qemu-system-x86|qemu|running it
bochs|bochs|bochs bochs-term bochsbios vgabios|bochs|bochs|bochs|running it on a stricter machine
script|bochs|bsdutils|util-linux-script|util-linux|util-linux|running Bochs without a screen
gdb|gdb|gdb|gdb|gdb|gdb|debugging
strace|strace|strace|strace|strace||what the tests hold the lines of our strace against
chromium|browser|chromium|chromium|chromium|chromium|opening the reports and the page in the tests
node|web|nodejs|nodejs|nodejs|node|serving the page, and testing it
npm|web|npm|nodejs-npm|npm|node|fetching v86 and xterm.js for the page
seabios|web|seabios|seabios-bin seavgabios-bin|seabios|qemu|the BIOS of the machine in the page
lint|lint|@rust|rustfmt clippy|rust|rustup|make lint: rustfmt and clippy
'

# parts_of GOAL: the parts that a goal of make needs.
parts_of() {
    case $1 in
        iso | doc) echo base ;;
        run | bench | boot-report) echo base qemu ;;
        bochs) echo base bochs ;;
        debug | fork-report) echo base qemu gdb ;;
        web) echo base gdb web ;;
        test) echo base qemu bochs gdb ;;
        test-wants) echo strace web browser ;;
        lint) echo base lint ;;
        all) echo base qemu bochs gdb strace web browser lint ;;
        *) die "no goal $1" ;;
    esac
}

# needs_of GOAL: the lines of NEEDS that a goal of make needs.
needs_of() {
    local parts
    parts=" $(parts_of "$1") "
    while IFS='|' read -r name part rest; do
        case $parts in *" $part "*) printf '%s|%s|%s\n' "$name" "$part" "$rest" ;; esac
    done < <(sed /^$/d <<<"$NEEDS")
}

# present NAME: is it there, and does it do what we need of it?
present() {
    local folder
    case $1 in
        # Only where we would know how to install it: other systems keep it elsewhere.
        certificates) ! have apt-get || [ -e /etc/ssl/certs/ca-certificates.crt ] ;;
        rust) "$ROOT/tools/toolchain.sh" --which >/dev/null 2>&1 ;;
        lint)
            folder=$("$ROOT/tools/toolchain.sh" --which 2>/dev/null) && folder=${folder%%:*} &&
                [ -x "$folder/cargo-clippy" ] && [ -x "$folder/cargo-fmt" ]
            ;;
        cc | xorriso | script | gdb) have "$1" ;;
        # Distributions put its ROMs and its display libraries into packages of their own.
        bochs) have bochs && "$ROOT/tools/run-bochs.sh" --check 2>/dev/null ;;
        node) have node && [ "$(node --version | sed 's/^v\([0-9]*\).*/\1/')" -ge 18 ] ;;
        npm) have npm ;;
        seabios) seabios_file bios.bin >/dev/null && seabios_file vgabios-stdvga.bin >/dev/null ;;
        lld) have ld.lld ;;
        binutils) first_of objcopy llvm-objcopy gobjcopy >/dev/null && first_of strip llvm-strip gstrip >/dev/null ;;
        chromium) first_of chromium chromium-browser google-chrome google-chrome-stable >/dev/null ;;
        cpio) have cpio && cpio --version 2>/dev/null | grep -q GNU ;;
        grub)
            first_of grub-file grub2-file i686-elf-grub-file >/dev/null &&
                first_of i686-elf-grub-mkrescue grub-mkrescue grub2-mkrescue >/dev/null &&
                { have i686-elf-grub-mkrescue || [ -n "$(grub_modules)" ]; }
            ;;
        # Nobody has it but Linux; elsewhere the one test is ignored.
        strace) have strace || [ "$(uname -s)" != Linux ] ;;
        mtools) have mformat ;;
        qemu) have qemu-system-i386 ;;
    esac
}

# missing GOAL: the lines of NEEDS that a goal of make needs and that are not there.
missing() {
    local line
    needs_of "$1" | while read -r line; do
        present "${line%%|*}" || printf '%s\n' "$line"
    done
}

# packages MANAGER: what to install, of lines of NEEDS on stdin.
packages() {
    local column
    case $1 in apt) column=3 ;; dnf) column=4 ;; pacman) column=5 ;; brew) column=6 ;; esac
    cut -d '|' -f "$column" | tr ' ' '\n' | awk '!seen[$0]++' | paste -s -d ' ' -
}
