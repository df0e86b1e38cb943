import os from 'node:os';
import type { Actor } from './actor.ts';

/** Whoever gives commands at the machine: the user who is logged in there. */
export const operator = (): Actor => ({ role: 'ADMIN', name: `COMMAND:${userName()}`, subject: null });

/** A container may run as a user whom its system does not know. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
