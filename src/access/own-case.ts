import { Refusal } from '../kernel/refusal.ts';
import type { Actor } from './actor.ts';

/** Nobody judges what concerns themselves: `parties` are the merchants and buyers whom it concerns, by their own ids. */
export function refuseOwnCase({ subject }: Actor, parties: readonly string[], field: string): void {
  if (subject?.id == null || !parties.includes(subject.id)) return;
  throw new Refusal('FORBIDDEN', 'OWN_CASE', 'This concerns you. Others must judge it.', [field]);
}
