import type { Installation } from '../installation.ts';
import { systemResolve, type Reach } from './target.ts';

/** Whom this installation may call. */
export const reachOf = ({ webhooks }: Installation): Reach => ({
  isLocalAllowed: webhooks.isLocalAllowed,
  resolve: webhooks.resolve ?? systemResolve,
});
