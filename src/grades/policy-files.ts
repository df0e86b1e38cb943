import { readFile } from 'node:fs/promises';
import { Refusal } from '../kernel/refusal.ts';
import type { Policy } from '../scoring/policy.ts';
import { isPreset, parseRules, type Rules } from '../scoring/preset-rules.ts';

/** What a command was given beside its arguments. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

export const wrongUse = (code: string, message: string) => new Refusal('INVALID', code, message);

/** A file that holds no policy: the command's answer is no. */
export class NoPolicy extends Error {}

/** A file's rules; `NoPolicy` tells the field at fault. */
export async function rulesIn(file: string): Promise<Rules> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw wrongUse('FILE_UNREADABLE', `${file} cannot be read: ${error.message}.`);
  });
  try {
    return parseRules(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof SyntaxError)) throw error;
    throw new NoPolicy(`${file}: ${error.message}`);
  }
}

/** The same, of a policy that keeps standings. */
export async function policyIn(file: string): Promise<Policy> {
  const rules = await rulesIn(file);
  if (isPreset(rules)) throw new NoPolicy(`${file}: method: a platform's published rules keep no standings`);
  return rules;
}
