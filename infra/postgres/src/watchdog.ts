import { type ChildProcess, spawn } from 'node:child_process';
import type { RunAs } from './run-as.js';

/** How long a fast shutdown may take before it is made immediate (recovery at the next start), and that before SIGKILL. Seconds. */
export const stopLimits = { fastSeconds: 30, immediateSeconds: 10 } as const;

/**
 * Runs a command and ends it with this process, whatever ends this process: the shell's stdin is a pipe whose other end only we hold, so
 * the kernel closes it on kill -9 too. A clean stop closes the same pipe: one way to stop, and it is tried every day.
 */
const script = `
folder=$1; fast=$2; immediate=$3; shift 3
exec 3<&0
"$@" 3<&- </dev/null &
pid=$!
(
  while read -r _; do :; done
  kill -INT "$pid"
  n=0; while kill -0 "$pid" && [ "$n" -lt "$fast" ]; do sleep 1; n=$((n + 1)); done
  kill -QUIT "$pid"
  n=0; while kill -0 "$pid" && [ "$n" -lt "$immediate" ]; do sleep 1; n=$((n + 1)); done
  kill -KILL "$pid"
) <&3 3<&- >/dev/null 2>&1 &
reader=$!
exec 3<&-
wait "$pid"
code=$?
if kill -0 "$reader" 2>/dev/null; then kill "$reader" 2>/dev/null; fi
[ -n "$folder" ] && rm -rf "$folder"
exit "$code"
`;

export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly runAs: RunAs;
  /** A folder to remove when the command has ended; '' for none. */
  readonly removeAfter: string;
  /** Open file descriptor for what the command prints. */
  readonly output: number;
  readonly env: Readonly<Record<string, string>>;
}

/** The returned process is the watchdog. End its stdin to stop the command: SIGINT first (initdb cleans up, postgres shuts down fast). */
export function spawnGuarded({ command, args, runAs, removeAfter, output, env }: GuardedCommand): ChildProcess {
  const { fastSeconds, immediateSeconds } = stopLimits;
  return spawn(
    '/bin/sh',
    ['-c', script, 'caseledger-watchdog', removeAfter, String(fastSeconds), String(immediateSeconds), command, ...args],
    {
      ...runAs,
      cwd: '/',
      env,
      // Its own session: Ctrl-C at a terminal reaches the service, which finishes its work and then stops the server.
      detached: true,
      stdio: ['pipe', output, output],
    },
  );
}
