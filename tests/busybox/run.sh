#!/bin/busybox sh
# Runs the commands of commands.txt, one after the other, and prints a record of each.
#
# usage: busybox sh run.sh [--after NAME | NAME...]     all of them, those behind NAME, or the named ones
#
# The same file runs on Linux and on Tusk, under the same busybox, and the host compares what it prints:
#
#   case NAME
#   1|a line of standard output$        as `cat -vet` shows it: every byte visible, $ where the line ends
#   2|a line of standard error$
#   end NAME STATUS                     128 + signal when a signal ended the command
#
# and after the last one `done`, so that what is missing is known to be missing. Other lines mean nothing.
#
# Each command has a shell, a session and an empty folder of its own, no input, and a clean environment. Nothing that it
# does to its shell or its group reaches us. One that is still there after LIMIT seconds is killed by a watchdog.

LIMIT=20
folder=${0%/*}
state=/tmp/busybox.state

if [ -z "$TUSK_CLEAN" ]; then
    exec env -i TUSK_CLEAN=1 PATH=/bin:/sbin TZ=UTC0 /bin/busybox sh "$0" "$@"
fi
unset TUSK_CLEAN OLDPWD
umask 022
mkdir -p /tmp "$state"

# watchdog: looks every second whether the command is still the one of the second before.
watchdog() {
    last= seconds=0
    while sleep 1; do
        now=
        read -r now 2>/dev/null <"$state/session"
        if [ "$now" != "$last" ]; then
            last=$now seconds=0
        elif [ -n "$now" ]; then
            seconds=$((seconds + 1))
            # Told to the group, and to its leader, should the group have gone wrong.
            if [ $seconds -ge $LIMIT ]; then kill -KILL "-$now" "$now"; fi
        fi
    done 2>/dev/null
}

# show STREAM: prints what the command wrote there. awk ends the last line, whether it had an end or not.
show() {
    if [ -s "$state/$1" ]; then cat -vet "$state/$1" | awk -v stream="$1" '{ print stream "|" $0 }'; fi
}

# try NUMBER NAME COMMAND
try() {
    scratch=/tmp/$1
    rm -rf "$scratch"
    mkdir "$scratch"
    echo "case $2"
    # In the foreground: what a shell puts into the background cannot be interrupted from the keyboard, nor itself.
    # Our own standard error takes what our shell has to say of a command that was killed.
    {
        HOME=$scratch setsid /bin/busybox sh -c '
            echo $$ >"$1/session"
            cd "$2" || exit 125
            exec /bin/busybox sh -c "$3" >"$1/1" 2>"$1/2" </dev/null
        ' - "$state" "$scratch" "$3"
        status=$?
    } 2>/dev/null
    # What it has left behind in its session ends here.
    read -r session <"$state/session" && kill -KILL "-$session" 2>/dev/null
    : >"$state/session"
    cd /
    show 1
    show 2
    echo "end $2 $status"
    rm -rf "$scratch"
}

# wanted NAME: is it among those to be run?
wanted() {
    case $after in
        "") ;;
        "$1") after=; return 1 ;;
        *) return 1 ;;
    esac
    case $names in "" | *" $1 "*) return 0 ;; esac
    return 1
}

after= names= number=0 name= command=
case $1 in
    --after) after=$2 ;;
    "") ;;
    *) names=" $* " ;;
esac

# flush: runs the command that has been read, now that the next one begins.
flush() {
    if [ -n "$name" ] && wanted "$name"; then try "$number" "$name" "$command" </dev/null; fi
}

: >"$state/session"
watchdog &
watchdog=$!
while IFS= read -r line <&3; do
    case $line in
        "" | "#"*) ;;
        "    "*)
            command="$command
${line#    }"
            ;;
        *)
            flush 3<&-
            number=$((number + 1)) name=${line%%: *} command=${line#*: }
            ;;
    esac
done 3<"$folder/commands.txt"
flush
kill "$watchdog"
wait "$watchdog" 2>/dev/null
rm -rf "$state"
echo "done"
