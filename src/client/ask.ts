import type { TypedDocument } from './document.ts';
import type { RequestOptions } from './settings.ts';

/** Variables may be left out where none is needed. */
export type Given<Variables> = {} extends Variables
  ? [variables?: Variables, options?: RequestOptions]
  : [variables: Variables, options?: RequestOptions];

/** What the document asks for, or a CredenceError. */
export type Ask = <Result = unknown, Variables = Readonly<Record<string, unknown>>>(
  document: string | TypedDocument<Result, Variables>,
  ...given: Given<Variables>
) => Promise<Result>;
