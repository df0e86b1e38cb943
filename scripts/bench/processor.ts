import { readdirSync, readFileSync } from 'node:fs';

const MICROS_A_TICK = 10_000; // USER_HZ is 100 on Linux

/** The fields of /proc/PID/stat after the name, which may have spaces in it; null once it has ended. */
function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

const PARENT = 1; // of the fields after the name
const [OWN_USER, OWN_SYSTEM, CHILD_USER, CHILD_SYSTEM] = [11, 12, 13, 14] as const;

/** The processor time that a process has used, in microseconds; without its children. */
export function ownMicros(pid: number): number {
  const stat = statOf(pid);
  return stat ? (Number(stat[OWN_USER]) + Number(stat[OWN_SYSTEM])) * MICROS_A_TICK : 0;
}

/** The same of a process with all its children, those included that have ended: a Postgres server is so. */
export function treeMicros(pid: number): number {
  const stat = statOf(pid);
  if (!stat) return 0;
  const ended = (Number(stat[CHILD_USER]) + Number(stat[CHILD_SYSTEM])) * MICROS_A_TICK;
  return familyOf(pid).reduce((sum, each) => sum + ownMicros(each), ended);
}

/** A process and its children. */
export const familyOf = (pid: number): number[] => [
  pid,
  ...readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(Number(name))?.[PARENT] === String(pid))
    .map(Number),
];

export const parentOf = (pid: number): number => Number(statOf(pid)?.[PARENT] ?? 0);

/** Resident memory, in MB. */
export function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
